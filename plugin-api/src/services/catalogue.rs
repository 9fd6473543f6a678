//! TheTVDB: shows, movies and their episodes, from the host's cache where that is fresh enough.
//!
//! Where this data is shown, TheTVDB's attribution must be shown too.

use crate::{
    context::Ctx,
    error::Result,
    services::lists::EpisodeId,
    text::{length, one_line, shorten},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The service's name.
pub const NAME: &str = "catalogue";

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Request {
    /// Finds titles by text; answered with [`Found`].
    Search {
        /// The text, 1 to 200 characters.
        query: String,
        /// Only this kind.
        #[serde(default)]
        kind: Option<MediaKind>,
        /// The reader's language, as Discord names it; since 1.1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locale: Option<String>,
    },
    /// One title; answered with [`Title`] or null.
    Title {
        /// Which.
        id: MediaId,
        /// The reader's language, as Discord names it; since 1.1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locale: Option<String>,
    },
    /// The episodes of a season in a language; answered with a list of [`EpisodeText`]. Since 1.1.
    EpisodeTexts {
        /// The series.
        series: MediaId,
        /// Which season; 0 holds the specials.
        season: u32,
        /// The reader's language, as Discord names it.
        locale: String,
    },
    /// A request that this version does not know.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// What an episode is called and about, in the language that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EpisodeText {
    /// Which episode.
    pub id: EpisodeId,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// What happens.
    #[serde(default)]
    pub overview: Option<String>,
}

impl EpisodeText {
    /// Makes a text that says nothing.
    #[must_use]
    pub fn new(id: EpisodeId) -> Self {
        Self { id, name: None, overview: None }
    }
}

/// Movie or series. A host answers with other kinds only who asks for them by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MediaKind {
    /// A movie.
    Movie,
    /// A series.
    Series,
}

impl MediaKind {
    /// Returns the word that TheTVDB and option values use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Movie => "movie",
            Self::Series => "series",
        }
    }
}

/// Names a movie or a series; written `series-81189`.
///
/// ```
/// use lumina_plugin_api::services::catalogue::{MediaId, MediaKind};
/// let id: MediaId = "series-81189".parse().expect("an id");
/// assert_eq!(id, MediaId::new(MediaKind::Series, 81189));
/// assert_eq!(id.to_string(), "series-81189");
/// assert!("81189".parse::<MediaId>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaId {
    /// Movie or series.
    pub kind: MediaKind,
    /// TheTVDB's number.
    pub number: u64,
}

impl MediaId {
    /// Names a title.
    #[must_use]
    pub const fn new(kind: MediaKind, number: u64) -> Self {
        Self { kind, number }
    }
}

impl fmt::Display for MediaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind.as_str(), self.number)
    }
}

/// A text that is no [`MediaId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidMediaId;

impl fmt::Display for InvalidMediaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of the form `movie-123` or `series-123`")
    }
}

impl std::error::Error for InvalidMediaId {}

impl FromStr for MediaId {
    type Err = InvalidMediaId;

    fn from_str(text: &str) -> Result<Self, InvalidMediaId> {
        let (kind, number) = text.split_once('-').ok_or(InvalidMediaId)?;
        let kind = match kind {
            "movie" => MediaKind::Movie,
            "series" => MediaKind::Series,
            _ => return Err(InvalidMediaId),
        };
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { number.parse().ok() } else { None };
        number.map(|number| Self { kind, number }).ok_or(InvalidMediaId)
    }
}

impl Serialize for MediaId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MediaId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Found {
    /// Movies and series in TheTVDB's order, no title twice; at most 100. While it does not answer soon,
    /// what the host has stored under such a name, the nearest names first. What this version cannot read,
    /// such as a title of a kind of tomorrow, is left out.
    #[serde(deserialize_with = "readable")]
    pub titles: Vec<Title>,
    /// How old the answer is, in milliseconds, when TheTVDB is down and it is older than it should be.
    pub stale_ms: Option<u64>,
}

