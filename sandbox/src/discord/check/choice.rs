//! Suggestions for an option that completes.

use serde_json::Value;

use super::Form;
use crate::discord::error::ApiError;

const CHOICES_MAX: usize = 25;
const TEXT_MAX: usize = 100;

/// Checks the answer to an autocomplete; `option_kind` is the type of the option typed in.
pub(crate) fn choices(data: &Value, option_kind: u64) -> Result<(), ApiError> {
    let mut form = Form::default();
    form.within("data", |form| {
        if data["choices"].is_null() {
            form.refuse_required("choices");
        }
        let list = form.list(data, "choices", 0..=CHOICES_MAX);
        form.within("choices", |form| {
            for (index, choice) in list.iter().enumerate() {
                form.within(index, |form| one(form, choice, option_kind));
            }
        });
    });
    form.finish()
}

/// Checks a choice, of a suggestion or of a registered option.
pub(super) fn one(form: &mut Form, choice: &Value, option_kind: u64) {
    form.required_text(choice, "name", 1..=TEXT_MAX);
    let value = &choice["value"];
    match option_kind {
        4 if value.as_i64().is_none() => {
            let text = format!("Value \"{value}\" is not int.");
            form.refuse_at("value", "NUMBER_TYPE_COERCE", text);
        }
        10 if value.as_f64().is_none() => {
            let text = format!("Value \"{value}\" is not float.");
            form.refuse_at("value", "NUMBER_TYPE_COERCE", text);
        }
        4 | 10 => {}
        _ => drop(form.required_text(choice, "value", 1..=TEXT_MAX)),
    }
}
