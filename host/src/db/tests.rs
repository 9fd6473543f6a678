//! Each test has a database of its own, in a directory that goes with it.

use super::*;
use crate::clock::UnixMillis;
use lumina_plugin_api::id::UserId;
use sqlx::SqlitePool;
use tempfile::TempDir;

mod backups;
mod lists;
mod original;
mod successors;
mod title_names;
mod troubles;
mod undos;
mod views;

const OWNER: UserId = UserId(175_928_847_299_117_063);
const NOW: UnixMillis = UnixMillis(1_795_000_000_000);

struct Bench {
    db: Database,
    location: DatabaseLocation,
    _directory: TempDir,
}

impl Bench {
    async fn start() -> Self {
        let directory = TempDir::new().expect("a place for files");
        let location = DatabaseLocation::file(directory.path().join("data/lumina.db"));
        let db = Database::open(&location).await.expect("a new database");
        Self { db, location, _directory: directory }
    }

    async fn pragma(&self, name: &'static str) -> String {
        let row: (String,) = sqlx::query_as(match name {
            "journal_mode" => "SELECT journal_mode FROM pragma_journal_mode",
            "busy_timeout" => "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout",
            "synchronous" => "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous",
            _ => "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
        })
        .fetch_one(&self.db.pool)
        .await
        .expect("a value");
        row.0
    }
}

fn later(seconds: i64) -> UnixMillis {
    UnixMillis(NOW.0 + seconds * 1000)
}

/// Longer than a connection takes to go back to its pool on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_open_database_leaves_no_task_that_could_keep_the_runtime_from_ending() {
    let bench = Bench::start().await;
    look::at(bench.location.path()).await.expect("readable");
    let tasks = tokio::runtime::Handle::current().metrics();
    let ending = async {
        while tasks.num_alive_tasks() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ending).await.expect("a task goes on while nothing is asked");
}

#[tokio::test]
async fn a_missing_database_is_made_with_its_directory_and_is_safe() {
    let bench = Bench::start().await;
    assert!(bench.location.path().is_file());
    assert_eq!(bench.pragma("journal_mode").await, "wal");
    assert_eq!(bench.pragma("synchronous").await, "2", "FULL");
    assert_eq!(bench.pragma("foreign_keys").await, "1");
    assert_eq!(bench.pragma("busy_timeout").await, BUSY_TIMEOUT.as_millis().to_string());
}

#[tokio::test]
async fn what_the_owner_unloaded_is_remembered_over_a_restart() {
    let bench = Bench::start().await;
    assert!(bench.db.unwanted_plugins().await.expect("readable").is_empty());
    bench.db.remember_unloaded("search", OWNER, NOW).await.expect("kept");
    bench.db.remember_unloaded("help", OWNER, NOW).await.expect("kept");
    bench.db.remember_loaded("help", OWNER, later(1)).await.expect("kept");
    bench.db.close().await;
    let db = Database::open(&bench.location).await.expect("the same database");
    let unwanted = db.unwanted_plugins().await.expect("readable");
    assert_eq!(unwanted.into_iter().collect::<Vec<_>>(), ["search"]);
}

#[tokio::test]
async fn many_writers_at_once_all_succeed() {
    let bench = Bench::start().await;
    let writes = (0..40).map(|n| {
        let db = bench.db.clone();
        async move { db.remember_unloaded(&format!("plugin-{n}"), OWNER, NOW).await }
    });
    let results = futures_util::future::join_all(writes).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(bench.db.unwanted_plugins().await.expect("readable").len(), 40);
}

#[tokio::test]
async fn a_database_of_a_newer_host_is_refused_with_a_sentence() {
    let bench = Bench::start().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (29990101000000, 'of tomorrow', 1, x'00', 0)",
    )
    .execute(&bench.db.pool)
    .await
    .expect("a step of tomorrow");
    bench.db.close().await;
    let error = Database::open(&bench.location).await.expect_err("refused");
    assert!(error.to_string().contains("newer version of Lumina"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_and_a_directory_that_is_none_are_refused() {
    let directory = TempDir::new().expect("a place for files");
    let file = directory.path().join("lumina.db");
    std::fs::write(&file, "not a database, but long enough to look like one".repeat(100))
        .expect("written");
    let error = Database::open(&DatabaseLocation::file(&file)).await.expect_err("refused");
    assert!(matches!(error, DbError::NoDatabase { .. }), "{error}");
    let below_a_file = DatabaseLocation::file(file.join("data/lumina.db"));
    let error = Database::open(&below_a_file).await.expect_err("refused");
    assert!(matches!(error, DbError::CreateDirectory { .. }), "{error}");
}

#[tokio::test]
async fn the_data_belong_to_the_latest_application_whatever_the_clock_says() {
    let bench = Bench::start().await;
    assert_eq!(bench.db.application().await.expect("read"), None);
    let earlier = UnixMillis(NOW.0 - 1_000);
    for (id, now) in [(1, NOW), (2, earlier), (1, earlier)] {
        bench.db.remember_application(ApplicationId(id), now).await.expect("kept");
        assert_eq!(bench.db.application().await.expect("read"), Some(ApplicationId(id)));
    }
}
