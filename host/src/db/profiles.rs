//! What a profile shows: where someone's series stand, and who may look.

use super::{
    Database, DbError, failed,
    marks::List,
    title_sql::title_sql,
    titles::{self, MarkedEpisode},
};
use crate::{
    clock::UnixMillis,
    tvdb::{Date, MediaKind, SeriesId, TitleId},
};
use lumina_plugin_api::id::{GuildId, UserId};
use sqlx::{Row, sqlite::SqliteRow};
use std::collections::HashMap;

/// A series of which someone has watched something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesStanding {
    /// Which series.
    pub series: SeriesId,
    /// How many of the episodes that count and have aired are watched.
    pub n_seen: u32,
    /// How many of the episodes that count have aired.
    pub n_aired: u32,
    /// How many episodes are watched, whatever they are, of those that TheTVDB has.
    pub n_episodes: u32,
    /// How many of these are specials that do not count.
    pub n_specials: u32,
    /// How many episodes are watched that TheTVDB does not have any more.
    pub n_unlisted: u32,
    /// The running times of those that it has, as far as they are known.
    pub minutes: u64,
    /// How many of these have no known running time.
    pub n_without_runtime: u32,
    /// When the latest of these was marked.
    pub added: Option<UnixMillis>,
    /// Whether the series as a whole was said to be watched, before its episodes are known.
    pub is_whole: bool,
}

impl SeriesStanding {
    /// Whether every aired episode that counts is watched, and there is one.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.is_whole || (self.n_aired > 0 && self.n_seen == self.n_aired)
    }
}

/// A movie or series that is in a list itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkedTitle {
    /// TheTVDB's number.
    pub id: TitleId,
    /// Since when, if that is known.
    pub added: Option<UnixMillis>,
    /// How long a movie runs.
    pub runtime_minutes: Option<u32>,
}

/// An episode that is a favorite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FavoriteEpisode {
    /// Its series.
    pub series: SeriesId,
    /// The episode.
    pub episode: MarkedEpisode,
    /// Since when, if that is known.
    pub added: Option<UnixMillis>,
}

/// What is shown of a title in a list; nothing but the number may be known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredTitle {
    /// The name in its address.
    pub slug: Option<String>,
    /// The name in its original language.
    pub name: Option<String>,
    /// The English name.
    pub english_name: Option<String>,
    /// Address of the poster.
    pub poster: Option<String>,
    /// Year of the first release.
    pub year: Option<u16>,
    /// The names in other languages, by language: `fr`.
    pub local_names: HashMap<String, String>,
}

/// To whom someone shows their lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum VisibleTo {
    /// To everyone.
    #[default]
    Everyone,
    /// To those who look in one guild.
    Guild(GuildId),
    /// To nobody else.
    Nobody,
}

