//! What is kept of movies, series and episodes, so that lists need no TheTVDB.

mod keep;
mod successors;

pub(super) use keep::{
    expand_whole_marks, hand_on_marks, is_outdated, put_movie, put_number, put_series,
    put_series_title,
};
pub(super) use successors::note_merged_successors;

use super::{Database, DbError, failed, merges, title_sql::title_sql};
use crate::{
    clock::UnixMillis,
    tvdb::{Date, Episode, EpisodeId, Movie, MovieId, SeriesId, Title, TitleId},
};
use lumina_plugin_api::id::UserId;
use sqlx::{Row, sqlite::SqliteRow};

/// A series with all its episodes, as TheTVDB said.
#[derive(Debug, Clone)]
pub struct WholeSeries {
    /// The series.
    pub title: Title,
    /// All episodes, each once.
    pub episodes: Vec<Episode>,
    /// Whether something of it may be old, so that it is to be read again soon.
    pub is_outdated: bool,
    /// Whether episodes are missing from it. Then it is to be read again soon, and takes none away.
    pub is_cut: bool,
}

impl WholeSeries {
    /// TheTVDB's number.
    pub(super) fn id(&self) -> SeriesId {
        SeriesId(self.title.id.number())
    }
}

/// What is known of a stored series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredSeries {
    /// When its episodes, if all of them are stored, were last known to be as TheTVDB has them.
    pub episodes_checked: Option<UnixMillis>,
    /// Whether TheTVDB has no such record any more.
    pub is_gone: bool,
}

/// What is known of a stored title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedTitle {
    /// When what is stored of it was last known to be as TheTVDB has it.
    pub at: UnixMillis,
    /// Whether TheTVDB has no such record any more.
    pub is_gone: bool,
}

/// A stored episode, with someone's marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedEpisode {
    /// TheTVDB's number.
    pub id: EpisodeId,
    /// Its season; 0 holds the specials.
    pub season: u32,
    /// Its number in the season, if it has one.
    pub number: Option<u32>,
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
    /// Whether TheTVDB does not list it any more; then it counts nowhere.
    pub is_gone: bool,
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
            is_gone: false,
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
    pub async fn knows_movie(&self, movie: MovieId) -> Result<bool, DbError> {
        let known: Option<bool> =
            sqlx::query_scalar("SELECT fetched_at_ms IS NOT NULL FROM movies WHERE movie_id = ?")
                .bind(movie.0.cast_signed())
                .fetch_optional(&self.pool)
                .await
                .map_err(failed("look for a movie"))?;
        Ok(known.unwrap_or(false))
    }

    /// What is known of a stored title; `None` if no more than its number is stored.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn title_checked(&self, title: TitleId) -> Result<Option<CheckedTitle>, DbError> {
        let sql = title_sql!(
            title.kind(),
            "SELECT " CHECKED_MS ", is_gone FROM " TABLE " WHERE " ID " = ? AND fetched_at_ms IS NOT NULL"
        );
        let row: Option<(i64, bool)> = sqlx::query_as(sql)
            .bind(title.number().cast_signed())
            .fetch_optional(&self.pool)
            .await
            .map_err(failed("look for a title"))?;
        Ok(row.map(|(at_ms, is_gone)| CheckedTitle { at: UnixMillis(at_ms), is_gone }))
    }

    /// What is known of a stored series; `None` if it is not stored.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn stored_series(&self, series: SeriesId) -> Result<Option<StoredSeries>, DbError> {
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

    /// The stored episodes of a series in order, with the marks of `user`. Those that are gone are among
    /// them if they are in a list of `user`.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn episodes_for(
        &self,
        user: UserId,
        series: SeriesId,
    ) -> Result<Vec<MarkedEpisode>, DbError> {
        let rows = sqlx::query(
            "SELECT e.episode_id, e.season, e.number, e.name, e.picture_url, e.aired_on,
                 e.is_counted, e.is_gone, w.episode_id IS NOT NULL AS is_watched, w.added_at_ms,
                 f.episode_id IS NOT NULL AS is_favorite
             FROM episodes e
             LEFT JOIN episode_marks w ON w.user_id = ?1 AND w.list = 1
                 AND w.series_id = e.series_id AND w.episode_id = e.episode_id
             LEFT JOIN episode_marks f ON f.user_id = ?1 AND f.list = 2
                 AND f.series_id = e.series_id AND f.episode_id = e.episode_id
             WHERE e.series_id = ?2 AND e.season IS NOT NULL AND (NOT e.is_gone
                 OR w.episode_id IS NOT NULL OR f.episode_id IS NOT NULL)
             ORDER BY e.season, e.number IS NULL, e.number, e.episode_id",
        )
        .bind(user.0.cast_signed())
        .bind(series.0.cast_signed())
        .fetch_all(&self.pool)
        .await
        .map_err(failed("read the episodes of a series"))?;
        rows.iter().map(marked_episode).collect::<Result<_, _>>().map_err(failed("read an episode"))
    }

    /// How many episodes of a series are stored and not gone.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn n_episodes(&self, series: SeriesId) -> Result<usize, DbError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM episodes
             WHERE series_id = ? AND NOT is_gone AND season IS NOT NULL",
        )
        .bind(series.0.cast_signed())
        .fetch_one(&self.pool)
        .await
        .map_err(failed("count the episodes of a series"))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Keeps what is shown of a movie.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn store_movie(&self, movie: &Movie, now: UnixMillis) -> Result<(), DbError> {
        const QUESTION: &str = "keep a movie";
        let mut transaction = self.begin(QUESTION).await?;
        let kept = async {
            put_movie(&mut transaction, movie, false, now).await?;
            merges::note_there(&mut transaction, movie.title.id).await
        };
        kept.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await
    }

    /// Keeps what is shown of a series and its episodes.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn store_series(&self, series: &WholeSeries, now: UnixMillis) -> Result<(), DbError> {
        const QUESTION: &str = "keep a series";
        let mut transaction = self.begin(QUESTION).await?;
        let kept = async {
            put_series(&mut transaction, series, now).await?;
            merges::note_there(&mut transaction, series.title.id).await
        };
        kept.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await
    }
}

/// The numbers as one value, so that any number of them is one statement.
pub(super) fn numbers_json(numbers: impl Iterator<Item = u64>) -> String {
    let numbers: Vec<i64> = numbers.map(u64::cast_signed).collect();
    serde_json::to_string(&numbers).expect("numbers can be written")
}

pub(super) fn marked_episode(row: &SqliteRow) -> Result<MarkedEpisode, sqlx::Error> {
    let aired: Option<String> = row.try_get("aired_on")?;
    let is_watched: bool = row.try_get("is_watched")?;
    let added_ms: Option<i64> = row.try_get("added_at_ms")?;
    Ok(MarkedEpisode {
        id: EpisodeId(row.try_get::<i64, _>("episode_id")?.cast_unsigned()),
        season: row.try_get("season")?,
        number: row.try_get("number")?,
        name: row.try_get("name")?,
        picture: row.try_get("picture_url")?,
        aired: aired.as_deref().and_then(Date::parse),
        is_counted: row.try_get("is_counted")?,
        watched: is_watched.then_some(added_ms.map(UnixMillis)),
        is_favorite: row.try_get("is_favorite")?,
        is_gone: row.try_get("is_gone")?,
    })
}
