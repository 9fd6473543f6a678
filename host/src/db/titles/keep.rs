//! Writes what is known of titles, as a part of the transaction that needs it.

use super::{WholeSeries, has_regular, is_counted, successors::note_successors};
use crate::{
    clock::UnixMillis,
    db::title_sql::title_sql,
    tvdb::{Date, Episode, Movie, SeriesId, Title, TitleId},
};
use lumina_plugin_api::id::UserId;
use serde::Serialize;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use std::collections::BTreeMap;

/// A statement about episodes of series `?1` that are gone, and those that stand in their place; and about both
/// with the one that is left.
macro_rules! successors {
    ($sql:literal) => {
        concat!(
            "WITH successors (gone_id, live_id, series_id) AS (
                 SELECT gone.episode_id, live.episode_id, live.series_id
                 FROM episodes gone CROSS JOIN episodes live ON live.episode_id = gone.merged_into_id
                 WHERE gone.merged_into_id IS NOT NULL AND gone.is_gone AND NOT live.is_gone
                     AND ?1 IN (gone.series_id, live.series_id)),
             joined (episode_id, live_id) AS (
                 SELECT gone_id, live_id FROM successors
                 UNION SELECT live_id, live_id FROM successors) ",
            $sql
        )
    };
}

/// Makes sure that there is a row for a title, of which nothing else may be known.
pub(in crate::db) async fn put_number(
    connection: &mut SqliteConnection,
    title: TitleId,
) -> Result<(), sqlx::Error> {
    let sql = title_sql!(
        title.kind(),
        "INSERT INTO " TABLE " (" ID ", is_outdated) VALUES (?, 1) ON CONFLICT DO NOTHING"
    );
    sqlx::query(sql).bind(title.number().cast_signed()).execute(connection).await?;
    Ok(())
}

pub(in crate::db) async fn put_movie(
    connection: &mut SqliteConnection,
    movie: &Movie,
    is_outdated: bool,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    let title = &movie.title;
    sqlx::query(
        "INSERT INTO movies (movie_id, slug, name, english_name, poster_url, year,
             runtime_minutes, fetched_at_ms, is_outdated, local_names, is_gone)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
         ON CONFLICT (movie_id) DO UPDATE SET slug = excluded.slug, name = excluded.name,
             english_name = excluded.english_name, poster_url = excluded.poster_url,
             year = excluded.year, fetched_at_ms = excluded.fetched_at_ms,
             runtime_minutes = coalesce(excluded.runtime_minutes, runtime_minutes),
             is_outdated = excluded.is_outdated, local_names = excluded.local_names,
             is_gone = 0, n_missing = 0",
    )
    .bind(title.id.number().cast_signed())
    .bind(&title.slug)
    .bind(&title.name)
    .bind(&title.english_name)
    .bind(&title.image)
    .bind(title.year)
    .bind(movie.runtime_minutes)
    .bind(now.0)
    .bind(is_outdated)
    .bind(local_names(title))
    .execute(connection)
    .await?;
    Ok(())
}

/// The names in other languages than English, by language.
fn local_names(title: &Title) -> Option<String> {
    let names =
        title.translations.iter().filter_map(|one| Some((one.language, one.name.as_ref()?)));
    let names: BTreeMap<_, _> = names.collect();
    let written = || serde_json::to_string(&names).expect("texts can be written");
    (!names.is_empty()).then(written)
}

/// Keeps the title of a series, without its episodes.
pub(in crate::db) async fn put_series_title(
    connection: &mut SqliteConnection,
    title: &Title,
    is_outdated: bool,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO series (series_id, slug, name, english_name, poster_url, year, fetched_at_ms,
             is_outdated, local_names, is_gone)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
         ON CONFLICT (series_id) DO UPDATE SET slug = excluded.slug, name = excluded.name,
             english_name = excluded.english_name, poster_url = excluded.poster_url,
             year = excluded.year, fetched_at_ms = excluded.fetched_at_ms,
             is_outdated = excluded.is_outdated, local_names = excluded.local_names,
             is_gone = 0, n_missing = 0",
    )
    .bind(title.id.number().cast_signed())
    .bind(&title.slug)
    .bind(&title.name)
    .bind(&title.english_name)
    .bind(&title.image)
    .bind(title.year)
    .bind(now.0)
    .bind(is_outdated)
    .bind(local_names(title))
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps a series and exactly these episodes. Those that TheTVDB does not list any more stay, because
/// someone may have marked them, but count no more. An empty list takes none away, nor does a cut one.
pub(in crate::db) async fn put_series(
    transaction: &mut Transaction<'static, Sqlite>,
    series: &WholeSeries,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    let id = series.id();
    let is_outdated = series.is_outdated || series.is_cut;
    put_series_title(transaction, &series.title, is_outdated, now).await?;
    let episodes = episodes_json(&series.episodes);
    move_episodes(transaction, id, &episodes).await?;
    if !series.is_cut {
        take_away_others(transaction, id, &episodes).await?;
    }
    list_episodes(transaction, id, &episodes).await?;
    sqlx::query(
        "UPDATE series SET episodes_fetched_at_ms =
             CASE WHEN ?3 THEN coalesce(episodes_fetched_at_ms, ?2) ELSE ?2 END
         WHERE series_id = ?1",
    )
    .bind(id.0.cast_signed())
    .bind(now.0)
    .bind(series.is_cut)
    .execute(&mut **transaction)
    .await?;
    hand_on_marks(transaction, id).await?;
    if series.is_cut {
        return Ok(());
    }
    expand_whole_marks(transaction, id, None, now).await
}

