//! Titles that could not be read while TheTVDB was there. The log is told of each once, until it is read.

use super::TurnError;
use crate::tvdb::TitleId;
use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tracing::{debug, warn};

/// As many titles as fail for themselves in a bad week. The log is not told aloud of more.
const TITLES_MAX: usize = 1_000;

/// What the log knows.
#[derive(Debug, Default)]
pub(in crate::services::lists) struct Troubled(Mutex<HashSet<TitleId>>);

impl Troubled {
    /// Tells the log of titles that could not be read.
    pub(super) fn tell(&self, failed: impl IntoIterator<Item = (TitleId, TurnError)>) {
        for (title, error) in failed {
            let (kind, id) = (title.kind().word(), title.number());
            let error = &error as &dyn std::error::Error;
            if self.is_news(title) {
                warn!(kind, %id, error, "a title cannot be read; it is tried again in time");
            } else {
                debug!(kind, %id, error, "a title cannot be read yet");
            }
        }
    }

    /// Notes that a title was read.
    pub(super) fn forget(&self, title: TitleId) {
        self.titles().remove(&title);
    }

    fn is_news(&self, title: TitleId) -> bool {
        let mut titles = self.titles();
        titles.len() < TITLES_MAX && titles.insert(title)
    }

    fn titles(&self) -> MutexGuard<'_, HashSet<TitleId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tvdb::MovieId;

    #[test]
    fn a_title_is_news_once_until_it_is_read_and_there_is_a_bound() {
        let troubled = Troubled::default();
        let title = MovieId(0).into();
        assert_eq!([troubled.is_news(title), troubled.is_news(title)], [true, false]);
        troubled.forget(title);
        let movies = (0..2_000).map(|n| MovieId(n).into());
        assert_eq!(movies.filter(|title| troubled.is_news(*title)).count(), TITLES_MAX);
    }
}
