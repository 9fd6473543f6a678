//! Who is there, where one can be, and the names of both.

use super::{Session, markdown::Names, nearest::nearest, registered::Lookup};
use crate::discord::{ChannelId, ChannelKind, SimDiscord};
use anyhow::{Result, bail};

impl Session {
    pub(super) fn user_name(&self) -> String {
        let users = self.discord.users();
        users.into_iter().find(|user| user.id == self.user).map(|u| u.name).unwrap_or_default()
    }

    pub(super) fn channel_name(&self) -> String {
        match self.discord.channel(self.channel) {
            Some(channel) if matches!(channel.kind, ChannelKind::Guild(_)) => {
                format!("#{}", channel.name)
            }
            _ => "DM".to_owned(),
        }
    }

    /// Returns the channels of all guilds by name; a name that appears twice means the first.
    pub(super) fn channel_names(&self) -> Vec<(String, ChannelId)> {
        let guilds = self.discord.guilds();
        let ids = guilds.iter().flat_map(|guild| &guild.channels);
        ids.filter_map(|id| self.discord.channel(*id)).map(|c| (c.name, c.id)).collect()
    }

    pub(super) fn become_user(&mut self, name: &str) -> Result<String> {
        let Some(user) = self.discord.user_named(name) else {
            let users = self.discord.users();
            let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
            match nearest(name, names.iter().copied()) {
                Some(near) => bail!("Nobody is called `{name}`. Did you mean `{near}`?"),
                None => bail!("Nobody is called `{name}`. There are {}.", names.join(", ")),
            }
        };
        if self.channel_is_dm() {
            self.channel = self.discord.bot_dm(user.id);
        }
        self.user = user.id;
        Ok(format!("You are {} now.", user.display_name))
    }

    pub(super) fn list_users(&self) -> String {
        let line = |user: crate::discord::User| {
            let you = if user.id == self.user { "*" } else { " " };
            let owner = if user.id == self.discord.owner() { ", owns the bot" } else { "" };
            format!("{you} {:<8} {} ({}){owner}", user.name, user.display_name, user.locale)
        };
        self.discord.users().into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn go_to_dm(&mut self) -> String {
        self.channel = self.discord.bot_dm(self.user);
        "You are in the direct messages with the bot now.".to_owned()
    }

    pub(super) fn go_to_channel(&mut self, name: &str) -> Result<String> {
        let name = name.trim_start_matches('#');
        let channels = self.channel_names();
        let Some((_, id)) = channels.iter().find(|(known, _)| known == name) else {
            let names: Vec<&str> = channels.iter().map(|(known, _)| known.as_str()).collect();
            bail!("There is no channel `{name}`. There are {}.", names.join(", "));
        };
        self.channel = *id;
        Ok(format!("You are in #{name} now."))
    }

    pub(super) fn list_channels(&self) -> String {
        let line = |(name, id): (String, ChannelId)| {
            let here = if id == self.channel { "*" } else { " " };
            format!("{here} #{name}")
        };
        self.channel_names().into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn names(&self) -> Known {
        Known { discord: self.discord.clone() }
    }

    fn channel_is_dm(&self) -> bool {
        let channel = self.discord.channel(self.channel);
        channel.is_some_and(|channel| matches!(channel.kind, ChannelKind::BotDm(_)))
    }
}

/// The names of the simulated Discord.
pub(super) struct Known {
    discord: SimDiscord,
}

/// The name of the bot as people read it.
pub(super) const BOT: &str = "Lumina";

impl Names for Known {
    fn user(&self, id: &str) -> Option<String> {
        if id == self.discord.application_id().to_string() {
            return Some(BOT.to_owned());
        }
        let users = self.discord.users();
        users.into_iter().find(|user| user.id.to_string() == id).map(|user| user.display_name)
    }

    fn channel(&self, id: &str) -> Option<String> {
        self.discord.channel(id.parse().ok()?).map(|channel| channel.name)
    }

    fn now_s(&self) -> i64 {
        i64::try_from(self.discord.clock().now_ms() / 1_000).unwrap_or(i64::MAX)
    }
}

impl Lookup for Session {
    fn user_id(&self, name: &str) -> Option<String> {
        self.discord.user_named(name.trim_start_matches('@')).map(|user| user.id.to_string())
    }

    fn channel_id(&self, name: &str) -> Option<String> {
        let name = name.trim_start_matches('#');
        let channels = self.channel_names();
        channels.iter().find(|(known, _)| known == name).map(|(_, id)| id.to_string())
    }
}
