//! Why something was refused, and what still serves.
//!
//! Errors are parts of a sentence, lower case, each naming its own step; [`Refusal::text`] puts them
//! together for the owner.

mod reason;

use lumina_plugin_api::{descriptor::Descriptor, error::Error as PluginError, text::Text};
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};
use thiserror::Error;

pub use super::{
    elf::InspectError, finder::FileError, library::LibraryError, probe::ProbeError,
    shadow::ShadowError,
};

/// Why a file did not become a plugin that serves.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// It is no name of a plugin.
    #[error("`{0}` is no name of a plugin: names are lower case letters, digits, `-` and `_`")]
    Name(String),
    /// No directory has such a file.
    #[error("there is no file `{name}.so` in {}", list(directories))]
    Missing {
        /// The plugin.
        name: String,
        /// Where was looked.
        directories: Vec<PathBuf>,
    },
    /// It serves already.
    #[error("it is loaded already; reload it to take a new version")]
    Loaded,
    /// It does not serve.
    #[error("it is not loaded")]
    NotLoaded,
    /// Too many replaced copies have not ended.
    #[error(
        "copies that were replaced before have not ended, and no more are kept at a time: {}; try again in a minute",
        copies.join(", ")
    )]
    Crowded {
        /// How many of which plugin, and how they are.
        copies: Vec<String>,
    },
    /// The file cannot be read.
    #[error("`{path}` cannot be used")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: FileError,
    },
    /// The file is no plugin for this host.
    #[error("`{path}` is no plugin that this host can load")]
    Inspect {
        /// The file.
        path: PathBuf,
        /// Why.
        source: InspectError,
    },
    /// The file has another name than the plugin in it.
    #[error("`{path}` holds the plugin `{name}` and must be called `{name}.so`")]
    Stem {
        /// The file.
        path: PathBuf,
        /// The plugin in it.
        name: String,
    },
    /// An earlier directory has a file of the same name.
    #[error("`{path}` is left aside, because `{first}` comes first in PLUGIN_DIR")]
    Second {
        /// The file.
        path: PathBuf,
        /// The one that is used.
        first: PathBuf,
    },
    /// A directory cannot be read.
    #[error("the plugin directory `{path}` cannot be read")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No shadow copy could be made.
    #[error("no working copy of the file could be made")]
    Shadow(#[from] ShadowError),
    /// The library failed in a process of its own.
    #[error("the library failed its trial in a process of its own")]
    Probe(#[from] ProbeError),
    /// The library cannot be used.
    #[error("the library cannot be used")]
    Library(#[from] LibraryError),
    /// The plugin's declaration failed.
    #[error("the plugin could not declare itself: {}", detail(.0))]
    Describe(PluginError),
    /// The plugin's declaration cannot be read.
    #[error("the plugin's declaration cannot be read")]
    Descriptor(#[source] serde_json::Error),
    /// The plugin calls itself otherwise than its manifest.
    #[error("the plugin declares itself as `{declared}`, its manifest says `{manifest}`")]
    Identity {
        /// By the manifest.
        manifest: String,
        /// By itself.
        declared: String,
    },
    /// The host does not take what it declares.
    #[error("{0}")]
    Admission(String),
    /// The plugin could not be made.
    #[error("the plugin could not be made: {}", detail(.0))]
    Create(PluginError),
    /// The old copy could not hand over its state.
    #[error(
        "the serving copy could not hand over its state (to go on without it, unload and load the plugin)"
    )]
    Save(#[source] CallError),
    /// The new copy did not take the state.
    #[error("the new copy did not take over the state")]
    Restore(#[source] CallError),
    /// A step took too long.
    #[error("{step} took longer than {} ms", limit.as_millis())]
    Late {
        /// The step.
        step: Step,
        /// What it was given.
        limit: Duration,
    },
    /// The plugin's thread ended.
    #[error("the plugin's thread ended during {step}")]
    Ended {
        /// The step.
        step: Step,
    },
    /// No thread can be started.
    #[error("no thread can be started for the plugin")]
    Thread(#[source] std::io::Error),
    /// A fault of the loader itself.
    #[error("the loader itself failed; its log says where")]
    Loader,
    /// The host itself is ending.
    #[error("the host is ending")]
    Closing,
}

/// A step on the way to serving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reading and checking the file.
    Read,
    /// Mapping the library.
    Open,
    /// Asking what it declares.
    Describe,
    /// Making the plugin.
    Create,
    /// The last look before the switch.
    Switch,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "reading the file",
            Self::Open => "opening the library",
            Self::Describe => "its declaration",
            Self::Create => "making the plugin",
            Self::Switch => "the switch",
        })
    }
}

