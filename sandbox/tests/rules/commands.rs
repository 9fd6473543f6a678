//! Registration of commands.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Bot, Reply};
use crate::refused;

pub async fn register(commands: Value) -> Reply {
    Bot::start().await.register(&commands).await
}

fn command(name: &str) -> Value {
    json!({ "name": name, "description": "A command" })
}

pub fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

pub fn one(key: &str, value: Value) -> Value {
    json!([with(command("a"), key, value)])
}

fn many(n: usize, kind: u64) -> Value {
    let make = |n: usize| match kind {
        1 => command(&format!("c{n}")),
        kind => json!({ "name": format!("Menu {n}"), "type": kind }),
    };
    (0..n).map(make).collect()
}

pub fn option(name: &str) -> Value {
    json!({ "type": 3, "name": name, "description": "An option" })
}

pub fn options(options: Vec<Value>) -> Value {
    one("options", json!(options))
}

fn choice() -> Value {
    json!({ "name": "a", "value": "a" })
}

fn choices(choices: Vec<Value>) -> Value {
    options(vec![with(option("o"), "choices", json!(choices))])
}

/// Returns an option of that type with a choice that is text.
fn typed_choices(kind: u64) -> Value {
    let option = with(option("o"), "type", json!(kind));
    options(vec![with(option, "choices", json!([choice()]))])
}

fn subcommand(name: &str) -> Value {
    json!({ "type": 1, "name": name, "description": "A subcommand" })
}

fn group(kind: u64, inner: Value) -> Value {
    json!({ "type": kind, "name": "g", "description": "A group", "options": [inner] })
}

fn long(length: usize) -> Value {
    json!("é".repeat(length))
}

/// Makes a command of 9,000 characters out of parts that are allowed each.
fn huge() -> Value {
    let choice = |n: usize| json!({ "name": format!("{n:0100}"), "value": format!("{n:0100}") });
    let choices: Vec<Value> = (0..15).map(choice).collect();
    options((0..3).map(|n| with(option(&format!("o{n}")), "choices", json!(choices))).collect())
}

