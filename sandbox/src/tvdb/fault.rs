//! What can go wrong at TheTVDB, played on purpose.

use crate::loopback::{Answer, Call};
use serde_json::Value;
use std::time::Duration;

/// One way of failing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server is gone: connections break, also new ones.
    Down,
    /// The connection is dropped without an answer.
    Reset,
    /// The answer comes late, in real time.
    Slow(Duration),
    /// 429, with this many seconds in `Retry-After` if given.
    TooManyRequests {
        /// The seconds in `Retry-After`.
        retry_after_s: Option<u64>,
    },
    /// 500 with a body that is not JSON.
    ServerError,
    /// A web page where JSON was promised, with status 200.
    Html,
    /// The body ends in the middle.
    CutShort,
    /// The key is not accepted, and no token is either.
    WrongKey,
    /// Every list in every answer is `null`.
    NullLists,
}

/// Returns what the caller gets instead of the true answer. Pictures only ever fail with the server.
pub(super) async fn play(fault: Fault, call: &Call, truth: Answer) -> Answer {
    let picture = call.path.starts_with("/banners/");
    match fault {
        Fault::Down | Fault::Reset => Answer::Reset,
        _ if picture => truth,
        Fault::Slow(late) => {
            tokio::time::sleep(late).await;
            truth
        }
        Fault::TooManyRequests { retry_after_s } => too_many(retry_after_s),
        Fault::ServerError => Answer::new(500, "text/plain", "Internal Server Error"),
        Fault::Html => Answer::new(200, "text/html; charset=UTF-8", MAINTENANCE),
        Fault::CutShort => truth.cut_short(),
        Fault::WrongKey => truth,
        Fault::NullLists => null_lists(truth),
    }
}

const MAINTENANCE: &str = "<!DOCTYPE html><html><head><title>Be right back</title></head>\
    <body><h1>We are down for maintenance</h1></body></html>";

fn too_many(retry_after_s: Option<u64>) -> Answer {
    let answer = Answer::new(429, "text/plain", "Too Many Requests");
    match retry_after_s {
        Some(seconds) => answer.with_header("retry-after", &seconds.to_string()),
        None => answer,
    }
}

fn null_lists(truth: Answer) -> Answer {
    let Answer::Whole { status, headers, body } = truth else { return truth };
    let Ok(mut value) = serde_json::from_slice::<Value>(&body) else {
        return Answer::Whole { status, headers, body };
    };
    make_lists_null(&mut value);
    Answer::Whole { status, headers, body: value.to_string().into() }
}

fn make_lists_null(value: &mut Value) {
    match value {
        Value::Array(_) => *value = Value::Null,
        Value::Object(fields) => fields.values_mut().for_each(make_lists_null),
        _ => {}
    }
}
