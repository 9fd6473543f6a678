//! Keeps the intents of the gateway session as the plugins want them, without a gap, and tries again
//! until Discord takes them.

use super::Shared;
use crate::{door::Refused, plugins::Registry};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::watch;
use tracing::{info, warn};

/// The pause after a first refusal; it doubles with each further one.
const RETRY_FIRST: Duration = Duration::from_secs(5);
/// The longest pause between two tries: each takes one of the thousand sessions of a day.
const RETRY_MAX: Duration = Duration::from_secs(5 * 60);

/// Which intents the session has, and which it lacks, and why.
#[derive(Debug, Default)]
pub(super) struct Intents {
    current: AtomicU64,
    lacking: Mutex<Option<Lacking>>,
}

#[derive(Debug)]
struct Lacking {
    bits: u64,
    why: Refused,
}

impl Intents {
    /// Notes what the session has.
    pub(super) fn are(&self, bits: u64) {
        self.current.store(bits, Ordering::Relaxed);
    }

    /// Returns why events with these intents do not come yet; nothing if they do.
    pub(super) fn trouble_of(&self, bits: u64) -> Option<Refused> {
        let lacking = self.lacking.lock().unwrap_or_else(PoisonError::into_inner);
        let lacking = lacking.as_ref().filter(|lacking| lacking.bits & bits != 0)?;
        Some(lacking.why.clone())
    }

    fn note(&self, lacking: Option<Lacking>) {
        *self.lacking.lock().unwrap_or_else(PoisonError::into_inner) = lacking;
    }
}

/// The intents that the plugins ask for; commands need none.
pub(super) fn of(registry: &Registry) -> u64 {
    registry.plugins().fold(0, |all, plugin| all | plugin.descriptor().intents)
}

/// Changes the session's intents with the plugins', for ever.
pub(super) async fn follow(shared: &Shared) {
    let mut plugins = shared.plugins.watch();
    let mut pause = RETRY_FIRST;
    loop {
        let wanted = of(&plugins.borrow_and_update());
        let current = shared.intents.current.load(Ordering::Relaxed);
        if wanted == current || change(shared, current, wanted, pause).await {
            pause = RETRY_FIRST;
            shared.intents.are(wanted);
            shared.intents.note(None);
            if until_others(&mut plugins, wanted).await.is_none() {
                return;
            }
        } else {
            let others = until_others(&mut plugins, wanted);
            pause = match shared.clock.timeout(pause, others).await {
                Ok(None) => return,
                Ok(Some(())) => RETRY_FIRST,
                Err(_) => (pause * 2).min(RETRY_MAX),
            };
        }
    }
}

/// Whether the session has other intents now. Where not, it is tried again after `pause`.
async fn change(shared: &Shared, current: u64, wanted: u64, pause: Duration) -> bool {
    let Some(session) = shared.session() else { return false };
    match session.reconnect(wanted).await {
        Ok(()) => {
            info!(intents = wanted, "the gateway session has the intents of the plugins");
            true
        }
        Err(error) => {
            let again_s = pause.as_secs();
            warn!(%error, again_s, "the gateway session keeps its intents; trying again");
            let bits = wanted & !current;
            shared.intents.note(Some(Lacking { bits, why: error }));
            false
        }
    }
}

/// Waits until the plugins want other intents; nothing if there are no plugins any more.
async fn until_others(plugins: &mut watch::Receiver<Arc<Registry>>, wanted: u64) -> Option<()> {
    plugins.wait_for(|registry| of(registry) != wanted).await.ok().map(drop)
}
