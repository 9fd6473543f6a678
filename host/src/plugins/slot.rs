//! The place that a plugin's name stands for: which copy calls go to, and what is known of the name.
//!
//! A call is handed to a copy under the same lock under which the copy is switched. So no call that
//! comes after the switch can reach the old copy.

use lumina_plugin_api::{command::CommandKind, error::ErrorKind, message::Request};
use std::{
    collections::VecDeque,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::oneshot;
use tracing::debug;

use super::{
    busy::{Errand, Stuck},
    error::{CallError, LoadError},
    generation::Generation,
    inbox::{Call, Message},
    limits::PluginLimits,
    registry::Answer,
    status::{PluginStatus, State},
};
use crate::clock::{Clock, UnixMillis};

/// The place that a name stands for.
#[derive(Debug)]
pub(super) struct Slot {
    name: Arc<str>,
    clock: Clock,
    limits: Arc<PluginLimits>,
    gate: Mutex<Gate>,
    standing: Mutex<Standing>,
    generations: AtomicU64,
    calls: AtomicU64,
    errors: AtomicU64,
    open_calls: AtomicUsize,
    draining: AtomicUsize,
    zombies: AtomicUsize,
}

/// Where calls go.
#[derive(Debug)]
enum Gate {
    /// Nowhere.
    Shut,
    /// To this copy.
    Open(Arc<Generation>),
    /// They wait for a switch; `old` serves again if it is given up.
    Held { old: Arc<Generation>, waiting: VecDeque<Call> },
}

#[derive(Debug)]
struct Standing {
    state: State,
    since: UnixMillis,
    replacement: Option<State>,
    last_failure: Option<Arc<LoadError>>,
    version: Option<String>,
    generation: u64,
    commands: Vec<(CommandKind, String)>,
}

impl Slot {
    /// Makes a place where nothing serves yet.
    pub(super) fn new(name: &str, clock: Clock, limits: Arc<PluginLimits>) -> Self {
        let standing = Standing {
            state: State::Found,
            since: clock.now(),
            replacement: None,
            last_failure: None,
            version: None,
            generation: 0,
            commands: Vec::new(),
        };
        Self {
            name: name.into(),
            clock,
            limits,
            gate: Mutex::new(Gate::Shut),
            standing: Mutex::new(standing),
            generations: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            open_calls: AtomicUsize::new(0),
            draining: AtomicUsize::new(0),
            zombies: AtomicUsize::new(0),
        }
    }

    /// Returns the name.
    pub(super) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Returns the number for the next copy.
    pub(super) fn next_generation(&self) -> u64 {
        self.generations.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Returns the copy that serves.
    pub(super) fn serving(&self) -> Option<Arc<Generation>> {
        match &*self.gate() {
            Gate::Shut => None,
            Gate::Open(generation) | Gate::Held { old: generation, .. } => Some(generation.clone()),
        }
    }

    /// Lets calls go to `generation`; `first` reaches the copy before any of them.
    pub(super) fn open(&self, generation: &Arc<Generation>, first: Message) {
        let mut gate = self.gate();
        generation.tell(first);
        release(&mut gate, generation);
    }

    /// Lets calls wait from here on, until the switch is made or given up.
    pub(super) fn hold(&self) -> Hold<'_> {
        let mut gate = self.gate();
        *gate = match mem::replace(&mut *gate, Gate::Shut) {
            Gate::Open(old) => Gate::Held { old, waiting: VecDeque::new() },
            other => other,
        };
        Hold { slot: self }
    }

    /// Lets no call through any more; returns the copy that served.
    pub(super) fn shut(&self) -> Option<Arc<Generation>> {
        match mem::replace(&mut *self.gate(), Gate::Shut) {
            Gate::Shut => None,
            Gate::Open(generation) | Gate::Held { old: generation, .. } => Some(generation),
        }
    }

    /// Returns what the serving copy answers.
    pub(super) async fn call(
        &self,
        request: &Request,
        deadline: Duration,
    ) -> Result<Answer, CallError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let result = self.answer(request, deadline).await;
        if result.as_ref().is_err_and(is_fault) {
            self.errors.fetch_add(1, Ordering::Relaxed);
        }
        result
    }

    /// Returns what the serving copy answers, or the next one if that was ended during the call.
    pub(super) async fn call_idempotent(
        &self,
        request: &Request,
        deadline: Duration,
    ) -> Result<Answer, CallError> {
        let begun = self.clock.monotonic();
        match self.call(request, deadline).await {
            Err(CallError::Ended { plugin }) => {
                debug!(plugin.id = %plugin, "asking the copy that serves now");
                let gone = self.clock.monotonic().saturating_sub(begun);
                self.call(request, deadline.saturating_sub(gone)).await
            }
            answered => answered,
        }
    }

    async fn answer(&self, request: &Request, deadline: Duration) -> Result<Answer, CallError> {
        let bytes = serde_json::to_vec(request)
            .map_err(|source| CallError::Request { plugin: self.name.clone(), source })?;
        let _open_call = self.enter()?;
        let (reply, answered) = oneshot::channel();
        let until = self.clock.monotonic().saturating_add(deadline);
        let errand = Errand::of(request);
        self.submit(Call { request: bytes, errand, reply, until })?;
        match self.clock.timeout(deadline, answered).await {
            Err(_) => {
                Err(CallError::Late { plugin: self.name.clone(), deadline, stuck: self.stuck() })
            }
            Ok(Err(_)) => Err(CallError::Ended { plugin: self.name.clone() }),
            Ok(Ok(outcome)) => outcome.into_answer(),
        }
    }

    fn enter(&self) -> Result<OpenCall<'_>, CallError> {
        let calls = self.open_calls.fetch_add(1, Ordering::Relaxed);
        let open_call = OpenCall { open_calls: &self.open_calls };
        if calls >= self.limits.calls_max {
            return Err(self.busy(calls));
        }
        Ok(open_call)
    }

    fn submit(&self, call: Call) -> Result<(), CallError> {
        let not_serving = || CallError::NotServing { plugin: self.name.clone() };
        match &mut *self.gate() {
            Gate::Shut => Err(not_serving()),
            Gate::Open(generation) => match generation.give(call) {
                true => Ok(()),
                false => Err(not_serving()),
            },
            Gate::Held { waiting, .. } => {
                waiting.retain(|call| !call.reply.is_closed());
                if waiting.len() >= self.limits.queued_max {
                    return Err(self.busy(waiting.len()));
                }
                waiting.push_back(call);
                Ok(())
            }
        }
    }

    fn busy(&self, calls: usize) -> CallError {
        CallError::Busy { plugin: self.name.clone(), calls }
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A switch that has begun; dropped without having been made, it is given up.
pub(super) struct Hold<'a> {
    slot: &'a Slot,
}

