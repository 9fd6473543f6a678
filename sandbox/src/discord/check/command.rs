//! Commands as they are registered: names, descriptions, options, and their sizes.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Form;
use super::choice;
use crate::discord::error::ApiError;

const NAME_MAX: usize = 32;
const DESCRIPTION_MAX: usize = 100;
const OPTIONS_MAX: usize = 25;
const CHOICES_MAX: usize = 25;
const TEXT_MAX: i64 = 6_000;

/// How many characters names, descriptions and values of a command may have together.
const TOTAL_MAX: usize = 8_000;

const CHAT_INPUT: u64 = 1;
const SUB_COMMAND: u64 = 1;
const SUB_COMMAND_GROUP: u64 = 2;
const STRING: u64 = 3;
const INTEGER: u64 = 4;
const NUMBER: u64 = 10;
const OPTION_TYPES: [u64; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

const LOCALES: [&str; 34] = [
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he",
    "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE",
    "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
];

/// What the name of a slash command or an option looks like.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$").expect("the pattern is a constant")
});

/// Checks the commands of a `PUT`.
pub(crate) fn commands(body: &Value) -> Result<(), ApiError> {
    let mut form = Form::default();
    let Some(list) = body.as_array() else {
        form.refuse("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        return form.finish();
    };
    let mut seen = HashSet::new();
    for (index, command) in list.iter().enumerate() {
        form.within(index, |form| {
            one(form, command);
            let kind = command["type"].as_u64().unwrap_or(CHAT_INPUT);
            if !seen.insert((kind, command["name"].as_str().unwrap_or_default())) {
                let text = "Application command names must be unique";
                form.refuse_at("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", text);
            }
        });
    }
    form.finish()
}

/// Checks the command of a `POST`, or one as a `PATCH` would leave it.
pub(crate) fn command(body: &Value) -> Result<(), ApiError> {
    let mut form = Form::default();
    one(&mut form, body);
    form.finish()
}

fn one(form: &mut Form, command: &Value) {
    if !command.is_object() {
        form.refuse("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        return;
    }
    let kind = command["type"].as_u64().unwrap_or(CHAT_INPUT);
    if !command["type"].is_null() {
        form.one_of(command, "type", &[1, 2, 3, 4]);
    }
    form.required_text(command, "name", 1..=NAME_MAX);
    localizations(form, command, "name_localizations", NAME_MAX, kind == CHAT_INPUT);
    localizations(form, command, "description_localizations", DESCRIPTION_MAX, false);
    if kind == CHAT_INPUT {
        name(form, command, "APPLICATION_COMMAND_INVALID_NAME");
        form.required_text(command, "description", 1..=DESCRIPTION_MAX);
        options(form, command, Level::Command);
    } else if command["description"].as_str().is_some_and(|text| !text.is_empty()) {
        let text = "Context menu commands cannot have description";
        form.refuse_at("description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID", text);
    }
    let total = size(command);
    if total > TOTAL_MAX && form.is_clean() {
        let text = format!("Command exceeds maximum size ({total} > {TOTAL_MAX})");
        form.refuse("APPLICATION_COMMAND_TOO_LARGE", text);
    }
}

fn name(form: &mut Form, object: &Value, code: &str) {
    let Some(text) = object["name"].as_str() else { return };
    let length = text.chars().count();
    if (1..=NAME_MAX).contains(&length) && !is_name(text) {
        form.refuse_at("name", code, "Command name is invalid");
    }
}

fn is_name(text: &str) -> bool {
    NAME.is_match(text) && text.to_lowercase() == text
}

fn localizations(form: &mut Form, object: &Value, key: &str, max: usize, as_name: bool) {
    let Some(map) = object[key].as_object() else { return };
    form.within(key, |form| {
        for (locale, text) in map {
            if !LOCALES.contains(&locale.as_str()) {
                form.refuse_at(locale, "BASE_TYPE_CHOICES", "This locale is not available.");
            }
            form.required_text(&object[key], locale, 1..=max);
            if as_name && text.as_str().is_some_and(|text| !is_name(text)) {
                let text = "Command name is invalid";
                form.refuse_at(locale, "APPLICATION_COMMAND_INVALID_NAME", text);
            }
        }
    });
}

#[derive(Clone, Copy, PartialEq)]
enum Level {
    Command,
    Group,
    Leaf,
}

fn options(form: &mut Form, owner: &Value, level: Level) {
    let list = form.list(owner, "options", 0..=OPTIONS_MAX);
    let is_group = |option: &Value| matches!(option["type"].as_u64(), Some(1 | 2));
    let n_groups = list.iter().filter(|option| is_group(option)).count();
    let mut seen = HashSet::new();
    let mut optional_seen = false;
    form.within("options", |form| {
        for (index, option) in list.iter().enumerate() {
            form.within(index, |form| {
                one_option(form, option, level);
                if !seen.insert(option["name"].as_str().unwrap_or_default()) {
                    let text = "Option name already exists";
                    form.refuse_at("name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", text);
                }
                if n_groups > 0 && !is_group(option) {
                    let text = "Sub-command and sub-command group option types are mutually \
                                exclusive to all other types";
                    form.refuse("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text);
                }
                if option["required"] == true && optional_seen {
                    let text = "Required options must be placed before non-required options";
                    form.refuse("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text);
                }
                optional_seen |= option["required"] != true;
            });
        }
    });
}

fn one_option(form: &mut Form, option: &Value, level: Level) {
    form.one_of(option, "type", &OPTION_TYPES);
    form.required_text(option, "name", 1..=NAME_MAX);
    name(form, option, "STRING_TYPE_REGEX");
    form.required_text(option, "description", 1..=DESCRIPTION_MAX);
    localizations(form, option, "name_localizations", NAME_MAX, true);
    localizations(form, option, "description_localizations", DESCRIPTION_MAX, false);
    match (option["type"].as_u64(), level) {
        (Some(SUB_COMMAND), Level::Command | Level::Group) => options(form, option, Level::Leaf),
        (Some(SUB_COMMAND_GROUP), Level::Command) => options(form, option, Level::Group),
        (Some(SUB_COMMAND | SUB_COMMAND_GROUP), _) => {
            let text = "Sub-command and sub-command groups cannot be nested here";
            form.refuse_at("type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text);
        }
        _ => leaf(form, option),
    }
}

fn leaf(form: &mut Form, option: &Value) {
    let kind = option["type"].as_u64().unwrap_or_default();
    let choices = form.list(option, "choices", 0..=CHOICES_MAX);
    form.within("choices", |form| {
        for (index, given) in choices.iter().enumerate() {
            form.within(index, |form| choice::one(form, given, kind));
        }
    });
    let takes_choices = matches!(kind, STRING | INTEGER | NUMBER);
    if option["autocomplete"] == true && (!choices.is_empty() || !takes_choices) {
        let text = "Autocomplete cannot be used with choices or with this type";
        form.refuse_at("autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", text);
    }
    if !choices.is_empty() && !takes_choices {
        let text = "Choices are not available for this type";
        form.refuse_at("choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", text);
    }
    form.integer(option, "min_length", 0..=TEXT_MAX);
    form.integer(option, "max_length", 1..=TEXT_MAX);
    let (min, max) = (option["min_value"].as_f64(), option["max_value"].as_f64());
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        let text = "The minimum must not exceed the maximum";
        form.refuse_at("min_value", "APPLICATION_COMMAND_OPTIONS_MIN_MAX_INVALID", text);
    }
}

/// Counts what counts towards a command's size: the longest wording of each text.
fn size(object: &Value) -> usize {
    let longest = |key: &str| {
        let own = object[key].as_str().map_or(0, |text| text.chars().count());
        let localized = object[format!("{key}_localizations")].as_object();
        let localized = localized.into_iter().flat_map(|map| map.values());
        let localized = localized.filter_map(Value::as_str).map(|text| text.chars().count());
        localized.chain([own]).max().unwrap_or_default()
    };
    let value = object["value"].as_str().map_or(0, |text| text.chars().count());
    let nested = ["options", "choices"].into_iter();
    let nested = nested.filter_map(|key| object[key].as_array()).flatten();
    longest("name") + longest("description") + value + nested.map(size).sum::<usize>()
}
