//! Limits that stand in the OpenAPI document and nowhere else.

use serde_json::{Value, json};

use super::components::{button, row};
use super::containers::{self, beside, gallery_with, thumbnail};
use super::forms::{form, labeled, open};
use super::support::{Bot, Reply};
use super::{commands, forms};
use crate::refused;

fn long(length: usize) -> String {
    "é".repeat(length)
}

async fn post(extra: Value) -> Reply {
    let mut message = json!({ "content": "x" });
    for (key, value) in extra.as_object().unwrap() {
        message[key] = value.clone();
    }
    Bot::start().await.say(&message).await
}

fn picture_of_an_embed(key: &str, length: usize) -> Value {
    let image = json!({ "url": "https://x.invalid/a.png", key: long(length) });
    json!({ "embeds": [{ "title": "x", "image": image }] })
}

fn poll(key: &str, value: Value) -> Value {
    let answer = json!({ "poll_media": { "text": "Yes" } });
    let mut poll = json!({ "question": { "text": "Dune?" }, "answers": [answer], "duration": 24 });
    poll[key] = value;
    json!({ "poll": poll })
}

fn in_a_row(component: Value) -> Value {
    json!({ "components": [row(vec![component])] })
}

/// Returns a menu of channels.
fn channels(key: &str, value: Value) -> Value {
    in_a_row(json!({ "type": 8, "custom_id": "menu", key: value }))
}

refused! { post;
    a_nonce_has_at_most_25_characters => json!({ "nonce": long(26) });
    a_message_has_at_most_3_stickers => json!({ "sticker_ids": ["1", "2", "3", "4"] });
    an_embed_picture_description_has_at_most_4096_characters => picture_of_an_embed("description", 4_097);
    an_embed_picture_placeholder_has_at_most_64_characters => picture_of_an_embed("placeholder", 65);
    an_embed_provider_has_at_most_256_characters =>
        json!({ "embeds": [{ "title": "x", "provider": { "name": long(257) } }] });
    an_id_is_mentioned_once => json!({ "allowed_mentions": { "users": ["1", "1"] } });
    a_poll_question_has_at_most_300_characters => poll("question", json!({ "text": long(301) }));
    a_poll_has_at_most_10_answers => poll("answers", json!(vec![json!({ "poll_media": { "text": "x" } }); 11]));
    a_poll_has_an_answer => poll("answers", json!([]));
    a_poll_lasts_at_most_32_days => poll("duration", json!(769));
    a_poll_lasts_an_hour => poll("duration", json!(0));
    an_emoji_name_has_at_most_32_characters =>
        in_a_row(commands::with(button("b"), "emoji", json!({ "name": long(33), "id": "1" })));
    a_menu_has_at_most_25_default_values => channels("default_values", (1..27)
        .map(|id| json!({ "type": "channel", "id": id.to_string() })).collect());
    a_menu_names_a_channel_type_once => channels("channel_types", json!([0, 0]));
}

async fn post_file_with((key, value): (&str, Value)) -> Reply {
    let bot = Bot::start().await;
    let payload = json!({ "content": "x", "attachments": [{ "id": 0, key: value }] });
    bot.say_with_files(vec![vec![1]], &payload).await
}

refused! { post_file_with;
    a_file_name_is_not_empty => ("filename", json!(""));
    a_file_title_has_at_most_1024_characters => ("title", json!(long(1_025)));
    a_waveform_has_at_most_400_characters => ("waveform", json!(long(401)));
}

async fn post_tree(message: Value) -> Reply {
    containers::post(message).await
}

refused! { post_tree;
    a_thumbnail_description_is_not_empty => beside(thumbnail(""));
    a_gallery_description_is_not_empty => gallery_with("");
}

/// Returns a form with an upload.
fn upload(key: &str, value: u64) -> Value {
    labeled(json!({ "type": 19, "custom_id": "a", key: value }))
}

/// Returns a form with a group of choices, of radio buttons (21) or checkboxes (22).
fn group(kind: u64, n_options: usize, label: usize) -> Value {
    let option = |n: usize| json!({ "label": long(label), "value": n.to_string() });
    let options: Vec<Value> = (0..n_options).map(option).collect();
    labeled(json!({ "type": kind, "custom_id": "a", "options": options }))
}

fn group_that_takes(n_values: u64) -> Value {
    let mut form = group(22, 2, 1);
    form["components"][0]["component"]["max_values"] = json!(n_values);
    form
}

refused! { open;
    a_form_description_is_not_empty =>
        form(vec![commands::with(forms::label("a"), "description", json!(""))]);
    an_upload_takes_at_most_10_files => upload("max_values", 11);
    an_upload_takes_a_file => upload("max_values", 0);
    an_upload_requires_at_most_10_files => upload("min_values", 11);
    a_checkbox_group_has_at_most_10_options => group(22, 11, 1);
    a_checkbox_group_takes_at_most_10_values => group_that_takes(11);
    a_radio_group_has_at_most_10_options => group(21, 11, 1);
    a_radio_group_has_2_options => group(21, 1, 1);
    a_group_label_has_at_most_100_characters => group(21, 2, 101);
}

fn option_with(kind: u64, key: &str, value: Value) -> Value {
    let option = commands::with(commands::option("o"), "type", json!(kind));
    commands::options(vec![commands::with(option, key, value)])
}

use commands::register;

refused! { register;
    a_command_is_somewhere => commands::one("contexts", json!([]));
    a_command_names_a_context_once => commands::one("contexts", json!([0, 0]));
    an_option_names_a_channel_type_once => option_with(7, "channel_types", json!([0, 0]));
    a_whole_number_has_53_bits => option_with(4, "max_value", json!(9_007_199_254_740_992_u64));
    a_localized_choice_has_at_most_100_characters => option_with(3, "choices", json!([
        { "name": "a", "value": "a", "name_localizations": { "fr": long(101) } },
    ]));
    permissions_have_54_bits => commands::one("default_member_permissions", json!("18014398509481984"));
}
