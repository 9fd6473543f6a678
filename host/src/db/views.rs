//! What components carry when it does not fit into their custom id.
//!
//! A row belongs to a plugin and is never shown to another. Rows end by themselves, and a plugin that
//! makes too many loses those that would end first.

use super::{Database, DbError, failed};
use crate::clock::UnixMillis;
use std::time::Duration;

/// The largest state of one view.
pub const VIEW_BYTES_MAX: usize = 16 * 1024;

/// The most views of one plugin; together at most 160 MiB on the disk.
pub const VIEWS_PER_PLUGIN_MAX: u32 = 10_000;

/// The longest a view is kept. Buttons should work months later; what is older is said to be so.
pub const VIEW_FOR_MAX: Duration = Duration::from_secs(180 * 24 * 3600);

/// A view to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewView<'a> {
    /// Its name in the custom id.
    pub key: &'a str,
    /// The plugin it belongs to.
    pub plugin: &'a str,
    /// What the plugin wants back.
    pub state: &'a [u8],
    /// How long it is to be kept; at most [`VIEW_FOR_MAX`].
    pub keep_for: Duration,
}

impl Database {
    /// Keeps a view; one of the same plugin and key is replaced.
    ///
    /// # Errors
    /// If it is too large, or the database cannot be written.
    pub async fn put_view(&self, view: NewView<'_>, now: UnixMillis) -> Result<(), DbError> {
        const QUESTION: &str = "keep a view";
        let n_bytes = view.state.len();
        if n_bytes > VIEW_BYTES_MAX {
            return Err(DbError::ViewTooLarge { n_bytes });
        }
        let mut transaction = self.begin(QUESTION).await?;
        sqlx::query(
            "INSERT INTO views (plugin_name, view_key, state, expires_at_ms) VALUES (?, ?, ?, ?)
             ON CONFLICT (plugin_name, view_key) DO UPDATE SET state = excluded.state,
                 expires_at_ms = excluded.expires_at_ms",
        )
        .bind(view.plugin)
        .bind(view.key)
        .bind(view.state)
        .bind(end_ms(view.keep_for, now))
        .execute(&mut *transaction)
        .await
        .map_err(failed(QUESTION))?;
        sqlx::query(
            "DELETE FROM views WHERE plugin_name = ?1 AND view_key IN (
                 SELECT view_key FROM views WHERE plugin_name = ?1 AND view_key <> ?2
                 ORDER BY expires_at_ms DESC LIMIT -1 OFFSET ?3)",
        )
        .bind(view.plugin)
        .bind(view.key)
        .bind(VIEWS_PER_PLUGIN_MAX - 1)
        .execute(&mut *transaction)
        .await
        .map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await
    }

    /// The state of a view of `plugin`; `None` if there is none or it has ended.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn view(
        &self,
        key: &str,
        plugin: &str,
        now: UnixMillis,
    ) -> Result<Option<Vec<u8>>, DbError> {
        sqlx::query_scalar(
            "SELECT state FROM views WHERE plugin_name = ? AND view_key = ? AND expires_at_ms > ?",
        )
        .bind(plugin)
        .bind(key)
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(failed("read a view"))
    }

    /// Removes the views that have ended and tells how many.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn sweep_views(&self, now: UnixMillis) -> Result<u64, DbError> {
        let swept = sqlx::query("DELETE FROM views WHERE expires_at_ms <= ?")
            .bind(now.0)
            .execute(&self.pool)
            .await
            .map_err(failed("remove old views"))?;
        Ok(swept.rows_affected())
    }
}

fn end_ms(keep_for: Duration, now: UnixMillis) -> i64 {
    let keep_ms = i64::try_from(keep_for.min(VIEW_FOR_MAX).as_millis()).unwrap_or(i64::MAX);
    now.0.saturating_add(keep_ms)
}
