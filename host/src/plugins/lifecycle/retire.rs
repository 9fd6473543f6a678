//! The end of a copy: its calls, its tasks, its own end, its threads, its library.

use lumina_plugin_api::text::Text;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    time::{sleep, timeout},
};
use tracing::{debug, warn};

use super::Lifecycle;
use crate::plugins::{
    busy::Stuck,
    error::LoadError,
    generation::Generation,
    inbox::Message,
    library::Closed,
    slot::{Counted, Slot},
    status::{PluginStatus, State},
    watchdog,
};
use crate::texts::name;

/// How often it is looked who holds the loader while a copy does not end: soon enough that the host can end
/// before its watchdog ends it.
const LOOKS_EACH: Duration = Duration::from_secs(1);

/// How long the calls of a copy may finish.
#[derive(Debug, Clone, Copy)]
pub(super) enum Drain {
    /// So long: somebody waits.
    Within(Duration),
    /// As long as each was promised, until this moment of the monotonic clock at most.
    Promised(Duration),
}

/// How a copy ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Retired {
    /// Whether all its calls had finished by themselves.
    pub(super) is_drained: bool,
    /// Whether its own end came in time.
    pub(super) is_shut_down: bool,
    /// Whether a thread of it did not return.
    pub(super) is_zombie: bool,
    /// Whether nothing of it is mapped any more.
    pub(super) is_unmapped: bool,
    /// What its thread does not come back from.
    pub(super) stuck: Option<Stuck>,
}

impl Retired {
    /// Returns what did not go as it should, as sentences.
    pub(super) fn notes(&self) -> Vec<Text> {
        let mut notes = Vec::new();
        if self.is_zombie {
            let what = self.stuck.as_ref().map(Stuck::since);
            let what = what.unwrap_or_else(|| Text::key("zombie-thread"));
            let outlook = Text::key("zombie-outlook");
            notes.push(Text::key("sudo-note-zombie").arg("what", what).arg("outlook", outlook));
        } else {
            if !self.is_drained {
                notes.push(Text::key("sudo-note-dropped"));
            }
            if !self.is_shut_down {
                notes.push(Text::key("sudo-note-not-shut-down"));
            }
            if !self.is_unmapped {
                notes.push(Text::key("sudo-note-mapped"));
            }
        }
        notes
    }
}

impl Lifecycle {
    /// Returns the leave to replace one more copy.
    ///
    /// # Errors
    /// [`LoadError::Crowded`] if too many have not ended, and none of them does soon.
    pub(super) async fn room_to_retire(&self) -> Result<OwnedSemaphorePermit, LoadError> {
        let room = self.retiring.clone().acquire_owned();
        match timeout(self.limits.retiring_wait, room).await {
            Ok(permit) => permit.map_err(|_| LoadError::Closing),
            Err(_) => Err(LoadError::Crowded { copies: self.not_ended() }),
        }
    }

    /// Checks that not too many copies hold threads that do not return: each load may make one more.
    ///
    /// # Errors
    /// [`LoadError::Crowded`] if there are.
    pub(super) fn check_zombies(&self) -> Result<(), LoadError> {
        let n_zombies: usize = self.slots().values().map(|slot| slot.status().zombies).sum();
        match n_zombies < self.limits.zombies_max {
            true => Ok(()),
            false => Err(LoadError::Crowded { copies: self.not_ended() }),
        }
    }

    /// Says of each plugin how many replaced copies are left of it.
    fn not_ended(&self) -> Vec<Text> {
        let statuses = self.slots().values().map(|slot| slot.status()).collect::<Vec<_>>();
        let counted = |status: &PluginStatus| {
            let key = match (status.draining, status.zombies) {
                (0, 0) => return None,
                (_, 0) => "crowd-draining",
                (0, _) => "crowd-zombies",
                _ => "crowd-both",
            };
            let (draining, zombies) = (name(status.draining), name(status.zombies));
            let text = Text::key(key).arg("plugin", name(&status.name));
            Some(text.arg("draining", draining).arg("zombies", zombies))
        };
        statuses.iter().filter_map(counted).collect()
    }

    /// Ends a copy to which no call comes any more.
    pub(super) async fn retire(
        &self,
        slot: &Arc<Slot>,
        generation: Arc<Generation>,
        drain: Drain,
        draining: Option<Counted>,
    ) -> Retired {
        tokio::select! {
            biased;
            retired = self.take_down(slot, &generation, drain) => retired,
            never = self.watch(slot, &generation, draining) => match never {},
        }
    }

    /// Counts a copy as a zombie while its thread does not react, instead of as one that drains. It may
    /// come back: then its calls still finish.
    async fn watch(
        &self,
        slot: &Arc<Slot>,
        generation: &Generation,
        mut draining: Option<Counted>,
    ) -> Infallible {
        let pause = self.limits.stuck_after;
        loop {
            let (reply, mut reacted) = oneshot::channel();
            generation.tell(Message::Hello(reply));
            // What is stuck already has had its time.
            let patience = generation.stuck().map_or(pause, |_| Duration::ZERO);
            if timeout(patience, &mut reacted).await.is_err() {
                let was_draining = draining.take().is_some();
                let zombie = slot.count_zombie();
                // Without an answer the thread has ended, which is all that is wanted.
                let _ = reacted.await;
                drop(zombie);
                draining = was_draining.then(|| slot.count_draining());
            }
            sleep(pause).await;
        }
    }

