//! What is asked of the lists.

use crate::{
    id::{GuildId, UserId},
    services::catalogue::{MediaId, MediaKind},
    word::words,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Request {
    /// Where a title stands; answered with [`TitleState`](super::TitleState) or null.
    State {
        /// Whose lists.
        user: UserId,
        /// Which title.
        id: MediaId,
    },
    /// The episodes of a season; answered with [`Season`](super::Season) or null.
    Season {
        /// Whose marks.
        user: UserId,
        /// Which series.
        series: SeriesId,
        /// Which season; 0 holds the specials.
        season: u32,
    },
    /// One episode; answered with [`EpisodeDetail`](super::EpisodeDetail) or null.
    Episode {
        /// Whose marks.
        user: UserId,
        /// Which series.
        series: SeriesId,
        /// Which episode.
        episode: EpisodeId,
    },
    /// Reads episodes ahead; answered with [`Gathered`](super::Gathered) or null.
    Gather {
        /// Which series.
        series: SeriesId,
        /// How many pages.
        pages: u32,
    },
    /// Changes a list; answered with [`Marked`](super::Marked) or null.
    Mark {
        /// Whose list.
        user: UserId,
        /// What is marked.
        target: Target,
        /// As what.
        intent: Intent,
    },
    /// Takes a change back; answered with [`Undone`](super::Undone) or null.
    Undo {
        /// Whose change.
        user: UserId,
        /// Which.
        undo: UndoId,
    },
    /// Someone's lists; answered with [`Profile`](super::Profile) or null.
    Profile {
        /// Whose, for whom, where.
        look: Look,
        /// How many entries of each list at most.
        entries: u32,
        /// The reader's language, as Discord names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locale: Option<String>,
    },
    /// A part of one list; answered with [`Listed`](super::Listed) or null.
    Listed {
        /// Whose, for whom, where.
        look: Look,
        /// Which list.
        section: Section,
        /// How many entries to skip.
        offset: u32,
        /// How many entries at most.
        limit: u32,
        /// The reader's language, as Discord names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locale: Option<String>,
    },
    /// Sets who may look; answered with null.
    SetVisibility {
        /// Whose profile.
        user: UserId,
        /// Who may look.
        visibility: Visibility,
        /// Where it was chosen.
        #[serde(default)]
        guild: Option<GuildId>,
    },
    /// A request that this version does not know.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// TheTVDB's number of a series.
///
/// ```
/// use lumina_plugin_api::services::{catalogue::MediaId, lists::SeriesId};
/// let id: MediaId = "series-81189".parse().expect("an id");
/// assert_eq!(SeriesId::try_from(id), Ok(SeriesId(81189)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeriesId(pub u64);

/// TheTVDB's number of an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EpisodeId(pub u64);

/// Names a change that can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UndoId(pub u64);

/// The title is no series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotASeries;

impl fmt::Display for NotASeries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the title is no series")
    }
}

impl std::error::Error for NotASeries {}

impl TryFrom<MediaId> for SeriesId {
    type Error = NotASeries;

    fn try_from(id: MediaId) -> Result<Self, NotASeries> {
        match id.kind {
            MediaKind::Series => Ok(Self(id.number)),
            MediaKind::Movie => Err(NotASeries),
        }
    }
}

impl From<SeriesId> for MediaId {
    fn from(series: SeriesId) -> Self {
        Self::new(MediaKind::Series, series.0)
    }
}

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Target {
    /// A movie, or a series as a whole.
    Title(MediaId),
    /// A season.
    Season {
        /// Of which series.
        series: SeriesId,
        /// Its number; 0 holds the specials.
        season: u32,
    },
    /// An episode.
    Episode {
        /// Of which series.
        series: SeriesId,
        /// Which.
        episode: EpisodeId,
    },
}

impl Target {
    /// Returns the title that it is, or is a part of.
    #[must_use]
    pub fn title(self) -> MediaId {
        match self {
            Self::Title(id) => id,
            Self::Season { series, .. } | Self::Episode { series, .. } => series.into(),
        }
    }
}

/// What a press wants. Never "the opposite": an old message may be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Intent {
    /// It shall be watched.
    Watched,
    /// It shall not be watched.
    Unwatched,
    /// It shall be a favorite.
    Favorite,
    /// It shall be no favorite.
    Unfavorite,
}

/// Who looks at whose lists, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Look {
    /// Whose lists.
    pub user: UserId,
    /// Who looks.
    pub viewer: UserId,
    /// In which guild, if in one.
    #[serde(default)]
    pub guild: Option<GuildId>,
}

impl Look {
    /// Lets `viewer` look at the lists of `user`, in `guild` or outside of all.
    #[must_use]
    pub const fn new(user: UserId, viewer: UserId, guild: Option<GuildId>) -> Self {
        Self { user, viewer, guild }
    }
}

/// One of the lists of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Section {
    /// Movies, then series, each with its favorite episodes behind it.
    Favorites,
    /// Movies, then series of which every aired episode is seen.
    Watched,
    /// Series of which something is seen, but not every aired episode.
    InProgress,
}

/// Who may look at a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Visibility {
    /// Everyone.
    #[default]
    Public,
    /// Everyone who looks in the guild where this was chosen.
    Guild,
    /// Nobody else; also how a word of tomorrow is read.
    Private,
}

words! { Visibility:
    "public" = Public,
    "guild" = Guild,
    "private" = Private;
    else Private
}
