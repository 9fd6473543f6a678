//! Load, unload, reload: one at a time, each bounded in every step.
//!
//! Whatever fails before the switch leaves what served serving. No step here runs code of a plugin; all
//! of it is asked of the plugin's thread and waited for with a bound.

mod directory;
mod prepare;
mod retire;
mod switch;

use futures_util::FutureExt;
use lumina_plugin_api::{message::Request, text::Text};
use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, watch},
    time::timeout,
};
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use self::retire::{Drain, Retired};
use super::{
    Change, PluginsOptions,
    changes::Changes,
    deaths::Deaths,
    elf::is_name,
    error::{Action, LoadError, Refusal, Serving, ShadowError},
    finder,
    generation::{self, Generation},
    host_side::HostSide,
    hung::Holdup,
    inbox::Message,
    limits::PluginLimits,
    probe::Prober,
    reaper::{GivenBack, Reaper},
    registry::Registry,
    shadow::ShadowFolder,
    slot::Slot,
    status::State,
};
use crate::{chain::chain, clock::Clock, texts::Told};

/// What the name of the mark of what is being loaded ends with, beside the note of what hung.
const LOADING: &str = "loading";

/// Everything that lives as long as the loader.
pub(super) struct Lifecycle {
    directories: Vec<std::path::PathBuf>,
    clock: Clock,
    side: Arc<dyn HostSide>,
    limits: Arc<PluginLimits>,
    main: Handle,
    shadow: Arc<ShadowFolder>,
    prober: Prober,
    reaper: Reaper,
    holdup: Arc<Holdup>,
    deaths: Deaths,
    slots: Mutex<BTreeMap<String, Arc<Slot>>>,
    registry: watch::Sender<Arc<Registry>>,
    /// Whether the host is ending. Held during each action, so that no two change the same plugin and the
    /// host's end comes after the last: only who wants the next action waits for it, never a call or a
    /// list, and each step of an action has its deadline in `limits`.
    closing: tokio::sync::Mutex<bool>,
    retiring: Arc<Semaphore>,
    retirements: TaskTracker,
    changes: Changes,
}

impl Lifecycle {
    /// Makes the loader; belongs into a runtime, in which the services of plugins will run.
    ///
    /// # Errors
    /// If no working copies can be made.
    pub(super) fn open(options: PluginsOptions) -> Result<Self, ShadowError> {
        let PluginsOptions { directories, shadow_dir, hung_note, probe_program, .. } = options;
        let PluginsOptions { clock, host, limits, .. } = options;
        let shadow = ShadowFolder::open(&shadow_dir)?;
        let reaper = Reaper::start().map_err(ShadowError::Thread)?;
        Ok(Self {
            directories,
            clock,
            side: host,
            main: Handle::current(),
            shadow: Arc::new(shadow),
            prober: Prober::new(probe_program, limits.probe, limits.probed_max),
            reaper,
            deaths: Deaths::new(hung_note.with_extension(LOADING)),
            holdup: Arc::new(Holdup::new(hung_note)),
            slots: Mutex::default(),
            registry: watch::channel(Arc::default()).0,
            closing: tokio::sync::Mutex::new(false),
            retiring: Arc::new(Semaphore::new(limits.retiring_max)),
            retirements: TaskTracker::new(),
            changes: Changes::default(),
            limits: Arc::new(limits),
        })
    }

    /// Returns what serves, as it changes.
    pub(super) fn registry(&self) -> &watch::Sender<Arc<Registry>> {
        &self.registry
    }

    /// Returns whether the system's loader is held.
    pub(super) fn holdup(&self) -> &Holdup {
        &self.holdup
    }

    /// Returns how often what was done.
    pub(super) fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Returns what ended copies gave back so far.
    pub(super) fn given_back(&self) -> GivenBack {
        self.reaper.given_back()
    }

