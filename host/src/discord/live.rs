//! Settings that may change while the host runs.

use lumina_plugin_api::{id::UserId, services::discord::Emoji};
use std::sync::{Arc, PoisonError, RwLock};

/// The settings of this side that are applied to the running host.
#[derive(Debug, Clone)]
pub struct LiveSettings {
    /// Owners beside those that Discord names.
    pub owner_ids: Vec<UserId>,
    /// Where users report errors.
    pub report_url: Option<String>,
    /// What stands before commands and groups in lists.
    pub emoji: Emoji,
}

/// The settings as they are now. Cheap to clone; all clones change together.
#[derive(Debug, Clone)]
pub(super) struct Live(Arc<RwLock<Arc<LiveSettings>>>);

impl Live {
    pub(super) fn new(settings: LiveSettings) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(settings))))
    }

    /// Returns them as they are now.
    pub(super) fn now(&self) -> Arc<LiveSettings> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces all of them.
    pub(super) fn set(&self, settings: LiveSettings) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }
}
