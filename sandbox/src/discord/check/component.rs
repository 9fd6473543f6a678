//! Buttons and menus: lengths, what must be there, and custom ids that are unique.

use std::collections::HashSet;

use serde_json::Value;

use super::Form;
use super::emoji::emoji;
use super::menu;

pub(super) const ACTION_ROW: u64 = 1;
pub(super) const BUTTON: u64 = 2;
pub(super) const STRING_SELECT: u64 = 3;
pub(super) const TEXT_INPUT: u64 = 4;
pub(super) const SELECTS: [u64; 5] = [STRING_SELECT, 5, 6, 7, 8];

const ROW_WIDTH: usize = 5;
const LABEL_MAX: usize = 80;
pub(super) const CUSTOM_ID_MAX: usize = 100;
const URL_MAX: usize = 512;

const LINK: u64 = 5;
const PREMIUM: u64 = 6;
const BUTTON_STYLES: [u64; 6] = [1, 2, 3, 4, LINK, PREMIUM];

/// Remembers the custom ids of one message or form.
#[derive(Debug, Default)]
pub(super) struct CustomIds {
    seen: HashSet<String>,
}

impl CustomIds {
    /// Checks a custom id that must be there and must be the only one of its kind.
    pub(super) fn check(&mut self, form: &mut Form, component: &Value) {
        form.required_text(component, "custom_id", 1..=CUSTOM_ID_MAX);
        let Some(id) = component["custom_id"].as_str() else { return };
        if !self.seen.insert(id.to_owned()) {
            let text = "Component custom id cannot be duplicated";
            form.refuse_at("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", text);
        }
    }
}

/// Checks a row: up to five buttons, or one menu.
pub(super) fn row(form: &mut Form, row: &Value, ids: &mut CustomIds) {
    if row["components"].is_null() {
        form.refuse_required("components");
        return;
    }
    let children = form.list(row, "components", 1..=ROW_WIDTH);
    let n_menus = children.iter().filter(|child| is_select(child)).count();
    form.within("components", |form| {
        for (index, child) in children.iter().enumerate() {
            form.within(index, |form| row_child(form, child, ids));
        }
        if n_menus > 1 || (n_menus == 1 && children.len() > 1) {
            let text = "The specified component exceeds the maximum width";
            form.within(children.len() - 1, |form| {
                form.refuse("COMPONENT_LAYOUT_WIDTH_EXCEEDED", text);
            });
        }
    });
}

fn is_select(component: &Value) -> bool {
    component["type"].as_u64().is_some_and(|kind| SELECTS.contains(&kind))
}

fn row_child(form: &mut Form, child: &Value, ids: &mut CustomIds) {
    match child["type"].as_u64() {
        Some(BUTTON) => button(form, child, ids),
        Some(_) if is_select(child) => menu::menu(form, child, ids),
        _ => {
            let text = "The specified component type is invalid in this context";
            form.refuse_at("type", "COMPONENT_TYPE_INVALID", text);
        }
    }
}

/// Checks a button.
pub(super) fn button(form: &mut Form, button: &Value, ids: &mut CustomIds) {
    form.one_of(button, "style", &BUTTON_STYLES);
    let label = form.text(button, "label", 0..=LABEL_MAX);
    emoji(form, button);
    match button["style"].as_u64() {
        Some(LINK) => {
            if button["url"].is_null() {
                let text = "A url is required";
                form.refuse_at("url", "BUTTON_COMPONENT_URL_REQUIRED", text);
            }
            form.url(button, "url", &["http", "https", "discord"]);
            form.text(button, "url", 0..=URL_MAX);
            if !button["custom_id"].is_null() {
                let text = "A custom id and url cannot both be specified";
                form.refuse_at(
                    "custom_id",
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    text,
                );
            }
        }
        Some(PREMIUM) if button["sku_id"].is_null() => form.refuse_required("sku_id"),
        Some(PREMIUM) => return,
        _ => {
            if !button["url"].is_null() {
                let text = "A custom id and url cannot both be specified";
                form.refuse_at("url", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", text);
            }
            ids.check(form, button);
        }
    }
    if label == 0 && button["emoji"].is_null() {
        let text = "A label or emoji is required";
        form.refuse_at("label", "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", text);
    }
}
