//! Texts for people: turns a plugin's [`Text`] and the host's own keys into words in the reader's
//! language.
//!
//! One Fluent bundle for each plugin and language, dropped when the plugin is unloaded. The host's own
//! words lie in `locales/` and are compiled in.

mod bounds;
mod number;
mod outside;
mod told;

pub use outside::Place;
pub use told::Told;
pub(crate) use told::{either, english, listed, name, quoted, said, say_in_english};

use fluent_bundle::{
    FluentArgs, FluentError, FluentResource, FluentValue, concurrent::FluentBundle,
};
use lumina_plugin_api::{
    descriptor::Descriptor,
    interaction::Interaction,
    text::{Arg, Keyed, Text},
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fmt,
    panic::{self, AssertUnwindSafe},
    ptr,
    sync::{Arc, LazyLock, Mutex, PoisonError, RwLock},
};
use tracing::warn;

/// The largest Fluent resource of a plugin, in bytes.
pub const RESOURCE_BYTES_MAX: usize = 256 * 1024;
/// The most languages of a plugin: Discord knows 32, and there may be more.
pub const LOCALES_MAX: usize = 40;
/// Keys of which the log is told that something is missing: a plugin may make keys up without end.
const TOLD_KEYS_MAX: usize = 100;
/// The host's own words; English is complete and is what is used where a language is missing.
const HOST_TEXTS: [(&str, &str); 2] =
    [("en", include_str!("../locales/en.ftl")), ("fr", include_str!("../locales/fr.ftl"))];

/// Why the texts of a plugin are refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextsError {
    /// The name of a language is not one.
    Locale {
        /// What was given.
        locale: String,
    },
    /// A resource is too large.
    TooLarge {
        /// The language.
        locale: String,
    },
    /// More languages than exist.
    TooMany,
    /// A resource cannot be read.
    Syntax {
        /// The language.
        locale: String,
        /// The line on which the reader stumbled.
        line: usize,
        /// What it missed there, in its own words.
        reason: String,
    },
    /// A text lies deeper within itself than sentences do.
    Deep {
        /// The language.
        locale: String,
    },
    /// A text has more placeables than can be said.
    Crowded {
        /// The language.
        locale: String,
        /// The text.
        key: String,
    },
    /// A text says itself, or texts say each other.
    Circle {
        /// The language.
        locale: String,
        /// One of the texts.
        key: String,
    },
    /// A text has a number with more digits than are ever shown.
    Digits {
        /// The language.
        locale: String,
    },
}

say_in_english!(TextsError);

impl Told for TextsError {
    fn own(&self) -> Text {
        match self {
            Self::Locale { locale } => Text::key("texts-locale").arg("locale", name(locale)),
            Self::TooLarge { locale } => Text::key("texts-large")
                .arg("locale", name(locale))
                .arg("max", name(RESOURCE_BYTES_MAX)),
            Self::TooMany => Text::key("texts-many").arg("max", name(LOCALES_MAX)),
            Self::Syntax { locale, line, reason } => Text::key("texts-syntax")
                .arg("locale", name(locale))
                .arg("line", name(line))
                .arg("reason", quoted(reason)),
            Self::Deep { locale } => Text::key("texts-deep").arg("locale", name(locale)),
            Self::Crowded { locale, key } => Text::key("texts-crowded")
                .arg("locale", name(locale))
                .arg("key", name(key))
                .arg("max", name(bounds::PLACEABLES_MAX)),
            Self::Circle { locale, key } => {
                Text::key("texts-circle").arg("locale", name(locale)).arg("key", name(key))
            }
            Self::Digits { locale } => Text::key("texts-digits").arg("locale", name(locale)),
        }
    }
}

/// The texts of one plugin, or of the host, in all their languages.
pub struct Bundles {
    owner: String,
    bundles: Vec<(String, FluentBundle<FluentResource>)>,
    /// Where a key is looked for that none of these has: services answer plugins with the host's keys.
    beneath: Option<Arc<Bundles>>,
    /// The keys of which the log has been told that something is missing.
    told: Mutex<HashSet<String>>,
}

