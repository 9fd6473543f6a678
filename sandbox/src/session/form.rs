//! A form that is open: its fields, and filling them in as a person would.

use super::{
    Session, nearest::nearest, parse::is_option_name, people::Known, registered::Lookup, render,
};
use crate::discord::{FormValue, InteractionId};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Discord's number of a text field; the other fields are menus and uploads.
const TEXT_INPUT: u64 = 4;

/// Discord's number of a place for files.
const UPLOAD: u64 = 19;

/// How much a field for text takes unless the form says less.
const TEXT_MAX: u64 = 4_000;

/// A form that someone looks at.
#[derive(Debug, Clone)]
pub(super) struct OpenForm {
    pub(super) opened_by: InteractionId,
    pub(super) form: Value,
}

/// One field of a form.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// What it is called at the prompt: its own name, or its number where that has spaces or signs.
    pub(super) name: String,
    pub(super) label: String,
    pub(super) description: String,
    pub(super) component: Value,
}

/// Returns the fields of a form in their order.
pub(super) fn fields(form: &Value) -> Vec<Field> {
    let rows = form["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let inner = rows.iter().flat_map(|row| {
        let bare = row["components"].as_array().map(Vec::as_slice).unwrap_or_default();
        let labeled = Some(&row["component"]).filter(|component| component.is_object());
        labeled.into_iter().chain(bare).map(move |component| (row, component))
    });
    (1..).zip(inner).map(|(number, (row, component))| field(number, row, component)).collect()
}

fn field(number: usize, row: &Value, component: &Value) -> Field {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let own = text(&component["custom_id"]);
    let label = [&row["label"], &component["label"]].into_iter().find_map(|label| label.as_str());
    Field {
        name: if is_option_name(&own) { own } else { number.to_string() },
        label: label.unwrap_or_default().to_owned(),
        description: text(&row["description"]),
        component: component.clone(),
    }
}

impl Field {
    pub(super) fn is_text(&self) -> bool {
        self.component["type"] == TEXT_INPUT
    }

    pub(super) fn is_upload(&self) -> bool {
        self.component["type"] == UPLOAD
    }

    pub(super) fn is_required(&self) -> bool {
        self.component["required"] != false
    }

    /// Returns the fewest and the most characters.
    fn lengths(&self) -> (u64, u64) {
        let least = u64::from(self.is_required());
        let min = self.component["min_length"].as_u64().unwrap_or(least);
        (min, self.component["max_length"].as_u64().unwrap_or(TEXT_MAX))
    }

    /// Returns what is sent for what was typed.
    fn value(&self, typed: &str, known: &Known, files: &dyn Lookup) -> Result<FormValue> {
        if !self.is_text() {
            let chosen = typed.split(',').map(str::trim).filter(|word| !word.is_empty());
            let id = |word: &str| match self.is_upload() {
                true => files.file_id(word).map_err(anyhow::Error::msg),
                false => known.value_in(&self.component, word),
            };
            return Ok(FormValue::Values(chosen.map(id).collect::<Result<_>>()?));
        }
        let (length, (min, max)) = (typed.chars().count() as u64, self.lengths());
        if !(min..=max).contains(&length) && (self.is_required() || length > 0) {
            bail!("`{}` takes {min} to {max} characters, and this has {length}.", self.name);
        }
        Ok(FormValue::Text(typed.to_owned()))
    }

    /// Returns what stands in the field before anything is typed.
    fn prefilled(&self) -> Option<FormValue> {
        if self.is_text() {
            let value = self.component["value"].as_str().filter(|value| !value.is_empty());
            return value.map(|value| FormValue::Text(value.to_owned()));
        }
        let options = self.component["options"].as_array()?.iter();
        let chosen = options.filter(|option| option["default"] == true);
        let values: Vec<String> =
            chosen.filter_map(|option| Some(option["value"].as_str()?.to_owned())).collect();
        (!values.is_empty()).then_some(FormValue::Values(values))
    }
}

impl Session {
    /// Shows a form and keeps it open for the person it was opened for.
    pub(super) fn open_form(&mut self, opened_by: InteractionId, form: &Value) -> String {
        let form = form.clone();
        let shown = render::form(&form, &self.names());
        self.forms.insert(self.user, OpenForm { opened_by, form });
        shown
    }

    /// Returns the names of the fields of the form that is open.
    pub(super) fn fields_to_fill(&self) -> Vec<String> {
        let open = self.forms.get(&self.user);
        let fields = open.map(|open| fields(&open.form)).unwrap_or_default();
        fields.into_iter().map(|field| field.name).collect()
    }

    /// Fills in the open form and sends it.
    pub(super) async fn fill(&mut self, typed: &[(String, String)]) -> Result<String> {
        let open = self.forms.get(&self.user).context("No form is open for you.")?;
        let values = filled(&fields(&open.form), typed, &self.names(), self)?;
        let interaction = self.discord.submit_modal(open.opened_by, &values)?;
        self.forms.remove(&self.user);
        self.outcome(interaction).await
    }
}

fn filled(
    fields: &[Field],
    typed: &[(String, String)],
    known: &Known,
    files: &dyn Lookup,
) -> Result<Vec<(String, FormValue)>> {
    for (name, _) in typed {
        if !fields.iter().any(|field| field.name == *name) {
            bail!(no_field(fields, name));
        }
    }
    let mut values = Vec::new();
    for field in fields {
        let value = match typed.iter().rev().find(|(name, _)| field.name == *name) {
            Some((_, text)) => Some(field.value(text, known, files)?),
            None => field.prefilled(),
        };
        let own = field.component["custom_id"].as_str().unwrap_or_default().to_owned();
        match value {
            Some(value) => values.push((own, value)),
            None if field.is_required() => bail!("The field `{0}` is empty: `{0}:…`.", field.name),
            None => {}
        }
    }
    Ok(values)
}

fn no_field(fields: &[Field], name: &str) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    match nearest(name, names.iter().copied()) {
        Some(near) => format!("The form has no field `{name}`. Did you mean `{near}`?"),
        None => format!("The form has no field `{name}`. It has: {}.", names.join(", ")),
    }
}
