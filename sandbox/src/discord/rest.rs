//! REST v10: one request from its first byte to its answer, through every gate in order.
//!
//! Fault, ban, version, route, user agent, token, limits, body, handler: the order in which
//! Discord refuses.

mod answer_callback;
mod application;
mod channel;
pub(crate) mod compose;
mod intake;
mod outcome;
mod route;
pub(crate) use answer_callback::{owners, refusal};
mod webhook;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, header};
use serde_json::Value;

use super::error::{self, ApiError};
use super::fault::{RestFault, Stands};
use super::journal::JournalEntry;
use super::limits::{Exceeded, Reading};
use super::server::Dropped;
use super::sim::Sim;
use super::violation::Violation;
use intake::Call;
pub(crate) use intake::Upload;
use outcome::Reply;
use route::Route;

/// Where the API begins, and with which version.
const API_PREFIX: &str = "/api/v";
const API_VERSION: &str = "10";

/// Serves one request.
pub(crate) async fn serve(sim: &Sim, request: Request<Body>) -> Result<Response<Body>, Dropped> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let fault = sim.faults.for_request(&path, stands(&parts.method, &path));
    let early = fault.as_ref().and_then(|fault| outcome::instead(sim.now_ms(), fault));
    let mut seen = Seen { method: parts.method.to_string(), path, ..Seen::default() };
    if let Some(early) = early {
        let answer = early?;
        seen.status = answer.status().as_u16();
        seen.record(sim);
        return Ok(answer);
    }
    let query = parts.uri.query().unwrap_or_default();
    let answered = answer(sim, &parts.method, query, &parts.headers, body, &mut seen).await;
    let response = seen.finish(sim, answered);
    seen.record(sim);
    match fault {
        None => Ok(response),
        Some(RestFault::LostAnswer) => Err(Dropped),
        Some(fault) => Ok(outcome::spoil(response, &fault).await),
    }
}

/// Holds what the journal and the invariants need to know of a request.
#[derive(Default)]
struct Seen {
    method: String,
    path: String,
    status: u16,
    code: u32,
    body: Value,
    reading: Option<Reading>,
}

/// Says how a request was refused.
enum Refusal {
    Api(ApiError),
    Limit(Exceeded),
    Banned { for_ms: u64 },
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Refusal {
        Refusal::Api(error)
    }
}

async fn answer(
    sim: &Sim,
    method: &Method,
    query: &str,
    headers: &HeaderMap,
    body: Body,
    seen: &mut Seen,
) -> Result<Reply, Refusal> {
    let now_ms = sim.now_ms();
    if let Some(for_ms) = sim.limits().banned_for_ms(now_ms) {
        return Err(Refusal::Banned { for_ms });
    }
    let path = api_path(&seen.path)?.to_owned();
    seen.path = format!("/{path}");
    // Some clients write `@original` as `%40original`; nothing else in a path needs escaping.
    let path = path.replace("%40", "@");
    let segments: Vec<&str> = path.split('/').collect();
    let route = route::find(method, &segments)?;
    check_user_agent(headers, &route)?;
    if route.needs_token {
        check_token(sim, headers)?;
    }
    take_limits(sim, now_ms, &route, seen)?;
    let call = intake::read(route, query, headers, body).await?;
    if sim.journal.keeps_requests() {
        seen.body = call.body.clone();
    }
    watch_for_secrets(sim, &call, seen);
    let operation = call.route.operation();
    keep_files(sim, &call);
    let reply = route::handle(sim, call)?;
    if sim.options.check_openapi
        && let Some(body) = &reply.body
    {
        for what in super::spec::check_answer(operation, reply.status, body) {
            sim.mismatches().insert(format!("{method} {}: {what}", operation.template));
        }
    }
    Ok(reply)
}

/// Returns whether a request counts towards the limit for everything; what leads nowhere does.
fn stands(method: &Method, path: &str) -> Stands {
    let segments: Vec<&str> = api_path(path).unwrap_or_default().split('/').collect();
    match route::find(method, &segments) {
        Ok(route) if !route.counts_globally => Stands::OutsideOfIt,
        _ => Stands::UnderGlobalLimit,
    }
}

