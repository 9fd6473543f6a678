//! Forms and suggestions.

use lumina_sandbox::discord::{InteractionKind, Place, RawInteraction};
use serde_json::{Value, json};

use super::support::{Asked, Bot, Reply};
use crate::refused;

async fn open(form: Value) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &json!({ "type": 9, "data": form })).await
}

fn form(components: Vec<Value>) -> Value {
    json!({ "custom_id": "form", "title": "A form", "components": components })
}

fn input(id: &str) -> Value {
    json!({ "type": 4, "custom_id": id, "style": 1 })
}

fn label(id: &str) -> Value {
    json!({ "type": 18, "label": "A field", "component": input(id) })
}

fn with(mut component: Value, key: &str, value: Value) -> Value {
    component[key] = value;
    component
}

fn labeled(component: Value) -> Value {
    form(vec![json!({ "type": 18, "label": "A field", "component": component })])
}

fn long(length: usize) -> Value {
    json!("é".repeat(length))
}

refused! { open;
    a_form_title_has_at_most_45_characters => with(form(vec![label("a")]), "title", long(46));
    a_form_has_a_title => with(form(vec![label("a")]), "title", Value::Null);
    a_form_has_at_most_5_fields => form((0..6).map(|n| label(&n.to_string())).collect());
    a_form_has_a_field => form(vec![]);
    fields_of_a_form_have_unique_custom_ids => form(vec![label("a"), label("a")]);
    a_form_label_has_at_most_45_characters => form(vec![with(label("a"), "label", long(46))]);
    a_form_description_has_at_most_100_characters =>
        form(vec![with(label("a"), "description", long(101))]);
    a_form_takes_at_most_4000_characters => labeled(with(input("a"), "max_length", json!(4_001)));
    a_form_placeholder_has_at_most_100_characters =>
        labeled(with(input("a"), "placeholder", long(101)));
    a_form_field_is_of_a_known_type => labeled(json!({ "type": 2, "custom_id": "b" }));
    a_form_holds_rows_labels_and_texts => form(vec![json!({ "type": 17, "components": [] })]);
    a_form_menu_keeps_the_rules_of_menus =>
        labeled(json!({ "type": 3, "custom_id": "a", "options": [] }));
}

async fn typed_in(bot: &Bot, option_kind: u64) -> Asked {
    let mut gateway = bot.ready(0).await;
    let option = json!({ "name": "o", "type": option_kind, "value": "", "focused": true });
    let data = json!({ "id": "1", "name": "any", "type": 1, "options": [option] });
    let raw = RawInteraction {
        user: bot.user(),
        place: Place::GuildChannel(bot.channel()),
        kind: InteractionKind::Autocomplete,
        type_number: None,
        data,
        message: None,
    };
    let id = bot.discord.send_raw(raw).unwrap();
    let event = gateway.event("INTERACTION_CREATE").await;
    Asked { id, token: event["token"].as_str().unwrap().to_owned() }
}

async fn suggest((option_kind, choices): (u64, Value)) -> Reply {
    let bot = Bot::start().await;
    let asked = typed_in(&bot, option_kind).await;
    bot.callback(&asked, &json!({ "type": 8, "data": { "choices": choices } })).await
}

fn choice(name: &str, value: Value) -> Value {
    json!({ "name": name, "value": value })
}

refused! { suggest;
    at_most_25_suggestions => (3, json!(vec![choice("a", json!("a")); 26]));
    a_suggestion_has_at_most_100_characters => (3, json!([choice(&"é".repeat(101), json!("a"))]));
    a_suggested_value_has_at_most_100_characters => (3, json!([choice("a", long(101))]));
    a_suggestion_is_not_empty => (3, json!([choice("", json!("a"))]));
    a_suggested_number_is_a_number => (4, json!([choice("a", json!("a"))]));
}

async fn answer_with_text(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = typed_in(&bot, 3).await;
    bot.callback(&asked, &json!({ "type": 4, "data": { "content": "x" } })).await
}

refused! { answer_with_text;
    typing_is_answered_with_suggestions_only => ();
}
