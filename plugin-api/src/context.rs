//! The plugin's handle to the host.

use crate::{
    abi::HostBox,
    adapter::Guarded,
    error::{Error, Result},
    services::{
        blob::Blob, catalogue::Catalogue, clock::Clock, discord::Discord, http::Http,
        limits::Limits, lists::Lists, log::Log,
    },
};
use abi_stable::std_types::{RErr, ROk, RSlice, RStr};
use async_ffi::FutureExt;
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, future::Future, time::Duration};

/// The host, as a plugin sees it. Cheap to clone.
///
/// ```
/// # use lumina_plugin_api::prelude::*;
/// # use std::time::Duration;
/// async fn remind(ctx: Ctx) {
///     ctx.sleep(Duration::from_secs(60)).await;
///     ctx.log().info("a minute has passed");
/// }
/// ```
#[derive(Clone)]
pub struct Ctx {
    host: HostBox,
}

impl Ctx {
    pub(crate) fn new(host: HostBox) -> Self {
        Self { host }
    }

    /// Returns the host's log.
    #[must_use]
    pub fn log(&self) -> Log<'_> {
        Log::new(self)
    }

    /// Returns what the host knows of Discord. Needs [`Service::Discord`](crate::descriptor::Service).
    #[must_use]
    pub fn discord(&self) -> Discord<'_> {
        Discord::new(self)
    }

    /// Returns TheTVDB. Needs [`Service::Catalogue`](crate::descriptor::Service).
    #[must_use]
    pub fn catalogue(&self) -> Catalogue<'_> {
        Catalogue::new(self)
    }

    /// Returns limits of the plugin's own. Needs [`Service::Limits`](crate::descriptor::Service).
    #[must_use]
    pub fn limits(&self) -> Limits<'_> {
        Limits::new(self)
    }

    /// Returns what people have watched. Needs [`Service::Lists`](crate::descriptor::Service).
    #[must_use]
    pub fn lists(&self) -> Lists<'_> {
        Lists::new(self)
    }

    /// Returns the outside hosts that the descriptor names. Needs
    /// [`Service::Http`](crate::descriptor::Service).
    #[must_use]
    pub fn http(&self) -> Http<'_> {
        Http::new(self)
    }

    /// Returns the store for files. Needs [`Service::Blob`](crate::descriptor::Service).
    #[must_use]
    pub fn blob(&self) -> Blob<'_> {
        Blob::new(self)
    }

    /// Returns the host's clock.
    #[must_use]
    pub fn clock(&self) -> Clock<'_> {
        Clock::new(self)
    }

    /// Waits, by the host's clock.
    pub async fn sleep(&self, duration: Duration) {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self.host.sleep(millis).await;
    }

    /// Runs `future` beside the plugin's calls until it ends or the plugin is unloaded. Returns false
    /// when the plugin is ending already. A panic in it is logged.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> bool {
        let guarded = Guarded::new(future);
        let background = async move {
            // The panic hook has told the log already.
            let _ = guarded.await;
        };
        self.host.spawn(background.into_ffi())
    }

    pub(crate) fn write_log(&self, level: u8, target: &str, message: &str) {
        self.host.log(level, RStr::from(target), RStr::from(message));
    }

    /// Asks a service with bytes. Prefer the typed clients.
    ///
    /// # Errors
    /// What the service answered, or that the plugin is being unloaded.
    pub async fn ask_raw(&self, service: &str, request: &[u8]) -> Result<Vec<u8>> {
        match self.host.service(RStr::from(service), RSlice::from_slice(request)).await {
            ROk(answer) => Ok(answer.into_vec()),
            RErr(error) => Err(serde_json::from_slice::<Error>(&error)
                .unwrap_or_else(|cause| Error::internal(format!("unreadable error: {cause}")))),
        }
    }

    /// Asks a service with a JSON message. Prefer the typed clients.
    ///
    /// # Errors
    /// What the service answered, or that the answer was of another form.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        service: &str,
        request: &impl Serialize,
    ) -> Result<T> {
        let answer = self.ask_raw(service, &serde_json::to_vec(request)?).await?;
        Ok(serde_json::from_slice(&answer)?)
    }
}

impl fmt::Debug for Ctx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ctx")
    }
}
