//! Gateway events for the plugins that asked for them, to each plugin in the order in which they came.

use super::Shared;
use lumina_plugin_api::{event::Event, message::Request};
use serde_json::{Value, value::RawValue};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::mpsc;
use tracing::{debug, warn};

/// Events that wait for one plugin; beyond it the newest are dropped and that is logged.
const WAITING_MAX: usize = 1_024;
/// How long a plugin may work on one event; the next waits for it.
const DEADLINE: Duration = Duration::from_secs(10);

/// The way of events to plugins.
#[derive(Debug, Default)]
pub(super) struct Events {
    queues: Mutex<HashMap<String, mpsc::Sender<Event>>>,
}

impl Events {
    /// Hands an event to each plugin that asked for it. Never waits.
    pub(super) fn forward(&self, shared: &Arc<Shared>, name: &str, payload: &RawValue) {
        let registry = shared.plugins.registry();
        let wanting = registry
            .plugins()
            .filter(|plugin| plugin.descriptor().events.iter().any(|event| event == name));
        let mut event = None;
        for plugin in wanting {
            if event.is_none() {
                let Ok(data) = serde_json::from_str::<Value>(payload.get()) else { return };
                event = Some(Event::new(name, data));
            }
            let Some(event) = event.clone() else { return };
            self.queue(shared, plugin.name(), event);
        }
    }

    /// Lets go of the queues whose plugins have gone.
    fn let_go(&self) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.retain(|_, queue| !queue.is_closed());
    }

    fn queue(&self, shared: &Arc<Shared>, plugin: &str, event: Event) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry(plugin.to_owned()).or_insert_with(|| start(shared, plugin));
        match queue.try_send(event) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => {
                warn!(plugin.id = plugin, "dropped an event: the plugin is too slow");
            }
            // Its task has ended with the plugin; the next event starts another.
            Err(mpsc::error::TrySendError::Closed(event)) => {
                let fresh = start(shared, plugin);
                let _ = fresh.try_send(event);
                queues.insert(plugin.to_owned(), fresh);
            }
        }
    }
}

/// Starts the task that gives events to one plugin, one after the other. It ends with the plugin.
fn start(shared: &Arc<Shared>, plugin: &str) -> mpsc::Sender<Event> {
    let (sender, mut waiting) = mpsc::channel(WAITING_MAX);
    let (owner, name) = (Arc::clone(shared), plugin.to_owned());
    shared.tasks.spawn(async move {
        let mut plugins = owner.plugins.watch();
        loop {
            let event: Option<Event> = tokio::select! {
                () = owner.ending.cancelled() => None,
                _ = plugins.wait_for(|registry| registry.plugin(&name).is_none()) => None,
                event = waiting.recv() => event,
            };
            let plugin = owner.plugins.registry().plugin(&name).cloned();
            let (Some(event), Some(plugin)) = (event, plugin) else { break };
            let request = Request::Event(event);
            let heard = owner.unless_cut_off(&name, plugin.call(&request, DEADLINE)).await;
            if let Err(error) = heard {
                debug!(plugin.id = name, error = %super::chain(&error), "an event was not handled");
            }
        }
        drop(waiting);
        owner.events.let_go();
        debug!(plugin.id = name, "the plugin hears no more events");
    });
    sender
}