impl Hold<'_> {
    /// Makes the switch: what waited goes to `generation`, in its order, but behind `first`.
    pub(super) fn switch_to(self, generation: &Arc<Generation>, first: Message) {
        self.slot.open(generation, first);
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let mut gate = self.slot.gate();
        if let Gate::Held { old, .. } = &*gate {
            let old = old.clone();
            release(&mut gate, &old);
        }
    }
}

/// Lets calls go to `generation`, those that waited first.
fn release(gate: &mut Gate, generation: &Arc<Generation>) {
    let former = mem::replace(gate, Gate::Open(generation.clone()));
    if let Gate::Held { waiting, .. } = former {
        for call in waiting {
            generation.give(call);
        }
    }
}

/// What is known of the name.
impl Slot {
    /// Returns how the plugin stands.
    pub(super) fn status(&self) -> PluginStatus {
        let stuck = self.stuck();
        let standing = self.standing();
        PluginStatus {
            name: self.name.to_string(),
            version: standing.version.clone(),
            state: standing.state,
            since: standing.since,
            replacement: standing.replacement,
            last_failure: standing.last_failure.clone(),
            commands: standing.commands.clone(),
            calls: self.calls.load(Ordering::Relaxed),
            errors: self.errors.load(Ordering::Relaxed),
            generation: standing.generation,
            draining: self.draining.load(Ordering::Relaxed),
            zombies: self.zombies.load(Ordering::Relaxed),
            stuck,
        }
    }

