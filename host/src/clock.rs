//! The one clock of the host: what time it is, and waiting for time to pass.
//!
//! Everything that waits or stamps takes a [`Clock`]; nothing else reads the system's clocks. Waiting
//! is measured by the system's monotonic clock, which nobody sets; the calendar time follows the
//! system's, also when it is set and after the machine slept. In the
//! sandbox the clock runs ahead of real time by an offset that only grows, so that a test moves time
//! instead of waiting for it. It must never be possible to drive the clock of a host that speaks to
//! the real Discord: see [`crate::config::Config::sandbox`].

use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::watch;

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The time from `earlier` to this moment; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: UnixMillis) -> Duration {
        self.checked_since(earlier).unwrap_or_default()
    }

    /// The time from `earlier` to this moment; nothing if `earlier` is later, as it may be after the
    /// system's clock was set back.
    #[must_use]
    pub fn checked_since(self, earlier: UnixMillis) -> Option<Duration> {
        u64::try_from(self.0.saturating_sub(earlier.0)).ok().map(Duration::from_millis)
    }

    /// This moment and so much time.
    fn after(self, time: Duration) -> Self {
        let time_ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(time_ms))
    }

    /// The moment on the system's calendar, as files bear it.
    pub(crate) fn of(calendar: SystemTime) -> Self {
        Self(0).after(calendar.duration_since(UNIX_EPOCH).unwrap_or_default())
    }

    /// Whole seconds since 1970, as Discord's `<t:…>` wants them.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

/// The time did not suffice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time allowed has passed")]
pub struct Elapsed;

/// What time it is, and waiting. Cheap to clone; all clones show the same time.
#[derive(Debug, Clone)]
pub struct Clock {
    started: Instant,
    /// What the calendar showed then.
    started_at: UnixMillis,
    /// Reads the system's calendar.
    calendar: fn() -> SystemTime,
    offset: Arc<watch::Sender<Duration>>,
}

impl Clock {
    /// Starts a clock that shows real time until [`Clock::run_ahead`] moves it.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clocks")]
    pub fn start() -> Self {
        Self::start_with(SystemTime::now)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clocks")]
    pub(crate) fn start_with(calendar: fn() -> SystemTime) -> Self {
        let offset = Arc::new(watch::channel(Duration::ZERO).0);
        let started_at = UnixMillis::of(calendar());
        Self { started: Instant::now(), started_at, calendar, offset }
    }

    /// The time since the clock was started; never goes backwards.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        self.started.elapsed() + *self.offset.borrow()
    }

    /// The calendar time, as the system has it now; goes back where the system's clock is set back. For
    /// stamps and for what must outlive this process; how long something took is a matter of
    /// [`Clock::monotonic`].
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        UnixMillis::of((self.calendar)()).after(*self.offset.borrow())
    }

    /// The calendar time as it would be, had nobody set the system's clock since this one was started. To
    /// be compared with other machines' clocks, whose difference is measured: a clock that is set makes
    /// that difference wrong.
    #[must_use]
    pub fn steady(&self) -> UnixMillis {
        self.started_at.after(self.monotonic())
    }

    /// Waits for `duration` of this clock's time.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.monotonic().saturating_add(duration)).await;
    }

    /// Waits until [`Clock::monotonic`] shows `moment`.
    pub async fn sleep_until(&self, moment: Duration) {
        let mut moved = self.offset.subscribe();
        loop {
            moved.mark_unchanged();
            let left = moment.saturating_sub(self.monotonic());
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                changed = moved.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Gives `work` at most `duration` of this clock's time.
    ///
    /// # Errors
    /// [`Elapsed`] if the time passed first; `work` is dropped.
    pub fn timeout<F: Future>(
        &self,
        duration: Duration,
        work: F,
    ) -> impl Future<Output = Result<F::Output, Elapsed>> {
        Timeout { work, sleep: self.sleep(duration) }
    }

    /// Lets the clock run `offset` ahead of real time. A smaller offset than before is ignored.
    pub fn run_ahead(&self, offset: Duration) {
        self.offset.send_if_modified(|current| {
            let grows = offset > *current;
            if grows {
                *current = offset;
            }
            grows
        });
    }
}

pin_project! {
    /// Work, or the end of its time. Not an `async fn`, which would hold the work twice, once as what
    /// it was given: where timeouts lie in timeouts that doubles each time.
    struct Timeout<F, S> {
        #[pin]
        work: F,
        #[pin]
        sleep: S,
    }
}

impl<F: Future, S: Future<Output = ()>> Future for Timeout<F, S> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let timeout = self.project();
        if let Poll::Ready(output) = timeout.work.poll(context) {
            return Poll::Ready(Ok(output));
        }
        timeout.sleep.poll(context).map(|()| Err(Elapsed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved() {
        let clock = Clock::start();
        // In this order: what is asked to wait begins when it is first polled.
        tokio::join!(clock.sleep(Duration::from_secs(3600)), async {
            clock.run_ahead(Duration::from_secs(3600));
        });
        assert!(clock.monotonic() >= Duration::from_secs(3600));
    }

    #[tokio::test]
    async fn a_timeout_drops_what_is_late() {
        let clock = Clock::start();
        let late = clock.timeout(Duration::from_secs(60), std::future::pending::<()>());
        let (result, ()) = tokio::join!(late, async { clock.run_ahead(Duration::from_secs(61)) });
        assert_eq!(result, Err(Elapsed));
    }

    #[test]
    fn the_clock_never_goes_back() {
        let clock = Clock::start();
        clock.run_ahead(Duration::from_secs(10));
        clock.run_ahead(Duration::from_secs(5));
        assert!(clock.monotonic() >= Duration::from_secs(10));
    }
    /// What the system's calendar shows in the test below, in seconds since 1970.
    static CALENDAR_S: AtomicU64 = AtomicU64::new(1_000_000);

    #[test]
    fn the_calendar_follows_a_system_clock_that_is_set_and_waiting_does_not() {
        let clock = Clock::start_with(|| {
            UNIX_EPOCH + Duration::from_secs(CALENDAR_S.load(Ordering::Relaxed))
        });
        assert_eq!(clock.now(), UnixMillis(1_000_000_000));
        let before = clock.monotonic();
        CALENDAR_S.store(2_000_000, Ordering::Relaxed);
        assert_eq!(clock.now(), UnixMillis(2_000_000_000));
        CALENDAR_S.store(500_000, Ordering::Relaxed);
        assert_eq!(clock.now(), UnixMillis(500_000_000));
        let passed = clock.monotonic().checked_sub(before).expect("never goes back");
        assert!(passed < Duration::from_secs(500_000));
        clock.run_ahead(Duration::from_secs(60));
        assert_eq!(clock.now(), UnixMillis(500_060_000));
    }
}
