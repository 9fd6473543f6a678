//! Joins the two sides: what plugins ask goes to the services, what Discord's side keeps to the database.

use crate::{
    clock::Clock,
    db::{Database, DbError, MarkCounts, NewView, VIEW_FOR_MAX},
    discord::{self, Backstage, Identity, ListCounts, ListsExport, View},
    plugins::{Caller, HostSide, LogLevel, LogLine, Plugins, Registry},
    services::{self, Services, log},
    texts::Texts,
};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use lumina_plugin_api::{
    descriptor::Descriptor, error::Error, id::UserId, services::blob::BlobId, text::Text,
};
use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock, Weak},
};
use tracing::Level;

/// The host as the loader sees it.
pub(super) struct Glue {
    services: Arc<Services>,
    texts: Arc<Texts>,
    identity: Identity,
    /// The loader holds this, so this must not hold the loader.
    plugins: OnceLock<Weak<Plugins>>,
}

impl Glue {
    pub(super) fn new(services: Arc<Services>, texts: Arc<Texts>, identity: Identity) -> Self {
        Self { services, texts, identity, plugins: OnceLock::new() }
    }

    /// Names the loader; before that no plugin has ended.
    pub(super) fn connect(&self, plugins: &Arc<Plugins>) {
        let _ = self.plugins.set(Arc::downgrade(plugins));
    }

    fn serves(&self, plugin: &str) -> bool {
        let plugins = self.plugins.get().and_then(Weak::upgrade);
        plugins.is_some_and(|plugins| plugins.registry().plugin(plugin).is_some())
    }
}

impl HostSide for Glue {
    fn log(&self, line: LogLine<'_>) {
        let LogLine { plugin, generation, level, target, message } = line;
        let level = log_level(level);
        self.services.log(log::Line { plugin, generation, level, part: target, message });
    }

    fn service(
        &self,
        caller: Caller,
        name: String,
        request: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, Error>> {
        let services = Arc::clone(&self.services);
        Box::pin(async move { services.answer(&caller.descriptor, &name, request).await })
    }

    fn admit(&self, descriptor: &Descriptor, others: &Registry) -> Result<(), Text> {
        discord::admit(descriptor, others, &self.identity)
    }

    fn serving(&self, caller: &Caller) {
        self.texts.install(&caller.descriptor);
    }

    fn ended(&self, caller: &Caller) {
        self.texts.forget(&caller.descriptor);
        if !self.serves(&caller.plugin) {
            self.services.forget(&caller.plugin);
        }
    }
}

fn log_level(level: LogLevel) -> Level {
    match level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
        LogLevel::Trace => Level::TRACE,
    }
}

/// What Discord's side keeps.
#[derive(Debug)]
pub(super) struct Stores {
    pub(super) database: Database,
    pub(super) services: Arc<Services>,
    pub(super) clock: Clock,
}

impl Backstage for Stores {
    fn keep_view<'a>(
        &'a self,
        plugin: &'a str,
        user: UserId,
        view: View,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let (key, state) = (view.key.as_str(), view.state.as_bytes());
            let view = NewView { key, plugin, user, state, keep_for: VIEW_FOR_MAX };
            self.database.put_view(view, self.clock.now()).await.map_err(services::unshown)
        })
    }

    fn view<'a>(
        &'a self,
        plugin: &'a str,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>> {
        Box::pin(async move {
            let state = self.database.view(key, plugin, self.clock.now()).await;
            let state = state.map_err(services::told)?.map(String::from_utf8).transpose();
            state.map_err(|_| Error::internal("a view in the database is no text"))
        })
    }

    fn blob(&self, plugin: &str, id: &BlobId) -> Option<Bytes> {
        self.services.blobs().get(plugin, id)
    }

    fn keep_file(&self, plugin: &str, bytes: Bytes) -> Result<BlobId, Error> {
        self.services.blobs().put(plugin, bytes)
    }

    fn export_lists(&self, user: UserId) -> BoxFuture<'_, Result<ListsExport, Error>> {
        Box::pin(async move {
            let (json, csv) = self.services.export_lists(user).await?;
            let counts = counts(self.services.count_lists(user).await?);
            Ok(ListsExport { json, csv, counts })
        })
    }

    fn count_lists(&self, user: UserId) -> BoxFuture<'_, Result<ListCounts, Error>> {
        Box::pin(async move { self.services.count_lists(user).await.map(counts) })
    }

    fn delete_lists(&self, user: UserId) -> BoxFuture<'_, Result<ListCounts, Error>> {
        Box::pin(async move { self.services.delete_lists(user).await.map(counts) })
    }

    fn keepers(&self) -> BoxFuture<'_, Result<BTreeSet<String>, Error>> {
        Box::pin(async move { self.database.keepers().await.map_err(internal) })
    }

    fn note_keeper<'a>(&'a self, plugin: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            self.database.note_keeper(plugin, self.clock.now()).await.map_err(internal)
        })
    }

    fn remember<'a>(
        &'a self,
        plugin: &'a str,
        wanted: bool,
        by: UserId,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let now = self.clock.now();
            let kept = if wanted {
                self.database.remember_loaded(plugin, by, now).await
            } else {
                self.database.remember_unloaded(plugin, by, now).await
            };
            kept.map_err(internal)
        })
    }
}

fn counts(counts: MarkCounts) -> ListCounts {
    ListCounts {
        n_movies: counts.n_movies,
        n_series: counts.n_series,
        n_episodes: counts.n_episodes,
        n_favorites: counts.n_favorites,
        has_visibility: counts.has_visibility,
        was_imported: counts.was_imported,
    }
}

fn internal(error: DbError) -> Error {
    Error::from(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::tests::Bench;

    #[tokio::test]
    async fn the_texts_of_a_copy_are_kept_while_it_serves_and_no_longer() {
        let services = Arc::new(Bench::start().await.services);
        let texts = Arc::new(Texts::default());
        let glue = Glue::new(services, Arc::clone(&texts), Identity::of_nobody());
        let mut descriptor = Descriptor::new("Greets").texts("en", "hi = Hello");
        descriptor.name = "greeter".to_owned();
        let descriptor = Arc::new(descriptor);
        let caller = Caller { plugin: "greeter".into(), generation: 1, descriptor };
        // What is not kept is read anew each time.
        let is_kept = || Arc::ptr_eq(&texts.of(&caller.descriptor), &texts.of(&caller.descriptor));
        glue.serving(&caller);
        assert!(is_kept());
        glue.ended(&caller);
        assert!(!is_kept());
    }
}
