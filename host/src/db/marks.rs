//! The lists: what people have watched and what they love. One press is one transaction.

use super::{
    Database, DbError, failed,
    titles::{self, WholeSeries},
    undos,
};
use crate::{
    clock::UnixMillis,
    tvdb::{Date, MediaId, MediaKind, Movie, Title},
};
use lumina_plugin_api::id::UserId;
use sqlx::{Sqlite, SqliteConnection, Transaction};

/// One of the two lists that everyone has. The numbers stand in the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// What was watched.
    Watched = 1,
    /// What is loved.
    Favorite = 2,
}

impl List {
    pub(super) fn number(self) -> i64 {
        self as i64
    }
}

/// Who wants what of a list, and when. Never "the opposite": asking twice changes nothing.
#[derive(Debug, Clone, Copy)]
pub struct Press {
    /// Whose list.
    pub user: UserId,
    /// Which.
    pub list: List,
    /// Whether the row shall be there afterwards.
    pub adds: bool,
    /// Now.
    pub at: UnixMillis,
}

/// What is stored of a movie together with its mark.
#[derive(Debug, Clone)]
pub enum MovieData {
    /// Everything is stored already, or nothing can be had: its number alone.
    Stored,
    /// This is stored; `is_outdated` if TheTVDB knows more than a search shows.
    New {
        /// The movie.
        movie: Box<Movie>,
        /// Whether it is to be read again soon.
        is_outdated: bool,
    },
}

/// Which episodes of a series a press means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those that make the series watched.
    Series,
    /// All of one season.
    Season(u32),
}

/// What a press on many episodes did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ManyMarked {
    /// How many rows changed.
    pub n_changed: u32,
    /// How many episodes were meant.
    pub n_meant: u32,
    /// How to take it back, if something changed.
    pub undo: Option<u64>,
}

impl Database {
    /// Whether a movie or a series itself is in a list of `user`.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn is_marked(
        &self,
        user: UserId,
        list: List,
        kind: MediaKind,
        id: MediaId,
    ) -> Result<bool, DbError> {
        let sql = match kind {
            MediaKind::Movie => {
                "SELECT count(*) FROM movie_marks WHERE user_id = ? AND list = ? AND movie_id = ?"
            }
            MediaKind::Series => {
                "SELECT count(*) FROM series_marks WHERE user_id = ? AND list = ? AND series_id = ?"
            }
        };
        let n_rows: i64 = sqlx::query_scalar(sql)
            .bind(user.0.cast_signed())
            .bind(list.number())
            .bind(id.0.cast_signed())
            .fetch_one(&self.pool)
            .await
            .map_err(failed("look into a list"))?;
        Ok(n_rows > 0)
    }

    /// Puts a movie into a list or takes it out; tells whether that changed anything.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn mark_movie(
        &self,
        press: Press,
        movie: MediaId,
        data: &MovieData,
    ) -> Result<bool, DbError> {
        const QUESTION: &str = "mark a movie";
        let mut transaction = self.begin(QUESTION).await?;
        let changed = async {
            match data {
                MovieData::New { movie, is_outdated } => {
                    titles::put_movie(&mut transaction, movie, *is_outdated, press.at).await?;
                }
                MovieData::Stored => {
                    titles::put_number(&mut transaction, MediaKind::Movie, movie).await?;
                }
            }
            change_title(&mut transaction, press, MediaKind::Movie, movie).await
        };
        let changed = changed.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await?;
        Ok(changed)
    }

    /// Puts a series itself into the favorites or takes it out; tells whether that changed anything.
    /// `title` is kept if it is given.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn mark_series(
        &self,
        press: Press,
        series: MediaId,
        title: Option<&Title>,
    ) -> Result<bool, DbError> {
        const QUESTION: &str = "mark a series";
        let mut transaction = self.begin(QUESTION).await?;
        let changed = async {
            titles::put_number(&mut transaction, MediaKind::Series, series).await?;
            if let Some(title) = title {
                // Its episodes are still to be read.
                titles::put_series_title(&mut transaction, title, true, press.at).await?;
            }
            change_title(&mut transaction, press, MediaKind::Series, series).await
        };
        let changed = changed.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await?;
        Ok(changed)
    }

    /// Puts one episode into a list or takes it out; tells whether that changed anything, and `None` if
    /// the series has no such episode. `data` is kept if it is given.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn mark_episode(
        &self,
        press: Press,
        (series, episode): (MediaId, MediaId),
        data: Option<&WholeSeries>,
    ) -> Result<Option<bool>, DbError> {
        const QUESTION: &str = "mark an episode";
        let mut transaction = self.begin(QUESTION).await?;
        let changed = async {
            if let Some(data) = data {
                titles::put_series(&mut transaction, data, press.at).await?;
            }
            change_episode(&mut transaction, press, series, episode).await
        };
        let changed = changed.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await?;
        Ok(changed)
    }

    /// Marks the aired episodes in `scope` as watched, or takes back every such mark in it; `None` if the
    /// series has no such season. `data` is kept if it is given.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn mark_episodes(
        &self,
        press: Press,
        (series, scope): (MediaId, Scope),
        data: Option<&WholeSeries>,
    ) -> Result<Option<ManyMarked>, DbError> {
        const QUESTION: &str = "mark the episodes of a series";
        let mut transaction = self.begin(QUESTION).await?;
        let marked = async {
            if let Some(data) = data {
                titles::put_series(&mut transaction, data, press.at).await?;
            }
            change_many(&mut transaction, press, series, scope).await
        };
        let marked = marked.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await?;
        Ok(marked)
    }
}