/// Why a call has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CallError {
    /// The plugin does not serve any more.
    #[error("plugin `{plugin}` does not serve")]
    NotServing {
        /// The plugin.
        plugin: Arc<str>,
    },
    /// The plugin was ended while it worked on the call.
    #[error("plugin `{plugin}` was ended during the call")]
    Ended {
        /// The plugin.
        plugin: Arc<str>,
    },
    /// The plugin did not answer in time.
    #[error("plugin `{plugin}` gave no answer within {} ms", deadline.as_millis())]
    Late {
        /// The plugin.
        plugin: Arc<str>,
        /// What it was given.
        deadline: Duration,
    },
    /// The plugin has too many calls.
    #[error("plugin `{plugin}` has {calls} calls already")]
    Busy {
        /// The plugin.
        plugin: Arc<str>,
        /// How many.
        calls: usize,
    },
    /// The plugin answered with an error.
    #[error("plugin `{plugin}` answered with an error: {error}")]
    Plugin {
        /// The plugin.
        plugin: Arc<str>,
        /// The error.
        error: PluginError,
        /// What the copy declares: its texts are the ones to read the error with.
        descriptor: Arc<Descriptor>,
    },
    /// The answer is no message.
    #[error("the answer of plugin `{plugin}` cannot be read")]
    Unreadable {
        /// The plugin.
        plugin: Arc<str>,
        /// Why.
        source: serde_json::Error,
    },
    /// The answer is too long.
    #[error("the answer of plugin `{plugin}` has {bytes} bytes, more than {bytes_max}")]
    TooLong {
        /// The plugin.
        plugin: Arc<str>,
        /// How many it has.
        bytes: usize,
        /// How many are allowed.
        bytes_max: usize,
    },
    /// The request cannot be written.
    #[error("the request to plugin `{plugin}` cannot be written")]
    Request {
        /// The plugin.
        plugin: Arc<str>,
        /// Why.
        source: serde_json::Error,
    },
}

/// What the owner wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Load a plugin.
    Load,
    /// Unload a plugin.
    Unload,
    /// Replace a plugin by what lies in its file now.
    Reload,
}

impl Action {
    /// Returns the action as what was done: `loaded`.
    #[must_use]
    pub fn done(self) -> &'static str {
        match self {
            Self::Load => "loaded",
            Self::Unload => "unloaded",
            Self::Reload => "reloaded",
        }
    }
}

/// A copy that serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    /// Its version.
    pub version: String,
    /// Which copy it is.
    pub generation: u64,
}

/// Why an action was not done, and what still serves.
#[derive(Debug, Error)]
#[error("plugin `{plugin}` was not {}", action.done())]
pub struct Refusal {
    /// The plugin.
    pub plugin: String,
    /// What was wanted.
    pub action: Action,
    /// Why not.
    #[source]
    pub reason: Box<LoadError>,
    /// What serves all the same.
    pub serving: Option<Serving>,
}

impl Refusal {
    /// Returns the whole for the owner: what was not done, why, and what still serves.
    #[must_use]
    pub fn text(&self) -> Text {
        let still = match &self.serving {
            Some(Serving { version, generation }) => Text::key("sudo-still-serves")
                .arg("version", Text::from(version.as_str()))
                .arg("generation", Text::from(generation.to_string())),
            None => Text::key("sudo-nothing-serves"),
        };
        let key = match self.action {
            Action::Load => "sudo-not-loaded",
            Action::Unload => "sudo-not-unloaded",
            Action::Reload => "sudo-not-reloaded",
        };
        Text::key(key)
            .arg("plugin", Text::from(self.plugin.as_str()))
            .arg("reason", self.reason.reason())
            .arg("still", still)
    }
}

fn detail(error: &PluginError) -> &str {
    if error.detail.is_empty() { "it did not say why" } else { &error.detail }
}

fn list(directories: &[PathBuf]) -> String {
    let quoted: Vec<_> = directories.iter().map(|path| format!("`{}`", path.display())).collect();
    quoted.join(" or ")
}
