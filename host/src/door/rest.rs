//! Sending to Discord's REST interface: limits, timeouts, repeats, and the token.
//! Must never repeat what may have happened already and is not safe to happen twice, and must never
//! log an address, because addresses hold interaction tokens.

mod limited;
mod repeat;

use super::{
    DoorError, DoorOptions,
    base::Base,
    date::Offset,
    limits::{Limits, Permit, Refusal, Seen, single},
    route::{Class, Route},
};
use crate::{
    clock::{Clock, UnixMillis},
    http_date,
};
use bytes::{Bytes, BytesMut};
use hyper::{
    HeaderMap, Method, StatusCode,
    header::{AUTHORIZATION, HeaderValue},
};
use limited::{Limited, Scope};
use serde_json::value::RawValue;
use std::{
    hash::RandomState,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use url::Url;

/// How long the first answer to an interaction may take: Discord drops it after three seconds.
pub const CALLBACK_TIME: Duration = Duration::from_millis(2_500);
/// How long one try of any other call may take.
pub const CALL_TIME: Duration = Duration::from_secs(15);
/// How long a call may take with its waiting for limits and all its tries.
pub const WHOLE_TIME: Duration = Duration::from_secs(60);
/// The longest answer read. Discord's own are far below.
pub const RESPONSE_BYTES_MAX: usize = 16 << 20;

/// One call to Discord. The door adds the token and the host; only the content type and the reason
/// for the audit log are taken from `headers`.
///
/// It waits for its turn within Discord's limits. It is repeated after a 429; after a 5xx or a lost
/// connection only if it is not a `POST`, because a `POST` may have worked. The first answer to an
/// interaction is a `POST` that is safe to repeat: Discord takes one and refuses the next.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path below the base with its query, without a leading slash: `users/@me`.
    pub path: String,
    /// Headers of the caller.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// The moment on the host's clock after which nothing is tried again, if there is one.
    pub until: Option<Duration>,
}

/// What Discord answered, whatever the status.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

/// Why there is no answer of Discord's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The path leads out of the REST interface.
    #[error("the path is not one of the REST interface")]
    Path,
    /// Discord refused the bot token before; nothing is sent any more.
    #[error("Discord refused the bot token, so nothing is sent any more")]
    TokenRefused,
    /// So many requests were refused that Discord would soon ban this address.
    #[error("too many refused requests, waiting before Discord bans this address")]
    TooManyInvalid,
    /// The limits would make it wait beyond its time. It was not sent.
    #[error("the rate limit would make it wait too long")]
    WouldWait,
    /// No whole answer came, in all tries allowed.
    #[error("no answer from Discord: {why}")]
    NoAnswer {
        /// The kind of trouble.
        why: &'static str,
        /// Whether Discord may have done it nevertheless.
        may_have_worked: bool,
    },
}

/// How often one call is tried at most.
const TRIES_MAX: u32 = 4;
/// How long opening a connection may take.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// How long an unused connection is kept.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// The headers of a caller that Discord gets to see.
const PASSED_HEADERS: [&str; 2] = ["content-type", "x-audit-log-reason"];

/// The REST side of the door.
pub(super) struct Rest {
    base: Base,
    authorization: HeaderValue,
    client: reqwest::Client,
    clock: Clock,
    limits: Limits,
    hasher: RandomState,
    offset: Mutex<Offset>,
    n_limited: AtomicU64,
}

/// One call with its address, its place among the limits, and its time.
struct Call {
    request: Request,
    url: Url,
    route: Route,
    deadline: Duration,
}

/// Why a try brought no answer.
struct Trouble {
    why: &'static str,
    may_have_worked: bool,
}

/// What happens after a try.
enum Next {
    Done(Result<Reply, SendError>),
    /// Try again after the pause; the result stands if there is no time or leave to.
    Again(Duration, Result<Reply, SendError>),
}

impl Rest {
    pub(super) fn new(base: Base, options: &DoorOptions) -> Result<Self, DoorError> {
        let text = format!("Bot {}", options.token.expose());
        let mut authorization =
            HeaderValue::from_str(&text).map_err(|_| DoorError::Header { what: "bot token" })?;
        authorization.set_sensitive(true);
        let agent = HeaderValue::from_str(&options.user_agent)
            .map_err(|_| DoorError::Header { what: "user agent" })?;
        let client = reqwest::Client::builder()
            .user_agent(agent)
            .connect_timeout(CONNECT_TIME)
            .pool_idle_timeout(IDLE_TIME)
            .tcp_nodelay(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|source| DoorError::Client { source })?;
        Ok(Self {
            base,
            authorization,
            client,
            clock: options.clock.clone(),
            limits: Limits::new(options.clock.clone()),
            hasher: RandomState::new(),
            offset: Mutex::default(),
            n_limited: AtomicU64::new(0),
        })
    }

