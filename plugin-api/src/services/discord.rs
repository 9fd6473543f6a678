//! What the host knows of Discord, and what it does there for a plugin.

use crate::{
    context::Ctx,
    error::Result,
    id::{AttachmentId, CommandId, InteractionId, UserId},
    interaction::User,
    reply::Message,
    services::blob::BlobId,
    text::Text,
};
use serde::{Deserialize, Serialize};

/// The service's name.
pub const NAME: &str = "discord";

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Request {
    /// How fast Discord and Lumina are; answered with [`Latency`].
    Latency {
        /// The interaction whose time inside Lumina is asked for.
        interaction: InteractionId,
    },
    /// The commands that the user of an interaction may run there; answered with a list of
    /// [`RegisteredCommand`].
    Commands {
        /// The interaction.
        interaction: InteractionId,
    },
    /// What stands before commands and groups in lists; answered with [`Emoji`].
    Emoji,
    /// A user; answered with [`User`] or null.
    User {
        /// The user's id.
        id: UserId,
    },
    /// Shows a message as the (so far) answer to an interaction; answered with null.
    Edit {
        /// The interaction; at most 15 minutes old.
        interaction: InteractionId,
        /// The message.
        message: Box<Message>,
    },
    /// Sends a further message in answer to an interaction; answered with null.
    FollowUp {
        /// The interaction; at most 15 minutes old.
        interaction: InteractionId,
        /// The message.
        message: Box<Message>,
        /// Whether only the user sees it.
        private: bool,
    },
    /// Fetches a file that came with an interaction; answered with a [`BlobId`].
    Attachment {
        /// The interaction.
        interaction: InteractionId,
        /// The file.
        id: AttachmentId,
    },
    /// A request that this version does not know.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// How fast Discord and Lumina are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Latency {
    /// From a heartbeat to its answer, in milliseconds; none before the first answer.
    pub gateway_ms: Option<f64>,
    /// From the arrival of the interaction to this question, in milliseconds.
    pub inside_ms: f64,
}

impl Latency {
    /// Makes a latency.
    #[must_use]
    pub const fn new(gateway_ms: Option<f64>, inside_ms: f64) -> Self {
        Self { gateway_ms, inside_ms }
    }
}

/// What the owner of the bot wants to see before commands and groups where they are listed. Each is the
/// owner's own words: one emoji, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Emoji {
    /// Before a group of commands.
    pub group: String,
    /// Before a command.
    pub command: String,
}

impl Emoji {
    /// Makes the two.
    #[must_use]
    pub fn new(group: impl Into<String>, command: impl Into<String>) -> Self {
        Self { group: group.into(), command: command.into() }
    }
}

/// A command, or sub-command, that is registered with Discord.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RegisteredCommand {
    /// The plugin that it belongs to; `sudo` for the host's own.
    pub plugin: String,
    /// Command, group and sub-command, separated by spaces.
    pub qualified_name: String,
    /// What it does; in the reader's language when it is shown.
    pub description: Text,
    /// The id, for a clickable mention; none until Discord has told it.
    pub id: Option<CommandId>,
}

impl RegisteredCommand {
    /// Makes a command as the host tells of it.
    #[must_use]
    pub fn new(
        plugin: &str,
        qualified_name: &str,
        description: impl Into<Text>,
        id: Option<CommandId>,
    ) -> Self {
        let (plugin, qualified_name) = (plugin.to_owned(), qualified_name.to_owned());
        Self { plugin, qualified_name, description: description.into(), id }
    }

    /// Returns a mention that users can click, or the name in code style while there is no id.
    ///
    /// ```
    /// use lumina_plugin_api::{id::CommandId, services::discord::RegisteredCommand};
    /// let ping = RegisteredCommand::new("ping", "ping", "Pong", Some(CommandId(7)));
    /// assert_eq!(ping.mention(), "</ping:7>");
    /// ```
    #[must_use]
    pub fn mention(&self) -> String {
        match self.id {
            Some(id) => format!("</{}:{id}>", self.qualified_name),
            None => format!("`/{}`", self.qualified_name),
        }
    }
}

/// Asks the host about Discord.
///
/// ```
/// # use lumina_plugin_api::prelude::*;
/// async fn slowly(ctx: Ctx, call: CommandCall) -> Result<Reply> {
///     ctx.discord().edit(call.at.id, Message::text("Half way there …")).await?;
///     ctx.sleep(std::time::Duration::from_secs(1)).await;
///     Ok(Reply::text("Done."))
/// }
/// ```
#[derive(Debug)]
pub struct Discord<'a> {
    ctx: &'a Ctx,
}

impl<'a> Discord<'a> {
    pub(crate) fn new(ctx: &'a Ctx) -> Self {
        Self { ctx }
    }

    /// Returns how fast Discord and Lumina are, seen from `interaction`.
    ///
    /// # Errors
    /// See [`crate::services`].
    pub async fn latency(&self, interaction: InteractionId) -> Result<Latency> {
        self.ctx.ask(NAME, &Request::Latency { interaction }).await
    }

    /// Returns the commands that the user of `interaction` may run there, by name.
    ///
    /// # Errors
    /// [`NotFound`](crate::error::ErrorKind::NotFound) when the interaction is over.
    pub async fn commands(&self, interaction: InteractionId) -> Result<Vec<RegisteredCommand>> {
        self.ctx.ask(NAME, &Request::Commands { interaction }).await
    }

    /// Returns what stands before commands and groups where they are listed.
    ///
    /// # Errors
    /// See [`crate::services`].
    pub async fn emoji(&self) -> Result<Emoji> {
        self.ctx.ask(NAME, &Request::Emoji).await
    }

    /// Returns a user, or `None` if there is no such user.
    ///
    /// # Errors
    /// [`Unavailable`](crate::error::ErrorKind::Unavailable) when Discord does not answer.
    pub async fn user(&self, id: UserId) -> Result<Option<User>> {
        self.ctx.ask(NAME, &Request::User { id }).await
    }

    /// Shows `message` as the (so far) answer to `interaction`.
    ///
    /// # Errors
    /// [`NotFound`](crate::error::ErrorKind::NotFound) when the interaction is over or the message gone.
    pub async fn edit(&self, interaction: InteractionId, message: Message) -> Result<()> {
        let message = Box::new(message);
        self.ctx.ask(NAME, &Request::Edit { interaction, message }).await
    }

    /// Sends a further message in answer to `interaction`.
    ///
    /// # Errors
    /// [`NotFound`](crate::error::ErrorKind::NotFound) when the interaction is over,
    /// [`Invalid`](crate::error::ErrorKind::Invalid) when Discord takes no more of them: where a user alone
    /// has installed the bot, it takes few.
    pub async fn follow_up(
        &self,
        interaction: InteractionId,
        message: Message,
        private: bool,
    ) -> Result<()> {
        let message = Box::new(message);
        self.ctx.ask(NAME, &Request::FollowUp { interaction, message, private }).await
    }

    /// Fetches a file that came with `interaction` into the plugin's blobs.
    ///
    /// # Errors
    /// [`NotFound`](crate::error::ErrorKind::NotFound) when there is no such file,
    /// [`Invalid`](crate::error::ErrorKind::Invalid) beyond 10 MiB.
    pub async fn attachment(&self, interaction: InteractionId, id: AttachmentId) -> Result<BlobId> {
        self.ctx.ask(NAME, &Request::Attachment { interaction, id }).await
    }
}
