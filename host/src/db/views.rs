//! What components carry when it does not fit into their custom id.
//!
//! A row belongs to a plugin and is never shown to another. Rows end by themselves. Whoever makes too many
//! loses those of their own that would end first; nobody pushes out another's as long as they have more.

use super::{Database, DbError, failed};
use crate::clock::UnixMillis;
use lumina_plugin_api::id::UserId;
use sqlx::{Sqlite, Transaction};
use std::time::Duration;

/// The largest state of one view.
pub const VIEW_BYTES_MAX: usize = 16 * 1024;

/// What a view counts at least, so that a bound of bytes bounds their number too: a page of the file.
pub(super) const VIEW_BYTES_MIN: usize = 4 * 1024;

/// What all views of one person for one plugin count at most: a thousand small ones.
pub(super) const VIEW_BYTES_PER_USER_MAX: u32 = 4 * 1024 * 1024;

/// What all views of one plugin count at most, which is also what they take on the disk.
pub(super) const VIEW_BYTES_PER_PLUGIN_MAX: u32 = 160 * 1024 * 1024;

/// What is left where a plugin had too many, so that its next views do not look through all again.
const VIEW_BYTES_PER_PLUGIN_LEFT: u32 = VIEW_BYTES_PER_PLUGIN_MAX / 16 * 15;

/// The longest a view is kept. Buttons should work months later; what is older is said to be so.
pub const VIEW_FOR_MAX: Duration = Duration::from_secs(180 * 24 * 3600);

/// A view to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewView<'a> {
    /// Its name in the custom id.
    pub key: &'a str,
    /// The plugin it belongs to.
    pub plugin: &'a str,
    /// For whom it is kept.
    pub user: UserId,
    /// What the plugin wants back.
    pub state: &'a [u8],
    /// How long it is to be kept; at most [`VIEW_FOR_MAX`].
    pub keep_for: Duration,
}

impl Database {
    /// Keeps a view; one of the same plugin and key is replaced. Of too many of the same person those go
    /// that would end first; of too many of a plugin those of whoever has most.
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
        let kept = async {
            insert(&mut transaction, view, now).await?;
            bound_of_user(&mut transaction, view).await?;
            bound_of_plugin(&mut transaction, view).await
        };
        kept.await.map_err(failed(QUESTION))?;
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

async fn insert(
    transaction: &mut Transaction<'static, Sqlite>,
    view: NewView<'_>,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    let counted_bytes = view.state.len().max(VIEW_BYTES_MIN);
    sqlx::query(
        "INSERT INTO views (plugin_name, view_key, state, expires_at_ms, user_id, counted_bytes)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (plugin_name, view_key) DO UPDATE SET state = excluded.state,
             expires_at_ms = excluded.expires_at_ms, user_id = excluded.user_id,
             counted_bytes = excluded.counted_bytes",
    )
    .bind(view.plugin)
    .bind(view.key)
    .bind(view.state)
    .bind(end_ms(view.keep_for, now))
    .bind(view.user.0.cast_signed())
    .bind(i64::try_from(counted_bytes).unwrap_or(i64::MAX))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Removes what one person has too many of, but not the view that was kept just now.
async fn bound_of_user(
    transaction: &mut Transaction<'static, Sqlite>,
    view: NewView<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM views WHERE plugin_name = ?1 AND view_key IN (
             SELECT view_key FROM (
                 SELECT view_key, sum(counted_bytes) OVER (
                     ORDER BY view_key <> ?2, expires_at_ms DESC, view_key) AS own_bytes
                 FROM views WHERE plugin_name = ?1 AND user_id = ?3)
             WHERE own_bytes > ?4)",
    )
    .bind(view.plugin)
    .bind(view.key)
    .bind(view.user.0.cast_signed())
    .bind(VIEW_BYTES_PER_USER_MAX)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Removes what a plugin has too many of: everyone keeps as much as there is room for everyone to keep.
async fn bound_of_plugin(
    transaction: &mut Transaction<'static, Sqlite>,
    view: NewView<'_>,
) -> Result<(), sqlx::Error> {
    let n_bytes: i64 =
        sqlx::query_scalar("SELECT sum(counted_bytes) FROM views WHERE plugin_name = ?")
            .bind(view.plugin)
            .fetch_one(&mut **transaction)
            .await?;
    if n_bytes <= i64::from(VIEW_BYTES_PER_PLUGIN_MAX) {
        return Ok(());
    }
    sqlx::query(
        "DELETE FROM views WHERE plugin_name = ?1 AND view_key IN (
             SELECT view_key FROM (
                 SELECT view_key, sum(counted_bytes) OVER (
                     ORDER BY own_bytes, expires_at_ms DESC, view_key) AS all_bytes
                 FROM (
                     SELECT view_key, counted_bytes, expires_at_ms, sum(counted_bytes) OVER (
                         PARTITION BY user_id
                         ORDER BY view_key <> ?2, expires_at_ms DESC, view_key) AS own_bytes
                     FROM views WHERE plugin_name = ?1))
             WHERE all_bytes > ?3)",
    )
    .bind(view.plugin)
    .bind(view.key)
    .bind(VIEW_BYTES_PER_PLUGIN_LEFT)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn end_ms(keep_for: Duration, now: UnixMillis) -> i64 {
    let keep_ms = i64::try_from(keep_for.min(VIEW_FOR_MAX).as_millis()).unwrap_or(i64::MAX);
    now.0.saturating_add(keep_ms)
}
