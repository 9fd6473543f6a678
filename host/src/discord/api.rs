//! The calls of Discord's REST interface that the host makes itself, through the door.
//!
//! An interaction's token is a key to its answers: it stands in addresses and must never be logged.

use super::render::Object;
use crate::{
    clock::Clock,
    door::{Door, Method, Reply, Request, SendError},
};
use bytes::Bytes;
use hyper::{HeaderMap, header};
use lumina_plugin_api::id::InteractionId;
use serde::Deserialize;
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

/// Discord's codes for interactions that cannot be answered any more: unknown webhook, unknown
/// interaction, already acknowledged, invalid webhook token (reference, "JSON Error Codes").
const GONE: [u64; 4] = [10_015, 10_062, 40_060, 50_027];
/// The code for a thing that is not there: message, user and the like are 10,0xx.
const UNKNOWN: std::ops::Range<u64> = 10_000..10_100;
/// How long Discord waits for the first answer (reference, "Receiving and Responding").
const FIRST_ANSWER_TIME: Duration = Duration::from_secs(3);
/// What must be left of it for another try to make sense: pauses between tries are about as long.
const LAST_TRY_TIME: Duration = Duration::from_secs(1);
/// The longest sentence of Discord's that is kept for the log.
const MESSAGE_CHARS_MAX: usize = 300;

/// Why Discord did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(super) enum ApiError {
    /// No answer came.
    #[error("Discord could not be asked")]
    Send(#[from] SendError),
    /// The interaction is over.
    #[error("the interaction is over (code {code})")]
    Gone {
        /// Discord's code.
        code: u64,
    },
    /// Its three seconds are over, or nearly so after tries that failed.
    #[error("Discord takes no first answer any more")]
    TooLate,
    /// Discord does not know it.
    #[error("Discord does not know it (code {code})")]
    Unknown {
        /// Discord's code.
        code: u64,
    },
    /// Discord refused.
    #[error("Discord refused with status {status}, code {code}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's code; 0 if it sent none.
        code: u64,
        /// Discord's sentence, with the fields that it names.
        message: String,
    },
    /// The answer is of another form than documented.
    #[error("Discord's answer cannot be read")]
    Unreadable(#[source] serde_json::Error),
}

impl ApiError {
    /// Whether Discord, and not what was sent, is at fault.
    fn is_passing(&self) -> bool {
        matches!(self, Self::Send(_) | Self::Refused { status: 500.., .. })
            && !self.may_have_worked()
    }

    /// Whether Discord may have done it nevertheless.
    pub(super) fn may_have_worked(&self) -> bool {
        matches!(self, Self::Send(SendError::NoAnswer { may_have_worked: true, .. }))
    }
}

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
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Api")
    }
}

impl Api {
    pub(super) fn new(door: Door, clock: Clock) -> Self {
        Self { clock, door }
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
            Err(error) => Err(error),
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
        if reply.status.is_success() { Ok(reply.body) } else { Err(refusal(&reply)) }
    }
}

fn refusal(reply: &Reply) -> ApiError {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Refusal {
        code: u64,
        message: String,
        errors: Value,
    }
    let refusal: Refusal = serde_json::from_slice(&reply.body).unwrap_or_default();
    let code = refusal.code;
    if GONE.contains(&code) {
        return ApiError::Gone { code };
    }
    if UNKNOWN.contains(&code) {
        return ApiError::Unknown { code };
    }
    let mut message = refusal.message;
    let mut faults = Vec::new();
    faults_of(&refusal.errors, String::new(), &mut faults);
    if !faults.is_empty() {
        message = format!("{message} ({})", faults.join("; "));
    }
    let message = message.chars().take(MESSAGE_CHARS_MAX).collect();
    ApiError::Refused { status: reply.status.as_u16(), code, message }
}

/// Flattens Discord's tree of form errors: `embeds.0.title: too long`.
fn faults_of(errors: &Value, place: String, faults: &mut Vec<String>) {
    let Some(object) = errors.as_object() else { return };
    for (name, value) in object {
        if let ("_errors", Some(list)) = (name.as_str(), value.as_array()) {
            let sentences = list.iter().filter_map(|fault| fault.get("message")?.as_str());
            faults.extend(sentences.map(|sentence| format!("{place}: {sentence}")));
            continue;
        }
        let dot = if place.is_empty() { "" } else { "." };
        faults_of(value, format!("{place}{dot}{name}"), faults);
    }
}

fn multipart(json: &str, files: &[Upload]) -> (String, Bytes) {
    // Random, so that no file holds it.
    let boundary = format!("lumina-{:032x}", fastrand::u128(..));
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    let disposition = "Content-Disposition: form-data; name";
    let json_head = format!("{disposition}=\"payload_json\"\r\nContent-Type: application/json");
    part(json_head, json.as_bytes());
    for (index, (name, bytes)) in files.iter().enumerate() {
        // Names are checked when they are rendered: no quote, no line break.
        let head = format!(
            "{disposition}=\"files[{index}]\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream"
        );
        part(head, bytes);
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::StatusCode;

    fn refused(body: Value) -> ApiError {
        let (status, headers) = (StatusCode::BAD_REQUEST, HeaderMap::new());
        refusal(&Reply { status, headers, body: body.to_string().into() })
    }

    #[test]
    fn a_refusal_names_the_fields_that_are_wrong() {
        let errors = json!({"data": {"embeds": {"0": {"title": {"_errors":
            [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}]}}}}});
        let error =
            refused(json!({"code": 50035, "message": "Invalid Form Body", "errors": errors}));
        assert_eq!(
            error.to_string(),
            "Discord refused with status 400, code 50035: Invalid Form Body \
             (data.embeds.0.title: Must be 256 or fewer in length.)"
        );
    }

    #[test]
    fn an_interaction_that_is_over_is_told_from_other_refusals() {
        assert!(matches!(refused(json!({"code": 10_062})), ApiError::Gone { .. }));
        assert!(matches!(refused(json!({"code": 10_013})), ApiError::Unknown { .. }));
        assert!(matches!(refused(json!("<html>")), ApiError::Refused { code: 0, .. }));
    }

    #[test]
    fn files_stand_beside_the_json() {
        let files = [("a.png".to_owned(), Bytes::from_static(&[1, 2]))];
        let (content_type, body) = multipart("{}", &files);
        let boundary = content_type.split_once("boundary=").map(|(_, boundary)| boundary).unwrap();
        let text = String::from_utf8_lossy(&body);
        assert_eq!(text.matches(&format!("--{boundary}")).count(), 3);
        assert!(text.contains("name=\"files[0]\"; filename=\"a.png\""), "{text}");
    }
}
