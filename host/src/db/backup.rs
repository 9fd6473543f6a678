//! A copy of the database beside it, made before a newer host changes its tables.

use super::{DbError, migrations};
use sqlx::SqlitePool;
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

/// Copies the database if it has seen some steps but not all. A copy of the same state is kept: it is
/// from a start that failed afterwards.
pub(super) async fn before_migrations(pool: &SqlitePool, path: &Path) -> Result<(), DbError> {
    let Some(version) = latest_step(pool).await.map_err(failed(path))? else { return Ok(()) };
    let latest = migrations::latest();
    let copy = beside(path, &format!("before-{latest}"));
    if version >= latest || copy.exists() {
        return Ok(());
    }
    copy_to(pool, &copy).await.map_err(failed(path))?;
    tracing::info!(db.copy = %copy.display(), "kept a copy of the database before changing its tables");
    Ok(())
}

/// The latest step that the database has seen; `None` if it is new.
pub(super) async fn latest_step(pool: &SqlitePool) -> Result<Option<i64>, sqlx::Error> {
    let n_tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .fetch_one(pool)
            .await?;
    if n_tables == 0 {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(pool).await
}

/// Writes the copy under another name first, so that one with the right name is always whole.
async fn copy_to(pool: &SqlitePool, copy: &Path) -> Result<(), sqlx::Error> {
    let part = beside(copy, "part");
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let name = part.to_str().ok_or_else(|| io::Error::other("the path is not UTF-8"))?;
    sqlx::query("VACUUM INTO ?").bind(name).execute(pool).await?;
    File::open(&part)?.sync_all()?;
    std::fs::rename(&part, copy)?;
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn failed(path: &Path) -> impl FnOnce(sqlx::Error) -> DbError {
    let path = path.to_owned();
    move |source| DbError::Backup { path, source }
}
