//! Commands as data: what a plugin declares and the host registers with Discord.
//!
//! Limits are Discord's (reference, "Application Commands") and are checked when a plugin is loaded,
//! before anything is sent.

mod handling;
mod option;
mod subcommand;

pub use handling::{Defer, Handling, Limit, Window};
pub use option::{
    ChannelKind, Choice, ChoiceValue, CommandOption, NumberKind, OptionKind, StringKind,
};
pub use subcommand::{Group, Subcommand};

use crate::{text::Text, word::words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A command of a plugin.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let command = Command::slash("search", Text::key("search-description"))
///     .option(CommandOption::string("query", "What to search for").required().autocomplete())
///     .option(CommandOption::boolean("by_id", "Search by id"))
///     .limit(Limit::sliding(2, 8_000));
/// assert_eq!(command.options.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Command {
    /// The name that users type: 1 to 32 characters, lower case. It stays as it is in every language
    /// unless `name_localizations` says otherwise.
    pub name: String,
    /// What the command is used on.
    #[serde(default)]
    pub kind: CommandKind,
    /// 1 to 100 characters; a [`Text::key`] is registered in every language of the plugin. Empty for
    /// context-menu commands.
    #[serde(default)]
    pub description: Text,
    /// The name in other languages, by Discord's locale.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub name_localizations: BTreeMap<String, String>,
    /// Up to 25; a command with sub-commands has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<CommandOption>,
    /// Sub-commands directly below the command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subcommands: Vec<Subcommand>,
    /// Groups of sub-commands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// Who sees the command in a guild until its administrators say otherwise: permission bits, or
    /// everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_member_permissions: Option<u64>,
    /// Where it may be used.
    #[serde(default = "Context::everywhere")]
    pub contexts: Vec<Context>,
    /// How the bot may have been installed.
    #[serde(default = "IntegrationType::both")]
    pub integration_types: Vec<IntegrationType>,
    /// Whether it is for channels marked 18+ only.
    #[serde(default)]
    pub nsfw: bool,
    /// How its calls are handled.
    #[serde(default)]
    pub handling: Handling,
}

/// What a command is used on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommandKind {
    /// Typed with a slash.
    #[default]
    Slash,
    /// In the context menu of a user.
    User,
    /// In the context menu of a message.
    Message,
    /// A kind that this version does not know; refused at load.
    Unknown,
}

words! { CommandKind:
    "slash" = Slash, "user" = User, "message" = Message, "unknown" = Unknown;
    else Unknown
}

/// Where a command may be used.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let here = Command::slash("vote", "Vote").contexts([Context::Guild]);
/// assert_ne!(here.contexts, Context::everywhere());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Context {
    /// In guilds.
    Guild,
    /// In the conversation with the bot.
    BotDm,
    /// In conversations of users with each other.
    PrivateChannel,
    /// A place that this version does not know; left out.
    Unknown,
}

words! { Context:
    "guild" = Guild, "bot_dm" = BotDm, "private_channel" = PrivateChannel, "unknown" = Unknown;
    else Unknown
}

impl Context {
    /// Returns all three places, which is the default.
    #[must_use]
    pub fn everywhere() -> Vec<Self> {
        vec![Self::Guild, Self::BotDm, Self::PrivateChannel]
    }
}

/// How the bot was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IntegrationType {
    /// Into a guild.
    Guild,
    /// By a user, for herself.
    User,
    /// A way that this version does not know; left out.
    Unknown,
}

words! { IntegrationType: "guild" = Guild, "user" = User, "unknown" = Unknown; else Unknown }

impl IntegrationType {
    /// Returns both ways, which is the default.
    #[must_use]
    pub fn both() -> Vec<Self> {
        vec![Self::Guild, Self::User]
    }
}

