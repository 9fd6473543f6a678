//! What the lists answer. Times are milliseconds since 1970. TheTVDB knows the day an episode airs, not
//! the hour: `aired_ms` is noon of that day in UTC, so that it is the same day nearly everywhere.

use super::request::{EpisodeId, UndoId, Visibility};
use crate::services::catalogue::{MediaId, Title};
use serde::{Deserialize, Serialize};

/// Where a title stands in someone's lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TitleState {
    /// Which title.
    pub id: MediaId,
    /// Whether the movie, or every aired episode of the series that counts, is watched.
    #[serde(default)]
    pub is_watched: bool,
    /// Whether it is a favorite.
    #[serde(default)]
    pub is_favorite: bool,
    /// How many of the episodes that count and have aired are watched; 0 for movies.
    #[serde(default)]
    pub seen: u32,
    /// How many of the episodes that count have aired; 0 for movies.
    #[serde(default)]
    pub aired: u32,
    /// The seasons in order, the specials first if there are any; empty for movies.
    #[serde(default)]
    pub seasons: Vec<SeasonState>,
    /// Whether there are episodes that were not read yet.
    #[serde(default)]
    pub is_partial: bool,
    /// How old the episodes are, in milliseconds, when TheTVDB is down and they are older than they
    /// should be.
    #[serde(default)]
    pub stale_ms: Option<u64>,
}

impl TitleState {
    /// Makes a state in which nothing is marked.
    #[must_use]
    pub fn new(id: MediaId) -> Self {
        Self {
            id,
            is_watched: false,
            is_favorite: false,
            seen: 0,
            aired: 0,
            seasons: Vec::new(),
            is_partial: false,
            stale_ms: None,
        }
    }

    /// Returns whether something that counts is watched, but not everything.
    #[must_use]
    pub fn is_in_progress(&self) -> bool {
        self.seen > 0 && !self.is_watched
    }
}

/// Where a season stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SeasonState {
    /// Its number; 0 holds the specials.
    pub season: u32,
    /// How many of its aired episodes are watched.
    pub seen: u32,
    /// How many of its episodes have aired.
    pub aired: u32,
    /// How many episodes it has; 0 if TheTVDB took all of them away.
    pub n_episodes: u32,
}

impl SeasonState {
    /// Returns whether every aired episode is watched, and there is one.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.aired > 0 && self.seen == self.aired
    }
}

/// The episodes of a season.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Season {
    /// Where it stands.
    pub state: SeasonState,
    /// Its episodes in order of their numbers, which may have gaps; those without one come last. Since
    /// 1.1 those that TheTVDB took away are among them for whoever has them in a list.
    pub episodes: Vec<Episode>,
}

/// An episode, with someone's marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Episode {
    /// Which it is.
    pub id: EpisodeId,
    /// Its season; 0 holds the specials.
    pub season: u32,
    /// Its number in the season, not its position; 0 also where it has none.
    pub number: u32,
    /// Whether it has no number; since 1.1.
    #[serde(default, skip_serializing_if = "is_no")]
    pub is_unnumbered: bool,
    /// Its name in the original language, if it has one.
    #[serde(default)]
    pub name: Option<String>,
    /// The day it airs.
    #[serde(default)]
    pub aired_ms: Option<i64>,
    /// Whether that day has come.
    #[serde(default)]
    pub has_aired: bool,
    /// Whether it is watched.
    #[serde(default)]
    pub is_watched: bool,
    /// When that was said, where it is known.
    #[serde(default)]
    pub watched_ms: Option<i64>,
    /// Whether it is a favorite.
    #[serde(default)]
    pub is_favorite: bool,
    /// Whether TheTVDB does not list it any more; then it counts nowhere. Since 1.1.
    #[serde(default, skip_serializing_if = "is_no")]
    pub is_gone: bool,
}

impl Episode {
    /// Makes an episode without a name and a date, that nobody marked.
    #[must_use]
    pub fn new(id: EpisodeId, season: u32, number: u32) -> Self {
        Self {
            id,
            season,
            number,
            is_unnumbered: false,
            name: None,
            aired_ms: None,
            has_aired: false,
            is_watched: false,
            watched_ms: None,
            is_favorite: false,
            is_gone: false,
        }
    }
}

