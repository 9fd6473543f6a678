//! Outside hosts over HTTPS: only those that the descriptor names, and only public addresses.
//!
//! An answer may have 1 MiB and take 5 seconds. Redirects are followed three times, each checked again.

use crate::{
    context::Ctx,
    error::{Error, ErrorKind, Result},
    services::blob::BlobId,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// The service's name.
pub const NAME: &str = "http";
/// The largest answer, in bytes.
pub const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// The longest wait for an answer, in milliseconds.
pub const TIMEOUT_MS: u64 = 5_000;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Request {
    /// Reads a page; answered with [`Answer`].
    Get {
        /// An `https` URL whose host the descriptor names.
        url: String,
        /// Headers to send, at most 32; `host`, `content-length` and those of the connection are
        /// refused. None is sent on to another host by a redirect.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// A shorter timeout in milliseconds.
        #[serde(default)]
        timeout_ms: Option<u64>,
    },
    /// Reads a page whose body is no text, and keeps it among the plugin's blobs; answered with
    /// [`Fetched`]. Since 1.1.
    Fetch {
        /// As in [`Request::Get`].
        url: String,
        /// As in [`Request::Get`].
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// As in [`Request::Get`].
        #[serde(default)]
        timeout_ms: Option<u64>,
    },
    /// A request that this version does not know.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// What the outside host answered, whatever the status.
///
/// ```
/// use lumina_plugin_api::services::http::Answer;
/// let answer = Answer::new(200, "[1, 2]");
/// assert_eq!(answer.json::<Vec<u8>>().expect("a list"), [1, 2]);
/// assert!(Answer::new(404, "[]").json::<Vec<u8>>().is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type.
    pub content_type: Option<String>,
    /// The body as text; bytes that are no UTF-8 are replaced.
    pub body: String,
}

impl Answer {
    /// Makes an answer.
    #[must_use]
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, content_type: None, body: body.into() }
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`] if the status is no success or the body is of another form.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        if !(200..300).contains(&self.status) {
            let detail = format!("the outside host answered with status {}", self.status);
            return Err(Error::new(ErrorKind::Unavailable).detail(detail));
        }
        serde_json::from_str(&self.body)
            .map_err(|error| Error::new(ErrorKind::Unavailable).detail(error.to_string()))
    }
}

/// Bytes of an outside host, kept as the plugin's own blob.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fetched {
    /// The media type.
    #[serde(default)]
    pub content_type: Option<String>,
    /// How many they are.
    #[serde(default)]
    pub size_bytes: u64,
    /// Where they are kept, for 15 minutes.
    pub blob: BlobId,
}

impl Fetched {
    /// Names bytes that are kept.
    #[must_use]
    pub fn new(content_type: Option<String>, size_bytes: u64, blob: BlobId) -> Self {
        Self { content_type, size_bytes, blob }
    }
}

/// Asks outside hosts.
///
/// ```
/// # use lumina_plugin_api::prelude::*;
/// #[derive(serde::Deserialize)]
/// struct Sky {
///     color: String,
/// }
/// async fn sky(ctx: Ctx) -> Result<String> {
///     let sky: Sky = ctx.http().get("https://api.weather.example/now", None).await?.json()?;
///     Ok(sky.color)
/// }
/// ```
#[derive(Debug)]
pub struct Http<'a> {
    ctx: &'a Ctx,
}

impl<'a> Http<'a> {
    pub(crate) fn new(ctx: &'a Ctx) -> Self {
        Self { ctx }
    }

    /// Reads a page within `timeout_ms` (5 seconds at most, which is the default).
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] if the host was not declared or its address is not public,
    /// [`ErrorKind::Unavailable`] if it does not answer in time or with too much.
    pub async fn get(&self, url: &str, timeout_ms: Option<u64>) -> Result<Answer> {
        self.get_with(url, &[], timeout_ms).await
    }

    /// Reads a page as [`get`](Self::get) does, with headers: a key, a language, what is accepted.
    ///
    /// ```
    /// # use lumina_plugin_api::prelude::*;
    /// async fn sky(ctx: Ctx, key: &str) -> Result<String> {
    ///     let headers = [("x-api-key", key), ("accept", "application/json")];
    ///     let url = "https://api.weather.example/now";
    ///     Ok(ctx.http().get_with(url, &headers, None).await?.body)
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`get`](Self::get); [`ErrorKind::Denied`] for a header that is refused as [`Request::Get`] says.
    pub async fn get_with(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        timeout_ms: Option<u64>,
    ) -> Result<Answer> {
        let (url, headers) = (url.to_owned(), owned(headers));
        self.ctx.ask(NAME, &Request::Get { url, headers, timeout_ms }).await
    }

    /// Reads a picture, or what else is no text, with headers as [`get_with`](Self::get_with) does, and keeps
    /// it as a blob: the host need not carry it to the plugin and back. Hosts answer it since 1.1.
    ///
    /// ```
    /// # use lumina_plugin_api::{prelude::*, reply::File};
    /// async fn radar(ctx: Ctx) -> Result<Reply> {
    ///     let radar = ctx.http().fetch("https://api.weather.example/radar.png", &[], None).await?;
    ///     Ok(Reply::message(Message::new().file(File::new(radar.blob, "radar.png"))))
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`get_with`](Self::get_with); [`ErrorKind::Unavailable`] if the status is no success too,
    /// [`ErrorKind::Limited`] when the plugin keeps too much already, [`ErrorKind::Unsupported`] from an older
    /// host.
    pub async fn fetch(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        timeout_ms: Option<u64>,
    ) -> Result<Fetched> {
        let (url, headers) = (url.to_owned(), owned(headers));
        self.ctx.ask(NAME, &Request::Fetch { url, headers, timeout_ms }).await
    }
}

fn owned(headers: &[(&str, &str)]) -> BTreeMap<String, String> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
