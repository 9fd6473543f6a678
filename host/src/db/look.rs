//! What a database says of itself to who only looks: nothing is written, not even beside it.

use super::{
    ApplicationId, DatabaseLocation, DbError, applications, backup, failed, lock, migrations,
    trouble,
};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use std::path::Path;

/// Whether a host has the database, or something else that writes to it.
#[must_use]
pub fn is_in_use(location: &DatabaseLocation) -> bool {
    lock::is_taken(location.path())
}

/// Reads to which application the data belong, if they do yet; no file belongs to nobody.
///
/// # Errors
/// If the file is no database, cannot be read, or was used by a newer host.
pub async fn owner(location: &DatabaseLocation) -> Result<Option<ApplicationId>, DbError> {
    // The journal lies beside the file itself, whatever link leads to it.
    let Ok(path) = location.path().canonicalize() else { return Ok(None) };
    let path = path.as_path();
    let pool = open(path).await.map_err(|source| trouble::of_opening(path, source))?;
    let owner = read(&pool, path).await;
    pool.close().await;
    owner
}

async fn open(path: &Path) -> Result<SqlitePool, sqlx::Error> {
    // Without a journal nobody is writing, and without leave to look for one none is made.
    let is_still = !lock::beside(path, "-wal").exists();
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(is_still);
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await
}

async fn read(pool: &SqlitePool, path: &Path) -> Result<Option<ApplicationId>, DbError> {
    let path = path.to_owned();
    match backup::latest_step(pool).await {
        Ok(Some(version)) if version > migrations::latest() => {
            Err(DbError::Newer { path, version })
        }
        Ok(_) => {
            applications::owner(pool).await.map_err(failed("read to which bot the data belong"))
        }
        Err(source) => Err(trouble::of_opening(&path, source)),
    }
}