async fn change_title(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    kind: MediaKind,
    id: MediaId,
) -> Result<bool, sqlx::Error> {
    let sql = match (kind, press.adds) {
        (MediaKind::Movie, true) => {
            "INSERT INTO movie_marks (user_id, list, movie_id, added_at_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING"
        }
        (MediaKind::Movie, false) => {
            "DELETE FROM movie_marks WHERE user_id = ?1 AND list = ?2 AND movie_id = ?3 AND ?4 > 0"
        }
        (MediaKind::Series, true) => {
            "INSERT INTO series_marks (user_id, list, series_id, added_at_ms)
             VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"
        }
        (MediaKind::Series, false) => {
            "DELETE FROM series_marks WHERE user_id = ?1 AND list = ?2 AND series_id = ?3 AND ?4 > 0"
        }
    };
    let done = sqlx::query(sql)
        .bind(press.user.0.cast_signed())
        .bind(press.list.number())
        .bind(id.0.cast_signed())
        .bind(press.at.0)
        .execute(&mut **transaction)
        .await?;
    Ok(done.rows_affected() > 0)
}

async fn change_episode(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    series: MediaId,
    episode: MediaId,
) -> Result<Option<bool>, sqlx::Error> {
    let n_known: i64 =
        sqlx::query_scalar("SELECT count(*) FROM episodes WHERE series_id = ? AND episode_id = ?")
            .bind(series.0.cast_signed())
            .bind(episode.0.cast_signed())
            .fetch_one(&mut **transaction)
            .await?;
    if n_known == 0 {
        return Ok(None);
    }
    let sql = if press.adds {
        "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM episode_marks WHERE user_id = ?1 AND list = ?2 AND series_id = ?3
             AND episode_id = ?4 AND ?5 > 0"
    };
    let done = sqlx::query(sql)
        .bind(press.user.0.cast_signed())
        .bind(press.list.number())
        .bind(series.0.cast_signed())
        .bind(episode.0.cast_signed())
        .bind(press.at.0)
        .execute(&mut **transaction)
        .await?;
    Ok(Some(done.rows_affected() > 0))
}

/// Where the episodes stand that a press means: of the series ?1, in the season ?2, or, if that is NULL,
/// those that make the series watched; aired by the day ?3, or, if that is NULL, whenever.
macro_rules! select_meant {
    ($what:literal, $behind:literal) => {
        concat!(
            $what,
            " FROM episodes e WHERE e.series_id = ?1 AND NOT e.is_gone
                 AND (e.season = ?2 OR (?2 IS NULL AND e.is_counted))
                 AND (?3 IS NULL OR e.aired_on <= ?3) ",
            $behind
        )
    };
}

