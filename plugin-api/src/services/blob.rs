//! Bytes: pictures and files, named by an id in messages, never inside JSON.
//!
//! The one service whose messages are bytes, not JSON. A request is one letter and its content: `P` and
//! the bytes to put (answered with the id as text), `G` and an id to get (answered with the bytes), `D` and
//! an id to drop (answered with nothing).

use crate::{
    context::Ctx,
    error::{Error, Result},
};
use serde::{Deserialize, Serialize};

/// The service's name.
pub const NAME: &str = "blob";
/// The largest blob, in bytes: Discord's limit for a file without boosts.
pub const BLOB_BYTES_MAX: usize = 10 * 1024 * 1024;
/// The letter before bytes to put.
pub const PUT: u8 = b'P';
/// The letter before an id to get.
pub const GET: u8 = b'G';
/// The letter before an id to drop.
pub const DROP: u8 = b'D';

/// Names bytes that the host keeps for the plugin, for 15 minutes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlobId(String);

impl BlobId {
    /// Wraps an id as the host wrote it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Keeps bytes.
///
/// ```
/// # use lumina_plugin_api::{prelude::*, reply::File};
/// async fn picture(ctx: Ctx, png: Vec<u8>) -> Result<Reply> {
///     let blob = ctx.blob().put(&png).await?;
///     Ok(Reply::message(Message::new().file(File::new(blob, "week.png"))))
/// }
/// ```
#[derive(Debug)]
pub struct Blob<'a> {
    ctx: &'a Ctx,
}

impl<'a> Blob<'a> {
    pub(crate) fn new(ctx: &'a Ctx) -> Self {
        Self { ctx }
    }

    /// Keeps `bytes` and returns their name.
    ///
    /// # Errors
    /// [`Invalid`](crate::error::ErrorKind::Invalid) beyond 10 MiB,
    /// [`Limited`](crate::error::ErrorKind::Limited) when the plugin keeps too much already.
    pub async fn put(&self, bytes: &[u8]) -> Result<BlobId> {
        let id = self.ask(PUT, bytes).await?;
        String::from_utf8(id).map(BlobId).map_err(|_| Error::internal("the id is no text"))
    }

    /// Returns the bytes of `blob`.
    ///
    /// # Errors
    /// [`NotFound`](crate::error::ErrorKind::NotFound) when they are not there any more.
    pub async fn get(&self, blob: &BlobId) -> Result<Vec<u8>> {
        self.ask(GET, blob.as_str().as_bytes()).await
    }

    /// Drops the bytes of `blob` before their time.
    ///
    /// # Errors
    /// See [`crate::services`].
    pub async fn drop(&self, blob: &BlobId) -> Result<()> {
        self.ask(DROP, blob.as_str().as_bytes()).await.map(|_| ())
    }

    async fn ask(&self, letter: u8, content: &[u8]) -> Result<Vec<u8>> {
        let mut request = Vec::with_capacity(content.len() + 1);
        request.push(letter);
        request.extend_from_slice(content);
        self.ctx.ask_raw(NAME, &request).await
    }
}