impl Database {
    /// To whom `user` shows their lists.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn visibility(&self, user: UserId) -> Result<VisibleTo, DbError> {
        let guild: Option<Option<i64>> =
            sqlx::query_scalar("SELECT guild_id FROM visibilities WHERE user_id = ?")
                .bind(user.0.cast_signed())
                .fetch_optional(&self.pool)
                .await
                .map_err(failed("read who may look at a profile"))?;
        Ok(match guild {
            None => VisibleTo::Everyone,
            Some(None) => VisibleTo::Nobody,
            Some(Some(id)) => VisibleTo::Guild(GuildId(id.cast_unsigned())),
        })
    }

    /// Sets to whom `user` shows their lists. What everyone may see leaves no row.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn set_visibility(&self, user: UserId, to: VisibleTo) -> Result<(), DbError> {
        let (word, guild) = match to {
            VisibleTo::Everyone => (None, None),
            VisibleTo::Guild(guild) => (Some("guild"), Some(guild.0.cast_signed())),
            VisibleTo::Nobody => (Some("private"), None),
        };
        let sql = if word.is_some() {
            "INSERT INTO visibilities (user_id, visibility, guild_id) VALUES (?1, ?2, ?3)
             ON CONFLICT (user_id) DO UPDATE SET visibility = excluded.visibility,
                 guild_id = excluded.guild_id"
        } else {
            "DELETE FROM visibilities WHERE user_id = ?1 AND ?2 IS NULL AND ?3 IS NULL"
        };
        sqlx::query(sql)
            .bind(user.0.cast_signed())
            .bind(word)
            .bind(guild)
            .execute(&self.pool)
            .await
            .map_err(failed("set who may look at a profile"))?;
        Ok(())
    }

    /// Where each series stands of which `user` has watched something, each once.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn series_standings(
        &self,
        user: UserId,
        today: Date,
    ) -> Result<Vec<SeriesStanding>, DbError> {
        let rows = sqlx::query(
            "SELECT series_id, total(n_seen) AS n_seen, sum(n_episodes) AS n_episodes,
                 sum(n_specials) AS n_specials, sum(n_unlisted) AS n_unlisted, total(minutes) AS minutes,
                 sum(n_without_runtime) AS n_without_runtime, max(added_at_ms) AS added_at_ms,
                 max(is_whole) AS is_whole,
                 (SELECT count(*) FROM episodes a WHERE a.series_id = seen.series_id
                     AND a.is_counted = 1 AND a.aired_on <= ?2 AND NOT a.is_gone) AS n_aired
             FROM (
                 SELECT m.series_id, total(e.is_counted AND e.aired_on <= ?2) AS n_seen,
                     sum(NOT e.is_gone) AS n_episodes, sum(e.is_gone) AS n_unlisted,
                     sum(e.season = 0 AND NOT e.is_counted AND NOT e.is_gone) AS n_specials,
                     total(e.runtime_minutes) FILTER (WHERE NOT e.is_gone) AS minutes,
                     sum(e.runtime_minutes IS NULL AND NOT e.is_gone) AS n_without_runtime,
                     max(m.added_at_ms) AS added_at_ms, 0 AS is_whole
                 FROM episode_marks m JOIN episodes e USING (episode_id)
                 WHERE m.user_id = ?1 AND m.list = 1 GROUP BY m.series_id
                 UNION ALL
                 SELECT series_id, 0.0, 0, 0, 0, 0.0, 0, added_at_ms, 1
                 FROM series_marks WHERE user_id = ?1 AND list = 1
             ) AS seen GROUP BY series_id",
        )
        .bind(user.0.cast_signed())
        .bind(today.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(failed("read where series stand"))?;
        rows.iter().map(standing).collect::<Result<_, _>>().map_err(failed("read where one stands"))
    }

    /// The movies, or the series themselves, in a list of `user`.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn marked_titles(
        &self,
        user: UserId,
        list: List,
        kind: MediaKind,
    ) -> Result<Vec<MarkedTitle>, DbError> {
        let sql = match kind {
            MediaKind::Movie => {
                "SELECT movie_id, added_at_ms, runtime_minutes FROM movie_marks
                 JOIN movies USING (movie_id) WHERE user_id = ? AND list = ?"
            }
            MediaKind::Series => {
                "SELECT series_id, added_at_ms, NULL FROM series_marks
                 WHERE user_id = ? AND list = ?"
            }
        };
        let rows: Vec<(i64, Option<i64>, Option<u32>)> = sqlx::query_as(sql)
            .bind(user.0.cast_signed())
            .bind(list.number())
            .fetch_all(&self.pool)
            .await
            .map_err(failed("read a list"))?;
        let marked = |(id, added_ms, runtime_minutes): (i64, Option<i64>, Option<u32>)| {
            let (id, added) = (TitleId::new(kind, id.cast_unsigned()), added_ms.map(UnixMillis));
            MarkedTitle { id, added, runtime_minutes }
        };
        Ok(rows.into_iter().map(marked).collect())
    }

    /// The favorite episodes of `user`, in the order of their numbers.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn favorite_episodes(&self, user: UserId) -> Result<Vec<FavoriteEpisode>, DbError> {
        let rows = sqlx::query(
            "SELECT e.series_id, e.episode_id, e.season, e.number, e.name, e.picture_url,
                 e.aired_on, e.is_counted, e.is_gone, w.episode_id IS NOT NULL AS is_watched, w.added_at_ms,
                 1 AS is_favorite, f.added_at_ms AS loved_at_ms
             FROM episode_marks f JOIN episodes e USING (episode_id)
             LEFT JOIN episode_marks w ON w.user_id = f.user_id AND w.list = 1
                 AND w.series_id = f.series_id AND w.episode_id = f.episode_id
             WHERE f.user_id = ? AND f.list = 2 AND e.season IS NOT NULL
             ORDER BY e.season, e.number IS NULL, e.number, e.episode_id",
        )
        .bind(user.0.cast_signed())
        .fetch_all(&self.pool)
        .await
        .map_err(failed("read the favorite episodes"))?;
        let favorite = |row: &SqliteRow| {
            Ok(FavoriteEpisode {
                series: SeriesId(row.try_get::<i64, _>("series_id")?.cast_unsigned()),
                episode: titles::marked_episode(row)?,
                added: row.try_get::<Option<i64>, _>("loved_at_ms")?.map(UnixMillis),
            })
        };
        let favorites = rows.iter().map(favorite).collect::<Result<_, sqlx::Error>>();
        favorites.map_err(failed("read a favorite episode"))
    }

    /// What is shown of titles, in one question for each kind; those that are not stored are missing.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn stored_titles(
        &self,
        titles: &[TitleId],
    ) -> Result<HashMap<TitleId, StoredTitle>, DbError> {
        let mut stored = HashMap::new();
        for kind in [MediaKind::Movie, MediaKind::Series] {
            let of_kind = titles.iter().filter(|title| title.kind() == kind);
            let numbers: Vec<_> = of_kind.map(|title| title.number()).collect();
            if !numbers.is_empty() {
                stored.extend(self.stored_of(kind, numbers).await?);
            }
        }
        Ok(stored)
    }

    async fn stored_of(
        &self,
        kind: MediaKind,
        numbers: Vec<u64>,
    ) -> Result<Vec<(TitleId, StoredTitle)>, DbError> {
        let sql = title_sql!(
            kind,
            "SELECT " ID " AS id, slug, name, english_name, poster_url, year, local_names
             FROM " TABLE " WHERE " ID " IN (SELECT value FROM json_each(?))"
        );
        let rows = sqlx::query(sql)
            .bind(titles::numbers_json(numbers.into_iter()))
            .fetch_all(&self.pool)
            .await
            .map_err(failed("read the names of titles"))?;
        let titles = rows.iter().map(|row| stored_title(kind, row)).collect::<Result<_, _>>();
        titles.map_err(failed("read the name of a title"))
    }

    /// What `user` watches next of each series, in one question: the first that has aired behind the last
    /// one watched, or else the first that is missing. Series without such an episode are missing.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn next_episodes(
        &self,
        user: UserId,
        series: &[SeriesId],
        today: Date,
    ) -> Result<HashMap<SeriesId, MarkedEpisode>, DbError> {
        // Seasons and numbers have 32 bits each; what has no number comes last in its season.
        let rows = sqlx::query(
            "WITH wanted AS MATERIALIZED (
                 SELECT value AS series_id, (
                     SELECT max((x.season << 32) + x.number)
                     FROM episode_marks m JOIN episodes x USING (episode_id)
                     WHERE m.user_id = ?1 AND m.list = 1 AND m.series_id = value AND x.is_counted
                         AND x.number IS NOT NULL
                 ) AS last_seen FROM json_each(?2)),
             missing AS (
                 SELECT n.episode_id, row_number() OVER (PARTITION BY n.series_id
                     ORDER BY (n.season << 32) + coalesce(n.number, 0xFFFFFFFF)
                             > wanted.last_seen DESC,
                         n.season, n.number IS NULL, n.number, n.episode_id) AS place
                 FROM wanted JOIN episodes n USING (series_id)
                 LEFT JOIN episode_marks w ON w.user_id = ?1 AND w.list = 1
                     AND w.series_id = n.series_id AND w.episode_id = n.episode_id
                 WHERE n.is_counted = 1 AND n.aired_on <= ?3 AND NOT n.is_gone
                     AND w.episode_id IS NULL)
             SELECT e.series_id, e.episode_id, e.season, e.number, e.name, e.picture_url, e.aired_on,
                 e.is_counted, e.is_gone, 0 AS is_watched, NULL AS added_at_ms, f.episode_id IS NOT NULL AS is_favorite
             FROM missing JOIN episodes e USING (episode_id)
             LEFT JOIN episode_marks f ON f.user_id = ?1 AND f.list = 2
                 AND f.series_id = e.series_id AND f.episode_id = e.episode_id
             WHERE missing.place = 1",
        )
        .bind(user.0.cast_signed())
        .bind(titles::numbers_json(series.iter().map(|id| id.0)))
        .bind(today.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(failed("look for the next episodes"))?;
        let next = |row: &SqliteRow| {
            let series = SeriesId(row.try_get::<i64, _>("series_id")?.cast_unsigned());
            Ok((series, titles::marked_episode(row)?))
        };
        let next = rows.iter().map(next).collect::<Result<_, sqlx::Error>>();
        next.map_err(failed("read an episode"))
    }
}

