//! Changes of many rows at once, kept for a while so that they can be taken back exactly.

use super::{Database, DbError, failed, marks::Press, titles};
use crate::{clock::UnixMillis, tvdb::MediaId};
use lumina_plugin_api::{
    id::UserId,
    services::lists::{UNDO_FOR_MS, UndoId},
};
use sqlx::{Sqlite, Transaction};

/// How many changes of one user are kept: more presses than a quarter of an hour has use for.
pub const UNDOS_PER_USER_MAX: u32 = 20;

/// What stands in the place of an episode where the mark was on the series as a whole: TheTVDB numbers
/// nothing so.
pub(super) const WHOLE: i64 = 0;

/// What was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenBack {
    /// The series it was about.
    pub series: MediaId,
    /// How many rows are as before.
    pub n_changed: u32,
}

impl Database {
    /// Takes a change back: what it added goes, unless it was marked anew since; what it removed is
    /// there again, with the same dates. `None` if there is nothing to take back (any more).
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn undo(
        &self,
        user: UserId,
        undo: UndoId,
        now: UnixMillis,
    ) -> Result<Option<TakenBack>, DbError> {
        const QUESTION: &str = "take a change back";
        let mut transaction = self.begin(QUESTION).await?;
        let taken = take_back(&mut transaction, user, undo, now).await;
        let taken = taken.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await?;
        Ok(taken)
    }

    /// Forgets the changes that cannot be taken back any more, and tells how many.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn sweep_undos(&self, now: UnixMillis) -> Result<u64, DbError> {
        let swept = sqlx::query("DELETE FROM undos WHERE expires_at_ms <= ?")
            .bind(now.0)
            .execute(&self.pool)
            .await
            .map_err(failed("forget old changes"))?;
        Ok(swept.rows_affected())
    }
}

/// Opens the record of a change; the oldest of too many is forgotten.
pub(super) async fn begin(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    series: MediaId,
) -> Result<UndoId, sqlx::Error> {
    let user_id = press.user.0.cast_signed();
    let end_ms = press.at.0.saturating_add_unsigned(UNDO_FOR_MS);
    let undo: i64 = sqlx::query_scalar(
        "INSERT INTO undos (user_id, series_id, expires_at_ms) VALUES (?, ?, ?) RETURNING undo_id",
    )
    .bind(user_id)
    .bind(series.0.cast_signed())
    .bind(end_ms)
    .fetch_one(&mut **transaction)
    .await?;
    sqlx::query(
        "DELETE FROM undos WHERE undo_id IN (SELECT undo_id FROM undos WHERE user_id = ?
             ORDER BY undo_id DESC LIMIT -1 OFFSET ?)",
    )
    .bind(user_id)
    .bind(UNDOS_PER_USER_MAX)
    .execute(&mut **transaction)
    .await?;
    Ok(UndoId(undo.cast_unsigned()))
}

/// Drops the record of a change that changed nothing, or was taken back.
pub(super) async fn discard(
    transaction: &mut Transaction<'static, Sqlite>,
    undo: UndoId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM undos WHERE undo_id = ?")
        .bind(undo.0.cast_signed())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

async fn take_back(
    transaction: &mut Transaction<'static, Sqlite>,
    user: UserId,
    undo: UndoId,
    now: UnixMillis,
) -> Result<Option<TakenBack>, sqlx::Error> {
    let series_id: Option<i64> = sqlx::query_scalar(
        "SELECT series_id FROM undos WHERE undo_id = ? AND user_id = ? AND expires_at_ms > ?",
    )
    .bind(undo.0.cast_signed())
    .bind(user.0.cast_signed())
    .bind(now.0)
    .fetch_optional(&mut **transaction)
    .await?;
    let Some(series_id) = series_id else { return Ok(None) };
    let mut n_changed = 0;
    for sql in [
        "DELETE FROM episode_marks WHERE user_id = ?2 AND list = 1
             AND (series_id, episode_id, added_at_ms) IN (
                 SELECT e.series_id, e.episode_id, r.added_at_ms
                 FROM undo_rows r JOIN episodes e USING (episode_id)
                 WHERE r.undo_id = ?1 AND r.was_added)",
        "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
         SELECT ?2, 1, e.series_id, e.episode_id, r.added_at_ms
         FROM undo_rows r JOIN episodes e USING (episode_id)
         WHERE r.undo_id = ?1 AND NOT r.was_added ON CONFLICT DO NOTHING",
        "INSERT INTO series_marks (user_id, list, series_id, added_at_ms)
         SELECT ?2, 1, u.series_id, r.added_at_ms FROM undo_rows r JOIN undos u USING (undo_id)
         WHERE r.undo_id = ?1 AND r.episode_id = ?3 ON CONFLICT DO NOTHING",
    ] {
        let done = sqlx::query(sql)
            .bind(undo.0.cast_signed())
            .bind(user.0.cast_signed())
            .bind(WHOLE)
            .execute(&mut **transaction)
            .await?;
        n_changed += u32::try_from(done.rows_affected()).unwrap_or(u32::MAX);
    }
    discard(transaction, undo).await?;
    let series = MediaId(series_id.cast_unsigned());
    // Its episodes may be known by now.
    titles::expand_whole_marks(transaction, series, now).await?;
    Ok(Some(TakenBack { series, n_changed }))
}
