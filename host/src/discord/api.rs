//! The calls of Discord's REST interface that the host makes itself, through the door.
//!
//! An interaction's token is a key to its answers: it stands in addresses and must never be logged.

mod error;
mod multipart;

pub(super) use error::ApiError;

use super::render::Object;
use crate::{
    clock::{Clock, Elapsed},
    door::{Door, Method, Request},
};
use bytes::Bytes;
use error::refusal;
use hyper::{HeaderMap, header};
use lumina_plugin_api::id::InteractionId;
use multipart::multipart;
use serde_json::{Value, json};
use std::{
    fmt,
    num::ParseIntError,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tracing::warn;

/// How long Discord waits for the first answer (reference, "Receiving and Responding").
const FIRST_ANSWER_TIME: Duration = Duration::from_secs(3);
/// What must be left of it for another try to make sense: pauses between tries are about as long.
const LAST_TRY_TIME: Duration = Duration::from_secs(1);

/// The application that the bot is to Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ApplicationId(pub u64);

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ApplicationId {
    type Err = ParseIntError;

    fn from_str(id: &str) -> Result<Self, ParseIntError> {
        id.parse().map(Self)
    }
}

/// What answers to one interaction need. Its token is not printed.
#[derive(Clone)]
pub(super) struct InteractionKey {
    /// The interaction.
    pub id: InteractionId,
    /// The application that was called.
    pub application: ApplicationId,
    /// The moment on the host's clock from which Discord surely takes no first answer.
    first_until: Duration,
    /// No first answer could be given, and none is tried any more.
    lost: Arc<AtomicBool>,
    token: Arc<str>,
}

impl InteractionKey {
    /// For an interaction that arrived at `received` on the host's clock.
    pub(super) fn new(
        id: InteractionId,
        application: ApplicationId,
        token: &str,
        received: Duration,
    ) -> Self {
        let first_until = received.saturating_add(FIRST_ANSWER_TIME);
        Self { id, application, first_until, lost: Arc::default(), token: token.into() }
    }
}

impl fmt::Debug for InteractionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InteractionKey").field(&self.id).finish()
    }
}

/// A file to send: its name and its bytes.
pub(super) type Upload = (String, Bytes);

/// What is sent: JSON, and files beside it.
#[derive(Debug, Default)]
pub(super) struct Payload {
    /// The JSON.
    pub body: Object,
    /// Files, in the order of their numbers.
    pub files: Vec<Upload>,
}

/// The calls. Cheap to clone.
#[derive(Clone)]
pub(super) struct Api {
    clock: Clock,
    door: Door,
    /// It was told that somebody else answers too.
    another_is_told: Arc<AtomicBool>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Api")
    }
}

impl Api {
    pub(super) fn new(door: Door, clock: Clock) -> Self {
        Self { clock, door, another_is_told: Arc::default() }
    }

    /// Gives work that is needed for an answer at most `time`.
    pub(super) async fn within<T>(
        &self,
        time: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Elapsed> {
        self.clock.timeout(time, work).await
    }

    /// Gives the first answer to an interaction: `kind` with `data`.
    pub(super) async fn callback(
        &self,
        key: &InteractionKey,
        kind: u8,
        payload: Option<Payload>,
    ) -> Result<(), ApiError> {
        if self.clock.monotonic() >= key.first_until || key.lost.load(Ordering::Relaxed) {
            return Err(ApiError::TooLate);
        }
        let mut body = Object::new();
        body.insert("type".to_owned(), kind.into());
        let mut files = Vec::new();
        if let Some(payload) = payload {
            body.insert("data".to_owned(), Value::Object(payload.body));
            files = payload.files;
        }
        let path = format!("interactions/{}/{}/callback", key.id, key.token);
        let until = Some(key.first_until);
        match self.write(Method::POST, path, Payload { body, files }, until).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_passing() && self.is_nearly_over(key) => {
                key.lost.store(true, Ordering::Relaxed);
                let error = super::chain(&error);
                warn!(interaction.id = %key.id, error, "Discord took no first answer in its time");
                Err(ApiError::TooLate)
            }
            Err(error) => {
                if error.is_answered_by_another()
                    && !self.another_is_told.swap(true, Ordering::Relaxed)
                {
                    warn!(
                        interaction.id = %key.id,
                        "somebody else answers for this bot: another Lumina, or another program, runs with \
                         the same BOT_TOKEN; end it, or reset the token in the developer portal"
                    );
                }
                Err(error)
            }
        }
    }

