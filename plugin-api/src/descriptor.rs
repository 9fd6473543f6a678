//! What a plugin is: everything the host must know before it makes one.

use crate::{command::Command, text::Text, word::words};
use serde::{Deserialize, Serialize};

/// What a plugin declares.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let descriptor = Descriptor::new("Looks at the sky")
///     .command(Command::slash("weather", "What the sky does"))
///     .service(Service::Http)
///     .host("api.weather.example")
///     .texts("en", "sky = The sky is { $color }.");
/// assert_eq!(descriptor.hosts, ["api.weather.example"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Descriptor {
    /// The plugin's name; filled in by [`export_plugin!`](crate::export_plugin).
    pub name: String,
    /// The plugin's version; filled in by [`export_plugin!`](crate::export_plugin).
    pub version: String,
    /// One sentence on what it is for.
    pub summary: Text,
    /// Its commands.
    pub commands: Vec<Command>,
    /// The services of the host that it uses; others are refused when called.
    pub services: Vec<Service>,
    /// Outside hosts that it asks over [`Service::Http`]: names without scheme, port or path.
    pub hosts: Vec<String>,
    /// Gateway events that it wants, by Discord's name: `MESSAGE_CREATE`.
    pub events: Vec<String>,
    /// Gateway intents that these events need, as Discord's bits.
    pub intents: u64,
    /// Permission bits that the bot itself needs where the plugin works.
    pub bot_permissions: u64,
    /// Its texts, one per language; the first is what is used where a language is missing.
    pub texts: Vec<LocaleTexts>,
    /// The version of what its components carry as state; raise it when old states cannot be read any
    /// more or mean something else. 0 to 35.
    pub state_version: u8,
}

/// A service of the host; see [`crate::services`].
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let descriptor = Descriptor::new("Draws").service(Service::Blob).service(Service::Limits);
/// assert!(!descriptor.services.contains(&Service::Http));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// [`crate::services::discord`].
    Discord,
    /// [`crate::services::catalogue`].
    Catalogue,
    /// [`crate::services::limits`].
    Limits,
    /// [`crate::services::http`].
    Http,
    /// [`crate::services::blob`].
    Blob,
    /// [`crate::services::lists`]; since 1.1.
    Lists,
    /// A service that this version does not know; the plugin is refused at load.
    Unknown,
}

words! { Service:
    "discord" = Discord,
    "catalogue" = Catalogue,
    "limits" = Limits,
    "http" = Http,
    "blob" = Blob,
    "lists" = Lists,
    "unknown" = Unknown;
    else Unknown
}

/// The texts of a plugin in one language.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LocaleTexts {
    /// Discord's locale, or a language alone: `en`, `en-GB`, `fr`.
    pub locale: String,
    /// A Fluent resource, at most 256 KiB.
    pub ftl: String,
}

impl Descriptor {
    /// Makes a descriptor; name and version are the package's.
    #[must_use]
    pub fn new(summary: impl Into<Text>) -> Self {
        Self { summary: summary.into(), ..Self::default() }
    }

    /// Adds a command.
    #[must_use]
    pub fn command(mut self, command: Command) -> Self {
        self.commands.push(command);
        self
    }

    /// Declares a service that it uses.
    #[must_use]
    pub fn service(mut self, service: Service) -> Self {
        self.services.push(service);
        self
    }

    /// Declares an outside host that it asks.
    #[must_use]
    pub fn host(mut self, name: &str) -> Self {
        self.hosts.push(name.to_owned());
        self
    }

    /// Declares a gateway event that it wants, and the intents that this event needs.
    #[must_use]
    pub fn event(mut self, name: &str, intents: u64) -> Self {
        self.events.push(name.to_owned());
        self.intents |= intents;
        self
    }

    /// Declares permission bits that the bot needs.
    #[must_use]
    pub fn bot_permissions(mut self, bits: u64) -> Self {
        self.bot_permissions |= bits;
        self
    }

    /// Adds the texts of one language: `include_str!("../locales/en.ftl")`.
    #[must_use]
    pub fn texts(mut self, locale: &str, ftl: &str) -> Self {
        self.texts.push(LocaleTexts { locale: locale.to_owned(), ftl: ftl.to_owned() });
        self
    }

    /// Sets the version of what its components carry.
    #[must_use]
    pub fn state_version(mut self, version: u8) -> Self {
        self.state_version = version;
        self
    }
}
