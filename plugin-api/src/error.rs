//! What went wrong, in two texts: one for the user, one for the log.

use crate::{text::Text, word::words};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a plugin's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it was; the host chooses color, logging level and default sentence by it.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let later = Error::new(ErrorKind::Limited).retry_at_ms(1_790_000_000_000);
/// let gone = Error::not_found("There is no such list.");
/// assert_eq!((later.kind, gone.kind), (ErrorKind::Limited, ErrorKind::NotFound));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What the user asked for cannot be done as asked: the message says what to change.
    Invalid,
    /// What the user asked for does not exist.
    NotFound,
    /// The user may not do this.
    Denied,
    /// The user does this too often.
    Limited,
    /// Something outside is down or too slow; later it may work.
    Unavailable,
    /// A button or form of an older version that this version cannot understand any more.
    Outdated,
    /// This version of the plugin or host does not know the request.
    Unsupported,
    /// The plugin panicked.
    Panic,
    /// A fault of the plugin or the host: logged with an incident id.
    #[default]
    Internal,
    /// A kind that this version does not know; treated as [`ErrorKind::Internal`].
    Unknown,
}

words! { ErrorKind:
    "invalid" = Invalid,
    "not_found" = NotFound,
    "denied" = Denied,
    "limited" = Limited,
    "unavailable" = Unavailable,
    "outdated" = Outdated,
    "unsupported" = Unsupported,
    "panic" = Panic,
    "internal" = Internal,
    "unknown" = Unknown;
    else Unknown
}

/// A failure: what the user reads, and what the log keeps.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// fn parse(text: &str) -> Result<u32> {
///     // Any error becomes an internal one: the user reads a general sentence with an incident id,
///     // the log the whole chain.
///     Ok(text.parse::<u32>()?)
/// }
/// assert_eq!(parse("x").unwrap_err().kind, ErrorKind::Internal);
///
/// let mine = Error::invalid("That is not a number. Try a number such as 7.").detail("got `x`");
/// assert_eq!(mine.kind, ErrorKind::Invalid);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Error {
    /// What kind of failure it was.
    #[serde(default)]
    pub kind: ErrorKind,
    /// What the user reads: one sentence and what to do next. Without it the host has a sentence for
    /// each kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Text>,
    /// What the log keeps; never shown to a user.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// When it makes sense to try again, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at_ms: Option<i64>,
}

impl Error {
    /// Makes an error of `kind` without a message of its own.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind, message: None, detail: String::new(), retry_at_ms: None }
    }

    /// Makes an error that tells the user what to change.
    #[must_use]
    pub fn invalid(message: impl Into<Text>) -> Self {
        Self::new(ErrorKind::Invalid).message(message)
    }

    /// Makes an error that tells the user that there is no such thing.
    #[must_use]
    pub fn not_found(message: impl Into<Text>) -> Self {
        Self::new(ErrorKind::NotFound).message(message)
    }

    /// Makes an error that is a fault of the program; `detail` goes to the log.
    #[must_use]
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal).detail(detail)
    }

    /// Sets what the user reads.
    #[must_use]
    pub fn message(mut self, message: impl Into<Text>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Sets what the log keeps.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Sets when it makes sense to try again, in milliseconds since 1970.
    #[must_use]
    pub fn retry_at_ms(mut self, moment_ms: i64) -> Self {
        self.retry_at_ms = Some(moment_ms);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.detail)
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        let mut detail = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            detail.push_str(": ");
            detail.push_str(&cause.to_string());
            source = cause.source();
        }
        Self::internal(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_chain_of_an_error_goes_to_the_log_and_not_to_the_user() {
        let error = Error::from(std::io::Error::other("disk on fire"));
        assert_eq!(error.detail, "disk on fire");
        assert_eq!(error.message, None);
    }

    #[test]
    fn an_unknown_kind_is_read_as_unknown() {
        let error: Error = serde_json::from_str(r#"{"kind":"cosmic","more":1}"#).unwrap();
        assert_eq!(error.kind, ErrorKind::Unknown);
    }
}
