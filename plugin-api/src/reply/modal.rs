//! Forms: what a user fills in. Sent back as a [`crate::interaction::ModalSubmit`].

use super::Reply;
use crate::{
    component::{Action, Select},
    text::Text,
};
use serde::{Deserialize, Serialize};

/// A form.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let form = Modal::new("What do you think?", Action::new("rated", &7))
///     .field(ModalField::text("title", "Title"))
///     .field(ModalField::paragraph("words", "In your words").optional());
/// assert!(matches!(form.clone().into(), Reply::Modal(_)));
/// assert!(form.fields[0].required && !form.fields[1].required);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Modal {
    /// Up to 45 characters.
    pub title: Text,
    /// Who handles what is sent.
    pub action: Action,
    /// 1 to 5.
    pub fields: Vec<ModalField>,
}

impl Modal {
    /// Makes a form to add fields to.
    #[must_use]
    pub fn new(title: impl Into<Text>, action: Action) -> Self {
        Self { title: title.into(), action, fields: Vec::new() }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: ModalField) -> Self {
        self.fields.push(field);
        self
    }
}

impl From<Modal> for Reply {
    fn from(modal: Modal) -> Self {
        Reply::Modal(modal)
    }
}

/// A field of a form.
///
/// ```
/// use lumina_plugin_api::{prelude::*, reply::{FileInput, Input}};
/// let mut picture = ModalField::new("picture", "A picture", Input::Files(FileInput::new(1, 1)));
/// picture.description = "Of yourself or your cat".into();
/// assert!(picture.required);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModalField {
    /// Names the field in [`crate::interaction::ModalSubmit::fields`].
    pub name: String,
    /// Up to 45 characters.
    pub label: Text,
    /// A second line, up to 100 characters.
    #[serde(default)]
    pub description: Text,
    /// Whether it must be filled in.
    #[serde(default)]
    pub required: bool,
    /// What is filled in.
    pub input: Input,
}

/// What is filled into a field.
///
/// ```
/// use lumina_plugin_api::{prelude::*, reply::Input};
/// let stars = (1..=5).map(|n| SelectOption::new("★".repeat(n), n.to_string())).collect();
/// let menu = Select::options(stars, Action::new("unused", &()));
/// assert_eq!(ModalField::new("stars", "Stars", Input::Select(menu)).name, "stars");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Input {
    /// Text.
    Text(TextInput),
    /// A choice in a menu; the menu's own action is not used.
    Select(Select),
    /// Files.
    Files(FileInput),
    /// An input that this version does not know; refused by name.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// A field for files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileInput {
    /// The fewest.
    pub min: u8,
    /// The most, up to 10.
    pub max: u8,
}

impl FileInput {
    /// Takes at least `min` and at most `max` files.
    #[must_use]
    pub const fn new(min: u8, max: u8) -> Self {
        Self { min, max }
    }
}

/// A field for text.
///
/// ```
/// use lumina_plugin_api::{prelude::*, reply::{Input, TextInput}};
/// let mut code = TextInput::default();
/// (code.min_length, code.max_length) = (Some(4), Some(8));
/// code.placeholder = "4 to 8 letters".into();
/// assert_eq!(ModalField::new("code", "Code", Input::Text(code)).name, "code");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TextInput {
    /// Whether it takes several lines.
    pub paragraph: bool,
    /// The fewest characters, 0 to 4,000.
    pub min_length: Option<u16>,
    /// The most characters, 1 to 4,000.
    pub max_length: Option<u16>,
    /// What stands in it at first.
    pub value: Text,
    /// Shown while it is empty, up to 100 characters.
    pub placeholder: Text,
}

impl ModalField {
    /// Makes a field for one line of text that must be filled in.
    #[must_use]
    pub fn text(name: &str, label: impl Into<Text>) -> Self {
        Self::new(name, label, Input::Text(TextInput::default()))
    }

    /// Makes a field for several lines of text that must be filled in.
    #[must_use]
    pub fn paragraph(name: &str, label: impl Into<Text>) -> Self {
        let input = TextInput { paragraph: true, ..TextInput::default() };
        Self::new(name, label, Input::Text(input))
    }

    /// Makes a field of any kind that must be filled in.
    #[must_use]
    pub fn new(name: &str, label: impl Into<Text>, input: Input) -> Self {
        let (label, description) = (label.into(), Text::default());
        Self { name: name.to_owned(), label, description, required: true, input }
    }

    /// Lets the field be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }
}
