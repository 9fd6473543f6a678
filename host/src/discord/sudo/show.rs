//! Plugins as `/sudo list` and `/sudo info` show them.

use crate::plugins::{PluginStatus, State};
use lumina_plugin_api::{descriptor::Descriptor, text::Text};

/// Returns one line: name, version, state, since when, commands, calls, errors, copies, zombies.
pub(super) fn line(status: &PluginStatus) -> Text {
    let commands = commands(status);
    let first = Text::key("sudo-line")
        .arg("plugin", status.name.as_str())
        .arg("version", status.version.clone().unwrap_or_else(|| "—".to_owned()))
        .arg("state", Text::from(format!("{} {}", mark(&status.state), status.state)))
        .arg("since", Text::from(format!("<t:{}:R>", status.since.seconds())))
        .arg("commands", if commands.is_empty() { "—".to_owned() } else { commands })
        .arg("calls", status.calls as f64)
        .arg("errors", status.errors as f64)
        .arg("generation", status.generation.to_string());
    Text::join([first, zombies(status), failure(status)])
}

/// Returns everything about a plugin, a text a line.
pub(super) fn details(status: &PluginStatus, descriptor: Option<&Descriptor>) -> Vec<Text> {
    let mut lines = vec![line(status)];
    if let Some(replacement) = &status.replacement {
        lines.push(Text::key("sudo-info-replacement").arg("state", replacement.to_string()));
    }
    if status.draining > 0 {
        lines.push(Text::key("sudo-info-draining").arg("count", status.draining));
    }
    let Some(descriptor) = descriptor else { return lines };
    let services = descriptor.services.iter().map(|service| format!("{service:?}").to_lowercase());
    let facts = [
        ("sudo-info-services", services.collect::<Vec<_>>().join(", ")),
        ("sudo-info-hosts", descriptor.hosts.join(", ")),
        ("sudo-info-events", descriptor.events.join(", ")),
        ("sudo-info-permissions", bits(descriptor.bot_permissions)),
        ("sudo-info-languages", languages(descriptor)),
    ];
    let facts = facts.into_iter().filter(|(_, what)| !what.is_empty());
    lines.extend(facts.map(|(key, what)| Text::key(key).arg("what", what)));
    lines
}

fn mark(state: &State) -> &'static str {
    match state {
        State::Serving => "🟢",
        State::Failed { .. } | State::Zombie => "🔴",
        State::Unloaded => "⚪",
        _ => "🟡",
    }
}

fn commands(status: &PluginStatus) -> String {
    status.commands.iter().map(|name| format!("/{name}")).collect::<Vec<_>>().join(" ")
}

fn zombies(status: &PluginStatus) -> Text {
    if status.zombies == 0 {
        return Text::default();
    }
    Text::join([" · ".into(), Text::key("sudo-zombies").arg("count", status.zombies)])
}

fn failure(status: &PluginStatus) -> Text {
    let reason = match (&status.state, &status.last_failure) {
        (State::Failed { reason }, _) | (_, Some(reason)) => reason,
        _ => return Text::default(),
    };
    Text::join(["\n> ".into(), Text::outside(reason.as_ref())])
}

fn bits(permissions: u64) -> String {
    if permissions == 0 { String::new() } else { format!("{permissions:#x}") }
}

fn languages(descriptor: &Descriptor) -> String {
    let locales = descriptor.texts.iter().map(|texts| texts.locale.as_str());
    locales.collect::<Vec<_>>().join(", ")
}
