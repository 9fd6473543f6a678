//! The file of the bot that Lumina succeeds: read as data from outside, taken over in one transaction.
//!
//! It holds ids only. What else is shown of its titles is read from TheTVDB afterwards, in the background.

mod before;

use super::{Database, DbError, failed, marks::List};
use crate::{clock::UnixMillis, tvdb::SeriesId};
use before::Before;
use serde::Serialize;
use sqlx::{Connection, Row, Sqlite, SqliteConnection, Transaction, sqlite::SqliteConnectOptions};
use std::{collections::HashSet, path::Path};

/// The table of the rows of its lists.
pub(super) const TABLE: &str = "user_list_items";

/// How many rows are taken over by one statement; as text that is about 4 MB.
const ROWS_AT_ONCE: usize = 50_000;

/// What the file of the original holds, as far as it can be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Original {
    rows: Vec<OriginalRow>,
    /// Rows that cannot be used: of other lists, or without a series.
    pub n_unusable: usize,
}

/// One row of one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct OriginalRow {
    user: i64,
    list: i64,
    kind: OriginalKind,
    id: i64,
    /// The series of an episode.
    series: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
enum OriginalKind {
    Movie,
    Series,
    Episode,
}

impl OriginalKind {
    /// Reads how it stands in the tables, as it is written.
    fn of(word: &str) -> Option<Self> {
        match word {
            "movie" => Some(Self::Movie),
            "series" => Some(Self::Series),
            "episode" => Some(Self::Episode),
            _ => None,
        }
    }
}

/// What an import changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// How many people have rows in the file.
    pub n_users: u64,
    /// Movies in lists.
    pub movies: Taken,
    /// Series in lists.
    pub series: Taken,
    /// Episodes in lists.
    pub episodes: Taken,
    /// Titles that were not stored and are to be read from TheTVDB.
    pub n_titles_to_read: u64,
    /// Rows that were imported before. What was taken off since stays off.
    pub n_before: u64,
    /// Rows of people who had everything deleted after an earlier import. They stay out.
    pub n_kept_out: u64,
}

/// Rows of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// In the file.
    pub n_found: u64,
    /// Not imported before, and not in the lists here.
    pub n_new: u64,
}

impl Original {
    /// Reads the file, which is not changed.
    ///
    /// # Errors
    /// If it cannot be read, or is of another form.
    pub async fn read(file: &Path) -> Result<Self, DbError> {
        let not_one = |source| DbError::NotTheOriginal { path: file.to_owned(), source };
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(not_one)?;
        let rows = sqlx::query(
            "SELECT l.user_id, lower(l.name) AS list, upper(i.kind) AS kind, i.tvdb_id, e.series_id
             FROM user_list_items i JOIN user_lists l ON l.id = i.list_id
             LEFT JOIN episodes e ON upper(i.kind) = 'EPISODE' AND e.tvdb_id = i.tvdb_id
             ORDER BY l.user_id, i.kind, i.tvdb_id",
        )
        .fetch_all(&mut connection)
        .await
        .map_err(not_one)?;
        connection.close().await.map_err(not_one)?;
        let mut original = Self::default();
        for row in rows {
            match original_row(&row) {
                Some(row) => original.rows.push(row),
                None => original.n_unusable += 1,
            }
        }
        Ok(original)
    }
}

impl Database {
    /// Takes the rows of the original over and tells what that changed. What is there already stays as
    /// it is, with its date. A row is taken over once: what was taken off or deleted since stays so.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing has changed.
    pub async fn import_original(
        &self,
        original: &Original,
        now: UnixMillis,
    ) -> Result<ImportCounts, DbError> {
        const QUESTION: &str = "take over the original's lists";
        let mut transaction = self.begin(QUESTION).await?;
        let counts = take_over(&mut transaction, original, now).await.map_err(failed(QUESTION))?;
        self.commit(transaction, QUESTION).await?;
        Ok(counts)
    }
}

/// Reads a row; `None` if it is of no use.
fn original_row(row: &sqlx::sqlite::SqliteRow) -> Option<OriginalRow> {
    let number = |name: &str| row.try_get::<i64, _>(name).ok().filter(|number| *number > 0);
    let word = |name: &str| row.try_get::<String, _>(name).ok();
    let list = match word("list")?.as_str() {
        "watched" => List::Watched,
        "favorite" => List::Favorite,
        _ => return None,
    };
    let (kind, series) = match word("kind")?.as_str() {
        "MOVIE" => (OriginalKind::Movie, None),
        "SERIES" => (OriginalKind::Series, None),
        "EPISODE" => (OriginalKind::Episode, Some(number("series_id")?)),
        _ => return None,
    };
    let (user, id) = (number("user_id")?, number("tvdb_id")?);
    Some(OriginalRow { user, list: list.number(), kind, id, series })
}

