//! Messages of the second kind: the flag 32768 and its component tree.

use serde_json::{Value, json};

use super::components::{button, row};
use super::support::{Bot, Reply};
use crate::refused;

const SECOND_KIND: u64 = 32_768;

async fn post(message: Value) -> Reply {
    let mut message = message;
    message["flags"] = json!(SECOND_KIND);
    Bot::start().await.say(&message).await
}

fn tree(components: Value) -> Value {
    json!({ "components": components })
}

fn text(content: &str) -> Value {
    json!({ "type": 10, "content": content })
}

fn section(texts: Vec<Value>) -> Value {
    json!({ "type": 9, "components": texts, "accessory": button("b") })
}

fn picture() -> Value {
    json!({ "media": { "url": "https://x.invalid/a.png" } })
}

refused! { post;
    content_does_not_go_with_the_second_kind => json!({ "content": "x", "components": [text("x")] });
    embeds_do_not_go_with_the_second_kind =>
        json!({ "embeds": [{ "title": "x" }], "components": [text("x")] });
    at_most_40_components_with_nested_ones => tree(json!([
        { "type": 17, "components": vec![text("a"); 20] },
        { "type": 17, "components": vec![text("a"); 19] },
    ]));
    at_most_4000_characters_in_all_texts => tree(json!([text(&"a".repeat(4_000)), text("b")]));
    a_text_is_not_empty => tree(json!([text("")]));
    a_section_has_at_most_3_texts => tree(json!([section(vec![text("a"); 4])]));
    a_section_has_an_accessory => tree(json!([{ "type": 9, "components": [text("a")] }]));
    a_gallery_has_at_most_10_pictures => tree(json!([{ "type": 12, "items": vec![picture(); 11] }]));
    a_container_holds_no_container => tree(json!([
        { "type": 17, "components": [{ "type": 17, "components": [text("a")] }] },
    ]));
    a_named_file_came_with_the_message => tree(json!([
        { "type": 13, "file": { "url": "attachment://nothing.png" } },
    ]));
    custom_ids_are_unique_across_the_tree => tree(json!([
        row(vec![button("b")]), { "type": 17, "components": [row(vec![button("b")])] },
    ]));
    the_second_kind_needs_components => tree(json!([]));
}