refused! { register;
    at_most_100_slash_commands => many(101, 1);
    at_most_15_user_commands => many(16, 2);
    at_most_15_message_commands => many(16, 3);
    a_command_name_has_at_most_32_characters => one("name", long(33));
    commands_are_a_list => command("a");
    a_command_is_an_object => json!(["a"]);
    a_command_has_a_known_type => one("type", json!(5));
    a_command_has_a_name => one("name", Value::Null);
    a_context_menu_name_has_at_most_32_characters => json!([{ "type": 2, "name": long(33) }]);
    a_command_name_has_no_spaces => one("name", json!("two words"));
    a_command_name_is_in_small_letters => one("name", json!("Ping"));
    a_command_has_a_description => one("description", json!(""));
    a_command_description_has_at_most_100_characters => one("description", long(101));
    command_names_are_unique => json!([command("a"), command("a")]);
    a_command_has_at_most_25_options => options((0..26).map(|n| option(&format!("o{n}"))).collect());
    an_option_name_fits_the_pattern => options(vec![option("No Way")]);
    an_option_name_has_at_most_32_characters => options(vec![option(&"é".repeat(33))]);
    option_names_are_unique => options(vec![option("o"), option("o")]);
    an_option_has_a_description => options(vec![with(option("o"), "description", Value::Null)]);
    an_option_of_a_command_has_a_description_of_at_most_100_characters =>
        options(vec![with(option("o"), "description", long(101))]);
    an_option_has_a_known_type => options(vec![with(option("o"), "type", json!(12))]);
    required_options_stand_first => options(vec![option("a"), with(option("b"), "required", json!(true))]);
    an_option_has_at_most_25_choices => choices(vec![choice(); 26]);
    a_choice_has_at_most_100_characters => choices(vec![with(choice(), "name", long(101))]);
    a_choice_value_has_at_most_100_characters => choices(vec![with(choice(), "value", long(101))]);
    a_choice_has_a_value_of_its_options_type => typed_choices(4);
    choices_are_for_text_and_numbers => typed_choices(5);
    choices_and_autocomplete_exclude_each_other =>
        options(vec![with(with(option("o"), "choices", json!([choice()])), "autocomplete", json!(true))]);
    only_text_and_numbers_complete =>
        options(vec![with(with(option("o"), "type", json!(5)), "autocomplete", json!(true))]);
    a_minimum_is_no_more_than_its_maximum =>
        options(vec![json!({ "type": 4, "name": "o", "description": "x", "min_value": 2, "max_value": 1 })]);
    an_option_takes_at_most_6000_characters => options(vec![with(option("o"), "max_length", json!(6_001))]);
    an_option_takes_at_least_1_character => options(vec![with(option("o"), "max_length", json!(0))]);
    an_option_requires_at_most_6000_characters => options(vec![with(option("o"), "min_length", json!(6_001))]);
    an_option_requires_at_least_0_characters => options(vec![with(option("o"), "min_length", json!(-1))]);
    subcommands_do_not_mix_with_options => options(vec![group(1, option("o")), option("x")]);
    groups_do_not_nest => options(vec![group(2, group(2, group(1, option("o"))))]);
    a_subcommand_holds_no_subcommand => options(vec![group(1, group(1, option("o")))]);
    a_group_has_at_most_25_subcommands => options(vec![with(
        group(2, Value::Null), "options", (0..26).map(|n| subcommand(&format!("s{n}"))).collect(),
    )]);
    a_locale_is_one_of_discords => one("name_localizations", json!({ "tlh": "qapla" }));
    a_localized_name_fits_the_pattern => one("name_localizations", json!({ "fr": "Deux Mots" }));
    a_localized_name_has_at_most_32_characters => one("name_localizations", json!({ "fr": long(33) }));
    a_localized_description_has_at_most_100_characters =>
        one("description_localizations", json!({ "fr": long(101) }));
    a_context_menu_has_no_description => json!([{ "name": "Menu", "type": 2, "description": "x" }]);
    a_command_has_at_most_8000_characters => json!([huge()[0]]);
}

async fn two_hundred_and_one(_: ()) -> Reply {
    let bot = Bot::start().await;
    // A PUT of the same commands creates nothing; 67 times three others do.
    for round in 0..66 {
        let three: Value = (0..3).map(|n| command(&format!("r{round}-{n}"))).collect();
        assert_eq!(bot.register(&three).await.status, 200);
        assert_eq!(bot.register(&three).await.status, 200);
        bot.discord.clock().advance(std::time::Duration::from_secs(21));
    }
    bot.register(&(0..3).map(|n| command(&format!("last-{n}"))).collect()).await
}

async fn patch_unknown(_: ()) -> Reply {
    let bot = Bot::start().await;
    let path = format!("{}/1", bot.commands_path());
    bot.send(Method::PATCH, &path, &json!({ "description": "x" })).await
}

async fn patch_one(_: ()) -> Reply {
    let bot = Bot::start().await;
    let registered = bot.register(&json!([command("a")])).await.body;
    let path = format!("{}/{}", bot.commands_path(), registered[0]["id"].as_str().unwrap());
    bot.send(Method::PATCH, &path, &json!({ "description": long(101) })).await
}

async fn anothers_commands(_: ()) -> Reply {
    Bot::start().await.get("/applications/1/commands").await
}

async fn unknown_guild(_: ()) -> Reply {
    let bot = Bot::start().await;
    let path = format!("/applications/{}/guilds/1/commands", bot.discord.application_id());
    bot.get(&path).await
}

refused! { two_hundred_and_one;
    at_most_200_new_commands_a_day => ();
}
refused! { patch_unknown;
    an_unknown_command_cannot_be_changed => ();
}
refused! { patch_one;
    a_change_keeps_the_rules_of_commands => ();
}
refused! { anothers_commands;
    commands_of_another_application_are_not_ours => ();
}
refused! { unknown_guild;
    a_guild_without_the_bot_has_no_commands => ();
}