fn standing(row: &SqliteRow) -> Result<SeriesStanding, sqlx::Error> {
    // `total` counts in floating point so that nothing is 0 and not NULL; counts stay far below 2^53.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are whole")]
    let whole = |name: &str| row.try_get::<f64, _>(name).map(|number| number as u64);
    Ok(SeriesStanding {
        series: SeriesId(row.try_get::<i64, _>("series_id")?.cast_unsigned()),
        n_seen: u32::try_from(whole("n_seen")?).unwrap_or(u32::MAX),
        n_aired: row.try_get("n_aired")?,
        n_episodes: row.try_get("n_episodes")?,
        n_specials: row.try_get("n_specials")?,
        n_unlisted: row.try_get("n_unlisted")?,
        minutes: whole("minutes")?,
        n_without_runtime: row.try_get("n_without_runtime")?,
        added: row.try_get::<Option<i64>, _>("added_at_ms")?.map(UnixMillis),
        is_whole: row.try_get("is_whole")?,
    })
}

pub(super) fn stored_title(
    kind: MediaKind,
    row: &SqliteRow,
) -> Result<(TitleId, StoredTitle), sqlx::Error> {
    let id = TitleId::new(kind, row.try_get::<i64, _>("id")?.cast_unsigned());
    let local_names: Option<String> = row.try_get("local_names")?;
    let local_names = local_names.and_then(|names| serde_json::from_str(&names).ok());
    let title = StoredTitle {
        local_names: local_names.unwrap_or_default(),
        slug: row.try_get("slug")?,
        name: row.try_get("name")?,
        english_name: row.try_get("english_name")?,
        poster: row.try_get("poster_url")?,
        year: row.try_get("year")?,
    };
    Ok((id, title))
}
