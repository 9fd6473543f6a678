//! Checks what a plugin declares before anything of it is made or sent: Discord's limits, names that
//! belong to another, services and intents that it cannot have. Each refusal is a part of a sentence of
//! the host's texts that names what is wrong.

mod beside;
mod shape;

use super::{custom_id, declare, privacy, sudo};
use crate::{
    plugins::Registry,
    texts::{Bundles, Told, name as words},
};
use lumina_plugin_api::{
    command::{Command, CommandKind, CommandOption, OptionKind},
    descriptor::{Descriptor, Service},
    text::Text,
};
use serde_json::Value;

/// Slash commands of an application (reference, "Application Commands"); one is the host's.
pub(super) const SLASH_COMMANDS_MAX: usize = 100;
/// `/sudo` and `/privacy`.
const HOST_COMMANDS: usize = 2;
/// Commands in the context menu of users, and as many in that of messages.
pub(super) const MENU_COMMANDS_MAX: usize = 15;
/// The highest `state_version`: one digit in custom ids.
const STATE_VERSION_MAX: u8 = 35;

/// What has no effect that is told in one sentence: more is read by nobody, and each further one nests the
/// sentence deeper.
const INEFFECTIVE_TOLD_MAX: usize = 10;

/// What is shown of a kind that this version does not know.
const KIND_CHARS_MAX: usize = 40;

/// Intents that must be switched on for the application, with the flags that say so and their names.
const PRIVILEGED: [(u64, u64, &str); 3] = [
    (1 << 8, 1 << 12 | 1 << 13, "Presence Intent"),
    (1 << 1, 1 << 14 | 1 << 15, "Server Members Intent"),
    (1 << 15, 1 << 18 | 1 << 19, "Message Content Intent"),
];

/// The intents that Discord has (reference, "List of Intents"): the first 17 and some further ones. With
/// any other it has no session at all.
const INTENTS: u64 = 0x1_ffff | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;

/// Checks a plugin beside those that serve. `flags` are the application's.
///
/// # Errors
/// Why it cannot serve, as a part of a sentence.
pub(super) fn admit(descriptor: &Descriptor, others: &Registry, flags: u64) -> Result<(), Text> {
    let name = &descriptor.name;
    if !custom_id::is_plugin_name(name) {
        let max = words(custom_id::PLUGIN_CHARS_MAX);
        return Err(Text::key("admit-plugin-name").arg("name", words(name)).arg("max", max));
    }
    if name == privacy::HOST {
        return Err(Text::key("admit-plugin-own").arg("name", words(name)));
    }
    if descriptor.state_version > STATE_VERSION_MAX {
        return Err(Text::key("admit-state-version").arg("max", words(STATE_VERSION_MAX)));
    }
    if descriptor.services.contains(&Service::Unknown) {
        return Err(Text::key("admit-service"));
    }
    check_intents(descriptor.intents, flags)?;
    let texts = Bundles::read(descriptor).map_err(|error| error.text())?;
    for (index, command) in descriptor.commands.iter().enumerate() {
        check_known(command)?;
        let same = |other: &Command| other.name == command.name && other.kind == command.kind;
        if descriptor.commands[..index].iter().any(same) {
            return Err(of_command("admit-command-twice", command));
        }
        check_owner(command, name, others)?;
        shape::check(&declare::command(command, &texts))?;
    }
    check_count(descriptor, others)
}

/// Tells the log what a plugin declares without any effect.
pub(super) fn tell_ineffective(descriptor: &Descriptor) {
    beside::tell(descriptor);
}

/// Checks that all that a plugin declares has an effect.
///
/// # Errors
/// What has none, as a part of a sentence.
pub(super) fn check_effective(descriptor: &Descriptor) -> Result<(), Text> {
    let both = |one, other| Text::key("admit-both").arg("one", one).arg("other", other);
    let ineffective = beside::ineffective(descriptor).take(INEFFECTIVE_TOLD_MAX);
    ineffective.reduce(both).map_or(Ok(()), Err)
}

fn check_intents(intents: u64, flags: u64) -> Result<(), Text> {
    let unknown = intents & !INTENTS;
    if unknown != 0 {
        let unknown = words(format_args!("{unknown:#x}"));
        return Err(Text::key("admit-unknown-intents").arg("intents", unknown));
    }
    for (intent, allowed, name) in PRIVILEGED {
        if intents & intent != 0 && flags & allowed == 0 {
            return Err(Text::key("admit-intent").arg("intent", words(name)));
        }
    }
    Ok(())
}

/// What this version does not know is refused by name.
fn check_known(command: &Command) -> Result<(), Text> {
    if declare::kind_number(command.kind).is_none() {
        return Err(of_command("admit-command-kind", command));
    }
    for option in all_options(command) {
        if let OptionKind::Unknown(kind) = &option.kind {
            let kind = match kind {
                Value::Object(object) => object.keys().next().cloned().unwrap_or_default(),
                other => other.as_str().unwrap_or_default().to_owned(),
            };
            let kind: String = kind.chars().take(KIND_CHARS_MAX).collect();
            return Err(of_command("admit-option-kind", command)
                .arg("option", words(&option.name))
                .arg("kind", words(kind)));
        }
    }
    Ok(())
}

fn all_options(command: &Command) -> impl Iterator<Item = &CommandOption> {
    let grouped = command.groups.iter().flat_map(|group| &group.subcommands);
    let below = command.subcommands.iter().chain(grouped).flat_map(|sub| &sub.options);
    command.options.iter().chain(below)
}

fn check_owner(command: &Command, plugin: &str, others: &Registry) -> Result<(), Text> {
    let own = [sudo::NAME, privacy::NAME];
    if command.kind == CommandKind::Slash && own.contains(&command.name.as_str()) {
        return Err(of_command("admit-command-own", command));
    }
    let owner = others.command(command.kind, &command.name).map(|owner| owner.name().to_string());
    match owner {
        Some(owner) if owner != plugin => Err(of_command("admit-command-owned", command)
            .arg("owner", words(owner))
            .arg("plugin", words(plugin))),
        _ => Ok(()),
    }
}

fn of_command(key: &str, command: &Command) -> Text {
    Text::key(key).arg("command", words(&command.name))
}

fn check_count(descriptor: &Descriptor, others: &Registry) -> Result<(), Text> {
    let others = others.plugins().filter(|other| **other.name() != *descriptor.name);
    let commands: Vec<CommandKind> = others
        .flat_map(|other| other.descriptor().commands.iter().map(|command| command.kind))
        .chain(descriptor.commands.iter().map(|command| command.kind))
        .collect();
    let count = |kind| commands.iter().filter(|other| **other == kind).count();
    let limits = [
        (CommandKind::Slash, SLASH_COMMANDS_MAX - HOST_COMMANDS, "admit-slash-commands"),
        (CommandKind::User, MENU_COMMANDS_MAX, "admit-user-commands"),
        (CommandKind::Message, MENU_COMMANDS_MAX, "admit-message-commands"),
    ];
    for (kind, max, key) in limits {
        let n = count(kind);
        if n > max {
            return Err(Text::key(key).arg("n", words(n)).arg("max", words(max)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod rules;
#[cfg(test)]
mod tests;
