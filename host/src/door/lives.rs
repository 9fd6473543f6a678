//! Where each shard stands, and what that means for the session as a whole.

use super::session::Life;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// The shards of one fleet.
#[derive(Debug)]
pub(super) struct Lives {
    shards: Mutex<Vec<One>>,
    whole: watch::Sender<Life>,
}

#[derive(Debug, Clone)]
struct One {
    life: Life,
    latency: Option<Duration>,
}

impl Lives {
    /// All shards connecting.
    pub(super) fn new(shards: u32) -> Self {
        let one = One { life: Life::Connecting, latency: None };
        let shards = Mutex::new(vec![one; shards as usize]);
        Self { shards, whole: watch::channel(Life::Connecting).0 }
    }

    /// Where the fleet stands, and each change.
    pub(super) fn watch(&self) -> watch::Receiver<Life> {
        self.whole.subscribe()
    }

    /// A shard stands elsewhere now.
    pub(super) fn set(&self, shard: u32, life: Life) {
        let mut shards = self.lock();
        if let Some(one) = shards.get_mut(shard as usize) {
            one.life = life;
        }
        let whole = whole(&shards);
        // Under the lock, so that of two changes the later one stays.
        self.whole.send_if_modified(|current| {
            let changes = *current != whole;
            *current = whole;
            changes
        });
    }

    /// A heartbeat of a shard came back.
    pub(super) fn set_latency(&self, shard: u32, latency: Duration) {
        if let Some(one) = self.lock().get_mut(shard as usize) {
            one.latency = Some(latency);
        }
    }

    /// The mean over the shards that know theirs.
    pub(super) fn latency(&self) -> Option<Duration> {
        let shards = self.lock();
        let known: Vec<Duration> = shards.iter().filter_map(|one| one.latency).collect();
        known.iter().sum::<Duration>().checked_div(u32::try_from(known.len()).ok()?)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<One>> {
        self.shards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn whole(shards: &[One]) -> Life {
    let is_fatal = |one: &&One| matches!(one.life, Life::Fatal(_));
    let lacks_intents = |one: &&One| matches!(one.life, Life::IntentsRefused(_));
    let worst = shards.iter().find(is_fatal).or_else(|| shards.iter().find(lacks_intents));
    match worst {
        Some(one) => one.life.clone(),
        None if shards.iter().all(|one| one.life == Life::Ready) => Life::Ready,
        None => Life::Connecting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_ready_when_all_shards_are_and_fatal_when_one_is() {
        let lives = Lives::new(2);
        let life = lives.watch();
        lives.set(0, Life::Ready);
        assert_eq!(*life.borrow(), Life::Connecting);
        lives.set(1, Life::Ready);
        assert_eq!(*life.borrow(), Life::Ready);
        let refused = Life::IntentsRefused(crate::door::Refused::UnknownIntents { intents: 1 });
        lives.set(1, refused.clone());
        assert_eq!(*life.borrow(), refused);
        let fatal = Life::Fatal(crate::door::Refused::Token);
        lives.set(0, fatal.clone());
        lives.set(1, Life::Connecting);
        assert_eq!(*life.borrow(), fatal);
    }

    #[test]
    fn latency_is_the_mean_of_what_is_known() {
        let lives = Lives::new(3);
        assert_eq!(lives.latency(), None);
        lives.set_latency(0, Duration::from_millis(10));
        lives.set_latency(2, Duration::from_millis(30));
        assert_eq!(lives.latency(), Some(Duration::from_millis(20)));
    }
}
