//! The interactions that can still be answered: a quarter of an hour each, and a bounded number.

use super::{answer::Answers, origin::Origin};
use lumina_plugin_api::{
    id::InteractionId,
    interaction::{Attachment, Interaction},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// How long Discord takes answers (reference, "Followup Messages").
pub(super) const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);
/// How many interactions are kept: a kilobyte each. Of those that were answered the oldest go first.
const INTERACTIONS_MAX: usize = 4_096;

/// An interaction that can still be answered.
#[derive(Debug)]
pub(super) struct Open {
    /// Its answers.
    pub answers: Answers,
    /// Where, when and by whom.
    pub at: Interaction,
    /// The plugin that it was given to.
    pub plugin: Arc<str>,
    /// Which commands Discord offers where it came from.
    pub origin: Origin,
    /// When it arrived, on the host's clock.
    pub received: Duration,
    /// Files that came with it.
    pub attachments: Vec<Attachment>,
    /// Whether its plugin has answered.
    pub answered: AtomicBool,
}

impl Open {
    /// Notes that its plugin has answered; it may still send further messages.
    pub(super) fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct OpenInteractions {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<InteractionId, Arc<Open>>,
    by_age: VecDeque<InteractionId>,
}

impl OpenInteractions {
    /// Keeps an interaction that arrived at `open.received`, and lets go of what is over.
    pub(super) fn keep(&self, open: &Arc<Open>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.let_go(open.received);
        kept.by_age.push_back(open.at.id);
        kept.by_id.insert(open.at.id, Arc::clone(open));
    }

    /// Returns an interaction that was given to a plugin, whichever.
    pub(super) fn of(&self, id: InteractionId) -> Option<Arc<Open>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.by_id.get(&id).cloned()
    }

    /// Returns an interaction of a plugin, if it can still be answered at `now`.
    pub(super) fn find(&self, id: InteractionId, plugin: &str, now: Duration) -> Option<Arc<Open>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let open = kept.by_id.get(&id).filter(|open| &*open.plugin == plugin)?;
        (now.saturating_sub(open.received) < TOKEN_LIFE).then(|| Arc::clone(open))
    }
}

impl Kept {
    fn let_go(&mut self, now: Duration) {
        // Looks at each at most once: where all wait for their plugins, all stay.
        for _ in 0..self.by_age.len() {
            let Some(oldest) = self.by_age.front().copied() else { return };
            let over = self
                .by_id
                .get(&oldest)
                .is_none_or(|open| now.saturating_sub(open.received) >= TOKEN_LIFE);
            if !over && self.by_age.len() < INTERACTIONS_MAX {
                return;
            }
            self.by_age.pop_front();
            let done =
                self.by_id.get(&oldest).is_none_or(|open| open.answered.load(Ordering::Relaxed));
            if over || done {
                self.by_id.remove(&oldest);
            } else {
                self.by_age.push_back(oldest);
            }
        }
    }
}
