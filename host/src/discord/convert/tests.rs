//! What Discord sends, as plugins see it.

use super::*;
use lumina_plugin_api::{
    command::{Command, CommandOption, OptionKind, Subcommand},
    interaction::FieldValue,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn raw(value: &Value) -> Box<RawValue> {
    RawValue::from_string(value.to_string()).unwrap()
}

fn command() -> Command {
    Command::slash("all", "All kinds")
        .option(CommandOption::string("text", "t").required().length(2, 5))
        .option(CommandOption::string("pick", "p").choice("A", "a").choice("B", "b"))
        .option(CommandOption::integer("whole", "w").range(1, 9))
        .option(CommandOption::number("number", "n"))
        .option(CommandOption::boolean("flag", "f"))
        .option(CommandOption::user("user", "u"))
        .option(CommandOption::channel("channel", "c", &[0]))
        .option(CommandOption::role("role", "r"))
        .option(CommandOption::mentionable("any", "m"))
        .option(CommandOption::attachment("file", "f"))
}

/// Reads `options` as `/all` got them.
fn read(options: &Value) -> Result<std::collections::BTreeMap<String, Value>, ConvertError> {
    let resolved = raw(&json!({
        "users": {"7": {"id": "7", "username": "ann", "global_name": "Ann"}, "8": {"id": true}},
        "roles": {"5": {"id": "5", "name": "mods"}},
        "channels": {"1": {"id": "1", "name": "general", "type": 0}, "2": {"id": "2", "type": 2}},
        "attachments": {"3": {"id": "3", "filename": "a.png", "size": 9, "url": "https://x/a.png"}},
    }));
    let resolved = Resolved::parse(Some(&resolved))?;
    let options = raw(options);
    read_options(&command(), path(Some(&options))?, &resolved)
}

fn with_text(name: &str, value: Value) -> Value {
    json!([{"name": "text", "type": 3, "value": "abc"}, {"name": name, "type": 3, "value": value}])
}

#[test]
fn options_arrive_typed() {
    let cases = [
        ("pick", json!("a"), json!("a")),
        ("whole", json!(9), json!(9)),
        ("number", json!(1.5), json!(1.5)),
        ("flag", json!(true), json!(true)),
    ];
    for (name, value, expected) in cases {
        assert_eq!(read(&with_text(name, value)).unwrap()[name], expected);
    }
    assert_eq!(read(&with_text("user", json!("7"))).unwrap()["user"]["display_name"], "Ann");
    assert_eq!(read(&with_text("role", json!("5"))).unwrap()["role"]["name"], "mods");
    assert_eq!(read(&with_text("channel", json!("1"))).unwrap()["channel"]["name"], "general");
    assert_eq!(read(&with_text("any", json!("5"))).unwrap()["any"]["role"]["name"], "mods");
    assert_eq!(read(&with_text("file", json!("3"))).unwrap()["file"]["filename"], "a.png");
}

#[test]
fn crafted_options_are_refused_by_name() {
    let crafted = [
        ("pick", json!("c")),
        ("whole", json!(10)),
        ("whole", json!(1.5)),
        ("whole", json!("1")),
        ("number", json!("1")),
        ("flag", json!("true")),
        ("user", json!("9")),
        ("user", json!("8")),
        ("user", json!(7)),
        ("channel", json!("2")),
        ("role", json!("7")),
        ("file", json!("4")),
        ("any", json!("1")),
    ];
    for (name, value) in crafted {
        let expected = ConvertError::Value { option: name.to_owned() };
        assert_eq!(read(&with_text(name, value.clone())), Err(expected), "{name} {value}");
    }
    let unknown = ConvertError::UnknownOption { option: "new".to_owned() };
    assert_eq!(read(&with_text("new", json!(1))), Err(unknown));
    let text = |value: &str| read(&json!([{"name": "text", "type": 3, "value": value}]));
    assert!(text("ab").is_ok() && text("äöüß€").is_ok());
    assert!(text("a").is_err() && text("abcdef").is_err());
    assert_eq!(read(&json!([])), Err(ConvertError::MissingOption { option: "text".to_owned() }));
}

#[test]
fn sub_commands_are_found_by_their_path() {
    let sub = Subcommand::new("add", "Add").option(CommandOption::boolean("flag", "f"));
    let command = Command::slash("list", "l").subcommand(sub);
    let read = |options: Value| {
        let options = raw(&options);
        let came = path(Some(&options))?;
        let found = came.path.clone();
        read_options(&command, came, &Resolved::default()).map(|options| (found, options))
    };
    let flag = json!([{"name": "flag", "type": 5, "value": true}]);
    let (path, options) = read(json!([{"name": "add", "type": 1, "options": flag}])).unwrap();
    assert_eq!((path, &options["flag"]), (vec!["add".to_owned()], &json!(true)));
    for crafted in [json!([]), flag, json!([{"name": "drop", "type": 1}])] {
        assert_eq!(read(crafted), Err(ConvertError::UnknownPath));
    }
}

#[test]
fn what_is_typed_is_told_from_the_rest() {
    let options = raw(&json!([{"name": "query", "type": 3, "value": "du", "focused": true},
        {"name": "by_id", "type": 5, "value": false}]));
    let focused = focused(path(Some(&options)).unwrap().options).unwrap();
    assert_eq!((focused.option.as_str(), focused.text.as_str()), ("query", "du"));
    assert_eq!(focused.others["by_id"], json!(false));
}

#[test]
fn a_form_is_read_from_labels_and_from_rows() {
    let resolved = raw(&json!({"attachments":
        {"3": {"id": "3", "filename": "a.png", "size": 9, "url": "https://x/a.png"}}}));
    let resolved = Resolved::parse(Some(&resolved)).unwrap();
    let form = raw(&json!([
        {"type": 18, "id": 1, "component": {"type": 4, "custom_id": "name", "value": "Ann"}},
        {"type": 18, "component": {"type": 3, "custom_id": "pick", "values": ["a", "b"]}},
        {"type": 18, "component": {"type": 19, "custom_id": "file", "values": ["3"]}},
        {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": "row"}]},
        {"type": 10, "content": "only text"},
        {"type": 99},
    ]));
    let fields = read_form(Some(&form), &resolved).unwrap();
    assert_eq!(fields["name"], FieldValue::Text("Ann".to_owned()));
    assert_eq!(fields["pick"], FieldValue::Values(vec!["a".to_owned(), "b".to_owned()]));
    assert!(matches!(&fields["file"], FieldValue::Files(files) if files[0].size_bytes == 9));
    assert_eq!(fields["old"], FieldValue::Text("row".to_owned()));
    assert_eq!(fields.len(), 4);
}

#[test]
fn an_interaction_without_an_author_is_refused() {
    let text = r#"{"id":"1","token":"t","type":2}"#;
    let head = frame::Interaction::parse(text).unwrap();
    assert_eq!(interaction(&head), Err(ConvertError::unreadable("author")));
}

#[test]
fn who_did_it_and_where_is_read() {
    let text = json!({"id": "4", "token": "t", "type": 2, "guild_id": "2", "channel_id": "3",
        "locale": "fr", "app_permissions": "2048", "member": {"nick": "A", "roles": ["9", "x"],
        "permissions": "8", "user": {"id": "7", "username": "ann", "avatar": "h"}}})
    .to_string();
    let head = frame::Interaction::parse(&text).unwrap();
    let at = interaction(&head).unwrap();
    let member = at.member.unwrap();
    assert_eq!((at.id.0, at.user.id.0, member.permissions), (4, 7, 8));
    assert_eq!((at.bot_permissions, at.locale.as_str()), (2048, "fr"));
    assert_eq!(member.roles.len(), 1, "what is no id is left out");
    assert_eq!(at.user.avatar_url, "https://cdn.discordapp.com/avatars/7/h.png");
}

#[test]
fn an_option_of_an_unknown_kind_takes_nothing() {
    let kind = OptionKind::Unknown(json!({"hologram": {}}));
    let command = Command::slash("a", "b").option(CommandOption::new("x", "y", kind));
    let options = raw(&json!([{"name": "x", "type": 42, "value": {}}]));
    let read = read_options(&command, path(Some(&options)).unwrap(), &Resolved::default());
    assert_eq!(read, Err(ConvertError::Value { option: "x".to_owned() }));
}

proptest! {
    #[test]
    fn no_json_makes_reading_panic(text in r#"[\[\]{}":,a-z0-9]{0,60}"#) {
        if let Ok(raw) = RawValue::from_string(text) {
            let resolved = Resolved::parse(Some(&raw)).unwrap_or_default();
            let _ = path(Some(&raw)).map(|came| read_options(&command(), came, &resolved));
            let _ = read_form(Some(&raw), &resolved);
            let _ = message(&raw);
        }
    }
}
