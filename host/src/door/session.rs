//! The gateway session as the host sees it: one or more shards with the same intents.
//! Must never end a session that still serves before its successor is ready.

use super::{Door, Inbound};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Where a session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// Not all shards are connected; the door goes on trying.
    Connecting,
    /// All shards receive events.
    Ready,
    /// No further try can help. The sentence says what the operator does.
    Fatal(String),
}

/// What a successor needs to go on where a shard stopped, without losing an event.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The shard's number.
    pub shard: u32,
    /// How many shards there are.
    pub shards: u32,
    /// The session's id. It is a secret together with the token only.
    pub session_id: String,
    /// The last event that was handed on.
    pub sequence: u64,
    /// Where to resume.
    pub resume_url: Option<String>,
}

/// The new intents were not taken; the session goes on with the old ones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Refused {
    /// Why, and what the operator does.
    pub sentence: String,
}

/// A running gateway session. Dropped, it ends without a word to Discord, so that it can still be
/// resumed for a minute.
pub struct Session {
    life: watch::Receiver<Life>,
}

impl Session {
    pub(super) fn start(
        _door: Door,
        _intents: u64,
        _sessions: Vec<Handover>,
        _inbound: mpsc::Sender<Inbound>,
    ) -> Self {
        Self { life: watch::channel(Life::Connecting).1 }
    }

    /// Returns where the session stands, and each change of it. After [`Session::close`] it ends.
    #[must_use]
    pub fn life(&self) -> watch::Receiver<Life> {
        self.life.clone()
    }

    /// Returns the time that the last heartbeat took to Discord and back, averaged over the shards;
    /// nothing until one was answered.
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        None
    }

    /// Changes the intents: a new session is made ready first, then the old one is closed. An event
    /// that both receive is handed on once.
    ///
    /// # Errors
    /// [`Refused`] if Discord does not allow the intents, or the session has ended.
    pub async fn reconnect(&self, _intents: u64) -> Result<(), Refused> {
        Ok(())
    }

    /// Closes the session: the bot is shown offline at once. Waits a few seconds at most.
    pub async fn close(self) {}

    /// Stops without closing, and returns what [`Door::take_over`] needs to go on.
    pub async fn hand_over(self) -> Vec<Handover> {
        Vec::new()
    }
}
