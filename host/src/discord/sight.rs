//! Whether people see answers: tells the operator when they begin not to, and when they do again.

use std::sync::{Mutex, PoisonError};
use tracing::{info, warn};

/// How many answers in a row are lost before that is told: one may be an accident.
const LOST_IN_A_ROW: u32 = 2;
/// How many in a row are seen before that is told: with a second host of the same token the two take turns
/// as it comes, and the log must not.
const SEEN_IN_A_ROW: u32 = 20;

/// What has been seen lately.
#[derive(Debug, Default)]
pub(super) struct Sight(Mutex<Lately>);

#[derive(Debug, Default)]
struct Lately {
    is_lost: bool,
    /// How many in a row say that `is_lost` is not so any more.
    against: u32,
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Lost,
    SeenAgain,
}

impl Sight {
    /// Notes what became of an answer.
    pub(super) fn note(&self, is_lost: bool) {
        match self.news(is_lost) {
            Some(News::Lost) => warn!(
                "answers are not shown: Discord does not take them, took them too late, or another program \
                 answers for this bot; each is counted as `lost`"
            ),
            Some(News::SeenAgain) => info!("answers are shown again"),
            None => (),
        }
    }

    fn news(&self, is_lost: bool) -> Option<News> {
        let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_lost == lately.is_lost {
            lately.against = 0;
            return None;
        }
        lately.against += 1;
        let (enough, news) = match is_lost {
            true => (LOST_IN_A_ROW, News::Lost),
            false => (SEEN_IN_A_ROW, News::SeenAgain),
        };
        (lately.against >= enough).then(|| {
            *lately = Lately { is_lost, against: 0 };
            news
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_and_goes_is_told_once() {
        let sight = Sight::default();
        assert_eq!(sight.news(true), None, "one may be an accident");
        assert_eq!(sight.news(false), None);
        assert_eq!(sight.news(true), None);
        assert_eq!(sight.news(true), Some(News::Lost));
        for _ in 0..1_000 {
            assert_eq!(sight.news(false), None, "another host loses this race");
            assert_eq!(sight.news(true), None);
        }
        for _ in 1..SEEN_IN_A_ROW {
            assert_eq!(sight.news(false), None);
        }
        assert_eq!(sight.news(false), Some(News::SeenAgain));
        assert_eq!(sight.news(false), None);
    }
}
