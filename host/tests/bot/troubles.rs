//! What an operator gets wrong and what a machine does wrong: each is told in a sentence, and nothing is
//! lost.

use crate::{
    bed::{Bed, PATIENCE, text_of},
    running::{lumina, lumina_with, said},
};
use lumina_host::{
    clock::Clock,
    db::{ApplicationId, Database, DatabaseLocation},
};
use lumina_sandbox::{
    clock::SimClock,
    discord::{Answer, Invocation, RestFault, SimDiscordOptions, Span},
};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use std::{fs, os::unix::fs::symlink, path::Path, time::Duration};

/// What the program ends with when starting again without a change is useless.
const WRONG_SETTINGS: i32 = 78;
/// What it ends with where a restart mends it.
const FAILED: i32 = 1;
const ORIGINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lists/original.db");
const HELLO: &str = "Hello \\*you\\*!";

/// A bed whose host may be started more than once.
async fn bed() -> Bed {
    let options = SimDiscordOptions { identify_interval_ms: 0, ..SimDiscordOptions::default() };
    Bed::without_host(options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_another_bot_are_refused_by_both_names_until_they_are_adopted() {
    const ANOTHER: ApplicationId = ApplicationId(42);
    let mut bed = bed().await;
    bed.start(&[]).await;
    assert!(bed.stop().await.success());
    let location = DatabaseLocation::file(bed.folder.path().join("data/lumina.db"));
    let db = Database::open(&location).await.unwrap();
    let ours = db.application().await.unwrap().expect("noted at the first start");
    db.remember_application(ANOTHER, Clock::start().now()).await.unwrap();
    db.close().await;

    // Whatever leads to it, the file itself is named, and what names it.
    let link = bed.folder.path().join("link.db");
    symlink(location.path(), &link).unwrap();
    let linked = ("SQLITE_DATABASE_FILE", link.to_str().unwrap());
    for (extra, setting) in
        [(&[][..], "DATA_DIR"), (&[linked], "SQLITE_DATABASE_FILE or DATABASE_URL")]
    {
        let refused = lumina_with(&bed, &["run"], extra);
        assert_eq!(refused.status.code(), Some(WRONG_SETTINGS), "{}", said(&refused));
        let told = format!(
            "the data in `{}` belong to the bot with the application id {ANOTHER}, and BOT_TOKEN is of \
             {ours}: set the token of {ANOTHER}, or name another place in {setting}; to let {ours} go on \
             with these data, run `lumina adopt` once",
            location.path().display()
        );
        assert!(said(&refused).contains(&told), "{told}: {}", said(&refused));
    }
    bed.discord.faults().rest(RestFault::Status(503), Span::UntilCleared);
    let unanswered = lumina(&bed, &["adopt"]);
    assert_eq!(unanswered.status.code(), Some(1), "{}", said(&unanswered));
    assert!(said(&unanswered).contains("Discord does not answer"), "{}", said(&unanswered));
    bed.discord.faults().clear();
    let adopted = lumina(&bed, &["adopt"]);
    assert!(adopted.status.success(), "{}", said(&adopted));
    let told = format!("belonged to {ANOTHER} and belong to {ours} now.");
    assert!(said(&adopted).contains(&told), "{}", said(&adopted));
    bed.start(&[]).await;
    assert_eq!(bed.answer("hello").await.content(), HELLO);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_discord_ends_for_good_ends_the_program_with_what_to_do() {
    let mut bed = bed().await;
    for (close, told, code) in [
        ((4_004, "Authentication failed."), "BOT_TOKEN", WRONG_SETTINGS),
        ((4_012, "Invalid API version."), "Update Lumina", WRONG_SETTINGS),
        ((4_010, "Invalid shard."), "Start again", FAILED),
        ((4_011, "Sharding required."), "Start again", FAILED),
    ] {
        bed.start(&[]).await;
        bed.discord.close_connections(close.0, close.1);
        let status = bed.host.as_mut().expect("it runs").exit(PATIENCE).await.unwrap();
        assert_eq!(status.code(), Some(code), "{close:?}");
        let log = bed.log();
        let last = log.lines().last().unwrap_or_default();
        assert!(last.contains("ERROR") && last.contains(told), "{close:?}: {log}");
    }
    bed.start(&[]).await;
    assert_eq!(bed.answer("hello").await.content(), HELLO);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_an_hour_slow_is_told_once_and_people_are_answered() {
    let mut bed = bed().await;
    bed.discord.clock().advance(Duration::from_secs(3_600));
    // Nobody drives the clock of the host, so that it shows the time of this machine.
    bed.start(&[("SANDBOX_CLOCK", "")]).await;
    for _ in 0..5 {
        assert_eq!(bed.answer("hello").await.content(), HELLO);
    }
    let log = bed.log();
    assert_eq!(log.matches("the clock of this machine is ").count(), 1, "{log}");
    assert!(log.contains(" s slow: set it"), "{log}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_clock_that_is_an_hour_fast_people_are_deferred_in_time_and_get_suggestions() {
    /// What is learned from Discord's whole seconds is exact to half of one.
    const DEFER_AGE_MS: std::ops::Range<u64> = 1_000..2_000;
    let clock = SimClock::behind(Duration::from_secs(3_600));
    let options = SimDiscordOptions { clock, ..SimDiscordOptions::default() };
    let mut bed = Bed::without_host(options).await;
    bed.start(&[]).await;
    for _ in 0..5 {
        assert_eq!(bed.answer("hello").await.content(), HELLO);
    }
    assert!(bed.log().contains(" s fast: set it"), "{}", bed.log());
    let slow = bed.invoke("mira", "answer", &[("how", "slow".into())]);
    let age_ms = bed.deferred_at_ms(slow).await;
    assert!(DEFER_AGE_MS.contains(&age_ms), "deferred at {age_ms} ms");
    let answer = bed.settled(slow).await;
    assert_eq!(answer.message().expect("an answer").content(), "slow");
    let typing = Invocation {
        user: bed.person("mira"),
        place: bed.channel(),
        command: vec!["typed".to_owned()],
        options: vec![("free".to_owned(), "du".into())],
        locale: None,
    };
    let suggested = bed.discord.autocomplete(typing, "free").unwrap();
    let Answer::Choices(choices) = bed.outcome(suggested).await else { panic!("no choices") };
    assert_eq!(choices.len(), 25);
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_host_with_the_same_data_is_refused_by_any_name_and_the_first_serves_on() {
    let bed = Bed::new().await;
    let path = |name: &str| bed.folder.path().join(name).to_str().unwrap().to_owned();
    symlink(path("data/lumina.db"), path("link.db")).unwrap();
    let another = ("SQLITE_DATABASE_FILE", &*path("another.db"));
    let link = ("SQLITE_DATABASE_FILE", &*path("link.db"));
    let url = ("DATABASE_URL", &*format!("sqlite:{}", path("link.db")));
    let elsewhere = ("DATA_DIR", &*path("elsewhere"));
    // The data directory holds more than the database: the socket of `lumina health`, for one.
    for extra in [&[][..], &[another], &[link, elsewhere], &[url, elsewhere]] {
        let mut second = bed.spawn(extra);
        assert_eq!(second.exit(PATIENCE).await.unwrap().code(), Some(1), "{extra:?}");
        second.wait_for_log("is in use by another Lumina", PATIENCE).await.unwrap();
    }
    let adopted = lumina_with(&bed, &["adopt"], &[link, elsewhere]);
    assert!(said(&adopted).contains("is in use by another Lumina"), "{}", said(&adopted));
    let health = lumina(&bed, &["health"]);
    assert!(said(&health).contains("is connected to Discord"), "{}", said(&health));
    assert_eq!(bed.answer("hello").await.content(), HELLO);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_with_one_token_notice_each_other_and_say_so_once() {
    const CALLS: usize = 20;
    let mut bed = bed().await;
    bed.start(&[]).await;
    let other = bed.spawn_another();
    other.wait_for_log("Lumina is ready", PATIENCE).await.unwrap();
    for _ in 0..CALLS {
        assert_eq!(bed.answer("hello").await.content(), HELLO);
    }
    let n_told = |log: &str| log.matches("somebody else answers for this bot").count();
    let told = |bed: &Bed| [n_told(&bed.log()), n_told(&other.log().tail(1_000).join("\n"))];
    bed.until("one of them says so", |bed| told(bed).contains(&1)).await;
    assert!(told(&bed).iter().all(|n_told| *n_told <= 1), "{:?}", told(&bed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_be_made_or_written_is_named_with_its_setting() {
    let bed = bed().await;
    let file = bed.folder.path().join("file");
    fs::write(&file, "no directory").unwrap();
    // Below a file nobody makes anything, whoever runs this.
    let inside = file.join("place");
    let inside = inside.to_str().unwrap();
    for (setting, fix) in [
        ("DATA_DIR", "DATA_DIR: `"),
        ("SQLITE_DATABASE_FILE", "see SQLITE_DATABASE_FILE or DATABASE_URL"),
        ("SHADOW_DIR", "see SHADOW_DIR"),
        ("LOG_FILE", "LOG_FILE: cannot write to"),
    ] {
        let ended = lumina_with(&bed, &["run"], &[(setting, inside)]);
        assert_eq!(ended.status.code(), Some(WRONG_SETTINGS), "{setting}: {}", said(&ended));
        let last = said(&ended).lines().last().unwrap_or_default().to_owned();
        assert!(last.contains(fix) && last.contains(file.to_str().unwrap()), "{setting}: {last}");
    }
}

/// Makes a database with a table that no host makes.
async fn make_table_of_another_program(database: &Path) {
    let options = SqliteConnectOptions::new().filename(database).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::query("CREATE TABLE recipes (id INTEGER)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Leaves a database as a host with one more step would.
async fn add_step(database: &Path) {
    let options = SqliteConnectOptions::new().filename(database);
    let mut connection = options.connect().await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99990101000000, 'of tomorrow', TRUE, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restart_does_not_mend_ends_the_program_with_a_code_of_its_own() {
    let bed = bed().await;
    let folder = bed.folder.path();
    let [text, newer] = ["text.db", "newer.db"].map(|name| folder.join(name));
    fs::write(&text, "a text that is longer than what a database begins with ".repeat(20)).unwrap();
    let location = DatabaseLocation::file(&newer);
    Database::open(&location).await.unwrap().close().await;
    add_step(&newer).await;
    let a_file = text.to_str().unwrap();
    let original = folder.join("database.db");
    let other = folder.join("other.db");
    fs::copy(ORIGINAL, &original).unwrap();
    make_table_of_another_program(&other).await;
    let [original, other] = [&original, &other].map(|path| path.to_str().unwrap());
    let before = [original, other].map(|path| fs::read(path).unwrap());
    for (setting, value, told) in [
        ("DATA_DIR", a_file, "DATA_DIR: `"),
        ("SQLITE_DATABASE_FILE", a_file, "is no database"),
        ("SQLITE_DATABASE_FILE", newer.to_str().unwrap(), "was used by a newer version of Lumina"),
        ("SQLITE_DATABASE_FILE", original, "take its lists over with `lumina import-original`"),
        ("SQLITE_DATABASE_FILE", other, "is the database of another program"),
        ("DATABASE_URL", "sqlite::memory:", "names no file"),
        ("LOG_FILE", folder.to_str().unwrap(), "LOG_FILE: cannot write to"),
        ("SHADOW_DIR", a_file, "see SHADOW_DIR"),
        ("OWNER_IDS", "mira", "OWNER_IDS is not understood"),
    ] {
        let ended = lumina_with(&bed, &["run"], &[(setting, value)]);
        assert_eq!(ended.status.code(), Some(WRONG_SETTINGS), "{setting}: {}", said(&ended));
        assert!(said(&ended).contains(told), "{told}: {}", said(&ended));
    }
    for (path, bytes) in [original, other].into_iter().zip(before) {
        assert!(fs::read(path).unwrap() == bytes, "`{path}` was changed");
        let checked = lumina_with(&bed, &["check"], &[("SQLITE_DATABASE_FILE", path)]);
        let told = said(&checked);
        let wrong: Vec<_> = told.lines().filter(|line| line.starts_with("WRONG")).collect();
        assert!(wrong.len() == 1 && wrong[0].contains("name another file"), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_written_is_told_by_a_check_too() {
    let bed = bed().await;
    // Nobody writes to a directory as to a file, whoever runs this.
    let database = bed.folder.path().join("data/lumina.db");
    fs::create_dir_all(&database).unwrap();
    let checked = lumina_with(&bed, &["check"], &[]);
    let wrong = format!("WRONG  database: `{}` cannot be written to", database.display());
    assert!(said(&checked).contains(&wrong), "{}", said(&checked));
    let ended = lumina_with(&bed, &["run"], &[]);
    assert!(said(&ended).contains("it and its directory must be writable"), "{}", said(&ended));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_forbids_in_a_channel_is_told_to_the_user_and_to_the_log() {
    for code in [50_001, 50_013] {
        let bed = Bed::new().await;
        bed.discord.faults().rest_at("/callback", RestFault::Refused(403, code), Span::Requests(1));
        let told = text_of(&bed.answer("hello").await);
        assert!(told.contains("look at the permissions of Lumina here"), "{told}");
        let log = bed.host.as_ref().expect("it runs");
        let line = log.wait_for_log(&format!("(code {code})"), PATIENCE).await.unwrap();
        let place = format!("in channel {} of guild ", bed.discord.default_channel());
        let known = "the bot lacks nothing that answers need; Discord does not say what it misses";
        assert!(line.contains(&place) && line.contains(known), "{line}");
        assert_eq!(bed.answer("hello").await.content(), HELLO);
    }
}