    async fn take_down(&self, slot: &Arc<Slot>, generation: &Generation, drain: Drain) -> Retired {
        let is_drained = match drain {
            Drain::Within(limit) => generation.react(Message::Idle, limit).await,
            Drain::Promised(longest) => self.keep_promises(generation, longest).await,
        };
        generation.react(Message::Abort, self.limits.stuck_after).await;
        let is_shut_down = generation.react(Message::Shutdown, self.limits.shutdown).await;
        let closed = self.give_back(slot, generation).await;
        if let Some(caller) = generation.caller() {
            self.side.ended(&caller);
        }
        let retired = Retired {
            is_drained,
            is_shut_down,
            is_zombie: closed.is_none(),
            is_unmapped: closed.is_some_and(|closed| closed.unmapped),
            stuck: generation.stuck(),
        };
        debug!(plugin.id = %slot.name(), generation = generation.number(), ?retired, "ended");
        if !retired.is_zombie && !retired.is_unmapped && !self.reaper.leaves_the_rest() {
            tell_left_mapped(slot, generation.number());
        }
        retired
    }

    /// Waits until no call runs; returns false if one does not end though its deadline is over.
    async fn keep_promises(&self, generation: &Generation, longest: Duration) -> bool {
        tokio::select! {
            biased;
            is_idle = generation.react(Message::Idle, Duration::MAX) => is_idle,
            // Whoever called gave up at this moment: the thread has to notice.
            () = self.clock.sleep_until(generation.last_deadline().min(longest)) => {
                generation.react(Message::Idle, self.limits.stuck_after).await
            }
        }
    }

    /// Ends a replaced copy; nobody waits for it.
    pub(super) fn retire_replaced(
        self: &Arc<Self>,
        slot: Arc<Slot>,
        old: Arc<Generation>,
        permit: OwnedSemaphorePermit,
    ) {
        let lifecycle = self.clone();
        let draining = Some(slot.count_draining());
        let longest = self.clock.monotonic().saturating_add(self.limits.drain_replaced);
        self.retirements.spawn(async move {
            lifecycle.retire(&slot, old, Drain::Promised(longest), draining).await;
            drop(permit);
        });
    }

    /// Lets a name under which nothing serves stand as unloaded.
    pub(in crate::plugins) fn give_up(&self, name: &str) {
        let slot = self.slot(name);
        if slot.serving().is_none() {
            slot.note(State::Unloaded);
            self.publish();
        }
    }

    /// Ends a copy that never served. One that holds the system's loader ends with the process.
    pub(super) fn discard(self: &Arc<Self>, slot: &Arc<Slot>, generation: Arc<Generation>) {
        if self.holdup.hung().is_some() {
            return;
        }
        let (lifecycle, slot) = (self.clone(), slot.clone());
        self.retirements.spawn(async move {
            generation.react(Message::Abort, lifecycle.limits.stuck_after).await;
            generation.react(Message::Shutdown, lifecycle.limits.shutdown).await;
            lifecycle.give_back(&slot, &generation).await;
        });
    }

    /// Lets the threads leave and the reaper close the library; None if a thread does not return, or
    /// nothing can be closed any more.
    async fn give_back(&self, slot: &Arc<Slot>, generation: &Generation) -> Option<Closed> {
        let mut given_back = Box::pin(generation.bury()?);
        if self.holdup.hung().is_some() {
            return None;
        }
        if let Ok(closed) = timeout(self.limits.end, &mut given_back).await {
            return closed;
        }
        let (name, number) = (slot.name(), generation.number());
        warn!(plugin.id = %name, generation = number, "a thread of a plugin does not return");
        let (zombie, slot) = (slot.count_zombie(), slot.clone());
        let (watchdog, holdup) = (self.reaper.watchdog().clone(), self.holdup.clone());
        let (thread_name, limit) = (generation.thread_name().clone(), self.limits.open);
        // Not among the retirements: it may never end.
        self.main.spawn(async move {
            let held = || watchdog.held_for(limit).filter(|held| held.thread_name == thread_name);
            if let Some(held) = held_up(&mut given_back, held, LOOKS_EACH).await {
                holdup.held(&held, limit);
                given_back.await;
            }
            drop(zombie);
            slot.note_zombie_gone();
        });
        None
    }
}

/// Waits for the end of a copy; returns who holds the loader if that is why it does not come. Looks `each` so long,
/// and once more after a while in which it may still come: the whole process may have been paused.
async fn held_up<H>(
    mut end: impl Future + Unpin,
    holder: impl Fn() -> Option<H>,
    each: Duration,
) -> Option<H> {
    loop {
        if timeout(each, &mut end).await.is_ok() {
            return None;
        }
        if let Some(held) = holder() {
            return timeout(watchdog::GRACE, &mut end).await.is_err().then_some(held);
        }
    }
}

/// Tells the log that a copy has ended and its library did not go.
fn tell_left_mapped(slot: &Slot, number: u64) {
    let name = slot.name();
    warn!(
        plugin.id = %name,
        "copy {number} of plugin `{name}` stays mapped; its memory is given back when Lumina ends"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::Cell, future::pending};

    const LIMIT: Duration = Duration::from_millis(1);

    /// What becomes of a copy that ends while it is looked who holds the loader.
    async fn ended_at_a_look(held: Option<&'static str>) -> Option<&'static str> {
        let (end, ended) = oneshot::channel();
        let end = Cell::new(Some(end));
        let holder = || {
            let _ = end.take().map(|end| end.send(()));
            held
        };
        held_up(ended, holder, LIMIT).await
    }

    #[tokio::test]
    async fn a_copy_that_ends_late_holds_nothing_up() {
        assert_eq!(ended_at_a_look(None).await, None);
        assert_eq!(ended_at_a_look(Some("its library")).await, None);
    }

    #[tokio::test]
    async fn who_does_not_come_out_is_told() {
        let held = held_up(pending::<()>(), || Some("its library"), LIMIT).await;
        assert_eq!(held, Some("its library"));
    }
}