fn readable<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Title>, D::Error> {
    let titles = Vec::<serde_json::Value>::deserialize(deserializer)?;
    Ok(titles.into_iter().filter_map(|title| serde_json::from_value(title).ok()).collect())
}

/// A movie or a series.
///
/// ```
/// use lumina_plugin_api::services::catalogue::{MediaId, MediaKind, Title};
/// let id = MediaId::new(MediaKind::Movie, 7);
/// let mut title = Title::new(id, "Düne", "https://example.com/dune");
/// title.english_name = Some("Dune".into());
/// assert_eq!(title.full_name(), "Düne (Dune)");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Title {
    /// Which it is.
    pub id: MediaId,
    /// The name in its own language; where TheTVDB has none, the English one, or the id.
    pub name: String,
    /// The English name, if TheTVDB has one.
    #[serde(default)]
    pub english_name: Option<String>,
    /// What it is about, in its own language.
    #[serde(default)]
    pub overview: Option<String>,
    /// What it is about, in English.
    #[serde(default)]
    pub english_overview: Option<String>,
    /// The name in the language that was asked for, if it is another than English and there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_name: Option<String>,
    /// What it is about, in the language that was asked for, if that is another than English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_overview: Option<String>,
    /// The URL of its poster.
    #[serde(default)]
    pub poster_url: Option<String>,
    /// Its page at TheTVDB.
    pub page_url: String,
    /// The year it began.
    #[serde(default)]
    pub year: Option<u16>,
    /// How old the answer is, in milliseconds, when TheTVDB is down and it is older than it should be.
    #[serde(default)]
    pub stale_ms: Option<u64>,
    /// Whether TheTVDB does not list it any more, so that this is what is kept of it; then there is no
    /// `stale_ms`. Since 1.1.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_gone: bool,
}

impl Title {
    /// Makes a title with a name and nothing else.
    #[must_use]
    pub fn new(id: MediaId, name: impl Into<String>, page_url: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            english_name: None,
            overview: None,
            english_overview: None,
            local_name: None,
            local_overview: None,
            poster_url: None,
            page_url: page_url.into(),
            year: None,
            stale_ms: None,
            is_gone: false,
        }
    }

    /// Returns the name, with the one in the reader's language behind it in brackets where that is
    /// another, or else the English one.
    #[must_use]
    pub fn full_name(&self) -> String {
        match self.translated_name() {
            Some(translated) if translated != self.name => format!("{} ({translated})", self.name),
            _ => self.name.clone(),
        }
    }

    fn translated_name(&self) -> Option<&str> {
        self.local_name.as_deref().or(self.english_name.as_deref())
    }

    /// Returns [`Title::full_name`] on one line in at most `max` characters; if there is not enough room
    /// for both names, both are cut.
    #[must_use]
    pub fn short_name(&self, max: usize) -> String {
        const BRACKETS: usize = " ()".len();
        let own = one_line(&self.name, usize::MAX);
        let translated = one_line(self.translated_name().unwrap_or_default(), usize::MAX);
        if translated.is_empty() || translated == own {
            return shorten(&own, max);
        }
        let room = max.saturating_sub(BRACKETS);
        let own = shorten(&own, (room / 2).max(room.saturating_sub(length(&translated))));
        let translated = shorten(&translated, room.saturating_sub(length(&own)));
        format!("{own} ({translated})")
    }
}

/// Asks TheTVDB.
///
/// ```
/// # use lumina_plugin_api::prelude::*;
/// async fn first(ctx: Ctx) -> Result<Reply> {
///     let found = ctx.catalogue().search("dune", None).await?;
///     let title = found.titles.first().ok_or_else(|| Error::not_found("Nothing found."))?;
///     Ok(Reply::text(Text::outside(title.full_name())))
/// }
/// ```
#[derive(Debug)]
pub struct Catalogue<'a> {
    ctx: &'a Ctx,
    locale: Option<String>,
}

impl<'a> Catalogue<'a> {
    pub(crate) fn new(ctx: &'a Ctx) -> Self {
        Self { ctx, locale: None }
    }

