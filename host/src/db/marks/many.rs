//! Marks of many episodes at once. The rows never leave the database: it finds what is meant, writes down
//! what will change, and changes that.

use super::{ManyMarked, Press, Scope};
use crate::{
    db::{titles, undos},
    tvdb::{Date, SeriesId},
};
use lumina_plugin_api::services::lists::UndoId;
use sqlx::{Sqlite, SqliteConnection, Transaction};

/// Where the episodes stand that a press means: of the series ?1, in the season ?2, or, if that is NULL,
/// those that make the series watched; aired by the day ?3, or, if that is NULL, whenever, and then also
/// those that TheTVDB took away or of which nothing is known, because nobody would look for them one by one.
macro_rules! select_meant {
    ($what:literal, $behind:literal) => {
        concat!(
            $what,
            " FROM episodes e WHERE e.series_id = ?1
                 AND (e.season = ?2 OR (?2 IS NULL AND (e.is_counted OR (?3 IS NULL
                     AND (e.is_gone OR e.season IS NULL)))))
                 AND (?3 IS NULL OR (e.aired_on <= ?3 AND NOT e.is_gone)) ",
            $behind
        )
    };
}

/// Marks what is meant, or takes the marks back; `None` if the series has no such season.
pub(super) async fn change(
    transaction: &mut Transaction<'static, Sqlite>,
    press: Press,
    series: SeriesId,
    scope: Scope,
) -> Result<Option<ManyMarked>, sqlx::Error> {
    let meant = Meant::new(press, series, scope);
    let n_meant = meant.count(transaction).await?;
    let takes_whole = !press.adds && scope == Scope::Series;
    if n_meant == 0 && !takes_whole {
        let has_season = meant.has_season(transaction).await?;
        return Ok(has_season.then(ManyMarked::default));
    }
    if takes_whole && !meant.is_stored(transaction).await? {
        return Ok(Some(ManyMarked::default()));
    }
    if !press.adds && !takes_whole && meant.is_counted(transaction).await? {
        // What is taken back would come again with the others.
        titles::expand_whole_marks(transaction, series, Some(press.user), press.at).await?;
    }
    let undo = undos::begin(transaction, press, series).await?;
    meant.keep(transaction, undo).await?;
    let mut n_changed = meant.change(transaction, undo).await?;
    if takes_whole {
        n_changed += meant.take_whole(transaction, undo).await?;
    }
    if n_changed == 0 {
        undos::discard(transaction, undo).await?;
        return Ok(Some(ManyMarked { n_changed, n_meant, undo: None }));
    }
    undos::forget_oldest(transaction, press.user).await?;
    Ok(Some(ManyMarked { n_changed, n_meant, undo: Some(undo) }))
}

/// What a press on many episodes means.
struct Meant {
    press: Press,
    series: SeriesId,
    season: Option<u32>,
    aired_by: Option<String>,
}

impl Meant {
    fn new(press: Press, series: SeriesId, scope: Scope) -> Self {
        let season = match scope {
            Scope::Series => None,
            Scope::Season(season) => Some(season),
        };
        let aired_by = press.adds.then(|| Date::of_unix_ms(press.at.0).to_string());
        Self { press, series, season, aired_by }
    }

    async fn count(&self, connection: &mut SqliteConnection) -> Result<u32, sqlx::Error> {
        sqlx::query_scalar(select_meant!("SELECT count(*)", ""))
            .bind(self.series.0.cast_signed())
            .bind(self.season)
            .bind(&self.aired_by)
            .fetch_one(connection)
            .await
    }

    /// Whether any of it counts for the series as a whole.
    async fn is_counted(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let n_counted: i64 =
            sqlx::query_scalar(select_meant!("SELECT count(*)", "AND e.is_counted"))
                .bind(self.series.0.cast_signed())
                .bind(self.season)
                .bind(&self.aired_by)
                .fetch_one(connection)
                .await?;
        Ok(n_counted > 0)
    }

    /// Whether the series has the season that is meant; always, if the series is.
    async fn has_season(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT ?2 IS NULL OR EXISTS (SELECT 1 FROM episodes WHERE series_id = ?1
                 AND season = ?2 AND NOT is_gone)",
        )
        .bind(self.series.0.cast_signed())
        .bind(self.season)
        .fetch_one(connection)
        .await
    }

    async fn is_stored(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM series WHERE series_id = ?)")
            .bind(self.series.0.cast_signed())
            .fetch_one(connection)
            .await
    }

    /// Takes the mark of the series itself, and writes down that it was there; tells how many rows that
    /// were.
    async fn take_whole(
        &self,
        connection: &mut SqliteConnection,
        undo: UndoId,
    ) -> Result<u32, sqlx::Error> {
        sqlx::query(
            "INSERT INTO undo_rows (undo_id, episode_id, was_added, added_at_ms)
             SELECT ?, ?, 0, added_at_ms FROM series_marks
             WHERE user_id = ? AND list = 1 AND series_id = ?",
        )
        .bind(undo.0.cast_signed())
        .bind(undos::WHOLE)
        .bind(self.press.user.0.cast_signed())
        .bind(self.series.0.cast_signed())
        .execute(&mut *connection)
        .await?;
        let sql = "DELETE FROM series_marks WHERE user_id = ? AND list = 1 AND series_id = ?";
        let done = sqlx::query(sql)
            .bind(self.press.user.0.cast_signed())
            .bind(self.series.0.cast_signed())
            .execute(connection)
            .await?;
        Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
    }

    /// Writes down what will change, so that it can be taken back.
    async fn keep(
        &self,
        connection: &mut SqliteConnection,
        undo: UndoId,
    ) -> Result<(), sqlx::Error> {
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
            .bind(self.series.0.cast_signed())
            .bind(self.season)
            .bind(&self.aired_by)
            .bind(undo.0.cast_signed())
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
        undo: UndoId,
    ) -> Result<u32, sqlx::Error> {
        let sql = if self.press.adds {
            "INSERT INTO episode_marks (user_id, list, series_id, episode_id, added_at_ms)
             SELECT ?2, 1, ?3, episode_id, added_at_ms FROM undo_rows WHERE undo_id = ?1"
        } else {
            "DELETE FROM episode_marks WHERE user_id = ?2 AND list = 1 AND series_id = ?3
                 AND episode_id IN (SELECT episode_id FROM undo_rows WHERE undo_id = ?1)"
        };
        let done = sqlx::query(sql)
            .bind(undo.0.cast_signed())
            .bind(self.press.user.0.cast_signed())
            .bind(self.series.0.cast_signed())
            .execute(connection)
            .await?;
        Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
    }
}
