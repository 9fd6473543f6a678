//! The budget of new sessions: Discord allows so many in a day, and few at once. A bot that spends
//! them gets its token reset, so nothing may identify but through here.

use super::gateway::StartLimit;
use crate::clock::Clock;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::{AbortHandle, JoinSet},
};
use twilight_gateway::queue::Queue;

/// The time between two identifies of one lane: five seconds, and some for the way.
const IDENTIFY_GAP: Duration = Duration::from_millis(5_100);
/// How long a day's budget lasts.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// More lanes than Discord gives to the largest bots.
const LANES_MAX: u32 = 64;

/// Gives leave to identify. Cheap to clone; all clones share the budget.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    lanes: Arc<[mpsc::UnboundedSender<Leave>]>,
    day: Arc<Mutex<Day>>,
    _tasks: Arc<Tasks>,
}

type Leave = oneshot::Sender<()>;

/// Ends the lanes with the last clone of the budget.
#[derive(Debug)]
struct Tasks(AbortHandle);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Debug)]
struct Day {
    total: u32,
    remaining: u32,
    ends_at: Duration,
}

impl Budget {
    /// Starts the lanes; shard `n` stands in lane `n` modulo their number.
    pub(super) fn start(clock: &Clock, limit: StartLimit) -> Self {
        let day = Arc::new(Mutex::new(Day::new(clock, limit)));
        let (mut lanes, mut tasks) = (Vec::new(), JoinSet::new());
        for _ in 0..limit.max_concurrency.clamp(1, LANES_MAX) {
            // Unbounded, but each shard waits for one leave at a time.
            let (tx, rx) = mpsc::unbounded_channel();
            lanes.push(tx);
            tasks.spawn(lane(clock.clone(), rx, Arc::clone(&day)));
        }
        let all = tokio::spawn(async move { while tasks.join_next().await.is_some() {} });
        Self { lanes: lanes.into(), day, _tasks: Arc::new(Tasks(all.abort_handle())) }
    }

    /// Takes over what Discord says is left now.
    pub(super) fn refresh(&self, clock: &Clock, limit: StartLimit) {
        *lock(&self.day) = Day::new(clock, limit);
    }
}

impl Queue for Budget {
    fn enqueue(&self, shard: u32) -> oneshot::Receiver<()> {
        let (leave, granted) = oneshot::channel();
        let lane = shard as usize % self.lanes.len();
        // Fails only while the runtime ends; then nobody waits for the leave either.
        let _ = self.lanes[lane].send(leave);
        granted
    }
}

impl Day {
    fn new(clock: &Clock, limit: StartLimit) -> Self {
        let left = Duration::from_millis(limit.reset_after_ms).min(DAY);
        let ends_at = clock.monotonic().saturating_add(left);
        Self { total: limit.total.max(1), remaining: limit.remaining, ends_at }
    }

    /// When one may be begun.
    fn opens_at(&mut self, now: Duration) -> Duration {
        if now >= self.ends_at {
            self.remaining = self.total;
            self.ends_at = now.saturating_add(DAY);
        }
        if self.remaining > 0 { now } else { self.ends_at }
    }
}

/// Grants one leave after the other.
async fn lane(clock: Clock, mut asked: mpsc::UnboundedReceiver<Leave>, day: Arc<Mutex<Day>>) {
    let mut opens_at = Duration::ZERO;
    while let Some(leave) = asked.recv().await {
        clock.sleep_until(opens_at).await;
        wait_for_day(&clock, &day).await;
        // Who no longer wants it costs nothing.
        if leave.send(()).is_ok() {
            opens_at = clock.monotonic().saturating_add(IDENTIFY_GAP);
            let mut day = lock(&day);
            day.remaining = day.remaining.saturating_sub(1);
        }
    }
}

async fn wait_for_day(clock: &Clock, day: &Mutex<Day>) {
    loop {
        let now = clock.monotonic();
        let opens_at = lock(day).opens_at(now);
        if opens_at <= now {
            return;
        }
        let wait = opens_at - now;
        tracing::error!(
            wait_s = wait.as_secs(),
            "today's new sessions are used up, waiting until Discord allows one"
        );
        clock.sleep_until(opens_at).await;
    }
}

fn lock(day: &Mutex<Day>) -> MutexGuard<'_, Day> {
    day.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(clock: &Clock, remaining: u32, max_concurrency: u32) -> Budget {
        let (total, reset_after_ms) = (1_000, 3_600_000);
        Budget::start(clock, StartLimit { total, remaining, reset_after_ms, max_concurrency })
    }

    async fn settle() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn identifies_of_one_lane_keep_their_distance() {
        let clock = Clock::start();
        let budget = budget(&clock, 10, 2);
        let (first, other, mut second) = (budget.enqueue(0), budget.enqueue(1), budget.enqueue(2));
        first.await.expect("the first goes at once");
        other.await.expect("the other lane too");
        settle().await;
        assert!(second.try_recv().is_err(), "the second waits");
        clock.run_ahead(IDENTIFY_GAP);
        second.await.expect("and goes after the gap");
    }

    #[tokio::test]
    async fn a_spent_day_is_waited_out() {
        let clock = Clock::start();
        let budget = budget(&clock, 0, 1);
        let mut leave = budget.enqueue(0);
        clock.run_ahead(Duration::from_secs(3_000));
        settle().await;
        assert!(leave.try_recv().is_err());
        clock.run_ahead(Duration::from_secs(3_601));
        leave.await.expect("the next day has room");
    }

    #[tokio::test]
    async fn who_went_away_costs_nothing() {
        let clock = Clock::start();
        let budget = budget(&clock, 1, 1);
        drop(budget.enqueue(0));
        budget.enqueue(0).await.expect("the one session is still there");
    }
}
