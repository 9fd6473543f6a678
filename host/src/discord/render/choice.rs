//! Choices of options: suggested while a user types, or declared with a command.

use super::{Reader, Renderer};
use crate::texts::Place;
use lumina_plugin_api::command::{Choice, ChoiceValue};
use serde_json::{Value, json};

/// Discord shows as many.
pub(in crate::discord) const CHOICES_MAX: usize = 25;
/// Characters of a choice's name, and of its value if that is a text.
pub(in crate::discord) const CHOICE_CHARS_MAX: usize = 100;

impl Reader {
    /// Writes suggestions; what Discord would refuse is left out.
    pub(in crate::discord) fn choices(&self, choices: &[Choice]) -> Vec<Value> {
        let renderer = Renderer::new(self);
        let written = choices.iter().filter_map(|choice| {
            let max = CHOICE_CHARS_MAX;
            let name = renderer.text_if_any(&choice.name, Place::Plain, max, "choice")?;
            Some(json!({ "name": name, "value": choice_value(&choice.value)? }))
        });
        written.take(CHOICES_MAX).collect()
    }
}

/// Writes the value behind a choice; nothing if Discord would refuse it.
pub(in crate::discord) fn choice_value(value: &ChoiceValue) -> Option<Value> {
    match value {
        ChoiceValue::String(text) => {
            let fits = !text.is_empty() && text.chars().count() <= CHOICE_CHARS_MAX;
            fits.then(|| text.as_str().into())
        }
        ChoiceValue::Integer(number) => Some((*number).into()),
        ChoiceValue::Number(number) => Some((*number).into()),
        _ => None,
    }
}
