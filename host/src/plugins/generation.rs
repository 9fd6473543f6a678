//! One loaded copy of a plugin, as the host holds it: no pointer into the library.

use lumina_plugin_api::descriptor::Descriptor;
use std::sync::{Arc, OnceLock};

use super::inbox::{Inbox, Message};

/// One loaded copy of a plugin.
#[derive(Debug)]
pub(super) struct Generation {
    number: u64,
    version: String,
    descriptor: OnceLock<Arc<Descriptor>>,
    inbox: Arc<Inbox>,
}

impl Generation {
    /// Returns which copy it is.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Returns its version, by its manifest.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Returns what it declares, once it did.
    pub(super) fn descriptor(&self) -> Option<&Arc<Descriptor>> {
        self.descriptor.get()
    }

    /// Sends a message to its thread; returns false if the thread takes nothing more.
    pub(super) fn tell(&self, message: Message) -> bool {
        self.inbox.push(message).is_ok()
    }
}
