//! The limits of one command, checked on the JSON that would be sent (reference, "Application Command
//! Object"). One walk for commands, groups, sub-commands, options and choices.

use crate::{
    discord::{
        declare::LOCALES,
        render::{CHANNEL_TYPES, CHOICE_CHARS_MAX, CHOICES_MAX},
    },
    texts::name as words,
};
use lumina_plugin_api::text::Text;
use regex::Regex;
use serde_json::Value;
use std::{collections::HashSet, sync::LazyLock};

const NAME_CHARS_MAX: usize = 32;
const DESCRIPTION_CHARS_MAX: usize = 100;
const OPTIONS_MAX: usize = 25;
/// Names, descriptions and values of a command and all below it.
const COMMAND_CHARS_MAX: usize = 8_000;
/// The longest text that an option takes.
const TEXT_CHARS_MAX: u64 = 6_000;
/// Beyond it a double is not every whole number any more, and Discord takes none: not the limit itself
/// for whole numbers.
const NUMBER_MAX: f64 = 9_007_199_254_740_992.0;
/// All permissions that Discord takes: more than it has given a meaning.
const PERMISSIONS_MAX: u64 = (1 << 54) - 1;
const SLASH: u64 = 1;
const SUBCOMMAND: u64 = 1;
const GROUP: u64 = 2;
const STRING: u64 = 3;
const INTEGER: u64 = 4;

/// Letters and digits of any script (reference, "Application Command Naming").
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]*$").expect("the pattern is a constant")
});

/// Checks one command.
pub(super) fn check(command: &Value) -> Result<(), Text> {
    let name = text(command, "name");
    let whole = Place { path: Text::key("admit-command").arg("name", words(name)) };
    let is_slash = command["type"].as_u64() == Some(SLASH);
    whole.names(command, is_slash)?;
    if is_slash {
        whole.descriptions(command)?;
    } else if !list(command, "options").is_empty() {
        return Err(whole.says("admit-menu"));
    }
    let permissions = text(command, "default_member_permissions").parse::<u64>();
    if permissions.is_ok_and(|bits| bits > PERMISSIONS_MAX) {
        return Err(whole.says("admit-permissions"));
    }
    whole.options(command, 0)?;
    let n_chars = characters(command);
    if n_chars > COMMAND_CHARS_MAX {
        return Err(whole.says_count("admit-characters", n_chars, COMMAND_CHARS_MAX));
    }
    Ok(())
}

/// Names the place of what is refused.
struct Place {
    path: Text,
}

impl Place {
    /// Says something of the place.
    fn says(&self, key: &str) -> Text {
        Text::key(key).arg("place", self.path.clone())
    }

    /// Says of the place that there is too much of something.
    fn says_count(&self, key: &str, n: usize, max: usize) -> Text {
        self.says(key).arg("n", words(n)).arg("max", words(max))
    }

    fn below(&self, name: &str) -> Self {
        let whole = self.path.clone();
        Self { path: Text::key("admit-option").arg("name", words(name)).arg("whole", whole) }
    }

    fn names(&self, value: &Value, is_typed: bool) -> Result<(), Text> {
        for (locale, name) in localized(value, "name") {
            let n_chars = name.chars().count();
            let fits = !is_typed || is_typed_name(name);
            if n_chars == 0 || n_chars > NAME_CHARS_MAX || !fits || name.trim() != name {
                let shown: String = name.chars().take(NAME_CHARS_MAX + 1).collect();
                let refused = match locale {
                    Some(locale) => self
                        .says("admit-name-in")
                        .arg("locale", words(locale))
                        .arg("name", words(shown)),
                    None => self.says("admit-name"),
                };
                return Err(refused.arg("max", words(NAME_CHARS_MAX)));
            }
        }
        self.locales(value, "name", "admit-locale-name")
    }

    fn descriptions(&self, value: &Value) -> Result<(), Text> {
        for (_, description) in localized(value, "description") {
            let n_chars = description.chars().count();
            if description.trim().is_empty() || n_chars > DESCRIPTION_CHARS_MAX {
                let max = DESCRIPTION_CHARS_MAX;
                return Err(self.says_count("admit-description", n_chars, max));
            }
        }
        self.locales(value, "description", "admit-locale-description")
    }

    fn locales(&self, value: &Value, key: &str, refused: &str) -> Result<(), Text> {
        let unknown = localized(value, key)
            .filter_map(|(locale, _)| locale)
            .find(|locale| !LOCALES.contains(locale));
        match unknown {
            Some(locale) => Err(self.says(refused).arg("locale", words(locale))),
            None => Ok(()),
        }
    }

    fn options(&self, value: &Value, depth: usize) -> Result<(), Text> {
        let options = list(value, "options");
        if options.len() > OPTIONS_MAX {
            return Err(self.says_count("admit-options", options.len(), OPTIONS_MAX));
        }
        let nested = |option: &&Value| matches!(option["type"].as_u64(), Some(SUBCOMMAND | GROUP));
        let n_nested = options.iter().filter(nested).count();
        if n_nested > 0 && n_nested < options.len() {
            return Err(self.says("admit-mixed"));
        }
        let (mut names, mut optional) = (HashSet::new(), false);
        for option in options {
            let name = text(option, "name");
            let place = self.below(name);
            place.names(option, true)?;
            place.descriptions(option)?;
            if !names.insert(name) {
                return Err(place.says("admit-option-twice"));
            }
            let required = option["required"] == true;
            if required && optional {
                return Err(place.says("admit-required"));
            }
            optional |= !required;
            place.option(option, depth)?;
        }
        Ok(())
    }

