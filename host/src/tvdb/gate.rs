//! The limit for all requests to TheTVDB together. It queues instead of failing, for a bounded time:
//! each request is given the moment from which it may go, and is refused at once if that moment is
//! too far away. A request that is given up while it waits keeps its place, which errs on the side
//! of fewer requests.

use super::error::TvdbError;
use crate::clock::Clock;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The longest a request queues. A user has been told "thinking" by then and should get an answer.
pub(super) const QUEUE_WAIT_MAX: Duration = Duration::from_secs(8);

/// The longest TheTVDB may silence us by one answer; a wrong header must not silence us for a year.
pub(super) const PAUSE_MAX: Duration = Duration::from_secs(60);

/// The most requests whose moments are remembered, 160 KiB of them. A larger limit is kept as the same rate
/// within a shorter time, which lets no more through.
const SLOTS_MAX: u32 = 10_000;

/// How many requests may go to TheTVDB within a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateLimit {
    /// Requests within the period; 0 counts as 1.
    pub requests: u32,
    /// The period.
    pub period: Duration,
}

impl Default for GateLimit {
    fn default() -> Self {
        Self { requests: 100, period: Duration::from_secs(5) }
    }
}

impl GateLimit {
    /// Returns a limit that allows no more, and of which little has to be remembered.
    fn bounded(self) -> Self {
        let Self { requests, period } = self;
        if requests <= SLOTS_MAX {
            return Self { requests: requests.max(1), period };
        }
        let share = f64::from(SLOTS_MAX) / f64::from(requests);
        Self { requests: SLOTS_MAX, period: period.mul_f64(share) }
    }
}

/// Lets requests through, at most so many in any period.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    limit: GateLimit,
    clock: Clock,
    schedule: Arc<Mutex<Schedule>>,
}

#[derive(Debug, Default)]
struct Schedule {
    /// When the latest requests may go, oldest first; as many as the limit allows in a period.
    slots: VecDeque<Duration>,
    /// TheTVDB asked us to be silent until then.
    silent_until: Duration,
}

impl Gate {
    pub(super) fn new(limit: GateLimit, clock: Clock) -> Self {
        Self { limit: limit.bounded(), clock, schedule: Arc::default() }
    }

    /// Waits until one request may go.
    ///
    /// # Errors
    /// [`TvdbError::Busy`], at once, if the wait would be too long.
    pub(super) async fn admit(&self) -> Result<(), TvdbError> {
        let slot = self.take_slot()?;
        self.clock.sleep_until(slot).await;
        Ok(())
    }

    /// Lets nothing through for `duration`, because TheTVDB asked for it.
    pub(super) fn pause(&self, duration: Duration) {
        let until = self.clock.monotonic() + duration.min(PAUSE_MAX);
        let mut schedule = self.schedule.lock().unwrap_or_else(PoisonError::into_inner);
        schedule.silent_until = schedule.silent_until.max(until);
    }

    fn take_slot(&self) -> Result<Duration, TvdbError> {
        let now = self.clock.monotonic();
        let mut schedule = self.schedule.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = schedule.next_slot(self.limit).max(now);
        let wait = slot - now;
        if wait > QUEUE_WAIT_MAX {
            return Err(TvdbError::Busy { wait });
        }
        schedule.take(slot, self.limit);
        Ok(slot)
    }
}

impl Schedule {
    fn next_slot(&self, limit: GateLimit) -> Duration {
        let is_full = self.slots.len() >= limit.requests as usize;
        let by_limit = self.slots.front().filter(|_| is_full).map(|oldest| *oldest + limit.period);
        // Slots are handed out in order, so that the queue is first come, first served.
        let in_order = self.slots.back().copied().unwrap_or_default();
        by_limit.unwrap_or_default().max(in_order).max(self.silent_until)
    }

    fn take(&mut self, slot: Duration, limit: GateLimit) {
        if self.slots.len() >= limit.requests as usize {
            self.slots.pop_front();
        }
        self.slots.push_back(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(requests: u32, period_s: u64) -> (Gate, Clock) {
        let clock = Clock::start();
        let limit = GateLimit { requests, period: Duration::from_secs(period_s) };
        (Gate::new(limit, clock.clone()), clock)
    }

    #[tokio::test]
    async fn what_is_over_the_limit_waits_for_its_turn() {
        let (gate, clock) = gate(2, 5);
        gate.admit().await.expect("first");
        gate.admit().await.expect("second");
        let (third, ()) =
            tokio::join!(gate.admit(), async { clock.run_ahead(Duration::from_secs(6)) });
        third.expect("third");
        assert!(clock.monotonic() >= Duration::from_secs(5));
    }

    #[tokio::test]
    async fn a_limit_of_millions_is_kept_in_little_memory() {
        // So many in an hour are 10,000 in 18 seconds.
        let (gate, clock) = gate(2_000_000, 3_600);
        let admit = async |n: usize| {
            for n in 0..n {
                gate.admit().await.unwrap_or_else(|error| panic!("{n}: {error}"));
            }
        };
        admit(10_000).await;
        assert!(gate.schedule.lock().unwrap().slots.len() <= 10_000);
        assert!(matches!(gate.admit().await, Err(TvdbError::Busy { .. })), "the rate is the same");
        clock.run_ahead(Duration::from_secs(18));
        admit(10_000).await;
        assert!(gate.schedule.lock().unwrap().slots.len() <= 10_000);
    }

    #[tokio::test]
    async fn a_queue_that_is_too_long_refuses_at_once() {
        let (gate, _clock) = gate(1, 5);
        gate.admit().await.expect("goes at once");
        let waits = gate.clone();
        let waiting = tokio::spawn(async move { waits.admit().await });
        tokio::task::yield_now().await;
        assert!(matches!(gate.admit().await, Err(TvdbError::Busy { .. })));
        waiting.abort();
    }

    #[tokio::test]
    async fn a_pause_asked_for_holds_everyone_and_is_bounded() {
        let (gate, clock) = gate(100, 5);
        gate.pause(Duration::from_secs(1_000_000));
        assert!(matches!(gate.admit().await, Err(TvdbError::Busy { .. })));
        clock.run_ahead(PAUSE_MAX);
        gate.admit().await.expect("the pause is over");
    }
}
