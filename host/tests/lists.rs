//! The lists around the edges: the original's file at the command line, and TheTVDB's list of changes as
//! the simulated TheTVDB serves it.

use lumina_host::{
    clock::Clock,
    db::{Database, DatabaseLocation},
    secret::Secret,
    tvdb::{Catalogue, Fate, GateLimit, RecordKind, TheTvdb, TvdbOptions, Update},
};
use lumina_plugin_api::id::UserId;
use lumina_sandbox::tvdb::{self, SimTvdb};
use std::{path::Path, process::Command};
use tempfile::TempDir;

/// A file of the original's schema: one person watched a movie, a series and two episodes of another.
const ORIGINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lists/original.db");

/// Runs `lumina import-original` and returns whether it went well, and what it said.
fn import(data: &Path, file: &Path, more: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lumina"))
        .env_clear()
        .env("BOT_TOKEN", "token")
        .env("TVDB_API_KEY", "key")
        .env("DATA_DIR", data)
        .arg("import-original")
        .arg(file)
        .args(more)
        .output()
        .expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[tokio::test]
async fn the_lists_of_the_original_are_taken_over_after_a_trial_and_never_beside_a_running_host() {
    let directory = TempDir::new().expect("a place for files");
    let (data, file) = (directory.path().join("data"), Path::new(ORIGINAL));
    let location = DatabaseLocation::file(data.join("lumina.db"));
    let counts = async || {
        let db = Database::open(&location).await.expect("a database");
        let counts = db.counts_of(UserId(7)).await.expect("counted");
        db.close().await;
        (counts.n_movies, counts.n_series, counts.n_episodes)
    };

    let (went_well, told) = import(&data, file, &[]);
    assert!(went_well && told.contains("trial"), "{told}");
    assert!(told.contains("episodes         2 found,        2 new"), "{told}");
    assert_eq!(counts().await, (0, 0, 0));
    let (went_well, told) = import(&data, file, &["--apply"]);
    assert!(went_well && told.contains("3 titles"), "{told}");
    assert_eq!(counts().await, (1, 1, 2));
    let (_, told) = import(&data, file, &["--apply"]);
    assert!(told.contains("episodes         2 found,        0 new"), "{told}");
    assert_eq!(counts().await, (1, 1, 2));

    let running = Database::open(&location).await.expect("a host");
    let (went_well, told) = import(&data, file, &["--apply"]);
    assert!(!went_well && told.contains("in use by another Lumina"), "{told}");
    running.close().await;
    let (went_well, told) = import(&data, &data.join("lumina.db"), &[]);
    assert!(!went_well && told.contains("is not the database of the original"), "{told}");
}

#[tokio::test]
async fn a_trial_changes_no_file_and_makes_none() {
    let directory = TempDir::new().expect("a place for files");
    let (data, file) = (directory.path().join("data"), Path::new(ORIGINAL));
    let (went_well, told) = import(&data, file, &[]);
    assert!(went_well && told.contains("trial"), "{told}");
    assert!(!data.exists(), "there was nothing, and there is nothing");

    // An empty file is a database that has seen no step yet.
    std::fs::create_dir(&data).expect("a place for data");
    std::fs::write(data.join("lumina.db"), "").expect("written");
    let (went_well, told) = import(&data, file, &[]);
    assert!(went_well && told.contains("episodes         2 found,        2 new"), "{told}");
    assert_eq!(std::fs::read(data.join("lumina.db")).expect("readable"), b"");
    let names = std::fs::read_dir(&data).expect("readable").map(|one| one.expect("read"));
    let names: Vec<_> = names.map(|one| one.file_name()).collect();
    assert!(names.iter().all(|name| name == "lumina.db" || name == "lumina.db.lock"), "{names:?}");
}

#[tokio::test]
async fn all_pages_of_changes_are_read_with_what_was_merged() {
    let sim = SimTvdb::start(tvdb::TvdbOptions::default()).await.expect("a TheTVDB");
    let catalogue = TheTvdb::open(TvdbOptions {
        api_base: sim.base(),
        api_key: Secret::new(&*tvdb::TvdbOptions::default().api_key),
        pin: None,
        limit: GateLimit::default(),
        clock: Clock::start(),
    })
    .expect("a client");
    let into = |update: &Update| match update {
        Update::Title { fate: Fate::MergedInto(into), .. } => Some(into.number()),
        Update::Episode { fate: Fate::MergedInto(into), .. } => Some(into.0),
        _ => None,
    };
    let mut merged: Vec<u64> = Vec::new();
    for of in [RecordKind::Movies, RecordKind::Series, RecordKind::Episodes] {
        let (mut page, mut n_updates) = (Some(0), 0);
        while let Some(number) = page {
            let read = catalogue.updates(0, of, number).await.expect("a page");
            n_updates += read.updates.len();
            merged.extend(read.updates.iter().filter_map(into));
            page = read.next_page;
        }
        assert!(n_updates > 0 || of == RecordKind::Episodes, "{of:?}");
    }
    assert!(!merged.is_empty(), "the simulated TheTVDB knows a merged title");
    assert!(merged.iter().all(|into| *into > 0));
}
