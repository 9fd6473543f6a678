//! How the host stands, for `lumina health` and its like: told from the moment on at which its data are
//! locked, so that nobody hears that none runs while one starts.

use super::Host;
use crate::{
    chain::chain,
    clock::Clock,
    control::{Control, Loaded, Phase, PluginReport, Report},
    discord::{self, Discord, Identity},
    door::Life,
    plugins::{PluginStatus, Plugins},
};
use std::{
    convert::Infallible,
    path::Path,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::watch;
use tracing::warn;

/// How the host stands.
pub(super) struct Standing {
    clock: Clock,
    started: Duration,
    was_ready: AtomicBool,
    serving: OnceLock<Serving>,
}

/// What can be told once the plugins are loaded.
struct Serving {
    discord: Discord,
    identity: Identity,
    life: watch::Receiver<Life>,
    plugins: Arc<Plugins>,
}

impl Standing {
    pub(super) fn new(clock: &Clock) -> Self {
        let started = clock.monotonic();
        let was_ready = AtomicBool::new(false);
        Self { clock: clock.clone(), started, was_ready, serving: OnceLock::new() }
    }

    /// The plugins are loaded, and the session begins.
    pub(super) fn serves(&self, host: &Host, life: watch::Receiver<Life>) {
        let (discord, identity) = (host.discord.clone(), host.identity.clone());
        let plugins = Arc::clone(&host.plugins);
        // It begins once.
        let _ = self.serving.set(Serving { discord, identity, life, plugins });
    }

    /// All of the session receives events, for the first time or again.
    pub(super) fn is_ready(&self) {
        self.was_ready.store(true, Ordering::Relaxed);
    }

    /// Tells whoever asks, for ever. The caller holds the lock of the data.
    pub(super) async fn tell(&self, data_dir: &Path) -> Infallible {
        match Control::open(data_dir) {
            Ok(control) => control.serve(&self.clock, || self.report()).await,
            Err(error) => {
                warn!(error = chain(&error), "`lumina health` cannot ask this host");
                std::future::pending().await
            }
        }
    }

    fn report(&self) -> Report {
        Report {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            up_s: self.clock.monotonic().saturating_sub(self.started).as_secs(),
            phase: self.phase(),
            loaded: self.serving.get().map(Serving::loaded),
        }
    }

    fn phase(&self) -> Phase {
        match self.serving.get().map(|serving| serving.life.borrow().clone()) {
            Some(Life::Ready) => Phase::Connected,
            _ if self.was_ready.load(Ordering::Relaxed) => Phase::Disconnected,
            _ => Phase::Starting,
        }
    }
}

impl Serving {
    fn loaded(&self) -> Loaded {
        let registry = self.plugins.registry();
        let latency = self.discord.latency();
        Loaded {
            latency_ms: latency.and_then(|latency| u64::try_from(latency.as_millis()).ok()),
            plugins: registry.statuses().into_iter().map(plugin).collect(),
            invite: discord::invite(&registry, &self.identity),
        }
    }
}

fn plugin(status: PluginStatus) -> PluginReport {
    PluginReport {
        commands: status.commands_as_seen().collect(),
        name: status.name,
        version: status.version,
        state: status.state.to_string(),
        stuck: status.stuck.map(|stuck| stuck.to_string()),
    }
}

/// Does the work, and lets who asks be told meanwhile.
pub(super) async fn meanwhile<T>(
    mut tell: Pin<&mut impl Future<Output = Infallible>>,
    work: impl Future<Output = T>,
) -> T {
    tokio::select! {
        done = work => done,
        never = &mut tell => match never {},
    }
}
