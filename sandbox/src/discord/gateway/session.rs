//! One gateway session: its events in order, kept for a while so that a resume misses none.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::mpsc::UnboundedSender;

use crate::discord::id::GuildId;

/// How many events a session keeps for a resume.
const REPLAY_MAX: usize = 10_000;

/// How long a session without a connection can be resumed.
pub(crate) const RESUMABLE_MS: u64 = 180_000;

/// Says what to do on a connection.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Text(Utf8Bytes),
    Close { code: u16, reason: &'static str },
    Drop,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub id: String,
    pub shard: [u64; 2],
    pub intents: u64,
    /// How many heartbeats were acknowledged.
    pub n_heartbeats: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    sequence: u64,
    sent: VecDeque<(u64, Utf8Bytes)>,
    outlet: Option<UnboundedSender<Outgoing>>,
    left_ms: Option<u64>,
}

/// Says why a session cannot be taken up again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ResumeRefusal {
    /// The sequence number was never sent.
    SequenceAhead,
    /// What was missed is no longer kept.
    TooOld,
}

impl Session {
    pub(crate) fn new(id: String, shard: [u64; 2], intents: u64) -> Session {
        Session { id, shard, intents, n_heartbeats: AtomicU64::new(0), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.state().outlet.is_some()
    }

    pub(crate) fn is_alive(&self, now_ms: u64) -> bool {
        self.state().left_ms.is_none_or(|left_ms| now_ms < left_ms + RESUMABLE_MS)
    }

    /// Returns whether this session's shard hears of the guild; shard 0 hears of the rest.
    pub(crate) fn hears(&self, guild: Option<GuildId>) -> bool {
        let [number, count] = self.shard;
        guild.map_or(0, |guild| (guild.0 >> 22) % count) == number
    }

    /// Sends an event, or keeps it for the resume.
    pub(crate) fn dispatch(&self, event: &str, data: &str) {
        let mut state = self.state();
        state.sequence += 1;
        let sequence = state.sequence;
        let mut text = String::with_capacity(data.len() + event.len() + 48);
        write!(text, r#"{{"t":"{event}","s":{sequence},"op":0,"d":{data}}}"#)
            .expect("writing to a string cannot fail");
        let text = Utf8Bytes::from(text);
        if state.sent.len() == REPLAY_MAX {
            state.sent.pop_front();
        }
        state.sent.push_back((sequence, text.clone()));
        if let Some(outlet) = &state.outlet {
            let _ = outlet.send(Outgoing::Text(text));
        }
    }

    /// Binds the session to a connection; an older connection of it is dropped.
    pub(crate) fn attach(&self, outlet: UnboundedSender<Outgoing>) {
        let mut state = self.state();
        state.left_ms = None;
        if let Some(older) = state.outlet.replace(outlet) {
            let _ = older.send(Outgoing::Drop);
        }
    }

    /// Binds the session to a connection and sends what was missed after a sequence number.
    pub(crate) fn resume(
        &self,
        outlet: UnboundedSender<Outgoing>,
        after: u64,
    ) -> Result<usize, ResumeRefusal> {
        let mut state = self.state();
        if after > state.sequence {
            return Err(ResumeRefusal::SequenceAhead);
        }
        let oldest = state.sent.front().map_or(state.sequence + 1, |(sequence, _)| *sequence);
        if after + 1 < oldest {
            return Err(ResumeRefusal::TooOld);
        }
        let mut n_replayed = 0;
        for (_, text) in state.sent.iter().filter(|(sequence, _)| *sequence > after) {
            let _ = outlet.send(Outgoing::Text(text.clone()));
            n_replayed += 1;
        }
        state.left_ms = None;
        if let Some(older) = state.outlet.replace(outlet) {
            let _ = older.send(Outgoing::Drop);
        }
        Ok(n_replayed)
    }

    /// Forgets the connection, if it is still the one that is given.
    pub(crate) fn detach(&self, outlet: &UnboundedSender<Outgoing>, now_ms: u64) {
        let mut state = self.state();
        if state.outlet.as_ref().is_some_and(|bound| bound.same_channel(outlet)) {
            state.outlet = None;
            state.left_ms = Some(now_ms);
        }
    }
}
