//! The ids that TheTVDB gives. It counts each kind of record on its own, so each kind has an id of its own
//! type, and none passes for another.

pub use lumina_plugin_api::services::lists::{EpisodeId, SeriesId};

use super::MediaKind;

/// TheTVDB's number of a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MovieId(pub u64);

/// TheTVDB's number of a title, which is a film or a show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TitleId {
    /// A film.
    Movie(MovieId),
    /// A show.
    Series(SeriesId),
}

impl TitleId {
    /// The id of the title of this kind that has this number.
    #[must_use]
    pub fn new(kind: MediaKind, number: u64) -> Self {
        match kind {
            MediaKind::Movie => Self::Movie(MovieId(number)),
            MediaKind::Series => Self::Series(SeriesId(number)),
        }
    }

    /// Whether it is a film or a show.
    #[must_use]
    pub fn kind(self) -> MediaKind {
        match self {
            Self::Movie(_) => MediaKind::Movie,
            Self::Series(_) => MediaKind::Series,
        }
    }

    /// The number, which titles of the other kind may have too.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Self::Movie(MovieId(number)) | Self::Series(SeriesId(number)) => number,
        }
    }
}

impl From<MovieId> for TitleId {
    fn from(movie: MovieId) -> Self {
        Self::Movie(movie)
    }
}

impl From<SeriesId> for TitleId {
    fn from(series: SeriesId) -> Self {
        Self::Series(series)
    }
}
