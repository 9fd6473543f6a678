//! Changes that one more press does not bring back, kept for a while so that they can be taken back exactly.

use super::{Database, DbError, failed, marks::Press, titles};
use crate::{
    clock::UnixMillis,
    tvdb::{EpisodeId, SeriesId},
};
use lumina_plugin_api::{
    id::UserId,
    services::lists::{UNDO_FOR_MS, UndoId},
};
use sqlx::{Sqlite, Transaction};

/// How many changes of one user are kept: whoever goes through their shows season by season presses once in
/// five seconds at most, for a quarter of an hour. What a program that presses fills is gone
/// within the hour.
pub const UNDOS_PER_USER_MAX: u32 = 200;

/// What stands in the place of an episode where the mark was on the series as a whole: TheTVDB numbers
/// nothing so.
pub(super) const WHOLE: i64 = 0;

/// Takes the change `?1` of the user `?2` back, row by row; `?3` stands for the series as a whole. What became one
/// with another mark is that one again. What has another date was marked anew since, and stays.
const TAKE_BACK: [&str; 4] = [
    "UPDATE episode_marks SET added_at_ms = r.other_added_at_ms
     FROM undo_rows r JOIN undos u USING (undo_id) JOIN episodes e USING (episode_id)
     WHERE r.undo_id = ?1 AND r.was_added AND r.has_other AND episode_marks.user_id = ?2
         AND episode_marks.list = u.list AND episode_marks.series_id = e.series_id
         AND episode_marks.episode_id = e.episode_id
         AND episode_marks.added_at_ms
             = min(r.added_at_ms, coalesce(r.other_added_at_ms, r.added_at_ms))",
    "DELETE FROM episode_marks WHERE user_id = ?2 AND (list, series_id, episode_id, added_at_ms) IN (
         SELECT u.list, e.series_id, e.episode_id, r.added_at_ms
         FROM undo_rows r JOIN undos u USING (undo_id) JOIN episodes e USING (episode_id)
         WHERE r.undo_id = ?1 AND r.was_added AND NOT r.has_other)",
    "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
     SELECT ?2, u.list, e.series_id, e.episode_id, r.added_at_ms
     FROM undo_rows r JOIN undos u USING (undo_id) JOIN episodes e USING (episode_id)
     WHERE r.undo_id = ?1 AND NOT r.was_added ON CONFLICT DO NOTHING",
    "INSERT INTO series_marks (user_id, list, series_id, added_at_ms)
     SELECT ?2, u.list, u.series_id, r.added_at_ms FROM undo_rows r JOIN undos u USING (undo_id)
     WHERE r.undo_id = ?1 AND r.episode_id = ?3 ON CONFLICT DO NOTHING",
];

/// What was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenBack {
    /// The series it was about.
    pub series: SeriesId,
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

/// Opens the record of a change. Where something was changed, [`forget_oldest`] follows.
pub(super) async fn begin(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    series: SeriesId,
) -> Result<UndoId, sqlx::Error> {
    let user_id = press.user.0.cast_signed();
    let end_ms = press.at.0.saturating_add_unsigned(UNDO_FOR_MS);
    let undo: i64 = sqlx::query_scalar(
        "INSERT INTO undos (user_id, list, series_id, expires_at_ms) VALUES (?, ?, ?, ?)
         RETURNING undo_id",
    )
    .bind(user_id)
    .bind(press.list.number())
    .bind(series.0.cast_signed())
    .bind(end_ms)
    .fetch_one(&mut **transaction)
    .await?;
    Ok(UndoId(undo.cast_unsigned()))
}

/// Forgets the oldest changes of too many.
pub(super) async fn forget_oldest(
    transaction: &mut Transaction<'static, Sqlite>,
    user: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM undos WHERE undo_id IN (SELECT undo_id FROM undos WHERE user_id = ?
             ORDER BY undo_id DESC LIMIT -1 OFFSET ?)",
    )
    .bind(user.0.cast_signed())
    .bind(UNDOS_PER_USER_MAX)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Opens the record of taking an episode out of a list, if it is there.
pub(super) async fn keep_removed(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    (series, episode): (SeriesId, EpisodeId),
) -> Result<Option<UndoId>, sqlx::Error> {
    let undo = begin(transaction, press, series).await?;
    let kept = sqlx::query(
        "INSERT INTO undo_rows (undo_id, episode_id, was_added, added_at_ms)
         SELECT ?, episode_id, 0, added_at_ms FROM episode_marks
         WHERE user_id = ? AND list = ? AND series_id = ? AND episode_id = ?",
    )
    .bind(undo.0.cast_signed())
    .bind(press.user.0.cast_signed())
    .bind(press.list.number())
    .bind(series.0.cast_signed())
    .bind(episode.0.cast_signed())
    .execute(&mut **transaction)
    .await?;
    if kept.rows_affected() == 0 {
        discard(transaction, undo).await?;
        return Ok(None);
    }
    forget_oldest(transaction, press.user).await?;
    Ok(Some(undo))
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
    for sql in TAKE_BACK {
        let done = sqlx::query(sql)
            .bind(undo.0.cast_signed())
            .bind(user.0.cast_signed())
            .bind(WHOLE)
            .execute(&mut **transaction)
            .await?;
        n_changed += u32::try_from(done.rows_affected()).unwrap_or(u32::MAX);
    }
    stand_alone(transaction, undo).await?;
    discard(transaction, undo).await?;
    let series = SeriesId(series_id.cast_unsigned());
    // Its episodes may be known by now.
    if !titles::is_outdated(transaction, series).await? {
        titles::expand_whole_marks(transaction, series, None, now).await?;
    }
    Ok(Some(TakenBack { series, n_changed }))
}

/// Lets the marks of other changes of the same person stand alone, which had become one with those that were
/// taken back.
async fn stand_alone(
    transaction: &mut Transaction<'static, Sqlite>,
    undo: UndoId,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE undo_rows SET has_other = 0, other_added_at_ms = NULL
         WHERE has_other AND undo_id IN (
                 SELECT other.undo_id FROM undos this JOIN undos other USING (user_id, list)
                 WHERE this.undo_id = ?1 AND other.undo_id <> ?1)
             AND (episode_id, other_added_at_ms) IN (
                 SELECT episode_id, added_at_ms FROM undo_rows WHERE undo_id = ?1 AND was_added)",
    )
    .bind(undo.0.cast_signed())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
