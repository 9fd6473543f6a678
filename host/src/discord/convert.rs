//! Reads interactions from Discord's JSON into what plugins get.
//!
//! Everything in them may be crafted: options are checked against what the plugin declared, and what is
//! unknown is refused with a sentence, never with a panic.

mod form;
mod options;
mod resolved;

pub(super) use form::read as read_form;
pub(super) use options::{focused, path, read as read_options};
pub(super) use resolved::{Resolved, user};

use super::render::COMPONENTS_V2;
use crate::door::frame;
use lumina_plugin_api::{
    error::{Error, ErrorKind},
    id::{ChannelId, GuildId, InteractionId, UserId},
    interaction::{Interaction, Member, MessageRef, User},
    text::Text,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::str::FromStr;

/// Why an interaction is not given to a plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ConvertError {
    /// A part is missing or of another form than Discord documents.
    #[error("the interaction's {part} cannot be read")]
    Unreadable {
        /// Which part.
        part: &'static str,
    },
    /// An option that the command does not have.
    #[error("the command has no option `{option}`")]
    UnknownOption {
        /// Its name.
        option: String,
    },
    /// An option must be given.
    #[error("the option `{option}` is missing")]
    MissingOption {
        /// Its name.
        option: String,
    },
    /// An option's value is not one that the command declares.
    #[error("the option `{option}` does not take this value")]
    Value {
        /// Its name.
        option: String,
    },
    /// A sub-command that the command does not have.
    #[error("the command has no such sub-command")]
    UnknownPath,
}

impl ConvertError {
    pub(super) const fn unreadable(part: &'static str) -> Self {
        Self::Unreadable { part }
    }

    /// What the user reads.
    pub(super) fn reply(&self) -> Error {
        let about = |key: &str, option: &str| Text::key(key).arg("option", option);
        let (kind, message) = match self {
            Self::Unreadable { .. } => {
                (ErrorKind::Unsupported, Text::key("error-unknown-interaction"))
            }
            Self::UnknownOption { option } => {
                (ErrorKind::Invalid, about("error-option-unknown", option))
            }
            Self::MissingOption { option } => {
                (ErrorKind::Invalid, about("error-option-missing", option))
            }
            Self::Value { option } => (ErrorKind::Invalid, about("error-option-value", option)),
            Self::UnknownPath => (ErrorKind::Outdated, Text::key("error-unknown-command")),
        };
        Error::new(kind).message(message).detail(self.to_string())
    }
}

/// Reads who did it, where and when.
pub(super) fn interaction(head: &frame::Interaction<'_>) -> Result<Interaction, ConvertError> {
    let author = head.author().ok_or(ConvertError::unreadable("author"))?;
    let mut at = Interaction::default();
    at.id = id::<InteractionId>(&head.id, "id")?;
    at.user = short_user(author)?;
    at.member = head.member.as_ref().map(|_| Member::default());
    if let (Some(member), Some(raw)) = (&mut at.member, &head.member) {
        member.nick = raw.nick.as_deref().map(str::to_owned);
        member.permissions = bits(raw.permissions.as_deref());
        member.roles = raw.roles.iter().filter_map(|role| role.parse().ok()).collect();
    }
    at.guild = head.guild_id.as_deref().map(|text| id::<GuildId>(text, "guild")).transpose()?;
    at.channel =
        head.channel_id.as_deref().map(|text| id::<ChannelId>(text, "channel")).transpose()?;
    at.locale = head.locale.as_deref().unwrap_or("en-US").to_owned();
    at.guild_locale = head.guild_locale.as_deref().map(str::to_owned);
    at.bot_permissions = bits(head.app_permissions.as_deref());
    Ok(at)
}

fn short_user(raw: &frame::User<'_>) -> Result<User, ConvertError> {
    let avatar = raw.avatar.as_deref();
    let id = id::<UserId>(&raw.id, "author")?;
    Ok(resolved::make_user(
        id,
        raw.username.as_deref().unwrap_or_default(),
        raw.global_name.as_deref(),
        avatar,
        raw.bot.unwrap_or_default(),
    ))
}

/// Reads an id.
pub(super) fn id<T: FromStr>(text: &str, part: &'static str) -> Result<T, ConvertError> {
    text.parse().map_err(|_| ConvertError::unreadable(part))
}

fn bits(text: Option<&str>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Whether a message consists of components (V2), which it then does for ever.
pub(super) fn is_of_components(raw: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct RawFlags {
        #[serde(default)]
        flags: u64,
    }
    serde_json::from_str::<RawFlags>(raw.get()).is_ok_and(|raw| raw.flags & COMPONENTS_V2 != 0)
}

/// Reads the message that a component stands in, or that a context-menu command was used on.
pub(super) fn message(raw: &RawValue) -> Result<MessageRef, ConvertError> {
    const EPHEMERAL: u64 = 1 << 6;
    #[derive(Deserialize)]
    struct RawMessage {
        id: lumina_plugin_api::id::MessageId,
        #[serde(default)]
        content: String,
        author: Option<resolved::RawUser>,
        #[serde(default)]
        flags: Option<u64>,
    }
    let raw: RawMessage =
        serde_json::from_str(raw.get()).map_err(|_| ConvertError::unreadable("message"))?;
    let mut message = MessageRef::default();
    message.id = raw.id;
    message.content = raw.content;
    message.author = raw.author.map(resolved::RawUser::into_user).unwrap_or_default();
    message.private = raw.flags.is_some_and(|flags| flags & EPHEMERAL != 0);
    Ok(message)
}

#[cfg(test)]
mod tests;
