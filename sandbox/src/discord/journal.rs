//! What the bot did, as Discord saw it: requests and sessions, a bounded number of each.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde_json::Value;

/// How many requests the journal keeps unless told otherwise; the oldest go first.
pub const JOURNAL_DEFAULT: usize = 10_000;

/// How many things that happened at the gateway are kept.
const GATEWAY_MAX: usize = 5_000;

/// Holds one request and how it was answered.
#[derive(Clone, Debug)]
pub struct JournalEntry {
    /// When it came, in simulated Unix milliseconds.
    pub at_ms: u64,
    /// The method, as in `POST`.
    pub method: String,
    /// The path behind `/api/v10`.
    pub path: String,
    /// The status of the answer; 0 if the connection was dropped.
    pub status: u16,
    /// Discord's error code, 0 if there was none.
    pub code: u32,
    /// The JSON body of the request.
    pub body: Value,
}

/// Says what happened at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GatewayEvent {
    /// Somebody connected; `at_resume_url` tells which address was used.
    Connected {
        /// Whether the connection came in at the resume address.
        at_resume_url: bool,
    },
    /// A session began.
    Identified {
        /// The session's id.
        session: String,
        /// The intents asked for.
        intents: u64,
        /// Number of the shard, and of how many.
        shard: [u64; 2],
    },
    /// A session was taken up again.
    Resumed {
        /// The session's id.
        session: String,
        /// How many missed events were sent again.
        n_replayed: usize,
    },
    /// A session was refused with op 9.
    Invalidated,
    /// The connection was closed by Discord with this code.
    Closed {
        /// The close code.
        code: u16,
    },
    /// The other side closed or dropped the connection.
    Left,
}

/// Holds what happened at the gateway and when.
#[derive(Clone, Debug)]
pub struct GatewayEntry {
    /// When, in simulated Unix milliseconds.
    pub at_ms: u64,
    /// What.
    pub event: GatewayEvent,
}

#[derive(Debug)]
pub(crate) struct Journal {
    requests_max: usize,
    requests: Mutex<VecDeque<JournalEntry>>,
    gateway: Mutex<VecDeque<GatewayEntry>>,
}

impl Journal {
    /// Makes a journal; with 0 it keeps no requests at all.
    pub(crate) fn new(requests_max: usize) -> Journal {
        Journal { requests_max, requests: Mutex::default(), gateway: Mutex::default() }
    }

    pub(crate) fn keeps_requests(&self) -> bool {
        self.requests_max > 0
    }

    pub(crate) fn request(&self, entry: JournalEntry) {
        push_bounded(&self.requests, self.requests_max, entry);
    }

    pub(crate) fn gateway(&self, at_ms: u64, event: GatewayEvent) {
        push_bounded(&self.gateway, GATEWAY_MAX, GatewayEntry { at_ms, event });
    }

    pub(crate) fn requests(&self) -> Vec<JournalEntry> {
        let requests = self.requests.lock().expect("no holder of this lock panics");
        requests.iter().cloned().collect()
    }

    pub(crate) fn gateway_entries(&self) -> Vec<GatewayEntry> {
        let gateway = self.gateway.lock().expect("no holder of this lock panics");
        gateway.iter().cloned().collect()
    }
}

fn push_bounded<T>(ring: &Mutex<VecDeque<T>>, max: usize, entry: T) {
    let mut ring = ring.lock().expect("no holder of this lock panics");
    if ring.len() >= max {
        ring.pop_front();
    }
    ring.push_back(entry);
}
