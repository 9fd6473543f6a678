//! Sending to Discord's REST interface: limits, timeouts, repeats, and the token.
//! Must never repeat what may have happened already and is not safe to happen twice, and must never
//! log an address, because addresses hold interaction tokens.

mod judge;
mod limited;
mod repeat;
mod token;

use super::{
    DoorError, DoorOptions,
    base::Base,
    date::Offset,
    limits::{Limits, Refusal, single},
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
use judge::{Next, Trouble};
use std::{
    hash::RandomState,
    mem,
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
    /// Discord refused the bot token, and did so again when asked who we are; nothing is sent under it any
    /// more.
    #[error("Discord refused the bot token, so nothing is sent under it any more")]
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

    pub(super) fn discord_now(&self) -> UnixMillis {
        let ahead_ms = self.offset.lock().unwrap_or_else(PoisonError::into_inner).ahead_ms();
        UnixMillis(self.clock.steady().0.saturating_add(ahead_ms))
    }

    pub(super) fn n_limited(&self) -> u64 {
        self.n_limited.load(Ordering::Relaxed)
    }

    /// Resolves when Discord has refused the bot token for good.
    pub(super) async fn token_refused(&self) {
        self.limits.token_refused().await;
    }

    pub(super) async fn send(&self, request: Request) -> Result<Reply, SendError> {
        let call = self.call(request)?;
        match self.send_call(&call).await {
            Ok(reply) if token::is_refused(&call, &reply) && self.refuses_again(&call).await => {
                Err(SendError::TokenRefused)
            }
            result => result,
        }
    }

    /// Tries a call until it has its answer, or as often as it may.
    async fn send_call(&self, call: &Call) -> Result<Reply, SendError> {
        let mut last = None;
        for tries in 1..=TRIES_MAX {
            let permit = match self.limits.acquire(&call.route, call.deadline).await {
                Ok(permit) => permit,
                Err(refusal) => return last.unwrap_or_else(|| Err(refusal.into())),
            };
            let tried = self.try_once(call).await;
            match self.judge(call, permit, tried, tries) {
                Next::Done(result) => return result,
                Next::Again(pause, result) => {
                    last = Some(result);
                    if tries == TRIES_MAX || !self.pause(call, pause).await {
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
        let sent = self.clock.steady();
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
        let received = self.clock.steady();
        let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        if !offset.learn(date, sent, received) {
            return;
        }
        let system_ms = received.0 + offset.ahead_ms() - self.clock.now().0;
        if let Some(ahead_ms) = offset.news(system_ms) {
            let (off_s, way) =
                (ahead_ms.unsigned_abs() / 1_000, if ahead_ms > 0 { "slow" } else { "fast" });
            tracing::warn!(
                "the clock of this machine is {off_s} s {way}: set it, for example with `timedatectl \
                 set-ntp true`; people are answered in time all the same, but times in this log and in \
                 lists are wrong"
            );
        }
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

/// Reads a whole answer, but no longer one than allowed.
async fn read(mut response: reqwest::Response) -> Result<Reply, Trouble> {
    let (status, headers) = (response.status(), mem::take(response.headers_mut()));
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

#[cfg(test)]
mod tests;