    fn option(&self, option: &Value, depth: usize) -> Result<(), Text> {
        match option["type"].as_u64() {
            Some(SUBCOMMAND) => self.options(option, depth + 2),
            Some(GROUP) if depth == 0 => {
                if list(option, "options").is_empty() {
                    return Err(self.says("admit-group-empty"));
                }
                self.options(option, depth + 1)
            }
            Some(GROUP) => Err(self.says("admit-group-nested")),
            _ => {
                self.lengths(option)?;
                self.values(option)?;
                self.channels(option)?;
                self.choices(option)
            }
        }
    }

    fn lengths(&self, option: &Value) -> Result<(), Text> {
        for (key, least) in [("min_length", 0), ("max_length", 1)] {
            let length = option[key].as_u64();
            if length.is_some_and(|length| !(least..=TEXT_CHARS_MAX).contains(&length)) {
                let refused = self.says("admit-length").arg("key", words(key));
                return Err(refused.arg("min", words(least)).arg("max", words(TEXT_CHARS_MAX)));
            }
        }
        self.range(option, "min_length", "max_length")
    }

    fn values(&self, option: &Value) -> Result<(), Text> {
        for key in ["min_value", "max_value"] {
            if !option[key].is_null() && !is_number(&option[key], option) {
                return Err(self.says("admit-value").arg("key", words(key)));
            }
        }
        self.range(option, "min_value", "max_value")
    }

    fn channels(&self, option: &Value) -> Result<(), Text> {
        let mut kinds = list(option, "channel_types").iter().filter_map(Value::as_u64);
        match kinds.find(|kind| CHANNEL_TYPES.iter().all(|known| u64::from(*known) != *kind)) {
            Some(kind) => Err(self.says("admit-channel-kind").arg("kind", words(kind))),
            None => Ok(()),
        }
    }

    fn range(&self, option: &Value, min: &str, max: &str) -> Result<(), Text> {
        match (option[min].as_f64(), option[max].as_f64()) {
            (Some(low), Some(high)) if low > high => {
                Err(self.says("admit-range").arg("low", words(min)).arg("high", words(max)))
            }
            _ => Ok(()),
        }
    }

    fn choices(&self, option: &Value) -> Result<(), Text> {
        let choices = list(option, "choices");
        if choices.len() > CHOICES_MAX {
            return Err(self.says_count("admit-choices", choices.len(), CHOICES_MAX));
        }
        if !choices.is_empty() && option["autocomplete"] == true {
            return Err(self.says("admit-choices-autocomplete"));
        }
        let mut names = HashSet::new();
        for choice in choices {
            let fits = localized(choice, "name").all(|(_, name)| is_short(name));
            let name = text(choice, "name");
            if !fits || !names.insert(name) || !is_value(&choice["value"], option) {
                return Err(self.says("admit-choice").arg("name", words(name)));
            }
            self.locales(choice, "name", "admit-locale-name")?;
        }
        Ok(())
    }
}

/// Whether a choice of an option can have the value.
fn is_value(value: &Value, option: &Value) -> bool {
    match option["type"].as_u64() {
        Some(STRING) => value.as_str().is_some_and(is_short),
        _ => is_number(value, option),
    }
}

/// Whether a text fits a choice.
fn is_short(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= CHOICE_CHARS_MAX
}

/// Whether an option that takes numbers can take this one.
fn is_number(value: &Value, option: &Value) -> bool {
    if option["type"].as_u64() == Some(INTEGER) {
        return value.as_i64().is_some_and(|whole| (whole.unsigned_abs() as f64) < NUMBER_MAX);
    }
    value.as_f64().is_some_and(|number| number.abs() <= NUMBER_MAX)
}

/// Discord takes letters of any script, in lower case where there is one.
fn is_typed_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_'".contains(c);
    // The pattern is made only where somebody writes beyond ASCII.
    name.chars().all(plain)
        || (!name.is_ascii() && name.to_lowercase() == name && NAME.is_match(name))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A text, and its translations with their languages.
fn localized<'v>(
    value: &'v Value,
    key: &str,
) -> impl Iterator<Item = (Option<&'v str>, &'v str)> + use<'v> {
    let others = value[format!("{key}_localizations")].as_object();
    let others = others.into_iter().flatten();
    let others = others.map(|(locale, text)| (Some(locale.as_str()), text.as_str().unwrap_or("")));
    std::iter::once((None, text(value, key))).chain(others)
}

/// Counts as Discord does: of translations the longest.
fn characters(value: &Value) -> usize {
    let longest = |key| localized(value, key).map(|(_, text)| text.chars().count()).max();
    let own = longest("name").unwrap_or(0) + longest("description").unwrap_or(0);
    let own = own + text(value, "value").chars().count();
    let below = list(value, "options").iter().chain(list(value, "choices"));
    own + below.map(characters).sum::<usize>()
}
