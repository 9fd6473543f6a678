//! What is kept of movies, series and episodes, so that lists need no TheTVDB.

use super::{Database, DbError, failed};
use crate::{
    clock::UnixMillis,
    tvdb::{Date, Episode, MediaId, MediaKind, Movie, Title},
};
use lumina_plugin_api::id::UserId;
use serde::Serialize;
use sqlx::{Row, Sqlite, SqliteConnection, Transaction, sqlite::SqliteRow};

/// A series with all its episodes, as TheTVDB said.
#[derive(Debug, Clone)]
pub struct WholeSeries {
    /// The series.
    pub title: Title,
    /// All episodes, each once.
    pub episodes: Vec<Episode>,
    /// Whether something may be missing, so that it is to be read again soon.
    pub is_outdated: bool,
}

/// What is known of a stored series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredSeries {
    /// When its episodes, if all of them are stored, were last known to be as TheTVDB has them.
    pub episodes_checked: Option<UnixMillis>,
    /// Whether TheTVDB has no such record any more.
    pub is_gone: bool,
}

/// A stored episode, with someone's marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedEpisode {
    /// TheTVDB's number.
    pub id: MediaId,
    /// Its season; 0 holds the specials.
    pub season: u32,
    /// Its number in the season.
    pub number: u32,
    /// Its name.
    pub name: Option<String>,
    /// The address of a still.
    pub picture: Option<String>,
    /// The day it airs.
    pub aired: Option<Date>,
    /// Whether it belongs to what makes the series watched.
    pub is_counted: bool,
    /// Whether it is watched; and since when, if that is known.
    pub watched: Option<Option<UnixMillis>>,
    /// Whether it is a favorite.
    pub is_favorite: bool,
}

impl MarkedEpisode {
    /// Whether its day has come.
    #[must_use]
    pub fn has_aired(&self, today: Date) -> bool {
        self.aired.is_some_and(|aired| aired <= today)
    }

    /// An episode that nobody has marked, of a series that has regular ones or specials only.
    #[must_use]
    pub fn unmarked(episode: &Episode, has_regular: bool) -> Self {
        Self {
            id: episode.id,
            season: episode.season,
            number: episode.number,
            name: episode.name.clone(),
            picture: episode.image.clone(),
            aired: episode.aired,
            is_counted: is_counted(episode.season, has_regular),
            watched: None,
            is_favorite: false,
        }
    }
}

/// Whether there is more than specials among the episodes.
#[must_use]
pub fn has_regular(episodes: &[Episode]) -> bool {
    episodes.iter().any(|episode| episode.season > 0)
}

/// Whether an episode belongs to what makes its series watched: specials do only where there is
/// nothing else.
fn is_counted(season: u32, has_regular: bool) -> bool {
    season > 0 || !has_regular
}

impl Database {
    /// Whether a movie is stored, and more than its number is known of it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn knows_movie(&self, movie: MediaId) -> Result<bool, DbError> {
        let known: Option<bool> =
            sqlx::query_scalar("SELECT fetched_at_ms IS NOT NULL FROM movies WHERE movie_id = ?")
                .bind(movie.0.cast_signed())
                .fetch_optional(&self.pool)
                .await
                .map_err(failed("look for a movie"))?;
        Ok(known.unwrap_or(false))
    }

    /// What is known of a stored series; `None` if it is not stored.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn stored_series(&self, series: MediaId) -> Result<Option<StoredSeries>, DbError> {
        let row: Option<(Option<i64>, bool)> = sqlx::query_as(
            "SELECT CASE WHEN is_outdated THEN episodes_fetched_at_ms
                 ELSE max(episodes_fetched_at_ms, coalesce(
                     (SELECT max(since_s) * 1000 FROM refreshes), 0)) END, is_gone
             FROM series WHERE series_id = ?",
        )
        .bind(series.0.cast_signed())
        .fetch_optional(&self.pool)
        .await
        .map_err(failed("look for a series"))?;
        Ok(row.map(|(checked_ms, is_gone)| StoredSeries {
            episodes_checked: checked_ms.map(UnixMillis),
            is_gone,
        }))
    }

    /// The stored episodes of a series in order, with the marks of `user`.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn episodes_for(
        &self,
        user: UserId,
        series: MediaId,
    ) -> Result<Vec<MarkedEpisode>, DbError> {
        let rows = sqlx::query(
            "SELECT e.episode_id, e.season, e.number, e.name, e.picture_url, e.aired_on,
                 e.is_counted, w.episode_id IS NOT NULL AS is_watched, w.added_at_ms,
                 f.episode_id IS NOT NULL AS is_favorite
             FROM episodes e
             LEFT JOIN episode_marks w ON w.user_id = ?1 AND w.list = 1
                 AND w.series_id = e.series_id AND w.episode_id = e.episode_id
             LEFT JOIN episode_marks f ON f.user_id = ?1 AND f.list = 2
                 AND f.series_id = e.series_id AND f.episode_id = e.episode_id
             WHERE e.series_id = ?2 AND NOT e.is_gone AND e.number IS NOT NULL
             ORDER BY e.season, e.number, e.episode_id",
        )
        .bind(user.0.cast_signed())
        .bind(series.0.cast_signed())
        .fetch_all(&self.pool)
        .await
        .map_err(failed("read the episodes of a series"))?;
        rows.iter().map(marked_episode).collect::<Result<_, _>>().map_err(failed("read an episode"))
    }

    /// Keeps what is shown of a movie.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn store_movie(&self, movie: &Movie, now: UnixMillis) -> Result<(), DbError> {
        const QUESTION: &str = "keep a movie";
        let mut transaction = self.begin(QUESTION).await?;
        put_movie(&mut transaction, movie, false, now).await.map_err(failed(QUESTION))?;
        transaction.commit().await.map_err(failed(QUESTION))
    }

    /// Keeps what is shown of a series and its episodes.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn store_series(&self, series: &WholeSeries, now: UnixMillis) -> Result<(), DbError> {
        const QUESTION: &str = "keep a series";
        let mut transaction = self.begin(QUESTION).await?;
        put_series(&mut transaction, series, now).await.map_err(failed(QUESTION))?;
        transaction.commit().await.map_err(failed(QUESTION))
    }
}

