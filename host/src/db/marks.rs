//! The lists: what people have watched and what they love. One press is one transaction.

mod many;

use super::{
    Database, DbError, failed, merges,
    titles::{self, WholeSeries},
    undos,
};
use crate::{
    clock::UnixMillis,
    tvdb::{EpisodeId, MediaKind, Movie, MovieId, SeriesId, Title, TitleId},
};
use lumina_plugin_api::{id::UserId, services::lists::UndoId};
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

    /// The list of a number in the tables, which hold no other.
    pub(super) fn of_number(number: i64) -> Self {
        if number == Self::Watched.number() { Self::Watched } else { Self::Favorite }
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

/// An episode in a list of someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpisodeMark {
    /// The episode.
    pub episode: EpisodeId,
    /// The list.
    pub list: List,
    /// Since when, if that is known.
    pub added: Option<UnixMillis>,
}

/// What a press on episodes did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ManyMarked {
    /// How many rows changed.
    pub n_changed: u32,
    /// How many episodes were meant.
    pub n_meant: u32,
    /// How to take it back, if something changed that one more press does not bring back.
    pub undo: Option<UndoId>,
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
        title: TitleId,
    ) -> Result<bool, DbError> {
        let sql = match title.kind() {
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
            .bind(title.number().cast_signed())
            .fetch_one(&self.pool)
            .await
            .map_err(failed("look into a list"))?;
        Ok(n_rows > 0)
    }

    /// How many episodes of a series `user` has watched, whatever is known of them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn n_watched_episodes(&self, user: UserId, series: SeriesId) -> Result<u32, DbError> {
        sqlx::query_scalar(
            "SELECT count(*) FROM episode_marks WHERE user_id = ? AND list = 1 AND series_id = ?",
        )
        .bind(user.0.cast_signed())
        .bind(series.0.cast_signed())
        .fetch_one(&self.pool)
        .await
        .map_err(failed("count the watched episodes of a series"))
    }

    /// The episodes of a series in the lists of `user`, whatever else is known of them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn episode_marks(
        &self,
        user: UserId,
        series: SeriesId,
    ) -> Result<Vec<EpisodeMark>, DbError> {
        let rows: Vec<(i64, i64, Option<i64>)> = sqlx::query_as(
            "SELECT episode_id, list, added_at_ms FROM episode_marks
             WHERE user_id = ? AND list IN (1, 2) AND series_id = ?",
        )
        .bind(user.0.cast_signed())
        .bind(series.0.cast_signed())
        .fetch_all(&self.pool)
        .await
        .map_err(failed("read the marks on a series"))?;
        let mark = |(episode, list, added_ms): (i64, i64, Option<i64>)| EpisodeMark {
            episode: EpisodeId(episode.cast_unsigned()),
            list: List::of_number(list),
            added: added_ms.map(UnixMillis),
        };
        Ok(rows.into_iter().map(mark).collect())
    }

    /// Puts a movie into a list or takes it out; tells whether that changed anything.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn mark_movie(
        &self,
        press: Press,
        movie: MovieId,
        data: &MovieData,
    ) -> Result<bool, DbError> {
        const QUESTION: &str = "mark a movie";
        let mut transaction = self.begin(QUESTION).await?;
        let changed = async {
            let current = merges::current_movie(&mut **transaction, movie).await?;
            match data {
                MovieData::New { movie: new, is_outdated } if current == movie => {
                    titles::put_movie(&mut transaction, new, *is_outdated, press.at).await?;
                }
                _ => titles::put_number(&mut transaction, current.into()).await?,
            }
            change_title(&mut transaction, press, current.into()).await
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
        series: SeriesId,
        title: Option<&Title>,
    ) -> Result<bool, DbError> {
        const QUESTION: &str = "mark a series";
        let mut transaction = self.begin(QUESTION).await?;
        let changed = async {
            let series = merges::current_series(&mut **transaction, series).await?;
            titles::put_number(&mut transaction, series.into()).await?;
            if let Some(title) = title.filter(|title| title.id == series.into()) {
                // Its episodes are still to be read.
                titles::put_series_title(&mut transaction, title, true, press.at).await?;
            }
            change_title(&mut transaction, press, series.into()).await
        };
        let changed = changed.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await?;
        Ok(changed)
    }

    /// Puts one episode into a list or takes it out; `None` if the series has no such episode. One that
    /// TheTVDB took away goes out of sight with its last mark, so that this can be taken back. `data` is
    /// kept if it is given.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn mark_episode(
        &self,
        press: Press,
        (series, episode): (SeriesId, EpisodeId),
        data: Option<&WholeSeries>,
    ) -> Result<Option<ManyMarked>, DbError> {
        const QUESTION: &str = "mark an episode";
        let mut transaction = self.begin(QUESTION).await?;
        let changed = async {
            let series = merges::current_series(&mut **transaction, series).await?;
            if let Some(data) = data.filter(|data| data.id() == series) {
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
        (series, scope): (SeriesId, Scope),
        data: Option<&WholeSeries>,
    ) -> Result<Option<ManyMarked>, DbError> {
        const QUESTION: &str = "mark the episodes of a series";
        let mut transaction = self.begin(QUESTION).await?;
        let marked = async {
            let series = merges::current_series(&mut **transaction, series).await?;
            if let Some(data) = data.filter(|data| data.id() == series) {
                titles::put_series(&mut transaction, data, press.at).await?;
            }
            many::change(&mut transaction, press, series, scope).await
        };
        let marked = marked.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await?;
        Ok(marked)
    }
}

async fn change_title(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    title: TitleId,
) -> Result<bool, sqlx::Error> {
    let sql = match (title.kind(), press.adds) {
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
        .bind(title.number().cast_signed())
        .bind(press.at.0)
        .execute(&mut **transaction)
        .await?;
    Ok(done.rows_affected() > 0)
}

async fn change_episode(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    series: SeriesId,
    episode: EpisodeId,
) -> Result<Option<ManyMarked>, sqlx::Error> {
    let successor = merges::successor(&mut **transaction, episode).await?;
    let (series, episode) = successor.unwrap_or((series, episode));
    let found: Option<(bool, bool)> = sqlx::query_as(
        "SELECT is_gone, is_counted FROM episodes WHERE series_id = ? AND episode_id = ?",
    )
    .bind(series.0.cast_signed())
    .bind(episode.0.cast_signed())
    .fetch_optional(&mut **transaction)
    .await?;
    let undo = match found {
        None => return Ok(None),
        Some((true, _)) if !press.adds => {
            undos::keep_removed(transaction, press, (series, episode)).await?
        }
        Some((false, true)) if !press.adds && press.list == List::Watched => {
            // What is taken off would come back with the others.
            titles::expand_whole_marks(transaction, series, Some(press.user), press.at).await?;
            None
        }
        Some(_) => None,
    };
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
    let n_changed = u32::from(done.rows_affected() > 0);
    Ok(Some(ManyMarked { n_changed, n_meant: 1, undo }))
}
