//! Select menus of all five kinds.

use std::collections::HashSet;

use serde_json::Value;

use super::Form;
use super::component::{CustomIds, STRING_SELECT};
use super::emoji::emoji;

const OPTIONS_MAX: usize = 25;
const PLACEHOLDER_MAX: usize = 150;
const OPTION_TEXT_MAX: usize = 100;
const VALUES_MAX: i64 = 25;

/// Checks a menu.
pub(super) fn menu(form: &mut Form, menu: &Value, ids: &mut CustomIds) {
    ids.check(form, menu);
    form.text(menu, "placeholder", 0..=PLACEHOLDER_MAX);
    form.integer(menu, "min_values", 0..=VALUES_MAX);
    form.integer(menu, "max_values", 1..=VALUES_MAX);
    let min = menu["min_values"].as_u64().unwrap_or(1);
    let max = menu["max_values"].as_u64().unwrap_or(1);
    if min > max {
        let text = "Minimum number of values must not exceed the maximum";
        form.refuse_at("min_values", "SELECT_COMPONENT_MIN_VALUES_EXCEEDS_MAX", text);
    }
    if menu["type"] == STRING_SELECT {
        options(form, menu);
    }
}

fn options(form: &mut Form, menu: &Value) {
    if menu["options"].is_null() {
        form.refuse_required("options");
        return;
    }
    let options = form.list(menu, "options", 1..=OPTIONS_MAX);
    let mut seen = HashSet::new();
    form.within("options", |form| {
        for (index, option) in options.iter().enumerate() {
            form.within(index, |form| {
                form.required_text(option, "label", 1..=OPTION_TEXT_MAX);
                form.required_text(option, "value", 1..=OPTION_TEXT_MAX);
                form.text(option, "description", 0..=OPTION_TEXT_MAX);
                emoji(form, option);
                if !seen.insert(option["value"].as_str().unwrap_or_default()) {
                    let text = "The specified option value is already used";
                    form.refuse_at("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", text);
                }
            });
        }
    });
    let max = menu["max_values"].as_u64().unwrap_or(1) as usize;
    if max > options.len() && form.is_clean() {
        let text = "Cannot be greater than the number of options";
        form.refuse_at("max_values", "SELECT_COMPONENT_MAX_VALUES_EXCEEDED", text);
    }
}