    /// Returns what the thread of the copy that serves does not come back from.
    fn stuck(&self) -> Option<Stuck> {
        let stuck = self.serving()?.stuck()?;
        Some(Stuck { is_serving: true, ..stuck })
    }

    /// Notes a step of a copy that is being made: beside one that serves, or as the first.
    pub(super) fn note_progress(&self, state: State) {
        let mut standing = self.standing();
        if standing.state == State::Serving {
            standing.replacement = Some(state);
        } else {
            self.stand(&mut standing, state);
        }
    }

    /// Notes that `generation` serves.
    pub(super) fn note_serving(&self, generation: &Generation) {
        let mut standing = self.standing();
        standing.replacement = None;
        standing.last_failure = None;
        standing.version = Some(generation.version().to_owned());
        standing.generation = generation.number();
        let declared = generation.descriptor().map(|descriptor| &descriptor.commands);
        let commands = declared.into_iter().flatten();
        standing.commands = commands.map(|command| (command.kind, command.name.clone())).collect();
        self.stand(&mut standing, State::Serving);
    }

    /// Notes why an action failed, and what stands there now: the gate tells, because the failure may
    /// have come between it and the notes.
    pub(super) fn note_failure(&self, reason: Arc<LoadError>) {
        match self.serving() {
            Some(generation) => self.note_serving(&generation),
            None => self.note(State::Failed),
        }
        self.standing().last_failure = Some(reason);
    }

    /// Notes where a plugin stands that serves no more.
    pub(super) fn note(&self, state: State) {
        let mut standing = self.standing();
        standing.replacement = None;
        standing.commands.clear();
        self.stand(&mut standing, state);
    }

    /// Counts a replaced copy until the returned guard is dropped.
    pub(super) fn count_draining(self: &Arc<Self>) -> Counted {
        Counted::new(self.clone(), |slot| &slot.draining)
    }

    /// Counts a zombie until the returned guard is dropped.
    pub(super) fn count_zombie(self: &Arc<Self>) -> Counted {
        Counted::new(self.clone(), |slot| &slot.zombies)
    }

    /// Notes that a zombie has gone; the name stands as unloaded if nothing else is there.
    pub(super) fn note_zombie_gone(&self) {
        let mut standing = self.standing();
        if standing.state == State::Zombie && self.zombies.load(Ordering::Relaxed) == 0 {
            self.stand(&mut standing, State::Unloaded);
        }
    }

    fn stand(&self, standing: &mut Standing, state: State) {
        if standing.state != state {
            standing.since = self.clock.now();
        }
        standing.state = state;
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is counted as open until it is dropped.
struct OpenCall<'a> {
    open_calls: &'a AtomicUsize,
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        self.open_calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Something that a slot counts until it is dropped.
pub(super) struct Counted {
    slot: Arc<Slot>,
    counter: fn(&Slot) -> &AtomicUsize,
}

impl Counted {
    fn new(slot: Arc<Slot>, counter: fn(&Slot) -> &AtomicUsize) -> Self {
        counter(&slot).fetch_add(1, Ordering::Relaxed);
        Self { slot, counter }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        (self.counter)(&self.slot).fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether the plugin failed, and not what the user asked.
fn is_fault(error: &CallError) -> bool {
    match error {
        CallError::Plugin { error, .. } => matches!(
            error.kind,
            ErrorKind::Panic | ErrorKind::Internal | ErrorKind::Unknown | ErrorKind::Unsupported
        ),
        CallError::Late { .. } | CallError::Unreadable { .. } | CallError::TooLong { .. } => true,
        _ => false,
    }
}
