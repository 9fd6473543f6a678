//! A database that is locked, full, read-only, damaged or in use by another host: each is told apart.

use super::*;
use std::{
    fs,
    path::{Path, PathBuf},
    pin::pin,
};

async fn write(db: &Database) -> Result<(), DbError> {
    db.remember_unloaded("search", OWNER, NOW).await
}

async fn other_connection(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(path);
    pool_options(1).connect_with(options).await.expect("opened")
}

impl Database {
    /// Sets what is a setting of a connection on each that the pool may use.
    pub(crate) async fn set_everywhere(&self, pragma: &'static str) {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS_MAX {
            let mut connection = self.pool.acquire().await.expect("one is left");
            sqlx::query(pragma).execute(&mut *connection).await.expect("set");
            connections.push(connection);
        }
    }

    /// Runs a statement once.
    pub(crate) async fn change_once(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.pool).await.expect("changed");
    }

    /// Does `meanwhile` while another program writes.
    pub(crate) async fn while_held<T>(&self, meanwhile: impl Future<Output = T>) -> T {
        let other = other_connection(self.lock.database()).await;
        let holding = other.begin_with("BEGIN IMMEDIATE").await.expect("held");
        let done = meanwhile.await;
        holding.rollback().await.expect("let go");
        done
    }
}

#[tokio::test]
async fn a_second_host_on_the_same_database_is_refused_with_a_sentence() {
    let bench = Bench::start().await;
    let error = Database::open(&bench.location).await.expect_err("refused");
    assert!(error.to_string().contains("in use by another Lumina"), "{error}");
    bench.db.close().await;
    Database::open(&bench.location).await.expect("the first has ended");
}

#[tokio::test]
async fn a_database_that_somebody_else_holds_is_busy() {
    let bench = Bench::start().await;
    bench.db.set_everywhere("PRAGMA busy_timeout = 20").await;
    let written = bench.db.while_held(write(&bench.db)).await;
    let error = written.expect_err("held by another");
    assert_eq!(error.trouble(), Trouble::Busy, "{error:?}");
    write(&bench.db).await.expect("free again");
}

#[tokio::test]
async fn who_waits_to_write_keeps_nobody_from_reading() {
    let bench = Bench::start().await;
    let holding = bench.db.begin("hold the database").await.expect("held");
    let mut writing = pin!(write(&bench.db));
    tokio::select! {
        biased;
        done = &mut writing => panic!("another writes, and this has ended: {done:?}"),
        read = bench.db.unwanted_plugins() => assert_eq!(read.expect("readable").len(), 0),
    }
    holding.rollback().await.expect("let go");
    writing.await.expect("its turn has come");
}

#[tokio::test]
async fn a_database_without_room_is_full_and_keeps_what_it_has() {
    let bench = Bench::start().await;
    write(&bench.db).await.expect("room for this");
    // As few connections as it takes to know which one has the limit.
    let _reading = bench.db.pool.begin().await.expect("one connection is taken");
    sqlx::query("PRAGMA max_page_count = 1").execute(&bench.db.pool).await.expect("set");
    let large = vec![0; VIEW_BYTES_MAX];
    let mut error = None;
    for n in 0..100 {
        let key = n.to_string();
        let keep_for = Duration::from_secs(60);
        let view = NewView { key: &key, plugin: "search", user: OWNER, state: &large, keep_for };
        if let Err(found) = bench.db.put_view(view, NOW).await {
            error = Some(found);
            break;
        }
    }
    assert_eq!(error.expect("no room").trouble(), Trouble::Full);
    assert!(bench.db.unwanted_plugins().await.expect("readable").contains("search"));
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_read_only() {
    let bench = Bench::start().await;
    bench.db.set_everywhere("PRAGMA query_only = 1").await;
    let error = write(&bench.db).await.expect_err("refused");
    assert_eq!(error.trouble(), Trouble::ReadOnly, "{error:?}");
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_refused_at_start() {
    // There not even an administrator makes a file.
    let location = DatabaseLocation::file(PathBuf::from("/proc/self/lumina.db"));
    let error = Database::open(&location).await.expect_err("refused");
    assert!(error.to_string().contains("must be writable"), "{error}");
}

#[tokio::test]
async fn a_damaged_database_says_so_and_is_not_made_anew() {
    let bench = Bench::start().await;
    write(&bench.db).await.expect("kept");
    bench.db.close().await;
    let path = bench.location.path();
    let mut bytes = fs::read(path).expect("a file");
    let second_page = 4_096;
    bytes[second_page..].fill(0xa5);
    fs::write(path, &bytes).expect("damaged");
    let error = match Database::open(&bench.location).await {
        Err(error) => error,
        Ok(db) => write(&db).await.expect_err("damaged"),
    };
    let chain = lumina_plugin_api::error::Error::from(error).detail;
    assert!(chain.contains("malformed"), "{chain}");
    assert_eq!(fs::read(path).expect("a file"), bytes, "what is left can be saved by hand");
}

/// Leaves a file with the tables that a statement makes, and tells what a look and a start say of it.
async fn looked_at_and_opened(made: &'static str) -> [Result<(), DbError>; 2] {
    let directory = TempDir::new().expect("a place for files");
    let location = DatabaseLocation::file(directory.path().join("lumina.db"));
    std::fs::write(location.path(), "").expect("a file of no bytes");
    let pool = other_connection(location.path()).await;
    sqlx::raw_sql(made).execute(&pool).await.expect("made");
    pool.close().await;
    [owner(&location).await.map(drop), Database::open(&location).await.map(drop)]
}

#[tokio::test]
async fn a_database_whose_first_start_was_cut_off_is_no_other_program_s() {
    for made in [
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
             installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
             checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
        "CREATE TABLE a (n INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE a",
    ] {
        let [looked, opened] = looked_at_and_opened(made).await;
        assert!(looked.is_ok() && opened.is_ok(), "{made}: {looked:?}, {opened:?}");
    }
    for made in [
        "CREATE TABLE _sqlx_migrations (version INTEGER); CREATE TABLE a (n)",
        "CREATE TABLE sqlitea (n)",
    ] {
        for told in looked_at_and_opened(made).await {
            assert!(matches!(told, Err(DbError::Foreign { .. })), "{made}: {told:?}");
        }
    }
}
