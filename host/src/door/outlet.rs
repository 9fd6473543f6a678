//! Where shards hand events on. Never waits, because a shard that waits sends no heartbeats, and
//! hands an event on once while two sessions overlap.

use super::{Inbound, frame::Frame};
use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
};
use tokio::sync::mpsc::{self, error::TrySendError};

/// How many events of an overlap are remembered; an overlap lasts seconds.
const REMEMBERED_MAX: usize = 16_384;

/// The way to the host.
pub(super) struct Outlet {
    inbound: mpsc::Sender<Inbound>,
    hasher: RandomState,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Hashes of what was handed on, while sessions overlap.
    seen: Option<HashSet<u64>>,
    dropped: u64,
}

impl Outlet {
    pub(super) fn new(inbound: mpsc::Sender<Inbound>) -> Self {
        Self { inbound, hasher: RandomState::new(), state: Mutex::default() }
    }

    /// From now on, or no longer, two sessions bring the same events.
    pub(super) fn set_overlap(&self, overlaps: bool) {
        self.state().seen = overlaps.then(HashSet::new);
    }

    /// Hands an event on; false when the host no longer listens.
    pub(super) fn hand_on(&self, inbound: Inbound) -> bool {
        if self.was_seen(&inbound.text) {
            return true;
        }
        match self.inbound.try_send(inbound) {
            Ok(()) => true,
            Err(TrySendError::Closed(_)) => false,
            Err(TrySendError::Full(_)) => {
                self.count_dropped();
                true
            }
        }
    }

    fn was_seen(&self, text: &str) -> bool {
        let mut state = self.state();
        let Some(seen) = &mut state.seen else { return false };
        if seen.len() >= REMEMBERED_MAX {
            seen.clear();
        }
        !seen.insert(self.digest(text))
    }

    /// The same for the same event of two sessions, which differ in the sequence number.
    fn digest(&self, text: &str) -> u64 {
        let Some(frame) = Frame::parse(text) else { return self.hasher.hash_one(text) };
        match frame.interaction() {
            Some(interaction) => self.hasher.hash_one(&interaction.id),
            None => self.hasher.hash_one((&frame.t, frame.d.map(|d| d.get()))),
        }
    }

    fn count_dropped(&self) {
        let mut state = self.state();
        state.dropped += 1;
        if state.dropped.is_power_of_two() {
            tracing::warn!(dropped = state.dropped, "events come faster than they are handled");
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn event(text: &str) -> Inbound {
        Inbound { text: text.to_owned(), received: Duration::ZERO, shard: 0 }
    }

    #[test]
    fn overlapping_sessions_hand_an_event_on_once() {
        let (tx, mut rx) = mpsc::channel(8);
        let outlet = Outlet::new(tx);
        let first = r#"{"op":0,"s":5,"t":"TYPING_START","d":{"user_id":"1"}}"#;
        let again = r#"{"op":0,"s":2,"t":"TYPING_START","d":{"user_id":"1"}}"#;
        let other = r#"{"op":0,"s":3,"t":"TYPING_START","d":{"user_id":"2"}}"#;
        outlet.set_overlap(true);
        assert!([first, again, other].iter().all(|text| outlet.hand_on(event(text))));
        outlet.set_overlap(false);
        assert!(outlet.hand_on(event(again)), "outside of an overlap events may repeat");
        let mut texts = Vec::new();
        while let Ok(inbound) = rx.try_recv() {
            texts.push(inbound.text);
        }
        assert_eq!(texts, [first, other, again]);
    }

    #[test]
    fn a_full_host_loses_events_and_a_closed_one_ends_the_session() {
        let (tx, mut rx) = mpsc::channel(1);
        let outlet = Outlet::new(tx);
        assert!(outlet.hand_on(event("a")));
        assert!(outlet.hand_on(event("b")));
        assert_eq!(rx.try_recv().map(|inbound| inbound.text), Ok("a".to_owned()));
        drop(rx);
        assert!(!outlet.hand_on(event("c")));
    }
}
