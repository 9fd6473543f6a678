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
mod troubles;

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

    async fn put(&self, key: &str, keep_s: u64) {
        let keep_for = Duration::from_secs(keep_s);
        let view = NewView { key, plugin: "search", state: key.as_bytes(), keep_for };
        self.db.put_view(view, NOW).await.expect("kept");
    }
}

fn later(seconds: i64) -> UnixMillis {
    UnixMillis(NOW.0 + seconds * 1000)
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
async fn a_view_is_given_back_to_its_plugin_until_it_ends() {
    let bench = Bench::start().await;
    bench.put("k", 60).await;
    let view = async |plugin, now| bench.db.view("k", plugin, now).await.expect("readable");
    assert_eq!(view("search", later(59)).await.as_deref(), Some(b"k".as_slice()));
    assert_eq!(view("search", later(60)).await, None, "it has ended");
    assert_eq!(view("help", NOW).await, None, "it is another's");
}

#[tokio::test]
async fn sweeping_removes_only_what_has_ended() {
    let bench = Bench::start().await;
    bench.put("short", 60).await;
    bench.put("long", 6000).await;
    assert_eq!(bench.db.sweep_views(later(60)).await.expect("swept"), 1);
    assert!(bench.db.view("long", "search", later(60)).await.expect("readable").is_some());
}

#[tokio::test]
async fn a_view_that_is_too_large_is_refused_and_one_for_ever_is_not() {
    let bench = Bench::start().await;
    let state = vec![0; VIEW_BYTES_MAX + 1];
    let view = NewView { key: "k", plugin: "p", state: &state, keep_for: Duration::MAX };
    let error = bench.db.put_view(view, NOW).await.expect_err("too large");
    assert!(matches!(error, DbError::ViewTooLarge { .. }));
    let view = NewView { state: &state[1..], ..view };
    bench.db.put_view(view, NOW).await.expect("kept");
    let end = later(i64::try_from(VIEW_FOR_MAX.as_secs()).expect("fits"));
    assert_eq!(bench.db.view("k", "p", end).await.expect("readable"), None);
}

#[tokio::test]
async fn a_plugin_with_too_many_views_loses_those_that_end_first() {
    let bench = Bench::start().await;
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO views SELECT 'search', 'old-' || i, x'00', ?2 + i FROM n",
    )
    .bind(VIEWS_PER_PLUGIN_MAX)
    .bind(NOW.0 + 1_000_000)
    .execute(&bench.db.pool)
    .await
    .expect("filled");
    bench.put("new", 60).await;
    let n_views: u32 = sqlx::query_scalar("SELECT count(*) FROM views")
        .fetch_one(&bench.db.pool)
        .await
        .expect("readable");
    assert_eq!(n_views, VIEWS_PER_PLUGIN_MAX);
    let view = async |key| bench.db.view(key, "search", NOW).await.expect("readable");
    assert_eq!(view("old-1").await, None);
    assert!(view("old-2").await.is_some() && view("new").await.is_some());
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
