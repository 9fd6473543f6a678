//! What `/sudo` shows, in words.

use crate::{
    discord::render::cut,
    plugins::{Action, Change, PluginStatus, State},
    texts::{Place, Texts, Told},
};
use lumina_plugin_api::{
    descriptor::Descriptor,
    text::{Arg, Text},
};
use std::{path::Path, time::Duration};

/// Names of commands or services shown in one line; what is more is counted.
const NAMES_MAX: usize = 20;

/// Characters of a message.
const MESSAGE_CHARS_MAX: usize = 2_000;
/// Messages of one answer: some seventy plugins; Discord takes five further messages at once.
const MESSAGES_MAX: usize = 6;
/// Characters of one line: a plugin's words on its failure can be long.
const LINE_CHARS_MAX: usize = 500;

/// Returns the messages that hold a text, cut between lines. What is too much ends in an ellipsis.
pub(super) fn pages(text: &str) -> Vec<String> {
    let mut pages = vec![String::new()];
    for line in text.lines() {
        let line = cut(line, LINE_CHARS_MAX);
        let page = pages.last().map_or(0, |page| page.chars().count());
        if page > 0 && page + 1 + line.chars().count() > MESSAGE_CHARS_MAX {
            pages.push(String::new());
        }
        let page = pages.last_mut().expect("there is always one");
        if !page.is_empty() {
            page.push('\n');
        }
        page.push_str(&line);
    }
    if pages.len() > MESSAGES_MAX {
        pages.truncate(MESSAGES_MAX);
        let last = pages.pop().unwrap_or_default();
        pages.push(cut(&format!("{last}\n…"), MESSAGE_CHARS_MAX).into_owned());
    }
    pages
}

/// Says what changed, how long it took, and whether it holds after a restart: unless it could not be
/// `kept`.
pub(super) fn change(change: &Change, kept: bool, texts: &Texts, locale: &str) -> String {
    let key = match change.action {
        Action::Load => "sudo-loaded",
        Action::Unload => "sudo-unloaded",
        Action::Reload => "sudo-reloaded",
    };
    let text = Text::key(key)
        .arg("plugin", own(&change.plugin))
        .arg("from", own(change.from.as_deref().unwrap_or_default()))
        .arg("to", own(change.to.as_deref().unwrap_or_default()))
        .arg("generation", number(change.generation))
        .arg("took", took(change.took));
    let mut first = texts.say(&text, locale);
    if kept && change.action == Action::Unload {
        first = format!("{first} {}", texts.say(&Text::key("sudo-stays-unloaded"), locale));
    }
    let notes = change.notes.iter().map(|note| format!("⚠️ {}", texts.say(note, locale)));
    let lost = (!kept).then(|| texts.say(&Text::key("sudo-not-remembered"), locale));
    let lines: Vec<String> = std::iter::once(first).chain(notes).chain(lost).collect();
    lines.join("\n")
}

/// Says that a plugin which does not serve will not after a restart either, unless that could not be
/// `kept`.
pub(super) fn kept_away(plugin: &str, kept: bool, texts: &Texts, locale: &str) -> String {
    let first = texts.say(&Text::key("sudo-kept-away").arg("plugin", own(plugin)), locale);
    match kept {
        true => format!("{first} {}", texts.say(&Text::key("sudo-stays-unloaded"), locale)),
        false => format!("{first}\n{}", texts.say(&Text::key("sudo-not-remembered"), locale)),
    }
}

/// Lists all plugins.
pub(super) fn list(statuses: &[PluginStatus], texts: &Texts, locale: &str) -> String {
    if statuses.is_empty() {
        return texts.say(&Text::key("sudo-none"), locale);
    }
    let lines = statuses.iter().map(|status| line(status, texts, locale));
    lines.collect::<Vec<_>>().join("\n")
}

/// Asks for the name of one of these plugins; says `none` if there are none.
pub(super) fn which(
    plugins: impl Iterator<Item = String>,
    none: Text,
    texts: &Texts,
    locale: &str,
) -> String {
    let names = names(plugins.map(|plugin| format!("`{plugin}`")));
    let text = match names.is_empty() {
        true => none,
        false => Text::key("sudo-which").arg("names", own(&names)),
    };
    texts.say(&text, locale)
}

