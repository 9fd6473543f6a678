//! Which episodes stand in the place of those that are gone. That is decided when they go, and noted at
//! them: numbers pass from one episode to another, and a mark must never land on one that nobody watched.

use crate::tvdb::SeriesId;
use sqlx::{Sqlite, Transaction};

/// Notes what stands in the place of the episodes of a series that are not, or not any more, among those
/// that TheTVDB lists, before these are kept. That has the same season and number, and is
/// - a new record of the same name and day, at any time; or, in the place of one that goes now,
/// - an older record of the same name and day, which stood there already, or
/// - a new record that is alone there and has its name; or its day, where no other has its name.
pub(super) async fn note_successors(
    transaction: &mut Transaction<'static, Sqlite>,
    series: SeriesId,
    listed: &str,
) -> Result<(), sqlx::Error> {
    // As a rule nothing is gone, and this is the cheap half of finding that out.
    let n_unlisted: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM episodes WHERE series_id = ?1 AND merged_into_id IS NULL
             AND episode_id NOT IN (SELECT value ->> 'id' FROM json_each(?2))",
    )
    .bind(series.0.cast_signed())
    .bind(listed)
    .fetch_one(&mut **transaction)
    .await?;
    if n_unlisted == 0 {
        return Ok(());
    }
    let noted = sqlx::query(
        "WITH listed AS MATERIALIZED (
             SELECT value ->> 'id' AS id, value ->> 'season' AS season, value ->> 'number' AS number,
                 value ->> 'name' AS name, value ->> 'aired' AS aired,
                 count(*) OVER (PARTITION BY value ->> 'season', value ->> 'number') = 1 AS is_alone
             FROM json_each(?2)),
         pairs AS (
             SELECT gone.episode_id AS gone_id, gone.is_gone AS was_gone, listed.id, is_alone,
                 known.season IS NULL AS is_new,
                 (known.season, known.number) = (listed.season, listed.number) AS has_stayed,
                 gone.name = listed.name AS is_named_so, gone.aired_on = listed.aired AS airs_then,
                 EXISTS (SELECT 1 FROM listed other
                     WHERE other.name = gone.name AND other.id <> listed.id) AS is_elsewhere
             FROM episodes gone JOIN listed USING (season, number)
             LEFT JOIN episodes known ON known.episode_id = listed.id
             WHERE gone.series_id = ?1 AND gone.merged_into_id IS NULL
                 AND gone.episode_id NOT IN (SELECT id FROM listed)),
         found AS (
             SELECT gone_id, min(id) AS live_id FROM pairs
             WHERE (is_new OR has_stayed AND NOT was_gone) AND is_named_so AND airs_then
                 OR is_new AND is_alone AND NOT was_gone
                     AND (coalesce(is_named_so, true) OR coalesce(airs_then, true) AND NOT is_elsewhere)
             GROUP BY gone_id)
         UPDATE episodes SET merged_into_id = live_id FROM found WHERE episode_id = gone_id",
    )
    .bind(series.0.cast_signed())
    .bind(listed)
    .execute(&mut **transaction)
    .await?;
    if noted.rows_affected() > 0 {
        follow(transaction, series).await?;
    }
    Ok(())
}

/// Notes what stands in the place of the episodes of a series that TheTVDB merged into another: there the
/// same season and number are the same episode.
pub(in crate::db) async fn note_merged_successors(
    transaction: &mut Transaction<'static, Sqlite>,
    (from, into): (SeriesId, SeriesId),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH found AS (
             SELECT gone.episode_id AS gone_id, min(live.episode_id) AS live_id
             FROM episodes gone JOIN episodes live USING (season, number)
             WHERE gone.series_id = ?1 AND NOT gone.is_gone AND gone.merged_into_id IS NULL
                 AND live.series_id = ?2 AND NOT live.is_gone
             GROUP BY gone.episode_id HAVING count(*) = 1)
         UPDATE episodes SET merged_into_id = live_id FROM found WHERE episode_id = gone_id",
    )
    .bind(from.0.cast_signed())
    .bind(into.0.cast_signed())
    .execute(&mut **transaction)
    .await?;
    follow(transaction, from).await
}

/// Lets what led to an episode of the series lead to what stands in its place now.
async fn follow(
    transaction: &mut Transaction<'static, Sqlite>,
    series: SeriesId,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE episodes AS older SET merged_into_id = gone.merged_into_id FROM episodes gone
         WHERE gone.series_id = ?1 AND gone.merged_into_id IS NOT NULL
             AND older.merged_into_id = gone.episode_id AND older.episode_id <> gone.merged_into_id",
    )
    .bind(series.0.cast_signed())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
