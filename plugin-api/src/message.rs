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
    reply::Reply,
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
