//! Declared commands as the JSON that Discord registers.
//!
//! Source: Discord's reference, "Application Commands". A description that is a key of the plugin's texts
//! is sent in every language that the plugin has; only what differs from the default is sent.

use crate::texts::{Bundles, Place};
use lumina_plugin_api::{
    command::{
        Choice, Command, CommandKind, CommandOption, Context, Group, IntegrationType, NumberKind,
        OptionKind, StringKind, Subcommand,
    },
    text::Text,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The language of what is sent without a locale.
pub(in crate::discord) const DEFAULT_LOCALE: &str = "en-US";

/// Discord's locales.
///
/// Source: Discord's reference, "Locales".
const LOCALES: [&str; 32] = [
    "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr",
    "uk", "vi", "zh-CN", "zh-TW",
];

const SUB_COMMAND: u8 = 1;
const SUB_COMMAND_GROUP: u8 = 2;

/// Returns a command as Discord registers it.
pub(in crate::discord) fn command(command: &Command, texts: &Bundles) -> Value {
    let mut object = named(&command.name, &command.name_localizations);
    object.insert("type".into(), kind(command.kind).into());
    if command.kind == CommandKind::Slash {
        describe(&mut object, &command.description, texts);
    }
    let permissions = command.default_member_permissions.map(|bits| bits.to_string());
    object.insert("default_member_permissions".into(), permissions.into());
    object.insert("contexts".into(), command.contexts.iter().filter_map(context).collect());
    let types = command.integration_types.iter().filter_map(integration_type);
    object.insert("integration_types".into(), types.collect());
    object.insert("nsfw".into(), command.nsfw.into());
    let groups = command.groups.iter().map(|declared| group(declared, texts));
    let subcommands = command.subcommands.iter().map(|declared| subcommand(declared, texts));
    let options = command.options.iter().map(|declared| option(declared, texts));
    put_list(&mut object, "options", groups.chain(subcommands).chain(options).collect());
    Value::Object(object)
}

/// Returns the number of a kind of command; slash commands are 1.
pub(in crate::discord) fn kind(kind: CommandKind) -> u8 {
    match kind {
        CommandKind::User => 2,
        CommandKind::Message => 3,
        _ => 1,
    }
}

fn context(context: &Context) -> Option<Value> {
    match context {
        Context::Guild => Some(0.into()),
        Context::BotDm => Some(1.into()),
        Context::PrivateChannel => Some(2.into()),
        _ => None,
    }
}

fn integration_type(kind: &IntegrationType) -> Option<Value> {
    match kind {
        IntegrationType::Guild => Some(0.into()),
        IntegrationType::User => Some(1.into()),
        _ => None,
    }
}

fn group(group: &Group, texts: &Bundles) -> Value {
    let mut object = named(&group.name, &group.name_localizations);
    object.insert("type".into(), SUB_COMMAND_GROUP.into());
    describe(&mut object, &group.description, texts);
    let subcommands = group.subcommands.iter().map(|declared| subcommand(declared, texts));
    put_list(&mut object, "options", subcommands.collect());
    Value::Object(object)
}

fn subcommand(subcommand: &Subcommand, texts: &Bundles) -> Value {
    let mut object = named(&subcommand.name, &subcommand.name_localizations);
    object.insert("type".into(), SUB_COMMAND.into());
    describe(&mut object, &subcommand.description, texts);
    let options = subcommand.options.iter().map(|declared| option(declared, texts));
    put_list(&mut object, "options", options.collect());
    Value::Object(object)
}

fn option(option: &CommandOption, texts: &Bundles) -> Value {
    let mut object = named(&option.name, &option.name_localizations);
    describe(&mut object, &option.description, texts);
    object.insert("required".into(), option.required.into());
    let number = match &option.kind {
        OptionKind::String(kind) => string(&mut object, kind, texts),
        OptionKind::Integer(kind) => numeric(&mut object, kind, 4, texts),
        OptionKind::Boolean => 5,
        OptionKind::User => 6,
        OptionKind::Channel(kind) => {
            put_list(
                &mut object,
                "channel_types",
                kind.types.iter().map(|n| (*n).into()).collect(),
            );
            7
        }
        OptionKind::Role => 8,
        OptionKind::Mentionable => 9,
        OptionKind::Number(kind) => numeric(&mut object, kind, 10, texts),
        OptionKind::Attachment => 11,
        // Refused at load; see `admission`.
        _ => 0,
    };
    object.insert("type".into(), number.into());
    Value::Object(object)
}

fn string(object: &mut Map<String, Value>, kind: &StringKind, texts: &Bundles) -> u8 {
    put_choices(object, &kind.choices, kind.autocomplete, texts);
    put(object, "min_length", kind.min_length);
    put(object, "max_length", kind.max_length);
    3
}

fn numeric<N: Serialize + Copy>(
    object: &mut Map<String, Value>,
    kind: &NumberKind<N>,
    number: u8,
    texts: &Bundles,
) -> u8 {
    put_choices(object, &kind.choices, kind.autocomplete, texts);
    put(object, "min_value", kind.min);
    put(object, "max_value", kind.max);
    number
}

fn put_choices(
    object: &mut Map<String, Value>,
    choices: &[Choice],
    autocomplete: bool,
    texts: &Bundles,
) {
    object.insert("autocomplete".into(), autocomplete.into());
    let choices = choices.iter().map(|choice| {
        let mut object = Map::new();
        object.insert("name".into(), default_text(&choice.name, texts).into());
        localize(&mut object, "name_localizations", &choice.name, texts);
        object.insert("value".into(), json!(choice.value));
        Value::Object(object)
    });
    put_list(object, "choices", choices.collect());
}

fn named(name: &str, localizations: &BTreeMap<String, String>) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("name".into(), name.into());
    if !localizations.is_empty() {
        object.insert("name_localizations".into(), json!(localizations));
    }
    object
}

