//! Messages of the second kind: the flag 32768 and its component tree.

use serde_json::{Value, json};

use super::components::{button, row};
use super::support::{Bot, Reply};
use crate::refused;

const SECOND_KIND: u64 = 32_768;

/// Makes a message of rows one of components by pressing it, and an embed of that by pressing it again.
async fn press_and_press_again(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    let rows = json!([row(vec![button("b")])]);
    let rows = json!({ "content": "x", "components": rows });
    bot.callback(&asked, &json!({ "type": 4, "data": rows })).await;
    let container = json!([{ "type": 17, "components": [row(vec![button("b")])] }]);
    let container = json!({ "content": null, "components": container, "flags": SECOND_KIND });
    let pressed = bot.pressed(&asked).await;
    let updated = bot.callback(&pressed, &json!({ "type": 7, "data": container })).await;
    assert_eq!(updated.status, 204, "{}", updated.text);
    let pressed = bot.pressed(&asked).await;
    let embed = json!({ "embeds": [{ "title": "x" }], "components": [] });
    bot.callback(&pressed, &json!({ "type": 7, "data": embed })).await
}

pub async fn post(message: Value) -> Reply {
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

pub fn thumbnail(description: &str) -> Value {
    json!({ "type": 11, "media": { "url": "https://x.invalid/a.png" }, "description": description })
}

/// Returns a message with something beside a section.
pub fn beside(accessory: Value) -> Value {
    tree(json!([{ "type": 9, "components": [text("a")], "accessory": accessory }]))
}

/// Returns a message with a described picture in a gallery.
pub fn gallery_with(description: &str) -> Value {
    let mut item = picture();
    item["description"] = json!(description);
    tree(json!([{ "type": 12, "items": [item] }]))
}

fn container_of_color(color: i64) -> Value {
    tree(json!([{ "type": 17, "accent_color": color, "components": [text("a")] }]))
}

refused! { post;
    content_does_not_go_with_the_second_kind => json!({ "content": "x", "components": [text("x")] });
    embeds_do_not_go_with_the_second_kind =>
        json!({ "embeds": [{ "title": "x" }], "components": [text("x")] });
    polls_do_not_go_with_the_second_kind => json!({ "poll": {}, "components": [text("x")] });
    stickers_do_not_go_with_the_second_kind =>
        json!({ "sticker_ids": ["1"], "components": [text("x")] });
    a_known_component_stands_at_the_top => tree(json!([button("b")]));
    at_most_40_components_with_nested_ones => tree(json!([
        { "type": 17, "components": vec![text("a"); 20] },
        { "type": 17, "components": vec![text("a"); 19] },
    ]));
    at_most_4000_characters_in_all_texts => tree(json!([text(&"a".repeat(4_000)), text("b")]));
    a_text_is_not_empty => tree(json!([text("")]));
    a_section_has_at_most_3_texts => tree(json!([section(vec![text("a"); 4])]));
    a_section_has_a_text => tree(json!([section(vec![])]));
    a_section_holds_texts_only => tree(json!([section(vec![button("c")])]));
    a_section_has_an_accessory => tree(json!([{ "type": 9, "components": [text("a")] }]));
    an_accessory_is_a_button_or_a_thumbnail => beside(text("b"));
    a_thumbnail_description_has_at_most_1024_characters => beside(thumbnail(&"é".repeat(1_025)));
    a_thumbnail_has_a_picture => beside(json!({ "type": 11 }));
    a_gallery_has_at_most_10_pictures => tree(json!([{ "type": 12, "items": vec![picture(); 11] }]));
    a_gallery_is_not_empty => tree(json!([{ "type": 12, "items": [] }]));
    a_gallery_has_items => tree(json!([{ "type": 12 }]));
    a_gallery_description_has_at_most_1024_characters => gallery_with(&"é".repeat(1_025));
    a_gallery_picture_comes_from_the_web_or_the_message => tree(json!([
        { "type": 12, "items": [{ "media": { "url": "ftp://x.invalid/a.png" } }] },
    ]));
    a_separator_has_a_known_size => tree(json!([text("a"), { "type": 14, "spacing": 3 }]));
    a_container_is_not_empty => tree(json!([{ "type": 17, "components": [] }]));
    a_container_has_components => tree(json!([{ "type": 17 }]));
    an_accent_color_has_24_bits => container_of_color(0x100_0000);
    an_accent_color_is_not_negative => container_of_color(-1);
    a_container_holds_no_container => tree(json!([
        { "type": 17, "components": [{ "type": 17, "components": [text("a")] }] },
    ]));
    a_named_file_came_with_the_message => tree(json!([
        { "type": 13, "file": { "url": "attachment://nothing.png" } },
    ]));
    a_file_component_shows_a_file_of_the_message => tree(json!([
        { "type": 13, "file": { "url": "https://x.invalid/a.png" } },
    ]));
    custom_ids_are_unique_across_the_tree => tree(json!([
        row(vec![button("b")]), { "type": 17, "components": [row(vec![button("b")])] },
    ]));
    the_second_kind_needs_components => tree(json!([]));
}
refused! { press_and_press_again;
    a_message_of_the_second_kind_stays_one => ();
}
