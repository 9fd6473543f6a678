//! The copies that are kept before tables are changed: one for each state, and the last few.

use super::*;
use std::{fs::File, os::unix::fs::PermissionsExt as _, path::Path, time::UNIX_EPOCH};

/// Makes a database in `directory` as a host of the first step left it, with `unloaded` in it.
async fn old_database(directory: &Path, unloaded: &str) -> DatabaseLocation {
    let path = directory.join("lumina.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let old = pool_options(1).connect_with(options).await.expect("a database");
    migrations::run_first_only(&old).await;
    let location = DatabaseLocation::file(&path);
    let lock = DatabaseLock::take(&location).expect("nobody else has it");
    let old = Database { pool: Measured::new(old), lock, watcher: moments::Watcher::default() };
    old.remember_unloaded(unloaded, OWNER, NOW).await.expect("kept");
    old.close().await;
    location
}

async fn open_and_close(location: &DatabaseLocation) {
    Database::open(location).await.expect("brought up to date").close().await;
}

/// The copies in `directory`, in the order of their names.
fn copies(directory: &Path) -> Vec<DatabaseLocation> {
    let entries = std::fs::read_dir(directory).expect("readable");
    let names = entries.map(|entry| entry.expect("readable").file_name());
    let names = names.map(|name| name.into_string().expect("plain names"));
    let is_copy = |name: &String| name.contains(".before-") && !name.ends_with(".lock");
    let mut names: Vec<_> = names.filter(is_copy).collect();
    names.sort();
    names.into_iter().map(|name| DatabaseLocation::file(directory.join(name))).collect()
}

async fn unloaded_in(copy: &DatabaseLocation) -> Vec<String> {
    let copy = Database::open(copy).await.expect("a database");
    copy.unwanted_plugins().await.expect("readable").into_iter().collect()
}

#[tokio::test]
async fn before_a_newer_host_changes_tables_a_copy_is_kept_beside_the_file() {
    let directory = TempDir::new().expect("a place for files");
    let location = old_database(directory.path(), "search").await;
    open_and_close(&location).await;
    open_and_close(&location).await;
    let copies = copies(directory.path());
    assert_eq!(copies.len(), 1, "{copies:?}");
    assert_eq!(mode(copies[0].path()), 0o600);
    assert_eq!(unloaded_in(&copies[0]).await, ["search"]);
}

#[tokio::test]
async fn what_the_owner_unloaded_is_told_of_a_database_of_an_older_host() {
    let directory = TempDir::new().expect("a place for files");
    let location = old_database(directory.path(), "search").await;
    let unloaded = look::unloaded(&location).await.expect("readable");
    assert_eq!(unloaded.into_iter().collect::<Vec<_>>(), ["search"]);
}

#[tokio::test]
async fn what_is_made_for_a_database_is_for_nobody_else_to_read() {
    let bench = Bench::start().await;
    let file = bench.location.path();
    bench.db.remember_unloaded("search", OWNER, NOW).await.expect("kept");
    assert_eq!(mode(file.parent().expect("it has one")), 0o700);
    for ending in ["", "-wal", "-shm"] {
        assert_eq!(mode(&lock::beside(file, ending)), 0o600, "{ending}");
    }
}

fn mode(path: &Path) -> u32 {
    path.metadata().expect("it is there").permissions().mode() & 0o777
}

#[tokio::test]
async fn after_the_way_back_the_next_update_keeps_a_copy_of_what_was_added_since() {
    let directory = TempDir::new().expect("a place for files");
    let location = old_database(directory.path(), "search").await;
    open_and_close(&location).await;
    std::fs::copy(copies(directory.path())[0].path(), location.path()).expect("restored");
    let location = old_database(directory.path(), "help").await;
    open_and_close(&location).await;
    let copies = copies(directory.path());
    assert_eq!(copies.len(), 2, "{copies:?}");
    assert_eq!(unloaded_in(&copies[0]).await, ["search"]);
    assert_eq!(unloaded_in(&copies[1]).await, ["help", "search"]);
}

#[tokio::test]
async fn a_state_is_copied_once_and_the_last_few_copies_stay() {
    const UPDATES: usize = 7;
    let directory = TempDir::new().expect("a place for files");
    let location = old_database(directory.path(), "search").await;
    let old = std::fs::read(location.path()).expect("readable");
    for _ in 0..2 {
        std::fs::write(location.path(), &old).expect("restored");
        open_and_close(&location).await;
        assert_eq!(copies(directory.path()).len(), 1, "it is the same state");
    }
    std::fs::write(location.path(), &old).expect("restored");
    for n in 0..UPDATES {
        let former = old_database(directory.path(), &format!("plugin-{n}")).await;
        let state = std::fs::read(former.path()).expect("readable");
        open_and_close(&former).await;
        std::fs::write(former.path(), state).expect("restored");
    }
    let copies = copies(directory.path());
    assert_eq!(copies.len(), 5, "{copies:?}");
    let n_unloaded = unloaded_in(&copies[0]).await.len();
    assert_eq!(n_unloaded, UPDATES - 3, "the oldest are gone");
}

#[tokio::test]
async fn copies_of_more_than_six_weeks_go_but_for_the_newest() {
    const WEEK_MS: i64 = 7 * 24 * 3_600 * 1_000;
    let bench = Bench::start().await;
    let directory = bench.location.path().parent().expect("it has one");
    for (step, age_weeks) in [(1, 9), (2, 5), (3, 8)] {
        let copy = File::create(directory.join(format!("lumina.db.before-{step}")));
        let made = Duration::from_millis((NOW.0 - age_weeks * WEEK_MS).cast_unsigned());
        copy.expect("made").set_modified(UNIX_EPOCH + made).expect("dated");
    }
    bench.db.sweep_copies(NOW).await.expect("swept");
    let names = copies(directory);
    let names: Vec<_> = names.iter().filter_map(|copy| copy.path().extension()).collect();
    assert_eq!(names, ["before-2", "before-3"]);
}

#[tokio::test]
async fn a_new_database_is_not_copied() {
    let bench = Bench::start().await;
    let directory = bench.location.path().parent().expect("it has one");
    assert_eq!(copies(directory), []);
}
