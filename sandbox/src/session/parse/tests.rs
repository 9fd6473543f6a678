//! Lines and what they are understood as.

use super::*;

fn command(path: &[&str], options: &[(&str, &str)]) -> Typed {
    Typed {
        path: path.iter().map(|word| (*word).to_owned()).collect(),
        options: options.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
    }
}

#[test]
fn lines_are_understood() {
    let seconds = Duration::from_secs;
    for (line, expected) in [
        ("", Line::Nothing),
        ("# a remark", Line::Nothing),
        ("/ping", Line::Command(command(&["ping"], &[]))),
        (
            "/sudo reload plugin:search",
            Line::Command(command(&["sudo", "reload"], &[("plugin", "search")])),
        ),
        (
            r#"/search query:"two words" by_id:true"#,
            Line::Command(command(&["search"], &[("query", "two words"), ("by_id", "true")])),
        ),
        (
            r#"/search query:"a \"quoted\" \\ \n line: x""#,
            Line::Command(command(&["search"], &[("query", "a \"quoted\" \\ \n line: x")])),
        ),
        ("type /search query:du", Line::Type(command(&["search"], &[("query", "du")]))),
        ("type /search query:", Line::Type(command(&["search"], &[("query", "")]))),
        ("button 2", Line::Button(2)),
        (
            "fill name:Ann about:\"two words\"",
            Line::Fill(vec![("name".into(), "Ann".into()), ("about".into(), "two words".into())]),
        ),
        (
            "context \"Who is it\" on noah",
            Line::Context { command: "Who is it".into(), on: ContextTarget::User("noah".into()) },
        ),
        (
            "context Quote on message 2",
            Line::Context { command: "Quote".into(), on: ContextTarget::Message(2) },
        ),
        ("private noah", Line::Private("noah".into())),
        ("file 2", Line::File { number: 2, to: None }),
        ("file 1 to \"a b.txt\"", Line::File { number: 1, to: Some("a b.txt".into()) }),
        ("select 3", Line::Select { menu: 1, options: vec![3] }),
        ("select 2 3 4", Line::Select { menu: 2, options: vec![3, 4] }),
        (
            "as noah /ping",
            Line::As("noah".into(), Box::new(Line::Command(command(&["ping"], &[])))),
        ),
        ("advance 10s", Line::Advance(seconds(10))),
        ("advance 2h", Line::Advance(seconds(7_200))),
        ("tvdb down", Line::Tvdb(Some(Fault::Down))),
        ("tvdb slow 3s", Line::Tvdb(Some(Fault::Slow(seconds(3))))),
        ("tvdb ok", Line::Tvdb(None)),
        ("tvdb up", Line::Tvdb(None)),
        ("outside on", Line::Outside(None)),
        ("discord ok", Line::Discord(DiscordLine::Ok)),
        ("discord up", Line::Discord(DiscordLine::Ok)),
        ("tvdb expire", Line::TvdbExpire),
        ("discord drop", Line::Discord(DiscordLine::Drop)),
        ("outside huge", Line::Outside(Some(OutsideFault::Huge))),
        ("log 5", Line::Log(5)),
        ("quit", Line::Quit),
    ] {
        assert_eq!(parse(line), Ok(expected), "{line}");
    }
}

#[test]
fn lines_about_plugin_files_and_loads_are_understood() {
    for (line, expected) in [
        (
            "plugin replace search with broken",
            Line::Plugin(PluginLine::Replace { name: "search".into(), with: "broken".into() }),
        ),
        ("plugin restore search", Line::Plugin(PluginLine::Restore("search".into()))),
        (
            "plugin replace search broken",
            Line::Plugin(PluginLine::Replace { name: "search".into(), with: "broken".into() }),
        ),
        ("load 5", Line::Load(5, command(&["ping"], &[]))),
        ("load /help", Line::Load(LOAD_DEFAULT, command(&["help"], &[]))),
        (
            "load 2000 /search query:\"a b\"",
            Line::Load(2_000, command(&["search"], &[("query", "a b")])),
        ),
        ("load wait", Line::LoadWait),
    ] {
        assert_eq!(parse(line), Ok(expected), "{line}");
    }
}

#[test]
fn what_is_not_understood_gets_a_sentence() {
    for (line, expected) in [
        ("buton 1", "Did you mean `button`?"),
        ("xyzzy", "I do not know `xyzzy`."),
        ("button", "`button 1` presses"),
        ("button 0", "`button 1` presses"),
        ("select x", "`select 2 3` chooses"),
        (
            "advance fast",
            "I do not understand `fast` behind `advance`. What fits there: `advance 10s`",
        ),
        ("tvdb sideways", "What fits there: ok, down"),
        ("/search query:\"open", "quotation mark is open"),
        ("/search query:a b", "`query:\"a b\"`"),
        ("/search query:a query:b", "`query:` stands there twice"),
        ("type /search query:a query:b", "`query:` stands there twice"),
        ("fill name:Ann name:Bob", "`name:` stands there twice"),
        ("button", "`button` needs more"),
        ("tvdb sloow", "Did you mean `tvdb slow`?"),
        ("fill Ann", "`fill name:Ann`"),
        ("context Quote", "on message 2"),
        ("private", "`private noah`"),
        ("quit now", "stands alone"),
        ("/", "Type a command behind the `/`"),
        (&"y".repeat(3_000), "yyy…`. Commands of the bot begin with `/`"),
        ("load 500 times", "`load 500 /search query:du`"),
        ("load 100001", "100000 times at most"),
        ("plugin replace", "`plugin replace` needs more: `plugin replace ping with broken`, or"),
        ("plugin replace ping with", "I do not understand `ping with` behind `plugin replace`."),
        ("plugin restore", "`plugin restore ping` puts"),
        ("file", "`file` needs more: `file 1` shows"),
        ("file 1 copy.txt", "I do not understand `1 copy.txt` behind `file`."),
    ] {
        let sentence = parse(line).expect_err(line).to_string();
        assert!(sentence.contains(expected), "{line}: {sentence}");
    }
}

#[test]
fn a_word_too_many_is_refused_everywhere() {
    const ALONE: [&str; 10] = [
        "users",
        "dm",
        "channels",
        "commands",
        "messages",
        "help",
        "quit",
        "restart hard",
        "load wait",
        "plugin list",
    ];
    const WITH_MORE: [&str; 10] = [
        "button 1",
        "pick 1",
        "advance 1s",
        "log 5",
        "load 5",
        "file 1",
        "file 1 to a",
        "plugin add a",
        "plugin restore ping",
        "plugin replace ping with broken",
    ];
    let faults = |service: &'static str, words: &'static [&str]| {
        let words = words.iter().chain(&["up"]);
        words.map(move |word| format!("{service} {word}"))
    };
    let broken = faults("tvdb", &TVDB_WORDS)
        .chain(faults("outside", &OUTSIDE_WORDS))
        .chain(faults("discord", &DISCORD_WORDS));
    for line in ALONE.into_iter().chain(WITH_MORE).map(str::to_owned).chain(broken) {
        assert!(parse(&line).is_ok(), "{line}");
        let sentence = parse(&format!("{line} extra")).expect_err(&line).to_string();
        assert!(sentence.contains("extra` behind `"), "{line}: {sentence}");
    }
    let refused = parse("tvdb down extra").expect_err("too many").to_string();
    assert_eq!(
        refused,
        "I do not understand `extra` behind `tvdb down`. What fits there: nothing, the word stands alone."
    );
}
