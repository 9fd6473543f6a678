//! What the Discord side needs of the rest of the host: things kept, and files. Implemented where
//! everything is put together, so that this side knows neither the database nor the services.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use lumina_plugin_api::{error::Error, id::UserId, services::blob::BlobId};
use serde_json::Value;
use std::{collections::BTreeSet, fmt};

/// How much is in a user's lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListCounts {
    /// Movies watched.
    pub n_movies: u32,
    /// Series watched of which no episodes are known.
    pub n_series: u32,
    /// Episodes watched.
    pub n_episodes: u32,
    /// Favorites of all kinds.
    pub n_favorites: u32,
    /// Whether they chose who may see their profile.
    pub has_visibility: bool,
    /// Whether rows of theirs were imported, so that it stays noted that no import shall bring them back.
    pub was_imported: bool,
}

/// Everything in a user's lists.
#[derive(Debug, Clone)]
pub struct ListsExport {
    /// For programs.
    pub json: Value,
    /// For spreadsheets.
    pub csv: String,
    /// How much it is.
    pub counts: ListCounts,
}

/// A state that did not fit into a custom id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The key in the custom id.
    pub key: String,
    /// The state.
    pub state: String,
}

/// What the rest of the host does for the Discord side.
pub trait Backstage: fmt::Debug + Send + Sync + 'static {
    /// Keeps a state of a plugin's component that did not fit into its custom id, for who gets it.
    fn keep_view<'a>(
        &'a self,
        plugin: &'a str,
        user: UserId,
        view: View,
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// Returns a state that was kept; nothing when its time is over.
    fn view<'a>(
        &'a self,
        plugin: &'a str,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>>;

    /// Returns a file that a plugin keeps.
    fn blob(&self, plugin: &str, id: &BlobId) -> Option<Bytes>;

    /// Keeps a file for a quarter of an hour.
    fn keep_file(&self, plugin: &str, bytes: Bytes) -> Result<BlobId, Error>;

    /// Returns everything in a user's lists.
    fn export_lists(&self, user: UserId) -> BoxFuture<'_, Result<ListsExport, Error>>;

    /// Counts what is in a user's lists.
    fn count_lists(&self, user: UserId) -> BoxFuture<'_, Result<ListCounts, Error>>;

    /// Deletes a user's lists, and tells how much that was.
    fn delete_lists(&self, user: UserId) -> BoxFuture<'_, Result<ListCounts, Error>>;

    /// Returns the plugins that were seen to keep something about someone, in this run or before.
    fn keepers(&self) -> BoxFuture<'_, Result<BTreeSet<String>, Error>>;

    /// Remembers that a plugin keeps something about someone.
    fn note_keeper<'a>(&'a self, plugin: &'a str) -> BoxFuture<'a, Result<(), Error>>;

    /// Remembers whether the owner wants a plugin, for the next start.
    fn remember<'a>(
        &'a self,
        plugin: &'a str,
        wanted: bool,
        by: UserId,
    ) -> BoxFuture<'a, Result<(), Error>>;
}
