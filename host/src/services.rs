//! What the host does for plugins: the other side of `plugin_api::services`, file by file.
//!
//! A plugin reaches only what its descriptor declares. Whatever it sends is checked here; whatever it
//! gets is bounded in size and time. Nothing here knows how plugins are loaded or who Discord is:
//! what is Discord's comes through [`discord::DiscordSide`].

pub mod blob;
mod catalogue;
mod clock;
pub mod discord;
pub mod http;
mod limits;
mod lists;
pub mod log;
mod trouble;

pub(crate) use trouble::{told, unshown};

use crate::{
    clock::Clock,
    db::{Database, MarkCounts},
    rate_limit::RateLimits,
    tvdb,
};
use lumina_plugin_api::{
    descriptor::{Descriptor, Service},
    error::{Error, ErrorKind},
    id::UserId,
    services as api,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{fmt, sync::Arc};

/// Why a request did not reach a service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// This host has no such service, or the service no such request.
    #[error("plugin `{plugin}` asked for `{what}`, which this host does not offer")]
    Unknown {
        /// Who asked.
        plugin: String,
        /// The service, or its request.
        what: String,
    },
    /// The plugin did not declare the service.
    #[error("plugin `{plugin}` uses the service `{service}` without declaring it")]
    Undeclared {
        /// Who asked.
        plugin: String,
        /// The service.
        service: &'static str,
    },
    /// The request cannot be read.
    #[error("plugin `{plugin}` sent the service `{service}` a request that cannot be read")]
    Malformed {
        /// Who asked.
        plugin: String,
        /// The service.
        service: &'static str,
    },
}

impl ServiceError {
    /// Returns the error as it crosses the border.
    #[must_use]
    pub fn told(self) -> Error {
        let kind = match self {
            Self::Unknown { .. } => ErrorKind::Unsupported,
            // Faults of the plugin's author; its user can do nothing about them.
            Self::Undeclared { .. } | Self::Malformed { .. } => ErrorKind::Internal,
        };
        Error::new(kind).detail(self.to_string())
    }
}

/// What [`Services::open`] needs.
pub struct ServicesOptions {
    /// The clock of everything here.
    pub clock: Clock,
    /// Where titles are looked up.
    pub catalogue: Arc<dyn tvdb::Catalogue>,
    /// Where lists are kept.
    pub database: Database,
    /// The windows of all limits; shared with whoever limits commands.
    pub limits: Arc<RateLimits>,
    /// How outside hosts are reached.
    pub outside: http::Outside,
}

/// All services. One for the host; plugins are told apart by their descriptors.
pub struct Services {
    clock: Clock,
    titles: catalogue::Titles,
    lists: lists::Lists,
    limits: Arc<RateLimits>,
    http: http::Http,
    blobs: Arc<blob::Blobs>,
    discord: discord::Discord,
    lines: log::Lines,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").field("blobs", &self.blobs).finish_non_exhaustive()
    }
}

impl Services {
    /// Sets everything up.
    ///
    /// # Errors
    /// If the client for outside hosts cannot be built.
    pub fn open(options: ServicesOptions) -> Result<Self, http::HttpError> {
        let ServicesOptions { clock, catalogue, database, limits, outside } = options;
        let blobs = Arc::new(blob::Blobs::new(clock.clone()));
        let titles = catalogue::Titles::new(database, catalogue, clock.clone());
        Ok(Self {
            http: http::Http::open(outside, clock.clone())?,
            discord: discord::Discord::new(Arc::clone(&blobs)),
            lists: lists::Lists::new(titles.clone()),
            lines: log::Lines::new(Arc::clone(&limits)),
            blobs,
            clock,
            titles,
            limits,
        })
    }

    /// Connects what only Discord's side knows; a second call changes nothing. Until the first, that
    /// service is unavailable.
    pub fn connect(&self, discord: Arc<dyn discord::DiscordSide>) {
        self.discord.connect(discord);
    }

    /// Returns the files that plugins keep, for whoever sends them.
    #[must_use]
    pub fn blobs(&self) -> &Arc<blob::Blobs> {
        &self.blobs
    }

    /// Keeps what is stored of titles as TheTVDB has it, for ever.
    pub async fn keep_fresh(&self) {
        self.lists.keep_fresh().await;
    }

    /// Returns everything in someone's lists, as JSON and as CSV.
    ///
    /// # Errors
    /// If the database cannot be read; the message says what to do.
    pub async fn export_lists(&self, user: UserId) -> Result<(Value, String), Error> {
        self.lists.export(user).await
    }

    /// Counts what is in someone's lists.
    ///
    /// # Errors
    /// As [`Services::export_lists`].
    pub async fn count_lists(&self, user: UserId) -> Result<MarkCounts, Error> {
        self.lists.count(user).await
    }

    /// Deletes someone's lists, and tells how much that was.
    ///
    /// # Errors
    /// If the database cannot be written; then everything is still there.
    pub async fn delete_lists(&self, user: UserId) -> Result<MarkCounts, Error> {
        self.lists.forget(user).await
    }

    /// Writes a line of a plugin to the log: what would break the line is escaped, what is too long is
    /// cut, and what is too much is left out.
    pub fn log(&self, line: log::Line<'_>) {
        self.lines.write(line);
    }

    /// Forgets what is kept for a plugin that is unloaded; a reload keeps it.
    pub fn forget(&self, plugin: &str) {
        self.lines.forget(plugin);
        self.blobs.forget(plugin);
        self.http.forget(plugin);
    }

    /// Answers one request of the plugin that `caller` describes.
    ///
    /// # Errors
    /// What the service reports; [`ServiceError`] if the request did not reach one.
    pub async fn answer(
        &self,
        caller: &Descriptor,
        service: &str,
        request: Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
        let asked = Asked { caller, request };
        match service {
            api::clock::NAME => clock::answer(&asked, &self.clock),
            api::limits::NAME => limits::answer(&asked, &self.limits),
            api::blob::NAME => self.blobs.answer(asked),
            api::catalogue::NAME => self.titles.answer(&asked).await,
            api::lists::NAME => self.lists.answer(&asked).await,
            api::http::NAME => self.http.answer(&asked, &self.blobs).await,
            api::discord::NAME => self.discord.answer(&asked).await,
            _ => Err(asked.unknown(service)),
        }
    }
}

/// A request, and whose it is.
struct Asked<'a> {
    caller: &'a Descriptor,
    request: Vec<u8>,
}

impl Asked<'_> {
    fn plugin(&self) -> &str {
        &self.caller.name
    }

    /// Goes on only if the plugin declared the service.
    fn declares(&self, service: Service, name: &'static str) -> Result<(), Error> {
        if self.caller.services.contains(&service) {
            return Ok(());
        }
        let plugin = self.plugin().to_owned();
        Err(ServiceError::Undeclared { plugin, service: name }.told())
    }

    fn read<T: DeserializeOwned>(&self, service: &'static str) -> Result<T, Error> {
        let plugin = || self.plugin().to_owned();
        serde_json::from_slice(&self.request)
            .map_err(|_| ServiceError::Malformed { plugin: plugin(), service }.told())
    }

    fn unknown(&self, what: &str) -> Error {
        // The name may be anything; the log needs only its beginning.
        let what = what.chars().take(64).collect();
        ServiceError::Unknown { plugin: self.plugin().to_owned(), what }.told()
    }
}

fn written(answer: &impl Serialize) -> Result<Vec<u8>, Error> {
    Ok(serde_json::to_vec(answer)?)
}

#[cfg(test)]
pub(crate) mod tests;
