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
use sqlx::{Sqlite, Transaction};

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

    /// Marks the aired episodes in `scope` as watched, or takes back every such mark in it. `data` is
    /// kept if it is given.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn mark_episodes(
        &self,
        press: Press,
        (series, scope): (MediaId, Scope),
        data: Option<&WholeSeries>,
    ) -> Result<ManyMarked, DbError> {
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

async fn change_many(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    series: MediaId,
    scope: Scope,
) -> Result<ManyMarked, sqlx::Error> {
    let meant = meant(transaction, press, series, scope).await?;
    let undo = undos::begin(transaction, press, series).await?;
    let ids = serde_json::to_string(&meant).expect("numbers can be written");
    let kept = if press.adds {
        "INSERT INTO undo_rows (undo_id, episode_id, was_added, added_at_ms)
         SELECT ?1, value, 1, ?5 FROM json_each(?4) WHERE value NOT IN (
             SELECT episode_id FROM episode_marks
             WHERE user_id = ?2 AND list = 1 AND series_id = ?3)"
    } else {
        "INSERT INTO undo_rows (undo_id, episode_id, was_added, added_at_ms)
         SELECT ?1, episode_id, 0, added_at_ms FROM episode_marks
         WHERE user_id = ?2 AND list = 1 AND series_id = ?3
             AND episode_id IN (SELECT value FROM json_each(?4)) AND ?5 > 0"
    };
    let changed = if press.adds {
        "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
         SELECT ?2, 1, ?3, episode_id, ?5 FROM undo_rows WHERE undo_id = ?1 AND ?4 <> ''"
    } else {
        "DELETE FROM episode_marks WHERE user_id = ?2 AND list = 1 AND series_id = ?3
             AND episode_id IN (SELECT episode_id FROM undo_rows WHERE undo_id = ?1)
             AND ?4 <> '' AND ?5 > 0"
    };
    let mut n_changed = 0;
    for sql in [kept, changed] {
        let done = sqlx::query(sql)
            .bind(undo)
            .bind(press.user.0.cast_signed())
            .bind(series.0.cast_signed())
            .bind(&ids)
            .bind(press.at.0)
            .execute(&mut **transaction)
            .await?;
        n_changed = u32::try_from(done.rows_affected()).unwrap_or(u32::MAX);
    }
    let n_meant = u32::try_from(meant.len()).unwrap_or(u32::MAX);
    if n_changed == 0 {
        undos::discard(transaction, undo).await?;
        return Ok(ManyMarked { n_changed, n_meant, undo: None });
    }
    Ok(ManyMarked { n_changed, n_meant, undo: Some(undo.cast_unsigned()) })
}

/// The episodes that a press means, in the order of their numbers at TheTVDB.
async fn meant(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    series: MediaId,
    scope: Scope,
) -> Result<Vec<i64>, sqlx::Error> {
    let season = match scope {
        Scope::Series => None,
        Scope::Season(season) => Some(season),
    };
    sqlx::query_scalar(
        "SELECT episode_id FROM episodes
         WHERE series_id = ?1 AND NOT is_gone AND (season = ?2 OR (?2 IS NULL AND is_counted))
             AND (?3 IS NULL OR aired_on <= ?3)
         ORDER BY episode_id",
    )
    .bind(series.0.cast_signed())
    .bind(season)
    .bind(press.adds.then(|| Date::of_unix_ms(press.at.0).to_string()))
    .fetch_all(&mut **transaction)
    .await
}
