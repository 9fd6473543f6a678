//! Everything that is kept about one person in the lists: to be taken along, counted, and deleted.

use super::{Database, DbError, failed, marks::List};
use crate::{clock::UnixMillis, tvdb::SeriesId};
use lumina_plugin_api::id::UserId;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

/// One row of someone's lists, with names where they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedMark {
    /// The list.
    pub list: List,
    /// `movie`, `series` or `episode`.
    pub kind: String,
    /// TheTVDB's number, as it counts that kind.
    pub tvdb_number: u64,
    /// The name.
    pub name: Option<String>,
    /// The series of an episode.
    pub series: Option<SeriesId>,
    /// Its name.
    pub series_name: Option<String>,
    /// The season of an episode.
    pub season: Option<u32>,
    /// The number of an episode in its season.
    pub number: Option<u32>,
    /// Since when, if that is known.
    pub added: Option<UnixMillis>,
}

/// How much is kept about someone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MarkCounts {
    /// Movies watched.
    pub n_movies: u32,
    /// Series watched as a whole, before their episodes are known.
    pub n_series: u32,
    /// Episodes watched.
    pub n_episodes: u32,
    /// Favorites of all kinds.
    pub n_favorites: u32,
    /// Whether they chose who may look.
    pub has_visibility: bool,
    /// Whether rows of theirs were imported. Once all is deleted, who they are is kept all the same, so
    /// that importing again leaves them out.
    pub was_imported: bool,
}

/// All marks of one person; `?1` is who.
const MARKS: &str = "SELECT m.list, 'movie' AS kind, m.movie_id AS id, t.name, NULL AS series_id,
         NULL AS series_name, NULL AS season, NULL AS number, m.added_at_ms
     FROM movie_marks m JOIN movies t USING (movie_id) WHERE m.user_id = ?1
     UNION ALL
     SELECT m.list, 'series', m.series_id, t.name, NULL, NULL, NULL, NULL, m.added_at_ms
     FROM series_marks m JOIN series t USING (series_id) WHERE m.user_id = ?1
     UNION ALL
     SELECT m.list, 'episode', m.episode_id, e.name, m.series_id, t.name, e.season, e.number,
         m.added_at_ms
     FROM episode_marks m JOIN episodes e USING (episode_id)
     JOIN series t ON t.series_id = m.series_id WHERE m.user_id = ?1
     ORDER BY 1, 2, 5, 7, 8, 3";

impl Database {
    /// Everything in the lists of `user`, ordered by list, kind, series and number.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn everything_of(&self, user: UserId) -> Result<Vec<ExportedMark>, DbError> {
        const QUESTION: &str = "read everything about a user";
        let rows = sqlx::query(MARKS).bind(user.0.cast_signed()).fetch_all(&self.pool).await;
        let rows = rows.map_err(failed(QUESTION))?;
        rows.iter().map(exported).collect::<Result<_, _>>().map_err(failed(QUESTION))
    }

    /// How much is kept about `user`.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn counts_of(&self, user: UserId) -> Result<MarkCounts, DbError> {
        const QUESTION: &str = "count what is kept about a user";
        let mut transaction = self.pool.begin().await.map_err(failed(QUESTION))?;
        let counts = count(&mut transaction, user).await.map_err(failed(QUESTION))?;
        self.pool.commit(transaction).await.map_err(failed(QUESTION))?;
        Ok(counts)
    }

    /// Deletes everything about `user`, and tells how much that was. Of those of whom something was
    /// imported it stays noted that no import shall bring them back.
    ///
    /// # Errors
    /// If the database cannot be written; then everything is still there.
    pub async fn forget_user(&self, user: UserId) -> Result<MarkCounts, DbError> {
        const QUESTION: &str = "delete everything about a user";
        let mut transaction = self.begin(QUESTION).await?;
        let counts = count(&mut transaction, user).await.map_err(failed(QUESTION))?;
        for sql in [
            "INSERT INTO kept_out_users SELECT DISTINCT user_id FROM imported_marks
                 WHERE user_id = ? ON CONFLICT DO NOTHING",
            "DELETE FROM imported_marks WHERE user_id = ?",
            "DELETE FROM movie_marks WHERE user_id = ?",
            "DELETE FROM series_marks WHERE user_id = ?",
            "DELETE FROM episode_marks WHERE user_id = ?",
            "DELETE FROM imported_series WHERE user_id = ?",
            "DELETE FROM undos WHERE user_id = ?",
            "DELETE FROM visibilities WHERE user_id = ?",
            "DELETE FROM views WHERE user_id = ?",
            // What they switched off stays off.
            "UPDATE plugin_states SET changed_by_id = 0 WHERE changed_by_id = ?",
        ] {
            let deleted =
                sqlx::query(sql).bind(user.0.cast_signed()).execute(&mut **transaction).await;
            deleted.map_err(failed(QUESTION))?;
        }
        self.commit(transaction, QUESTION).await?;
        Ok(counts)
    }
}

async fn count(
    transaction: &mut Transaction<'static, Sqlite>,
    user: UserId,
) -> Result<MarkCounts, sqlx::Error> {
    let (n_movies, n_series, n_episodes, n_favorites, has_visibility, was_imported) =
        sqlx::query_as(
            "SELECT (SELECT count(*) FROM movie_marks WHERE user_id = ?1 AND list = 1),
             (SELECT count(*) FROM series_marks WHERE user_id = ?1 AND list = 1),
             (SELECT count(*) FROM episode_marks WHERE user_id = ?1 AND list = 1),
             (SELECT count(*) FROM movie_marks WHERE user_id = ?1 AND list = 2)
                 + (SELECT count(*) FROM series_marks WHERE user_id = ?1 AND list = 2)
                 + (SELECT count(*) FROM episode_marks WHERE user_id = ?1 AND list = 2),
             EXISTS (SELECT 1 FROM visibilities WHERE user_id = ?1),
             EXISTS (SELECT 1 FROM imported_marks WHERE user_id = ?1)
                 OR EXISTS (SELECT 1 FROM kept_out_users WHERE user_id = ?1)",
        )
        .bind(user.0.cast_signed())
        .fetch_one(&mut **transaction)
        .await?;
    Ok(MarkCounts { n_movies, n_series, n_episodes, n_favorites, has_visibility, was_imported })
}

fn exported(row: &SqliteRow) -> Result<ExportedMark, sqlx::Error> {
    let series_id: Option<i64> = row.try_get("series_id")?;
    Ok(ExportedMark {
        list: List::of_number(row.try_get("list")?),
        kind: row.try_get("kind")?,
        tvdb_number: row.try_get::<i64, _>("id")?.cast_unsigned(),
        name: row.try_get("name")?,
        series: series_id.map(|number| SeriesId(number.cast_unsigned())),
        series_name: row.try_get("series_name")?,
        season: row.try_get("season")?,
        number: row.try_get("number")?,
        added: row.try_get::<Option<i64>, _>("added_at_ms")?.map(UnixMillis),
    })
}
