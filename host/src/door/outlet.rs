//! Where shards hand events on. Never waits, because a shard that waits sends no heartbeats, and
//! hands an event on once while two sessions overlap.

use super::{Inbound, frame::Frame};
use std::{
    collections::HashMap,
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
    overlap: Option<Overlap>,
    dropped: u64,
}

/// Two sessions that bring the same events.
struct Overlap {
    /// The fleet that is to be replaced.
    old: u64,
    /// By the hash of an event, how much more often the old session brought it than the new one.
    leads: HashMap<u64, i32>,
}

impl Overlap {
    /// Whether an event is what the other session was ahead with. Equal events of one session are several.
    fn was_brought(&mut self, digest: u64, fleet: u64) -> bool {
        if self.leads.len() >= REMEMBERED_MAX {
            self.leads.clear();
        }
        let step = if fleet == self.old { 1 } else { -1 };
        let lead = self.leads.entry(digest).or_default();
        let was_behind = *lead * step < 0;
        *lead = lead.saturating_add(step);
        was_behind
    }
}

impl Outlet {
    pub(super) fn new(inbound: mpsc::Sender<Inbound>) -> Self {
        Self { inbound, hasher: RandomState::new(), state: Mutex::default() }
    }

    /// From now on, or no longer, two sessions bring the same events: that of the fleet `old`, and another.
    pub(super) fn set_overlap(&self, old: Option<u64>) {
        self.state().overlap = old.map(|old| Overlap { old, leads: HashMap::new() });
    }

    /// Hands an event on; false when the host no longer listens.
    pub(super) fn hand_on(&self, inbound: Inbound, fleet: u64) -> bool {
        if self.was_brought(&inbound.text, fleet) {
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

    /// Whether the other session has brought the event.
    fn was_brought(&self, text: &str, fleet: u64) -> bool {
        let mut state = self.state();
        let Some(overlap) = &mut state.overlap else { return false };
        overlap.was_brought(self.digest(text), fleet)
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

    const OLD: u64 = 3;
    const NEW: u64 = 5;

    /// What comes out of an overlap for what each session brings: a number stands for an event.
    fn handed_on(brought: &[(u64, u32)]) -> Vec<u32> {
        let (tx, mut rx) = mpsc::channel(64);
        let outlet = Outlet::new(tx);
        outlet.set_overlap(Some(OLD));
        for (sequence, (fleet, event_)) in brought.iter().enumerate() {
            // The same event has another number in each session.
            let text = format!(r#"{{"op":0,"s":{sequence},"t":"TYPING_START","d":{event_}}}"#);
            assert!(outlet.hand_on(event(&text), *fleet));
        }
        let mut events = Vec::new();
        while let Ok(inbound) = rx.try_recv() {
            let frame = Frame::parse(&inbound.text).expect("a frame");
            events.push(frame.d.expect("an event").get().parse().expect("a number"));
        }
        events
    }

    #[test]
    fn overlapping_sessions_hand_an_event_on_once() {
        assert_eq!(handed_on(&[(OLD, 1), (NEW, 1), (NEW, 2), (OLD, 2)]), [1, 2]);
        assert_eq!(handed_on(&[(OLD, 1), (OLD, 2), (NEW, 1), (NEW, 3)]), [1, 2, 3]);
    }

    #[test]
    fn equal_events_of_one_session_are_both_handed_on() {
        assert_eq!(handed_on(&[(OLD, 1), (OLD, 1)]), [1, 1]);
        assert_eq!(handed_on(&[(OLD, 1), (NEW, 1), (OLD, 1), (NEW, 1)]), [1, 1]);
        assert_eq!(handed_on(&[(OLD, 1), (OLD, 1), (NEW, 1), (NEW, 1), (NEW, 1)]), [1, 1, 1]);
        assert_eq!(handed_on(&[(NEW, 1), (NEW, 1), (OLD, 1), (OLD, 1)]), [1, 1]);
    }

    #[test]
    fn outside_of_an_overlap_events_may_repeat() {
        let (tx, mut rx) = mpsc::channel(8);
        let outlet = Outlet::new(tx);
        outlet.set_overlap(Some(OLD));
        outlet.set_overlap(None);
        for fleet in [OLD, NEW] {
            assert!(outlet.hand_on(event("a"), fleet));
        }
        assert!(rx.try_recv().is_ok() && rx.try_recv().is_ok());
    }

    #[test]
    fn a_full_host_loses_events_and_a_closed_one_ends_the_session() {
        let (tx, mut rx) = mpsc::channel(1);
        let outlet = Outlet::new(tx);
        assert!(outlet.hand_on(event("a"), OLD));
        assert!(outlet.hand_on(event("b"), OLD));
        assert_eq!(rx.try_recv().map(|inbound| inbound.text), Ok("a".to_owned()));
        drop(rx);
        assert!(!outlet.hand_on(event("c"), OLD));
    }
}