impl Command {
    fn new(name: &str, kind: CommandKind, description: Text) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            description,
            name_localizations: BTreeMap::new(),
            options: Vec::new(),
            subcommands: Vec::new(),
            groups: Vec::new(),
            default_member_permissions: None,
            contexts: Context::everywhere(),
            integration_types: IntegrationType::both(),
            nsfw: false,
            handling: Handling::default(),
        }
    }

    /// Makes a slash command.
    #[must_use]
    pub fn slash(name: &str, description: impl Into<Text>) -> Self {
        Self::new(name, CommandKind::Slash, description.into())
    }

    /// Makes a command of a user's context menu.
    #[must_use]
    pub fn user_menu(name: &str) -> Self {
        Self::new(name, CommandKind::User, Text::default())
    }

    /// Makes a command of a message's context menu.
    #[must_use]
    pub fn message_menu(name: &str) -> Self {
        Self::new(name, CommandKind::Message, Text::default())
    }

    /// Adds an option.
    #[must_use]
    pub fn option(mut self, option: CommandOption) -> Self {
        self.options.push(option);
        self
    }

    /// Adds a sub-command.
    #[must_use]
    pub fn subcommand(mut self, subcommand: Subcommand) -> Self {
        self.subcommands.push(subcommand);
        self
    }

    /// Adds a group of sub-commands.
    #[must_use]
    pub fn group(mut self, group: Group) -> Self {
        self.groups.push(group);
        self
    }

    /// Sets the name in another language.
    #[must_use]
    pub fn localized_name(mut self, locale: &str, name: &str) -> Self {
        self.name_localizations.insert(locale.to_owned(), name.to_owned());
        self
    }

    /// Sets who sees the command in a guild at first: permission bits.
    #[must_use]
    pub fn default_member_permissions(mut self, bits: u64) -> Self {
        self.default_member_permissions = Some(bits);
        self
    }

    /// Sets where it may be used.
    #[must_use]
    pub fn contexts(mut self, contexts: impl Into<Vec<Context>>) -> Self {
        self.contexts = contexts.into();
        self
    }

    /// Sets for which installations it is offered.
    #[must_use]
    pub fn integration_types(mut self, types: impl Into<Vec<IntegrationType>>) -> Self {
        self.integration_types = types.into();
        self
    }

    /// Marks it as being for channels marked 18+.
    #[must_use]
    pub fn nsfw(mut self) -> Self {
        self.nsfw = true;
        self
    }

    /// Makes deferred answers visible to the caller only.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.handling.defer = Defer::Private;
        self
    }

    /// Sets after how many milliseconds the host answers in the plugin's place.
    #[must_use]
    pub fn deadline_ms(mut self, deadline_ms: u64) -> Self {
        self.handling.deadline_ms = deadline_ms;
        self
    }

    /// Sets how often one user may call it.
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.handling.limit = limit;
        self
    }

    /// Says that a call does no harm if it is made twice, as what only reads.
    ///
    /// Where the copy of the plugin that works on a call is ended before it has answered (it takes longer
    /// than a reload lets old copies finish, or its thread has crashed), the host asks the copy that serves
    /// then, once. Other calls are answered with a sentence, because nobody knows how far they got. Presses
    /// and forms are never asked twice.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.handling.idempotent = true;
        self
    }

    /// Sets the permission bits that the bot itself needs in the channel.
    #[must_use]
    pub fn bot_permissions(mut self, bits: u64) -> Self {
        self.handling.bot_permissions = bits;
        self
    }

    /// Returns how a call of the sub-command at `path` (group and sub-command, or sub-command, or
    /// nothing) is handled.
    #[must_use]
    pub fn handling_of(&self, path: &[String]) -> &Handling {
        let found = match path {
            [name] => self.subcommands.iter().find(|sub| sub.name == *name),
            [group, name] => self
                .groups
                .iter()
                .find(|candidate| candidate.name == *group)
                .and_then(|group| group.subcommands.iter().find(|sub| sub.name == *name)),
            _ => None,
        };
        found.and_then(|sub| sub.handling.as_ref()).unwrap_or(&self.handling)
    }
}
