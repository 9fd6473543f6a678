//! Plays the hosts of the outside world that plugins may ask, so that none is ever reached.
//!
//! A sandboxed host resolves every declared outside host to this server and keeps the original name
//! in `Host`. A host nobody plays is answered with 502: no request leaves the machine.

use crate::loopback::{Answer, Answering, Call, Loopback};
use serde_json::json;
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The host that gives pictures of cats.
pub const CAT_HOST: &str = "api.thecatapi.com";

/// The picture it gives here.
pub const CAT_PICTURE: &str = "https://cdn2.thecatapi.com/images/sandbox.jpg";

/// What is wrong with the outside world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutsideFault {
    /// Nothing can be reached.
    Down,
    /// Answers come late, in real time.
    Slow(Duration),
    /// Every answer is 500.
    ServerError,
    /// Answers are larger than any plugin may read.
    Huge,
}

/// How large a [`OutsideFault::Huge`] answer is: above the 1 MiB a plugin may read.
const HUGE_BYTES: usize = 3 << 20;

/// One request to the outside world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The host that was meant.
    pub host: String,
    /// The path.
    pub path: String,
}

/// Requests that are remembered.
const JOURNAL_ENTRIES_MAX: usize = 1_000;

/// The outside world on loopback. It ends when it is dropped.
pub struct Outside {
    loopback: Loopback,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<OutsideFault>,
    journal: Vec<Asked>,
}

impl Outside {
    /// Starts it at a free port.
    ///
    /// # Errors
    /// When loopback cannot be listened on.
    pub async fn start() -> io::Result<Self> {
        let state = Arc::new(Mutex::new(State::default()));
        let answering: Answering = Arc::new({
            let state = Arc::clone(&state);
            move |call| Box::pin(handle(Arc::clone(&state), call))
        });
        Ok(Self { loopback: Loopback::start(0, answering).await?, state })
    }

    /// Returns the address for the setting `SANDBOX_HTTP`.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.loopback.address()
    }

    /// Lets the outside world fail from now on; `None` ends it.
    pub fn set_fault(&self, fault: Option<OutsideFault>) {
        lock(&self.state).fault = fault;
        if fault == Some(OutsideFault::Down) {
            self.loopback.take_down();
        } else {
            self.loopback.raise();
        }
    }

    /// Returns the requests seen so far, oldest first.
    #[must_use]
    pub fn journal(&self) -> Vec<Asked> {
        lock(&self.state).journal.clone()
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn handle(state: Arc<Mutex<State>>, call: Call) -> Answer {
    let host = call.header("host").unwrap_or_default().to_owned();
    let fault = {
        let mut state = lock(&state);
        if state.journal.len() < JOURNAL_ENTRIES_MAX {
            state.journal.push(Asked { host: host.clone(), path: call.path.clone() });
        }
        state.fault
    };
    match fault {
        Some(OutsideFault::Down) => Answer::Reset,
        Some(OutsideFault::ServerError) => Answer::new(500, "text/plain", "out of order"),
        Some(OutsideFault::Huge) => Answer::new(200, "text/plain", vec![b'x'; HUGE_BYTES]),
        Some(OutsideFault::Slow(late)) => {
            tokio::time::sleep(late).await;
            answer(&host, &call.path)
        }
        None => answer(&host, &call.path),
    }
}

fn answer(host: &str, path: &str) -> Answer {
    match (host, path) {
        (CAT_HOST, "/v1/images/search") => Answer::json(
            200,
            &json!([{ "id": "sandbox", "url": CAT_PICTURE, "width": 640, "height": 480 }]),
        ),
        (CAT_HOST, _) => Answer::json(404, &json!({ "message": "not found" })),
        _ => Answer::new(502, "text/plain", "the sandbox does not play this host"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(outside: &Outside, host: &str, path: &str) -> reqwest::Result<reqwest::Response> {
        let request = reqwest::Client::new().get(format!("http://{}{path}", outside.address()));
        request.header("host", host).send().await
    }

    #[tokio::test]
    async fn known_hosts_are_played_and_unknown_ones_refused() {
        let outside = Outside::start().await.expect("a free port");
        let cats = ask(&outside, CAT_HOST, "/v1/images/search").await.unwrap();
        let cats: serde_json::Value = cats.json().await.unwrap();
        assert_eq!(cats[0]["url"], CAT_PICTURE);
        assert_eq!(ask(&outside, "example.com", "/").await.unwrap().status(), 502);
        assert_eq!(outside.journal()[1].host, "example.com");
    }

    #[tokio::test]
    async fn the_outside_world_can_be_down() {
        let outside = Outside::start().await.expect("a free port");
        outside.set_fault(Some(OutsideFault::Down));
        assert!(ask(&outside, CAT_HOST, "/").await.is_err());
        outside.set_fault(None);
        assert_eq!(ask(&outside, CAT_HOST, "/").await.unwrap().status(), 404);
    }
}
