//! Where someone stands in a series, season by season, without reading its episodes.

use super::{Database, DbError, failed};
use crate::tvdb::{Date, SeriesId};
use lumina_plugin_api::id::UserId;
use sqlx::{Row, sqlite::SqliteRow};

/// Where someone stands in a season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeasonStanding {
    /// Its number; 0 holds the specials.
    pub season: u32,
    /// Whether its episodes belong to what makes the series watched.
    pub is_counted: bool,
    /// How many episodes it has; 0 if all of them are gone.
    pub n_episodes: u32,
    /// How many of these have aired.
    pub n_aired: u32,
    /// How many of these are watched.
    pub n_seen: u32,
}

impl Database {
    /// Where `user` stands in the seasons of a stored series, in order. A season of which all is gone is
    /// among them if `user` has something of it in a list.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn season_standings(
        &self,
        user: UserId,
        series: SeriesId,
        today: Date,
    ) -> Result<Vec<SeasonStanding>, DbError> {
        let rows = sqlx::query(
            "SELECT e.season, max(e.is_counted) AS is_counted,
                 count(*) FILTER (WHERE NOT e.is_gone) AS n_episodes,
                 count(*) FILTER (WHERE e.aired_on <= ?3 AND NOT e.is_gone) AS n_aired,
                 count(w.episode_id) FILTER (WHERE e.aired_on <= ?3 AND NOT e.is_gone) AS n_seen
             FROM episodes e
             LEFT JOIN episode_marks w ON w.user_id = ?1 AND w.list = 1
                 AND w.series_id = e.series_id AND w.episode_id = e.episode_id
             WHERE e.series_id = ?2 AND e.season IS NOT NULL AND (NOT e.is_gone
                 OR EXISTS (SELECT 1 FROM episode_marks own WHERE own.user_id = ?1
                     AND own.list IN (1, 2) AND own.series_id = e.series_id
                     AND own.episode_id = e.episode_id))
             GROUP BY e.season ORDER BY e.season",
        )
        .bind(user.0.cast_signed())
        .bind(series.0.cast_signed())
        .bind(today.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(failed("read where seasons stand"))?;
        rows.iter().map(standing).collect::<Result<_, _>>().map_err(failed("read where one stands"))
    }
}

fn standing(row: &SqliteRow) -> Result<SeasonStanding, sqlx::Error> {
    Ok(SeasonStanding {
        season: row.try_get("season")?,
        is_counted: row.try_get("is_counted")?,
        n_episodes: row.try_get("n_episodes")?,
        n_aired: row.try_get("n_aired")?,
        n_seen: row.try_get("n_seen")?,
    })
}