    /// Asks for names and overviews in the language of `locale` too, as Discord names it: `fr`.
    #[must_use]
    pub fn in_language(mut self, locale: &str) -> Self {
        self.locale = Some(locale.to_owned());
        self
    }

    /// Finds movies and series by text.
    ///
    /// # Errors
    /// [`Unavailable`](crate::error::ErrorKind::Unavailable) when TheTVDB does not answer and nothing is
    /// kept; the message says what to do.
    pub async fn search(&self, query: &str, kind: Option<MediaKind>) -> Result<Found> {
        self.ctx
            .ask(
                NAME,
                &Request::Search { query: query.to_owned(), kind, locale: self.locale.clone() },
            )
            .await
    }

    /// Returns one title, or `None` if TheTVDB has no such title and nothing is kept of it.
    ///
    /// # Errors
    /// As [`Catalogue::search`].
    pub async fn title(&self, id: MediaId) -> Result<Option<Title>> {
        self.ctx.ask(NAME, &Request::Title { id, locale: self.locale.clone() }).await
    }

    /// Returns the names and overviews of the episodes of a season in the language of
    /// [`Catalogue::in_language`]; nothing without one, and nothing for languages that the host does not
    /// keep.
    ///
    /// # Errors
    /// As [`Catalogue::search`].
    pub async fn episode_texts(&self, series: MediaId, season: u32) -> Result<Vec<EpisodeText>> {
        let Some(locale) = self.locale.clone() else { return Ok(Vec::new()) };
        self.ctx.ask(NAME, &Request::EpisodeTexts { series, season, locale }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_kind_and_a_number_make_an_id() {
        for text in ["series-81189", "movie-1"] {
            assert_eq!(text.parse::<MediaId>().unwrap().to_string(), text);
        }
        for text in ["", "81189", "series-", "series--1", "series-+1", "person-1", "Series-1"] {
            assert_eq!(text.parse::<MediaId>(), Err(InvalidMediaId), "{text}");
        }
    }

    #[test]
    fn a_title_of_a_kind_of_tomorrow_hides_no_other() {
        let title = |id: &str| json!({ "id": id, "name": "Dune", "page_url": "" });
        let found = json!({ "titles": [title("person-1"), title("movie-2"), "?"] });
        let found: Found = serde_json::from_value(found).unwrap();
        assert_eq!(found.titles.len(), 1);
        assert_eq!(found.titles[0].id, MediaId::new(MediaKind::Movie, 2));
    }

    #[test]
    fn a_name_is_never_followed_by_nothing_in_brackets() {
        let mut title = Title::new(MediaId::new(MediaKind::Movie, 1), "Dune", "");
        assert_eq!(title.full_name(), "Dune");
        title.english_name = Some("Dune".into());
        assert_eq!(title.full_name(), "Dune");
        title.english_name = Some("Dunes".into());
        assert_eq!(title.full_name(), "Dune (Dunes)");
        title.local_name = Some("La Dune".into());
        assert_eq!(title.full_name(), "Dune (La Dune)");
    }

    #[test]
    fn both_names_of_a_title_get_their_share() {
        let check = |own: &str, english: Option<&str>, max, expected: &str| {
            let mut title = Title::new(MediaId::new(MediaKind::Movie, 1), own, "");
            title.english_name = english.map(str::to_owned);
            assert_eq!(title.short_name(max), expected);
            assert!(length(expected) <= max);
        };
        check("Dune", None, 20, "Dune");
        check("Dune", Some("Dune"), 20, "Dune");
        check("Dune", Some(" "), 20, "Dune");
        check("Du\nne", Some("Du ne"), 20, "Du ne");
        check("Düne", Some("Dune"), 20, "Düne (Dune)");
        check(&"a".repeat(40), Some("Dune"), 20, "aaaaaaaaaaaa… (Dune)");
        check("Düne", Some(&"b".repeat(40)), 20, "Düne (bbbbbbbbbbbb…)");
        check(&"a".repeat(40), Some(&"b".repeat(40)), 21, "aaaaaaaa… (bbbbbbbb…)");
    }
}
