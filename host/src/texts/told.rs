//! Errors that people read: what each says stands in `locales/`, once. The owner reads it in a language
//! of theirs, the log has the English of it.

use super::Bundles;
use crate::{chain::chain, texts::Place};
use lumina_plugin_api::{
    descriptor::Descriptor, error::Error as PluginError, services::log::LINE_BYTES_MAX, text::Text,
};
use std::error::Error;

/// An error whose own words stand in `locales/`.
pub trait Told: Error {
    /// Returns what it says itself, without what caused it: a part of a sentence.
    fn own(&self) -> Text;

    /// Returns what caused it. Words of the system, of a library or of a plugin stay as they are.
    fn because(&self) -> Option<Text> {
        self.source().map(|source| quoted(&chain(source)))
    }

    /// Returns the whole: what it says, and what caused it.
    fn text(&self) -> Text {
        match self.because() {
            Some(cause) => Text::key("text-because").arg("what", self.own()).arg("cause", cause),
            None => self.own(),
        }
    }
}

/// Writes an error as its own words in English.
macro_rules! say_in_english {
    ($error:ty) => {
        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::texts::english(&$crate::texts::Told::own(self)))
            }
        }
    };
}
pub(crate) use say_in_english;

/// Returns a text of the host in English, as the log has it.
pub(crate) fn english(text: &Text) -> String {
    Bundles::host().format(text, "en", Place::PlainLines)
}

/// Returns what a plugin said of its error: to the log, else to users, in English where its texts have that;
/// as much of it as of a line of its log.
pub(crate) fn said(error: &PluginError, descriptor: &Descriptor) -> Option<String> {
    let mut words = error.detail.clone();
    if words.is_empty() {
        let message = error.message.as_ref()?;
        words = Bundles::read(descriptor).ok()?.format(message, "en", Place::PlainLines);
    }
    words.truncate(words.floor_char_boundary(LINE_BYTES_MAX));
    Some(words)
}

/// Marks words as those of somebody else.
pub(crate) fn quoted(words: &str) -> Text {
    Text::key("text-quoted").arg("words", words)
}

/// Names something by words that have been checked, or stand between backticks.
pub(crate) fn name(words: impl ToString) -> Text {
    Text::from(words.to_string())
}

/// Offers one text or another.
pub(crate) fn either(texts: impl IntoIterator<Item = Text>) -> Text {
    let all = texts.into_iter();
    let two = |one, other| Text::key("text-either").arg("one", one).arg("other", other);
    all.reduce(two).unwrap_or_default()
}

/// Puts commas between texts.
pub(crate) fn listed(texts: &[Text]) -> Text {
    let comma = Text::from(", ");
    let texts = texts.iter().flat_map(|text| [comma.clone(), text.clone()]);
    Text::join(texts.skip(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_it_has_for_the_log_and_else_what_it_has_for_users() {
        let descriptor =
            Descriptor::new("x").texts("fr", "no-luck = Raté").texts("en", "no-luck = No luck");
        let told = PluginError::invalid(Text::key("no-luck"));
        for (error, expected) in [
            (PluginError::internal("x"), Some("x")),
            (told.clone().detail("y"), Some("y")),
            (told, Some("No luck")),
            (PluginError::invalid("no luck"), Some("no luck")),
            (PluginError::internal(""), None),
        ] {
            assert_eq!(said(&error, &descriptor).as_deref(), expected, "{error:?}");
        }
    }
}
