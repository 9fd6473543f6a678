//! All that the simulated Discord remembers: people, places, commands, interactions, messages.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::command::CommandBook;
use super::files::Files;
use super::id::{ApplicationId, ChannelId, GuildId, RoleId, UserId};
use super::interaction::Interactions;
use super::message::{Messages, Thinking};
use super::person::User;
use super::place::{BotAccess, Channel, ChannelKind, Guild};

/// When the first default guild was made, so that ids look like those of Discord.
const FIRST_GUILD_MS: u64 = 1_600_000_000_000;

/// When the bot and the default users were made.
const FIRST_USER_MS: u64 = 1_500_000_000_000;

/// Name, display name and locale of the default users; the first owns the bot.
const DEFAULT_USERS: [(&str, &str, &str); 5] = [
    ("mira", "Mira", "en-US"),
    ("noah", "Noah", "en-GB"),
    ("elodie", "Élodie", "fr"),
    ("jonas", "Jonas", "de"),
    ("yuki", "ユキ", "ja"),
];

/// The channels of the default guild.
const DEFAULT_CHANNELS: [&str; 3] = ["general", "films", "bots"];

/// The roles of the first default guild.
const DEFAULT_ROLES: [&str; 2] = ["curators", "night owls"];

/// The name of the bot.
pub(crate) const BOT_NAME: &str = "Lumina";

#[derive(Debug)]
pub(crate) struct World {
    pub application: ApplicationId,
    pub users: BTreeMap<UserId, User>,
    pub guilds: BTreeMap<GuildId, Guild>,
    pub channels: HashMap<ChannelId, Channel>,
    pub commands: CommandBook,
    pub interactions: Interactions,
    pub messages: Messages,
    pub thinking: Thinking,
    pub files: Files,
}

fn fixed_id(ms: u64, index: u64) -> u64 {
    (ms - super::id::EPOCH_MS + index) << 22
}

impl World {
    /// Makes the bot, the default users and so many guilds; the first has channels.
    pub(crate) fn new(n_guilds: usize) -> World {
        let application = ApplicationId(fixed_id(FIRST_USER_MS, 0));
        let mut world = World {
            application,
            users: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: HashMap::new(),
            commands: CommandBook::default(),
            interactions: Interactions::default(),
            messages: Messages::default(),
            thinking: Thinking::default(),
            files: Files::default(),
        };
        world.insert_user(UserId(application.0), (BOT_NAME, BOT_NAME, "en-US"), true);
        for (index, user) in DEFAULT_USERS.into_iter().enumerate() {
            world.insert_user(UserId(fixed_id(FIRST_USER_MS, index as u64 + 1)), user, false);
        }
        for index in 0..n_guilds as u64 {
            let name = if index == 0 { "Film Night".to_owned() } else { format!("Guild {index}") };
            world.insert_guild(GuildId(fixed_id(FIRST_GUILD_MS, index)), name);
        }
        if let Some(guild) = world.guilds.values_mut().next() {
            let first = guild.id.0 + 1 + DEFAULT_CHANNELS.len() as u64;
            guild.roles = (first..).map(RoleId).zip(DEFAULT_ROLES.map(str::to_owned)).collect();
        }
        world
    }

    pub(crate) fn insert_user(
        &mut self,
        id: UserId,
        (name, display_name, locale): (&str, &str, &str),
        is_bot: bool,
    ) {
        let (name, display_name) = (name.to_owned(), display_name.to_owned());
        let user = User { id, name, display_name, locale: locale.to_owned(), is_bot };
        self.users.insert(id, user);
    }

    /// Adds a guild with the default channels, whose ids follow the guild's.
    pub(crate) fn insert_guild(&mut self, id: GuildId, name: String) {
        let owner = self.people().next().map_or(UserId(self.application.0), |user| user.id);
        let channels: Vec<ChannelId> =
            (1..=DEFAULT_CHANNELS.len() as u64).map(|index| ChannelId(id.0 + index)).collect();
        for (id_of_channel, name) in channels.iter().zip(DEFAULT_CHANNELS) {
            self.insert_channel(*id_of_channel, name, ChannelKind::Guild(id));
        }
        let locale = "en-US".to_owned();
        let guild = Guild { id, name, owner, locale, channels, roles: Vec::new() };
        self.guilds.insert(id, guild);
    }

    pub(crate) fn insert_channel(&mut self, id: ChannelId, name: &str, kind: ChannelKind) {
        // The bot is no member of what people say to each other.
        let bot_access = match kind {
            ChannelKind::Private(_) => BotAccess::Hidden,
            ChannelKind::Guild(_) | ChannelKind::BotDm(_) => BotAccess::Full,
        };
        self.channels.insert(id, Channel { id, name: name.to_owned(), kind, bot_access });
    }

    /// Returns everyone but the bot.
    pub(crate) fn people(&self) -> impl Iterator<Item = &User> {
        self.users.values().filter(|user| !user.is_bot)
    }

    pub(crate) fn bot(&self) -> &User {
        self.users.get(&UserId(self.application.0)).expect("the bot is never removed")
    }

    pub(crate) fn user_json(&self, id: UserId) -> Value {
        self.users.get(&id).map_or(Value::Null, User::to_json)
    }

    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        let recipients = match &channel.kind {
            ChannelKind::Guild(_) => Vec::new(),
            ChannelKind::BotDm(user) => vec![self.user_json(*user)],
            ChannelKind::Private(users) => users.iter().map(|id| self.user_json(*id)).collect(),
        };
        channel.to_json(recipients)
    }

    pub(crate) fn bot_dm_of(&self, user: UserId) -> Option<ChannelId> {
        let is_it = |channel: &&Channel| channel.kind == ChannelKind::BotDm(user);
        self.channels.values().find(is_it).map(|channel| channel.id)
    }
}
