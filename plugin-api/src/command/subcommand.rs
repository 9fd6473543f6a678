//! Sub-commands, and the groups that they may stand in.

use super::{CommandOption, Handling};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A sub-command.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let add = Subcommand::new("add", "Add a film").option(CommandOption::string("title", "Which"));
/// let list = Command::slash("list", "Your list").subcommand(add);
/// assert_eq!(list.subcommands[0].options.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Subcommand {
    /// 1 to 32 characters, lower case.
    pub name: String,
    /// 1 to 100 characters.
    #[serde(default)]
    pub description: Text,
    /// The name in other languages, by Discord's locale.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub name_localizations: BTreeMap<String, String>,
    /// Up to 25.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<CommandOption>,
    /// How its calls are handled; the command's way unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

/// A group of sub-commands.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let share = Subcommand::new("share", "Show it to others");
/// let list = Command::slash("list", "Your list").group(Group::new("more", "More").subcommand(share));
/// assert_eq!(list.groups[0].subcommands[0].name, "share");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Group {
    /// 1 to 32 characters, lower case.
    pub name: String,
    /// 1 to 100 characters.
    #[serde(default)]
    pub description: Text,
    /// The name in other languages, by Discord's locale.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub name_localizations: BTreeMap<String, String>,
    /// Up to 25.
    pub subcommands: Vec<Subcommand>,
}

impl Subcommand {
    /// Makes a sub-command.
    #[must_use]
    pub fn new(name: &str, description: impl Into<Text>) -> Self {
        Self {
            name: name.to_owned(),
            description: description.into(),
            name_localizations: BTreeMap::new(),
            options: Vec::new(),
            handling: None,
        }
    }

    /// Sets the name in another language, by Discord's locale.
    #[must_use]
    pub fn localized_name(mut self, locale: &str, name: &str) -> Self {
        self.name_localizations.insert(locale.to_owned(), name.to_owned());
        self
    }

    /// Adds an option.
    #[must_use]
    pub fn option(mut self, option: CommandOption) -> Self {
        self.options.push(option);
        self
    }

    /// Sets how its calls are handled.
    #[must_use]
    pub fn handling(mut self, handling: Handling) -> Self {
        self.handling = Some(handling);
        self
    }
}

impl Group {
    /// Makes a group of sub-commands.
    #[must_use]
    pub fn new(name: &str, description: impl Into<Text>) -> Self {
        Self {
            name: name.to_owned(),
            description: description.into(),
            name_localizations: BTreeMap::new(),
            subcommands: Vec::new(),
        }
    }

    /// Sets the name in another language, by Discord's locale.
    #[must_use]
    pub fn localized_name(mut self, locale: &str, name: &str) -> Self {
        self.name_localizations.insert(locale.to_owned(), name.to_owned());
        self
    }

    /// Adds a sub-command.
    #[must_use]
    pub fn subcommand(mut self, subcommand: Subcommand) -> Self {
        self.subcommands.push(subcommand);
        self
    }
}
