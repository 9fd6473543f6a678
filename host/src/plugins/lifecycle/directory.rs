//! What lies in the directories of plugins, at the start and since.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};
use tracing::warn;

use super::Lifecycle;
use crate::{
    chain::chain,
    plugins::{
        Change, Outcome,
        error::{Action, LoadError, Refusal},
        finder,
        status::State,
    },
};

impl Lifecycle {
    /// Loads what lies in the directories, in the order of the names.
    pub(in crate::plugins) async fn load_directory(
        self: &Arc<Self>,
        unwanted: &BTreeSet<String>,
    ) -> Vec<Outcome> {
        let found = finder::find(&self.directories);
        let deadly = self.deaths.look_back();
        if let Some(deadly) = &deadly {
            self.holdup.leave_out(deadly);
        }
        let mut noted = self.holdup.noted();
        // Also where that cannot be written.
        noted.extend(deadly);
        let mut outcomes: Vec<_> = found.problems.into_iter().map(left_aside).collect();
        for plugin in found.files.into_keys() {
            if unwanted.contains(&plugin) {
                self.slot(&plugin).note(State::Unloaded);
                continue;
            }
            let result = match noted.contains(&plugin) {
                true => self.leave_out(&plugin),
                false => self.act(Action::Load, &plugin).await,
            };
            outcomes.push(Outcome { plugin, result });
            if self.holdup.hung().is_some() {
                break;
            }
        }
        self.publish();
        outcomes
    }

    /// Does not load a plugin that ended an earlier host.
    fn leave_out(&self, plugin: &str) -> Result<Change, Refusal> {
        self.slot(plugin);
        self.conclude(plugin, Action::Load, Err(LoadError::LeftOut))
    }

    /// Returns where the file of a plugin lies.
    pub(in crate::plugins) fn file(&self, name: &str) -> Option<PathBuf> {
        finder::find_one(&self.directories, name).ok()
    }

    /// Returns the names of the files that no serving plugin came from.
    pub(in crate::plugins) fn loadable(&self) -> Vec<String> {
        let files = finder::find(&self.directories).files;
        let registry = self.registry.borrow();
        files.into_keys().filter(|name| registry.plugin(name).is_none()).collect()
    }
}

fn left_aside((plugin, reason): (String, LoadError)) -> Outcome {
    warn!(plugin.id = %plugin, "{}", chain(&reason));
    let reason = Arc::new(reason);
    let refusal = Refusal { plugin: plugin.clone(), action: Action::Load, reason, serving: None };
    Outcome { plugin, result: Err(refusal) }
}
