//! What plugins ask of Discord. The answers come from [`DiscordSide`], which the side that speaks to
//! Discord implements and [connects](super::Services::connect); here is only who may ask what.

use super::{Asked, blob::Blobs, written};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use lumina_plugin_api::{
    descriptor::{Descriptor, Service},
    error::{Error, ErrorKind},
    id::{AttachmentId, InteractionId, UserId},
    interaction::User,
    reply::Message,
    services::discord::{Emoji, Latency, NAME, RegisteredCommand, Request},
};
use std::sync::{Arc, OnceLock};

/// An interaction, and the plugin that asks about it: it may do so only for its own.
#[derive(Debug, Clone, Copy)]
pub struct Own<'a> {
    /// What the copy of the plugin that asks declares.
    pub caller: &'a Descriptor,
    /// The interaction.
    pub interaction: InteractionId,
}

/// What the side that speaks to Discord answers.
///
/// An interaction that is over, or is another plugin's, is [`ErrorKind::NotFound`]; Discord not
/// answering is [`ErrorKind::Unavailable`].
pub trait DiscordSide: Send + Sync {
    /// Returns how fast Discord and Lumina are, seen from an interaction.
    ///
    /// # Errors
    /// See the trait.
    fn latency(&self, own: Own<'_>) -> Result<Latency, Error>;

    /// Returns the commands that the user of an interaction may run there, by name.
    fn commands<'a>(&'a self, own: Own<'a>) -> Ask<'a, Vec<RegisteredCommand>>;

    /// Returns what stands before commands and groups in lists.
    fn emoji(&self) -> Emoji;

    /// Returns a user; `None` if there is no such user.
    fn user(&self, id: UserId) -> Ask<'_, Option<User>>;

    /// Shows a message as the answer to an interaction so far.
    fn edit<'a>(&'a self, own: Own<'a>, message: Message) -> Ask<'a, ()>;

    /// Sends a further message in answer to an interaction.
    fn follow_up<'a>(&'a self, own: Own<'a>, message: Message, private: bool) -> Ask<'a, ()>;

    /// Fetches a file that came with an interaction; at most 10 MiB.
    fn attachment<'a>(&'a self, own: Own<'a>, id: AttachmentId) -> Ask<'a, Bytes>;
}

/// An answer under way.
pub type Ask<'a, T> = BoxFuture<'a, Result<T, Error>>;

/// The service.
pub(super) struct Discord {
    side: OnceLock<Arc<dyn DiscordSide>>,
    blobs: Arc<Blobs>,
}

impl Discord {
    pub(super) fn new(blobs: Arc<Blobs>) -> Self {
        Self { side: OnceLock::new(), blobs }
    }

    pub(super) fn connect(&self, side: Arc<dyn DiscordSide>) {
        // Whoever came first stays.
        let _ = self.side.set(side);
    }

    pub(super) async fn answer(&self, asked: &Asked<'_>) -> Result<Vec<u8>, Error> {
        asked.declares(Service::Discord, NAME)?;
        let side = self.side.get().ok_or_else(not_connected)?;
        let own = |interaction| Own { caller: asked.caller, interaction };
        match asked.read(NAME)? {
            Request::Latency { interaction } => written(&side.latency(own(interaction))?),
            Request::Commands { interaction } => written(&side.commands(own(interaction)).await?),
            Request::Emoji => written(&side.emoji()),
            Request::User { id } => written(&side.user(id).await?),
            Request::Edit { interaction, message } => {
                written(&side.edit(own(interaction), *message).await?)
            }
            Request::FollowUp { interaction, message, private } => {
                written(&side.follow_up(own(interaction), *message, private).await?)
            }
            Request::Attachment { interaction, id } => {
                let bytes = side.attachment(own(interaction), id).await?;
                written(&self.blobs.put(asked.plugin(), bytes)?)
            }
            _ => Err(asked.unknown(NAME)),
        }
    }
}

fn not_connected() -> Error {
    Error::new(ErrorKind::Unavailable).detail("the host is not connected to Discord yet")
}
