//! Choices of options: suggested while a user types, or declared with a command.

use super::{Reader, Renderer};
use crate::texts::Place;
use lumina_plugin_api::command::{Choice, ChoiceValue};
use serde_json::{Value, json};
use tracing::debug;

/// Discord shows as many.
pub(in crate::discord) const CHOICES_MAX: usize = 25;
/// Characters of a choice's name, and of its value if that is a text.
pub(in crate::discord) const CHOICE_CHARS_MAX: usize = 100;
/// Whole numbers that every JSON holds exactly: Discord takes no others.
const INTEGER_MAX: i64 = (1 << 53) - 1;

/// Discord's types of the options that suggest numbers (reference, "Application Command Option Type").
const OF_INTEGERS: u8 = 4;
const OF_NUMBERS: u8 = 10;

impl Reader {
    /// Writes suggestions for an option of this type; what Discord would refuse is left out.
    pub(in crate::discord) fn choices(&self, choices: &[Choice], option: u8) -> Vec<Value> {
        let renderer = Renderer::new(self);
        let written = choices.iter().filter_map(|choice| {
            let max = CHOICE_CHARS_MAX;
            let name = renderer.text_if_any(&choice.name, Place::Plain, max, "choice")?;
            Some(json!({ "name": name, "value": suggested(&choice.value, option)? }))
        });
        let written: Vec<Value> = written.take(CHOICES_MAX).collect();
        if written.len() < choices.len().min(CHOICES_MAX) {
            debug!(plugin.id = %self.plugin, "left out suggestions that Discord would refuse");
        }
        written
    }
}

/// Writes the value behind a suggestion; nothing if it is of another type than its option.
fn suggested(value: &ChoiceValue, option: u8) -> Option<Value> {
    let fits = match value {
        ChoiceValue::String(_) => !matches!(option, OF_INTEGERS | OF_NUMBERS),
        ChoiceValue::Integer(number) => {
            let is_exact = (-INTEGER_MAX..=INTEGER_MAX).contains(number);
            is_exact && matches!(option, OF_INTEGERS | OF_NUMBERS)
        }
        ChoiceValue::Number(_) => option == OF_NUMBERS,
        _ => false,
    };
    fits.then(|| choice_value(value)).flatten()
}

/// Writes the value behind a choice; nothing if Discord would refuse it.
pub(in crate::discord) fn choice_value(value: &ChoiceValue) -> Option<Value> {
    match value {
        ChoiceValue::String(text) => {
            let fits = !text.trim().is_empty() && text.chars().count() <= CHOICE_CHARS_MAX;
            fits.then(|| text.as_str().into())
        }
        ChoiceValue::Integer(number) => Some((*number).into()),
        ChoiceValue::Number(number) => Some((*number).into()),
        _ => None,
    }
}
