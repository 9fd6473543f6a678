//! Messages: text, embeds, mentions, files.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Bot, Reply};
use crate::refused;

async fn post(message: Value) -> Reply {
    Bot::start().await.say(&message).await
}

fn long(length: usize) -> String {
    "é".repeat(length)
}

fn embed(embed: Value) -> Value {
    json!({ "embeds": [embed] })
}

fn field(name: usize, value: usize) -> Value {
    json!({ "name": long(name), "value": long(value) })
}

/// Returns an address of that many characters.
pub fn address(length: usize) -> String {
    format!("{:a<length$}", "https://x.invalid/")
}

refused! { post;
    content_has_at_most_2000_characters => json!({ "content": long(2_001) });
    a_message_is_not_empty => json!({ "content": "  \n " });
    content_is_text => json!({ "content": 7 });
    a_message_is_an_object => json!([]);
    a_message_has_at_most_10_embeds => json!({ "embeds": vec![json!({ "title": "x" }); 11] });
    embeds_are_a_list => json!({ "embeds": "x" });
    an_embed_is_an_object => embed(json!("x"));
    an_embed_title_has_at_most_256_characters => embed(json!({ "title": long(257) }));
    an_embed_description_has_at_most_4096_characters => embed(json!({ "description": long(4_097) }));
    an_embed_has_at_most_25_fields => embed(json!({ "fields": vec![field(1, 1); 26] }));
    an_embed_field_name_has_at_most_256_characters => embed(json!({ "fields": [field(257, 1)] }));
    an_embed_field_value_has_at_most_1024_characters => embed(json!({ "fields": [field(1, 1_025)] }));
    an_embed_field_has_a_value => embed(json!({ "fields": [{ "name": "x", "value": " " }] }));
    an_embed_footer_has_at_most_2048_characters => embed(json!({ "footer": { "text": long(2_049) } }));
    an_embed_footer_has_a_text => embed(json!({ "footer": {} }));
    an_embed_author_has_at_most_256_characters => embed(json!({ "author": { "name": long(257) } }));
    an_embed_author_has_a_name => embed(json!({ "author": {} }));
    embeds_have_at_most_6000_characters_together => json!({ "embeds": [
        { "description": long(4_000) }, { "description": long(2_001) },
    ] });
    an_embed_color_has_24_bits => embed(json!({ "title": "x", "color": 0x100_0000 }));
    an_embed_color_is_not_negative => embed(json!({ "title": "x", "color": -1 }));
    an_embed_color_is_a_number => embed(json!({ "title": "x", "color": "red" }));
    an_embed_picture_comes_from_the_web => embed(json!({ "image": { "url": "ftp://x.invalid/a.png" } }));
    an_embed_link_is_well_formed => embed(json!({ "title": "x", "url": "here" }));
    an_embed_link_is_text => embed(json!({ "title": "x", "url": 7 }));
    an_embed_link_comes_from_the_web => embed(json!({ "title": "x", "url": "attachment://a.png" }));
    an_address_has_at_most_2048_characters =>
        embed(json!({ "footer": { "text": "x", "icon_url": address(2_049) } }));
    an_embed_timestamp_is_iso_8601 => embed(json!({ "title": "x", "timestamp": "yesterday" }));
    mentions_are_allowed_by_known_kinds => json!({
        "content": "x", "allowed_mentions": { "parse": ["cats"] },
    });
    at_most_3_kinds_may_be_mentioned => json!({
        "content": "x", "allowed_mentions": { "parse": vec!["users"; 4] },
    });
    mentions_are_allowed_by_kind_or_by_id => json!({
        "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["1"] },
    });
    at_most_100_ids_may_be_mentioned => json!({
        "content": "x",
        "allowed_mentions": { "users": (1..102).map(|id| id.to_string()).collect::<Vec<_>>() },
    });
    at_most_100_roles_may_be_mentioned => json!({
        "content": "x",
        "allowed_mentions": { "roles": (1..102).map(|id| id.to_string()).collect::<Vec<_>>() },
    });
    a_described_file_came_with_the_message => json!({
        "content": "x", "attachments": [{ "id": 3, "description": "nothing" }],
    });
    the_body_fits_the_openapi_document => json!({ "content": "x", "tts": "loud" });
}

async fn post_files(files: Vec<Vec<u8>>) -> Reply {
    Bot::start().await.say_with_files(files, &json!({ "content": "files" })).await
}

/// Posts a file whose description has one field that is too long.
async fn post_file_with((key, length): (&str, usize)) -> Reply {
    let entry = json!({ "id": 0, key: long(length) });
    let payload = json!({ "content": "x", "attachments": [entry] });
    Bot::start().await.say_with_files(vec![vec![1]], &payload).await
}

async fn post_ten_files_and_describe_eleven(_: ()) -> Reply {
    let entries: Vec<Value> = (0..11).map(|n| json!({ "id": n % 10 })).collect();
    let payload = json!({ "content": "x", "attachments": entries });
    Bot::start().await.say_with_files(vec![vec![1]; 10], &payload).await
}

refused! { post_file_with;
    a_file_name_has_at_most_1024_characters => ("filename", 1_025);
    a_file_description_has_at_most_1024_characters => ("description", 1_025);
}
refused! { post_ten_files_and_describe_eleven;
    at_most_10_files_are_described => ();
}
refused! { post_files;
    a_file_has_at_most_10_mib => vec![vec![0; 10 * 1024 * 1024 + 1]];
    a_message_has_at_most_10_files => vec![vec![1]; 11];
}

async fn edit_after_deletion(_: ()) -> Reply {
    let bot = Bot::start().await;
    let message = bot.say(&json!({ "content": "x" })).await.body;
    let id = message["id"].as_str().unwrap();
    let path = format!("/channels/{}/messages/{id}", bot.channel());
    assert_eq!(Bot::finish(bot.request(Method::DELETE, &path)).await.status, 204);
    bot.send(Method::PATCH, &path, &json!({ "content": "y" })).await
}

async fn edit_anothers(_: ()) -> Reply {
    let bot = Bot::start().await;
    let id = bot.discord.say(bot.user(), bot.channel(), "mine");
    let path = format!("/channels/{}/messages/{id}", bot.channel());
    bot.send(Method::PATCH, &path, &json!({ "content": "yours" })).await
}

async fn empty_by_edit(_: ()) -> Reply {
    let bot = Bot::start().await;
    let message = bot.say(&json!({ "content": "x" })).await.body;
    let id = message["id"].as_str().unwrap();
    let path = format!("/channels/{}/messages/{id}", bot.channel());
    bot.send(Method::PATCH, &path, &json!({ "content": "" })).await
}

refused! { edit_after_deletion;
    a_deleted_message_cannot_be_edited => ();
}
refused! { edit_anothers;
    a_message_of_another_cannot_be_edited => ();
}
refused! { empty_by_edit;
    an_edit_leaves_something => ();
}