/// Lets the stored episodes of a series count no more that are not `listed`.
async fn take_away_others(
    transaction: &mut Transaction<'static, Sqlite>,
    series: SeriesId,
    listed: &str,
) -> Result<(), sqlx::Error> {
    note_successors(transaction, series, listed).await?;
    sqlx::query(
        "UPDATE episodes SET is_gone = 1, is_counted = 0 WHERE series_id = ?1 AND NOT is_gone
             AND json_array_length(?2) > 0
             AND episode_id NOT IN (SELECT value ->> 'id' FROM json_each(?2))",
    )
    .bind(series.0.cast_signed())
    .bind(listed)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Keeps the episodes that are `listed`.
async fn list_episodes(
    transaction: &mut Transaction<'static, Sqlite>,
    series: SeriesId,
    listed: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO episodes (episode_id, series_id, season, number, name, picture_url, aired_on,
             runtime_minutes, is_counted, is_gone)
         SELECT value ->> 'id', ?1, value ->> 'season', value ->> 'number', value ->> 'name',
             value ->> 'picture', value ->> 'aired', value ->> 'runtime', value ->> 'counted', 0
         FROM json_each(?2) WHERE true
         ON CONFLICT (episode_id) DO UPDATE SET season = excluded.season,
             number = excluded.number, name = excluded.name, picture_url = excluded.picture_url,
             aired_on = excluded.aired_on, runtime_minutes = excluded.runtime_minutes,
             is_counted = excluded.is_counted, is_gone = 0,
             merged_into_id = CASE WHEN is_gone THEN NULL ELSE merged_into_id END",
    )
    .bind(series.0.cast_signed())
    .bind(listed)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Gives the marks of episodes that are gone to those that stand in their place. What can be taken back
/// goes along.
pub(in crate::db) async fn hand_on_marks(
    transaction: &mut Transaction<'static, Sqlite>,
    series: SeriesId,
) -> Result<(), sqlx::Error> {
    // Marks are found by their user only: looking through all of them is for when it is needed. What is
    // gone comes first in each join, because there is little of it.
    let n_gone: i64 = sqlx::query_scalar(successors!("SELECT count(*) FROM successors"))
        .bind(series.0.cast_signed())
        .fetch_one(&mut **transaction)
        .await?;
    if n_gone == 0 {
        return Ok(());
    }
    for sql in [
        // Of marks that become one, what added one of them knows of the others.
        successors!(
            ", others AS (
                 SELECT r.undo_id, r.episode_id, min(m.added_at_ms) AS added_at_ms
                 FROM undo_rows r JOIN undos u USING (undo_id) JOIN joined here USING (episode_id)
                 JOIN joined there USING (live_id)
                 JOIN episodes e ON e.episode_id = there.episode_id
                 JOIN episode_marks m ON m.user_id = u.user_id AND m.list = u.list
                     AND m.series_id = e.series_id AND m.episode_id = e.episode_id
                 WHERE r.was_added AND NOT (r.episode_id = here.live_id AND e.episode_id = here.live_id)
                     AND NOT EXISTS (SELECT 1 FROM undo_rows own WHERE own.undo_id = r.undo_id
                         AND own.episode_id = m.episode_id AND own.added_at_ms = m.added_at_ms)
                 GROUP BY r.undo_id, r.episode_id)
             UPDATE undo_rows SET has_other = 1, other_added_at_ms = coalesce(
                 min(other_added_at_ms, others.added_at_ms), other_added_at_ms, others.added_at_ms)
             FROM others WHERE (undo_rows.undo_id, undo_rows.episode_id)
                 = (others.undo_id, others.episode_id)"
        ),
        successors!(
            "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
             SELECT m.user_id, m.list, s.series_id, s.live_id, m.added_at_ms
             FROM episode_marks m JOIN successors s ON s.gone_id = m.episode_id WHERE true
             ON CONFLICT DO UPDATE SET added_at_ms = coalesce(
                     min(added_at_ms, excluded.added_at_ms), added_at_ms, excluded.added_at_ms)"
        ),
        successors!(
            "DELETE FROM episode_marks WHERE episode_id IN (SELECT gone_id FROM successors)"
        ),
        successors!(
            "UPDATE OR REPLACE undo_rows SET episode_id =
                 (SELECT live_id FROM successors WHERE gone_id = episode_id)
             WHERE episode_id IN (SELECT gone_id FROM successors)"
        ),
    ] {
        sqlx::query(sql).bind(series.0.cast_signed()).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Turns "the series is watched", which came from another bot's file, into its episodes that have aired,
/// as soon as there are any: for everyone, or for `user` alone. What is not known by then is lost to them, so
/// that for everyone this waits until all episodes are.
pub(in crate::db) async fn expand_whole_marks(
    transaction: &mut Transaction<'static, Sqlite>,
    series: SeriesId,
    user: Option<UserId>,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    for sql in [
        "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
         SELECT m.user_id, 1, m.series_id, e.episode_id, m.added_at_ms
         FROM series_marks m JOIN episodes e USING (series_id)
         WHERE m.series_id = ?1 AND m.list = 1 AND (?3 IS NULL OR m.user_id = ?3)
             AND e.is_counted AND e.aired_on <= ?2 AND NOT e.is_gone
         ON CONFLICT DO NOTHING",
        "DELETE FROM series_marks WHERE series_id = ?1 AND list = 1
             AND (?3 IS NULL OR user_id = ?3)
             AND EXISTS (SELECT 1 FROM episodes e WHERE e.series_id = ?1
                 AND e.is_counted AND e.aired_on <= ?2 AND NOT e.is_gone)",
    ] {
        sqlx::query(sql)
            .bind(series.0.cast_signed())
            .bind(Date::of_unix_ms(now.0).to_string())
            .bind(user.map(|user| user.0.cast_signed()))
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// Whether TheTVDB may know more of a series than is stored.
pub(in crate::db) async fn is_outdated(
    connection: &mut SqliteConnection,
    series: SeriesId,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT is_outdated FROM series WHERE series_id = ?")
        .bind(series.0.cast_signed())
        .fetch_one(connection)
        .await
}

/// Takes over episodes that belonged to another series until now, with everyone's marks.
async fn move_episodes(
    transaction: &mut Transaction<'static, Sqlite>,
    series: SeriesId,
    episodes: &str,
) -> Result<(), sqlx::Error> {
    let moved = sqlx::query(
        "UPDATE episodes SET series_id = ?1 WHERE series_id <> ?1
             AND episode_id IN (SELECT value ->> 'id' FROM json_each(?2))",
    )
    .bind(series.0.cast_signed())
    .bind(episodes)
    .execute(&mut **transaction)
    .await?;
    if moved.rows_affected() > 0 {
        sqlx::query(
            "UPDATE episode_marks SET series_id = ?1 WHERE series_id <> ?1
                 AND episode_id IN (SELECT value ->> 'id' FROM json_each(?2))",
        )
        .bind(series.0.cast_signed())
        .bind(episodes)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

/// The episodes as one value, so that any number of them is one statement.
fn episodes_json(episodes: &[Episode]) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        id: i64,
        season: u32,
        number: Option<u32>,
        name: Option<&'a str>,
        picture: Option<&'a str>,
        aired: Option<String>,
        runtime: Option<u32>,
        counted: bool,
    }
    let has_regular = has_regular(episodes);
    let lines: Vec<Line<'_>> = episodes
        .iter()
        .map(|episode| Line {
            id: episode.id.0.cast_signed(),
            season: episode.season,
            number: episode.number,
            name: episode.name.as_deref(),
            picture: episode.image.as_deref(),
            aired: episode.aired.map(|day| day.to_string()),
            runtime: episode.runtime_minutes,
            counted: is_counted(episode.season, has_regular),
        })
        .collect();
    serde_json::to_string(&lines).expect("texts and numbers can be written")
}
