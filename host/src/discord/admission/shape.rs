//! The limits of one command, checked on the JSON that would be sent (reference, "Application Command
//! Object"). One walk for commands, groups, sub-commands, options and choices.

use crate::discord::{
    declare::LOCALES,
    render::{CHOICE_CHARS_MAX, CHOICES_MAX},
};
use serde_json::Value;
use std::collections::HashSet;

const NAME_CHARS_MAX: usize = 32;
const DESCRIPTION_CHARS_MAX: usize = 100;
const OPTIONS_MAX: usize = 25;
/// Names, descriptions and values of a command and all below it.
const COMMAND_CHARS_MAX: usize = 8_000;
const SLASH: u64 = 1;
const SUBCOMMAND: u64 = 1;
const GROUP: u64 = 2;

/// Checks one command.
pub(super) fn check(command: &Value) -> Result<(), String> {
    let name = text(command, "name");
    let whole = Place { path: format!("the command `{name}`") };
    let is_slash = command["type"].as_u64() == Some(SLASH);
    whole.names(command, is_slash)?;
    if is_slash {
        whole.descriptions(command)?;
    }
    whole.options(command, 0)?;
    let n_chars = characters(command);
    if n_chars > COMMAND_CHARS_MAX {
        return whole
            .refuse(&format!("has {n_chars} characters in all, more than {COMMAND_CHARS_MAX}"));
    }
    Ok(())
}

/// Names the place of what is refused.
struct Place {
    path: String,
}

impl Place {
    fn refuse(&self, why: &str) -> Result<(), String> {
        Err(format!("{} {why}", self.path))
    }

    fn below(&self, name: &str) -> Self {
        Self { path: format!("the option `{name}` of {}", self.path) }
    }

    fn names(&self, value: &Value, is_typed: bool) -> Result<(), String> {
        for (locale, name) in localized(value, "name") {
            let n_chars = name.chars().count();
            let fits = !is_typed || name.chars().all(is_name_character);
            if n_chars == 0 || n_chars > NAME_CHARS_MAX || !fits || name.trim() != name {
                let in_locale = locale.map(|locale| format!(" in `{locale}`")).unwrap_or_default();
                return self.refuse(&format!(
                    "has the name `{}`{in_locale}, which Discord does not take: 1 to \
                     {NAME_CHARS_MAX} lower case letters, digits, `-`, `_`",
                    name.chars().take(NAME_CHARS_MAX + 1).collect::<String>()
                ));
            }
        }
        self.locales(value, "name")
    }

    fn descriptions(&self, value: &Value) -> Result<(), String> {
        for (_, description) in localized(value, "description") {
            let n_chars = description.chars().count();
            if n_chars == 0 || n_chars > DESCRIPTION_CHARS_MAX {
                return self.refuse(&format!(
                    "has a description of {n_chars} characters; Discord takes 1 to \
                     {DESCRIPTION_CHARS_MAX}"
                ));
            }
        }
        self.locales(value, "description")
    }

    fn locales(&self, value: &Value, key: &str) -> Result<(), String> {
        let unknown = localized(value, key)
            .filter_map(|(locale, _)| locale)
            .find(|locale| !LOCALES.contains(locale));
        match unknown {
            Some(locale) => {
                self.refuse(&format!("has a {key} in `{locale}`, a language Discord does not know"))
            }
            None => Ok(()),
        }
    }

    fn options(&self, value: &Value, depth: usize) -> Result<(), String> {
        let options = list(value, "options");
        if options.len() > OPTIONS_MAX {
            return self.refuse(&format!("has {} options, more than {OPTIONS_MAX}", options.len()));
        }
        let nested = |option: &&Value| matches!(option["type"].as_u64(), Some(SUBCOMMAND | GROUP));
        let n_nested = options.iter().filter(nested).count();
        if n_nested > 0 && n_nested < options.len() {
            return self.refuse("has both sub-commands and options of its own");
        }
        let (mut names, mut optional) = (HashSet::new(), false);
        for option in options {
            let name = text(option, "name");
            let place = self.below(name);
            place.names(option, true)?;
            place.descriptions(option)?;
            if !names.insert(name) {
                return place.refuse("stands there twice");
            }
            let required = option["required"] == true;
            if required && optional {
                return place.refuse("must be given, so it must stand before those that need not");
            }
            optional |= !required;
            place.option(option, depth)?;
        }
        Ok(())
    }

    fn option(&self, option: &Value, depth: usize) -> Result<(), String> {
        match option["type"].as_u64() {
            Some(SUBCOMMAND) => self.options(option, depth + 2),
            Some(GROUP) if depth == 0 => {
                if list(option, "options").is_empty() {
                    return self.refuse("is a group without sub-commands");
                }
                self.options(option, depth + 1)
            }
            Some(GROUP) => self.refuse("is a group inside another"),
            _ => {
                self.range(option, "min_length", "max_length")?;
                self.range(option, "min_value", "max_value")?;
                self.choices(option)
            }
        }
    }

    fn range(&self, option: &Value, min: &str, max: &str) -> Result<(), String> {
        match (option[min].as_f64(), option[max].as_f64()) {
            (Some(low), Some(high)) if low > high => {
                self.refuse(&format!("has a {min} above its {max}"))
            }
            _ => Ok(()),
        }
    }

    fn choices(&self, option: &Value) -> Result<(), String> {
        let choices = list(option, "choices");
        if choices.len() > CHOICES_MAX {
            return self.refuse(&format!("has {} choices, more than {CHOICES_MAX}", choices.len()));
        }
        if !choices.is_empty() && option["autocomplete"] == true {
            return self.refuse("has choices and autocomplete; Discord takes one of them");
        }
        let mut names = HashSet::new();
        for choice in choices {
            let wanted: fn(&Value) -> bool = match option["type"].as_u64() {
                Some(3) => Value::is_string,
                Some(4) => Value::is_i64,
                _ => Value::is_number,
            };
            let fits = localized(choice, "name")
                .all(|(_, name)| (1..=CHOICE_CHARS_MAX).contains(&name.chars().count()));
            let name = text(choice, "name");
            if !fits || !names.insert(name) || !wanted(&choice["value"]) {
                return self
                    .refuse(&format!("has the choice `{name}`, which Discord does not take"));
            }
        }
        Ok(())
    }
}

/// Discord takes letters of any script, in lower case where there is one.
fn is_name_character(c: char) -> bool {
    let mark_of_script = matches!(c, '\u{0900}'..='\u{097f}' | '\u{0e00}'..='\u{0e7f}');
    (c.is_alphanumeric() && !c.is_uppercase()) || "-_'".contains(c) || mark_of_script
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
