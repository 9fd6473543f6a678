//! Answers on the wire: JSON with rate-limit headers, refusals, and answers that faults spoil.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::discord::error::ApiError;
use crate::discord::fault::RestFault;
use crate::discord::limits::{Exceeded, Reading, Scope};
use crate::discord::server::Dropped;
use crate::discord::timestamp::http_date;

const LIMITED: &str = "You are being rate limited.";
const PAGE: &str =
    "<!DOCTYPE html><html><head><title>Discord</title></head><body>nginx</body></html>";
const BAN_PAGE: &str = "<!DOCTYPE html><html><head><title>Access denied | discord.com used \
     Cloudflare to restrict access</title></head><body>error code: 1015</body></html>";

/// Holds an answer that went well.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub body: Option<Value>,
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Reply {
        Reply { status: 200, body: Some(body) }
    }

    pub(crate) fn created(body: Value) -> Reply {
        Reply { status: 201, body: Some(body) }
    }

    pub(crate) const NO_CONTENT: Reply = Reply { status: 204, body: None };
}

fn response(now_ms: u64, status: u16, body: Option<&Value>) -> Response<Body> {
    let text = body.map(Value::to_string).unwrap_or_default();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).expect("statuses here are constants");
    let headers = response.headers_mut();
    if body.is_some() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let date = HeaderValue::try_from(http_date(now_ms)).expect("a date is ASCII");
    headers.insert(header::DATE, date);
    headers.insert(header::VIA, HeaderValue::from_static("1.1 google"));
    response
}

fn set(response: &mut Response<Body>, name: &'static str, value: String) {
    let value = HeaderValue::try_from(value).expect("rate-limit headers are ASCII");
    response.headers_mut().insert(HeaderName::from_static(name), value);
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

fn add_reading(response: &mut Response<Body>, now_ms: u64, reading: &Reading) {
    set(response, "x-ratelimit-limit", reading.bucket.limit.to_string());
    set(response, "x-ratelimit-remaining", reading.remaining.to_string());
    set(response, "x-ratelimit-reset", seconds(reading.resets_ms));
    let left_ms = reading.resets_ms.saturating_sub(now_ms);
    set(response, "x-ratelimit-reset-after", seconds(left_ms));
    set(response, "x-ratelimit-bucket", bucket_hash(reading.bucket.name));
}

/// Gives each bucket the opaque name that Discord would give it.
fn bucket_hash(name: &str) -> String {
    // FNV-1a, because the hash only has to be stable and to say nothing.
    let mix = |hash: u128, byte: u8| (hash ^ u128::from(byte)).wrapping_mul(0x100_0000_01b3);
    format!("{:032x}", name.bytes().fold(0xcbf2_9ce4_8422_2325_u128, mix))
}

/// Returns an answer that went well.
pub(crate) fn success(now_ms: u64, reply: Reply, reading: Option<Reading>) -> Response<Body> {
    let mut response = response(now_ms, reply.status, reply.body.as_ref());
    if let Some(reading) = &reading {
        add_reading(&mut response, now_ms, reading);
    }
    response
}

/// Returns a refusal.
pub(crate) fn failure(now_ms: u64, error: &ApiError, reading: Option<Reading>) -> Response<Body> {
    let mut response = response(now_ms, error.status, Some(&error.to_json()));
    if let Some(reading) = &reading {
        add_reading(&mut response, now_ms, reading);
    }
    response
}

/// Returns a 429.
pub(crate) fn too_many(now_ms: u64, exceeded: &Exceeded) -> Response<Body> {
    let is_global = exceeded.scope == Scope::Global;
    let retry_after_ms = exceeded.retry_after_ms.max(1);
    let retry_after = retry_after_ms as f64 / 1_000.0;
    let body = json!({"message": LIMITED, "retry_after": retry_after, "global": is_global});
    let mut response = response(now_ms, 429, Some(&body));
    set(&mut response, "retry-after", retry_after_ms.div_ceil(1_000).to_string());
    set(&mut response, "x-ratelimit-scope", exceeded.scope.name().to_owned());
    if is_global {
        set(&mut response, "x-ratelimit-global", "true".to_owned());
    }
    if let Some(reading) = &exceeded.reading {
        add_reading(&mut response, now_ms, reading);
    }
    response
}

/// Returns the page of HTML that a banned address gets.
pub(crate) fn banned(for_ms: u64) -> Response<Body> {
    let mut response = page(429, BAN_PAGE);
    set(&mut response, "retry-after", for_ms.div_ceil(1_000).to_string());
    response
}

fn page(status: u16, text: &'static str) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, [(header::CONTENT_TYPE, "text/html; charset=UTF-8")], text).into_response()
}

/// Returns what a fault puts in the place of an answer, if it keeps the request from being done.
pub(crate) fn instead(now_ms: u64, fault: &RestFault) -> Option<Result<Response<Body>, Dropped>> {
    let limited = |scope, span: &Duration| {
        let retry_after_ms = span.as_millis() as u64;
        too_many(now_ms, &Exceeded { scope, retry_after_ms, reading: None })
    };
    let response = match fault {
        RestFault::Down => return Some(Err(Dropped)),
        RestFault::Html(status) => page(*status, PAGE),
        RestFault::Status(status) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            let body = json!({"message": format!("{status}"), "code": 0});
            response(now_ms, status.as_u16(), Some(&body))
        }
        RestFault::Refused(status, code) => {
            let body = json!({"message": "Refused", "code": code});
            response(now_ms, *status, Some(&body))
        }
        RestFault::GlobalLimit(span) => limited(Scope::Global, span),
        RestFault::SharedLimit(span) => limited(Scope::Shared, span),
        RestFault::CloudflareBan(span) => banned(span.as_millis() as u64),
        RestFault::LostAnswer
        | RestFault::Slow(_)
        | RestFault::HalfBody
        | RestFault::MalformedLimits => return None,
    };
    Some(Ok(response))
}

/// Returns the answer with what a fault does to it.
pub(crate) async fn spoil(mut response: Response<Body>, fault: &RestFault) -> Response<Body> {
    match fault {
        RestFault::Slow(span) => tokio::time::sleep(*span).await,
        RestFault::MalformedLimits => {
            set(&mut response, "x-ratelimit-limit", "many".to_owned());
            set(&mut response, "x-ratelimit-remaining", "-1".to_owned());
            set(&mut response, "x-ratelimit-reset", "NaN".to_owned());
            set(&mut response, "x-ratelimit-reset-after", "soon".to_owned());
        }
        RestFault::HalfBody => return half(response).await,
        _ => {}
    }
    response
}

/// Announces the whole body, sends half of it and breaks off.
async fn half(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len().max(2)));
    let first: Result<Bytes, Dropped> = Ok(bytes.slice(..bytes.len() / 2));
    let broken_off = async {
        // Pending once, so that what came before is on the wire.
        tokio::task::yield_now().await;
        Err(Dropped)
    };
    let halves = stream::once(async { first }).chain(stream::once(broken_off));
    Response::from_parts(parts, Body::from_stream(halves))
}
