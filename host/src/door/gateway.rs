//! What `GET /gateway/bot` says: where the gateway is, in how many shards, and how many sessions may
//! still be begun today. Asks until Discord answers, and says in the log that it does.

use super::{Door, Method, Refused, Request, SendError};
use hyper::HeaderMap;
use serde::Deserialize;
use std::time::Duration;

/// The longest pause between two questions.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// More shards than any bot has; a larger number is a mistake on the way.
const SHARDS_MAX: u32 = 100_000;

/// Where and how to begin sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gateway {
    /// The address, in the form that the gateway library takes.
    pub(super) url: String,
    /// How many shards Discord recommends.
    pub(super) shards: u32,
    /// The budget of new sessions.
    pub(super) start_limit: StartLimit,
}

/// How many sessions may be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct StartLimit {
    /// In a day.
    pub(super) total: u32,
    /// Of these, still left.
    pub(super) remaining: u32,
    /// Until the next day begins, in milliseconds.
    #[serde(rename = "reset_after")]
    pub(super) reset_after_ms: u64,
    /// At once, each five seconds.
    #[serde(default = "one")]
    pub(super) max_concurrency: u32,
}

#[derive(Deserialize)]
struct Wire {
    url: String,
    #[serde(default = "one")]
    shards: u32,
    session_start_limit: StartLimit,
}

fn one() -> u32 {
    1
}

/// Asks until there is an answer that can be used.
///
/// # Errors
/// Why asking again cannot help.
pub(super) async fn ask(door: &Door) -> Result<Gateway, Refused> {
    let mut tries = 0;
    loop {
        let trouble = match ask_once(door).await {
            Ok(gateway) => {
                if tries > 0 {
                    tracing::info!(tries, "Discord answers again");
                }
                return Ok(gateway);
            }
            Err(Trouble::Fatal) => return Err(Refused::Token),
            Err(Trouble::Passing(why)) => why,
        };
        tries += 1;
        let pause = pause_after(tries);
        tracing::warn!(
            tries,
            "cannot reach Discord: {trouble}; trying again in {:.0} s",
            pause.as_secs_f64().ceil()
        );
        door.inner.clock.sleep(pause).await;
    }
}

enum Trouble {
    Fatal,
    Passing(String),
}

async fn ask_once(door: &Door) -> Result<Gateway, Trouble> {
    let request = Request {
        method: Method::GET,
        path: "gateway/bot".to_owned(),
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
        until: None,
    };
    let reply = door.send(request).await.map_err(|error| match error {
        SendError::TokenRefused => Trouble::Fatal,
        other => Trouble::Passing(other.to_string()),
    })?;
    if !reply.status.is_success() {
        return Err(Trouble::Passing(format!("it answers with status {}", reply.status.as_u16())));
    }
    read(door, &reply.body).ok_or_else(|| Trouble::Passing("its answer makes no sense".to_owned()))
}

fn read(door: &Door, body: &[u8]) -> Option<Gateway> {
    let Wire { url, shards, session_start_limit: limit } = serde_json::from_slice(body).ok()?;
    let url = door.inner.base.gateway(&url)?;
    let shards = (1..=SHARDS_MAX).contains(&shards).then_some(shards)?;
    let start_limit = StartLimit {
        remaining: limit.remaining.min(limit.total),
        // Zero would mean no limit to the queue.
        max_concurrency: limit.max_concurrency.max(1),
        ..limit
    };
    Some(Gateway { url, shards, start_limit })
}

/// One second, doubled each time, with jitter.
fn pause_after(tries: u32) -> Duration {
    let doubled = Duration::from_secs(1 << (tries - 1).min(6));
    doubled.min(PAUSE_MAX).mul_f64(0.75 + fastrand::f64() / 4.0)
}