/// Keeps the files of a request before anybody sees what it made.
fn keep_files(sim: &Sim, call: &Call) {
    for upload in &call.uploads {
        sim.world().files.insert(upload.file.clone());
    }
}

fn api_path(path: &str) -> Result<&str, ApiError> {
    let versioned = path.strip_prefix(API_PREFIX).ok_or(error::NOT_FOUND)?;
    let (version, path) = versioned.split_once('/').ok_or(error::NOT_FOUND)?;
    if version == API_VERSION { Ok(path) } else { Err(error::BAD_VERSION) }
}

/// Bots must name themselves; where no token is asked for, any name does (discord.py's answers to
/// interactions carry that of its HTTP library).
fn check_user_agent(headers: &HeaderMap, route: &Route) -> Result<(), ApiError> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let expected = if route.needs_token { "DiscordBot (" } else { "" };
    let is_named = agent.is_some_and(|agent| !agent.is_empty() && agent.starts_with(expected));
    if is_named { Ok(()) } else { Err(error::BAD_USER_AGENT) }
}

fn check_token(sim: &Sim, headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers.get(header::AUTHORIZATION).and_then(|given| given.to_str().ok());
    let token = given.and_then(|given| given.strip_prefix("Bot "));
    if token == Some(sim.options.token.as_str()) { Ok(()) } else { Err(error::UNAUTHORIZED) }
}

fn take_limits(sim: &Sim, now_ms: u64, route: &Route, seen: &mut Seen) -> Result<(), Refusal> {
    if route.bucket.is_none() && !route.counts_globally {
        return Ok(());
    }
    let mut limits = sim.limits();
    if route.counts_globally {
        limits.take_global(now_ms).map_err(Refusal::Limit)?;
    }
    if let Some(bucket) = route.bucket.filter(|_| sim.options.count_buckets) {
        seen.reading = Some(limits.take(now_ms, bucket).map_err(Refusal::Limit)?);
    }
    Ok(())
}

/// Records the bot token and interaction tokens that a body would show to people.
fn watch_for_secrets(sim: &Sim, call: &Call, seen: &Seen) {
    let text = &call.text;
    let what = if text.contains(&sim.options.token) {
        "the bot token"
    } else if text.contains(super::interaction::TOKEN_PREFIX) {
        "an interaction token"
    } else {
        return;
    };
    let (method, path) = (seen.method.clone(), seen.path.clone());
    sim.violations.record(Violation::Secret { what, method, path });
}

impl Seen {
    /// Makes the response, and counts what was wrong with the request.
    fn finish(&mut self, sim: &Sim, answered: Result<Reply, Refusal>) -> Response<Body> {
        let now_ms = sim.now_ms();
        let (method, path) = (self.method.clone(), self.path.clone());
        let response = match answered {
            Ok(reply) => outcome::success(now_ms, reply, self.reading),
            Err(Refusal::Api(error)) => {
                self.code = error.code;
                let (status, code) = (error.status, error.code);
                if matches!(status, 401 | 403) {
                    sim.limits().count_invalid(now_ms);
                }
                sim.violations.record(Violation::Refused { method, path, status, code });
                outcome::failure(now_ms, &error, self.reading)
            }
            Err(Refusal::Limit(exceeded)) => {
                sim.limits().count_invalid(now_ms);
                let scope = exceeded.scope.name();
                sim.violations.record(Violation::RateLimited { method, path, scope });
                outcome::too_many(now_ms, &exceeded)
            }
            Err(Refusal::Banned { for_ms }) => {
                let scope = "invalid request";
                sim.violations.record(Violation::RateLimited { method, path, scope });
                outcome::banned(for_ms)
            }
        };
        self.status = response.status().as_u16();
        response
    }

    fn record(self, sim: &Sim) {
        if sim.journal.keeps_requests() {
            sim.journal.request(JournalEntry {
                at_ms: sim.now_ms(),
                method: self.method,
                path: self.path,
                status: self.status,
                code: self.code,
                body: self.body,
            });
        }
    }
}
