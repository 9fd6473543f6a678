//! Limits of the plugin's own: sliding windows by a key, kept by the host, so that they survive reloads.
//!
//! The host keeps up to 4,096 windows of a plugin. Beyond that it forgets those that were not counted for
//! longest; the latest 2,048 are always remembered. A window counts up to 1,000 uses.

use crate::{command::Window, context::Ctx, error::Result};
use serde::{Deserialize, Serialize};

/// The service's name.
pub const NAME: &str = "limits";

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Request {
    /// Counts one use; answered with [`Verdict`].
    Count {
        /// What is counted, up to 100 bytes.
        key: String,
        /// The window.
        window: Window,
    },
    /// A request that this version does not know.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// Whether a use is allowed.
///
/// ```
/// use lumina_plugin_api::services::limits::Verdict;
/// assert_eq!(Verdict::default().retry_at_ms, None, "allowed");
/// assert!(Verdict::new(Some(1_790_000_000_000)).retry_at_ms.is_some());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Verdict {
    /// When the next use is allowed, in milliseconds since 1970; none when this one is.
    pub retry_at_ms: Option<i64>,
}

impl Verdict {
    /// Allows, or names the moment of the next use.
    #[must_use]
    pub const fn new(retry_at_ms: Option<i64>) -> Self {
        Self { retry_at_ms }
    }
}

/// Counts uses.
///
/// ```
/// # use lumina_plugin_api::{prelude::*, command::Window};
/// async fn draw(ctx: Ctx, user: UserId) -> Result<()> {
///     let verdict = ctx.limits().count(&format!("draw-{user}"), Window::new(3, 60_000)).await?;
///     match verdict.retry_at_ms {
///         None => Ok(()),
///         Some(moment_ms) => Err(Error::new(ErrorKind::Limited).retry_at_ms(moment_ms)),
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Limits<'a> {
    ctx: &'a Ctx,
}

impl<'a> Limits<'a> {
    pub(crate) fn new(ctx: &'a Ctx) -> Self {
        Self { ctx }
    }

    /// Counts one use of `key` and returns whether it is allowed.
    ///
    /// # Errors
    /// See [`crate::services`]; also when the key is longer than 100 bytes.
    pub async fn count(&self, key: &str, window: Window) -> Result<Verdict> {
        self.ctx.ask(NAME, &Request::Count { key: key.to_owned(), window }).await
    }
}
