//! Where an interaction came from, as far as it decides which commands Discord offers there: what `/help`
//! lists. Must never decide who may run one: that is between Discord and the plugin.

use super::permissions;
use crate::door::frame;
use lumina_plugin_api::{
    command::{Command, CommandKind, Context, IntegrationType},
    interaction::Interaction,
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// By whose installations the bot is where an interaction came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Installed {
    /// By a guild's; that counts in the messages to the bot too.
    pub by_guild: bool,
    /// By a person's.
    pub by_user: bool,
}

impl Installed {
    /// Reads `authorizing_integration_owners`, in which each way has a number. Where that is missing, or
    /// of another form than Discord documents, nothing is ruled out.
    pub(super) fn read(owners: Option<&RawValue>) -> Self {
        #[derive(Deserialize)]
        struct Owners<'a> {
            #[serde(rename = "0", borrow, default)]
            guild: Option<&'a RawValue>,
            #[serde(rename = "1", borrow, default)]
            user: Option<&'a RawValue>,
        }
        let owners = owners.map(|owners| serde_json::from_str::<Owners<'_>>(owners.get()));
        let Some(Ok(Owners { guild, user })) = owners else {
            return Self { by_guild: true, by_user: true };
        };
        // Somebody has brought it.
        Self { by_guild: guild.is_some(), by_user: user.is_some() || guild.is_none() }
    }
}

/// Where an interaction came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    context: Context,
    installed: Installed,
    /// What the member may do there; nothing outside of guilds.
    permissions: Option<u64>,
}

impl Origin {
    /// Reads it from an interaction's head and from what was made of that.
    pub(super) fn of(head: &frame::Interaction<'_>, at: &Interaction) -> Self {
        let context = match (head.context, at.guild) {
            (Some(0), _) | (None, Some(_)) => Context::Guild,
            (Some(2), _) => Context::PrivateChannel,
            _ => Context::BotDm,
        };
        let installed = Installed::read(head.authorizing_integration_owners);
        let permissions = at.member.as_ref().map(|member| member.permissions);
        Self { context, installed, permissions }
    }

    /// Whether Discord offers the command behind a slash, as far as its declaration says.
    pub(super) fn offers(&self, command: &Command) -> bool {
        command.kind == CommandKind::Slash
            && self.is_among(&command.contexts, &command.integration_types)
            && self.allows(command.default_member_permissions)
    }

    /// Whether what is for these places, where the bot is installed in one of these ways, is for this one.
    pub(super) fn is_among(&self, contexts: &[Context], types: &[IntegrationType]) -> bool {
        let is_installed = |kind: &IntegrationType| match kind {
            IntegrationType::Guild => self.installed.by_guild,
            IntegrationType::User => self.installed.by_user,
            _ => false,
        };
        contexts.contains(&self.context) && types.iter().any(is_installed)
    }

    fn allows(&self, needed: Option<u64>) -> bool {
        match (needed, self.permissions) {
            // Zero means administrators only.
            (Some(0), Some(held)) => permissions::allows(held, u64::MAX),
            (Some(needed), Some(held)) => permissions::allows(held, needed),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests;
