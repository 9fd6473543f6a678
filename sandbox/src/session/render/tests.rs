//! What people see of a message.

use super::*;
use crate::{
    discord::{ChannelId, MessageId, UserId, Version},
    session::markdown::Names,
};
use serde_json::json;

struct Fixed;

impl Names for Fixed {
    fn user(&self, _: &str) -> Option<String> {
        Some("Mira".to_owned())
    }
    fn channel(&self, _: &str) -> Option<String> {
        None
    }
    fn now_s(&self) -> i64 {
        0
    }
}

fn check(body: Value, expected: &str) {
    let shown = super::message(&of(body), "Lumina", &Fixed);
    assert_eq!(shown, expected.trim_matches('\n'));
}

fn of(body: Value) -> Message {
    let only_for = (body["flags"].as_u64().unwrap_or_default() & 64 != 0).then_some(UserId(7));
    Message {
        id: MessageId(1),
        channel: ChannelId(2),
        author: UserId(3),
        interaction: None,
        only_for,
        history: vec![Version { at_ms: 0, body: body.into() }],
        deleted: false,
        pings: Vec::new(),
        thinking_until_ms: None,
    }
}

#[test]
fn a_text_names_who_sees_it() {
    check(json!({ "content": "Pong!" }), "Lumina\n  Pong!");
    check(
        json!({ "content": "Only **you**", "flags": 64 }),
        "Lumina  (only Mira can see this)\n  Only you",
    );
    check(json!({ "content": "", "flags": 128 }), "Lumina\n  Lumina is thinking…");
    check(json!({ "content": "" }), "Lumina\n  (nothing)");
}

#[test]
fn an_embed_is_a_box_with_everything_in_it() {
    check(
        json!({ "embeds": [{
            "title": "Dune Runner", "url": "https://example.com/1",
            "fields": [{ "name": "Overview", "value": "A courier." }],
            "image": { "url": "https://example.com/p.png" },
            "footer": { "text": "Metadata" },
        }] }),
        r"
Lumina
  ┃ Dune Runner
  ┃ https://example.com/1
  ┃
  ┃ Overview
  ┃   A courier.
  ┃
  ┃ (picture) https://example.com/p.png
  ┃
  ┃ Metadata
",
    );
}

#[test]
fn buttons_and_menus_are_numbered() {
    check(
        json!({ "content": "Choose", "components": [
            { "type": 1, "components": [
                { "type": 2, "style": 1, "label": "One", "custom_id": "a" },
                { "type": 2, "style": 2, "emoji": { "name": "⭐" }, "custom_id": "b", "disabled": true },
                { "type": 2, "style": 5, "label": "Out", "url": "https://example.com" },
            ] },
            { "type": 1, "components": [{ "type": 3, "custom_id": "m", "placeholder": "Which?",
                "options": [
                    { "label": "First", "value": "1", "description": "of\nall", "default": true },
                    { "label": "**Second**", "value": "2" },
                ] }] },
        ] }),
        r"
Lumina
  Choose
  [1] One  [2] ⭐ (off)  [3] Out (https://example.com)
  ▾1 Which?
     1. First (chosen): of all
     2. **Second**
",
    );
}

#[test]
fn containers_of_the_second_kind_are_shown_too() {
    check(
        json!({ "flags": 1 << 15, "components": [{ "type": 17, "components": [
            { "type": 10, "content": "# Title" },
            { "type": 14 },
            { "type": 9, "components": [{ "type": 10, "content": "Beside" }],
                "accessory": { "type": 2, "style": 1, "label": "Press", "custom_id": "x" } },
            { "type": 12, "items": [{ "media": { "url": "https://example.com/g.png" } }] },
        ] }] }),
        r"
Lumina
  ┃ # Title
  ┃ ──────
  ┃ Beside
  ┃ [1] Press
  ┃ (picture) https://example.com/g.png
",
    );
}

#[test]
fn long_texts_are_wrapped_and_bounded() {
    let shown = super::message(&of(json!({ "content": "word ".repeat(2_000) })), "Lumina", &Fixed);
    assert!(shown.lines().all(|line| line.chars().count() <= WIDTH));
    assert_eq!(shown.lines().count(), 2 + TEXT_LINES_MAX);
    assert!(shown.ends_with("more lines)"));
}

#[test]
fn suggestions_show_what_they_stand_for() {
    let shown = choices(&[
        json!({ "name": "Dune", "value": "series-1" }),
        json!({ "name": "x", "value": "x" }),
    ]);
    assert_eq!(shown, "  1. Dune  → series-1\n  2. x");
    assert_eq!(choices(&[]), "No suggestions.");
}
