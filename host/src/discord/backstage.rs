//! What the Discord side needs of the rest of the host: things kept, and files. Implemented where
//! everything is put together, so that this side knows neither the database nor the services.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use lumina_plugin_api::{error::Error, id::UserId, services::blob::BlobId};
use std::fmt;

/// What the rest of the host does for the Discord side.
pub trait Backstage: fmt::Debug + Send + Sync + 'static {
    /// Keeps the state of a component that did not fit into its custom id.
    fn keep_view<'a>(
        &'a self,
        plugin: &'a str,
        key: String,
        state: String,
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// Returns a state that was kept; nothing when its time is over.
    fn view<'a>(
        &'a self,
        plugin: &'a str,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>>;

    /// Returns a file that a plugin keeps.
    fn blob(&self, plugin: &str, id: &BlobId) -> Option<Bytes>;

    /// Remembers whether the owner wants a plugin, for the next start.
    fn remember<'a>(
        &'a self,
        plugin: &'a str,
        wanted: bool,
        by: UserId,
    ) -> BoxFuture<'a, Result<(), Error>>;
}
