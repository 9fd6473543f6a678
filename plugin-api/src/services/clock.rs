//! The host's clock. No service needs to be declared.

use crate::{context::Ctx, error::Result};
use serde::{Deserialize, Serialize};

/// The service's name.
pub const NAME: &str = "clock";

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Request {
    /// What time it is; answered with [`Now`].
    Now {},
    /// A request that this version does not know.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// What time it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Now {
    /// Milliseconds since 1970.
    pub unix_ms: i64,
}

impl Now {
    /// Names a moment.
    #[must_use]
    pub const fn new(unix_ms: i64) -> Self {
        Self { unix_ms }
    }
}

/// Asks the host's clock.
///
/// ```
/// # use lumina_plugin_api::prelude::*;
/// async fn stamp(ctx: Ctx) -> Result<i64> {
///     Ok(ctx.clock().now_ms().await?)
/// }
/// ```
#[derive(Debug)]
pub struct Clock<'a> {
    ctx: &'a Ctx,
}

impl<'a> Clock<'a> {
    pub(crate) fn new(ctx: &'a Ctx) -> Self {
        Self { ctx }
    }

    /// Returns the time in milliseconds since 1970. In tests and in the sandbox it can be moved: never
    /// read the system's clock yourself.
    ///
    /// # Errors
    /// See [`crate::services`].
    pub async fn now_ms(&self) -> Result<i64> {
        let now: Now = self.ctx.ask(NAME, &Request::Now {}).await?;
        Ok(now.unix_ms)
    }
}
