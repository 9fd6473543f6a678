//! What a 429 says: whom it concerns and how long it lasts. A 429 that cannot be read is believed to
//! concern everything, because walls in front of Discord answer so.

use super::Reply;
use crate::door::limits::{seconds, single};
use hyper::StatusCode;
use serde::Deserialize;
use std::time::Duration;

/// The pause after a 429 that does not say, readably, how long to wait.
const RETRY_AFTER_DEFAULT: Duration = Duration::from_secs(5);
/// The longest pause that an answer may ask for.
const RETRY_AFTER_MAX_SECONDS: f64 = 86_400.0;

/// Whom a 429 concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// This bot's use of the route.
    Own,
    /// A resource that others use too; not held against us.
    Shared,
    /// All that we send.
    Everything,
}

/// What a 429 says.
pub(super) struct Limited {
    pub(super) scope: Scope,
    pub(super) retry_after: Duration,
}

/// The body of a 429 of Discord's own.
#[derive(Deserialize)]
struct LimitedBody {
    #[serde(default)]
    global: bool,
    #[serde(default)]
    retry_after: Option<f64>,
}

impl Reply {
    /// How long to wait before it is asked again, where this is a 429.
    pub fn retry_after(&self) -> Option<Duration> {
        (self.status == StatusCode::TOO_MANY_REQUESTS).then(|| Limited::read(self).retry_after)
    }
}

impl Limited {
    pub(super) fn read(reply: &Reply) -> Self {
        let body: Option<LimitedBody> = serde_json::from_slice(&reply.body).ok();
        let scope = match single(&reply.headers, "x-ratelimit-scope") {
            _ if reply.headers.contains_key("x-ratelimit-global") => Scope::Everything,
            Some("global") => Scope::Everything,
            Some("shared") => Scope::Shared,
            _ if body.as_ref().is_some_and(|body| !body.global) => Scope::Own,
            // It said so, or it is the wall in front of Discord, which counts all.
            _ => Scope::Everything,
        };
        let told = body.and_then(|body| body.retry_after);
        let told = told.filter(|told| (0.0..=RETRY_AFTER_MAX_SECONDS).contains(told));
        let header = || single(&reply.headers, "retry-after").and_then(seconds);
        let retry_after =
            told.map(Duration::from_secs_f64).or_else(header).unwrap_or(RETRY_AFTER_DEFAULT);
        Self { scope, retry_after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::{HeaderMap, StatusCode};

    fn check(headers: &[(&'static str, &str)], body: &'static str, scope: Scope, millis: u64) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a header value"));
        }
        let status = StatusCode::TOO_MANY_REQUESTS;
        let limited = Limited::read(&Reply { status, headers: map, body: body.into() });
        let read = (limited.scope, limited.retry_after);
        assert_eq!(read, (scope, Duration::from_millis(millis)), "{headers:?} {body}");
    }

    #[test]
    fn a_429_is_read_strictly_and_the_worst_is_believed() {
        const OWN: &str = r#"{"message":"slow","retry_after":1.25,"global":false}"#;
        const ALL: &str = r#"{"message":"slow","retry_after":3,"global":true}"#;
        check(&[("retry-after", "2")], OWN, Scope::Own, 1_250);
        check(&[("x-ratelimit-scope", "shared")], OWN, Scope::Shared, 1_250);
        check(&[], ALL, Scope::Everything, 3_000);
        check(&[("x-ratelimit-global", "true")], OWN, Scope::Everything, 1_250);
        check(&[("retry-after", "7")], "<html>banned", Scope::Everything, 7_000);
        check(&[("retry-after", "soon")], "", Scope::Everything, 5_000);
        check(&[("retry-after", "-1")], r#"{"retry_after":-4}"#, Scope::Own, 5_000);
        check(&[("retry-after", "2")], r#"{"retry_after":1e300}"#, Scope::Own, 2_000);
    }
}
