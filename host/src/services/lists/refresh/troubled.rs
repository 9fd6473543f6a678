//! Titles that could not be read while TheTVDB was there. The log is told of each once, until it is read.

use super::{AnyTitle, TurnError};
use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tracing::{debug, warn};

/// As many titles as fail for themselves in a bad week. The log is not told aloud of more.
const TITLES_MAX: usize = 1_000;

/// What the log knows.
#[derive(Debug, Default)]
pub(in crate::services::lists) struct Troubled(Mutex<HashSet<AnyTitle>>);

impl Troubled {
    /// Tells the log of titles that could not be read.
    pub(super) fn tell(&self, failed: impl IntoIterator<Item = (AnyTitle, TurnError)>) {
        for ((kind, id), error) in failed {
            let (word, error) = (kind.word(), &error as &dyn std::error::Error);
            if self.is_news((kind, id)) {
                warn!(kind = word, %id, error, "a title cannot be read; it is tried again in time");
            } else {
                debug!(kind = word, %id, error, "a title cannot be read yet");
            }
        }
    }

    /// Notes that a title was read.
    pub(super) fn forget(&self, title: AnyTitle) {
        self.titles().remove(&title);
    }

    fn is_news(&self, title: AnyTitle) -> bool {
        let mut titles = self.titles();
        titles.len() < TITLES_MAX && titles.insert(title)
    }

    fn titles(&self) -> MutexGuard<'_, HashSet<AnyTitle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tvdb::{MediaId, MediaKind};

    #[test]
    fn a_title_is_news_once_until_it_is_read_and_there_is_a_bound() {
        let troubled = Troubled::default();
        let title = (MediaKind::Movie, MediaId(0));
        assert_eq!([troubled.is_news(title), troubled.is_news(title)], [true, false]);
        troubled.forget(title);
        let movies = (0..2_000).map(|n| (MediaKind::Movie, MediaId(n)));
        assert_eq!(movies.filter(|title| troubled.is_news(*title)).count(), TITLES_MAX);
    }
}
