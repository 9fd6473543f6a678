//! Tests of what answers teach the limits. Sending itself is tested in `host/tests/door/rest.rs`.

use super::*;
use crate::secret::Secret;
use std::time::UNIX_EPOCH;

fn rest() -> Rest {
    rest_at(Clock::start())
}

fn rest_at(clock: Clock) -> Rest {
    super::super::install_crypto();
    let api_base = "https://discord.com".to_owned();
    let (token, user_agent) = (Secret::new("t"), "agent".to_owned());
    let base = Base::parse(&api_base).expect("a base");
    Rest::new(base, &DoorOptions { api_base, token, clock, user_agent }).expect("a client")
}

fn request(path: &str) -> Request {
    let (headers, body) = (HeaderMap::new(), Bytes::new());
    Request { method: Method::POST, path: path.to_owned(), headers, body, until: None }
}

fn reply(
    status: StatusCode,
    headers: &[(&'static str, &'static str)],
    body: &'static str,
) -> Reply {
    let pairs = headers.iter().map(|(name, value)| {
        (hyper::header::HeaderName::from_static(name), HeaderValue::from_static(value))
    });
    Reply { status, headers: pairs.collect(), body: body.into() }
}

/// Teaches one answer; returns how many it adds to the invalid ones.
async fn n_invalid(path: &str, reply: Reply) -> usize {
    let rest = rest();
    let call = rest.call(request(path)).expect("a path");
    let permit = rest.limits.acquire(&call.route, call.deadline).await.expect("room");
    let _ = rest.judge(&call, permit, Ok(reply), 1);
    rest.limits.n_invalid()
}

#[tokio::test]
async fn only_what_discord_counts_towards_a_ban_is_counted() {
    const BODY: &str = r#"{"retry_after":1,"global":false}"#;
    let limited =
        |scope| reply(StatusCode::TOO_MANY_REQUESTS, &[("x-ratelimit-scope", scope)], BODY);
    let path = "channels/1/messages";
    assert_eq!(n_invalid(path, limited("shared")).await, 0);
    assert_eq!(n_invalid(path, limited("user")).await, 1);
    assert_eq!(n_invalid(path, limited("global")).await, 1);
    for (status, counted) in [(200, 0), (400, 0), (401, 1), (403, 1), (404, 0), (500, 0)] {
        let status = StatusCode::from_u16(status).expect("a status");
        assert_eq!(n_invalid(path, reply(status, &[], "{}")).await, counted, "{status}");
    }
}

#[tokio::test]
async fn a_shared_limit_holds_its_own_route_only() {
    let rest = rest();
    let call = rest.call(request("channels/1/messages")).expect("a path");
    let permit = rest.limits.acquire(&call.route, call.deadline).await.expect("room");
    let headers = [
        ("x-ratelimit-scope", "shared"),
        ("x-ratelimit-bucket", "other"),
        ("x-ratelimit-limit", "5"),
        ("x-ratelimit-remaining", "4"),
        ("x-ratelimit-reset-after", "1"),
        ("retry-after", "90"),
    ];
    let _ = rest.judge(&call, permit, Ok(reply(StatusCode::TOO_MANY_REQUESTS, &headers, "{}")), 1);
    let held = rest.limits.acquire(&call.route, call.deadline).await;
    assert_eq!(held.err(), Some(Refusal::WouldWait));
    let other = rest.call(request("channels/2/messages")).expect("a path");
    assert!(rest.limits.acquire(&other.route, other.deadline).await.is_ok());
}

/// What the system's calendar shows in the test below, in seconds since 1970.
static CALENDAR_S: AtomicU64 = AtomicU64::new(10_000);

#[test]
fn what_is_known_of_discords_clock_stays_true_where_the_systems_is_set() {
    let clock =
        Clock::start_with(|| UNIX_EPOCH + Duration::from_secs(CALENDAR_S.load(Ordering::Relaxed)));
    let rest = rest_at(clock.clone());
    let shows = |expected_s: i64| (rest.discord_now().seconds() - expected_s).abs() <= 2;
    let mut headers = HeaderMap::new();
    headers.insert("date", HeaderValue::from_static("Thu, 01 Jan 1970 02:46:40 GMT"));
    // An hour ahead, an hour behind, and in the middle of a call.
    for set_s in [13_600, 6_400, 10_000] {
        let sent = clock.steady();
        CALENDAR_S.store(set_s, Ordering::Relaxed);
        assert!(shows(10_000), "before an answer, with the clock at {set_s}");
        rest.learn_date(&headers, sent);
        assert!(shows(10_000), "after an answer, with the clock at {set_s}");
    }
}