    pub(super) fn clock_offset_ms(&self) -> i64 {
        self.offset.lock().unwrap_or_else(PoisonError::into_inner).ahead_ms()
    }

    pub(super) fn n_limited(&self) -> u64 {
        self.n_limited.load(Ordering::Relaxed)
    }

    pub(super) async fn send(&self, request: Request) -> Result<Reply, SendError> {
        let call = self.call(request)?;
        let mut last = None;
        for tries in 1..=TRIES_MAX {
            let permit = match self.limits.acquire(&call.route, call.deadline).await {
                Ok(permit) => permit,
                Err(refusal) => return last.unwrap_or_else(|| Err(refusal.into())),
            };
            let tried = self.try_once(&call).await;
            match self.judge(&call, permit, tried, tries) {
                Next::Done(result) => return result,
                Next::Again(pause, result) => {
                    last = Some(result);
                    if tries == TRIES_MAX || !self.pause(&call, pause).await {
                        break;
                    }
                }
            }
        }
        last.expect("a call is tried once at least")
    }

    fn call(&self, request: Request) -> Result<Call, SendError> {
        let url = self.base.join(&request.path).ok_or(SendError::Path)?;
        let route = Route::of(&request.method, self.base.below(&url), &self.hasher);
        let time = if route.class == Class::Callback { CALLBACK_TIME } else { WHOLE_TIME };
        let until = request.until.unwrap_or(Duration::MAX);
        let deadline = self.clock.monotonic().saturating_add(time).min(until);
        Ok(Call { request, url, route, deadline })
    }

    /// Waits between two tries; false if the call's time is over before.
    async fn pause(&self, call: &Call, pause: Duration) -> bool {
        let until = self.clock.monotonic().saturating_add(pause);
        if until >= call.deadline {
            return false;
        }
        self.clock.sleep_until(until).await;
        true
    }

    async fn try_once(&self, call: &Call) -> Result<Reply, Trouble> {
        let left = call.deadline.saturating_sub(self.clock.monotonic());
        let late = Trouble { why: "it took too long", may_have_worked: true };
        let sent = self.clock.now();
        let work = async {
            let response = self.prepare(call).send().await.map_err(|error| trouble(&error))?;
            self.learn_date(response.headers(), sent);
            read(response).await
        };
        self.clock.timeout(left.min(CALL_TIME), work).await.unwrap_or(Err(late))
    }

    fn prepare(&self, call: &Call) -> reqwest::RequestBuilder {
        let Request { method, headers, body, .. } = &call.request;
        let mut builder = self.client.request(method.clone(), call.url.clone());
        // Answers to interactions carry their own token; Discord asks for no other.
        if call.route.class == Class::Bot {
            builder = builder.header(AUTHORIZATION, self.authorization.clone());
        }
        for name in PASSED_HEADERS {
            if let Some(value) = headers.get(name) {
                builder = builder.header(name, value.clone());
            }
        }
        let bare = body.is_empty() && matches!(*method, Method::GET | Method::HEAD);
        if bare { builder } else { builder.body(body.clone()) }
    }

    fn learn_date(&self, headers: &HeaderMap, sent: UnixMillis) {
        let Some(date) = single(headers, "date").and_then(http_date::parse) else { return };
        let received = self.clock.now();
        let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        offset.learn(date, sent, received);
    }

