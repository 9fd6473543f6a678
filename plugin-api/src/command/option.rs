//! Options of commands and the values they take.

use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An option of a command.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let text = CommandOption::string("title", "Which").length(1, 100).autocomplete().required();
/// let kind = CommandOption::string("kind", "Film or show").choice("Film", "movie");
/// let stars = CommandOption::integer("stars", "How good").range(1, 5).localized_name("de", "sterne");
/// let ratio = CommandOption::number("ratio", "How wide");
/// let loud = CommandOption::boolean("loud", "For all to see");
/// let who = CommandOption::user("who", "Whose");
/// let place = CommandOption::channel("where", "A text channel", &[0]);
/// let role = CommandOption::role("role", "For whom");
/// let anyone = CommandOption::mentionable("anyone", "A person or a role");
/// let file = CommandOption::attachment("file", "A picture");
/// assert!(text.required && !kind.required);
/// let rate = [text, kind, stars, ratio, loud, who, place, role, anyone, file];
/// let rate = rate.into_iter().fold(Command::slash("rate", "Rate it"), Command::option);
/// assert_eq!(rate.options.len(), 10);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CommandOption {
    /// 1 to 32 characters, lower case.
    pub name: String,
    /// 1 to 100 characters.
    #[serde(default)]
    pub description: Text,
    /// The name in other languages, by Discord's locale.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub name_localizations: BTreeMap<String, String>,
    /// What values it takes.
    pub kind: OptionKind,
    /// Whether it must be given; such options stand first.
    #[serde(default)]
    pub required: bool,
}

/// What values an option takes.
///
/// ```
/// use lumina_plugin_api::{command::OptionKind, prelude::*};
/// let who = CommandOption::new("who", "Whose", OptionKind::User);
/// assert_eq!(who, CommandOption::user("who", "Whose"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OptionKind {
    /// Text.
    String(StringKind),
    /// A whole number between -2^53 and 2^53.
    Integer(NumberKind<i64>),
    /// A number.
    Number(NumberKind<f64>),
    /// Yes or no.
    Boolean,
    /// A user.
    User,
    /// A channel.
    Channel(ChannelKind),
    /// A role.
    Role,
    /// A user or a role.
    Mentionable,
    /// A file.
    Attachment,
    /// A kind that this version does not know; refused at load by its name.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// What texts an option takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StringKind {
    /// Up to 25; none means any text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Whether the plugin suggests values while the user types.
    pub autocomplete: bool,
    /// The fewest characters, 0 to 6,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u16>,
    /// The most characters, 1 to 6,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u16>,
}

/// What numbers an option takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NumberKind<N> {
    /// Up to 25; none means any number.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Whether the plugin suggests values while the user types.
    #[serde(default)]
    pub autocomplete: bool,
    /// The smallest.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub min: Option<N>,
    /// The greatest.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub max: Option<N>,
}

fn none<N>() -> Option<N> {
    None
}

impl<N> Default for NumberKind<N> {
    fn default() -> Self {
        Self { choices: Vec::new(), autocomplete: false, min: None, max: None }
    }
}

/// What channels an option takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ChannelKind {
    /// Discord's channel types by number; none means any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<u8>,
}

/// A value that a user can choose.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// // As an autocomplete suggests them: what is read, and what the plugin gets.
/// let titles = [("Dune Harbor", "series-310101"), ("Dune Runner", "movie-10101")];
/// let choices: Vec<Choice> = titles.map(|(name, id)| Choice::new(name, id)).into();
/// assert_eq!(choices[0].value, "series-310101".into());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Choice {
    /// What the user reads, 1 to 100 characters.
    pub name: Text,
    /// What the plugin gets: a text of at most 100 characters, or a number.
    pub value: ChoiceValue,
}

/// The value behind a choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ChoiceValue {
    /// A text.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A value that this version does not know; left out.
    Unknown(serde_json::Value),
}

