//! TheTVDB: films and shows, by text and by number.
//!
//! The only module that sees TheTVDB's JSON. Everyone else sees [`Catalogue`] and the clean types of
//! this file: a value that arrived here has been checked, trimmed and bounded, and what TheTVDB did
//! not say is `None`. Text is still untrusted: whoever shows it escapes it.
//!
//! [`TheTvdb`] is the catalogue over HTTP. From the outside in: `cached` (what we know already, and
//! for how long), `client` (one function per endpoint), `session` (the token), `transport` (one
//! request: limit, timeout, retries), `wire` (their JSON).

mod cache;
mod cached;
mod client;
mod date;
mod error;
mod flights;
mod gate;
mod id;
mod session;
mod transport;
mod wire;

pub use cache::CacheSize;
pub(crate) use cache::FRESH_FOR_S;
pub(crate) use cached::tidied;
pub use cached::{TheTvdb, TvdbOptions};
pub use date::Date;
pub use error::TvdbError;
pub use gate::GateLimit;
pub use id::{EpisodeId, MovieId, SeriesId, TitleId};

use futures_util::future::BoxFuture;
use std::{sync::Arc, time::Duration};

/// The most results one search request asks for: four pages of a menu, which is further than anyone
/// looks. TheTVDB also finds people and companies, which we drop.
pub const SEARCH_LIMIT_MAX: u32 = 100;

/// The longest query sent on; a longer one is cut. No title is longer, and longer requests are
/// refused by web servers.
pub const QUERY_CHARS_MAX: usize = 200;

/// The languages that Lumina speaks: what Discord's locales begin with, and TheTVDB's word.
const LANGUAGES: [(&str, &str); 2] = [("en", "eng"), ("fr", "fra")];

/// Returns TheTVDB's word for the language of a locale of Discord, if Lumina speaks it.
#[must_use]
pub fn language_of(locale: &str) -> Option<&'static str> {
    let language = locale.split('-').next()?;
    LANGUAGES.iter().find(|(known, _)| *known == language).map(|(_, word)| *word)
}

/// A film or a show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MediaKind {
    /// A film.
    Movie,
    /// A show with episodes.
    Series,
}

impl MediaKind {
    /// The word TheTVDB uses for it, also the prefix of ids such as `series-81189`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Movie => "movie",
            Self::Series => "series",
        }
    }
}

/// What films and shows have in common; also a search result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// TheTVDB's number, and whether it is a film or a show.
    pub id: TitleId,
    /// The name in its address at thetvdb.com, safe to put into a link.
    pub slug: Option<String>,
    /// The name in its original language; never empty.
    pub name: String,
    /// The English name where TheTVDB has one, even if it equals `name`.
    pub english_name: Option<String>,
    /// What it is about, in its original language.
    pub overview: Option<String>,
    /// What it is about, in English.
    pub english_overview: Option<String>,
    /// Name and overview in the other languages that Lumina speaks.
    pub translations: Vec<Translation>,
    /// Address of the poster, `http` or `https`.
    pub image: Option<String>,
    /// Year of the first release.
    pub year: Option<u16>,
}

/// Name and overview of a title in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// Which language, by the word that Discord's locales begin with.
    pub language: &'static str,
    /// The name.
    pub name: Option<String>,
    /// What it is about.
    pub overview: Option<String>,
}

/// A film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movie {
    /// Name, overview, poster.
    pub title: Title,
    /// The first release anywhere.
    pub released: Option<Date>,
    /// How long it runs.
    pub runtime_minutes: Option<u32>,
}

/// A show, without its episodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Name, overview, poster.
    pub title: Title,
    /// The language of its own names and overviews, by TheTVDB's word for it.
    pub original_language: Option<String>,
    /// Whether it goes on, in TheTVDB's words: `Continuing`, `Ended`, `Upcoming`.
    pub status: Option<String>,
    /// Day of the first episode.
    pub first_aired: Option<Date>,
    /// Day of the latest episode.
    pub last_aired: Option<Date>,
    /// Day of the next episode.
    pub next_aired: Option<Date>,
}

/// One episode of a show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// TheTVDB's number.
    pub id: EpisodeId,
    /// Its season; 0 holds the specials.
    pub season: u32,
    /// Its number in the season, not its position; some have none.
    pub number: Option<u32>,
    /// Its name in the original language.
    pub name: Option<String>,
    /// What happens, in the original language.
    pub overview: Option<String>,
    /// Address of a still, `http` or `https`.
    pub image: Option<String>,
    /// The day it airs or aired.
    pub aired: Option<Date>,
    /// How long it runs; where TheTVDB does not say so of it, how long the episodes of its show usually do.
    pub runtime_minutes: Option<u32>,
}

