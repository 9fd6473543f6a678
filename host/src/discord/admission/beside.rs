//! What a plugin declares beside the shape of its commands: outside hosts, deadlines, languages, events. What
//! has no effect keeps nothing from serving that served before; who builds a plugin is told of it.

use crate::{
    discord::{declare::LOCALES, open::TOKEN_LIFE},
    door,
    texts::{english, name as words},
};
use lumina_plugin_api::{command::Command, descriptor::Descriptor, text::Text};
use tracing::warn;
use url::Host;

/// Returns all that has no effect, each as a part of a sentence.
pub(super) fn ineffective(descriptor: &Descriptor) -> impl Iterator<Item = Text> {
    let hosts = descriptor.hosts.iter().filter(|host| !is_host(host));
    let hosts = hosts.map(|host| Text::key("admit-host").arg("host", words(host)));
    hosts.chain(descriptor.commands.iter().flat_map(deadlines)).chain(languages(descriptor))
}

/// Tells the log what has no effect, or none in this version.
pub(super) fn tell(descriptor: &Descriptor) {
    let plugin = &descriptor.name;
    for text in ineffective(descriptor) {
        let what = english(&text);
        warn!(plugin.id = plugin, "`{plugin}` declares something without effect: {what}");
    }
    for event in descriptor.events.iter().filter(|event| !door::is_event(event)) {
        warn!(
            plugin.id = plugin,
            "`{plugin}` wants the event `{event}`, which this version does not know"
        );
    }
    let first = descriptor.texts.first().map(|texts| texts.locale.as_str());
    if let Some(first) = first.filter(|first| !is_read(first)) {
        warn!(
            plugin.id = plugin,
            "`{plugin}` has texts in `{first}`, a language that Discord does not know"
        );
    }
}

/// Whether it is the name of a host, as an address may have it.
fn is_host(name: &str) -> bool {
    !name.contains('*') && matches!(Host::parse(name), Ok(Host::Domain(_)))
}

/// Returns the deadlines after which Discord takes no answer.
fn deadlines(command: &Command) -> impl Iterator<Item = Text> {
    let grouped = command.groups.iter().flat_map(|group| &group.subcommands);
    let below = command.subcommands.iter().chain(grouped).filter_map(|sub| sub.handling.as_ref());
    let max = TOKEN_LIFE.as_millis();
    let late = move |deadline_ms: &u64| u128::from(*deadline_ms) > max;
    let all = below.chain([&command.handling]).map(|handling| handling.deadline_ms);
    all.filter(late).map(move |deadline_ms| {
        Text::key("admit-deadline")
            .arg("command", words(&command.name))
            .arg("ms", words(deadline_ms))
            .arg("max", words(max))
    })
}

/// Returns the languages that nobody reads. The first one is read by all whose own is missing, whatever it is.
fn languages(descriptor: &Descriptor) -> impl Iterator<Item = Text> {
    let further = descriptor.texts.iter().skip(1).map(|texts| texts.locale.as_str());
    let unread = further.filter(|locale| !is_read(locale));
    unread.map(|locale| Text::key("admit-locale-texts").arg("locale", words(locale)))
}

/// Whether somebody may read Discord in that language.
fn is_read(locale: &str) -> bool {
    let language = |locale: &str| locale.split('-').next().map(str::to_ascii_lowercase);
    LOCALES.iter().any(|known| language(known) == language(locale))
}
