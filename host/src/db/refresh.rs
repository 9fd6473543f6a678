//! Which stored titles TheTVDB knows better, and what became of titles that it merged or deleted.

use super::{
    Database, DbError, failed, merges,
    title_sql::title_sql,
    titles::{self, WholeSeries},
};
use crate::{
    clock::UnixMillis,
    tvdb::{EpisodeId, MediaKind, Movie, MovieId, SeriesId, TitleId},
};

/// So many answers in a row that there is no such title are believed. As they are a day apart, a fault at
/// TheTVDB would have to last for more than two days.
const MISSING_BEFORE_GONE: u32 = 3;

/// The one list of changes that is followed.
const UPDATES: &str = "thetvdb-updates";

impl Database {
    /// Up to when TheTVDB's changes were read, in seconds since 1970; `None` if never.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn updates_since(&self) -> Result<Option<i64>, DbError> {
        sqlx::query_scalar("SELECT since_s FROM refreshes WHERE refresh_name = ?")
            .bind(UPDATES)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed("read up to when titles are fresh"))
    }

    /// Notes up to when TheTVDB's changes were read.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn set_updates_since(&self, since_s: i64) -> Result<(), DbError> {
        sqlx::query(
            "INSERT INTO refreshes (refresh_name, since_s) VALUES (?, ?)
             ON CONFLICT (refresh_name) DO UPDATE SET since_s = excluded.since_s",
        )
        .bind(UPDATES)
        .bind(since_s)
        .execute(&self.pool)
        .await
        .map_err(failed("note up to when titles are fresh"))?;
        Ok(())
    }

    /// Notes that TheTVDB knows more of these titles, also of those that it did not have for a while; those
    /// that are not stored are passed over.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn note_outdated(&self, titles: &[TitleId]) -> Result<(), DbError> {
        for kind in [MediaKind::Movie, MediaKind::Series] {
            let sql = title_sql!(
                kind,
                "UPDATE " TABLE " SET is_outdated = 1 WHERE " ID " IN
                     (SELECT value FROM json_each(?))"
            );
            let of_kind = titles.iter().filter(|title| title.kind() == kind);
            self.note(of_kind.map(|title| title.number()), sql).await?;
        }
        Ok(())
    }

    /// Notes that TheTVDB knows more of the series of these episodes.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn note_outdated_episodes(&self, ids: &[EpisodeId]) -> Result<(), DbError> {
        self.note(
            ids.iter().map(|id| id.0),
            "UPDATE series SET is_outdated = 1 WHERE series_id IN (
                 SELECT series_id FROM episodes
                 WHERE episode_id IN (SELECT value FROM json_each(?)))",
        )
        .await
    }

    /// Notes that TheTVDB may know more of everything: too much time has passed to tell of what.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn note_all_outdated(&self) -> Result<(), DbError> {
        const QUESTION: &str = "note that all titles are old";
        let mut transaction = self.begin(QUESTION).await?;
        for sql in ["UPDATE movies SET is_outdated = 1", "UPDATE series SET is_outdated = 1"] {
            sqlx::query(sql).execute(&mut **transaction).await.map_err(failed(QUESTION))?;
        }
        self.commit(transaction, QUESTION).await
    }

    async fn note(
        &self,
        numbers: impl Iterator<Item = u64>,
        sql: &'static str,
    ) -> Result<(), DbError> {
        sqlx::query(sql)
            .bind(titles::numbers_json(numbers))
            .execute(&self.pool)
            .await
            .map_err(failed("note that titles are old"))?;
        Ok(())
    }

    /// Up to `limit` titles of a kind that are to be read again, first those that were merged, then those
    /// not tried for longest, and none that is to be tried later than `now`. One that was tried in vain
    /// waits its turn.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn to_read(
        &self,
        kind: MediaKind,
        limit: u32,
        now: UnixMillis,
    ) -> Result<Vec<TitleId>, DbError> {
        let sql = title_sql!(
            kind,
            "SELECT " ID " FROM " TABLE " WHERE is_outdated = 1
                 AND (tried_at_ms IS NULL OR tried_at_ms <= ?)
                 ORDER BY merged_into_id IS NULL OR is_gone OR tried_at_ms IS NOT NULL, tried_at_ms
                 LIMIT ?"
        );
        let ids: Vec<i64> = sqlx::query_scalar(sql)
            .bind(now.0)
            .bind(limit)
            .fetch_all(&self.pool)
            .await
            .map_err(failed("look for titles that are old"))?;
        Ok(ids.into_iter().map(|id| TitleId::new(kind, id.cast_unsigned())).collect())
    }

    /// Notes that a title could not be read, so that others come first next time; and if `at` is still to
    /// come, that it is not tried before.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn note_tried(&self, title: TitleId, at: UnixMillis) -> Result<(), DbError> {
        let sql = title_sql!(title.kind(), "UPDATE " TABLE " SET tried_at_ms = ? WHERE " ID " = ?");
        let noted = sqlx::query(sql).bind(at.0).bind(title.number().cast_signed());
        let noted = noted.execute(&self.pool).await;
        noted.map_err(failed("note that a title was tried"))?;
        Ok(())
    }

    /// Notes that TheTVDB has no such title any more, until it tells of a change. What is known of it stays,
    /// with everyone's marks.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn note_gone(&self, title: TitleId) -> Result<(), DbError> {
        let sql = title_sql!(
            title.kind(),
            "UPDATE " TABLE " SET is_gone = merged_into_id IS NULL OR is_gone, is_outdated = 0
             WHERE " ID " = ?"
        );
        let noted = sqlx::query(sql).bind(title.number().cast_signed()).execute(&self.pool).await;
        noted.map_err(failed("note that a title is gone"))?;
        Ok(())
    }

    /// Notes that TheTVDB has no such title, as it says, and tells whether it is gone by that. Otherwise it
    /// is asked again at `at`.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn note_missing(&self, title: TitleId, at: UnixMillis) -> Result<bool, DbError> {
        const QUESTION: &str = "note that a title is missing";
        let sql = title_sql!(
            title.kind(),
            "UPDATE " TABLE " SET n_missing = n_missing + 1, tried_at_ms = ?2,
                 is_gone = is_gone OR n_missing + 1 >= ?3, is_outdated = n_missing + 1 < ?3
             WHERE " ID " = ?1 RETURNING is_gone"
        );
        let mut transaction = self.begin(QUESTION).await?;
        let gone: Option<bool> = sqlx::query_scalar(sql)
            .bind(title.number().cast_signed())
            .bind(at.0)
            .bind(MISSING_BEFORE_GONE)
            .fetch_optional(&mut **transaction)
            .await
            .map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await?;
        Ok(gone.unwrap_or(false))
    }

    /// Whether a title is stored, gone or not.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn stores(&self, title: TitleId) -> Result<bool, DbError> {
        let sql = title_sql!(title.kind(), "SELECT count(*) FROM " TABLE " WHERE " ID " = ?");
        let stored = sqlx::query_scalar(sql).bind(title.number().cast_signed());
        let stored = stored.fetch_one(&self.pool).await;
        let n_stored: i64 = stored.map_err(failed("look for a title"))?;
        Ok(n_stored > 0)
    }

    /// Gives everyone's marks of a movie to the one that TheTVDB merged it into.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing has changed.
    pub async fn merge_movie(
        &self,
        from: MovieId,
        into: &Movie,
        now: UnixMillis,
    ) -> Result<(), DbError> {
        const QUESTION: &str = "merge a movie into another";
        let mut transaction = self.begin(QUESTION).await?;
        let merged = async {
            titles::put_movie(&mut transaction, into, false, now).await?;
            merges::run(
                &mut transaction,
                (from.0, into.title.id.number()),
                &[
                    "INSERT INTO movie_marks (user_id, list, movie_id, added_at_ms)
                 SELECT user_id, list, ?2, added_at_ms FROM movie_marks WHERE movie_id = ?1
                 ON CONFLICT DO UPDATE SET added_at_ms = coalesce(
                     min(added_at_ms, excluded.added_at_ms), added_at_ms, excluded.added_at_ms)",
                    "DELETE FROM movie_marks WHERE movie_id = ?1 AND ?2 > 0",
                    "UPDATE movies SET is_gone = 1, is_outdated = 0, merged_into_id = ?2
                 WHERE movie_id = ?1",
                ],
            )
            .await?;
            merges::note_there(&mut transaction, into.title.id).await
        };
        merged.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await
    }

    /// Gives everyone's marks of a series and its episodes to the one that TheTVDB merged it into.
    /// Episodes are the same if they have the same id, or the same season and number.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing has changed.
    pub async fn merge_series(
        &self,
        from: SeriesId,
        into: &WholeSeries,
        now: UnixMillis,
    ) -> Result<(), DbError> {
        const QUESTION: &str = "merge a series into another";
        let mut transaction = self.begin(QUESTION).await?;
        let merged = async {
            let target = into.id();
            titles::put_series(&mut transaction, into, now).await?;
            titles::note_merged_successors(&mut transaction, (from, target)).await?;
            merges::run(
                &mut transaction,
                (from.0, target.0),
                &[
                    "INSERT INTO series_marks (user_id, list, series_id, added_at_ms)
                 SELECT user_id, list, ?2, added_at_ms FROM series_marks WHERE series_id = ?1
                 ON CONFLICT DO UPDATE SET added_at_ms = coalesce(
                     min(added_at_ms, excluded.added_at_ms), added_at_ms, excluded.added_at_ms)",
                    "DELETE FROM series_marks WHERE series_id = ?1 AND ?2 > 0",
                    "UPDATE episodes SET series_id = ?2, is_gone = 1, is_counted = 0
                 WHERE series_id = ?1",
                    "UPDATE episode_marks SET series_id = ?2 WHERE series_id = ?1",
                    "UPDATE undos SET series_id = ?2 WHERE series_id = ?1",
                    "UPDATE series SET is_gone = 1, is_outdated = 0, merged_into_id = ?2
                 WHERE series_id = ?1",
                ],
            )
            .await?;
            merges::note_there(&mut transaction, into.title.id).await?;
            titles::hand_on_marks(&mut transaction, target).await?;
            titles::expand_whole_marks(&mut transaction, target, None, now).await
        };
        merged.await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await
    }
}
