//! The prompt against a tiny bot: what is typed, and what is seen.

mod fake_bot;

use super::*;
use std::os::unix::fs::PermissionsExt as _;

/// How often, and how far apart, it is looked for what the bot does by itself.
const LOOKS_MAX: u32 = 1_000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

async fn session() -> (Session, TempDir) {
    let built = tempfile::tempdir().expect("a folder");
    std::fs::write(built.path().join("ping.so"), b"library").expect("it can be written");
    let options = SessionOptions {
        program: PathBuf::from("/nowhere/lumina"),
        plugins: built.path().to_owned(),
        discord_port: None,
        tvdb_port: None,
        extra_env: Vec::new(),
        steady: false,
    };
    let session = Session::without_host(options).await.expect("the services start");
    fake_bot::start(session.discord()).await;
    (session, built)
}

async fn check(lines: &[(&str, &str)]) {
    let (mut session, _built) = session().await;
    for (line, expected) in lines {
        assert_eq!(session.line(line).await, *expected, "{line}");
    }
}

#[tokio::test]
async fn answers_are_shown_as_people_see_them() {
    check(&[
        ("/ping", "Lumina\n  Pong!"),
        ("/slow", "Lumina\n  At last"),
        ("/secret", "Lumina  (only Mira can see this)\n  Between us"),
        ("as noah /secret", "Lumina  (only Noah can see this)\n  Between us"),
        ("", ""),
        ("# a remark", ""),
    ])
    .await;
}

#[tokio::test]
async fn what_only_looks_like_an_incident_is_waited_for_once_and_behind_the_line_alone() {
    let (mut session, _built) = session().await;
    let log = HostLog::new();
    log.push("CASTAWAY was in the log before");
    session.log = Some(log.clone());
    session.line("").await;
    let titles = (0..200).map(|n| format!("CASTA{n:03}")).collect::<Vec<_>>().join(" ");
    let began = Instant::now();
    assert_eq!(session.incident_hint(&format!("CASTAWAY {titles}")).await, None);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    log.push("it failed: 1A2B3C4D");
    let hint = session.incident_hint("CASTAWAY, incident 1A2B3C4D").await;
    assert_eq!(hint.as_deref(), Some("(`log` shows what the host wrote of `1A2B3C4D`.)"));
}

#[tokio::test]
async fn what_is_private_stays_private_in_the_channel() {
    check(&[
        ("/secret", "Lumina  (only Mira can see this)\n  Between us"),
        ("user noah", "You are Noah now."),
        ("messages", "Nothing stands here."),
        ("/ping", "Lumina\n  Pong!"),
        ("user mira", "You are Mira now."),
        ("messages", "Lumina  (only Mira can see this)\n  Between us\nLumina\n  Pong!"),
        ("channel films", "You are in #films now."),
        ("messages", "Nothing stands here."),
    ])
    .await;
}

#[tokio::test]
async fn buttons_are_pressed_and_menus_chosen_from() {
    const MENU: &str = "  [1] Press\n  ▾1 Make a selection\n     1. One\n     2. Two";
    let begun = format!("Lumina\n  Nothing is chosen.\n{MENU}");
    let chosen = format!("The message changes.\nLumina  (edited)\n  Chosen: [\"two\"]\n{MENU}");
    check(&[
        ("button 1", "No message here has a button."),
        ("select 1", "No message here has a menu."),
        ("/menu", &begun),
        ("button 1", "Lumina  (only Mira can see this)\n  Pressed"),
        ("button 2", "The last message with buttons has 1."),
        ("select 2", &chosen),
        ("select 1 2", &chosen),
        ("select 3", "The menu has 2 options."),
        ("select 2 1", "The last message with menus has 1."),
    ])
    .await;
}

#[tokio::test]
async fn suggestions_come_while_typing_and_can_be_picked() {
    check(&[
        ("pick 1", "Nothing was suggested. Try `type /search query:du`."),
        ("type /search query:du", "  1. dune  → id-dune"),
        ("pick 2", "1 suggestion came last, and none has the number 2."),
        ("type /search query:", "  1. dune  → id-dune\n  2. harbor  → id-harbor"),
        ("pick 2", "Lumina\n  You look for \"id-harbor\""),
        ("pick 1", "Lumina\n  You look for \"id-dune\""),
        ("type /search query:x", "No suggestions."),
        ("type /ping", "Type an option behind the command, as in `type /search query:du`."),
    ])
    .await;
}

#[tokio::test]
async fn mistakes_get_a_sentence() {
    check(&[
        ("/pign", "There is no command `/pign`. Did you mean `/ping`?"),
        ("user nobody", "Nobody is called `nobody`. There are mira, noah, elodie, jonas, yuki."),
        ("user mirra", "Nobody is called `mirra`. Did you mean `mira`?"),
        ("/ping pong", "`/ping` takes nothing behind it, and `pong` stands there."),
        (
            "/search two words",
            "`two words` needs the name of an option before it: `/search query:\"two words\"`.",
        ),
        ("fill name:Ann", "No form is open for you."),
        (
            "context Nonsense on noah",
            "There is no command `Nonsense` in a context menu. None is registered for that.",
        ),
        ("channel x", "There is no channel `x`. There are general, films, bots."),
        (
            "plugin replace pong with text",
            "There is no plugin file `pong.so`. Did you mean `ping`?",
        ),
        ("log", "The host does not run."),
        ("/add minutes:90", "Option `minutes` must be a whole number from 1 to 60."),
        (
            "/who user:nobody",
            "Nobody is called `nobody`. There are mira, noah, elodie, jonas, yuki, Lumina.",
        ),
        ("user lumina", "Lumina is the bot, and no person. `users` lists everyone."),
        ("file 1", "No message here has a file."),
        ("load wait", "No load is going on. `load 500` begins one."),
    ])
    .await;
}

