//! Embeds: their lengths one by one, and all together.

use serde_json::Value;

use super::Form;

const EMBEDS_MAX: usize = 10;
const TITLE_MAX: usize = 256;
const DESCRIPTION_MAX: usize = 4_096;
const FIELDS_MAX: usize = 25;
const FIELD_NAME_MAX: usize = 256;
const FIELD_VALUE_MAX: usize = 1_024;
const FOOTER_MAX: usize = 2_048;
const AUTHOR_MAX: usize = 256;
const COLOR_MAX: i64 = 0xff_ffff;

/// How many characters all embeds of a message may have together.
const TOTAL_MAX: usize = 6_000;

const PAGES: [&str; 2] = ["http", "https"];
const PICTURES: [&str; 3] = ["http", "https", "attachment"];

/// Checks the embeds of a message.
pub(super) fn embeds(form: &mut Form, payload: &Value) {
    let list = form.list(payload, "embeds", 0..=EMBEDS_MAX);
    let mut total = 0;
    form.within("embeds", |form| {
        for (index, embed) in list.iter().enumerate() {
            total += form.within(index, |form| one(form, embed));
        }
        if total > TOTAL_MAX && form.is_clean() {
            let text = format!("Embed size exceeds maximum size of {TOTAL_MAX}");
            form.refuse("MAX_EMBED_SIZE_EXCEEDED", text);
        }
    });
}

/// Checks one embed; returns how many characters count towards the total.
fn one(form: &mut Form, embed: &Value) -> usize {
    if !embed.is_object() {
        form.refuse("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        return 0;
    }
    let mut total = form.text(embed, "title", 0..=TITLE_MAX);
    total += form.text(embed, "description", 0..=DESCRIPTION_MAX);
    form.url(embed, "url", &PAGES);
    form.integer(embed, "color", 0..=COLOR_MAX);
    timestamp(form, &embed["timestamp"]);
    for key in ["image", "thumbnail"] {
        if !embed[key].is_null() {
            form.within(key, |form| form.url(&embed[key], "url", &PICTURES));
        }
    }
    if !embed["footer"].is_null() {
        total += form.within("footer", |form| {
            form.url(&embed["footer"], "icon_url", &PICTURES);
            form.required_text(&embed["footer"], "text", 0..=FOOTER_MAX)
        });
    }
    if !embed["author"].is_null() {
        total += form.within("author", |form| {
            form.url(&embed["author"], "url", &PAGES);
            form.url(&embed["author"], "icon_url", &PICTURES);
            form.required_text(&embed["author"], "name", 0..=AUTHOR_MAX)
        });
    }
    total + fields(form, embed)
}

fn fields(form: &mut Form, embed: &Value) -> usize {
    let list = form.list(embed, "fields", 0..=FIELDS_MAX);
    form.within("fields", |form| {
        let one = |form: &mut Form, field: &Value| {
            form.required_text(field, "name", 1..=FIELD_NAME_MAX)
                + form.required_text(field, "value", 1..=FIELD_VALUE_MAX)
        };
        let fields = list.iter().enumerate();
        fields.map(|(index, field)| form.within(index, |form| one(form, field))).sum()
    })
}

/// Checks the shape of an ISO 8601 moment: a date, `T` or a space, a time.
fn timestamp(form: &mut Form, value: &Value) {
    let Some(text) = value.as_str() else { return };
    let bytes = text.as_bytes();
    let is_date = bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(index, byte)| match index {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_date {
        let text = format!("Could not parse {text}. Should be ISO8601.");
        form.refuse_at("timestamp", "DATE_TIME_TYPE_PARSE", text);
    }
}
