//! Menus, in messages and in forms.

use super::{CHANNEL_TYPES, Object, RenderError, Renderer};
use crate::texts::Place;
use lumina_plugin_api::component::{Select, SelectKind, SelectOption};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use tracing::warn;

const OPTIONS_MAX: usize = 25;
const LABEL_CHARS_MAX: usize = 100;
const VALUE_CHARS_MAX: usize = 100;
const DESCRIPTION_CHARS_MAX: usize = 100;
const PLACEHOLDER_CHARS_MAX: usize = 150;

const OF_OPTIONS: u8 = 3;
const OF_USERS: u8 = 5;
const OF_ROLES: u8 = 6;
const OF_MENTIONABLES: u8 = 7;
const OF_CHANNELS: u8 = 8;

impl Renderer<'_> {
    /// Writes a menu of a message.
    pub(super) fn select(&mut self, select: &Select) -> Result<Value, RenderError> {
        let mut object = self.menu(select)?;
        object.insert("custom_id".to_owned(), self.custom_id(&select.action)?.into());
        object.insert("disabled".to_owned(), select.disabled.into());
        Ok(Value::Object(object))
    }

    /// Writes what menus of messages and forms share.
    pub(super) fn menu(&mut self, select: &Select) -> Result<Object, RenderError> {
        let mut object = Object::new();
        let (kind, most) = match &select.kind {
            SelectKind::Options(options) => {
                object.insert("options".to_owned(), self.options(options)?.into());
                (OF_OPTIONS, options.len())
            }
            SelectKind::Users => (OF_USERS, OPTIONS_MAX),
            SelectKind::Roles => (OF_ROLES, OPTIONS_MAX),
            SelectKind::Mentionables => (OF_MENTIONABLES, OPTIONS_MAX),
            SelectKind::Channels(types) => {
                if !types.is_empty() {
                    object.insert(
                        "channel_types".to_owned(),
                        self.channels(types)?.into_iter().collect(),
                    );
                }
                (OF_CHANNELS, OPTIONS_MAX)
            }
            SelectKind::Unknown(value) => return Err(RenderError::unknown("kind of menu", value)),
            _ => return Err(RenderError::unknown("kind of menu", &Value::Null)),
        };
        object.insert("type".to_owned(), kind.into());
        let max = usize::from(select.max).clamp(1, most);
        object.insert("min_values".to_owned(), usize::from(select.min).min(max).into());
        object.insert("max_values".to_owned(), max.into());
        let (text, most) = (&select.placeholder, PLACEHOLDER_CHARS_MAX);
        if let Some(text) = self.text_if_any(text, Place::Plain, most, "placeholder") {
            object.insert("placeholder".to_owned(), text.into());
        }
        Ok(object)
    }

    /// Kinds that there are not are left out, unless nothing would be left: that would mean all kinds.
    fn channels(&self, types: &[u8]) -> Result<BTreeSet<u8>, RenderError> {
        let (known, unknown): (BTreeSet<u8>, BTreeSet<u8>) =
            types.iter().partition(|kind| CHANNEL_TYPES.contains(kind));
        match unknown.first() {
            Some(kind) if known.is_empty() => {
                return Err(RenderError::bad("the kind of channel in a menu", &kind.to_string()));
            }
            Some(kind) => {
                warn!(plugin.id = %self.reader.plugin, "left out the kind of channel {kind}, which is none");
            }
            None => {}
        }
        Ok(known)
    }

    fn options(&self, options: &[SelectOption]) -> Result<Vec<Value>, RenderError> {
        RenderError::check_max("options of a menu", options.len(), OPTIONS_MAX)?;
        if options.is_empty() {
            return Err(RenderError::Empty { what: "a menu" });
        }
        let mut values = HashSet::new();
        options
            .iter()
            .map(|option| {
                let value = option.value.as_str();
                let fits = !value.trim().is_empty() && value.chars().count() <= VALUE_CHARS_MAX;
                if !fits || !values.insert(value) {
                    return Err(RenderError::bad("the value of a menu's option", value));
                }
                self.option(option)
            })
            .collect()
    }

    fn option(&self, option: &SelectOption) -> Result<Value, RenderError> {
        let label = self.text_if_any(&option.label, Place::Plain, LABEL_CHARS_MAX, "option label");
        let label = label.ok_or(RenderError::Empty { what: "the label of an option" })?;
        let mut object = Object::new();
        object.insert("label".to_owned(), label.into());
        object.insert("value".to_owned(), option.value.clone().into());
        let (text, max) = (&option.description, DESCRIPTION_CHARS_MAX);
        if let Some(text) = self.text_if_any(text, Place::Plain, max, "option description") {
            object.insert("description".to_owned(), text.into());
        }
        if let Some(emoji) = self.emoji(option.emoji.as_deref()) {
            object.insert("emoji".to_owned(), emoji);
        }
        if option.selected {
            object.insert("default".to_owned(), true.into());
        }
        Ok(Value::Object(object))
    }
}
