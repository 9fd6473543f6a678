//! Plugins: from a file to a copy that serves, and back to nothing.
//!
//! The only module that loads code. A plugin lives on two threads of its own; only bytes of the host
//! cross to it and back, so that after its threads have ended nothing can reach the library and it can
//! be unmapped. Nothing here may keep a pointer into a library, run code of one on another thread, or
//! depend on the unmapping.
//!
//! - `finder`, `elf`, `shadow`, `probe`, `library`: from a file to a checked library
//! - `inbox`, `thread`, `host_object`, `relay`, `busy`: where a plugin runs
//! - `slot`, `registry`: how calls find it
//! - `lifecycle`, `reaper`, `tls_keys`: its beginning, its replacement, its end
//! - `hung`, `watchdog`, `deaths`: a library that the system's loader never comes out of, or the process does not
//!   survive

mod busy;
mod changes;
mod deaths;
mod elf;
mod error;
mod finder;
mod generation;
mod heap;
mod host_object;
mod host_side;
mod hung;
mod inbox;
mod library;
mod lifecycle;
mod limits;
mod probe;
mod proc_maps;
mod process_end;
mod reaper;
mod registry;
mod relay;
mod shadow;
mod slot;
mod status;
mod thread;
mod tls_keys;
mod trial;
mod watchdog;

pub use busy::{Errand, Stuck};
pub use changes::ChangeCount;
pub use elf::{InspectError, Manifest};
pub use error::{
    Action, CallError, Cause, FileError, LibraryError, LoadError, NoFile, Part, ProbeError,
    Refusal, Serving, ShadowError, Step,
};
pub use finder::{Found, find};
pub use heap::bound_heaps;
pub use host_side::{Caller, HostSide, LogLevel, LogLine};
pub use hung::Hung;
pub use limits::PluginLimits;
pub use probe::{PROBE_ARGUMENTS, try_declared};
pub use process_end::end_process;
pub use reaper::GivenBack;
pub use registry::{Answer, Plugin, Registry};
pub use status::{PluginStatus, State};
pub use trial::{bound_trial, run_trial};

use hung::Holdup;
use lifecycle::Lifecycle;
use lumina_plugin_api::text::Text;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::watch;

use crate::clock::Clock;

/// What the loader is given.
pub struct PluginsOptions {
    /// Where plugin files lie; of two files of a name the first counts.
    pub directories: Vec<PathBuf>,
    /// Where working copies are made.
    pub shadow_dir: PathBuf,
    /// The file that tells the next host which plugins it must not load by itself: see [`Hung`]. Beside it
    /// stands, with another ending, which plugin is being loaded.
    pub hung_note: PathBuf,
    /// The program that tries libraries: `PROGRAM plugin probe FILE`. The host itself, except in tests.
    pub probe_program: PathBuf,
    /// By which deadlines of calls count.
    pub clock: Clock,
    /// The rest of the host.
    pub host: Arc<dyn HostSide>,
    /// Every bound.
    pub limits: PluginLimits,
}

/// What an action changed.
#[derive(Debug, Clone)]
pub struct Change {
    /// The plugin.
    pub plugin: String,
    /// What was done.
    pub action: Action,
    /// The version that served before.
    pub from: Option<String>,
    /// The version that serves now.
    pub to: Option<String>,
    /// Which copy serves now, or served last.
    pub generation: u64,
    /// How long it took.
    pub took: Duration,
    /// What did not go as it should and did not prevent it: sentences of the host.
    pub notes: Vec<Text>,
}

/// What became of one file of the plugin directories.
#[derive(Debug)]
pub struct Outcome {
    /// The plugin, or the file's stem where there is none.
    pub plugin: String,
    /// What became of it.
    pub result: Result<Change, Refusal>,
}

/// All plugins of this host.
pub struct Plugins {
    lifecycle: Arc<Lifecycle>,
}

impl Plugins {
    /// Makes the loader; nothing is loaded yet. Belongs into a runtime: services of plugins run there.
    ///
    /// # Errors
    /// If no working copies can be made.
    pub fn open(options: PluginsOptions) -> Result<Arc<Self>, ShadowError> {
        let lifecycle = Arc::new(Lifecycle::open(options)?);
        Ok(Arc::new(Self { lifecycle }))
    }

    /// Loads every plugin of the directories in the order of their names, except the `unwanted`, which
    /// stand as unloaded. One that fails does not keep the others, unless it holds the system's loader:
    /// see [`Plugins::hung`].
    pub async fn load_directory(&self, unwanted: &BTreeSet<String>) -> Vec<Outcome> {
        let outcomes = self.lifecycle.load_directory(unwanted).await;
        heap::give_back();
        outcomes
    }

