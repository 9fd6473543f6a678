#![doc = include_str!("tvdb/SCHEMA.md")]

mod answer;
mod episodes;
mod fault;
mod tokens;
mod wire;

pub use fault::Fault;

use crate::{
    catalogue::Catalogue,
    clock::SimClock,
    loopback::{Answer, Answering, Call, Loopback},
};
use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokens::Tokens;

/// The key the simulated TheTVDB accepts unless told otherwise.
pub const API_KEY: &str = "sandbox-tvdb-key";

/// Requests the journal remembers; the oldest are dropped first.
const JOURNAL_ENTRIES_MAX: usize = 10_000;

/// How to start a simulated TheTVDB.
#[derive(Debug, Clone)]
pub struct TvdbOptions {
    /// The port on 127.0.0.1; 0 means any free one.
    pub port: u16,
    /// The key that `POST /login` accepts.
    pub api_key: String,
    /// The PIN that must come with the key, if the key is a subscriber's.
    pub pin: Option<String>,
    /// The clock by which tokens end.
    pub clock: SimClock,
}

impl Default for TvdbOptions {
    fn default() -> Self {
        Self { port: 0, api_key: API_KEY.to_owned(), pin: None, clock: SimClock::new() }
    }
}

/// One request the simulated TheTVDB saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The method, in capitals.
    pub method: String,
    /// The path without `/v4`.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub query: String,
    /// The status of the answer; `None` where the connection was dropped.
    pub status: Option<u16>,
}

/// A TheTVDB on loopback. It ends when it is dropped.
pub struct SimTvdb {
    loopback: Loopback,
    state: Arc<State>,
}

impl SimTvdb {
    /// Starts a simulated TheTVDB with the invented catalogue.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(options: TvdbOptions) -> io::Result<Self> {
        let state = Arc::new(State {
            options: options.clone(),
            shared: Mutex::new(Shared {
                catalogue: Catalogue::invented(),
                tokens: Tokens::new(options.clock.clone()),
                fault: None,
                queued: VecDeque::new(),
                journal: VecDeque::new(),
            }),
        });
        let answering: Answering = Arc::new({
            let state = Arc::clone(&state);
            move |call| Box::pin(handle(Arc::clone(&state), call))
        });
        Ok(Self { loopback: Loopback::start(options.port, answering).await?, state })
    }

    /// Returns the address for the setting `TVDB_API_BASE`.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}/v4", self.loopback.address())
    }

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.loopback.address()
    }

    /// Plays a fault on every request from now on; `None` ends it.
    pub fn set_fault(&self, fault: Option<Fault>) {
        let down = fault == Some(Fault::Down);
        self.state.lock().fault = fault;
        if down {
            self.loopback.take_down();
        } else {
            self.loopback.raise();
        }
    }

    /// Returns the fault that is played on every request, if any.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.state.lock().fault
    }

    /// Plays these faults on the next requests, one each, before any lasting fault.
    /// [`Fault::Down`] drops the connection of that one request.
    pub fn queue_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.lock().queued.extend(faults);
    }

    /// Makes every token that was handed out invalid, as if a month had passed.
    pub fn expire_tokens(&self) {
        self.state.lock().tokens.expire();
    }

    /// Returns the requests seen so far, oldest first.
    #[must_use]
    pub fn journal(&self) -> Vec<Seen> {
        self.state.lock().journal.iter().cloned().collect()
    }

    /// Forgets the requests seen so far.
    pub fn clear_journal(&self) {
        self.state.lock().journal.clear();
    }

    /// Changes the catalogue while it is being served.
    pub fn edit(&self, change: impl FnOnce(&mut Catalogue)) {
        change(&mut self.state.lock().catalogue);
    }
}

struct State {
    options: TvdbOptions,
    shared: Mutex<Shared>,
}

struct Shared {
    catalogue: Catalogue,
    tokens: Tokens,
    fault: Option<Fault>,
    queued: VecDeque<Fault>,
    journal: VecDeque<Seen>,
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn handle(state: Arc<State>, call: Call) -> Answer {
    let fault = {
        let mut shared = state.lock();
        shared.queued.pop_front().or(shared.fault)
    };
    let truth = state.answer(&call, fault);
    let answer = match fault {
        Some(fault) => fault::play(fault, &call, truth).await,
        None => truth,
    };
    let mut shared = state.lock();
    if shared.journal.len() == JOURNAL_ENTRIES_MAX {
        shared.journal.pop_front();
    }
    shared.journal.push_back(Seen {
        method: call.method,
        path: call.path.strip_prefix("/v4").unwrap_or(&call.path).to_owned(),
        query: call.raw_query,
        status: answer.status(),
    });
    answer
}

#[cfg(test)]
mod tests;
