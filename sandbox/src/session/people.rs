//! Who is there, where one can be, and the names of both.

use super::{Session, files, markdown::Names, nearest::nearest, registered::Lookup};
use crate::discord::{ChannelId, ChannelKind, RoleId, SimDiscord, User, UserId};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Discord's numbers of the menus that do not list their options themselves.
mod menu {
    pub(super) const USERS: u64 = 5;
    pub(super) const ROLES: u64 = 6;
    pub(super) const MENTIONABLES: u64 = 7;
    pub(super) const CHANNELS: u64 = 8;
}

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
            Some(channel) => match channel.kind {
                ChannelKind::Private(people) => self.private_name(&people),
                _ => "DM".to_owned(),
            },
            None => "DM".to_owned(),
        }
    }

    fn private_name(&self, people: &[UserId]) -> String {
        let others = people.iter().filter(|person| **person != self.user);
        let name = |id: &UserId| self.discord.users().into_iter().find(|user| user.id == *id);
        let names: Vec<String> = others.filter_map(name).map(|user| user.name).collect();
        format!("with {}", names.join(", "))
    }

    /// Returns the channels of all guilds by name; a name that appears twice means the first.
    pub(super) fn channel_names(&self) -> Vec<(String, ChannelId)> {
        let guilds = self.discord.guilds();
        let ids = guilds.iter().flat_map(|guild| &guild.channels);
        ids.filter_map(|id| self.discord.channel(*id)).map(|c| (c.name, c.id)).collect()
    }

    /// Returns someone by name.
    ///
    /// # Errors
    /// A sentence when nobody is called so.
    pub(super) fn person(&self, name: &str) -> Result<User> {
        if self.is_bot(name) {
            bail!("{BOT} is the bot, and no person. `users` lists everyone.");
        }
        self.among(&self.people(), name)
    }

    /// Returns someone by name, who may be the bot.
    ///
    /// # Errors
    /// A sentence when nobody is called so.
    pub(super) fn anyone(&self, name: &str) -> Result<User> {
        let bot = self.discord.bot();
        if self.is_bot(name) {
            return Ok(bot);
        }
        self.among(&[self.people(), vec![bot]].concat(), name)
    }

    fn is_bot(&self, name: &str) -> bool {
        name.trim_start_matches('@').eq_ignore_ascii_case(&self.discord.bot().name)
    }

    fn among(&self, users: &[User], name: &str) -> Result<User> {
        // Guests of a load can be named, and are not offered.
        if let Some(user) = self.discord.user_named(name.trim_start_matches('@')) {
            return Ok(user);
        }
        let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
        match nearest(name, names.iter().copied()) {
            Some(near) => bail!("Nobody is called `{name}`. Did you mean `{near}`?"),
            None => bail!("Nobody is called `{name}`. There are {}.", names.join(", ")),
        }
    }

    pub(super) fn become_user(&mut self, name: &str) -> Result<String> {
        let user = self.person(name)?;
        if self.channel_is_dm() {
            self.channel = self.discord.bot_dm(user.id);
        }
        self.user = user.id;
        Ok(format!("You are {} now.", user.display_name))
    }

    /// Returns everyone but those who are only there for a load.
    pub(super) fn people(&self) -> Vec<User> {
        self.names().people()
    }

    pub(super) fn list_users(&self) -> String {
        let line = |user: User| {
            let you = if user.id == self.user { "*" } else { " " };
            let owner = if user.id == self.discord.owner() { ", owns the bot" } else { "" };
            format!("{you} {:<8} {} ({}){owner}", user.name, user.display_name, user.locale)
        };
        let bot = format!("  {BOT:<8} the bot; it can be named where someone is");
        self.people().into_iter().map(line).chain([bot]).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn go_to_dm(&mut self) -> String {
        self.channel = self.discord.bot_dm(self.user);
        "You are in the direct messages with the bot now.".to_owned()
    }

    /// Goes to the conversation with someone in which the bot is not.
    pub(super) fn go_to_private(&mut self, name: &str) -> Result<String> {
        let other = self.person(name)?;
        if other.id == self.user {
            bail!("That is you. `users` lists everyone.");
        }
        let mut pair = [self.user, other.id];
        pair.sort();
        let open = || self.discord.add_private_channel(pair.to_vec());
        self.channel = *self.private.entry(pair).or_insert_with(open);
        Ok(format!("You are in a conversation with {} now, without the bot.", other.display_name))
    }

    pub(super) fn go_to_channel(&mut self, name: &str) -> Result<String> {
        let name = name.trim_start_matches('#');
        self.channel = named("channel", self.channel_names(), name)?;
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
        let reader = self.discord.users().into_iter().find(|user| user.id == self.user);
        let locale = reader.map(|user| user.locale).unwrap_or_default();
        Known { discord: self.discord.clone(), guests: self.guests.clone(), locale }
    }

    fn channel_is_dm(&self) -> bool {
        let channel = self.discord.channel(self.channel);
        channel.is_some_and(|channel| matches!(channel.kind, ChannelKind::BotDm(_)))
    }
}

