//! The sandbox's time: real time plus an offset that only grows.
//!
//! Nothing else in the sandbox may read the machine's clock: a test that moves this one
//! moves every deadline of the simulated services with it.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// Gives the time of the simulated world, shared by all of its clones.
#[derive(Clone, Debug)]
pub struct SimClock {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    started: Instant,
    started_ms: u64,
    offset_ms: watch::Sender<u64>,
}

impl Default for SimClock {
    fn default() -> Self {
        SimClock::new()
    }
}

impl SimClock {
    /// Returns a clock that starts at the real time.
    #[expect(clippy::disallowed_methods, reason = "this is the one clock of the sandbox")]
    pub fn new() -> SimClock {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let started_ms = since_epoch.as_millis() as u64;
        let offset_ms = watch::Sender::new(0);
        SimClock { inner: Arc::new(Inner { started: Instant::now(), started_ms, offset_ms }) }
    }

    /// Returns a clock that starts so long before the real time, as one that is slow.
    pub fn behind(by: Duration) -> SimClock {
        let clock = SimClock::new();
        let Inner { started, started_ms, .. } = *clock.inner;
        let started_ms = started_ms.saturating_sub(by.as_millis() as u64);
        let offset_ms = watch::Sender::new(0);
        SimClock { inner: Arc::new(Inner { started, started_ms, offset_ms }) }
    }

    /// Returns the simulated time in milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> u64 {
        let real_ms = self.inner.started.elapsed().as_millis() as u64;
        self.inner.started_ms + real_ms + self.offset_ms()
    }

    /// Returns how far the simulated time runs ahead of the real one.
    pub fn offset_ms(&self) -> u64 {
        *self.inner.offset_ms.borrow()
    }

    /// Moves the time forward and wakes whoever sleeps on it.
    pub fn advance(&self, by: Duration) {
        self.inner.offset_ms.send_modify(|offset_ms| *offset_ms += by.as_millis() as u64);
    }

    /// Returns a receiver of the offset in milliseconds, which changes with each advance.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.inner.offset_ms.subscribe()
    }

    /// Waits until the simulated time has come, however it comes.
    pub async fn sleep_until_ms(&self, deadline_ms: u64) {
        let mut offset_ms = self.subscribe();
        loop {
            let now_ms = self.now_ms();
            if now_ms >= deadline_ms {
                return;
            }
            let left = Duration::from_millis(deadline_ms - now_ms);
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                changed = offset_ms.changed() => changed.expect("this clock holds the sender"),
            }
        }
    }

    /// Waits for a span of simulated time.
    pub async fn sleep(&self, span: Duration) {
        self.sleep_until_ms(self.now_ms() + span.as_millis() as u64).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn advancing_wakes_a_sleeper_at_once() {
        let clock = SimClock::new();
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(3_600)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(3_601));
        tokio::time::timeout(Duration::from_secs(5), sleeper).await.unwrap().unwrap();
    }
}
