//! The moments of a change, for whoever wants to see what a host leaves behind that dies in one of them.

use std::{fmt, sync::Arc};

/// A moment in a change of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It is to be made.
    Asked,
    /// Its transaction has begun.
    Begun,
    /// Everything is said, and is about to be kept.
    Committing,
    /// It is kept.
    Committed,
}

impl Moment {
    /// The moment as a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Begun => "begun",
            Self::Committing => "committing",
            Self::Committed => "committed",
        }
    }
}

type Tell = dyn Fn(&str, Moment) + Send + Sync;

/// Who is told of each moment; nobody unless in the sandbox.
#[derive(Clone, Default)]
pub(super) struct Watcher(Option<Arc<Tell>>);

impl Watcher {
    pub(super) fn new(tell: impl Fn(&str, Moment) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(tell)))
    }

    pub(super) fn tell(&self, change: &str, moment: Moment) {
        if let Some(tell) = &self.0 {
            tell(change, moment);
        }
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watcher").field(&self.0.is_some()).finish()
    }
}
