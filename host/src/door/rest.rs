//! Sending to Discord's REST interface: limits, timeouts, repeats, and the token.
//! Must never repeat what may have happened already and is not safe to happen twice, and must never
//! log an address, because addresses hold interaction tokens.

use super::{DoorError, DoorOptions, base::Base};
use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode};
use std::time::Duration;

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
/// connection only if it is not a `POST`, because a `POST` may have worked.
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

pub(super) struct Rest;

impl Rest {
    pub(super) fn new(_base: Base, _options: &DoorOptions) -> Result<Self, DoorError> {
        Ok(Self)
    }

    pub(super) async fn send(&self, _request: Request) -> Result<Reply, SendError> {
        Err(SendError::NoAnswer { why: "not built yet", may_have_worked: false })
    }

    pub(super) fn clock_offset_ms(&self) -> i64 {
        0
    }
}
