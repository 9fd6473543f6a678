//! What plugins ask of Discord through the host: their side is `plugin_api::services::discord`.

use super::{Shared, open::Open, privacy, sudo};
use crate::{
    services::{
        blob::too_large,
        discord::{Ask, DiscordSide, Own},
    },
    texts::Place,
};
use bytes::Bytes;
use lumina_plugin_api::{
    command::Command,
    error::{Error, ErrorKind},
    id::{AttachmentId, UserId},
    interaction::User,
    reply::Message,
    services::{
        blob::BLOB_BYTES_MAX,
        discord::{Emoji, Latency, RegisteredCommand},
    },
    text::Text,
};
use std::sync::Arc;

impl DiscordSide for Shared {
    fn latency(&self, own: Own<'_>) -> Result<Latency, Error> {
        let open = self.find(own)?;
        let inside = self.clock.monotonic().saturating_sub(open.received);
        let gateway_ms = self.gateway_latency().map(|latency| latency.as_secs_f64() * 1_000.0);
        Ok(Latency::new(gateway_ms, inside.as_secs_f64() * 1_000.0))
    }

    fn commands<'a>(&'a self, own: Own<'a>) -> Ask<'a, Vec<RegisteredCommand>> {
        Box::pin(async move {
            let open = self.find(own)?;
            let mut commands = self.commands_for(&open);
            let locale = self.texts.host().reading(&open.at);
            let say = |text: &Text| self.texts.say(text, locale);
            commands.extend(privacy::commands(self.registration.id(privacy::NAME), say));
            if sudo::is_offered(&open.origin) && self.owners.is_owner(open.at.user.id).await {
                commands.extend(sudo::commands(self.registration.id(sudo::NAME)));
            }
            commands.sort_by(|a, b| a.qualified_name.cmp(&b.qualified_name));
            Ok(commands)
        })
    }

    fn emoji(&self) -> Emoji {
        self.live.now().emoji.clone()
    }

    fn user(&self, id: UserId) -> Ask<'_, Option<User>> {
        Box::pin(async move {
            self.users
                .find(id)
                .await
                .map_err(|error| Error::new(ErrorKind::Unavailable).detail(super::chain(&error)))
        })
    }

    fn edit<'a>(&'a self, own: Own<'a>, message: Message) -> Ask<'a, ()> {
        Box::pin(async move {
            let open = self.find(own)?;
            let reader = self.reader(&open.at, own.caller);
            let shown = open.answers.update(&reader, &message).await;
            shown.map_err(|error| error.reply(&open.at))
        })
    }

    fn follow_up<'a>(&'a self, own: Own<'a>, message: Message, private: bool) -> Ask<'a, ()> {
        Box::pin(async move {
            let open = self.find(own)?;
            let reader = self.reader(&open.at, own.caller);
            let shown = open.answers.further(&reader, &message, private).await;
            shown.map_err(|error| error.reply(&open.at))
        })
    }

    fn attachment<'a>(&'a self, own: Own<'a>, id: AttachmentId) -> Ask<'a, Bytes> {
        Box::pin(async move {
            let open = self.find(own)?;
            let attachment = open.attachments.iter().find(|attachment| attachment.id == id);
            let attachment = attachment.ok_or_else(|| Error::new(ErrorKind::NotFound))?;
            if attachment.size_bytes > BLOB_BYTES_MAX as u64 {
                let detail = format!("an attachment of {} bytes", attachment.size_bytes);
                return Err(too_large(detail));
            }
            self.files.fetch(&attachment.url).await
        })
    }
}

impl Shared {
    fn find(&self, own: Own<'_>) -> Result<Arc<Open>, Error> {
        let now = self.clock.monotonic();
        let found = self.open.find(own.interaction, &own.caller.name, now);
        found.ok_or_else(|| Error::new(ErrorKind::NotFound).detail("the interaction is over"))
    }

    /// The slash commands of all plugins that the user may run there, sub-commands one by one.
    fn commands_for(&self, open: &Open) -> Vec<RegisteredCommand> {
        let registry = self.plugins.registry();
        let mut commands = Vec::new();
        for plugin in registry.plugins() {
            let texts = self.texts.of(plugin.descriptor());
            let own = plugin.descriptor().commands.iter();
            for command in own.filter(|command| open.origin.offers(command)) {
                let id = self.registration.id(&command.name);
                commands.extend(flat(command).map(|(name, description)| {
                    let text = texts.format(description, texts.reading(&open.at), Place::Markdown);
                    RegisteredCommand::new(plugin.name(), &name, text, id)
                }));
            }
        }
        commands
    }
}

/// A command as users call it, or its sub-commands, each with what it does.
fn flat(command: &Command) -> impl Iterator<Item = (String, &Text)> {
    let bare = command.subcommands.is_empty() && command.groups.is_empty();
    let own = bare.then(|| (command.name.clone(), &command.description));
    let subs = command.subcommands.iter();
    let subs = subs.map(|sub| (format!("{} {}", command.name, sub.name), &sub.description));
    let grouped = command.groups.iter().flat_map(|group| {
        group
            .subcommands
            .iter()
            .map(|sub| (format!("{} {} {}", command.name, group.name, sub.name), &sub.description))
    });
    own.into_iter().chain(subs).chain(grouped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina_plugin_api::command::{Group, Subcommand};

    #[test]
    fn a_command_is_listed_by_its_name_or_by_its_sub_commands_one_by_one() {
        let bare = Command::slash("list", "Lists");
        let sub = |name: &str| Subcommand::new(name, format!("{name} of it"));
        let parted = bare.clone().subcommand(sub("add")).subcommand(sub("drop"));
        let group =
            Group::new("old", "What is old").subcommand(sub("show")).subcommand(sub("hide"));
        let grouped = bare.clone().group(group.clone());
        let mixed = parted.clone().group(group);
        for (command, expected) in [
            (bare, &[("list", "Lists")][..]),
            (parted, &[("list add", "add of it"), ("list drop", "drop of it")]),
            (grouped, &[("list old show", "show of it"), ("list old hide", "hide of it")]),
            (
                mixed,
                &[
                    ("list add", "add of it"),
                    ("list drop", "drop of it"),
                    ("list old show", "show of it"),
                    ("list old hide", "hide of it"),
                ],
            ),
        ] {
            let listed: Vec<_> = flat(&command).map(|(name, does)| (name, does.clone())).collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, does)| ((*name).to_owned(), Text::from(*does)))
                .collect();
            assert_eq!(listed, expected);
        }
    }
}
