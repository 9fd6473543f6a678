//! How long TheTVDB is waited for where something else can be shown in the place of its answer. Who has
//! waited in vain does not wait again for a while: an outage costs few waits, not one for each question. What
//! is wrong with one title makes nobody impatient with the others.

use crate::{
    clock::Clock,
    tvdb::{TitleId, TvdbError},
};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Below the second that a plugin waits for what it can do without.
pub(in crate::services) const WAIT: Duration = Duration::from_millis(800);
/// How long nobody waits after that.
const NO_WAIT_FOR: Duration = Duration::from_secs(10);
/// What is kept in memory is there within this; so it says nothing of TheTVDB.
const KEPT_WITHIN: Duration = Duration::from_millis(20);

/// Waits for TheTVDB, but not for long.
#[derive(Debug)]
pub(in crate::services) struct Patience {
    clock: Clock,
    vain: Mutex<Vain>,
}

/// What was waited for in vain. Moments are those of the clock's monotonic time.
#[derive(Debug, Default)]
struct Vain {
    /// Until when nobody waits for anything.
    all_until: Duration,
    /// The latest title of which nothing was heard.
    latest: Option<Unheard>,
}

#[derive(Debug, Clone, Copy)]
struct Unheard {
    title: TitleId,
    /// Until when nobody waits for it.
    until: Duration,
    another_was_heard: bool,
}

/// What a wait tells of TheTVDB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// It is there, whatever it says.
    There,
    /// It does not answer this; others will tell.
    Unclear,
    /// It answers nothing.
    Away,
}

impl Patience {
    pub(in crate::services) fn new(clock: Clock) -> Self {
        Self { clock, vain: Mutex::default() }
    }

    /// Returns what `asked` comes to within `wait`, which is a question about `title`; `None` if that is
    /// nothing.
    pub(in crate::services) async fn wait<T>(
        &self,
        title: TitleId,
        wait: Duration,
        asked: impl Future<Output = Result<T, TvdbError>>,
    ) -> Option<T> {
        let began = self.clock.monotonic();
        let is_lost = self.is_lost(title, began);
        let wait = if is_lost { KEPT_WITHIN } else { wait };
        let answer = self.clock.timeout(wait, asked).await.ok();
        let now = self.clock.monotonic();
        let is_kept = matches!(answer, Some(Ok(_))) && now - began <= KEPT_WITHIN;
        if !is_lost && !is_kept {
            self.note(title, sign(answer.as_ref()), now);
        }
        answer?.ok()
    }

    fn is_lost(&self, title: TitleId, now: Duration) -> bool {
        let vain = self.vain.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = vain.latest.filter(|latest| latest.title == title);
        now < vain.all_until || latest.is_some_and(|latest| now < latest.until)
    }

    fn note(&self, title: TitleId, sign: Sign, now: Duration) {
        let until = now + NO_WAIT_FOR;
        let mut vain = self.vain.lock().unwrap_or_else(PoisonError::into_inner);
        match (sign, &mut vain.latest) {
            (Sign::There, Some(latest)) => latest.another_was_heard = true,
            (Sign::There, None) => {}
            (Sign::Away, _) => vain.all_until = until,
            (Sign::Unclear, latest) => {
                let before = latest.replace(Unheard { title, until, another_was_heard: false });
                // Two in a row are no chance.
                let is_another = |before: Unheard| {
                    before.title != title && !before.another_was_heard && now < before.until
                };
                if before.is_some_and(is_another) {
                    vain.all_until = until;
                }
            }
        }
    }
}

/// What an answer, or none, tells of TheTVDB; the log is told why there is none.
fn sign<T>(answer: Option<&Result<T, TvdbError>>) -> Sign {
    let error = match answer {
        Some(Ok(_)) => return Sign::There,
        Some(Err(error)) => Some(error),
        None => None,
    };
    let told = error.map(|error| error as &dyn std::error::Error);
    tracing::warn!(error = told, "did not wait for TheTVDB any longer, and goes on without it");
    match error {
        Some(error) if error.is_general() => Sign::Away,
        Some(error) if !error.is_outage() => Sign::There,
        _ => Sign::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tvdb::MovieId;
    use std::{
        cell::Cell,
        future::{pending, ready},
    };

    const BAD: TitleId = TitleId::Movie(MovieId(1));
    const GOOD: TitleId = TitleId::Movie(MovieId(2));
    const THIRD: TitleId = TitleId::Movie(MovieId(3));

    struct Bench {
        clock: Clock,
        patience: Patience,
        ahead: Cell<Duration>,
    }

    impl Bench {
        fn start() -> Self {
            let clock = Clock::start();
            Self { patience: Patience::new(clock.clone()), clock, ahead: Cell::default() }
        }

        fn run_ahead(&self, time: Duration) {
            self.ahead.set(self.ahead.get() + time);
            self.clock.run_ahead(self.ahead.get());
        }

        /// Whether TheTVDB is waited for, which tells of `title` what no memory has.
        async fn waits(&self, title: TitleId) -> bool {
            let asked = async {
                // Whoever waits has begun to.
                tokio::task::yield_now().await;
                self.run_ahead(KEPT_WITHIN * 3);
                tokio::task::yield_now().await;
                Ok(())
            };
            self.patience.wait(title, WAIT, asked).await.is_some()
        }

        async fn is_slow(&self, title: TitleId) {
            assert_eq!(self.patience.wait::<()>(title, KEPT_WITHIN * 3, pending()).await, None);
        }

        async fn fails(&self, title: TitleId, error: TvdbError) {
            assert_eq!(self.patience.wait::<()>(title, WAIT, ready(Err(error))).await, None);
        }
    }

    fn status(status: u16) -> TvdbError {
        TvdbError::Status { path: "somewhere".to_owned(), status }
    }

    #[tokio::test]
    async fn of_two_titles_in_a_row_nothing_is_heard_and_then_only_what_is_known_is_given() {
        let bench = Bench::start();
        bench.is_slow(BAD).await;
        bench.is_slow(GOOD).await;
        assert!(!bench.waits(THIRD).await);
        assert_eq!(bench.patience.wait(THIRD, WAIT, ready(Ok(2))).await, Some(2));
        bench.run_ahead(NO_WAIT_FOR);
        assert!(bench.waits(THIRD).await);
    }

    #[tokio::test]
    async fn one_title_that_is_slow_or_fails_keeps_nobody_from_waiting_for_another() {
        for error in [None, Some(status(500)), Some(status(400))] {
            let bench = Bench::start();
            for title in [BAD, THIRD] {
                match error.clone() {
                    None => bench.is_slow(title).await,
                    Some(error) => bench.fails(title, error).await,
                }
                assert!(bench.waits(GOOD).await, "{error:?}");
            }
            // Memory answers at once, and tells nothing of TheTVDB.
            bench.is_slow(BAD).await;
            assert_eq!(bench.patience.wait(GOOD, WAIT, ready(Ok(1))).await, Some(1));
            bench.is_slow(THIRD).await;
            assert!(!bench.waits(GOOD).await, "{error:?}");
        }
    }

    #[tokio::test]
    async fn nobody_waits_twice_for_the_same_title_nor_for_any_where_none_can_be_told() {
        let bench = Bench::start();
        bench.is_slow(BAD).await;
        assert!(!bench.waits(BAD).await);
        bench.run_ahead(NO_WAIT_FOR);
        assert!(bench.waits(BAD).await);
        bench.fails(BAD, TvdbError::WrongKey).await;
        assert!(!bench.waits(GOOD).await);
    }
}