pub(super) fn marked_episode(row: &SqliteRow) -> Result<MarkedEpisode, sqlx::Error> {
    let aired: Option<String> = row.try_get("aired_on")?;
    let is_watched: bool = row.try_get("is_watched")?;
    let added_ms: Option<i64> = row.try_get("added_at_ms")?;
    Ok(MarkedEpisode {
        id: MediaId(row.try_get::<i64, _>("episode_id")?.cast_unsigned()),
        season: row.try_get("season")?,
        number: row.try_get("number")?,
        name: row.try_get("name")?,
        picture: row.try_get("picture_url")?,
        aired: aired.as_deref().and_then(Date::parse),
        is_counted: row.try_get("is_counted")?,
        watched: is_watched.then_some(added_ms.map(UnixMillis)),
        is_favorite: row.try_get("is_favorite")?,
    })
}

/// Makes sure that there is a row for a title, of which nothing else may be known.
pub(super) async fn put_number(
    connection: &mut SqliteConnection,
    kind: MediaKind,
    id: MediaId,
) -> Result<(), sqlx::Error> {
    let sql = match kind {
        MediaKind::Movie => {
            "INSERT INTO movies (movie_id, is_outdated) VALUES (?, 1) ON CONFLICT DO NOTHING"
        }
        MediaKind::Series => {
            "INSERT INTO series (series_id, is_outdated) VALUES (?, 1) ON CONFLICT DO NOTHING"
        }
    };
    sqlx::query(sql).bind(id.0.cast_signed()).execute(connection).await?;
    Ok(())
}

pub(super) async fn put_movie(
    connection: &mut SqliteConnection,
    movie: &Movie,
    is_outdated: bool,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    let title = &movie.title;
    sqlx::query(
        "INSERT INTO movies (movie_id, slug, name, english_name, poster_url, year,
             runtime_minutes, fetched_at_ms, is_outdated, is_gone)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
         ON CONFLICT (movie_id) DO UPDATE SET slug = excluded.slug, name = excluded.name,
             english_name = excluded.english_name, poster_url = excluded.poster_url,
             year = excluded.year, fetched_at_ms = excluded.fetched_at_ms,
             runtime_minutes = coalesce(excluded.runtime_minutes, runtime_minutes),
             is_outdated = excluded.is_outdated, is_gone = 0",
    )
    .bind(title.id.0.cast_signed())
    .bind(&title.slug)
    .bind(&title.name)
    .bind(&title.english_name)
    .bind(&title.image)
    .bind(title.year)
    .bind(movie.runtime_minutes)
    .bind(now.0)
    .bind(is_outdated)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps the title of a series, without its episodes.
pub(super) async fn put_series_title(
    connection: &mut SqliteConnection,
    title: &Title,
    is_outdated: bool,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO series (series_id, slug, name, english_name, poster_url, year, fetched_at_ms,
             is_outdated, is_gone)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
         ON CONFLICT (series_id) DO UPDATE SET slug = excluded.slug, name = excluded.name,
             english_name = excluded.english_name, poster_url = excluded.poster_url,
             year = excluded.year, fetched_at_ms = excluded.fetched_at_ms,
             is_outdated = excluded.is_outdated, is_gone = 0",
    )
    .bind(title.id.0.cast_signed())
    .bind(&title.slug)
    .bind(&title.name)
    .bind(&title.english_name)
    .bind(&title.image)
    .bind(title.year)
    .bind(now.0)
    .bind(is_outdated)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps a series and exactly these episodes. Those that TheTVDB does not list any more stay, because