    fn judge(
        &self,
        call: &Call,
        permit: Permit<'_>,
        tried: Result<Reply, Trouble>,
        tries: u32,
    ) -> Next {
        let result = match tried {
            Ok(reply) if reply.status == StatusCode::TOO_MANY_REQUESTS => {
                let pause = self.learn_limited(call, permit, &reply);
                return Next::Again(pause, Ok(reply));
            }
            Ok(reply) if reply.status.is_server_error() => Ok(reply),
            Ok(reply) => {
                self.learn_answer(call, permit, &reply);
                if tries > 1
                    && call.route.class == Class::Callback
                    && repeat::is_acknowledged(&reply)
                {
                    return Next::Done(Ok(repeat::as_first_heard(reply)));
                }
                match foreign(&reply) {
                    Some(trouble) => Err(trouble),
                    None => return Next::Done(Ok(reply)),
                }
            }
            Err(trouble) => Err(trouble),
        };
        let worked_perhaps = result.as_ref().err().is_none_or(|trouble| trouble.may_have_worked);
        log_trouble(call, tries, &result);
        let result = result.map_err(SendError::from);
        if worked_perhaps && !repeat::is_safe(&call.request.method, call.route.class) {
            return Next::Done(result);
        }
        Next::Again(repeat::pause_after(tries), result)
    }

    /// What any answer but 429 and 5xx says about limits and the token.
    fn learn_answer(&self, call: &Call, permit: Permit<'_>, reply: &Reply) {
        permit.answered(&Seen::read(&reply.headers), None);
        if !matches!(reply.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return;
        }
        self.limits.count_invalid();
        let refused = reply.status == StatusCode::UNAUTHORIZED && is_json(&reply.body);
        if refused && call.route.class == Class::Bot {
            tracing::error!("Discord refused the bot token, nothing is sent any more");
            self.limits.refuse_token();
        }
    }

    /// What a 429 says; the pause is what the limits do not enforce by themselves.
    fn learn_limited(&self, call: &Call, permit: Permit<'_>, reply: &Reply) -> Duration {
        let limited = Limited::read(reply);
        self.n_limited.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(
            route = call.route.template,
            scope = ?limited.scope,
            retry_after_ms = limited.retry_after.as_millis(),
            "Discord asks to slow down"
        );
        if limited.scope != Scope::Shared {
            self.limits.count_invalid();
        }
        match limited.scope {
            Scope::Everything => {
                drop(permit);
                self.limits.pause(limited.retry_after);
            }
            // The headers of a shared limit speak of another bucket.
            Scope::Shared => permit.answered(&Seen::Absent, Some(limited.retry_after)),
            Scope::Own => {
                permit.answered(&Seen::read(&reply.headers), Some(limited.retry_after));
            }
        }
        if call.route.class == Class::Callback { limited.retry_after } else { Duration::ZERO }
    }
}

impl From<Refusal> for SendError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TokenRefused => Self::TokenRefused,
            Refusal::TooManyInvalid => Self::TooManyInvalid,
            Refusal::WouldWait => Self::WouldWait,
        }
    }
}

impl From<Trouble> for SendError {
    fn from(Trouble { why, may_have_worked }: Trouble) -> Self {
        Self::NoAnswer { why, may_have_worked }
    }
}

/// Reads a whole answer, but no longer one than allowed.
async fn read(mut response: reqwest::Response) -> Result<Reply, Trouble> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = BytesMut::new();
    let broken = |_| Trouble { why: "the answer broke off", may_have_worked: true };
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > RESPONSE_BYTES_MAX {
            return Err(Trouble { why: "the answer is too long", may_have_worked: true });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status, headers, body: body.freeze() })
}

/// The kind of an error, whose text would hold the address.
fn trouble(error: &reqwest::Error) -> Trouble {
    if error.is_connect() {
        Trouble { why: "it cannot be reached", may_have_worked: false }
    } else {
        Trouble { why: "the connection broke", may_have_worked: true }
    }
}

/// A page that stands where Discord's answer should be: it says nothing about the call.
fn foreign(reply: &Reply) -> Option<Trouble> {
    let content_type = single(&reply.headers, "content-type").unwrap_or_default();
    let page = reply.status.is_success() && content_type.starts_with("text/html");
    page.then_some(Trouble { why: "a web page came instead", may_have_worked: true })
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<&RawValue>(body).is_ok()
}

/// Notes a try without an answer; whoever called logs what came of all.
fn log_trouble(call: &Call, tries: u32, result: &Result<Reply, Trouble>) {
    let route = &call.route.template;
    match result {
        Ok(reply) => tracing::debug!(
            route,
            tries,
            status = reply.status.as_u16(),
            "Discord answered with a failure of its own"
        ),
        Err(trouble) => tracing::debug!(route, tries, "no answer from Discord: {}", trouble.why),
    }
}

#[cfg(test)]
mod tests;
