//! The messages that cross the border, as JSON.
//!
//! Each side ignores fields it does not know and reads variants it does not know as `Unknown`; so an
//! older plugin serves in a newer host and the reverse. `tests/messages/` holds the bytes of each kind as
//! the first version wrote them.

use crate::{
    command::Choice,
    event::Event,
    id::UserId,
    interaction::{AutocompleteCall, CommandCall, ComponentPress, ModalSubmit},
    reply::{Message, Reply},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What `create` is told.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Create {
    /// The version of the border that the host speaks.
    pub host_api: String,
    /// The version that served before, in a reload.
    pub previous: Option<Previous>,
}

/// The copy of a plugin that a new one replaces.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Previous {
    /// Its version.
    pub version: String,
}

/// What the host asks of a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Request {
    /// The plugin serves from now on; answered with [`Response::Done`].
    Start {},
    /// Hand over what the next copy should know; answered with [`Response::Saved`].
    Save {},
    /// What the copy before handed over; answered with [`Response::Done`].
    Restore {
        /// What [`Response::Saved`] held.
        state: Value,
    },
    /// A command was used; answered with [`Response::Reply`].
    Command(Box<CommandCall>),
    /// Values are to be suggested; answered with [`Response::Choices`].
    Autocomplete(Box<AutocompleteCall>),
    /// A component was pressed; answered with [`Response::Reply`].
    Component(Box<ComponentPress>),
    /// A form was sent; answered with [`Response::Reply`].
    Modal(Box<ModalSubmit>),
    /// A gateway event; answered with [`Response::Done`].
    Event(Event),
    /// Everything kept about a user; answered with [`Response::Exported`].
    Export {
        /// The user.
        user: UserId,
    },
    /// Forget a user; answered with [`Response::Done`].
    Delete {
        /// The user.
        user: UserId,
    },
    /// A request that this version does not know; answered with
    /// [`Unsupported`](crate::error::ErrorKind::Unsupported).
    #[serde(untagged)]
    Unknown(Value),
}

/// What a plugin answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Response {
    /// It is done.
    Done {},
    /// What the next copy should know; null for nothing.
    Saved(Value),
    /// What the user sees.
    Reply(Box<Reply>),
    /// Suggested values; the first 25 are shown.
    Choices(Vec<Choice>),
    /// Everything kept about a user; null for nothing.
    Exported(Value),
    /// An answer that this version does not know.
    #[serde(untagged)]
    Unknown(Value),
}

// The derived readers keep everything in a tree first, in case it turns out to be `Unknown`. What comes
// with each command is worth a reader of its own; all else, and what does not fit, takes the other way.

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FrequentRequest {
    Command(Box<CommandCall>),
    Autocomplete(Box<AutocompleteCall>),
    Component(Box<ComponentPress>),
    Modal(Box<ModalSubmit>),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FrequentResponse {
    Reply(FrequentReply),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FrequentReply {
    Message {
        message: Message,
        #[serde(default)]
        private: bool,
    },
    Update {
        message: Message,
    },
}

impl Request {
    /// Reads the bytes of a request, as its `Deserialize` does but faster.
    ///
    /// ```
    /// use lumina_plugin_api::message::Request;
    /// assert!(matches!(Request::read(br#"{"start":{}}"#)?, Request::Start {}));
    /// assert!(matches!(Request::read(br#"{"dance":{}}"#)?, Request::Unknown(_)));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// If they are no JSON.
    pub fn read(bytes: &[u8]) -> serde_json::Result<Self> {
        match serde_json::from_slice(bytes) {
            Ok(FrequentRequest::Command(call)) => Ok(Self::Command(call)),
            Ok(FrequentRequest::Autocomplete(call)) => Ok(Self::Autocomplete(call)),
            Ok(FrequentRequest::Component(press)) => Ok(Self::Component(press)),
            Ok(FrequentRequest::Modal(submit)) => Ok(Self::Modal(submit)),
            Err(_) => serde_json::from_slice(bytes),
        }
    }
}

impl Response {
    /// Reads the bytes of an answer, as its `Deserialize` does but faster.
    ///
    /// ```
    /// use lumina_plugin_api::message::Response;
    /// let bytes = br#"{"reply":{"message":{"message":{"content":"Pong!"}}}}"#;
    /// assert!(matches!(Response::read(bytes)?, Response::Reply(_)));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// If they are no JSON.
    pub fn read(bytes: &[u8]) -> serde_json::Result<Self> {
        match serde_json::from_slice(bytes) {
            Ok(FrequentResponse::Reply(reply)) => Ok(Self::Reply(Box::new(match reply {
                FrequentReply::Message { message, private } => Reply::Message { message, private },
                FrequentReply::Update { message } => Reply::Update { message },
            }))),
            Err(_) => serde_json::from_slice(bytes),
        }
    }
}
