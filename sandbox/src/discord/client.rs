//! What a person does in Discord's client: run commands, press, choose, fill in forms.
//!
//! The client refuses what it would never let a person send; `send_raw` sends anything.

mod birth;
mod component;
mod form;
mod invocation;

use serde_json::Value;

use super::SimDiscord;
use super::id::{ChannelId, InteractionId, MessageId, UserId};
use super::interaction::InteractionKind;
pub use birth::ATTACHMENT_BYTES_MAX;
use birth::Birth;

/// Says where a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A channel of a guild.
    GuildChannel(ChannelId),
    /// The direct messages with the bot.
    BotDm,
    /// A conversation between people in which the bot is not.
    PrivateChannel(ChannelId),
}

/// Describes a slash command as typed.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Who runs it.
    pub user: UserId,
    /// Where.
    pub place: Place,
    /// The command with its group and subcommand, as in `["sudo", "reload"]`.
    pub command: Vec<String>,
    /// Options by name. Users, channels, roles and files are given by id.
    pub options: Vec<(String, Value)>,
    /// The client's language, if not the person's usual one.
    pub locale: Option<String>,
}

/// Names a component of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The n-th button, or the n-th menu, counted from 1.
    Position(usize),
    /// The one with this custom id.
    CustomId(String),
}

/// Holds what a person entered in one field of a form.
#[derive(Clone, Debug, PartialEq)]
pub enum FormValue {
    /// Text that was typed.
    Text(String),
    /// What was chosen in a menu, or the ids of files that were picked.
    Values(Vec<String>),
}

/// Describes an interaction that no client would send, or any other.
#[derive(Clone, Debug)]
pub struct RawInteraction {
    /// Who sends it.
    pub user: UserId,
    /// Where.
    pub place: Place,
    /// What it is kept as here.
    pub kind: InteractionKind,
    /// The number sent as its type, if not that of its kind.
    pub type_number: Option<u64>,
    /// Its `data`, sent as it is.
    pub data: Value,
    /// The message whose component it claims to come from.
    pub message: Option<MessageId>,
}

/// Says why the client lets nothing be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is its documentation")]
pub enum ClientRefusal {
    #[error("no command `/{0}` is registered here")]
    UnknownCommand(String),
    #[error("`/{0}` is not offered in this place")]
    NotHere(String),
    #[error("`{0}` is no option of this command")]
    UnknownOption(String),
    #[error("option `{0}` is required")]
    MissingOption(String),
    #[error("option `{option}` must be {expected}")]
    BadOption { option: String, expected: String },
    #[error("there is no such place")]
    UnknownPlace,
    #[error("there is no such user")]
    UnknownUser,
    #[error("this person does not see such a message")]
    UnknownMessage,
    #[error("the message has no such component")]
    UnknownComponent,
    #[error("the component is disabled")]
    Disabled,
    #[error("the button opens a link")]
    IsLink,
    #[error("the menu does not take these values")]
    BadSelection,
    #[error("no form is open")]
    NoForm,
    #[error("field `{0}` of the form is not filled in as it must be")]
    BadField(String),
}

impl SimDiscord {
    /// Runs a slash command.
    ///
    /// # Errors
    ///
    /// When the client would not let it be sent.
    pub fn invoke(&self, invocation: Invocation) -> Result<InteractionId, ClientRefusal> {
        let (label, data) = invocation::build(&self.sim, &invocation, None)?;
        let birth = Birth {
            locale: invocation.locale,
            ..Birth::new(InteractionKind::Command, invocation.user, invocation.place, label, data)
        };
        birth::send(&self.sim, birth)
    }

    /// Runs a context-menu command on a user.
    ///
    /// # Errors
    ///
    /// When the client would not let it be sent.
    pub fn invoke_on_user(
        &self,
        user: UserId,
        place: Place,
        command: &str,
        on: UserId,
    ) -> Result<InteractionId, ClientRefusal> {
        let data = invocation::on_user(&self.sim, user, place, command, on)?;
        let label = command.to_owned();
        birth::send(&self.sim, Birth::new(InteractionKind::Command, user, place, label, data))
    }

    /// Runs a context-menu command on a message.
    ///
    /// # Errors
    ///
    /// When the client would not let it be sent.
    pub fn invoke_on_message(
        &self,
        user: UserId,
        place: Place,
        command: &str,
        on: MessageId,
    ) -> Result<InteractionId, ClientRefusal> {
        let data = invocation::on_message(&self.sim, user, place, command, on)?;
        let label = command.to_owned();
        birth::send(&self.sim, Birth::new(InteractionKind::Command, user, place, label, data))
    }

    /// Types in the option named `focused`, whose text so far is among the options.
    ///
    /// # Errors
    ///
    /// When the client would not ask for suggestions there.
    pub fn autocomplete(
        &self,
        invocation: Invocation,
        focused: &str,
    ) -> Result<InteractionId, ClientRefusal> {
        let (label, data) = invocation::build(&self.sim, &invocation, Some(focused))?;
        let kind = InteractionKind::Autocomplete;
        let birth = Birth {
            locale: invocation.locale,
            ..Birth::new(kind, invocation.user, invocation.place, label, data)
        };
        birth::send(&self.sim, birth)
    }

    /// Presses a button.
    ///
    /// # Errors
    ///
    /// When the person does not see it or cannot press it.
    pub fn press(
        &self,
        message: MessageId,
        button: &Target,
        user: UserId,
    ) -> Result<InteractionId, ClientRefusal> {
        birth::send(&self.sim, component::press(&self.sim, message, button, user)?)
    }

    /// Chooses values in a menu: its options' values, or ids of users, roles and channels.
    ///
    /// # Errors
    ///
    /// When the person does not see it or the menu does not take these values.
    pub fn select(
        &self,
        message: MessageId,
        menu: &Target,
        values: &[String],
        user: UserId,
    ) -> Result<InteractionId, ClientRefusal> {
        birth::send(&self.sim, component::select(&self.sim, message, menu, values, user)?)
    }

    /// Sends the form that an interaction was answered with, fields by their custom ids.
    ///
    /// # Errors
    ///
    /// When no form is open or it is not filled in as it must be.
    pub fn submit_modal(
        &self,
        opened_by: InteractionId,
        values: &[(String, FormValue)],
    ) -> Result<InteractionId, ClientRefusal> {
        birth::send(&self.sim, form::submit(&self.sim, opened_by, values)?)
    }

    /// Sends an interaction as it is, whatever it says.
    ///
    /// # Errors
    ///
    /// When there is no such user or place.
    pub fn send_raw(&self, raw: RawInteraction) -> Result<InteractionId, ClientRefusal> {
        let label = raw.data["name"].as_str().or(raw.data["custom_id"].as_str());
        let label = label.unwrap_or("raw").to_owned();
        let birth = Birth {
            type_number: raw.type_number,
            source: raw.message,
            ..Birth::new(raw.kind, raw.user, raw.place, label, raw.data)
        };
        birth::send(&self.sim, birth)
    }
}