#[tokio::test]
async fn the_bot_can_be_named_where_someone_is() {
    let (mut session, _built) = session().await;
    let bot = session.discord().bot().id;
    for name in ["lumina", "@Lumina"] {
        let shown = session.line(&format!("/who user:{name}")).await;
        assert_eq!(shown, format!("Lumina\n  You name {bot}"));
    }
    assert!(session.line("users").await.contains("Lumina   the bot"));
}

#[tokio::test]
async fn what_comes_by_itself_is_shown_once_to_those_who_see_it() {
    let (mut session, _built) = session().await;
    session.line("user noah").await;
    for (typed, soon, late) in [
        ("/remind", "Lumina\n  Soon", Some("Lumina\n  Now")),
        ("as mira /remind", "Lumina\n  Soon", Some("Lumina\n  Now")),
        ("as mira /whisper", "Lumina  (only Mira can see this)\n  Soon", None),
    ] {
        assert_eq!(session.line(typed).await, soon, "{typed}");
        let n_before = session.discord().messages(session.channel, session.discord().owner()).len();
        // What it comes to stands below the line that moved time, or comes a moment later.
        let mut shown = session.line("advance 1m").await;
        let n = || session.discord().messages(session.channel, session.discord().owner()).len();
        for _ in 0..LOOKS_MAX {
            if n() > n_before {
                break;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        assert!(n() > n_before, "{typed}: nothing came");
        if let Some(news) = session.news() {
            shown.push('\n');
            shown.push_str(&news);
        }
        let passed = "1 min has passed.".to_owned();
        let expected = late.map_or(passed.clone(), |late| format!("{passed}\n{late}"));
        assert_eq!(shown, expected, "{typed}");
        assert_eq!(session.news(), None);
    }
}

#[tokio::test]
async fn the_log_of_a_host_that_failed_to_start_can_be_read() {
    let (mut session, built) = session().await;
    let program = built.path().join("stand-in");
    std::fs::write(&program, "#!/bin/sh\necho one; echo two; exit 3\n").expect("it can be written");
    let may_run = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&program, may_run).expect("it is ours");
    session.options.program = program;
    assert!(session.line("restart").await.contains("exit status: 3"));
    assert_eq!(session.line("log 1").await, "The host does not run. It wrote last:\ntwo");
}

#[tokio::test]
async fn a_bot_that_is_silent_is_given_up_on() {
    let (mut session, _built) = session().await;
    let clock = session.discord().clock().clone();
    let (shown, ()) = tokio::join!(session.line("/silent"), async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        clock.advance(std::time::Duration::from_secs(4));
    });
    assert_eq!(shown, "The application did not respond");
}

#[tokio::test]
async fn a_load_counts_what_was_answered() {
    let (mut session, _built) = session().await;
    for (load, begun, ended) in [
        (
            "load 40",
            "40 × `/ping` by 8 people",
            "40 × `/ping`, 40 answered, 0 refused, 0 lost; p50 ",
        ),
        (
            "load 1 /search query:\"a dune\"",
            "1 × `/search query:\"a dune\"` by 1 person",
            "1 × `/search query:\"a dune\"`, 1 answered, 0 refused, 0 lost; p50 ",
        ),
        (
            "load 3 /refused",
            "3 × `/refused` by 3 people",
            "3 × `/refused`, 0 answered, 3 refused, 0 lost.\n  ❌ No.",
        ),
    ] {
        let told = session.line(load).await;
        assert_eq!(told, format!("{begun} began. `load wait` waits for the end."));
        let told = session.line("load wait").await;
        assert!(told.starts_with(&format!("The load has ended: {ended}")), "{told}");
    }
    let told = session.line("load 5 /pign").await;
    assert_eq!(told, "There is no command `/pign`. Did you mean `/ping`?");
}

#[tokio::test]
async fn services_are_broken_and_made_whole_by_a_word() {
    check(&[
        ("tvdb down", "TheTVDB is down."),
        ("tvdb slow 2s", "TheTVDB answers 2 s late."),
        ("tvdb expire", "The token of TheTVDB is not good any more."),
        ("tvdb ok", "TheTVDB works."),
        ("tvdb key", "TheTVDB refuses the key."),
        (
            "tvdb ok",
            "TheTVDB works. A bot whose key was refused asks again after a minute: \
             `advance 61s` moves time there.",
        ),
        ("tvdb ok", "TheTVDB works."),
        ("outside down", "The outside world is down."),
        ("outside ok", "The outside world works."),
        ("discord slow", "Discord answers 1500 ms late."),
        ("discord ok", "Discord works."),
        (
            "plugin replace ping with text",
            "`ping.so` is a text now. Now type `/sudo reload plugin:ping`.",
        ),
        (
            "plugin restore ping",
            "`ping.so` is as it was built. Now type `/sudo reload plugin:ping`.",
        ),
        ("advance 10s", "10 s have passed."),
    ])
    .await;
}

#[tokio::test]
async fn time_goes_no_further_than_the_ids_of_discord() {
    let (mut session, _built) = session().await;
    let told = session.line("advance 365000d").await;
    let farthest = told
        .strip_prefix("Ids of Discord hold no time after May 2154. `")
        .and_then(|rest| rest.strip_suffix("` goes as far as time can."))
        .unwrap_or_else(|| panic!("{told}"));
    assert!(session.line(farthest).await.ends_with(" years) have passed."));
    assert_eq!(session.line("/ping").await, "Lumina\n  Pong!");
    assert_eq!(
        session.line("advance 2d").await,
        "Ids of Discord hold no time after May 2154. \
         Time cannot go on from here; `quit`, and start again at the present."
    );
}