/// What a press on many episodes means.
struct Meant {
    press: Press,
    series_id: i64,
    season: Option<u32>,
    aired_by: Option<String>,
}

impl Meant {
    fn new(press: Press, series: MediaId, scope: Scope) -> Self {
        let season = match scope {
            Scope::Series => None,
            Scope::Season(season) => Some(season),
        };
        let aired_by = press.adds.then(|| Date::of_unix_ms(press.at.0).to_string());
        Self { press, series_id: series.0.cast_signed(), season, aired_by }
    }

    async fn count(&self, connection: &mut SqliteConnection) -> Result<u32, sqlx::Error> {
        sqlx::query_scalar(select_meant!("SELECT count(*)", ""))
            .bind(self.series_id)
            .bind(self.season)
            .bind(&self.aired_by)
            .fetch_one(connection)
            .await
    }

    /// Whether the series has the season that is meant; always, if the series is.
    async fn has_season(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT ?2 IS NULL OR EXISTS (SELECT 1 FROM episodes WHERE series_id = ?1
                 AND season = ?2 AND number IS NOT NULL AND NOT is_gone)",
        )
        .bind(self.series_id)
        .bind(self.season)
        .fetch_one(connection)
        .await
    }

    /// Writes down what will change, so that it can be taken back.
    async fn keep(&self, connection: &mut SqliteConnection, undo: i64) -> Result<(), sqlx::Error> {
        let sql = if self.press.adds {
            select_meant!(
                "INSERT INTO undo_rows (undo_id, episode_id, was_added, added_at_ms)
                 SELECT ?4, e.episode_id, 1, ?6",
                "AND NOT EXISTS (SELECT 1 FROM episode_marks m WHERE m.user_id = ?5 AND m.list = 1
                     AND m.series_id = ?1 AND m.episode_id = e.episode_id)
                 ORDER BY e.episode_id"
            )
        } else {
            select_meant!(
                "INSERT INTO undo_rows (undo_id, episode_id, was_added, added_at_ms)
                 SELECT ?4, m.episode_id, 0, m.added_at_ms FROM episode_marks m
                 WHERE m.user_id = ?5 AND m.list = 1 AND m.series_id = ?1 AND ?6 > 0
                     AND m.episode_id IN (SELECT e.episode_id",
                ")"
            )
        };
        sqlx::query(sql)
            .bind(self.series_id)
            .bind(self.season)
            .bind(&self.aired_by)
            .bind(undo)
            .bind(self.press.user.0.cast_signed())
            .bind(self.press.at.0)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Changes what was written down; tells how many rows that were.
    async fn change(
        &self,
        connection: &mut SqliteConnection,
        undo: i64,
    ) -> Result<u32, sqlx::Error> {
        let sql = if self.press.adds {
            "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
             SELECT ?2, 1, ?3, episode_id, added_at_ms FROM undo_rows WHERE undo_id = ?1"
        } else {
            "DELETE FROM episode_marks WHERE user_id = ?2 AND list = 1 AND series_id = ?3
                 AND episode_id IN (SELECT episode_id FROM undo_rows WHERE undo_id = ?1)"
        };
        let done = sqlx::query(sql)
            .bind(undo)
            .bind(self.press.user.0.cast_signed())
            .bind(self.series_id)
            .execute(connection)
            .await?;
        Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
    }
}

async fn change_many(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    series: MediaId,
    scope: Scope,
) -> Result<Option<ManyMarked>, sqlx::Error> {
    let meant = Meant::new(press, series, scope);
    let n_meant = meant.count(transaction).await?;
    if n_meant == 0 {
        let has_season = meant.has_season(transaction).await?;
        return Ok(has_season.then(ManyMarked::default));
    }
    let undo = undos::begin(transaction, press, series).await?;
    meant.keep(transaction, undo).await?;
    let n_changed = meant.change(transaction, undo).await?;
    if n_changed == 0 {
        undos::discard(transaction, undo).await?;
        return Ok(Some(ManyMarked { n_changed, n_meant, undo: None }));
    }
    Ok(Some(ManyMarked { n_changed, n_meant, undo: Some(undo.cast_unsigned()) }))
}
