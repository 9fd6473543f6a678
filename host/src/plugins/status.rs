//! What can be said of a plugin at any moment.

use std::{fmt, sync::Arc};

use super::{busy::Stuck, error::LoadError};
use crate::clock::UnixMillis;
use lumina_plugin_api::command::CommandKind;

/// Where a plugin stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A file of this name was found.
    Found,
    /// The file was read and is a plugin that this host can load.
    Checked,
    /// The library is being mapped and the plugin made.
    Loading,
    /// It answers.
    Serving,
    /// It takes no new calls; those that run may finish.
    Draining,
    /// It was ended and everything was given back.
    Unloaded,
    /// It could not be loaded.
    Failed,
    /// It was ended, but a thread of it does not return; what it holds stays held.
    Zombie,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Found => "found",
            Self::Checked => "checked",
            Self::Loading => "loading",
            Self::Serving => "serving",
            Self::Draining => "draining",
            Self::Unloaded => "unloaded",
            Self::Failed => "failed",
            Self::Zombie => "zombie",
        })
    }
}

/// A plugin as `/sudo list` shows it.
#[derive(Debug, Clone)]
pub struct PluginStatus {
    /// Its name.
    pub name: String,
    /// The version that serves, or the last that did.
    pub version: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Since when it stands there.
    pub since: UnixMillis,
    /// Where the next copy stands while this one serves.
    pub replacement: Option<State>,
    /// Why the last reload or load failed, until one succeeds.
    pub last_failure: Option<Arc<LoadError>>,
    /// Its commands, in the order of their declaration: each name with where people find it.
    pub commands: Vec<(CommandKind, String)>,
    /// How many calls it was given since the host was started.
    pub calls: u64,
    /// How many of them it failed by its own fault.
    pub errors: u64,
    /// Which copy serves or served last; 0 if none did.
    pub generation: u64,
    /// Replaced copies that still finish their calls.
    pub draining: usize,
    /// Copies that end or have ended, with a thread that does not react or does not return.
    pub zombies: usize,
    /// What the thread of the copy that serves does not come back from.
    pub stuck: Option<Stuck>,
}

#[cfg(test)]
impl PluginStatus {
    /// Returns a plugin of which no more is known than that it serves.
    pub(crate) fn serving(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: None,
            state: State::Serving,
            since: UnixMillis(0),
            replacement: None,
            last_failure: None,
            commands: Vec::new(),
            calls: 0,
            errors: 0,
            generation: 1,
            draining: 0,
            zombies: 0,
            stuck: None,
        }
    }
}

impl PluginStatus {
    /// Returns its commands as people see them: typed with a slash, or in a menu without one.
    pub fn commands_as_seen(&self) -> impl Iterator<Item = String> {
        let as_seen = |(kind, name): &(CommandKind, String)| match kind {
            CommandKind::Slash => format!("/{name}"),
            _ => format!("“{name}”"),
        };
        self.commands.iter().map(as_seen)
    }
}