impl fmt::Debug for Bundles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundles").field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl Bundles {
    /// Reads the texts that a plugin declares.
    ///
    /// # Errors
    /// [`TextsError`] names the language that cannot be used.
    pub fn read(descriptor: &Descriptor) -> Result<Self, TextsError> {
        let texts = descriptor.texts.iter().map(|text| (text.locale.as_str(), text.ftl.as_str()));
        Self::of(&descriptor.name, texts)
    }

    /// Returns the host's own, which are read once.
    fn host() -> &'static Arc<Self> {
        static HOST: LazyLock<Arc<Bundles>> = LazyLock::new(|| {
            let host = Bundles::of("host", HOST_TEXTS.into_iter());
            Arc::new(host.expect("the host's own texts are checked by a test"))
        });
        &HOST
    }

    fn of<'a>(
        owner: &str,
        texts: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, TextsError> {
        let bundles: Vec<_> = texts
            .map(|(locale, ftl)| Ok((locale.to_owned(), bundle(locale, ftl)?)))
            .collect::<Result<_, _>>()?;
        if bundles.len() > LOCALES_MAX {
            return Err(TextsError::TooMany);
        }
        Ok(Self { owner: owner.to_owned(), bundles, beneath: None, told: Mutex::default() })
    }

    /// Returns the languages that there are texts in.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.bundles.iter().map(|(locale, _)| locale.as_str())
    }

    /// Returns the language in which who did this reads these texts: their own, else that of the guild, if
    /// there are texts in one of them.
    #[must_use]
    pub fn reading<'a>(&self, at: &'a Interaction) -> &'a str {
        let guild_locale = at.guild_locale.as_deref();
        match guild_locale.filter(|guild| self.bundle_of(guild).is_some()) {
            Some(guild_locale) if self.bundle_of(&at.locale).is_none() => guild_locale,
            _ => &at.locale,
        }
    }

    /// Returns `text` in the language of `locale`, with words from outside made harmless for `place`.
    #[must_use]
    pub fn format(&self, text: &Text, locale: &str, place: Place) -> String {
        let mut out = String::new();
        self.write(text, locale, place, &mut out);
        out
    }

    fn write(&self, text: &Text, locale: &str, place: Place, out: &mut String) {
        match text {
            Text::Literal(words) => out.push_str(words),
            Text::Outside(words) => out.push_str(&place.harmless(words)),
            Text::Parts(parts) => {
                parts.iter().for_each(|part| self.write(part, locale, place, out));
            }
            Text::Key(keyed) => out.push_str(&self.keyed(keyed, locale, place)),
            // A kind that this version does not know is shown as nothing.
            _ => {}
        }
    }

    fn keyed(&self, keyed: &Keyed, locale: &str, place: Place) -> String {
        let mut args = FluentArgs::with_capacity(keyed.args.len());
        for (name, value) in &keyed.args {
            args.set(name.as_str(), self.arg(value, locale, place));
        }
        self.find(&keyed.id, &args, locale).unwrap_or_else(|| {
            if self.is_news(&keyed.id) {
                warn!(plugin.id = %self.owner, key = %keyed.id, "a text is missing");
            }
            keyed.id.clone()
        })
    }

    /// Whether the log has not been told of this key yet.
    fn is_news(&self, key: &str) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < TOLD_KEYS_MAX && told.insert(key.to_owned())
    }

    fn find(&self, id: &str, args: &FluentArgs<'_>, locale: &str) -> Option<String> {
        let own = self.bundle_of(locale).and_then(|bundle| self.message(bundle, id, args));
        let first = || self.bundles.first().and_then(|(_, first)| self.message(first, id, args));
        let beneath = || self.beneath.as_ref()?.find(id, args, locale);
        own.or_else(first).or_else(beneath)
    }

    fn message(
        &self,
        bundle: &FluentBundle<FluentResource>,
        id: &str,
        args: &FluentArgs<'_>,
    ) -> Option<String> {
        let (words, errors) = message(bundle, id, args)?;
        // A missing argument shows as its name; the rest of the sentence is still worth reading.
        if let Some(error) = errors.first().filter(|_| self.is_news(id)) {
            warn!(plugin.id = %self.owner, key = id, %error, "a part of a text is missing");
        }
        Some(words)
    }

    fn arg<'a>(&self, value: &'a Arg, locale: &str, place: Place) -> FluentValue<'a> {
        match value {
            Arg::Number(number) => FluentValue::from(*number),
            Arg::Text(words) => FluentValue::String(place.harmless(words)),
            Arg::Nested(text) => FluentValue::String(self.format(text, locale, place).into()),
            _ => FluentValue::String(Cow::Borrowed("")),
        }
    }

    /// The very language, else the language without its country, else another country's, else none.
    fn bundle_of(&self, locale: &str) -> Option<&FluentBundle<FluentResource>> {
        let language = |name: &str| name.split('-').next().map(str::to_ascii_lowercase);
        let find = |fits: &dyn Fn(&str) -> bool| {
            self.bundles.iter().find(|(name, _)| fits(name)).map(|(_, bundle)| bundle)
        };
        find(&|name| name.eq_ignore_ascii_case(locale))
            .or_else(|| find(&|name| !name.contains('-') && language(name) == language(locale)))
            .or_else(|| find(&|name| language(name) == language(locale)))
    }
}

