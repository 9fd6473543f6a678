//! What a user did: used a command, typed into an option, pressed a component, sent a form.
//!
//! The host has checked everything against what the plugin declared before a plugin sees it: options
//! have the declared types and keep the declared bounds, and who pressed was allowed to.

use crate::{
    command::CommandKind,
    error::{Error, ErrorKind, Result},
    id::{AttachmentId, ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where, when and by whom something was done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Interaction {
    /// Its id; it also names the interaction to [`crate::services::discord`].
    pub id: InteractionId,
    /// Who did it.
    pub user: User,
    /// The user as a member of the guild; none outside guilds.
    pub member: Option<Member>,
    /// The guild; none outside guilds.
    pub guild: Option<GuildId>,
    /// The channel.
    pub channel: Option<ChannelId>,
    /// The user's language, as Discord names it: `en-GB`.
    pub locale: String,
    /// The guild's language.
    pub guild_locale: Option<String>,
    /// The language in which the user reads what this plugin says, if the host tells; read it with
    /// [`Interaction::language`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading_locale: Option<String>,
    /// The bot's permissions in the channel, as bits.
    pub bot_permissions: u64,
}

impl Interaction {
    /// Returns the language in which the user reads what this plugin says: their own, or that of the guild
    /// where the plugin has texts in that one only. What a plugin looks up for them is best looked up in it.
    ///
    /// ```
    /// use lumina_plugin_api::testing::call;
    /// assert_eq!(call("rate").locale("de").build().at.language(), "de");
    /// ```
    #[must_use]
    pub fn language(&self) -> &str {
        self.reading_locale.as_deref().unwrap_or(&self.locale)
    }
}

/// A user.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The unique name.
    pub name: String,
    /// The name shown, if it is another.
    pub display_name: Option<String>,
    /// The URL of the picture.
    pub avatar_url: String,
    /// Whether it is a bot.
    pub bot: bool,
}

/// A user's place in a guild.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Member {
    /// The name in this guild.
    pub nick: Option<String>,
    /// The roles.
    pub roles: Vec<RoleId>,
    /// The permissions in the channel, as bits.
    pub permissions: u64,
}

/// A channel that an option names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Channel {
    /// The id.
    pub id: ChannelId,
    /// The name.
    pub name: String,
    /// Discord's channel type by number.
    pub kind: u8,
}

/// A role that an option names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Role {
    /// The id.
    pub id: RoleId,
    /// The name.
    pub name: String,
}

/// A user or a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mentionable {
    /// A user.
    User(User),
    /// A role.
    Role(Role),
    /// Something that this version does not know.
    #[serde(untagged)]
    Unknown(Value),
}

/// A file that the user attached.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Attachment {
    /// The id; [`crate::services::discord::Discord::attachment`] fetches the bytes.
    pub id: AttachmentId,
    /// The file's name as the user's machine had it.
    pub filename: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its media type, if Discord knows it.
    pub content_type: Option<String>,
    /// Where Discord keeps it for a while.
    pub url: String,
}

/// The message that a context-menu command or a component belongs to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MessageRef {
    /// The id.
    pub id: MessageId,
    /// Its text; empty where the bot may not read it.
    pub content: String,
    /// Who wrote it.
    pub author: User,
    /// Whether only one user sees it.
    pub private: bool,
}

/// A use of a command.
///
/// ```
/// use lumina_plugin_api::testing::call;
/// #[derive(serde::Deserialize)]
/// struct Options {
///     title: String,
///     stars: Option<u8>,
/// }
/// let call = call("rate").option("title", "Dune").build();
/// let Options { title, stars } = call.options().expect("the host has checked them");
/// assert_eq!((title.as_str(), stars), ("Dune", None));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CommandCall {
    /// Where, when and by whom.
    pub at: Interaction,
    /// The command's name.
    pub name: String,
    /// What the command was used on.
    pub kind: CommandKind,
    /// Group and sub-command, or sub-command, or nothing.
    pub path: Vec<String>,
    /// The options as JSON, by name; read them with [`CommandCall::options`].
    pub raw_options: BTreeMap<String, Value>,
    /// The user whose context menu it was.
    pub target_user: Option<User>,
    /// The message whose context menu it was.
    pub target_message: Option<MessageRef>,
}

impl CommandCall {
    /// Reads the options into a struct with a field for each; optional ones are `Option`s.
    ///
    /// ```
    /// use lumina_plugin_api::interaction::CommandCall;
    /// #[derive(serde::Deserialize)]
    /// struct Search {
    ///     query: String,
    ///     #[serde(default)]
    ///     by_id: bool,
    /// }
    /// let call: CommandCall = serde_json::from_str(
    ///     r#"{"name":"search","raw_options":{"query":"dune"}}"#,
    /// )?;
    /// let options: Search = call.options()?;
    /// assert_eq!((options.query.as_str(), options.by_id), ("dune", false));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// An internal error if the struct and the declared options disagree.
    pub fn options<T: DeserializeOwned>(&self) -> Result<T, BadOptions> {
        read_options(&self.raw_options)
    }
}

