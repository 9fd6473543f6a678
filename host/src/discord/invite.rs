//! The link with which the bot is invited.

use super::{api::ApplicationId, start::Identity};
use crate::plugins::Registry;
use lumina_plugin_api::descriptor::Descriptor;

/// Where Discord asks a person which server the bot goes to.
const AUTHORIZE: &str = "https://discord.com/oauth2/authorize";
/// The bot as a member of the server, and its commands. Plugins need no other scope.
const SCOPES: &str = "bot+applications.commands";

/// Returns the link, with the permissions that the plugins ask for and no others.
#[must_use]
pub fn invite(registry: &Registry, identity: &Identity) -> String {
    let permissions =
        registry.plugins().fold(0, |all, plugin| all | asked_for(plugin.descriptor()));
    link(identity.application.id, permissions)
}

fn link(application: ApplicationId, permissions: u64) -> String {
    format!("{AUTHORIZE}?client_id={application}&scope={SCOPES}&permissions={permissions}")
}

fn asked_for(descriptor: &Descriptor) -> u64 {
    let of_commands = descriptor.commands.iter().flat_map(|command| {
        let groups = command.groups.iter().flat_map(|group| &group.subcommands);
        let below = command.subcommands.iter().chain(groups);
        let below = below.filter_map(|sub| sub.handling.as_ref());
        below.chain([&command.handling]).map(|handling| handling.bot_permissions)
    });
    of_commands.fold(descriptor.bot_permissions, |all, bits| all | bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina_plugin_api::command::{Command, Subcommand};

    #[test]
    fn the_link_asks_for_what_plugins_commands_and_sub_commands_need() {
        let mut quiet = Subcommand::new("quiet", "Quiet");
        quiet.handling = Some(Command::slash("c", "C").bot_permissions(4).handling);
        let command = Command::slash("a", "A").bot_permissions(2).subcommand(quiet);
        let descriptor = Descriptor::new("A plugin").bot_permissions(1).command(command);
        assert_eq!(asked_for(&descriptor), 7);
        assert_eq!(
            link(ApplicationId(42), asked_for(&descriptor)),
            "https://discord.com/oauth2/authorize?client_id=42&scope=bot+applications.commands&permissions=7"
        );
    }
}
