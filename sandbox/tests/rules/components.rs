//! Rows, buttons and menus.

use serde_json::{Value, json};

use super::messages::address;
use super::support::{Bot, Reply};
use crate::refused;

async fn post(components: Value) -> Reply {
    Bot::start().await.say(&json!({ "content": "x", "components": components })).await
}

pub fn row(children: Vec<Value>) -> Value {
    json!({ "type": 1, "components": children })
}

pub fn button(id: &str) -> Value {
    json!({ "type": 2, "style": 1, "label": "Go", "custom_id": id })
}

fn link(url: &str) -> Value {
    json!({ "type": 2, "style": 5, "label": "Go", "url": url })
}

fn with(mut component: Value, key: &str, value: Value) -> Value {
    component[key] = value;
    component
}

fn without(mut component: Value, key: &str) -> Value {
    component.as_object_mut().unwrap().remove(key);
    component
}

fn one(component: Value) -> Value {
    json!([row(vec![component])])
}

fn option(value: &str) -> Value {
    json!({ "label": "An option", "value": value })
}

pub fn menu(options: Vec<Value>) -> Value {
    json!({ "type": 3, "custom_id": "menu", "options": options })
}

fn buttons(n: usize) -> Vec<Value> {
    (0..n).map(|index| button(&format!("b{index}"))).collect()
}

fn long(length: usize) -> Value {
    json!("é".repeat(length))
}

refused! { post;
    a_message_has_at_most_5_rows => (0..6).map(|n| row(vec![button(&n.to_string())])).collect();
    a_row_has_at_most_5_buttons => json!([row(buttons(6))]);
    a_row_is_not_empty => json!([row(vec![])]);
    a_row_has_components => json!([{ "type": 1 }]);
    a_menu_fills_its_row => json!([row(vec![button("b"), menu(vec![option("a")])])]);
    a_row_holds_buttons_or_a_menu => one(json!({ "type": 4, "custom_id": "x", "style": 1 }));
    a_button_label_has_at_most_80_characters => one(with(button("b"), "label", long(81)));
    a_custom_id_has_at_most_100_characters => one(with(button("b"), "custom_id", long(101)));
    a_custom_id_is_there => one(without(button("b"), "custom_id"));
    a_custom_id_is_not_empty => one(button(""));
    custom_ids_are_unique => json!([row(vec![button("b"), button("b")])]);
    a_button_has_a_label_or_an_emoji => one(without(button("b"), "label"));
    a_button_has_an_emoji_that_exists => one(with(button("b"), "emoji", json!({ "name": "smile" })));
    an_option_has_an_emoji_that_exists =>
        one(menu(vec![with(option("a"), "emoji", json!({ "name": "" }))]));
    a_button_has_a_known_style => one(with(button("b"), "style", json!(9)));
    a_link_has_an_address => one(json!({ "type": 2, "style": 5, "label": "Go" }));
    a_link_has_no_custom_id => one(json!({
        "type": 2, "style": 5, "label": "Go", "url": "https://x.invalid", "custom_id": "b",
    }));
    a_button_that_is_pressed_has_no_address => one(with(button("b"), "url", json!("https://x.invalid")));
    a_link_has_at_most_512_characters => one(link(&address(513)));
    a_link_leads_to_the_web_or_into_discord => one(link("ftp://x.invalid"));
    a_premium_button_names_its_sku => one(json!({ "type": 2, "style": 6 }));
    a_menu_has_at_most_25_options => one(menu((0..26).map(|n| option(&n.to_string())).collect()));
    a_menu_has_an_option => one(menu(vec![]));
    a_menu_of_strings_has_options => one(without(menu(vec![]), "options"));
    an_option_has_a_label => one(menu(vec![without(option("a"), "label")]));
    an_option_has_a_value => one(menu(vec![without(option("a"), "value")]));
    an_option_label_has_at_most_100_characters => one(menu(vec![with(option("a"), "label", long(101))]));
    an_option_value_has_at_most_100_characters => one(menu(vec![with(option("a"), "value", long(101))]));
    an_option_description_has_at_most_100_characters =>
        one(menu(vec![with(option("a"), "description", long(101))]));
    option_values_are_unique => one(menu(vec![option("a"), option("a")]));
    a_placeholder_has_at_most_150_characters => one(with(menu(vec![option("a")]), "placeholder", long(151)));
    a_menu_asks_for_at_most_25_values => one(with(menu(vec![option("a")]), "max_values", json!(26)));
    a_menu_takes_at_least_1_value =>
        one(with(with(menu(vec![option("a")]), "max_values", json!(0)), "min_values", json!(0)));
    a_menu_asks_for_at_least_0_values => one(with(menu(vec![option("a")]), "min_values", json!(-1)));
    a_menu_requires_at_most_25_values => one(with(menu(vec![option("a")]), "min_values", json!(26)));
    a_menu_asks_for_no_more_than_it_takes => one(with(menu(vec![option("a")]), "min_values", json!(2)));
    a_menu_takes_no_more_than_it_offers => one(with(menu(vec![option("a")]), "max_values", json!(2)));
    only_rows_stand_in_a_message_of_the_old_kind => json!([{ "type": 10, "content": "x" }]);
}
