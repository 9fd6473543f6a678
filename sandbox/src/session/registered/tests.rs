//! Typed commands against registered ones.

use super::*;
use crate::session::parse::{Line, parse};

struct Nobody;

impl Lookup for Nobody {
    fn user_id(&self, name: &str) -> Result<String, String> {
        (name == "mira").then(|| "7".to_owned()).ok_or(format!("Nobody is called `{name}`."))
    }
    fn channel_id(&self, name: &str) -> Result<String, String> {
        Err(format!("There is no channel `{name}`."))
    }
    fn role_id(&self, name: &str) -> Result<String, String> {
        Err(format!("There is no role `{name}`."))
    }
    fn file_id(&self, path: &str) -> Result<String, String> {
        Err(format!("There is no file `{path}`."))
    }
}

fn commands() -> Vec<Value> {
    let option = |name: &str, kind: u64, required: bool| json!({ "name": name, "type": kind, "required": required, "autocomplete": name == "query" });
    vec![
        json!({ "name": "ping", "type": 1 }),
        json!({ "name": "search", "type": 1, "options": [
            option("query", 3, true), option("by_id", 5, false), option("limit", 4, false),
            option("who", 6, false), option("whoever", 9, false),
            { "name": "type", "type": 3, "choices": [
                { "name": "Movie", "value": "movie", "name_localizations": { "fr": "Film" } },
                { "name": "Series", "value": "series" },
            ] },
        ] }),
        json!({ "name": "sudo", "type": 1, "options": [
            { "name": "list", "type": 1 },
            { "name": "reload", "type": 1, "options": [option("plugin", 3, true)] },
        ] }),
    ]
}

fn typed(line: &str) -> Typed {
    match parse(line).expect("it is understood") {
        Line::Command(typed) | Line::Type(typed) => typed,
        other => panic!("{other:?} is no command"),
    }
}

#[test]
fn options_become_values_of_their_kind() {
    let line = "/search query:12 by_id:true limit:3 who:mira type:Movie";
    let matched = matched(&commands(), &typed(line), &Nobody).unwrap();
    let values: Vec<Value> = matched.options.into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, [json!("12"), json!(true), json!(3), json!("7"), json!("movie")]);
    for movie in ["movie", "Film"] {
        let line = format!("/search query:x type:{movie}");
        let options = super::matched(&commands(), &typed(&line), &Nobody).unwrap().options;
        assert_eq!(options[1].1, "movie");
    }
}

#[test]
fn what_cannot_be_sent_gets_a_sentence() {
    for (line, expected) in [
        ("/pign", "There is no command `/pign`. Did you mean `/ping`?"),
        ("/sudo", "`/sudo` is a group. Say which: `/sudo list`, `/sudo reload`."),
        ("/search", "`/search` needs the option `query`."),
        ("/search quarry:x", "`/search` has no option `quarry`. Did you mean `query`?"),
        (
            "/search query:x limit:many",
            "The option `limit` wants a whole number, and `many` is none.",
        ),
        (
            "/search query:x by_id:maybe",
            "The option `by_id` wants true or false, and `maybe` is none.",
        ),
        (
            "/search query:x type:foo",
            "The option `type` has no choice `foo`. There are: Movie, Series.",
        ),
        ("/search query:x who:nobody", "Nobody is called `nobody`."),
        ("/search query:x whoever:nobody", "Nobody is called `nobody`. There is no role `nobody`."),
        ("/search query", "The option `query` wants its value behind a colon: `/search query:…`."),
        (
            "/search query dune harbor",
            "The option `query` wants its value behind a colon: `/search query:\"dune harbor\"`.",
        ),
    ] {
        let sentence = matched(&commands(), &typed(line), &Nobody).unwrap_err().to_string();
        assert_eq!(sentence, expected, "{line}");
    }
}

#[test]
fn the_last_option_wants_suggestions() {
    let (matched, focused) =
        completing(&commands(), &typed("type /search by_id:true query:du"), &Nobody).unwrap();
    assert_eq!((matched.options.len(), focused.as_str()), (2, "query"));
    let refused = completing(&commands(), &typed("type /search limit:1"), &Nobody).unwrap_err();
    assert_eq!(refused.to_string(), "The option `limit` offers no suggestions.");
}

#[test]
fn paths_name_every_command_once() {
    let commands = commands();
    let paths: Vec<String> = all_paths(&commands).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["ping", "search", "sudo list", "sudo reload"]);
}

#[test]
fn commands_of_context_menus_are_found_by_name_and_kind() {
    let mut commands = commands();
    commands.push(json!({ "name": "Who is it", "type": 2 }));
    commands.push(json!({ "name": "Quote", "type": 3 }));
    let all: Vec<(&str, bool)> = in_context_menus(&commands).collect();
    assert_eq!(all, [("Who is it", true), ("Quote", false)]);
    assert_eq!(in_context_menu(&commands, "who is it", true).as_deref(), Ok("Who is it"));
    let sentence = in_context_menu(&commands, "Quote", true).unwrap_err().to_string();
    assert!(sentence.ends_with("There are: Who is it."), "{sentence}");
}
