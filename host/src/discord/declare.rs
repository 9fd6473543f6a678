//! Writes the commands that plugins declare as Discord's JSON, and brings such JSON into one form, so
//! that what is wanted can be compared with what is registered.

use super::render::choice_value;
use crate::texts::{Bundles, Place};
use lumina_plugin_api::{
    command::{
        Choice, Command, CommandKind, CommandOption, Context, IntegrationType, NumberKind,
        OptionKind, StringKind,
    },
    text::Text,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The languages that Discord knows (reference, "Locales").
pub(super) const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th",
    "zh-CN", "ja", "zh-TW", "ko",
];

/// What is compared of a command; the rest is Discord's own.
const COMPARED: [&str; 10] = [
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "default_member_permissions",
    "nsfw",
    "contexts",
    "integration_types",
    "options",
];

type Object = Map<String, Value>;

/// Returns Discord's number of a kind of command; nothing for kinds that this version does not know.
pub(super) fn kind_number(kind: CommandKind) -> Option<u8> {
    match kind {
        CommandKind::Slash => Some(1),
        CommandKind::User => Some(2),
        CommandKind::Message => Some(3),
        _ => None,
    }
}

/// Writes a command with the texts of its plugin.
pub(super) fn command(command: &Command, texts: &Bundles) -> Value {
    let mut object = named(&command.name, &command.name_localizations);
    object.insert("type".to_owned(), kind_number(command.kind).into());
    if command.kind == CommandKind::Slash {
        describe(&mut object, &command.description, texts);
    }
    if let Some(bits) = command.default_member_permissions {
        object.insert("default_member_permissions".to_owned(), bits.to_string().into());
    }
    object.insert("nsfw".to_owned(), command.nsfw.into());
    let contexts: Vec<u8> = command.contexts.iter().copied().filter_map(context_number).collect();
    object.insert("contexts".to_owned(), contexts.into());
    let types = command.integration_types.iter().copied().filter_map(integration_number);
    object.insert("integration_types".to_owned(), types.collect::<Vec<u8>>().into());
    object.insert("options".to_owned(), options_of(command, texts).into());
    normal(&Value::Object(object))
}

fn options_of(command: &Command, texts: &Bundles) -> Vec<Value> {
    let groups = command.groups.iter().map(|group| {
        let subs = group.subcommands.iter();
        let inner = subs.map(|sub| {
            let inner = options(&sub.options, texts);
            node(1, (&sub.name, &sub.name_localizations), &sub.description, inner, texts)
        });
        let inner = inner.collect();
        node(2, (&group.name, &group.name_localizations), &group.description, inner, texts)
    });
    let subs = command.subcommands.iter().map(|sub| {
        let inner = options(&sub.options, texts);
        node(1, (&sub.name, &sub.name_localizations), &sub.description, inner, texts)
    });
    groups.chain(subs).chain(options(&command.options, texts)).collect()
}

fn node(
    kind: u8,
    name: (&str, &BTreeMap<String, String>),
    description: &Text,
    inner: Vec<Value>,
    texts: &Bundles,
) -> Value {
    let mut object = named(name.0, name.1);
    object.insert("type".to_owned(), kind.into());
    describe(&mut object, description, texts);
    object.insert("options".to_owned(), inner.into());
    Value::Object(object)
}

fn options(options: &[CommandOption], texts: &Bundles) -> Vec<Value> {
    options.iter().map(|one| option(one, texts)).collect()
}

