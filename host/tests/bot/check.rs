//! What `lumina check` finds: whatever a start would fail on, each once, with nothing left behind.

use crate::{
    bed::{Bed, library},
    running::{lumina_with, said, settings_of},
};
use lumina_host::{
    clock::Clock,
    db::{ApplicationId, Database, DatabaseLocation},
};
use lumina_plugin_api::id::UserId;
use lumina_sandbox::discord::SimDiscordOptions;
use std::{
    ffi::OsString,
    fs,
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, Stdio},
};

async fn bed() -> Bed {
    Bed::without_host(SimDiscordOptions::default()).await
}

/// What lies in a folder and its folders.
fn there(folder: &Path) -> Vec<OsString> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut names: Vec<OsString> = entries
        .flat_map(|entry| {
            let below = if entry.path().is_dir() { there(&entry.path()) } else { Vec::new() };
            below.into_iter().chain([entry.file_name()])
        })
        .collect();
    names.sort();
    names
}

/// Checks with these settings on top; returns the lines that begin with `mark`.
fn marked(bed: &Bed, mark: &str, extra: &[(&str, &str)]) -> Vec<String> {
    let before = there(bed.folder.path());
    let checked = lumina_with(bed, &["check"], extra);
    assert_eq!(there(bed.folder.path()), before, "{}", said(&checked));
    assert_eq!(checked.status.success(), !said(&checked).contains("WRONG"), "{}", said(&checked));
    let lines = said(&checked);
    lines.lines().filter(|line| line.starts_with(mark)).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_start_would_fail_on_is_found_once_each() {
    let bed = bed().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().to_string();
    let file = bed.folder.path().join("file");
    fs::write(&file, "a text that is longer than the head of a database ".repeat(20)).unwrap();
    let file = file.to_str().unwrap();
    let below = format!("{file}/below");
    let folder = bed.folder.path().to_str().unwrap();
    for (setting, value, told) in [
        ("METRICS_ADDR", port.as_str(), "WRONG  METRICS_ADDR: cannot listen on"),
        ("LOG_FILE", folder, "WRONG  LOG_FILE: `"),
        ("LOG_FILE", &below, "WRONG  LOG_FILE: `"),
        ("DATA_DIR", file, "is a file, where a directory must be"),
        ("DATA_DIR", &below, "is a file, where a directory must be"),
        ("SHADOW_DIR", file, "is a file, where a directory must be"),
        ("SQLITE_DATABASE_FILE", file, "is no database"),
    ] {
        let found = marked(&bed, "WRONG", &[(setting, value)]);
        assert!(found.len() == 1 && found[0].contains(told), "{setting}={value}: {found:?}");
        let ended = |command| lumina_with(&bed, &[command], &[(setting, value)]).status.code();
        let run = ended("run");
        assert!(run != Some(0) && ended("check") == run, "{setting}={value}: {run:?}");
    }
    let fine = marked(&bed, "ok", &[("LOG_FILE", "new/log"), ("METRICS_ADDR", "127.0.0.1:0")]);
    for place in ["ok     LOG_FILE: ", "ok     METRICS_ADDR: "] {
        assert!(fine.iter().any(|line| line.starts_with(place)), "{place}: {fine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_no_matter_for_a_restart_and_a_silent_discord_is() {
    let bed = bed().await;
    for (setting, value, code) in [
        ("BOT_TOKEN", "MTIz.Nope.NotTheToken", 78),
        ("DISCORD_API_BASE", "http://127.0.0.1:1/api/v10", 1),
        ("TVDB_API_BASE", "http://127.0.0.1:1/v4", 1),
    ] {
        let checked = lumina_with(&bed, &["check"], &[(setting, value)]);
        assert_eq!(checked.status.code(), Some(code), "{setting}: {}", said(&checked));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_odd_but_no_error_is_not_called_well() {
    let bed = bed().await;
    let odd = marked(&bed, "odd", &[("METRICS_ADR", "127.0.0.1:1"), ("ECHO_SQL", "1")]);
    let is_told = |text: &str| odd.iter().any(|line| line.contains(text));
    assert!(is_told("was METRICS_ADDR meant?") && is_told("without effect"), "{odd:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_another_bot_are_found_and_those_of_this_one_are_well() {
    let bed = bed().await;
    let path = bed.folder.path().join("data/lumina.db");
    let location = DatabaseLocation::file(&path);
    let db = Database::open(&location).await.unwrap();
    assert!(marked(&bed, "WRONG", &[]).iter().any(|line| line.contains("is in use by another")));
    db.remember_application(ApplicationId(42), Clock::start().now()).await.unwrap();
    // As a host that was killed leaves them: with the journal.
    let copy = bed.folder.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for ending in ["", "-wal", "-shm"] {
        let name = format!("lumina.db{ending}");
        fs::copy(bed.folder.path().join("data").join(&name), copy.join(&name)).unwrap();
    }
    db.close().await;
    for path in [path, copy.join("lumina.db")] {
        let extra = [("SQLITE_DATABASE_FILE", path.to_str().unwrap())];
        let found = marked(&bed, "WRONG", &extra).concat();
        let told = format!("data: the data in `{}` belong to", path.display());
        assert!(found.contains(&told), "{told}: {found}");
        let adopted = said(&lumina_with(&bed, &["adopt"], &extra));
        let told = format!("The data in `{}` belonged to 42 and belong to", path.display());
        assert!(adopted.starts_with(&told), "{told}: {adopted}");
        assert!(!marked(&bed, "ok     data: belong to this bot", &extra).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_the_bot_that_runs_nothing_is_wrong() {
    let mut bed = bed().await;
    bed.start(&[("METRICS_ADDR", "127.0.0.1:0")]).await;
    let log = bed.log();
    let address = log.split("figures for Prometheus are at http://").nth(1);
    let address = address.and_then(|rest| rest.split('/').next()).unwrap();
    assert!(marked(&bed, "WRONG", &[("METRICS_ADDR", address)]).is_empty());
    assert!(bed.stop().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_file_that_is_none_is_named_once() {
    let bed = bed().await;
    let path = bed.folder.path().join("plugins/torn.so");
    let whole = fs::read(library("fixtures", "answers")).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let listed = said(&lumina_with(&bed, &["plugin", "list"], &[]));
    for text in [listed, marked(&bed, "WRONG", &[]).concat()] {
        assert_eq!(text.matches(path.to_str().unwrap()).count(), 1, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_a_load_would_refuse_is_found() {
    let bed = bed().await;
    bed.install("answers");
    bed.install_hostile("well");
    assert_eq!(marked(&bed, "WRONG  plugin", &[]), [""; 0]);
    assert_eq!(marked(&bed, "ok     plugin: ", &[]).len(), 2);

    bed.install_hostile("describe panics");
    let mut bytes = fs::read(library("fixtures", "answers")).unwrap();
    let described = b"Answer privately";
    let at = bytes.windows(described.len()).position(|part| part == described).unwrap();
    bytes[at..at + described.len()].fill(b' ');
    bed.install_bytes("answers", &bytes);
    let found = marked(&bed, "WRONG  plugin", &[]);
    let reasons =
        ["answers.so` would be refused: the command `whisper`", "could not declare itself"];
    assert_eq!(found.len(), reasons.len(), "{found:?}");
    for (found, reason) in found.iter().zip(reasons) {
        assert!(found.contains(reason), "{reason}: {found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_declares_without_effect_is_odd() {
    let bed = bed().await;
    bed.install_hostile("declares in vain");
    let odd = marked(&bed, "odd    plugin: ", &[]);
    let told = "hostile.so` declares something without effect: it declares the outside host `*.ex";
    assert!(odd.len() == 1 && odd[0].contains(told), "{odd:?}");
    assert_eq!(marked(&bed, "WRONG", &[]), [""; 0]);
    assert_eq!(marked(&bed, "ok     plugin: ", &[]).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_start_leaves_out_is_odd_and_what_it_does_not_see_is_not_told() {
    let bed = bed().await;
    let [plugins, more] = ["plugins", "more"].map(|name| bed.folder.path().join(name));
    bed.install("answers");
    bed.install_hostile("well");
    fs::create_dir(&more).unwrap();
    for name in ["plugins/.hidden.so", "more/answers.so"] {
        fs::write(bed.folder.path().join(name), "no library").unwrap();
    }
    let data = bed.folder.path().join("data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("hung-plugins.txt"), "hostile\n").unwrap();
    bed.install_plugin("ping");
    let db = Database::open(&DatabaseLocation::file(data.join("lumina.db"))).await.unwrap();
    let (now, us) = (Clock::start().now(), bed.discord.application_id());
    db.remember_application(ApplicationId(us.0), now).await.unwrap();
    db.remember_unloaded("ping", UserId(7), now).await.unwrap();
    db.close().await;

    let dirs = [&plugins, &more, &plugins.join(".")].map(|dir| dir.to_str().unwrap()).join(":");
    let dirs = [("PLUGIN_DIR", dirs.as_str())];
    assert_eq!(marked(&bed, "WRONG", &dirs), [""; 0]);
    assert_eq!(marked(&bed, "ok     plugin: answers", &dirs).len(), 1);
    let odd = marked(&bed, "odd    plugin: ", &dirs);
    for part in [
        "more/answers.so` is left aside",
        "plugins/hostile.so` is left out: Lumina had",
        "plugins/ping.so` stays unloaded, as its owner left it: `/sudo load plugin:ping`",
    ] {
        assert_eq!(odd.iter().filter(|line| line.contains(part)).count(), 1, "{part}: {odd:?}");
    }
    assert_eq!(odd.len(), 3, "{odd:?}");
    let listed = said(&lumina_with(&bed, &["plugin", "list"], &dirs));
    assert_eq!(listed.lines().count(), 4, "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_check_that_was_interrupted_leaves_the_next_start_removes() {
    let mut bed = bed().await;
    bed.install_hostile("well");
    // From its first start on there is a place for working copies.
    bed.start(&[]).await;
    assert!(bed.stop().await.success());
    bed.install_hostile("open hangs");
    let mut lumina = Command::new(env!("CARGO_BIN_EXE_lumina"));
    let check = settings_of(&bed, lumina.arg("check")).stdout(Stdio::null()).stderr(Stdio::null());
    let mut check = check.process_group(0).spawn().unwrap();
    let is_copied = |bed: &Bed| there(bed.folder.path()).contains(&"tried.so".into());
    bed.until("a copy is there", is_copied).await;
    // As Ctrl-C does, also to the process that tries the library.
    let group = format!("kill -INT -{}", check.id());
    assert!(Command::new("sh").args(["-c", &group]).status().unwrap().success());
    check.wait().unwrap();
    assert!(is_copied(&bed), "nobody was left to remove it");
    bed.install_hostile("well");
    bed.start(&[]).await;
    let left = there(bed.folder.path());
    let is_left = |name: &OsString| name.to_string_lossy().starts_with(".lumina");
    assert!(!left.iter().any(is_left), "{left:?}");
    assert!(bed.stop().await.success());
}