/// The names of the simulated Discord.
pub(super) struct Known {
    discord: SimDiscord,
    guests: Vec<UserId>,
    /// The language of whoever is at the prompt.
    locale: String,
}

impl Known {
    fn people(&self) -> Vec<User> {
        let mut users = self.discord.users();
        users.retain(|user| !self.guests.contains(&user.id));
        users
    }

    fn roles(&self) -> Vec<(RoleId, String)> {
        self.discord.guilds().into_iter().flat_map(|guild| guild.roles).collect()
    }

    fn channels(&self) -> Vec<(ChannelId, String)> {
        let ids = self.discord.guilds().into_iter().flat_map(|guild| guild.channels);
        ids.filter_map(|id| self.discord.channel(id)).map(|c| (c.id, c.name)).collect()
    }

    /// Returns what a menu offers: what is read, what can be typed, and the value that is sent.
    fn choices(&self, kind: u64) -> Vec<(String, String, String)> {
        let people =
            || self.people().into_iter().map(|u| (u.display_name, u.name, u.id.to_string()));
        let roles = || {
            let shown = |(id, name): (RoleId, String)| (format!("@{name}"), name, id.to_string());
            self.roles().into_iter().map(shown)
        };
        let channels = || {
            let shown =
                |(id, name): (ChannelId, String)| (format!("#{name}"), name, id.to_string());
            self.channels().into_iter().map(shown)
        };
        match kind {
            menu::USERS => people().collect(),
            menu::ROLES => roles().collect(),
            menu::MENTIONABLES => people().chain(roles()).collect(),
            menu::CHANNELS => channels().collect(),
            _ => Vec::new(),
        }
    }

    /// Returns what choosing an entry of a menu sends: one by its number or by what it is called.
    pub(super) fn value_in(&self, menu: &Value, typed: &str) -> Result<String> {
        let options = menu["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut choices: Vec<(String, String, String)> = options
            .iter()
            .map(|option| (text(&option["label"]), text(&option["label"]), text(&option["value"])))
            .collect();
        choices.extend(self.choices(menu["type"].as_u64().unwrap_or_default()));
        let bare = typed.trim_start_matches(['@', '#']);
        let named = choices.iter().find(|(shown, name, _)| shown == typed || name == bare);
        let index = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let found = named.or_else(|| index.and_then(|index| choices.get(index)));
        let found = found.with_context(|| match (index, choices.len()) {
            (Some(_), 1) => "The menu has 1 option.".to_owned(),
            (Some(_), n) => format!("The menu has {n} options."),
            (None, _) => format!("The menu has no option `{typed}`; they are numbered."),
        })?;
        Ok(found.2.clone())
    }
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

    fn offered(&self, menu_kind: u64) -> Vec<String> {
        self.choices(menu_kind).into_iter().map(|(shown, _, _)| shown).collect()
    }

    fn now_s(&self) -> i64 {
        i64::try_from(self.discord.clock().now_ms() / 1_000).unwrap_or(i64::MAX)
    }

    fn locale(&self) -> &str {
        &self.locale
    }
}

/// Returns the id of what is called so, the first of those that are.
///
/// # Errors
/// A sentence that says which there are.
fn named<Id>(kind: &str, all: Vec<(String, Id)>, name: &str) -> Result<Id> {
    let names: Vec<&str> = all.iter().map(|(known, _)| known.as_str()).collect();
    let missing = format!("There is no {kind} `{name}`. There are {}.", names.join(", "));
    all.into_iter().find(|(known, _)| known == name).map(|(_, id)| id).context(missing)
}

impl Lookup for Session {
    fn user_id(&self, name: &str) -> Result<String, String> {
        let user = self.anyone(name).map_err(|error| error.to_string())?;
        Ok(user.id.to_string())
    }

    fn channel_id(&self, name: &str) -> Result<String, String> {
        let id = named("channel", self.channel_names(), name.trim_start_matches('#'));
        id.map(|id| id.to_string()).map_err(|error| error.to_string())
    }

    fn role_id(&self, name: &str) -> Result<String, String> {
        let roles = self.names().roles().into_iter().map(|(id, name)| (name, id)).collect();
        let id = named("role", roles, name.trim_start_matches('@'));
        id.map(|id| id.to_string()).map_err(|error| error.to_string())
    }

    fn file_id(&self, path: &str) -> Result<String, String> {
        let file = files::picked(path).map_err(|error| error.to_string())?;
        Ok(self.discord.upload(&file.name, file.bytes).to_string())
    }
}