fn option(option: &CommandOption, texts: &Bundles) -> Value {
    let mut object = named(&option.name, &option.name_localizations);
    describe(&mut object, &option.description, texts);
    object.insert("required".to_owned(), option.required.into());
    let kind = match &option.kind {
        OptionKind::String(kind) => {
            string(kind, &mut object, texts);
            3
        }
        OptionKind::Integer(kind) => {
            number(kind, &mut object, texts);
            4
        }
        OptionKind::Boolean => 5,
        OptionKind::User => 6,
        OptionKind::Channel(kind) => {
            object.insert("channel_types".to_owned(), kind.types.clone().into());
            7
        }
        OptionKind::Role => 8,
        OptionKind::Mentionable => 9,
        OptionKind::Number(kind) => {
            number(kind, &mut object, texts);
            10
        }
        OptionKind::Attachment => 11,
        // Refused before anything is registered.
        _ => 0,
    };
    object.insert("type".to_owned(), kind.into());
    Value::Object(object)
}

fn string(kind: &StringKind, object: &mut Object, texts: &Bundles) {
    object.insert("choices".to_owned(), choices(&kind.choices, texts));
    object.insert("autocomplete".to_owned(), kind.autocomplete.into());
    object.insert("min_length".to_owned(), kind.min_length.into());
    object.insert("max_length".to_owned(), kind.max_length.into());
}

fn number<N: Copy + Into<Value>>(kind: &NumberKind<N>, object: &mut Object, texts: &Bundles) {
    object.insert("choices".to_owned(), choices(&kind.choices, texts));
    object.insert("autocomplete".to_owned(), kind.autocomplete.into());
    object.insert("min_value".to_owned(), kind.min.map_or(Value::Null, Into::into));
    object.insert("max_value".to_owned(), kind.max.map_or(Value::Null, Into::into));
}

fn choices(choices: &[Choice], texts: &Bundles) -> Value {
    let written = choices.iter().map(|choice| {
        let (name, others) = in_languages(&choice.name, texts);
        json!({ "name": name, "name_localizations": others, "value": choice_value(&choice.value) })
    });
    written.collect()
}

fn named(name: &str, localizations: &BTreeMap<String, String>) -> Object {
    let mut object = Object::new();
    object.insert("name".to_owned(), name.into());
    object.insert("name_localizations".to_owned(), json!(localizations));
    object
}

/// Writes what something does, in all languages.
pub(super) fn describe(object: &mut Object, description: &Text, texts: &Bundles) {
    let (text, others) = in_languages(description, texts);
    object.insert("description".to_owned(), text.into());
    object.insert("description_localizations".to_owned(), Value::Object(others));
}

/// Returns a text in the plugin's first language, and in those of Discord's in which it differs.
fn in_languages(text: &Text, texts: &Bundles) -> (String, Object) {
    let first = texts.locales().next().unwrap_or("en-US").to_owned();
    let own = texts.format(text, &first, Place::Plain);
    let mut others = Object::new();
    if texts.locales().nth(1).is_some() && matches!(text, Text::Key(_) | Text::Parts(_)) {
        for locale in LOCALES {
            let other = texts.format(text, locale, Place::Plain);
            if other != own {
                others.insert(locale.to_owned(), other.into());
            }
        }
    }
    (own, others)
}

/// Returns Discord's number of a place; nothing for one that this version does not know.
pub(super) fn context_number(context: Context) -> Option<u8> {
    match context {
        Context::Guild => Some(0),
        Context::BotDm => Some(1),
        Context::PrivateChannel => Some(2),
        _ => None,
    }
}

/// As [`context_number`], for a way to install.
pub(super) fn integration_number(kind: IntegrationType) -> Option<u8> {
    match kind {
        IntegrationType::Guild => Some(0),
        IntegrationType::User => Some(1),
        _ => None,
    }
}

/// Returns a command in the form in which two are equal when Discord would treat them alike: without
/// what Discord adds, and without what means the same as nothing.
pub(super) fn normal(command: &Value) -> Value {
    let Some(command) = command.as_object() else { return Value::Null };
    let compared = command.iter().filter(|(key, _)| COMPARED.contains(&key.as_str()));
    let mut object: Object =
        compared.filter_map(|(key, value)| Some((key.clone(), meaning(key, value)?))).collect();
    object.entry("type").or_insert(1.into());
    object.entry("integration_types").or_insert(json!([0]));
    Value::Object(object)
}

