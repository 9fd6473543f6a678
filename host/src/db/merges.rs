//! What TheTVDB merged into what: old messages and files still name the numbers that are gone.
//!
//! A title that was merged has a successor at once, and is gone as soon as its marks went along. Until
//! then it stands for itself.

use super::{Database, DbError, failed, title_sql::title_sql};
use crate::tvdb::{EpisodeId, MovieId, SeriesId, TitleId};
use sqlx::{Executor, Sqlite, SqliteConnection, Transaction};

/// More steps than any title was merged. Titles that lead to each other end here.
pub(super) const STEPS_MAX: u32 = 16;

impl Database {
    /// The title that stands in the place of one: itself, unless TheTVDB merged it into another that is
    /// stored.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn current_title(&self, title: TitleId) -> Result<TitleId, DbError> {
        current_title(&self.pool, title).await.map_err(failed("look for what a title became"))
    }

    /// The series that stands in the place of one: itself, unless TheTVDB merged it into another that is
    /// stored.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn current_series(&self, series: SeriesId) -> Result<SeriesId, DbError> {
        current_series(&self.pool, series).await.map_err(failed("look for what a series became"))
    }

    /// The episode that stands in the place of one that is gone, if there is one.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn episode_after(&self, episode: EpisodeId) -> Result<Option<EpisodeId>, DbError> {
        let found = successor(&self.pool, episode).await;
        let found = found.map_err(failed("look for what an episode became"))?;
        Ok(found.map(|(_, episode)| episode))
    }

    /// Notes into which titles TheTVDB merged others; their marks go along when they are read again.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing has changed.
    pub async fn note_merged(&self, merged: &[(TitleId, TitleId)]) -> Result<(), DbError> {
        // Those whose marks wait for the one that is gone now do not wait for it any more.
        let sql = |title: TitleId| {
            title_sql!(
                title.kind(),
                "UPDATE " TABLE " SET merged_into_id = ?2, is_outdated = 1, is_gone = 0,
                     tried_at_ms = NULL
                 WHERE " ID " <> ?2 AND (" ID " = ?1 AND merged_into_id IS NOT ?2
                     OR merged_into_id = ?1 AND (NOT is_gone
                         OR NOT EXISTS (SELECT 1 FROM " TABLE " WHERE " ID " = ?1)))"
            )
        };
        let merged = merged.iter();
        let pairs = merged.map(|(from, into)| (sql(*from), (from.number(), into.number())));
        self.note_pairs(pairs).await
    }

    /// Notes into which episodes TheTVDB merged others; their marks go along when the series are read
    /// again.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing has changed.
    pub async fn note_merged_episodes(
        &self,
        merged: &[(EpisodeId, EpisodeId)],
    ) -> Result<(), DbError> {
        // Those that were merged into the one that is gone now follow it.
        let sql = "UPDATE episodes SET merged_into_id = ?2
             WHERE (episode_id = ?1 OR merged_into_id = ?1) AND episode_id <> ?2";
        self.note_pairs(merged.iter().map(|(from, into)| (sql, (from.0, into.0)))).await
    }

    async fn note_pairs(
        &self,
        merged: impl ExactSizeIterator<Item = (&'static str, (u64, u64))>,
    ) -> Result<(), DbError> {
        const QUESTION: &str = "note what was merged";
        if merged.len() == 0 {
            return Ok(());
        }
        let mut transaction = self.begin(QUESTION).await?;
        for (sql, pair) in merged {
            run(&mut transaction, pair, &[sql]).await.map_err(failed(QUESTION))?;
        }
        self.commit(transaction, QUESTION).await
    }

    /// The title that the marks of another are still to go to, if it is one of those that TheTVDB merged.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn merging_into(&self, title: TitleId) -> Result<Option<TitleId>, DbError> {
        let sql = title_sql!(
            title.kind(),
            "SELECT merged_into_id FROM " TABLE " WHERE " ID " = ? AND NOT is_gone"
        );
        let into: Option<Option<i64>> = sqlx::query_scalar(sql)
            .bind(title.number().cast_signed())
            .fetch_optional(&self.pool)
            .await
            .map_err(failed("look for what a title was merged into"))?;
        let Some(into) = into.flatten() else { return Ok(None) };
        let into = TitleId::new(title.kind(), into.cast_unsigned());
        let into = self.current_title(into).await?;
        Ok((into != title).then_some(into))
    }
}

/// The title that stands in the place of one, which may be itself.
async fn current_title<'e>(
    database: impl Executor<'e, Database = Sqlite>,
    title: TitleId,
) -> Result<TitleId, sqlx::Error> {
    let sql = title_sql!(
        title.kind(),
        "WITH RECURSIVE ways (id, n_steps) AS (
             SELECT ?1, 0 UNION ALL
             SELECT there." ID ", n_steps + 1 FROM ways
             JOIN " TABLE " gone ON gone." ID " = ways.id AND gone.is_gone
             JOIN " TABLE " there ON there." ID " = gone.merged_into_id
             WHERE n_steps < ?2)
         SELECT id FROM ways ORDER BY n_steps DESC LIMIT 1"
    );
    let query = sqlx::query_scalar(sql).bind(title.number().cast_signed()).bind(STEPS_MAX);
    let current: i64 = query.fetch_one(database).await?;
    Ok(TitleId::new(title.kind(), current.cast_unsigned()))
}

/// The movie that stands in the place of one, which may be itself.
pub(super) async fn current_movie<'e>(
    database: impl Executor<'e, Database = Sqlite>,
    movie: MovieId,
) -> Result<MovieId, sqlx::Error> {
    Ok(MovieId(current_title(database, movie.into()).await?.number()))
}

/// The series that stands in the place of one, which may be itself.
pub(super) async fn current_series<'e>(
    database: impl Executor<'e, Database = Sqlite>,
    series: SeriesId,
) -> Result<SeriesId, sqlx::Error> {
    Ok(SeriesId(current_title(database, series.into()).await?.number()))
}

/// What stands in the place of an episode that is gone, and its series.
pub(super) async fn successor<'e>(
    database: impl Executor<'e, Database = Sqlite>,
    episode: EpisodeId,
) -> Result<Option<(SeriesId, EpisodeId)>, sqlx::Error> {
    let found: Option<(i64, i64)> = sqlx::query_as(
        "SELECT live.series_id, live.episode_id
         FROM episodes gone JOIN episodes live ON live.episode_id = gone.merged_into_id
         WHERE gone.episode_id = ?1 AND gone.is_gone AND NOT live.is_gone",
    )
    .bind(episode.0.cast_signed())
    .fetch_optional(database)
    .await?;
    Ok(found.map(|(series, episode)| {
        (SeriesId(series.cast_unsigned()), EpisodeId(episode.cast_unsigned()))
    }))
}

/// Notes that TheTVDB has a title that it may have merged once.
pub(super) async fn note_there(
    connection: &mut SqliteConnection,
    title: TitleId,
) -> Result<(), sqlx::Error> {
    let sql =
        title_sql!(title.kind(), "UPDATE " TABLE " SET merged_into_id = NULL WHERE " ID " = ?");
    sqlx::query(sql).bind(title.number().cast_signed()).execute(connection).await?;
    Ok(())
}

/// Runs statements about the number of what was merged, `?1`, and of what it became, `?2`.
pub(super) async fn run(
    transaction: &mut Transaction<'static, Sqlite>,
    (from, into): (u64, u64),
    statements: &[&'static str],
) -> Result<(), sqlx::Error> {
    for sql in statements {
        sqlx::query(*sql)
            .bind(from.cast_signed())
            .bind(into.cast_signed())
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}