    /// Loads, replaces or ends a plugin, after whatever is done already. A panic on the way is a failure
    /// like any other: what serves then is said, and the next action goes on from there.
    ///
    /// # Errors
    /// Why not.
    #[expect(clippy::await_holding_invalid_type, reason = "actions take turns; see `closing`")]
    pub(super) async fn act(
        self: &Arc<Self>,
        action: Action,
        name: &str,
    ) -> Result<Change, Refusal> {
        let begun = self.clock.monotonic();
        let closing = self.closing.lock().await;
        let attempt = async {
            match action {
                Action::Unload => self.try_unload(name, begun).await,
                Action::Load | Action::Reload if *closing => Err(LoadError::Closing),
                Action::Load => self.try_load(name, begun).await,
                Action::Reload => self.try_reload(name, begun).await,
            }
        };
        let result = AssertUnwindSafe(attempt).catch_unwind().await;
        self.conclude(name, action, result.unwrap_or(Err(LoadError::Loader)))
    }

    /// Says why an action was not done, and what serves all the same.
    pub(super) fn refusal(&self, name: &str, action: Action, reason: Arc<LoadError>) -> Refusal {
        let serving = self.known_slot(name).and_then(|slot| slot.serving());
        let serving = serving.map(|generation| Serving {
            version: generation.version().to_owned(),
            generation: generation.number(),
        });
        Refusal { plugin: name.to_owned(), action, reason, serving }
    }

    /// Ends every plugin, for a while; nothing can be loaded afterwards.
    pub(super) async fn close(self: &Arc<Self>) {
        self.reaper.leave_the_rest();
        if timeout(self.limits.close, self.close_all()).await.is_err() {
            let is_left = |slot: &&Arc<Slot>| {
                let status = slot.status();
                status.draining > 0 || matches!(status.state, State::Serving | State::Draining)
            };
            let slots = self.slots();
            let left: Vec<_> = slots.values().filter(is_left).map(|slot| &**slot.name()).collect();
            let left = left.join(", ");
            warn!(plugins = left, "what has not ended of plugins ends with the process");
        }
    }

