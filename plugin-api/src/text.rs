//! Text for people: the author's own words, a key of the plugin's texts, or words from outside.
//!
//! The host turns a [`Text`] into a string at the moment it sends it: it looks keys up in the reader's
//! language and makes words from outside harmless for the place where they stand.

mod shorten;

pub(crate) use shorten::length;
pub use shorten::{one_line, shorten};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Text for people.
///
/// ```
/// use lumina_plugin_api::text::Text;
/// let own: Text = "**Bold** words of mine".into();
/// let translated = Text::key("found").arg("count", 3).arg("query", "dune");
/// let foreign = Text::outside("*a name* from TheTVDB, @everyone");
/// let line = Text::join([own, " ".into(), translated, " ".into(), foreign]);
/// assert!(!line.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Text {
    /// A message of the plugin's `.ftl` texts, with its arguments.
    Key(Keyed),
    /// Words of a user or an outside service: shown letter by letter, never read as markdown, never a
    /// mention.
    Outside(String),
    /// Several texts, one after the other.
    Parts(Vec<Text>),
    /// The author's own words; Discord's markdown works.
    #[serde(untagged)]
    Literal(String),
    /// A kind of text that this version does not know; shown as nothing.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// A message of the plugin's texts.
///
/// ```
/// use lumina_plugin_api::text::Text;
/// // `so-far = { $count } presses of { $button }` in the `.ftl` file.
/// let text = Text::key("so-far").arg("count", 3).arg("button", Text::key("one-more"));
/// let Text::Key(keyed) = text else { unreachable!("it was made from a key") };
/// assert_eq!(keyed.args.len(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Keyed {
    /// The message's id in the `.ftl` file; `message.attribute` names an attribute.
    pub id: String,
    /// What the message's `{ $name }` stand for. Texts count as words from outside.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Arg>,
}

/// An argument of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Arg {
    /// A number: plural rules apply to it.
    Number(f64),
    /// Words, treated as coming from outside.
    Text(String),
    /// A text of its own, formatted before it is put in.
    Nested(Box<Text>),
}

impl Text {
    /// Names a message of the plugin's texts.
    #[must_use]
    pub fn key(id: impl Into<String>) -> Self {
        Text::Key(Keyed { id: id.into(), args: BTreeMap::new() })
    }

    /// Adds an argument to a [`Text::key`]; on other texts it changes nothing.
    #[must_use]
    pub fn arg(mut self, name: impl Into<String>, value: impl Into<Arg>) -> Self {
        if let Text::Key(keyed) = &mut self {
            keyed.args.insert(name.into(), value.into());
        }
        self
    }

    /// Marks words as coming from a user or an outside service.
    #[must_use]
    pub fn outside(words: impl Into<String>) -> Self {
        Text::Outside(words.into())
    }

    /// Puts texts one after the other.
    #[must_use]
    pub fn join(parts: impl IntoIterator<Item = Text>) -> Self {
        Text::Parts(parts.into_iter().collect())
    }

    /// Whether there is certainly nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Text::Literal(text) | Text::Outside(text) => text.is_empty(),
            Text::Parts(parts) => parts.iter().all(Text::is_empty),
            Text::Key(_) => false,
            Text::Unknown(_) => true,
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::Literal(String::new())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text::Literal(text.to_owned())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text::Literal(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(text)
    }
}

impl From<Text> for Arg {
    fn from(text: Text) -> Self {
        // On its own, a literal would be read as words from outside at the other side of the border.
        let text = if let Text::Literal(_) = text { Text::join([text]) } else { text };
        Arg::Nested(Box::new(text))
    }
}

macro_rules! numbers {
    ($($number:ty)+) => {$(
        impl From<$number> for Arg {
            fn from(number: $number) -> Self {
                Arg::Number(f64::from(number))
            }
        }
    )+};
}
numbers! { f64 i32 u32 u16 u8 }

macro_rules! large_numbers {
    ($($number:ty)+) => {$(
        /// Exact up to 2^53, which no moment and no count reaches; a snowflake is given as text.
        impl From<$number> for Arg {
            fn from(number: $number) -> Self {
                Arg::Number(number as f64)
            }
        }
    )+};
}
large_numbers! { i64 u64 usize }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_text_keeps_its_bytes() {
        let cases = [
            (Text::from("hi"), r#""hi""#),
            (Text::outside("x"), r#"{"outside":"x"}"#),
            (Text::key("a").arg("n", 1), r#"{"key":{"id":"a","args":{"n":1.0}}}"#),
            (
                Text::key("a").arg("at_ms", 1_767_225_600_123_i64),
                r#"{"key":{"id":"a","args":{"at_ms":1767225600123.0}}}"#,
            ),
            (Text::join(["a".into()]), r#"{"parts":["a"]}"#),
        ];
        for (text, json) in cases {
            assert_eq!(serde_json::to_string(&text).unwrap(), json);
            assert_eq!(serde_json::from_str::<Text>(json).unwrap(), text);
        }
    }

    #[test]
    fn a_text_in_an_argument_is_the_author_s_own_at_both_sides_of_the_border() {
        let text = Text::key("whose").arg("user", Text::from("<@1>")).arg("name", "<@2>");
        let json = serde_json::to_string(&text).unwrap();
        let Text::Key(read) = serde_json::from_str(&json).unwrap() else { panic!("{json}") };
        assert!(matches!(read.args["user"], Arg::Nested(_)), "{json}");
        assert!(matches!(read.args["name"], Arg::Text(_)), "{json}");
    }

    #[test]
    fn an_unknown_kind_of_text_is_kept_and_shown_as_nothing() {
        let text: Text = serde_json::from_str(r#"{"hologram":1}"#).unwrap();
        assert!(matches!(text, Text::Unknown(_)) && text.is_empty());
    }
}
