//! How long TheTVDB is waited for where something else can be shown in the place of its answer. Who has
//! waited in vain does not wait again for a while: an outage costs one wait, not one for each question.

use crate::{clock::Clock, tvdb::TvdbError};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Below the second that a plugin waits for what it can do without.
pub(in crate::services) const WAIT: Duration = Duration::from_millis(800);
/// How long nobody waits after that.
const NO_WAIT_FOR: Duration = Duration::from_secs(10);
/// What is kept in memory is there within this.
const KEPT_WITHIN: Duration = Duration::from_millis(20);

/// Waits for TheTVDB, but not for long.
#[derive(Debug)]
pub(in crate::services) struct Patience {
    clock: Clock,
    /// Until when, by the clock's monotonic time, nobody waits.
    lost_until: Mutex<Option<Duration>>,
}

impl Patience {
    pub(in crate::services) fn new(clock: Clock) -> Self {
        Self { clock, lost_until: Mutex::default() }
    }

    /// Returns what `asked` comes to within `wait`; `None` if that is nothing.
    pub(in crate::services) async fn wait<T>(
        &self,
        wait: Duration,
        asked: impl Future<Output = Result<T, TvdbError>>,
    ) -> Option<T> {
        let is_lost = self.is_lost();
        let wait = if is_lost { KEPT_WITHIN } else { wait };
        let answer = match self.clock.timeout(wait, asked).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => Some(error),
            Err(_too_slow) => None,
        };
        if !is_lost {
            let error = answer.as_ref().map(|error| error as &dyn std::error::Error);
            tracing::warn!(error, "did not wait for TheTVDB any longer, and goes on without it");
            let until = self.clock.monotonic() + NO_WAIT_FOR;
            *self.lost_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        }
        None
    }

    fn is_lost(&self) -> bool {
        let until = *self.lost_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| self.clock.monotonic() < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    #[tokio::test]
    async fn one_waits_for_all_and_what_is_known_is_given_meanwhile() {
        let clock = Clock::start();
        let patience = Patience::new(clock.clone());
        assert_eq!(patience.wait(WAIT, ready(Ok(1))).await, Some(1));
        let began = clock.monotonic();
        assert_eq!(patience.wait::<()>(WAIT, pending()).await, None);
        let first = clock.monotonic() - began;
        assert_eq!(patience.wait::<()>(WAIT, pending()).await, None);
        assert!(first >= WAIT && clock.monotonic() - began < first + WAIT);
        assert_eq!(patience.wait(WAIT, ready(Ok(2))).await, Some(2));
        clock.run_ahead(NO_WAIT_FOR);
        assert!(!patience.is_lost());
    }
}
