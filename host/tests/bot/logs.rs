//! Where the log goes, what stands in it, and who may read it.

use crate::{
    bed::{Bed, PATIENCE},
    running::{lumina_with, said, signal},
};
use lumina_sandbox::discord::SimDiscordOptions;
use serde_json::Value;
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Output,
};

/// What the program ends with where no start helps before something is changed.
const WRONG_SETTINGS: i32 = 78;

/// Starts a host that cannot use its database, with these settings besides.
fn start_in_vain(bed: &Bed, log: &Path, extra: &[(&str, &str)]) -> Output {
    let text = bed.folder.path().join("text.db");
    fs::write(&text, "a text that is longer than what a database begins with ".repeat(20)).unwrap();
    let own =
        [("SQLITE_DATABASE_FILE", text.to_str().unwrap()), ("LOG_FILE", log.to_str().unwrap())];
    let ended = lumina_with(bed, &["run"], &[&own, extra].concat());
    assert_eq!(ended.status.code(), Some(WRONG_SETTINGS), "{}", said(&ended));
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_start_fails_stands_in_the_log_with_its_whole_chain_and_once() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    let log = bed.folder.path().join("lumina.log");
    let ended = start_in_vain(&bed, &log, &[("LOG_FORMAT", "json")]);
    let lines = fs::read_to_string(&log).unwrap();
    let told: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = told.last().expect("it began at least");
    assert_eq!(last["level"], "ERROR", "{lines}");
    let message = last["message"].as_str().unwrap();
    for part in ["the database cannot be used; see SQLITE_DATABASE_FILE", "is no database"] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(said(&ended), lines);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_for_the_log_is_for_the_user_of_the_bot_alone() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    let data = bed.folder.path().join("data");
    let log = data.join("log/lumina.log");
    start_in_vain(&bed, &log, &[]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let made: Vec<PathBuf> = vec![data.clone(), data.join("log"), log];
    let modes: Vec<u32> = made.iter().map(|path| mode(path)).collect();
    assert_eq!(modes, [0o700, 0o700, 0o600], "{modes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_renamed_is_made_anew_though_a_setting_is_wrong() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    let data = bed.folder.path().join("data");
    bed.start(&[("LOG_FILE", "lumina.log")]).await;
    fs::rename(data.join("lumina.log"), data.join("theirs")).unwrap();
    fs::write(data.join(".env"), "OWNER_IDS=mira\n").unwrap();
    assert!(signal(&bed, "HUP").success());
    let host = bed.host.as_ref().unwrap();
    host.wait_for_log("the settings stay as they were", PATIENCE).await.unwrap();
    assert!(bed.stop().await.success());
    let log = fs::read_to_string(data.join("lumina.log")).unwrap_or_default();
    for line in ["the settings stay as they were", "Lumina ends"] {
        assert!(log.contains(line), "{line}: {log}");
    }
}
