//! How often plugins were loaded, replaced and unloaded.

use super::error::Action;
use std::sync::atomic::{AtomicU64, Ordering};

/// How often an action was wanted since the host was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeCount {
    /// The action.
    pub action: Action,
    /// How often it was done.
    pub n_done: u64,
    /// How often it was not.
    pub n_failed: u64,
}

/// Counts them.
#[derive(Debug, Default)]
pub(super) struct Changes {
    load: Count,
    unload: Count,
    reload: Count,
}

#[derive(Debug, Default)]
struct Count {
    n_done: AtomicU64,
    n_failed: AtomicU64,
}

impl Changes {
    /// Counts one.
    pub(super) fn count(&self, action: Action, is_done: bool) {
        let Count { n_done, n_failed } = self.of(action);
        let counter = if is_done { n_done } else { n_failed };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how often each was done.
    pub(super) fn counts(&self) -> Vec<ChangeCount> {
        let count = |action| {
            let Count { n_done, n_failed } = self.of(action);
            let [n_done, n_failed] = [n_done, n_failed].map(|n| n.load(Ordering::Relaxed));
            ChangeCount { action, n_done, n_failed }
        };
        [Action::Load, Action::Unload, Action::Reload].map(count).into()
    }

    fn of(&self, action: Action) -> &Count {
        match action {
            Action::Load => &self.load,
            Action::Unload => &self.unload,
            Action::Reload => &self.reload,
        }
    }
}
