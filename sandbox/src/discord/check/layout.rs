//! The component tree of a message, in its old form (rows) and in its second (containers).

use serde_json::Value;

use super::Form;
use super::component::{self, ACTION_ROW, BUTTON, CustomIds};
use crate::discord::message::interactive;

const SECTION: u64 = 9;
const TEXT_DISPLAY: u64 = 10;
const THUMBNAIL: u64 = 11;
const MEDIA_GALLERY: u64 = 12;
const FILE: u64 = 13;
const SEPARATOR: u64 = 14;
const CONTAINER: u64 = 17;
const TOP_LEVEL: [u64; 7] =
    [ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER];
const IN_CONTAINER: [u64; 6] = [ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR];

const ROWS_MAX: usize = 5;

/// How many components a message of the second kind may have, nested ones counted.
const COMPONENTS_MAX: usize = 40;

/// How many characters all text displays may have together.
const TEXT_TOTAL_MAX: usize = 4_000;

const SECTION_TEXTS_MAX: usize = 3;
const GALLERY_MAX: usize = 10;
const DESCRIPTION_MAX: usize = 1_024;
const COLOR_MAX: i64 = 0xff_ffff;
const MEDIA: [&str; 3] = ["http", "https", "attachment"];

/// Checks rows, the only components without the flag of the second kind.
pub(super) fn rows(form: &mut Form, payload: &Value) {
    let rows = form.list(payload, "components", 0..=ROWS_MAX);
    let mut ids = CustomIds::default();
    form.within("components", |form| {
        for (index, row) in rows.iter().enumerate() {
            form.within(index, |form| {
                if row["type"] == ACTION_ROW {
                    component::row(form, row, &mut ids);
                } else {
                    let text = "Value of field \"type\" must be one of (1,).";
                    form.refuse_at("type", "UNION_TYPE_CHOICES", text);
                }
            });
        }
    });
}

/// Checks a tree of the second kind.
pub(super) fn tree(form: &mut Form, payload: &Value, file_names: &[&str]) {
    let top = form.list(payload, "components", 0..=COMPONENTS_MAX);
    let n_components = interactive(top, |_| true).len();
    let texts = interactive(top, |kind| kind == TEXT_DISPLAY).into_iter();
    let total: usize =
        texts.filter_map(|text| text["content"].as_str()).map(|text| text.chars().count()).sum();
    let mut ids = CustomIds::default();
    form.within("components", |form| {
        if n_components > COMPONENTS_MAX {
            let text = format!("The maximum number of components is {COMPONENTS_MAX}");
            form.refuse("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", text);
        }
        if total > TEXT_TOTAL_MAX {
            let text = format!("Displayable text exceeds the maximum of {TEXT_TOTAL_MAX}");
            form.refuse("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", text);
        }
        children(form, top, &TOP_LEVEL, &mut Walk { ids: &mut ids, file_names });
    });
}

struct Walk<'a> {
    ids: &'a mut CustomIds,
    file_names: &'a [&'a str],
}

fn children(form: &mut Form, list: &[Value], allowed: &[u64], walk: &mut Walk<'_>) {
    for (index, component) in list.iter().enumerate() {
        form.within(index, |form| one(form, component, allowed, walk));
    }
}

fn one(form: &mut Form, component: &Value, allowed: &[u64], walk: &mut Walk<'_>) {
    let kind = component["type"].as_u64().unwrap_or_default();
    if !allowed.contains(&kind) {
        let list: Vec<String> = allowed.iter().map(u64::to_string).collect();
        let text = format!("Value of field \"type\" must be one of ({}).", list.join(", "));
        form.refuse_at("type", "UNION_TYPE_CHOICES", text);
        return;
    }
    match kind {
        ACTION_ROW => component::row(form, component, walk.ids),
        SECTION => section(form, component, walk),
        TEXT_DISPLAY => drop(form.required_text(component, "content", 1..=TEXT_TOTAL_MAX)),
        MEDIA_GALLERY => gallery(form, component, walk),
        FILE => media(form, component, "file", &["attachment"], walk),
        SEPARATOR if !component["spacing"].is_null() => {
            form.one_of(component, "spacing", &[1, 2]);
        }
        CONTAINER => {
            form.integer(component, "accent_color", 0..=COLOR_MAX);
            let list = required_list(form, component, "components", COMPONENTS_MAX);
            form.within("components", |form| children(form, list, &IN_CONTAINER, walk));
        }
        _ => {}
    }
}

fn required_list<'a>(form: &mut Form, object: &'a Value, key: &str, max: usize) -> &'a [Value] {
    if object[key].is_null() {
        form.refuse_required(key);
        return &[];
    }
    form.list(object, key, 1..=max)
}

fn section(form: &mut Form, component: &Value, walk: &mut Walk<'_>) {
    let texts = required_list(form, component, "components", SECTION_TEXTS_MAX);
    form.within("components", |form| children(form, texts, &[TEXT_DISPLAY], walk));
    let accessory = &component["accessory"];
    if accessory.is_null() {
        form.refuse_required("accessory");
        return;
    }
    form.within("accessory", |form| match accessory["type"].as_u64() {
        Some(BUTTON) => component::button(form, accessory, walk.ids),
        Some(THUMBNAIL) => {
            media(form, accessory, "media", &MEDIA, walk);
            form.text(accessory, "description", 0..=DESCRIPTION_MAX);
        }
        _ => {
            let text = "Value of field \"type\" must be one of (2, 11).";
            form.refuse_at("type", "UNION_TYPE_CHOICES", text);
        }
    });
}

fn gallery(form: &mut Form, component: &Value, walk: &mut Walk<'_>) {
    let items = required_list(form, component, "items", GALLERY_MAX);
    form.within("items", |form| {
        for (index, item) in items.iter().enumerate() {
            form.within(index, |form| {
                media(form, item, "media", &MEDIA, walk);
                form.text(item, "description", 0..=DESCRIPTION_MAX);
            });
        }
    });
}

/// Checks a picture or file; one named `attachment://` must come with the request.
fn media(form: &mut Form, object: &Value, key: &str, schemes: &[&str], walk: &mut Walk<'_>) {
    let media = &object[key];
    if media["url"].is_null() {
        form.refuse_required(key);
        return;
    }
    form.within(key, |form| form.url(media, "url", schemes));
    let named = media["url"].as_str().and_then(|url| url.strip_prefix("attachment://"));
    if named.is_some_and(|name| !walk.file_names.contains(&name)) {
        let text = "The referenced attachment was not found";
        form.within(key, |form| {
            form.refuse("UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", text);
        });
    }
}
