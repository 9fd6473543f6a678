//! Embeds: a box with a bar at its left.

use super::{
    super::markdown::{Names, plain, visible},
    indented, text,
};
use serde_json::Value;

const BAR: &str = "  ┃ ";
const FIELD: &str = "  ┃   ";

/// Returns an embed from its author down to its footer.
pub(super) fn lines(embed: &Value, names: &dyn Names) -> Vec<String> {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    let mut block = |text: &str| {
        if !text.is_empty() {
            blocks.push(indented(text, BAR));
        }
    };
    block(&visible(text(&embed["author"]["name"])));
    block(&title(embed, names));
    block(&plain(text(&embed["description"]), names));
    for field in embed["fields"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let mut lines = indented(&plain(text(&field["name"]), names), BAR);
        lines.extend(indented(&plain(text(&field["value"]), names), FIELD));
        blocks.push(lines);
    }
    for (kind, label) in [("image", "picture"), ("thumbnail", "small picture")] {
        let url = text(&embed[kind]["url"]);
        if !url.is_empty() {
            blocks.push(vec![format!("{BAR}({label}) {url}")]);
        }
    }
    let footer = text(&embed["footer"]["text"]);
    if !footer.is_empty() {
        blocks.push(indented(&visible(footer), BAR));
    }
    blocks.join(&BAR.trim_end().to_owned())
}

fn title(embed: &Value, names: &dyn Names) -> String {
    let title = plain(text(&embed["title"]), names);
    match text(&embed["url"]) {
        "" => title,
        url => format!("{title}\n{url}"),
    }
}
