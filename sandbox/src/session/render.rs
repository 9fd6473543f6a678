//! Messages as a person sees them, in plain text of a bounded width.

mod components;
mod embed;
mod form;
mod wrap;

pub use form::form;

use super::markdown::{Names, plain, visible};
use crate::discord::{Message, Ping};
use serde_json::Value;
use wrap::{cut, indented};

/// Columns of the screen that are used.
pub const WIDTH: usize = 96;

/// Lines of one text that are shown; a longer one says how much is left.
const TEXT_LINES_MAX: usize = 40;

/// Characters of a file that are shown.
const FILE_CHARS_MAX: usize = 8_000;

/// What stands before every line of a message.
const INDENT: &str = "  ";

/// Returns a message: who said it, who sees it, and everything in it.
#[must_use]
pub fn message(message: &Message, author: &str, names: &dyn Names) -> String {
    let mut lines = vec![header(message, author, names)];
    if message.is_thinking() {
        lines.push(format!("{INDENT}{author} is thinking…"));
        return lines.join("\n");
    }
    if !message.content().is_empty() {
        lines.extend(indented(&plain(message.content(), names), INDENT));
    }
    for embed in message.embeds() {
        lines.extend(embed::lines(embed, names));
    }
    lines.extend(components::lines(message.components(), names));
    lines.extend(attachments(message.body()));
    if lines.len() == 1 {
        lines.push(format!("{INDENT}(nothing)"));
    }
    lines.join("\n")
}

/// Returns suggestions by number, each with the value it stands for.
#[must_use]
pub fn choices(choices: &[Value]) -> String {
    if choices.is_empty() {
        return "No suggestions.".to_owned();
    }
    let line = |(number, choice): (usize, &Value)| {
        let (name, value) = (visible(text(&choice["name"])), plain_value(&choice["value"]));
        if name == value {
            format!("{number:>3}. {name}")
        } else {
            format!("{number:>3}. {name}  → {value}")
        }
    };
    (1..).zip(choices).map(line).collect::<Vec<_>>().join("\n")
}

fn header(message: &Message, author: &str, names: &dyn Names) -> String {
    let mut header = visible(author);
    if let Some(user) = message.only_for {
        let name = names.user(&user.to_string()).unwrap_or_else(|| user.to_string());
        header.push_str(&format!("  (only {name} can see this)"));
    }
    if message.history.len() > 1 && !message.is_thinking() && !was_deferred(message) {
        header.push_str("  (edited)");
    }
    for ping in &message.pings {
        header.push_str(&match ping {
            Ping::User(user) => {
                let name = names.user(&user.to_string()).unwrap_or_else(|| user.to_string());
                format!("  (notifies {name})")
            }
            Ping::Role(role) => format!("  (notifies role {role})"),
            Ping::Everyone => "  (NOTIFIES EVERYONE)".to_owned(),
        });
    }
    header
}

/// A deferred answer that was filled in once was not edited as people understand it.
fn was_deferred(message: &Message) -> bool {
    const LOADING: u64 = 1 << 7;
    let first = message.history.first().and_then(|version| version.body["flags"].as_u64());
    first.is_some_and(|flags| flags & LOADING != 0) && message.history.len() == 2
}

fn attachments(body: &Value) -> Vec<String> {
    let files = body["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
    let line = |(number, file): (usize, &Value)| {
        let name = visible(text(&file["filename"]));
        format!("{INDENT}(file {number}) {name}, {} bytes", file["size"])
    };
    (1..).zip(files).map(line).collect()
}

/// Returns what stands in a file of text, as much as fits the screen.
#[must_use]
pub fn file(text: &str) -> String {
    let start: String = text.chars().take(FILE_CHARS_MAX).collect();
    let is_cut = start.len() < text.len();
    let start = start.replace("\r\n", "\n").replace('\t', "    ");
    let mut lines = indented(visible(&start).trim_end_matches('\n'), INDENT);
    if is_cut {
        lines.push(format!("{INDENT}… (the file goes on)"));
    }
    lines.join("\n")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn plain_value(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), visible)
}

#[cfg(test)]
mod tests;
