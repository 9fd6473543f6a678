//! The ids that TheTVDB gives. It counts each kind on its own, so each kind has its own type: one never
//! passes for another.

pub use lumina_plugin_api::services::lists::EpisodeId;

use std::fmt;

/// TheTVDB's number of a film or a show. Each kind counts on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MediaId(pub u64);

impl fmt::Display for MediaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