/// The struct of a handler and the declared options of its command disagree.
#[derive(Debug)]
pub struct BadOptions(serde_json::Error);

impl std::fmt::Display for BadOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the options do not fit the handler's struct")
    }
}

impl std::error::Error for BadOptions {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

fn read_options<T: DeserializeOwned>(raw: &BTreeMap<String, Value>) -> Result<T, BadOptions> {
    let object = raw.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    serde_json::from_value(Value::Object(object)).map_err(BadOptions)
}

/// A user types into an option that suggests values.
///
/// ```
/// use lumina_plugin_api::testing::autocomplete;
/// let call = autocomplete("rate", "title", "du").build();
/// assert_eq!((call.focused.as_str(), call.typed.as_str()), ("title", "du"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AutocompleteCall {
    /// Where, when and by whom.
    pub at: Interaction,
    /// The command's name.
    pub name: String,
    /// Group and sub-command, or sub-command, or nothing.
    pub path: Vec<String>,
    /// The option that is typed into.
    pub focused: String,
    /// What stands in it so far.
    pub typed: String,
    /// What stands in the other options so far, unchecked.
    pub raw_options: BTreeMap<String, Value>,
}

/// A press of a button, or a choice in a menu.
///
/// ```
/// use lumina_plugin_api::testing::press;
/// let press = press("page", &2).build();
/// assert_eq!(press.handler, "page");
/// assert_eq!(press.state::<u32>().expect("it is a number"), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ComponentPress {
    /// Where, when and by whom.
    pub at: Interaction,
    /// The handler that the component named.
    pub handler: String,
    /// The component's state as JSON; read it with [`ComponentPress::state`].
    pub raw_state: String,
    /// The plugin's `state_version` when the component was made.
    pub state_version: u8,
    /// The message that carries the component.
    pub message: MessageRef,
    /// The values chosen in a menu: the options' values, or ids.
    pub values: Vec<String>,
    /// The users chosen in a menu.
    pub users: Vec<User>,
    /// The roles chosen in a menu.
    pub roles: Vec<Role>,
    /// The channels chosen in a menu.
    pub channels: Vec<Channel>,
}

impl ComponentPress {
    /// Reads the state that the component was made with.
    ///
    /// # Errors
    /// [`ErrorKind::Outdated`] if it is not of this form: the user reads that the message is too old.
    pub fn state<T: DeserializeOwned>(&self) -> Result<T> {
        read_state(&self.raw_state)
    }
}

fn read_state<T: DeserializeOwned>(raw: &str) -> Result<T> {
    serde_json::from_str(raw)
        .map_err(|error| Error::new(ErrorKind::Outdated).detail(format!("state: {error}")))
}

/// A form that a user sent.
///
/// ```
/// use lumina_plugin_api::testing::submit;
/// let submit = submit("rated", &7).text("words", "Sand, everywhere").build();
/// assert_eq!(submit.state::<u32>().expect("it is a number"), 7);
/// assert_eq!((submit.text("words"), submit.text("left-empty")), ("Sand, everywhere", ""));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModalSubmit {
    /// Where, when and by whom.
    pub at: Interaction,
    /// The handler that the form named.
    pub handler: String,
    /// The form's state as JSON; read it with [`ModalSubmit::state`].
    pub raw_state: String,
    /// The plugin's `state_version` when the form was made.
    pub state_version: u8,
    /// The message whose component opened the form, if one did.
    pub message: Option<MessageRef>,
    /// What was filled in, by field.
    pub fields: BTreeMap<String, FieldValue>,
}

/// What was filled into a field of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldValue {
    /// Text.
    Text(String),
    /// Values chosen in a menu: the options' values, or ids.
    Values(Vec<String>),
    /// Files.
    Files(Vec<Attachment>),
    /// A kind that this version does not know.
    #[serde(untagged)]
    Unknown(Value),
}

impl ModalSubmit {
    /// Reads the state that the form was made with.
    ///
    /// # Errors
    /// [`ErrorKind::Outdated`] if it is not of this form: the user reads that the form is too old.
    pub fn state<T: DeserializeOwned>(&self) -> Result<T> {
        read_state(&self.raw_state)
    }

    /// Returns the text of a field; empty if nothing was filled in.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        match self.fields.get(field) {
            Some(FieldValue::Text(text)) => text,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_of_another_form_is_outdated() {
        let press = ComponentPress { raw_state: "{\"a\":1}".into(), ..ComponentPress::default() };
        assert_eq!(press.state::<u32>().unwrap_err().kind, ErrorKind::Outdated);
    }

    #[test]
    fn fields_of_the_future_are_ignored() {
        let call: CommandCall =
            serde_json::from_str(r#"{"name":"a","at":{"user":{"id":"1","halo":true}},"x":[]}"#)
                .unwrap();
        assert_eq!(call.at.user.id, UserId(1));
    }
}
