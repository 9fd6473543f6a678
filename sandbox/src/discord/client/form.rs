//! Forms as the client lets people fill them in.

use serde_json::{Value, json};

use super::birth::{Birth, place_of};
use super::component::{STRING_SELECT, check_values, option_kind};
use super::invocation::Resolved;
use super::{ClientRefusal, FormValue};
use crate::discord::id::InteractionId;
use crate::discord::interaction::InteractionKind;
use crate::discord::sim::Sim;

const ROW: u64 = 1;
const TEXT_INPUT: u64 = 4;
const TEXT_DISPLAY: u64 = 10;
const LABEL: u64 = 18;

/// How much text a field takes unless the form says less.
const TEXT_MAX: u64 = 4_000;

/// Returns the interaction of a form that is sent.
pub(super) fn submit(
    sim: &Sim,
    opened_by: InteractionId,
    values: &[(String, FormValue)],
) -> Result<Birth, ClientRefusal> {
    let world = sim.world();
    let opener = world.interactions.get(opened_by).ok_or(ClientRefusal::NoForm)?;
    let form = opener.modal.as_ref().ok_or(ClientRefusal::NoForm)?;
    let shown = form["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut resolved = Resolved::new(sim, &world, opener.channel);
    let components: Result<Vec<Value>, ClientRefusal> =
        shown.iter().map(|component| filled(component, values, &mut resolved)).collect();
    let custom_id = form["custom_id"].as_str().unwrap_or_default().to_owned();
    let mut data = json!({ "custom_id": custom_id, "components": components? });
    resolved.put_into(&mut data);
    let place = place_of(&world, opener.channel)?;
    let source = opener.source;
    let kind = InteractionKind::Modal;
    let opened_by = Some(opened_by);
    Ok(Birth { source, opened_by, ..Birth::new(kind, opener.user, place, custom_id, data) })
}

fn filled(
    component: &Value,
    values: &[(String, FormValue)],
    resolved: &mut Resolved<'_>,
) -> Result<Value, ClientRefusal> {
    let id = &component["id"];
    Ok(match component["type"].as_u64() {
        Some(ROW) => {
            let fields = component["components"].as_array().map(Vec::as_slice).unwrap_or_default();
            let fields: Result<Vec<Value>, ClientRefusal> =
                fields.iter().map(|component| field(component, values, resolved)).collect();
            json!({ "type": ROW, "id": id, "components": fields? })
        }
        Some(LABEL) => {
            let filled = field(&component["component"], values, resolved)?;
            json!({ "type": LABEL, "id": id, "component": filled })
        }
        _ => json!({ "type": TEXT_DISPLAY, "id": id }),
    })
}

fn field(
    component: &Value,
    values: &[(String, FormValue)],
    resolved: &mut Resolved<'_>,
) -> Result<Value, ClientRefusal> {
    let name = component["custom_id"].as_str().unwrap_or_default();
    let given = values.iter().find(|(id, _)| id == name).map(|(_, value)| value);
    let kind = component["type"].as_u64().unwrap_or_default();
    let required = component["required"] != false;
    let bad = || ClientRefusal::BadField(name.to_owned());
    let mut filled = json!({ "type": kind, "custom_id": name, "id": component["id"] });
    match (kind, given) {
        (TEXT_INPUT, Some(FormValue::Text(text))) => {
            let length = text.chars().count() as u64;
            let min = component["min_length"].as_u64().unwrap_or(u64::from(required));
            let max = component["max_length"].as_u64().unwrap_or(TEXT_MAX);
            if !(min..=max).contains(&length) && (required || length > 0) {
                return Err(bad());
            }
            filled["value"] = json!(text);
        }
        (TEXT_INPUT, None) if !required => filled["value"] = json!(""),
        (TEXT_INPUT, _) | (_, Some(FormValue::Text(_))) => return Err(bad()),
        (_, Some(FormValue::Values(values))) => {
            check_values(component, values).map_err(|_| bad())?;
            if kind != STRING_SELECT {
                let found = |id: &String| resolved.add(option_kind(kind), &json!(id));
                values.iter().try_for_each(found).ok_or_else(bad)?;
            }
            filled["values"] = json!(values);
        }
        (_, None) if !required => filled["values"] = json!([]),
        (_, None) => return Err(bad()),
    }
    Ok(filled)
}
