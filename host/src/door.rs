//! The door: the only way out to Discord, for gateway events in and for REST calls out.
//!
//! It alone holds the bot token. It keeps Discord's limits, repeats only what is safe to repeat,
//! resumes dropped sessions, and learns how far Discord's clock is from ours. It must never log a
//! frame or the address of an interaction, because both carry interaction tokens, and it knows
//! nothing of what frames mean: it could become a process of its own (see [`Handover`]).

mod base;
mod budget;
mod close;
mod date;
mod fleet;
pub mod frame;
mod front;
mod gateway;
mod limits;
mod lives;
mod outlet;
mod pace;
mod refused;
mod rest;
mod route;
mod session;
mod shard;

use crate::{
    clock::{Clock, UnixMillis},
    secret::Secret,
};
use base::Base;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use twilight_gateway::EventType;

pub use front::{FRONT_BYTES_MAX, Front, KEY_MARK};
pub use hyper::{Method, StatusCode};
pub use refused::Refused;
pub use rest::{
    CALL_TIME, CALLBACK_TIME, RESPONSE_BYTES_MAX, Reply, Request, SendError, WHOLE_TIME,
};
pub use session::{Handover, Life, Session};

/// How many gateway frames may wait for the host: some seconds of a busy bot. The channel given to
/// [`Door::connect`] is made with it. Beyond it frames are dropped and counted in the log, because
/// a session that waits stops sending heartbeats and loses everything.
pub const INBOUND_MAX: usize = 8_192;

/// Tells whether Discord has, as far as is known, a gateway event of this name.
pub fn is_event(name: &str) -> bool {
    EventType::try_from(name).is_ok()
}

/// What the door needs to know.
#[derive(Debug, Clone)]
pub struct DoorOptions {
    /// Base of Discord's REST interface; a missing path means `/api/v10`.
    pub api_base: String,
    /// The bot token, without the word `Bot`.
    pub token: Secret,
    /// The host's clock.
    pub clock: Clock,
    /// What Discord reads about us: `DiscordBot (address, version)`.
    pub user_agent: String,
}

/// Why the door cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DoorError {
    /// The base is not an address.
    #[error("the Discord API base `{base}` is not an http or https address")]
    Base {
        /// What was given.
        base: String,
    },
    /// The token would travel unencrypted.
    #[error("the Discord API base `{base}` must be https: plain http is for loopback only")]
    Insecure {
        /// What was given.
        base: String,
    },
    /// The token or the user agent cannot stand in a header.
    #[error("the {what} holds characters that cannot be sent")]
    Header {
        /// Which one.
        what: &'static str,
    },
    /// The HTTP client could not be built.
    #[error("cannot prepare the HTTP client")]
    Client {
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The system gives no random bytes for the front's key.
    #[error("the system gives no random bytes")]
    Random,
    /// The loopback front could not be opened.
    #[error("cannot listen on loopback")]
    Listen {
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// One event from the gateway, as Discord sent it. Its text holds interaction tokens: never log it.
#[derive(Clone, PartialEq, Eq)]
pub struct Inbound {
    /// The whole frame, an op 0 dispatch; read it with [`frame::Frame::parse`].
    pub text: String,
    /// When it arrived, on [`Clock::monotonic`].
    pub received: Duration,
    /// The shard that it came through.
    pub shard: u32,
}

impl std::fmt::Debug for Inbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbound")
            .field("size_bytes", &self.text.len())
            .field("received", &self.received)
            .field("shard", &self.shard)
            .finish()
    }
}

/// The only way out to Discord. Cheap to clone.
#[derive(Clone)]
pub struct Door {
    inner: Arc<Inner>,
}

/// What all clones of a door share.
struct Inner {
    base: Base,
    token: Secret,
    clock: Clock,
    rest: rest::Rest,
}

impl Door {
    /// Opens the door: prepares the REST side; nothing is sent yet.
    ///
    /// # Errors
    /// [`DoorError`] if the base, the token or the user agent cannot be used.
    pub fn open(options: DoorOptions) -> Result<Self, DoorError> {
        install_crypto();
        let base = Base::parse(&options.api_base)?;
        let rest = rest::Rest::new(base.clone(), &options)?;
        let DoorOptions { token, clock, .. } = options;
        Ok(Self { inner: Arc::new(Inner { base, token, clock, rest }) })
    }

    /// Sends one request within Discord's limits and returns what Discord said, whatever its
    /// status. Waits, repeats and gives up as [`Request`] describes.
    ///
    /// # Errors
    /// [`SendError`] if there is no answer of Discord's to give back.
    pub async fn send(&self, request: Request) -> Result<Reply, SendError> {
        self.inner.rest.send(request).await
    }

    /// Opens an HTTP front on loopback for a client library that must not know the token. It lives
    /// until the returned [`Front`] is dropped.
    ///
    /// # Errors
    /// [`DoorError::Listen`] if loopback has no free port.
    pub async fn front(&self) -> Result<Front, DoorError> {
        Front::open(self.clone()).await
    }

    /// Starts the gateway session with these intents and returns at once; what arrives goes into
    /// `inbound`. While Discord cannot be reached it tries again and says so in the log.
    ///
    /// Must be called inside a tokio runtime.
    #[must_use]
    pub fn connect(&self, intents: u64, inbound: mpsc::Sender<Inbound>) -> Session {
        Session::start(self.clone(), intents, Vec::new(), inbound)
    }

    /// Takes over sessions that another door gave up with [`Session::hand_over`]; no event between
    /// the two is lost. Where a session can no longer be resumed a new one is begun.
    #[must_use]
    pub fn take_over(
        &self,
        intents: u64,
        sessions: Vec<Handover>,
        inbound: mpsc::Sender<Inbound>,
    ) -> Session {
        Session::start(self.clone(), intents, sessions, inbound)
    }

    /// Returns how often Discord has asked to slow down.
    #[must_use]
    pub fn n_limited(&self) -> u64 {
        self.inner.rest.n_limited()
    }

    /// Returns what Discord's clock shows, as its `Date` headers say; until one was seen, what ours did
    /// when it was started and the time since. It does not follow the system's clock where that is set.
    #[must_use]
    pub fn discord_now(&self) -> UnixMillis {
        self.inner.rest.discord_now()
    }
}

/// Makes ring the TLS provider of the process. Two libraries here speak TLS; without a common
/// choice the second one panics.
fn install_crypto() {
    // An error says that a provider stands already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
