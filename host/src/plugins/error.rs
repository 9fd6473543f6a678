//! Why something was refused, and what still serves.
//!
//! Errors are parts of a sentence, lower case, each naming its own step; what they say stands in
//! `locales/` and is found in `reason`. [`Refusal::text`] puts them together for the owner.

mod reason;

use lumina_plugin_api::{descriptor::Descriptor, text::Text};
use std::{path::PathBuf, sync::Arc, time::Duration};
use thiserror::Error;

use super::busy::Stuck;
use crate::texts::Told;

pub use super::{
    elf::{InspectError, Part},
    finder::{FileError, NoFile},
    hung::Hung,
    library::LibraryError,
    probe::ProbeError,
    shadow::ShadowError,
};
pub use crate::chain::Cause;

/// Why a file did not become a plugin that serves.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// It is no name of a plugin.
    Name(String),
    /// No directory has such a file.
    Missing {
        /// The plugin.
        name: String,
        /// Where was looked.
        directories: Vec<PathBuf>,
    },
    /// It serves already.
    Loaded,
    /// It does not serve.
    NotLoaded,
    /// Too many replaced copies have not ended.
    Crowded {
        /// How many of which plugin, and how they are.
        copies: Vec<Text>,
    },
    /// The file cannot be read.
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: FileError,
    },
    /// The file is no plugin for this host.
    Inspect {
        /// The file.
        path: PathBuf,
        /// Why.
        source: InspectError,
    },
    /// The file has another name than the plugin in it.
    Stem {
        /// The file.
        path: PathBuf,
        /// The plugin in it.
        name: String,
    },
    /// An earlier directory has a file of the same name.
    Second {
        /// The file.
        path: PathBuf,
        /// The one that is used.
        first: PathBuf,
    },
    /// A directory cannot be read.
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No shadow copy could be made.
    Shadow(#[from] ShadowError),
    /// The library failed in a process of its own.
    Probe(#[from] ProbeError),
    /// The library cannot be used.
    Library(#[from] LibraryError),
    /// The plugin's declaration failed.
    Describe(#[source] Cause),
    /// The plugin's declaration cannot be read.
    Descriptor(#[source] serde_json::Error),
    /// The plugin calls itself otherwise than its manifest.
    Identity {
        /// By the manifest.
        manifest: String,
        /// By itself.
        declared: String,
    },
    /// The host does not take what it declares.
    Admission(Text),
    /// The plugin could not be made.
    Create(#[source] Cause),
    /// The old copy could not hand over its state.
    Save(#[source] CallError),
    /// The new copy did not take the state.
    Restore(#[source] CallError),
    /// A library holds the system's loader, for ever.
    Hung(#[from] Hung),
    /// An earlier host had to end because of its library.
    LeftOut,
    /// A step took too long.
    Late {
        /// The step.
        step: Step,
        /// What it was given.
        limit: Duration,
    },
    /// The plugin's thread ended.
    Ended {
        /// The step.
        step: Step,
    },
    /// No thread can be started.
    Thread(#[source] std::io::Error),
    /// A fault of the loader itself.
    Loader,
    /// The host itself is ending.
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

/// Why a call has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CallError {
    /// The plugin does not serve any more.
    NotServing {
        /// The plugin.
        plugin: Arc<str>,
    },
    /// The plugin was ended while it worked on the call.
    Ended {
        /// The plugin.
        plugin: Arc<str>,
    },
    /// The plugin did not answer in time.
    Late {
        /// The plugin.
        plugin: Arc<str>,
        /// What it was given.
        deadline: Duration,
        /// What its thread does not come back from, if so.
        #[source]
        stuck: Option<Stuck>,
    },
    /// The plugin has too many calls.
    Busy {
        /// The plugin.
        plugin: Arc<str>,
        /// How many.
        calls: usize,
    },
    /// The plugin answered with an error.
    Plugin {
        /// The plugin.
        plugin: Arc<str>,
        /// The error.
        #[source]
        error: Cause,
        /// What the copy declares: its texts are the ones to read the error with.
        descriptor: Arc<Descriptor>,
    },
    /// The answer is no message.
    Unreadable {
        /// The plugin.
        plugin: Arc<str>,
        /// Why.
        source: serde_json::Error,
    },
    /// The answer is too long.
    TooLong {
        /// The plugin.
        plugin: Arc<str>,
        /// How many it has.
        bytes: usize,
        /// How many are allowed.
        bytes_max: usize,
    },
    /// The request cannot be written.
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

    /// Returns the action as a word: `load`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Unload => "unload",
            Self::Reload => "reload",
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
    pub reason: Arc<LoadError>,
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
        let still = match &*self.reason {
            LoadError::Hung(hung) => hung.outlook(),
            _ => still,
        };
        let key = match (&*self.reason, self.action) {
            (LoadError::Loaded, _) => "sudo-loaded-already",
            (LoadError::NotLoaded, _) => "sudo-loaded-never",
            (_, Action::Load) => "sudo-not-loaded",
            (_, Action::Unload) => "sudo-not-unloaded",
            (_, Action::Reload) => "sudo-not-reloaded",
        };
        Text::key(key)
            .arg("plugin", Text::from(self.plugin.as_str()))
            .arg("reason", self.reason.text())
            .arg("still", still)
    }
}