/// someone may have marked them, but count no more.
pub(super) async fn put_series(
    transaction: &mut Transaction<'static, Sqlite>,
    series: &WholeSeries,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    let id = series.title.id.0.cast_signed();
    put_series_title(transaction, &series.title, series.is_outdated, now).await?;
    let episodes = episodes_json(&series.episodes);
    move_episodes(transaction, id, &episodes).await?;
    sqlx::query(
        "UPDATE episodes SET is_gone = 1, is_counted = 0 WHERE series_id = ?1 AND NOT is_gone
             AND episode_id NOT IN (SELECT value ->> 'id' FROM json_each(?2))",
    )
    .bind(id)
    .bind(&episodes)
    .execute(&mut **transaction)
    .await?;
    sqlx::query(
        "INSERT INTO episodes (episode_id, series_id, season, number, name, picture_url, aired_on,
             runtime_minutes, is_counted, is_gone)
         SELECT value ->> 'id', ?1, value ->> 'season', value ->> 'number', value ->> 'name',
             value ->> 'picture', value ->> 'aired', value ->> 'runtime', value ->> 'counted', 0
         FROM json_each(?2) WHERE true
         ON CONFLICT (episode_id) DO UPDATE SET season = excluded.season,
             number = excluded.number, name = excluded.name, picture_url = excluded.picture_url,
             aired_on = excluded.aired_on, runtime_minutes = excluded.runtime_minutes,
             is_counted = excluded.is_counted, is_gone = 0",
    )
    .bind(id)
    .bind(&episodes)
    .execute(&mut **transaction)
    .await?;
    sqlx::query("UPDATE series SET episodes_fetched_at_ms = ? WHERE series_id = ?")
        .bind(now.0)
        .bind(id)
        .execute(&mut **transaction)
        .await?;
    hand_on_marks(transaction, series.title.id).await?;
    expand_whole_marks(transaction, series.title.id, now).await
}

/// Gives the marks of episodes that are gone to those that stand in their place: of the same season and
/// number.
pub(super) async fn hand_on_marks(
    transaction: &mut Transaction<'static, Sqlite>,
    series: MediaId,
) -> Result<(), sqlx::Error> {
    // Marks are found by their user only: looking through all of them is for when it is needed.
    let n_twins: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM episodes gone JOIN episodes live USING (series_id, season, number)
         WHERE gone.series_id = ? AND gone.is_gone AND NOT live.is_gone",
    )
    .bind(series.0.cast_signed())
    .fetch_one(&mut **transaction)
    .await?;
    if n_twins == 0 {
        return Ok(());
    }
    for sql in [
        "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
         SELECT m.user_id, m.list, m.series_id, live.episode_id, m.added_at_ms
         FROM episode_marks m JOIN episodes gone USING (episode_id)
         JOIN episodes live ON live.series_id = gone.series_id AND live.season = gone.season
             AND live.number = gone.number AND NOT live.is_gone
         WHERE m.series_id = ?1 AND gone.series_id = ?1 AND gone.is_gone
         ON CONFLICT DO NOTHING",
        "DELETE FROM episode_marks WHERE series_id = ?1 AND episode_id IN (
             SELECT gone.episode_id
             FROM episodes gone JOIN episodes live USING (series_id, season, number)
             WHERE gone.series_id = ?1 AND gone.is_gone AND NOT live.is_gone)",
    ] {
        sqlx::query(sql).bind(series.0.cast_signed()).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Turns "the series is watched", which came from another bot's file, into its episodes that have aired.
pub(super) async fn expand_whole_marks(
    transaction: &mut Transaction<'static, Sqlite>,
    series: MediaId,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    for sql in [
        "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
         SELECT m.user_id, 1, m.series_id, e.episode_id, m.added_at_ms
         FROM series_marks m JOIN episodes e USING (series_id)
         WHERE m.series_id = ?1 AND m.list = 1 AND e.is_counted AND e.aired_on <= ?2
             AND NOT e.is_gone
         ON CONFLICT DO NOTHING",
        "DELETE FROM series_marks WHERE series_id = ?1 AND list = 1 AND ?2 <> ''",
    ] {
        sqlx::query(sql)
            .bind(series.0.cast_signed())
            .bind(Date::of_unix_ms(now.0).to_string())
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// Takes over episodes that belonged to another series until now, with everyone's marks.
async fn move_episodes(
    transaction: &mut Transaction<'static, Sqlite>,
    series_id: i64,
    episodes: &str,
) -> Result<(), sqlx::Error> {
    let moved = sqlx::query(
        "UPDATE episodes SET series_id = ?1 WHERE series_id <> ?1
             AND episode_id IN (SELECT value ->> 'id' FROM json_each(?2))",
    )
    .bind(series_id)
    .bind(episodes)
    .execute(&mut **transaction)
    .await?;
    if moved.rows_affected() > 0 {
        sqlx::query(
            "UPDATE episode_marks SET series_id = ?1 WHERE series_id <> ?1
                 AND episode_id IN (SELECT value ->> 'id' FROM json_each(?2))",
        )
        .bind(series_id)
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
        number: u32,
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