async fn take_over(
    transaction: &mut Transaction<'static, Sqlite>,
    original: &Original,
    now: UnixMillis,
) -> Result<ImportCounts, sqlx::Error> {
    let mut counts = ImportCounts::default();
    let users: HashSet<i64> = original.rows.iter().map(|row| row.user).collect();
    counts.n_users = users.len() as u64;
    let before = Before::read(transaction).await?;
    for rows in original.rows.chunks(ROWS_AT_ONCE) {
        let fresh = before.fresh(transaction, rows).await?;
        let n_kept_out = rows.iter().filter(|row| before.is_kept_out(row)).count();
        counts.n_kept_out += n_kept_out as u64;
        counts.n_before += (rows.len() - fresh.len() - n_kept_out) as u64;
        let fresh = serde_json::to_string(&fresh).expect("numbers can be written");
        note(transaction, &fresh).await?;
        counts.n_titles_to_read += take_titles(transaction, &fresh).await?;
        for (kind, taken) in [
            (OriginalKind::Movie, &mut counts.movies),
            (OriginalKind::Series, &mut counts.series),
            (OriginalKind::Episode, &mut counts.episodes),
        ] {
            taken.n_found += rows.iter().filter(|row| row.kind == kind).count() as u64;
            taken.n_new += take_marks(transaction, kind, &fresh).await?;
        }
    }
    expand(transaction, now).await?;
    Ok(counts)
}

/// Notes that rows are taken over.
async fn note(
    transaction: &mut Transaction<'static, Sqlite>,
    rows: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO imported_marks (user_id, list, kind, item_id)
         SELECT value ->> 'user', value ->> 'list', value ->> 'kind', value ->> 'id'
         FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(rows)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Makes a row for each title and episode of which nothing else is known.
async fn take_titles(
    transaction: &mut Transaction<'static, Sqlite>,
    rows: &str,
) -> Result<u64, sqlx::Error> {
    let mut n_titles = 0;
    for (sql, is_title) in [
        (
            "INSERT INTO movies (movie_id, is_outdated) SELECT value ->> 'id', 1
             FROM json_each(?) WHERE value ->> 'kind' = 'movie' ON CONFLICT DO NOTHING",
            true,
        ),
        (
            "INSERT INTO series (series_id, is_outdated)
             SELECT coalesce(value ->> 'series', value ->> 'id'), 1
             FROM json_each(?) WHERE value ->> 'kind' <> 'movie' ON CONFLICT DO NOTHING",
            true,
        ),
        (
            "INSERT INTO episodes (episode_id, series_id) SELECT value ->> 'id', value ->> 'series'
             FROM json_each(?) WHERE value ->> 'kind' = 'episode' ON CONFLICT DO NOTHING",
            false,
        ),
        // Marks of what TheTVDB has merged go along in the background, as others did before.
        (
            "UPDATE movies SET is_gone = 0, is_outdated = 1 WHERE merged_into_id IS NOT NULL
             AND movie_id IN (SELECT value ->> 'id' FROM json_each(?)
                 WHERE value ->> 'kind' = 'movie')",
            false,
        ),
        (
            "UPDATE series SET is_gone = 0, is_outdated = 1 WHERE merged_into_id IS NOT NULL
             AND series_id IN (SELECT coalesce(value ->> 'series', value ->> 'id')
                 FROM json_each(?) WHERE value ->> 'kind' <> 'movie')",
            false,
        ),
    ] {
        let done = sqlx::query(sql).bind(rows).execute(&mut **transaction).await?;
        n_titles += if is_title { done.rows_affected() } else { 0 };
    }
    Ok(n_titles)
}

async fn take_marks(
    transaction: &mut Transaction<'static, Sqlite>,
    kind: OriginalKind,
    rows: &str,
) -> Result<u64, sqlx::Error> {
    let sql = match kind {
        OriginalKind::Movie => {
            "INSERT INTO movie_marks (user_id, list, movie_id)
             SELECT value ->> 'user', value ->> 'list', value ->> 'id' FROM json_each(?)
             WHERE value ->> 'kind' = 'movie' ON CONFLICT DO NOTHING"
        }
        OriginalKind::Episode => {
            "INSERT INTO episode_marks (user_id, list, series_id, episode_id)
             SELECT value ->> 'user', value ->> 'list',
                 coalesce(live.series_id, e.series_id), coalesce(live.episode_id, e.episode_id)
             FROM json_each(?) JOIN episodes e ON e.episode_id = value ->> 'id'
             LEFT JOIN episodes live ON e.is_gone AND NOT live.is_gone
                 AND live.episode_id = e.merged_into_id
             WHERE value ->> 'kind' = 'episode' ON CONFLICT DO NOTHING"
        }
        OriginalKind::Series => {
            "INSERT INTO series_marks (user_id, list, series_id)
             SELECT value ->> 'user', value ->> 'list', value ->> 'id' FROM json_each(?)
             WHERE value ->> 'kind' = 'series' ON CONFLICT DO NOTHING"
        }
    };
    let done = sqlx::query(sql).bind(rows).execute(&mut **transaction).await?;
    Ok(done.rows_affected())
}

/// Turns watched series whose episodes are known here into their episodes at once.
async fn expand(
    transaction: &mut Transaction<'static, Sqlite>,
    now: UnixMillis,
) -> Result<(), sqlx::Error> {
    let known: Vec<i64> = sqlx::query_scalar(
        "SELECT DISTINCT series_id FROM series_marks JOIN series USING (series_id)
         WHERE list = 1 AND episodes_fetched_at_ms IS NOT NULL AND NOT is_outdated",
    )
    .fetch_all(&mut **transaction)
    .await?;
    for series in known {
        let series = SeriesId(series.cast_unsigned());
        super::titles::expand_whole_marks(transaction, series, None, now).await?;
    }
    Ok(())
}