    /// Changes the first answer to an interaction, or the message whose component was pressed.
    pub(super) async fn edit_original(
        &self,
        key: &InteractionKey,
        payload: Payload,
    ) -> Result<(), ApiError> {
        let path = format!("webhooks/{}/{}/messages/@original", key.application, key.token);
        self.write(Method::PATCH, path, payload, None).await.map(drop)
    }

    /// Removes the first answer to an interaction.
    pub(super) async fn delete_original(&self, key: &InteractionKey) -> Result<(), ApiError> {
        let path = format!("webhooks/{}/{}/messages/@original", key.application, key.token);
        self.send(Method::DELETE, path, None, Bytes::new()).await.map(drop)
    }

    /// Sends a further message in answer to an interaction.
    pub(super) async fn follow_up(
        &self,
        key: &InteractionKey,
        payload: Payload,
    ) -> Result<(), ApiError> {
        let path = format!("webhooks/{}/{}", key.application, key.token);
        self.write(Method::POST, path, payload, None).await.map(drop)
    }

    fn is_nearly_over(&self, key: &InteractionKey) -> bool {
        self.clock.monotonic().saturating_add(LAST_TRY_TIME) >= key.first_until
    }

    /// Reads something.
    pub(super) async fn get(&self, path: impl Into<String>) -> Result<Bytes, ApiError> {
        self.send(Method::GET, path.into(), None, Bytes::new()).await
    }

    /// Reads something of a known form.
    pub(super) async fn get_json<T: serde::de::DeserializeOwned>(
        &self,
        path: impl Into<String>,
    ) -> Result<T, ApiError> {
        let body = self.get(path).await?;
        serde_json::from_slice(&body).map_err(ApiError::Unreadable)
    }

    /// Puts a list in the place of another.
    pub(super) async fn put(&self, path: String, list: &[Value]) -> Result<Bytes, ApiError> {
        let body = json!(list).to_string();
        self.send(Method::PUT, path, Some("application/json".to_owned()), body.into()).await
    }

    async fn write(
        &self,
        method: Method,
        path: String,
        payload: Payload,
        until: Option<Duration>,
    ) -> Result<Bytes, ApiError> {
        let json = Value::Object(payload.body).to_string();
        if payload.files.is_empty() {
            let json_type = Some("application/json".to_owned());
            return self.send_until(method, path, json_type, json.into(), until).await;
        }
        let (content_type, body) = multipart(&json, &payload.files);
        self.send_until(method, path, Some(content_type), body, until).await
    }

    async fn send(
        &self,
        method: Method,
        path: String,
        content_type: Option<String>,
        body: Bytes,
    ) -> Result<Bytes, ApiError> {
        self.send_until(method, path, content_type, body, None).await
    }

    async fn send_until(
        &self,
        method: Method,
        path: String,
        content_type: Option<String>,
        body: Bytes,
        until: Option<Duration>,
    ) -> Result<Bytes, ApiError> {
        let mut headers = HeaderMap::new();
        if let Some(content_type) = content_type {
            let value = content_type.parse().expect("content types are made here, of ASCII");
            headers.insert(header::CONTENT_TYPE, value);
        }
        let reply = self.door.send(Request { method, path, headers, body, until }).await?;
        match reply.status.is_success() {
            true => Ok(reply.body),
            false => Err(refusal(&reply, self.clock.now())),
        }
    }
}
