//! What was filled into a form: labels with one input each, and the older rows of text fields.

use super::{ConvertError, Resolved};
use lumina_plugin_api::interaction::FieldValue;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Discord shows five fields; more are crafted.
const FIELDS_MAX: usize = 25;

const ROW: u8 = 1;
const TEXT_INPUT: u8 = 4;
const LABEL: u8 = 18;
const FILE_UPLOAD: u8 = 19;

#[derive(Deserialize)]
struct RawComponent {
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default)]
    custom_id: Option<String>,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    values: Option<Vec<String>>,
    #[serde(default)]
    component: Option<Box<RawComponent>>,
    #[serde(default)]
    components: Vec<RawComponent>,
}

/// Reads the fields of a form by their names.
pub(in crate::discord) fn read(
    raw: Option<&RawValue>,
    resolved: &Resolved<'_>,
) -> Result<BTreeMap<String, FieldValue>, ConvertError> {
    let unreadable = ConvertError::unreadable("form");
    let raw = raw.ok_or_else(|| unreadable.clone())?;
    let components: Vec<RawComponent> =
        serde_json::from_str(raw.get()).map_err(|_| unreadable.clone())?;
    let mut fields = BTreeMap::new();
    for component in components {
        let inputs = match component.kind {
            ROW => component.components,
            LABEL => component.component.into_iter().map(|input| *input).collect(),
            // Texts between the fields and kinds of the future hold nothing that was filled in.
            _ => continue,
        };
        for input in inputs {
            let name = input.custom_id.clone().ok_or_else(|| unreadable.clone())?;
            fields.insert(name, value(input, resolved).ok_or_else(|| unreadable.clone())?);
            if fields.len() > FIELDS_MAX {
                return Err(unreadable);
            }
        }
    }
    Ok(fields)
}

fn value(input: RawComponent, resolved: &Resolved<'_>) -> Option<FieldValue> {
    match input.kind {
        TEXT_INPUT => Some(FieldValue::Text(input.value.unwrap_or_default())),
        FILE_UPLOAD => {
            let ids = input.values.unwrap_or_default();
            let files = ids.iter().map(|id| resolved.attachment(id)).collect::<Option<_>>()?;
            Some(FieldValue::Files(files))
        }
        _ => match (input.values, input.value) {
            (Some(values), _) => Some(FieldValue::Values(values)),
            (None, Some(value)) => Some(FieldValue::Values(vec![value])),
            (None, None) => Some(FieldValue::Values(Vec::new())),
        },
    }
}
