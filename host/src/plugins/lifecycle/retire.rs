//! The end of a copy: its calls, its tasks, its own end, its threads, its library.

use std::{sync::Arc, time::Duration};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};
use tracing::{debug, warn};

use super::Lifecycle;
use crate::plugins::{generation::Generation, inbox::Message, library::Closed, slot::Slot};

/// How a copy ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Retired {
    /// Whether all its calls had finished by themselves.
    pub(super) is_drained: bool,
    /// Whether its own end came in time.
    pub(super) is_shut_down: bool,
    /// Whether a thread of it did not return.
    pub(super) is_zombie: bool,
    /// Whether nothing of it is mapped any more.
    pub(super) is_unmapped: bool,
}

impl Retired {
    /// Returns what did not go as it should, as sentences.
    pub(super) fn notes(self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.is_zombie {
            notes.push("A thread of it does not return; what it holds stays held.".to_owned());
        } else {
            if !self.is_drained {
                notes.push("Calls that did not finish in time were dropped.".to_owned());
            }
            if !self.is_shut_down {
                notes.push("It did not end its own work in time.".to_owned());
            }
            if !self.is_unmapped {
                notes.push("The system keeps its library mapped.".to_owned());
            }
        }
        notes
    }
}

impl Lifecycle {
    /// Ends a copy to which no call comes any more.
    pub(super) async fn retire(
        &self,
        slot: &Arc<Slot>,
        generation: Arc<Generation>,
        drain: Duration,
    ) -> Retired {
        let is_drained = generation.react(Message::Idle, drain).await;
        generation.react(Message::Abort, self.limits.stuck_after).await;
        let is_shut_down = generation.react(Message::Shutdown, self.limits.shutdown).await;
        let closed = self.give_back(slot, &generation).await;
        if let Some(caller) = generation.caller() {
            self.side.ended(&caller);
        }
        let retired = Retired {
            is_drained,
            is_shut_down,
            is_zombie: closed.is_none(),
            is_unmapped: closed.is_some_and(|closed| closed.unmapped),
        };
        debug!(plugin.name = %slot.name(), generation = generation.number(), ?retired, "ended");
        retired
    }

    /// Ends a replaced copy; nobody waits for it.
    pub(super) fn retire_replaced(
        self: &Arc<Self>,
        slot: Arc<Slot>,
        old: Arc<Generation>,
        permit: OwnedSemaphorePermit,
    ) {
        let lifecycle = self.clone();
        let draining = slot.count_draining();
        self.retirements.spawn(async move {
            lifecycle.retire(&slot, old, lifecycle.limits.drain_replaced).await;
            drop((draining, permit));
        });
    }

    /// Ends a copy that never served.
    pub(super) fn discard(self: &Arc<Self>, slot: &Arc<Slot>, generation: Arc<Generation>) {
        let (lifecycle, slot) = (self.clone(), slot.clone());
        self.retirements.spawn(async move {
            generation.react(Message::Abort, lifecycle.limits.stuck_after).await;
            generation.react(Message::Shutdown, lifecycle.limits.shutdown).await;
            lifecycle.give_back(&slot, &generation).await;
        });
    }

    /// Lets the threads leave and the reaper close the library; None if a thread does not return.
    async fn give_back(&self, slot: &Arc<Slot>, generation: &Generation) -> Option<Closed> {
        let mut given_back = Box::pin(generation.bury()?);
        if let Ok(closed) = timeout(self.limits.end, &mut given_back).await {
            return closed;
        }
        let (name, number) = (slot.name().clone(), generation.number());
        warn!(plugin.name = %name, generation = number, "a thread of a plugin does not return");
        let (zombie, slot) = (slot.count_zombie(), slot.clone());
        // Not among the retirements: it may never end.
        self.main.spawn(async move {
            given_back.await;
            drop(zombie);
            slot.note_zombie_gone();
        });
        None
    }
}