fn describe(object: &mut Map<String, Value>, description: &Text, texts: &Bundles) {
    object.insert("description".into(), default_text(description, texts).into());
    localize(object, "description_localizations", description, texts);
}

fn default_text(text: &Text, texts: &Bundles) -> String {
    texts.format(text, DEFAULT_LOCALE, Place::Plain)
}

/// Puts the words of `text` in every language of the plugin in which they differ from the default.
fn localize(object: &mut Map<String, Value>, key: &str, text: &Text, texts: &Bundles) {
    let words = localized(text, texts);
    if !words.is_empty() {
        object.insert(key.into(), json!(words));
    }
}

/// Returns the words of `text` by Discord's locale, where they differ from the default.
pub(in crate::discord) fn localized(text: &Text, texts: &Bundles) -> BTreeMap<String, String> {
    let default = default_text(text, texts);
    let spoken = |locale: &&str| texts.locales().any(|own| speaks(own, locale));
    let words = LOCALES
        .into_iter()
        .filter(spoken)
        .map(|locale| (locale.to_owned(), texts.format(text, locale, Place::Plain)));
    words.filter(|(_, words)| *words != default).collect()
}

/// Whether texts in `own` (`fr`, `en-GB`) are for readers of Discord's `locale`.
fn speaks(own: &str, locale: &str) -> bool {
    own == locale || locale.split_once('-').is_some_and(|(language, _)| language == own)
}

fn put(object: &mut Map<String, Value>, key: &str, value: Option<impl Serialize>) {
    if let Some(value) = value {
        object.insert(key.into(), json!(value));
    }
}

fn put_list(object: &mut Map<String, Value>, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        object.insert(key.into(), list.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina_plugin_api::descriptor::Descriptor;

    fn texts() -> Bundles {
        let descriptor = Descriptor::new("")
            .texts("en", "search = Search for a title\nmovie = Movie")
            .texts("fr", "search = Chercher un titre\nmovie = Film");
        Bundles::read(&descriptor).unwrap()
    }

    #[test]
    fn a_command_is_sent_with_its_languages_and_bounds() {
        let search = Command::slash("search", Text::key("search")).option(
            CommandOption::string("type", "Kind")
                .required()
                .choice(Text::key("movie"), "movie")
                .length(1, 5),
        );
        let expected = json!({
            "name": "search", "type": 1, "description": "Search for a title",
            "description_localizations": {"fr": "Chercher un titre"},
            "default_member_permissions": null, "contexts": [0, 1, 2],
            "integration_types": [0, 1], "nsfw": false,
            "options": [{
                "name": "type", "description": "Kind", "required": true, "autocomplete": false,
                "type": 3, "min_length": 1, "max_length": 5,
                "choices": [
                    {"name": "Movie", "name_localizations": {"fr": "Film"}, "value": "movie"},
                ],
            }],
        });
        assert_eq!(command(&search, &texts()), expected);
    }

    #[test]
    fn groups_and_subcommands_are_options_of_their_own_types() {
        let list = Command::slash("list", "Lists")
            .group(Group::new("item", "Items").subcommand(Subcommand::new("add", "Adds")))
            .subcommand(Subcommand::new("show", "Shows").option(CommandOption::user("of", "Of")));
        let options = &command(&list, &texts())["options"];
        assert_eq!(options[0]["type"], SUB_COMMAND_GROUP);
        assert_eq!(options[0]["options"][0]["name"], "add");
        assert_eq!(options[1]["options"][0]["type"], 6);
    }

    #[test]
    fn a_context_menu_command_has_no_description() {
        let sent = command(&Command::user_menu("Profile"), &texts());
        assert_eq!((sent["type"].as_u64(), sent.get("description")), (Some(2), None));
    }
}