/// An episode, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EpisodeDetail {
    /// The episode.
    pub episode: Episode,
    /// What happens, in the original language.
    #[serde(default)]
    pub overview: Option<String>,
    /// The URL of a still.
    #[serde(default)]
    pub picture_url: Option<String>,
    /// The episode before it, in its season or the one before; specials are among themselves.
    #[serde(default)]
    pub previous: Option<EpisodeId>,
    /// The episode after it, in its season or the one after.
    #[serde(default)]
    pub next: Option<EpisodeId>,
    /// All seasons of its series in order, the specials first if there are any; since 1.1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seasons: Vec<SeasonState>,
}

impl EpisodeDetail {
    /// Makes a detail of which only the episode is known.
    #[must_use]
    pub fn new(episode: Episode) -> Self {
        let (previous, next, seasons) = (None, None, Vec::new());
        Self { episode, overview: None, picture_url: None, previous, next, seasons }
    }
}

/// How many episodes of a series are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Gathered {
    /// The number of episodes read so far.
    pub n_episodes: u32,
    /// Whether these are all.
    pub is_complete: bool,
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Marked {
    /// How many movies, series or episodes changed; 0: it was so already, or nothing has aired.
    pub n_changed: u32,
    /// How many were meant.
    #[serde(default)]
    pub n_meant: u32,
    /// How to take it back; for seasons and series that changed, and for what was taken off an episode
    /// that TheTVDB does not list any more.
    #[serde(default)]
    pub undo: Option<UndoId>,
    /// Where the title stands now.
    pub state: TitleState,
}

impl Marked {
    /// Makes the answer to a change that cannot be taken back.
    #[must_use]
    pub fn new(n_changed: u32, state: TitleState) -> Self {
        Self { n_changed, n_meant: n_changed, undo: None, state }
    }
}

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Undone {
    /// How many episodes are as before.
    pub n_changed: u32,
    /// Where the title stands now.
    pub state: TitleState,
}

impl Undone {
    /// Makes the answer.
    #[must_use]
    pub fn new(n_changed: u32, state: TitleState) -> Self {
        Self { n_changed, state }
    }
}

/// Someone's lists.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Profile {
    /// Who may look at it.
    pub visibility: Visibility,
    /// The figures.
    pub totals: Totals,
    /// The first favorites.
    pub favorites: Listed,
    /// The first of what is watched.
    pub watched: Listed,
    /// The first of what is in progress.
    pub in_progress: Listed,
}

/// The figures of a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Totals {
    /// Movies watched.
    pub n_movies: u32,
    /// Series watched as a whole.
    pub n_series: u32,
    /// Episodes watched, specials included.
    pub n_episodes: u32,
    /// The running times of what is watched, together, where TheTVDB knows them.
    pub minutes_watched: u64,
    /// How many of the movies and episodes watched have no known running time.
    pub n_without_runtime: u32,
}

/// A part of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Listed {
    /// How many entries the whole list has.
    pub n_total: u32,
    /// These entries of it.
    pub entries: Vec<Entry>,
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// The title, without overviews. Its name is its id until the host has read it from TheTVDB.
    pub title: Title,
    /// The favorite episode of that title; none: the title itself.
    #[serde(default)]
    pub episode: Option<Episode>,
    /// How many of the episodes that count and have aired are watched.
    #[serde(default)]
    pub seen: u32,
    /// How many of the episodes that count have aired; 0 while they are unknown.
    #[serde(default)]
    pub aired: u32,
    /// The next one to watch: the first that has aired behind the last one watched, or else the first
    /// that is missing.
    #[serde(default)]
    pub next: Option<Episode>,
    /// When it was marked last; none where nobody knows.
    #[serde(default)]
    pub added_ms: Option<i64>,
    /// How many specials are watched that do not count; since 1.1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub specials: u32,
    /// How many episodes are watched that TheTVDB took away; they count nowhere. Since 1.1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unlisted: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_no(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Entry {
    /// Makes an entry with nothing but its title.
    #[must_use]
    pub fn new(title: Title) -> Self {
        Self {
            title,
            episode: None,
            seen: 0,
            aired: 0,
            next: None,
            added_ms: None,
            specials: 0,
            unlisted: 0,
        }
    }
}
