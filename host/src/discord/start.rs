//! The first words with Discord: who we are there. Tried until Discord can be reached.

use super::{
    api::{Api, ApiError},
    chain,
    owners::Application,
};
use crate::{
    clock::Clock,
    door::{Door, DoorError, SendError},
};
use std::{
    error::Error as StdError,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};
use tracing::{info, warn};

/// The pause after the first failed try; it doubles.
const RETRY_FIRST: Duration = Duration::from_secs(1);
/// The longest pause.
const RETRY_MAX: Duration = Duration::from_secs(60);

/// Why the Discord side cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The token is wrong.
    #[error(
        "Discord refused BOT_TOKEN: copy the token from the page “Bot” of your application in the \
         Discord developer portal, and start again"
    )]
    Token,
    /// The loopback front cannot be opened.
    #[error("cannot open the loopback front for `/sudo`")]
    Front(#[source] DoorError),
    /// Poise cannot be started.
    #[error("cannot prepare `/sudo`")]
    Sudo(#[source] Box<dyn StdError + Send + Sync>),
    /// The client for attachments cannot be built.
    #[error("cannot prepare the client for attachments")]
    Files(#[source] reqwest::Error),
}

/// Who we are at Discord.
#[derive(Debug, Clone)]
pub struct Identity {
    pub(super) application: Application,
    /// What is switched on for the application, as Discord's bits. Kept up to date, because it is
    /// switched on while we run.
    pub(super) flags: Arc<AtomicU64>,
}

impl Identity {
    /// Returns the number of the application, which names the bot for ever.
    #[must_use]
    pub fn application_number(&self) -> u64 {
        self.application.id.0
    }

    /// Returns an application that nobody owns.
    #[cfg(test)]
    pub(crate) fn of_nobody() -> Self {
        use super::api::ApplicationId;
        use lumina_plugin_api::id::UserId;

        let (id, bot) = (ApplicationId(1), UserId(1));
        let application = Application { id, bot, flags: 0, owners: Default::default() };
        Self { application, flags: Arc::default() }
    }

    /// Asks Discord who we are; tries again for ever while it cannot be reached, and says so.
    ///
    /// # Errors
    /// [`StartError::Token`] if Discord refuses the token.
    pub async fn fetch(door: &Door, clock: &Clock) -> Result<Self, StartError> {
        let (api, mut pause) = (Api::new(door.clone(), clock.clone()), RETRY_FIRST);
        loop {
            match Application::fetch(&api).await {
                Ok(application) => {
                    info!(application.id = %application.id, "Discord knows us");
                    let flags = Arc::new(AtomicU64::new(application.flags));
                    return Ok(Self { application, flags });
                }
                Err(ApiError::Send(SendError::TokenRefused)) => return Err(StartError::Token),
                Err(error) => {
                    let (error, again_s) = (chain(&error), pause.as_secs());
                    warn!(error, again_s, "Discord cannot be reached; trying again");
                }
            }
            clock.sleep(pause).await;
            pause = (pause * 2).min(RETRY_MAX);
        }
    }
}
