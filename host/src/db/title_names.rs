//! Finds stored titles by their names, in any language. `LIKE` knows no capitals but those of ASCII; so names are
//! held against patterns of `GLOB`, in which each letter stands with its other case.

use super::{Database, DbError, failed, profiles, profiles::StoredTitle, title_sql::title_sql};
use crate::{
    clock::UnixMillis,
    tvdb::{self, MediaKind, Search, TitleId},
};
use sqlx::{Row, sqlite::SqliteRow};

/// How many titles of a kind are looked at, the highest numbers first: far more than people mark, and done in a
/// part of a second.
pub(super) const LOOKED_AT_MAX: u32 = 50_000;

/// A stored title that bears a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTitle {
    /// TheTVDB's number.
    pub id: TitleId,
    /// What is shown of it.
    pub title: StoredTitle,
    /// When that was last known to be as TheTVDB has it.
    pub checked: UnixMillis,
}

/// A title that was found, and how well its names fit: the lower, the better.
type Ranked = ((bool, u32, u64), NamedTitle);

impl Database {
    /// The stored titles with the text in one of their names, as many as the search asks for: those first whose
    /// name begins with it, shorter names before longer ones. Nothing that TheTVDB does not have any more.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn titles_named(&self, search: Search) -> Result<Vec<NamedTitle>, DbError> {
        let search = tvdb::tidied(search);
        let mut found = Vec::new();
        for kind in [MediaKind::Movie, MediaKind::Series] {
            if !search.text.is_empty() && search.kind.is_none_or(|wanted| wanted == kind) {
                found.extend(self.named_of(kind, &search).await?);
            }
        }
        found.sort_by_key(|(rank, _)| *rank);
        let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
        Ok(found.into_iter().map(|(_, title)| title).take(limit).collect())
    }

    async fn named_of(&self, kind: MediaKind, search: &Search) -> Result<Vec<Ranked>, DbError> {
        let sql = title_sql!(
            kind,
            "WITH known AS (
                 SELECT " ID " AS id, slug, name, english_name, poster_url, year, local_names,
                     " CHECKED_MS " AS checked_ms
                 FROM " TABLE " WHERE NOT is_gone AND fetched_at_ms IS NOT NULL
                 ORDER BY " ID " DESC LIMIT ?3)
             SELECT *, length(name) AS n_chars, NOT coalesce(
                 name GLOB ?2 OR english_name GLOB ?2 OR EXISTS (
                     SELECT 1 FROM json_each(local_names) WHERE value GLOB ?2), 0) AS is_inside
             FROM known WHERE name GLOB ?1 OR english_name GLOB ?1 OR EXISTS (
                 SELECT 1 FROM json_each(local_names) WHERE value GLOB ?1)
             ORDER BY is_inside, n_chars, id LIMIT ?4"
        );
        let begins = format!("{}*", pattern(&search.text));
        let rows = sqlx::query(sql)
            .bind(format!("*{begins}"))
            .bind(begins)
            .bind(LOOKED_AT_MAX)
            .bind(search.limit)
            .fetch_all(&self.pool)
            .await
            .map_err(failed("look for titles by name"))?;
        let titles = rows.iter().map(|row| ranked(kind, row)).collect::<Result<_, _>>();
        titles.map_err(failed("read a title with a name"))
    }
}

fn ranked(kind: MediaKind, row: &SqliteRow) -> Result<Ranked, sqlx::Error> {
    let (id, title) = profiles::stored_title(kind, row)?;
    let checked = UnixMillis(row.try_get("checked_ms")?);
    let rank = (row.try_get("is_inside")?, row.try_get("n_chars")?, id.number());
    Ok((rank, NamedTitle { id, title, checked }))
}

/// The pattern for `GLOB` that fits the text in capitals and small letters, and in nothing else.
fn pattern(text: &str) -> String {
    text.chars().map(either_case).collect()
}

fn either_case(letter: char) -> String {
    let upper = only(letter.to_uppercase()).unwrap_or(letter);
    let lower = only(upper.to_lowercase()).unwrap_or(letter);
    match letter {
        '*' | '?' | '[' => format!("[{letter}]"),
        _ if upper == letter && lower == letter => letter.to_string(),
        _ => format!("[{letter}{upper}{lower}]"),
    }
}

/// The letter, if there is no other: some letters have several for their other case.
fn only(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}