fn bundle(locale: &str, ftl: &str) -> Result<FluentBundle<FluentResource>, TextsError> {
    if ftl.len() > RESOURCE_BYTES_MAX {
        return Err(TextsError::TooLarge { locale: locale.to_owned() });
    }
    let language = locale.parse().map_err(|_| TextsError::Locale { locale: locale.to_owned() })?;
    bounds::check_source(locale, ftl)?;
    let resource = FluentResource::try_new(ftl.to_owned()).map_err(|(_, errors)| {
        let position = errors.first().map_or(0, |error| error.pos.start);
        let line = 1 + ftl.bytes().take(position).filter(|byte| *byte == b'\n').count();
        let reason = errors.first().map(ToString::to_string).unwrap_or_default();
        TextsError::Syntax { locale: locale.to_owned(), line, reason }
    })?;
    bounds::check(locale, &resource)?;
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks of direction around each argument would count as characters of names and titles.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle.add_function("NUMBER", bounds::number).expect("nothing else has this name");
    bundle.set_formatter(match locale.split('-').next() {
        Some("en") => Some(number::english),
        Some("fr") => Some(number::french),
        _ => None,
    });
    Ok(bundle)
}

fn message(
    bundle: &FluentBundle<FluentResource>,
    id: &str,
    args: &FluentArgs<'_>,
) -> Option<(String, Vec<FluentError>)> {
    let (id, attribute) = match id.split_once('.') {
        Some((id, attribute)) => (id, Some(attribute)),
        None => (id, None),
    };
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    let say = || {
        let mut errors = Vec::new();
        (bundle.format_pattern(pattern, Some(args), &mut errors).into_owned(), errors)
    };
    // Fluent panics where a sentence with too many parts says which one was too much. Such a one is not
    // read; should one be all the same, its key is shown.
    panic::catch_unwind(AssertUnwindSafe(say)).ok()
}

/// The texts of one copy of a plugin. A copy is told from others by the one place in memory where its
/// declaration lies.
type Copy = (Arc<Descriptor>, Arc<Bundles>);

/// The texts of the host and of all copies of plugins: while a copy is replaced both are needed.
#[derive(Debug)]
pub struct Texts {
    host: Arc<Bundles>,
    copies: RwLock<HashMap<String, Vec<Copy>>>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { host: Arc::clone(Bundles::host()), copies: RwLock::default() }
    }
}

impl Texts {
    /// Takes the texts of a copy of a plugin that serves from now on.
    pub fn install(&self, descriptor: &Arc<Descriptor>) {
        match self.read(descriptor) {
            Ok(bundles) => {
                let mut copies = self.copies.write().unwrap_or_else(PoisonError::into_inner);
                let copies = copies.entry(descriptor.name.clone()).or_default();
                copies.push((Arc::clone(descriptor), Arc::new(bundles)));
            }
            Err(error) => warn!(plugin.id = %descriptor.name, %error, "texts are not used"),
        }
    }

    /// Drops the texts of a copy that has ended.
    pub fn forget(&self, descriptor: &Arc<Descriptor>) {
        let mut plugins = self.copies.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(copies) = plugins.get_mut(&descriptor.name) {
            copies.retain(|(of, _)| !Arc::ptr_eq(of, descriptor));
            if copies.is_empty() {
                plugins.remove(&descriptor.name);
            }
        }
    }

    /// Returns the texts of the copy that declares `descriptor`. What it said may be shown after its end:
    /// then its texts are read once more.
    #[must_use]
    pub fn of(&self, descriptor: &Descriptor) -> Arc<Bundles> {
        let kept = self.kept(descriptor);
        kept.or_else(|| self.read(descriptor).ok().map(Arc::new))
            .unwrap_or_else(|| Arc::clone(&self.host))
    }

    fn read(&self, descriptor: &Descriptor) -> Result<Bundles, TextsError> {
        let bundles = Bundles::read(descriptor)?;
        Ok(Bundles { beneath: Some(Arc::clone(&self.host)), ..bundles })
    }

    fn kept(&self, descriptor: &Descriptor) -> Option<Arc<Bundles>> {
        let copies = self.copies.read().unwrap_or_else(PoisonError::into_inner);
        let mut copies = copies.get(&descriptor.name)?.iter();
        let copy = copies.find(|(of, _)| ptr::eq(&**of, descriptor));
        copy.map(|(_, bundles)| Arc::clone(bundles))
    }

    /// Returns the host's own texts.
    #[must_use]
    pub fn host(&self) -> &Arc<Bundles> {
        &self.host
    }

    /// Returns a sentence of the host in the language of `locale`.
    #[must_use]
    pub fn say(&self, text: &Text, locale: &str) -> String {
        self.host.format(text, locale, Place::Markdown)
    }
}

#[cfg(test)]
mod tests;
