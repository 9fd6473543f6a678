//! Places: guilds, their channels, direct messages and private groups.

use serde_json::{Value, json};

use super::id::{ChannelId, GuildId, RoleId, UserId};
use super::timestamp::iso;

/// All permissions Discord has today: a bot that was invited as an administrator.
pub(crate) const ALL_PERMISSIONS: &str = "9007199254740991";

/// What a person without a special role may do: read, write, react, use commands.
pub(crate) const USUAL_PERMISSIONS: &str = "2248473465835073";

/// View Channels and Read Message History.
const READING_PERMISSIONS: &str = "66560";

const TYPE_GUILD_TEXT: u8 = 0;
const TYPE_DM: u8 = 1;
const TYPE_GROUP_DM: u8 = 3;

/// Holds one guild.
#[derive(Clone, Debug)]
pub struct Guild {
    /// The id.
    pub id: GuildId,
    /// The name.
    pub name: String,
    /// Who owns it.
    pub owner: UserId,
    /// The language of the guild.
    pub locale: String,
    /// Its channels in order.
    pub channels: Vec<ChannelId>,
    /// Roles besides `@everyone`: id and name.
    pub roles: Vec<(RoleId, String)>,
}

/// Says what kind of place a channel is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// A text channel of a guild.
    Guild(GuildId),
    /// The direct messages between the bot and one person.
    BotDm(UserId),
    /// A direct message or group between people; the bot is not in it.
    Private(Vec<UserId>),
}

/// Says what the bot may do in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BotAccess {
    /// Everything.
    Full,
    /// It sees the channel and may not write.
    ReadOnly,
    /// It does not even see the channel.
    Hidden,
}

/// Holds one channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The id.
    pub id: ChannelId,
    /// The name, empty in direct messages.
    pub name: String,
    /// What kind of place it is.
    pub kind: ChannelKind,
    /// What the bot may do in it by REST.
    pub bot_access: BotAccess,
}

impl Channel {
    /// Returns what an interaction from here says that the bot may do.
    pub(crate) fn bot_permissions(&self) -> &'static str {
        match (&self.kind, self.bot_access) {
            (ChannelKind::Guild(_), BotAccess::ReadOnly) => READING_PERMISSIONS,
            (ChannelKind::Guild(_), BotAccess::Hidden) => "0",
            _ => ALL_PERMISSIONS,
        }
    }

    /// Returns the guild that the channel belongs to.
    pub fn guild(&self) -> Option<GuildId> {
        match self.kind {
            ChannelKind::Guild(guild) => Some(guild),
            ChannelKind::BotDm(_) | ChannelKind::Private(_) => None,
        }
    }

    /// Returns the number that an interaction carries for its context.
    pub(crate) fn context(&self) -> u8 {
        match self.kind {
            ChannelKind::Guild(_) => 0,
            ChannelKind::BotDm(_) => 1,
            ChannelKind::Private(_) => 2,
        }
    }

    /// Returns Discord's channel object; `recipients` are user objects.
    pub(crate) fn to_json(&self, recipients: Vec<Value>) -> Value {
        match &self.kind {
            ChannelKind::Guild(guild) => json!({
                "id": self.id, "type": TYPE_GUILD_TEXT, "guild_id": guild, "name": self.name,
                "position": 0, "flags": 0, "nsfw": false, "topic": null, "parent_id": null,
                "last_message_id": null, "rate_limit_per_user": 0, "permission_overwrites": [],
            }),
            ChannelKind::BotDm(_) => json!({
                "id": self.id, "type": TYPE_DM, "flags": 0, "last_message_id": null,
                "recipients": recipients,
            }),
            ChannelKind::Private(users) => json!({
                "id": self.id, "type": TYPE_GROUP_DM, "flags": 0, "last_message_id": null,
                "recipients": recipients, "name": self.name, "icon": null,
                "owner_id": users.first(),
            }),
        }
    }

    /// Returns the channel object that stands in an interaction.
    pub(crate) fn partial_json(&self, permissions: &str) -> Value {
        let kind = match self.kind {
            ChannelKind::Guild(_) => TYPE_GUILD_TEXT,
            ChannelKind::BotDm(_) => TYPE_DM,
            ChannelKind::Private(_) => TYPE_GROUP_DM,
        };
        json!({
            "id": self.id, "type": kind, "name": self.name, "guild_id": self.guild(),
            "permissions": permissions,
        })
    }
}

impl Guild {
    fn roles_json(&self) -> Vec<Value> {
        let everyone = (RoleId(self.id.0), "@everyone".to_owned());
        std::iter::once(&everyone)
            .chain(&self.roles)
            .enumerate()
            .map(|(position, (id, name))| {
                json!({
                    "id": id, "name": name, "description": null, "permissions": USUAL_PERMISSIONS,
                    "position": position, "color": 0, "hoist": false, "managed": false,
                    "colors": {
                        "primary_color": 0, "secondary_color": null, "tertiary_color": null,
                    },
                    "mentionable": false, "icon": null, "unicode_emoji": null, "flags": 0,
                })
            })
            .collect()
    }

    /// Returns Discord's guild object as REST gives it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "icon": null, "description": null,
            "home_header": null, "splash": null, "discovery_splash": null, "features": [],
            "banner": null, "owner_id": self.owner, "application_id": null, "region": "deprecated",
            "afk_channel_id": null, "afk_timeout": 300, "system_channel_id": null,
            "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": null,
            "verification_level": 0, "roles": self.roles_json(),
            "default_message_notifications": 0, "mfa_level": 0, "explicit_content_filter": 0,
            "max_presences": null, "max_members": 500_000, "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25, "vanity_url_code": null, "premium_tier": 0,
            "premium_subscription_count": 0, "preferred_locale": self.locale,
            "rules_channel_id": null, "safety_alerts_channel_id": null,
            "public_updates_channel_id": null, "premium_progress_bar_enabled": false,
            "premium_progress_bar_enabled_user_updated_at": null, "nsfw": false, "nsfw_level": 0,
            "emojis": [], "stickers": [], "incidents_data": null,
        })
    }

    /// Returns the guild as the gateway sends it.
    pub(crate) fn to_gateway_json(&self, channels: Vec<Value>, joined_ms: u64) -> Value {
        let mut guild = self.to_json();
        let more = json!({
            "joined_at": iso(joined_ms), "large": false, "unavailable": false, "member_count": 5,
            "voice_states": [], "members": [], "channels": channels, "threads": [],
            "presences": [], "stage_instances": [], "guild_scheduled_events": [],
            "soundboard_sounds": [],
        });
        if let (Some(guild), Value::Object(more)) = (guild.as_object_mut(), more) {
            guild.extend(more);
        }
        guild
    }
}