impl Choice {
    /// Makes a choice.
    #[must_use]
    pub fn new(name: impl Into<Text>, value: impl Into<ChoiceValue>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

impl From<&str> for ChoiceValue {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for ChoiceValue {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<i64> for ChoiceValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for ChoiceValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl CommandOption {
    /// Makes an option of any kind.
    #[must_use]
    pub fn new(name: &str, description: impl Into<Text>, kind: OptionKind) -> Self {
        Self {
            name: name.to_owned(),
            description: description.into(),
            name_localizations: BTreeMap::new(),
            kind,
            required: false,
        }
    }

    /// Makes an option that takes text.
    #[must_use]
    pub fn string(name: &str, description: impl Into<Text>) -> Self {
        Self::new(name, description, OptionKind::String(StringKind::default()))
    }

    /// Makes an option that takes a whole number.
    #[must_use]
    pub fn integer(name: &str, description: impl Into<Text>) -> Self {
        Self::new(name, description, OptionKind::Integer(NumberKind::default()))
    }

    /// Makes an option that takes a number.
    #[must_use]
    pub fn number(name: &str, description: impl Into<Text>) -> Self {
        Self::new(name, description, OptionKind::Number(NumberKind::default()))
    }

    /// Makes an option that takes yes or no.
    #[must_use]
    pub fn boolean(name: &str, description: impl Into<Text>) -> Self {
        Self::new(name, description, OptionKind::Boolean)
    }

    /// Makes an option that takes a user.
    #[must_use]
    pub fn user(name: &str, description: impl Into<Text>) -> Self {
        Self::new(name, description, OptionKind::User)
    }

    /// Makes an option that takes a channel of the given Discord types; none means any.
    #[must_use]
    pub fn channel(name: &str, description: impl Into<Text>, types: &[u8]) -> Self {
        Self::new(name, description, OptionKind::Channel(ChannelKind { types: types.to_vec() }))
    }

    /// Makes an option that takes a role.
    #[must_use]
    pub fn role(name: &str, description: impl Into<Text>) -> Self {
        Self::new(name, description, OptionKind::Role)
    }

    /// Makes an option that takes a user or a role.
    #[must_use]
    pub fn mentionable(name: &str, description: impl Into<Text>) -> Self {
        Self::new(name, description, OptionKind::Mentionable)
    }

    /// Makes an option that takes a file.
    #[must_use]
    pub fn attachment(name: &str, description: impl Into<Text>) -> Self {
        Self::new(name, description, OptionKind::Attachment)
    }

    /// Says that it must be given.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Adds a value to choose; for options that take text or numbers.
    #[must_use]
    pub fn choice(mut self, name: impl Into<Text>, value: impl Into<ChoiceValue>) -> Self {
        let choice = Choice::new(name, value);
        match &mut self.kind {
            OptionKind::String(kind) => kind.choices.push(choice),
            OptionKind::Integer(kind) => kind.choices.push(choice),
            OptionKind::Number(kind) => kind.choices.push(choice),
            _ => {}
        }
        self
    }

    /// Says that the plugin suggests values while the user types; for text and numbers.
    #[must_use]
    pub fn autocomplete(mut self) -> Self {
        match &mut self.kind {
            OptionKind::String(kind) => kind.autocomplete = true,
            OptionKind::Integer(kind) => kind.autocomplete = true,
            OptionKind::Number(kind) => kind.autocomplete = true,
            _ => {}
        }
        self
    }

    /// Sets the fewest and most characters of a text.
    #[must_use]
    pub fn length(mut self, min: u16, max: u16) -> Self {
        if let OptionKind::String(kind) = &mut self.kind {
            (kind.min_length, kind.max_length) = (Some(min), Some(max));
        }
        self
    }

    /// Sets the smallest and greatest whole number.
    #[must_use]
    pub fn range(mut self, min: i64, max: i64) -> Self {
        match &mut self.kind {
            OptionKind::Integer(kind) => (kind.min, kind.max) = (Some(min), Some(max)),
            OptionKind::Number(kind) => {
                (kind.min, kind.max) = (Some(min as f64), Some(max as f64));
            }
            _ => {}
        }
        self
    }

    /// Sets the name in another language.
    #[must_use]
    pub fn localized_name(mut self, locale: &str, name: &str) -> Self {
        self.name_localizations.insert(locale.to_owned(), name.to_owned());
        self
    }
}