/// What to search for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The words as the user typed them.
    pub text: String,
    /// Only films or only shows.
    pub kind: Option<MediaKind>,
    /// How many of TheTVDB's results to look at; at most [`SEARCH_LIMIT_MAX`].
    pub limit: u32,
}

/// One page of search results.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchPage {
    /// Films and shows, best first, each once. May be fewer than asked for: other kinds are dropped.
    pub titles: Vec<Title>,
}

/// One page of a show's episodes in the official order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EpisodesPage {
    /// The episodes, each once.
    pub episodes: Vec<Episode>,
    /// The next page's number, if there is one.
    pub next_page: Option<u32>,
    /// Whether the answer was without a list of episodes, not even an empty one: of this page nothing is
    /// known.
    pub lacks_list: bool,
}

impl EpisodesPage {
    /// Whether nothing is known of what this page, counted from 0, should have: it is without a list, or
    /// without an episode though the page before told of it.
    #[must_use]
    pub fn is_missing(&self, page: u32) -> bool {
        self.lacks_list || page > 0 && self.episodes.is_empty()
    }
}

/// What TheTVDB lists changes of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// Films.
    Movies,
    /// Shows.
    Series,
    /// Episodes.
    Episodes,
}

impl RecordKind {
    /// The word TheTVDB uses for it.
    fn word(self) -> &'static str {
        match self {
            Self::Movies => "movies",
            Self::Series => "series",
            Self::Episodes => "episodes",
        }
    }
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<I> {
    /// It is new or says something else.
    Changed,
    /// It is gone, because it was the same as another.
    MergedInto(I),
    /// It is gone.
    Deleted,
}

impl<I> Fate<I> {
    /// The same, of another kind of id.
    pub(crate) fn map<J>(self, id: impl FnOnce(I) -> J) -> Fate<J> {
        match self {
            Self::Changed => Fate::Changed,
            Self::MergedInto(into) => Fate::MergedInto(id(into)),
            Self::Deleted => Fate::Deleted,
        }
    }
}

/// A record that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// A film or a show.
    Title {
        /// Which one.
        id: TitleId,
        /// What became of it.
        fate: Fate<TitleId>,
    },
    /// An episode.
    Episode {
        /// Which one.
        id: EpisodeId,
        /// Its show, if TheTVDB says so.
        series: Option<SeriesId>,
        /// What became of it.
        fate: Fate<EpisodeId>,
    },
}

/// One page of changes, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdatesPage {
    /// The changes.
    pub updates: Vec<Update>,
    /// The next page's number, if there is one.
    pub next_page: Option<u32>,
}

/// An answer, and how old it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<V> {
    /// What was asked for.
    pub value: V,
    /// How long ago TheTVDB said so.
    pub age: Duration,
    /// Whether TheTVDB should have been asked again but did not answer: tell the user the age.
    pub is_stale: bool,
}

/// Where films and shows are looked up.
pub trait Catalogue: Send + Sync {
    /// Finds films and shows by words.
    fn search(&self, search: Search) -> Lookup<'_, Arc<SearchPage>>;
    /// Looks a film up by its number; `None` if there is no such film.
    fn movie(&self, id: MovieId) -> Lookup<'_, Option<Arc<Movie>>>;
    /// Looks a show up by its number; `None` if there is no such show.
    fn series(&self, id: SeriesId) -> Lookup<'_, Option<Arc<Series>>>;
    /// Reads one page of a show's episodes; `None` if there is no such show. Pages count from 0.
    fn episodes(&self, series: SeriesId, page: u32) -> Lookup<'_, Option<Arc<EpisodesPage>>>;
    /// Reads one page of a show's episodes in another language than their own, by TheTVDB's word for it;
    /// a catalogue without translations has no such pages.
    fn episodes_in(
        &self,
        _series: SeriesId,
        _language: &'static str,
        _page: u32,
    ) -> Lookup<'_, Option<Arc<EpisodesPage>>> {
        Box::pin(async { Ok(cache::fresh(None)) })
    }
    /// What a search has shown of a title in the last days, without its overviews and without asking: TheTVDB
    /// tells more.
    fn shown(&self, id: TitleId) -> Option<Answer<Arc<Title>>>;
    /// Reads one page of what has changed since a moment, in seconds since 1970. Never kept.
    fn updates(
        &self,
        since_s: i64,
        of: RecordKind,
        page: u32,
    ) -> BoxFuture<'_, Result<UpdatesPage, TvdbError>>;
    /// Lets go of what was kept of a title and its episodes, because it has changed.
    fn forget(&self, id: TitleId) -> BoxFuture<'_, ()>;
}

/// A look-up under way.
pub type Lookup<'a, V> = BoxFuture<'a, Result<Answer<V>, TvdbError>>;