    /// Loads a plugin.
    ///
    /// Like all actions it runs to its end even if the future is dropped, and waits for an action that
    /// runs already.
    ///
    /// # Errors
    /// Why not, and what still serves.
    pub async fn load(&self, name: &str) -> Result<Change, Refusal> {
        self.to_the_end(Action::Load, name).await
    }

    /// Ends a plugin and gives back what it held.
    ///
    /// # Errors
    /// Why not, and what still serves.
    pub async fn unload(&self, name: &str) -> Result<Change, Refusal> {
        self.to_the_end(Action::Unload, name).await
    }

    /// Lets a plugin that does not serve stand as unloaded: its owner does not want it any more.
    pub fn give_up(&self, name: &str) {
        self.lifecycle.give_up(name);
    }

    /// Replaces a plugin by what lies in its file now, without losing a call. The replaced copy finishes
    /// its calls afterwards.
    ///
    /// # Errors
    /// Why not, and what still serves.
    pub async fn reload(&self, name: &str) -> Result<Change, Refusal> {
        self.to_the_end(Action::Reload, name).await
    }

    /// Returns what holds the system's loader, as soon as something does: the process must end then.
    pub async fn hung(&self) -> Hung {
        self.lifecycle.holdup().until_hung().await
    }

    /// Returns what holds the system's loader.
    #[must_use]
    pub fn is_hung(&self) -> Option<Hung> {
        self.lifecycle.holdup().hung()
    }

    /// Returns what serves now.
    #[must_use]
    pub fn registry(&self) -> Arc<Registry> {
        self.lifecycle.registry().borrow().clone()
    }

    /// Returns a view on what serves, which tells when that changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<Registry>> {
        self.lifecycle.registry().subscribe()
    }

    /// Returns the names of the files that could be loaded: those of no plugin that serves.
    #[must_use]
    pub fn loadable(&self) -> Vec<String> {
        self.lifecycle.loadable()
    }

    /// Returns where the file of a plugin lies: what the next load or reload takes.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<PathBuf> {
        self.lifecycle.file(name)
    }

    /// Returns what ended copies gave back so far.
    #[must_use]
    pub fn given_back(&self) -> GivenBack {
        self.lifecycle.given_back()
    }

    /// Returns how often plugins were loaded, replaced and unloaded.
    #[must_use]
    pub fn changes(&self) -> Vec<ChangeCount> {
        self.lifecycle.changes().counts()
    }

    /// Ends every plugin at the same time, and waits for replaced copies, within the bounds of the host's own
    /// end; nothing can be loaded afterwards.
    pub async fn close(&self) {
        self.lifecycle.close().await;
    }

    async fn to_the_end(&self, action: Action, name: &str) -> Result<Change, Refusal> {
        let (lifecycle, plugin) = (self.lifecycle.clone(), name.to_owned());
        let work = tokio::spawn(async move { lifecycle.act(action, &plugin).await });
        work.await.unwrap_or_else(|_| {
            Err(self.lifecycle.refusal(name, action, Arc::new(LoadError::Loader)))
        })
    }
}

/// Returns the plugins that the next host leaves out, by its [`PluginsOptions::hung_note`].
#[must_use]
pub fn left_out(hung_note: PathBuf) -> BTreeSet<String> {
    Holdup::new(hung_note).noted()
}

/// Returns who the library at `path` says it is, without loading it.
///
/// # Errors
/// Why it is no plugin that this host can load from there.
pub fn inspect(path: &Path) -> Result<Manifest, LoadError> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let (manifest, _) = read_plugin(path, &stem, PluginLimits::default().file_bytes)?;
    Ok(manifest)
}

/// Reads the file of the plugin `name` and returns who it says it is, with its bytes.
fn read_plugin(path: &Path, name: &str, bytes_max: u64) -> Result<(Manifest, Vec<u8>), LoadError> {
    let at = || path.to_owned();
    let bytes =
        finder::read(path, bytes_max).map_err(|source| LoadError::File { path: at(), source })?;
    let manifest =
        elf::inspect_bytes(&bytes).map_err(|source| LoadError::Inspect { path: at(), source })?;
    if manifest.name != name {
        return Err(LoadError::Stem { path: at(), name: manifest.name });
    }
    Ok((manifest, bytes))
}