/// What is known of a plugin.
pub(super) struct Known<'a> {
    /// How it stands.
    pub status: &'a PluginStatus,
    /// What it declares, if it serves.
    pub descriptor: Option<&'a Descriptor>,
    /// Where its file lies, if there is one.
    pub file: Option<&'a Path>,
}

/// Shows everything about one plugin.
pub(super) fn info(known: &Known<'_>, texts: &Texts, locale: &str) -> String {
    let Known { status, descriptor, file } = known;
    let mut lines = vec![line(status, texts, locale)];
    if let Some(descriptor) = descriptor {
        let summary = &descriptor.summary;
        lines.push(texts.of(descriptor).format(summary, locale, Place::Markdown));
    }
    if let Some(file) = file {
        let text = Text::key("sudo-info-file").arg("path", own(&file.display().to_string()));
        lines.push(texts.say(&text, locale));
    }
    if let Some(descriptor) = descriptor {
        let services =
            descriptor.services.iter().map(|service| format!("{service:?}").to_lowercase());
        let known = [
            ("sudo-info-services", names(services)),
            ("sudo-info-hosts", names(descriptor.hosts.iter().cloned())),
            ("sudo-info-events", names(descriptor.events.iter().cloned())),
        ];
        let known = known.into_iter().filter(|(_, names)| !names.is_empty());
        lines.extend(
            known.map(|(key, names)| texts.say(&Text::key(key).arg("names", own(&names)), locale)),
        );
    }
    lines.join("\n")
}

fn line(status: &PluginStatus, texts: &Texts, locale: &str) -> String {
    let commands = names(status.commands_as_seen());
    let since = format!("<t:{}:f>", status.since.seconds());
    let text = Text::key("sudo-line")
        .arg("plugin", own(&status.name))
        .arg("version", own(status.version.as_deref().unwrap_or("—")))
        .arg("state", state(&status.state))
        .arg("since", own(&since))
        .arg("commands", own(if commands.is_empty() { "—" } else { &commands }))
        .arg("calls", number(status.calls))
        .arg("errors", number(status.errors))
        .arg("generation", number(status.generation))
        .arg("zombies", status.zombies);
    let mut lines = vec![texts.say(&text, locale)];
    if let Some(stuck) = &status.stuck {
        lines.push(format!("⤷ ⚠️ {}", texts.say(&stuck.text(), locale)));
    }
    if status.zombies > 0 {
        let zombies = Text::key("sudo-line-zombies").arg("n", status.zombies);
        lines.push(texts.say(&zombies, locale));
    }
    if let Some(next) = &status.replacement {
        lines
            .push(texts.say(&Text::key("sudo-line-replacement").arg("state", state(next)), locale));
    }
    if status.draining > 0 {
        let draining = Text::key("sudo-line-draining").arg("n", status.draining);
        lines.push(texts.say(&draining, locale));
    }
    if let Some(failure) = &status.last_failure {
        let failure = Text::key("sudo-line-failure").arg("reason", failure.text());
        lines.push(texts.say(&failure, locale));
    }
    lines.join("\n")
}

/// A value that has been checked: no word from outside.
fn own(value: &str) -> Text {
    Text::from(value)
}

fn state(state: &State) -> Arg {
    let key = match state {
        State::Found => "state-found",
        State::Checked => "state-checked",
        State::Loading => "state-loading",
        State::Serving => "state-serving",
        State::Draining => "state-draining",
        State::Unloaded => "state-unloaded",
        State::Failed => "state-failed",
        State::Zombie => "state-zombie",
    };
    Arg::from(Text::key(key))
}

fn names(names: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = names.collect();
    let more = all.len().saturating_sub(NAMES_MAX);
    let shown = all.iter().take(NAMES_MAX).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} +{more}") } else { shown }
}

/// Numbers beyond 2^53 are not counted in a lifetime.
fn number(number: u64) -> f64 {
    number as f64
}

/// A time with one decimal.
fn took(took: Duration) -> Arg {
    let (key, took) = match took.as_secs_f64() {
        seconds if seconds < 1.0 => ("sudo-took-ms", seconds * 1_000.0),
        seconds => ("sudo-took-s", seconds),
    };
    Arg::from(Text::key(key).arg("took", (took * 10.0).round() / 10.0))
}

#[cfg(test)]
mod tests;
