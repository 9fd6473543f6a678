//! What an interaction's ids stand for: users, roles, channels, files, messages.

use super::{ConvertError, message};
use lumina_plugin_api::{
    id::{AttachmentId, ChannelId, MessageId, RoleId, UserId},
    interaction::{Attachment, Channel, MessageRef, Role, User},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Where Discord keeps pictures.
const CDN: &str = "https://cdn.discordapp.com";

/// What the ids in an interaction's data stand for. All of it is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::discord) struct Resolved<'a> {
    users: BTreeMap<String, Lenient<RawUser>>,
    roles: BTreeMap<String, Lenient<RawRole>>,
    channels: BTreeMap<String, Lenient<RawChannel>>,
    attachments: BTreeMap<String, Lenient<RawAttachment>>,
    #[serde(borrow)]
    messages: BTreeMap<String, &'a RawValue>,
}

/// One that cannot be read must not hide the others.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Known(T),
    Unknown(serde::de::IgnoredAny),
}

impl<T> Lenient<T> {
    fn known(&self) -> Option<&T> {
        match self {
            Self::Known(known) => Some(known),
            Self::Unknown(_) => None,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct RawUser {
    id: UserId,
    #[serde(default)]
    username: String,
    #[serde(default)]
    global_name: Option<String>,
    #[serde(default)]
    avatar: Option<String>,
    #[serde(default)]
    bot: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
struct RawRole {
    id: RoleId,
    #[serde(default)]
    name: String,
}

#[derive(Debug, Clone, Deserialize)]
struct RawChannel {
    id: ChannelId,
    #[serde(default)]
    name: Option<String>,
    #[serde(rename = "type")]
    kind: u8,
}

#[derive(Debug, Clone, Deserialize)]
struct RawAttachment {
    id: AttachmentId,
    filename: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    content_type: Option<String>,
    url: String,
}

impl RawUser {
    pub(super) fn into_user(self) -> User {
        let (name, avatar) = (self.global_name.as_deref(), self.avatar.as_deref());
        make_user(self.id, &self.username, name, avatar, self.bot.unwrap_or_default())
    }
}

/// Reads a user as the REST interface sends it.
pub(in crate::discord) fn user(body: &[u8]) -> Option<User> {
    serde_json::from_slice(body).ok().map(RawUser::into_user)
}

pub(super) fn make_user(
    id: UserId,
    username: &str,
    display_name: Option<&str>,
    avatar: Option<&str>,
    bot: bool,
) -> User {
    let mut user = User::default();
    user.id = id;
    user.name = username.to_owned();
    user.display_name = display_name.map(str::to_owned);
    user.avatar_url = match avatar {
        Some(hash) => format!("{CDN}/avatars/{id}/{hash}.png"),
        // One of six default pictures (reference, "CDN Endpoints").
        None => format!("{CDN}/embed/avatars/{}.png", (id.0 >> 22) % 6),
    };
    user.bot = bot;
    user
}

impl<'a> Resolved<'a> {
    pub(in crate::discord) fn parse(raw: Option<&'a RawValue>) -> Result<Self, ConvertError> {
        let Some(raw) = raw else { return Ok(Self::default()) };
        serde_json::from_str(raw.get()).map_err(|_| ConvertError::unreadable("resolved data"))
    }

    pub(in crate::discord) fn user(&self, id: &str) -> Option<User> {
        self.users.get(id)?.known().cloned().map(RawUser::into_user)
    }

    pub(in crate::discord) fn role(&self, id: &str) -> Option<Role> {
        let raw = self.roles.get(id)?.known()?;
        let mut role = Role::default();
        role.id = raw.id;
        role.name.clone_from(&raw.name);
        Some(role)
    }

    pub(in crate::discord) fn channel(&self, id: &str) -> Option<Channel> {
        let raw = self.channels.get(id)?.known()?;
        let mut channel = Channel::default();
        channel.id = raw.id;
        channel.name = raw.name.clone().unwrap_or_default();
        channel.kind = raw.kind;
        Some(channel)
    }

    pub(in crate::discord) fn attachment(&self, id: &str) -> Option<Attachment> {
        let raw = self.attachments.get(id)?.known()?;
        let mut attachment = Attachment::default();
        attachment.id = raw.id;
        attachment.filename.clone_from(&raw.filename);
        attachment.size_bytes = raw.size;
        attachment.content_type.clone_from(&raw.content_type);
        attachment.url.clone_from(&raw.url);
        Some(attachment)
    }

    pub(in crate::discord) fn attachments(&self) -> Vec<Attachment> {
        self.attachments.keys().filter_map(|id| self.attachment(id)).collect()
    }

    pub(in crate::discord) fn message(&self, id: &str) -> Option<MessageRef> {
        id.parse::<MessageId>().ok()?;
        message(self.messages.get(id)?).ok()
    }
}
