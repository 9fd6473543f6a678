//! Forms: title, one to five fields in rows or labels, unique custom ids.

use serde_json::Value;

use super::Form;
use super::component::{ACTION_ROW, CUSTOM_ID_MAX, CustomIds, SELECTS, TEXT_INPUT};
use super::menu;
use crate::discord::error::ApiError;

const TITLE_MAX: usize = 45;
const FIELDS_MAX: usize = 5;
const LABEL_MAX: usize = 45;
const DESCRIPTION_MAX: usize = 100;
const TEXT_MAX: i64 = 4_000;
const PLACEHOLDER_MAX: usize = 100;

const TEXT_DISPLAY: u64 = 10;
const LABEL: u64 = 18;
const FILE_UPLOAD: u64 = 19;
const CHOICE_GROUPS: [u64; 3] = [21, 22, 23];

/// Checks a form.
pub(crate) fn modal(data: &Value) -> Result<(), ApiError> {
    let mut form = Form::default();
    form.within("data", |form| {
        form.required_text(data, "custom_id", 1..=CUSTOM_ID_MAX);
        form.required_text(data, "title", 1..=TITLE_MAX);
        if data["components"].is_null() {
            form.refuse_required("components");
        }
        let fields = form.list(data, "components", 1..=FIELDS_MAX);
        let mut ids = CustomIds::default();
        form.within("components", |form| {
            for (index, field) in fields.iter().enumerate() {
                form.within(index, |form| top(form, field, &mut ids));
            }
        });
    });
    form.finish()
}

fn top(form: &mut Form, component: &Value, ids: &mut CustomIds) {
    match component["type"].as_u64() {
        Some(ACTION_ROW) => {
            let fields = form.list(component, "components", 1..=1);
            form.within("components", |form| {
                for (index, field) in fields.iter().enumerate() {
                    form.within(index, |form| text_input(form, field, ids, true));
                }
            });
        }
        Some(LABEL) => {
            form.required_text(component, "label", 1..=LABEL_MAX);
            form.text(component, "description", 0..=DESCRIPTION_MAX);
            let field = &component["component"];
            form.within("component", |form| labeled(form, field, ids));
        }
        Some(TEXT_DISPLAY) => drop(form.required_text(component, "content", 1..=4_000)),
        _ => {
            let text = "Value of field \"type\" must be one of (1, 10, 18).";
            form.refuse_at("type", "UNION_TYPE_CHOICES", text);
        }
    }
}

fn labeled(form: &mut Form, field: &Value, ids: &mut CustomIds) {
    match field["type"].as_u64() {
        Some(TEXT_INPUT) => text_input(form, field, ids, false),
        Some(kind) if SELECTS.contains(&kind) => menu::menu(form, field, ids),
        Some(kind) if kind == FILE_UPLOAD || CHOICE_GROUPS.contains(&kind) => {
            ids.check(form, field);
        }
        _ => {
            let text = "Value of field \"type\" must be one of (3, 4, 5, 6, 7, 8, 19, 21, 22, 23).";
            form.refuse_at("type", "UNION_TYPE_CHOICES", text);
        }
    }
}

fn text_input(form: &mut Form, field: &Value, ids: &mut CustomIds, has_label: bool) {
    if field["type"] != TEXT_INPUT {
        let text = "The specified component type is invalid in this context";
        form.refuse_at("type", "COMPONENT_TYPE_INVALID", text);
        return;
    }
    ids.check(form, field);
    form.one_of(field, "style", &[1, 2]);
    if has_label {
        form.required_text(field, "label", 1..=LABEL_MAX);
    }
    form.integer(field, "min_length", 0..=TEXT_MAX);
    form.integer(field, "max_length", 1..=TEXT_MAX);
    form.text(field, "value", 0..=TEXT_MAX as usize);
    form.text(field, "placeholder", 0..=PLACEHOLDER_MAX);
}
