//! What the owner unloaded, so that it stays unloaded after a restart; and which plugins keep something
//! about people.

use super::{Database, DbError, failed};
use crate::clock::UnixMillis;
use lumina_plugin_api::id::UserId;
use sqlx::{Executor, Sqlite};
use std::collections::BTreeSet;

/// As [`Database::unwanted_plugins`].
pub(super) async fn unwanted(
    database: impl Executor<'_, Database = Sqlite>,
) -> Result<BTreeSet<String>, DbError> {
    let names = sqlx::query_scalar("SELECT plugin_name FROM plugin_states WHERE is_wanted = 0")
        .fetch_all(database)
        .await
        .map_err(failed("read which plugins are unloaded"))?;
    Ok(names.into_iter().collect())
}

impl Database {
    /// The plugins that the owner unloaded and has not loaded since.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn unwanted_plugins(&self) -> Result<BTreeSet<String>, DbError> {
        unwanted(&self.pool).await
    }

    /// Remembers that `by` unloaded the plugin `name`.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn remember_unloaded(
        &self,
        name: &str,
        by: UserId,
        now: UnixMillis,
    ) -> Result<(), DbError> {
        self.remember(name, false, by, now).await
    }

    /// Remembers that `by` loaded the plugin `name`.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn remember_loaded(
        &self,
        name: &str,
        by: UserId,
        now: UnixMillis,
    ) -> Result<(), DbError> {
        self.remember(name, true, by, now).await
    }

    /// The plugins that were seen to keep something about someone.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn keepers(&self) -> Result<BTreeSet<String>, DbError> {
        let names = sqlx::query_scalar("SELECT plugin_name FROM plugin_keepers")
            .fetch_all(&self.pool)
            .await
            .map_err(failed("read which plugins keep something about people"))?;
        Ok(names.into_iter().collect())
    }

    /// Remembers that the plugin `name` keeps something about someone.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn note_keeper(&self, name: &str, now: UnixMillis) -> Result<(), DbError> {
        sqlx::query(
            "INSERT INTO plugin_keepers (plugin_name, seen_at_ms) VALUES (?, ?)
             ON CONFLICT DO NOTHING",
        )
        .bind(name)
        .bind(now.0)
        .execute(&self.pool)
        .await
        .map_err(failed("remember that a plugin keeps something about people"))?;
        Ok(())
    }

    async fn remember(
        &self,
        name: &str,
        is_wanted: bool,
        by: UserId,
        now: UnixMillis,
    ) -> Result<(), DbError> {
        sqlx::query(
            "INSERT INTO plugin_states (plugin_name, is_wanted, changed_at_ms, changed_by_id)
             VALUES (?, ?, ?, ?)
             ON CONFLICT (plugin_name) DO UPDATE SET is_wanted = excluded.is_wanted,
                 changed_at_ms = excluded.changed_at_ms, changed_by_id = excluded.changed_by_id",
        )
        .bind(name)
        .bind(is_wanted)
        .bind(now.0)
        // Discord's ids stay below 2^63 until the year 2084; SQLite's integers are signed.
        .bind(by.0.cast_signed())
        .execute(&self.pool)
        .await
        .map_err(failed("remember whether a plugin is unloaded"))?;
        Ok(())
    }
}
