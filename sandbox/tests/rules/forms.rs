//! Forms and suggestions.

use lumina_sandbox::discord::{FormValue, InteractionKind, Place, RawInteraction};
use serde_json::{Value, json};

use super::support::{Asked, Bot, Reply};
use crate::refused;

pub async fn open(form: Value) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &json!({ "type": 9, "data": form })).await
}

pub fn form(components: Vec<Value>) -> Value {
    json!({ "custom_id": "form", "title": "A form", "components": components })
}

pub fn input(id: &str) -> Value {
    json!({ "type": 4, "custom_id": id, "style": 1 })
}

pub fn label(id: &str) -> Value {
    json!({ "type": 18, "label": "A field", "component": input(id) })
}

fn with(mut component: Value, key: &str, value: Value) -> Value {
    component[key] = value;
    component
}

fn row(fields: Vec<Value>) -> Value {
    json!({ "type": 1, "components": fields })
}

pub fn labeled(component: Value) -> Value {
    form(vec![json!({ "type": 18, "label": "A field", "component": component })])
}

fn long(length: usize) -> Value {
    json!("é".repeat(length))
}

refused! { open;
    a_form_title_has_at_most_45_characters => with(form(vec![label("a")]), "title", long(46));
    a_form_has_a_title => with(form(vec![label("a")]), "title", Value::Null);
    a_form_has_a_custom_id => with(form(vec![label("a")]), "custom_id", Value::Null);
    a_form_custom_id_has_at_most_100_characters => with(form(vec![label("a")]), "custom_id", long(101));
    a_form_has_at_most_5_fields => form((0..6).map(|n| label(&n.to_string())).collect());
    a_form_has_a_field => form(vec![]);
    a_form_has_components => with(form(vec![]), "components", Value::Null);
    a_row_of_a_form_has_one_field =>
        form(vec![row(vec![with(input("a"), "label", json!("A")), with(input("b"), "label", json!("B"))])]);
    a_row_of_a_form_holds_a_text_input =>
        form(vec![row(vec![json!({ "type": 2, "style": 1, "label": "Go", "custom_id": "b" })])]);
    a_form_text_has_at_most_4000_characters =>
        form(vec![json!({ "type": 10, "content": long(4_001) }), label("a")]);
    fields_of_a_form_have_unique_custom_ids => form(vec![label("a"), label("a")]);
    a_form_label_has_at_most_45_characters => form(vec![with(label("a"), "label", long(46))]);
    a_field_in_a_row_has_a_label => form(vec![row(vec![input("a")])]);
    a_label_in_a_row_has_at_most_45_characters => form(vec![row(vec![with(input("a"), "label", long(46))])]);
    a_text_input_has_a_known_style => labeled(with(input("a"), "style", json!(3)));
    a_form_description_has_at_most_100_characters =>
        form(vec![with(label("a"), "description", long(101))]);
    a_form_takes_at_most_4000_characters => labeled(with(input("a"), "max_length", json!(4_001)));
    a_form_takes_at_least_1_character => labeled(with(input("a"), "max_length", json!(0)));
    a_form_requires_at_most_4000_characters => labeled(with(input("a"), "min_length", json!(4_001)));
    a_form_requires_at_least_0_characters => labeled(with(input("a"), "min_length", json!(-1)));
    a_form_is_filled_with_at_most_4000_characters => labeled(with(input("a"), "value", long(4_001)));
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
    a_suggested_decimal_is_a_number => (10, json!([choice("a", json!("a"))]));
    suggestions_are_a_list => (3, Value::Null);
}

async fn answer_with_text(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = typed_in(&bot, 3).await;
    bot.callback(&asked, &json!({ "type": 4, "data": { "content": "x" } })).await
}

refused! { answer_with_text;
    typing_is_answered_with_suggestions_only => ();
}

/// Answers a form that a command opened.
async fn answer_form(kind: u64) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &json!({ "type": 9, "data": form(vec![label("a")]) })).await;
    let mut gateway = bot.ready(0).await;
    let filled = [("a".to_owned(), FormValue::Text("x".to_owned()))];
    let id = bot.discord.submit_modal(asked.id, &filled).unwrap();
    let event = gateway.event("INTERACTION_CREATE").await;
    let asked = Asked { id, token: event["token"].as_str().unwrap().to_owned() };
    let data = json!({ "custom_id": "b", "title": "B", "components": [label("b")] });
    bot.callback(&asked, &json!({ "type": kind, "data": data })).await
}

refused! { answer_form;
    a_form_is_not_answered_with_a_form => 9;
    a_form_of_a_command_has_no_message_to_update => 6;
}
