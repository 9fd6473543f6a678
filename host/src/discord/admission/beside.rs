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

/// Checks that all of it has an effect.
///
/// # Errors
/// What has none, as a part of a sentence.
pub(super) fn check(descriptor: &Descriptor) -> Result<(), Text> {
    if let Some(host) = descriptor.hosts.iter().find(|host| !is_host(host)) {
        return Err(Text::key("admit-host").arg("host", words(host)));
    }
    descriptor.commands.iter().try_for_each(check_deadlines)?;
    check_languages(descriptor)
}

/// Tells the log what has no effect, or none in this version.
pub(super) fn tell(descriptor: &Descriptor) {
    let plugin = &descriptor.name;
    if let Err(text) = check(descriptor) {
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

fn check_deadlines(command: &Command) -> Result<(), Text> {
    let grouped = command.groups.iter().flat_map(|group| &group.subcommands);
    let below = command.subcommands.iter().chain(grouped).filter_map(|sub| sub.handling.as_ref());
    let max = TOKEN_LIFE.as_millis();
    let mut all = below.chain([&command.handling]);
    match all.find(|handling| u128::from(handling.deadline_ms) > max) {
        Some(handling) => Err(Text::key("admit-deadline")
            .arg("command", words(&command.name))
            .arg("ms", words(handling.deadline_ms))
            .arg("max", words(max))),
        None => Ok(()),
    }
}

/// The first language is read by all whose own is missing, whatever it is.
fn check_languages(descriptor: &Descriptor) -> Result<(), Text> {
    let mut further = descriptor.texts.iter().skip(1).map(|texts| texts.locale.as_str());
    match further.find(|locale| !is_read(locale)) {
        Some(locale) => Err(Text::key("admit-locale-texts").arg("locale", words(locale))),
        None => Ok(()),
    }
}

/// Whether somebody may read Discord in that language.
fn is_read(locale: &str) -> bool {
    let language = |locale: &str| locale.split('-').next().map(str::to_ascii_lowercase);
    LOCALES.iter().any(|known| language(known) == language(locale))
}