/// Nothing for what means the same as nothing.
fn meaning(key: &str, value: &Value) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) if text.is_empty() && key != "value" => None,
        Value::Array(items) => {
            let mut items: Vec<Value> =
                items.iter().map(|item| meaning("", item).unwrap_or(item.clone())).collect();
            if matches!(key, "contexts" | "integration_types" | "channel_types") {
                items.sort_by_key(Value::as_u64);
                // Discord refuses a list that names one twice.
                items.dedup();
            }
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(object) => {
            let kept =
                object.iter().filter_map(|(key, value)| Some((key.clone(), meaning(key, value)?)));
            let kept: Object = kept.collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Number(number) => {
            // 1 and 1.0 are one number.
            let whole = number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9e15);
            Some(whole.map_or_else(|| value.clone(), |whole| json!(whole as i64)))
        }
        _ => Some(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina_plugin_api::{
        command::{Group, Subcommand},
        descriptor::Descriptor,
    };

    fn texts() -> Bundles {
        let descriptor =
            Descriptor::new("x").texts("en", "about = About").texts("fr", "about = Sur");
        Bundles::read(&descriptor).unwrap()
    }

    #[test]
    fn what_discord_adds_makes_no_difference() {
        let kind = OptionKind::Number(NumberKind::default());
        let mut number = CommandOption::new("n", "A number", kind).range(1, 9);
        number.required = true;
        let ours = command(&Command::slash("a", Text::key("about")).option(number), &texts());
        let discord = json!({
            "id": "1", "application_id": "2", "version": "3", "type": 1, "name": "a",
            "name_localizations": null, "description": "About",
            "description_localizations": {"fr": "Sur"}, "default_member_permissions": null,
            "nsfw": false, "dm_permission": true, "contexts": [2, 0, 1], "integration_types": [1, 0],
            "options": [{"type": 10, "name": "n", "description": "A number", "required": true,
                "min_value": 1, "max_value": 9.0}],
        });
        assert_eq!(ours, normal(&discord));
    }

    #[test]
    fn what_is_declared_in_other_languages_is_registered_at_every_depth() {
        let about = || Text::key("about");
        let with = CommandOption::string("with", about()).choice(about(), "x");
        let share = Subcommand::new("share", about())
            .localized_name("fr", "partager")
            .option(with.localized_name("fr", "avec"));
        let more = Group::new("more", about()).localized_name("fr", "plus");
        let more = more.subcommand(share.clone());
        let list = Command::slash("list", about()).localized_name("fr", "liste");
        let json = command(&list.group(more).subcommand(share), &texts());
        let (group, sub) = (&json["options"][0], &json["options"][1]);
        let deep = &group["options"][0];
        for (node, name) in [
            (&json, "liste"),
            (group, "plus"),
            (deep, "partager"),
            (&deep["options"][0], "avec"),
            (sub, "partager"),
            (&sub["options"][0], "avec"),
        ] {
            assert_eq!(node["name_localizations"], json!({"fr": name}));
            assert_eq!(node["description_localizations"], json!({"fr": "Sur"}), "{name}");
        }
        let choice = &sub["options"][0]["choices"][0];
        assert_eq!(choice["name_localizations"], json!({"fr": "Sur"}));
    }

    #[test]
    fn a_difference_that_users_see_is_one() {
        let texts = texts();
        let plain = command(&Command::slash("a", "b"), &texts);
        let others = [
            Command::slash("a", "c"),
            Command::slash("a", "b").nsfw(),
            Command::slash("a", "b").contexts([Context::Guild]),
            Command::slash("a", "b").option(CommandOption::boolean("x", "y")),
            Command::slash("a", "b").default_member_permissions(0),
        ];
        for other in others {
            assert_ne!(command(&other, &texts), plain, "{other:?}");
        }
    }
}