    #[expect(
        clippy::await_holding_invalid_type,
        reason = "the end is the last turn; see `closing`"
    )]
    async fn close_all(self: &Arc<Self>) {
        let mut closing = self.closing.lock().await;
        *closing = true;
        let slots: Vec<_> = self.slots().values().cloned().collect();
        let ending = slots.into_iter().map(|slot| {
            let lifecycle = self.clone();
            async move {
                if let Some(generation) = slot.shut() {
                    lifecycle.end(&slot, generation, lifecycle.limits.drain_closing).await;
                }
            }
        });
        futures_util::future::join_all(ending).await;
        self.publish();
        self.retirements.close();
        self.retirements.wait().await;
    }

    async fn try_load(self: &Arc<Self>, name: &str, begun: Duration) -> Result<Change, LoadError> {
        check_name(name)?;
        let path = finder::find_one(&self.directories, name)?;
        let slot = self.slot(name);
        if slot.serving().is_some() {
            return Err(LoadError::Loaded);
        }
        self.check_zombies()?;
        let _loading = self.deaths.loading(name);
        let new = self.prepare(&slot, &path, None).await?;
        let notes = self.enter(&slot, &new, |first| slot.open(&new, first)).await;
        Ok(self.change(Action::Load, begun, None, Some(&new), notes))
    }

    async fn try_reload(
        self: &Arc<Self>,
        name: &str,
        begun: Duration,
    ) -> Result<Change, LoadError> {
        check_name(name)?;
        let slot = self.known_slot(name).ok_or(LoadError::NotLoaded)?;
        let old = slot.serving().ok_or(LoadError::NotLoaded)?;
        let path = finder::find_one(&self.directories, name)?;
        self.check_zombies()?;
        let permit = self.room_to_retire().await?;
        let _loading = self.deaths.loading(name);
        let new = self.prepare(&slot, &path, Some(&old)).await?;
        let hold = slot.hold();
        let mut notes = match self.hand_over(&old, &new).await {
            Ok(notes) => notes,
            Err(error) => {
                drop(hold);
                self.discard(&slot, new);
                return Err(error);
            }
        };
        notes.extend(self.enter(&slot, &new, |first| hold.switch_to(&new, first)).await);
        let change = self.change(Action::Reload, begun, Some(&old), Some(&new), notes);
        self.retire_replaced(slot, old, permit);
        Ok(change)
    }

    async fn try_unload(
        self: &Arc<Self>,
        name: &str,
        begun: Duration,
    ) -> Result<Change, LoadError> {
        check_name(name)?;
        let slot = self.known_slot(name).ok_or(LoadError::NotLoaded)?;
        let old = slot.shut().ok_or(LoadError::NotLoaded)?;
        let mut notes = self.end(&slot, old.clone(), self.limits.drain_unloaded).await.notes();
        if slot.status().draining > 0 {
            notes.push(Text::key("sudo-note-older-copy"));
        }
        Ok(self.change(Action::Unload, begun, Some(&old), None, notes))
    }

    /// Ends a copy whose slot is shut; its calls may finish for so long.
    async fn end(
        self: &Arc<Self>,
        slot: &Arc<Slot>,
        old: Arc<Generation>,
        drain: Duration,
    ) -> Retired {
        slot.note(State::Draining);
        self.publish();
        let retired = self.retire(slot, old, Drain::Within(drain), None).await;
        slot.note(if retired.is_zombie { State::Zombie } else { State::Unloaded });
        self.publish();
        retired
    }

    /// Lets a made copy serve: `open` is given what must reach it before any call. Returns what went
    /// wrong when it began its own work.
    async fn enter(
        &self,
        slot: &Slot,
        new: &Arc<Generation>,
        open: impl FnOnce(Message),
    ) -> Vec<Text> {
        let (start, started) =
            generation::call(&Request::Start {}).expect("a request without content can be written");
        if let Some(caller) = new.caller() {
            self.side.serving(&caller);
        }
        open(Message::Call(start));
        slot.note_serving(new);
        self.publish();
        match new.read(started, self.limits.start, true).await {
            Ok(_) => Vec::new(),
            Err(error) => {
                warn!(plugin.id = %slot.name(), "plugin began with an error: {}", chain(&error));
                vec![Text::key("sudo-note-start-failed").arg("reason", error.text())]
            }
        }
    }

    fn change(
        &self,
        action: Action,
        begun: Duration,
        old: Option<&Arc<Generation>>,
        new: Option<&Arc<Generation>>,
        notes: Vec<Text>,
    ) -> Change {
        let version = |generation: &Arc<Generation>| generation.version().to_owned();
        let last = new.or(old);
        Change {
            plugin: last.map(|generation| generation.name().to_string()).unwrap_or_default(),
            action,
            from: old.map(version),
            to: new.map(version),
            generation: last.map_or(0, |generation| generation.number()),
            took: self.clock.monotonic().saturating_sub(begun),
            notes,
        }
    }

    /// Tells the log, and notes a failure where it can be seen later.
    fn conclude(
        &self,
        name: &str,
        action: Action,
        result: Result<Change, LoadError>,
    ) -> Result<Change, Refusal> {
        self.changes.count(action, result.is_ok());
        let reason = match result {
            Ok(change) => {
                let Change { generation, took, .. } = &change;
                let took_ms = took.as_millis();
                info!(plugin.id = %name, generation, took_ms, "{} plugin `{name}`", action.done());
                return Ok(change);
            }
            Err(reason) => reason,
        };
        let reason = Arc::new(reason);
        warn!(plugin.id = %name, "plugin `{name}` was not {}: {}", action.done(), chain(&reason));
        if let Some(slot) = self.known_slot(name).filter(|_| is_failure(&reason)) {
            slot.note_failure(Arc::clone(&reason));
            self.publish();
        }
        Err(self.refusal(name, action, reason))
    }

    fn publish(&self) {
        let registry = Registry::picture(&self.slots());
        self.registry.send_replace(Arc::new(registry));
    }

    /// Returns the place of a name, which can be seen from then on.
    fn slot(&self, name: &str) -> Arc<Slot> {
        if let Some(slot) = self.known_slot(name) {
            return slot;
        }
        let slot = Arc::new(Slot::new(name, self.clock.clone(), self.limits.clone()));
        self.slots().insert(name.to_owned(), slot.clone());
        self.publish();
        slot
    }

    fn known_slot(&self, name: &str) -> Option<Arc<Slot>> {
        self.slots().get(name).cloned()
    }

    fn slots(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_name(name: &str) -> Result<(), LoadError> {
    if is_name(name) { Ok(()) } else { Err(LoadError::Name(name.to_owned())) }
}

/// Whether something failed, and not merely the wish did not fit.
fn is_failure(reason: &LoadError) -> bool {
    use LoadError::{Closing, Crowded, Loaded, NotLoaded};
    !matches!(reason, Loaded | NotLoaded | Closing | Crowded { .. })
}
