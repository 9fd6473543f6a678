//! Forms: the title, every field with the name by which `fill` means it, and how to send it.

use super::{
    super::{
        form::{Field, fields},
        markdown::{Names, plain, visible},
    },
    INDENT, cut, indented, text,
};
use serde_json::Value;

/// The indent of what belongs to a field.
const INSIDE: &str = "      ";

/// Discord's number of a text that stands between fields.
const TEXT_DISPLAY: u64 = 10;

/// Returns a form as its person sees it, and the line that fills it in.
#[must_use]
pub fn form(form: &Value, names: &dyn Names) -> String {
    let mut lines = vec![format!("A form: {}", visible(text(&form["title"])))];
    let rows = form["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    for row in rows.iter().filter(|row| row["type"] == TEXT_DISPLAY) {
        lines.extend(indented(&plain(text(&row["content"]), names), INDENT));
    }
    let fields = fields(form);
    for field in &fields {
        lines.extend(self::field(field, names));
    }
    let wanted: Vec<String> = fields.iter().map(example).collect();
    lines.push(format!("`fill {}` sends it.", wanted.join(" ")));
    lines.join("\n")
}

fn field(field: &Field, names: &dyn Names) -> Vec<String> {
    let notes = notes(field);
    let notes = if notes.is_empty() { notes } else { format!("  ({notes})") };
    let head = format!("{}: {}{notes}", field.name, visible(&field.label));
    let mut lines = vec![cut(&format!("{INDENT}{head}"), "")];
    if !field.description.is_empty() {
        lines.extend(indented(&visible(&field.description), INSIDE));
    }
    let chosen = |option: &Value| if option["default"] == true { " (chosen)" } else { "" };
    let options = field.component["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (number, option) in (1..).zip(options) {
        let label = visible(text(&option["label"]));
        lines.push(cut(&format!("{INSIDE}{number}. {label}{}", chosen(option)), ""));
    }
    let kind = field.component["type"].as_u64().unwrap_or_default();
    for (number, name) in (1..).zip(names.offered(kind)) {
        lines.push(cut(&format!("{INSIDE}{number}. {}", visible(&name)), ""));
    }
    lines
}

fn notes(field: &Field) -> String {
    const PARAGRAPH: u64 = 2;
    let component = &field.component;
    let mut notes = Vec::new();
    if field.is_upload() {
        notes.push("files by their paths, with commas between them".to_owned());
    }
    if component["style"] == PARAGRAPH {
        notes.push("several lines, `\\n` between them".to_owned());
    }
    match (component["min_length"].as_u64(), component["max_length"].as_u64()) {
        (Some(min), Some(max)) => notes.push(format!("{min} to {max} characters")),
        (Some(min), None) => notes.push(format!("{min} characters at least")),
        (None, Some(max)) => notes.push(format!("{max} characters at most")),
        (None, None) => {}
    }
    if component["max_values"].as_u64().is_some_and(|max| max > 1) && !field.is_upload() {
        notes.push("several as in `1,2`".to_owned());
    }
    if !field.is_required() {
        notes.push("may stay empty".to_owned());
    }
    match text(&component["value"]) {
        "" => {}
        value => notes.push(format!("holds “{}”", visible(value).replace('\n', " "))),
    }
    notes.join(", ")
}

fn example(field: &Field) -> String {
    let value = if field.is_text() || field.is_upload() { "…" } else { "1" };
    format!("{}:{value}", field.name)
}
