//! Where an interaction came from, as far as it decides which commands Discord offers there: what `/help`
//! lists. Must never decide who may run one: that is between Discord and the plugin.

use super::permissions;
use crate::door::frame;
use lumina_plugin_api::{
    command::{Command, CommandKind, Context},
    interaction::Interaction,
};

/// Where an interaction came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    context: Context,
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
        Self { context, permissions: at.member.as_ref().map(|member| member.permissions) }
    }

    /// Whether Discord offers the command behind a slash, as far as its declaration says.
    pub(super) fn offers(&self, command: &Command) -> bool {
        command.kind == CommandKind::Slash
            && command.contexts.contains(&self.context)
            && self.allows(command.default_member_permissions)
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
