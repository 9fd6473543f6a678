//! The plugins at the start, and why a host ends that can load none any more.

use super::{Host, THIS_PROGRAM, glue::Glue, places};
use crate::{
    clock::Clock,
    config::Config,
    mounts::Mounts,
    plugins::{Hung, PluginLimits, Plugins, PluginsOptions},
};
use anyhow::{Context, Result};
use std::{path::PathBuf, sync::Arc};
use tracing::warn;

/// The file in the data directory that names the plugins whose libraries hung a host.
const HUNG_NOTE: &str = "hung-plugins.txt";

/// Returns where it stands which plugins are left out.
pub(super) fn hung_note(config: &Config) -> PathBuf {
    config.data_dir.join(HUNG_NOTE)
}

/// A library holds the system's loader.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.sentence())]
pub(super) struct LoaderHeld(pub(super) Hung);

/// Makes the loader; nothing is loaded yet.
///
/// # Errors
/// If no working copies can be made.
pub(super) fn open(config: &Config, clock: &Clock, glue: &Arc<Glue>) -> Result<Arc<Plugins>> {
    places::refuse_noexec(&config.shadow_dir, &Mounts::read())?;
    let host = Arc::clone(glue);
    Plugins::open(PluginsOptions {
        directories: config.plugin_dirs.clone(),
        shadow_dir: config.shadow_dir.clone(),
        hung_note: hung_note(config),
        probe_program: PathBuf::from(THIS_PROGRAM),
        clock: clock.clone(),
        host,
        limits: PluginLimits::default(),
    })
    .context("no copies of plugins can be made; see SHADOW_DIR")
}

impl Host {
    /// Loads the plugins, except those that the owner unloaded. Each load tells the log by itself.
    ///
    /// # Errors
    /// If the database cannot be read, or a library holds the system's loader.
    pub(super) async fn load_plugins(&self) -> Result<()> {
        let unwanted = self.database.unwanted_plugins().await;
        let unwanted = unwanted.context("the database cannot be read")?;
        self.plugins.load_directory(&unwanted).await;
        if let Some(hung) = self.plugins.is_hung() {
            return Err(LoaderHeld(hung).into());
        }
        if self.plugins.registry().statuses().is_empty() {
            warn!("there are no plugins; put their files into the directory that PLUGIN_DIR names");
        }
        Ok(())
    }
}
