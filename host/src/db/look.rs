//! What a database says of itself to who only looks: nothing is written, not even beside it.

use super::{
    ApplicationId, DatabaseLocation, DbError, applications, backup, failed, lock, migrations,
    original, plugin_states, pool_options, trouble,
};
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};
use std::{collections::BTreeSet, path::Path};

/// Whether a host has the database, or something else that writes to it.
#[must_use]
pub fn is_in_use(location: &DatabaseLocation) -> bool {
    lock::is_taken(location.path())
}

/// Reads to which application the data belong, if they do yet; no file belongs to nobody.
///
/// # Errors
/// If the file is no database or another program's, cannot be read, or was used by a newer host.
pub async fn owner(location: &DatabaseLocation) -> Result<Option<ApplicationId>, DbError> {
    // The journal lies beside the file itself, whatever link leads to it.
    match location.path().canonicalize() {
        Ok(path) => at(&path).await,
        Err(_) => Ok(None),
    }
}

/// The plugins that the owner unloaded and has not loaded since; none where there are no data.
///
/// # Errors
/// As [`owner`].
pub async fn unloaded(location: &DatabaseLocation) -> Result<BTreeSet<String>, DbError> {
    // As above.
    let Ok(path) = location.path().canonicalize() else { return Ok(BTreeSet::new()) };
    let pool = open(&path).await.map_err(|source| trouble::of_opening(&path, source))?;
    let unloaded = match read(&pool, &path).await {
        Ok(_) => unwanted(&pool).await,
        Err(error) => Err(error),
    };
    pool.close().await;
    unloaded
}

async fn unwanted(pool: &SqlitePool) -> Result<BTreeSet<String>, DbError> {
    let has_states = has_table(pool, "plugin_states").await;
    match has_states.map_err(failed("read which plugins are unloaded"))? {
        true => plugin_states::unwanted(pool).await,
        // A first start that was cut short has made no tables.
        false => Ok(BTreeSet::new()),
    }
}

/// Whether the steps that were run have made a table.
pub(super) async fn has_table(pool: &SqlitePool, name: &str) -> Result<bool, sqlx::Error> {
    let one = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?";
    let n_tables: i64 = sqlx::query_scalar(one).bind(name).fetch_one(pool).await?;
    Ok(n_tables > 0)
}

/// As [`owner`], of the file itself.
pub(super) async fn at(path: &Path) -> Result<Option<ApplicationId>, DbError> {
    if !path.exists() {
        return Ok(None);
    }
    let pool = open(path).await.map_err(|source| trouble::of_opening(path, source))?;
    let owner = read(&pool, path).await;
    pool.close().await;
    owner
}

async fn open(path: &Path) -> Result<SqlitePool, sqlx::Error> {
    // Without a journal nobody is writing, and without leave to look for one none is made.
    let is_still = !lock::beside(path, "-wal").exists();
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(is_still);
    pool_options(1).connect_with(options).await
}

async fn read(pool: &SqlitePool, path: &Path) -> Result<Option<ApplicationId>, DbError> {
    let unreadable = |source| trouble::of_opening(path, source);
    match backup::latest_step(pool).await.map_err(unreadable)? {
        Some(version) if version > migrations::latest() => {
            Err(DbError::Newer { path: path.to_owned(), version })
        }
        Some(_) => {
            applications::owner(pool).await.map_err(failed("read to which bot the data belong"))
        }
        None => check_without_steps(pool, path).await.map(|()| None),
    }
}

/// Refuses a file in which another program keeps something: it has tables, and no step of ours. A host that
/// ended before the first step has left the empty list of steps, and nothing else; SQLite has tables of its own.
async fn check_without_steps(pool: &SqlitePool, path: &Path) -> Result<(), DbError> {
    let names = "SELECT name FROM sqlite_master WHERE type = 'table'
                     AND name <> '_sqlx_migrations' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let tables: Vec<String> = sqlx::query_scalar(names)
        .fetch_all(pool)
        .await
        .map_err(|source| trouble::of_opening(path, source))?;
    let path = path.to_owned();
    match tables.iter().any(|table| table == original::TABLE) {
        true => Err(DbError::Original { path }),
        false if tables.is_empty() => Ok(()),
        false => Err(DbError::Foreign { path }),
    }
}
