//! The database as the settings name it.

use super::places;
use crate::{
    config::Config,
    db::{Database, DatabaseLocation, DatabaseLock},
    mounts::Mounts,
};
use anyhow::{Context, Result};
use std::os::unix::net::UnixDatagram;

/// Its file in the data directory.
pub(super) const DATABASE_FILE: &str = "lumina.db";

/// Opens the database for who is alone with it.
///
/// # Errors
/// If it cannot be opened, or a host has it.
pub(super) async fn open_database(config: &Config) -> Result<Database> {
    open_locked(config, lock_database(config)?).await
}

/// Keeps other hosts away from the database.
///
/// # Errors
/// If its place cannot be used, or another host has it.
pub(super) fn lock_database(config: &Config) -> Result<DatabaseLock> {
    let location = database_location(config)?;
    places::refuse_single_file(location.path(), &Mounts::read())?;
    DatabaseLock::take(&location).with_context(|| no_database(config))
}

/// Opens the database whose lock was taken.
///
/// # Errors
/// If it cannot be opened.
pub(super) async fn open_locked(config: &Config, lock: DatabaseLock) -> Result<Database> {
    let database = Database::open_locked(lock).await.with_context(|| no_database(config))?;
    let moments = config.sandbox().and_then(|sandbox| sandbox.moments.as_deref());
    let Some(path) = moments else { return Ok(database) };
    let socket = UnixDatagram::unbound().context("SANDBOX_MOMENTS: no socket can be made")?;
    socket.connect(path).with_context(|| format!("SANDBOX_MOMENTS: no `{}`", path.display()))?;
    // Who does not listen any more is told nothing.
    Ok(database.watched(move |change, moment| {
        let _ = socket.send(format!("{}: {change}", moment.word()).as_bytes());
    }))
}

/// Returns where it is.
///
/// # Errors
/// If the settings name no place of a database.
pub(super) fn database_location(config: &Config) -> Result<DatabaseLocation> {
    match &config.database_url {
        Some(url) => DatabaseLocation::parse(url).context("the database cannot be found"),
        None => Ok(DatabaseLocation::file(config.data_dir.join(DATABASE_FILE))),
    }
}

/// Returns what stands above the reason why there is none.
pub(super) fn no_database(config: &Config) -> String {
    format!("the database cannot be used; see {}", database_setting(config))
}

/// Returns the setting that says where it is.
pub(super) fn database_setting(config: &Config) -> &'static str {
    match config.database_url {
        Some(_) => "SQLITE_DATABASE_FILE or DATABASE_URL",
        None => "DATA_DIR",
    }
}
