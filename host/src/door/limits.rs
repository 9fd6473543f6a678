//! Discord's REST limits: who may send now, who waits, and who is told early that it is no use.
//!
//! A request passes its route's line, its bucket, and, under the bot token, the global limit; the
//! order of asking is kept in each. Answers to interactions within their three seconds pass
//! untouched: Discord counts them nowhere. Must never keep a token, and must never forget that a
//! request is on its way: [`Permit`] gives its place back however the request ends.

mod bucket;
mod global;
mod headers;
mod invalid;

use super::route::{Class, Route};
use crate::clock::Clock;
use bucket::{Answer, Bucket, Verdict};
use global::Global;
use invalid::Invalid;
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

pub(super) use headers::{Seen, seconds, single};

/// How often buckets that hold nothing any more are forgotten.
const SWEEP_EVERY: Duration = Duration::from_secs(5);
/// How many routes are remembered with their bucket. The whole interface has about 300.
const ROUTES_MAX: usize = 4_096;

/// Why a request was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Discord refused the bot token for good.
    TokenRefused,
    /// Discord would soon ban this address.
    TooManyInvalid,
    /// Its turn comes after its deadline.
    WouldWait,
}

/// All limits of one bot.
pub(super) struct Limits {
    clock: Clock,
    state: Mutex<State>,
    global_line: Semaphore,
    /// Cancelled when Discord will not take the bot token any more.
    token_refused: CancellationToken,
}

/// Leave to send one request. Dropped without [`Permit::answered`], no answer came.
pub(super) struct Permit<'a> {
    limits: &'a Limits,
    /// The route, the bucket that was taken from, and its window; nothing for callbacks.
    taken: Option<Taken>,
}

struct Taken {
    template: String,
    key: Key,
    window: u64,
}

/// A bucket's name (a route while Discord has not named one) and the top-level resource.
type Key = (Arc<str>, u64);

#[derive(Default)]
struct State {
    /// Route to the bucket that Discord named for it.
    names: HashMap<String, Arc<str>>,
    buckets: HashMap<Key, Bucket>,
    /// Who asks first is served first, per route and resource.
    lines: HashMap<Key, Arc<Semaphore>>,
    swept_at: Duration,
    global: Global,
    invalid: Invalid,
}

/// What a request that stands first in its line does next.
enum Turn {
    Go(Taken),
    BucketChanged,
    Wait(Duration),
}

impl Limits {
    pub(super) fn new(clock: Clock) -> Self {
        let (global_line, token_refused) = (Semaphore::new(1), CancellationToken::new());
        Self { clock, state: Mutex::default(), global_line, token_refused }
    }

    /// Waits until one request may leave.
    pub(super) async fn acquire(
        &self,
        route: &Route,
        deadline: Duration,
    ) -> Result<Permit<'_>, Refusal> {
        self.check(route.class)?;
        if route.class == Class::Callback {
            return Ok(Permit { limits: self, taken: None });
        }
        let line = self.line(route);
        let _first = self.place(&line, deadline).await?;
        let taken = loop {
            self.bucket_is_ready(route, deadline).await?;
            if let Some(taken) = self.pass_global(route, deadline).await? {
                break taken;
            }
        };
        let permit = Permit { limits: self, taken: Some(taken) };
        self.check(route.class)?;
        Ok(permit)
    }

    /// A global 429, or a wall in front of Discord: nothing but callbacks leaves for `time`.
    pub(super) fn pause(&self, time: Duration) {
        let until = self.clock.monotonic().saturating_add(time);
        self.state().global.pause_until(until);
    }

    /// Counts an answer that Discord counts towards banning the address.
    pub(super) fn count_invalid(&self) {
        let now = self.clock.monotonic();
        self.state().invalid.count(now);
    }

    /// The bot token is wrong: every further try under it would count towards the ban.
    pub(super) fn refuse_token(&self) {
        self.token_refused.cancel();
    }

    /// Resolves when the bot token is known to be wrong.
    pub(super) fn token_refused(&self) -> impl Future<Output = ()> + use<'_> {
        self.token_refused.cancelled()
    }

    /// How many answers count towards the ban now.
    #[cfg(test)]
    pub(super) fn n_invalid(&self) -> usize {
        self.state().invalid.n_counted()
    }

    fn check(&self, class: Class) -> Result<(), Refusal> {
        let now = self.clock.monotonic();
        // Answers to interactions carry tokens of their own.
        if class == Class::Bot && self.token_refused.is_cancelled() {
            Err(Refusal::TokenRefused)
        } else if self.state().invalid.is_spent(now) {
            Err(Refusal::TooManyInvalid)
        } else {
            Ok(())
        }
    }

    /// Waits in `line`, in the order of asking.
    async fn place<'l>(
        &self,
        line: &'l Semaphore,
        deadline: Duration,
    ) -> Result<SemaphorePermit<'l>, Refusal> {
        let place = self.before(deadline, line.acquire()).await?;
        Ok(place.expect("a line is never closed"))
    }

    async fn bucket_is_ready(&self, route: &Route, deadline: Duration) -> Result<(), Refusal> {
        loop {
            let now = self.clock.monotonic();
            let (until, changed) = match self.state().bucket(route).1.ask(now) {
                Verdict::Go => return Ok(()),
                Verdict::Wait { until, changed } => (until, changed),
            };
            match until {
                Some(until) if until > deadline => return Err(Refusal::WouldWait),
                Some(until) => tokio::select! {
                    () = changed => {}
                    () = self.clock.sleep_until(until) => {}
                },
                None => self.before(deadline, changed).await?,
            }
        }
    }

    /// Takes a place in the bucket when the global limit has one too; nothing if the bucket was
    /// emptied meanwhile.
    async fn pass_global(
        &self,
        route: &Route,
        deadline: Duration,
    ) -> Result<Option<Taken>, Refusal> {
        let _first = self.place(&self.global_line, deadline).await?;
        loop {
            match self.take(route) {
                Turn::Go(taken) => return Ok(Some(taken)),
                Turn::BucketChanged => return Ok(None),
                Turn::Wait(until) if until > deadline => return Err(Refusal::WouldWait),
                Turn::Wait(until) => self.clock.sleep_until(until).await,
            }
        }
    }

    fn take(&self, route: &Route) -> Turn {
        let now = self.clock.monotonic();
        let mut state = self.state();
        if let Verdict::Wait { .. } = state.bucket(route).1.ask(now) {
            return Turn::BucketChanged;
        }
        if let Err(until) = state.global.take(now, route.class == Class::Bot) {
            return Turn::Wait(until);
        }
        let (key, bucket) = state.bucket(route);
        let window = bucket.take();
        Turn::Go(Taken { template: route.template.clone(), key, window })
    }

    async fn before<F: Future>(&self, deadline: Duration, work: F) -> Result<F::Output, Refusal> {
        let left = deadline.saturating_sub(self.clock.monotonic());
        self.clock.timeout(left, work).await.map_err(|_| Refusal::WouldWait)
    }

    fn line(&self, route: &Route) -> Arc<Semaphore> {
        let now = self.clock.monotonic();
        let mut state = self.state();
        state.sweep(now);
        let key = (Arc::from(route.template.as_str()), route.major);
        Arc::clone(state.lines.entry(key).or_insert_with(|| Arc::new(Semaphore::new(1))))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The bucket of a route; made when missing.
    fn bucket(&mut self, route: &Route) -> (Key, &mut Bucket) {
        self.bucket_of(&route.template, route.major)
    }

    fn bucket_of(&mut self, template: &str, major: u64) -> (Key, &mut Bucket) {
        let unnamed: Key = (Arc::from(template), major);
        let key = self.names.get(template).map_or(unnamed.clone(), |name| (name.clone(), major));
        // The route was named since: what is on its way moves along.
        let moved = if key == unnamed { None } else { self.buckets.remove(&unnamed) };
        let bucket = self.buckets.entry(key.clone()).or_default();
        if let Some(moved) = moved {
            bucket.absorb(moved);
        }
        (key, bucket)
    }

    fn name(&mut self, template: &str, name: &str) {
        if self.names.get(template).is_some_and(|known| **known == *name) {
            return;
        }
        if self.names.len() >= ROUTES_MAX {
            self.names.clear();
        }
        self.names.insert(template.to_owned(), Arc::from(name));
    }

    fn release(&mut self, taken: &Taken) {
        let key = if self.buckets.contains_key(&taken.key) {
            taken.key.clone()
        } else {
            self.bucket_of(&taken.template, taken.key.1).0
        };
        if let Some(bucket) = self.buckets.get_mut(&key) {
            bucket.release();
        }
    }

    fn sweep(&mut self, now: Duration) {
        if now < self.swept_at.saturating_add(SWEEP_EVERY) {
            return;
        }
        self.swept_at = now;
        self.buckets.retain(|_, bucket| !bucket.is_idle(now));
        self.lines.retain(|_, line| Arc::strong_count(line) > 1);
    }
}

impl Permit<'_> {
    /// Learns from the answer: its headers, and the pause that a 429 asks for.
    pub(super) fn answered(mut self, seen: &Seen, retry_after: Option<Duration>) {
        let Some(taken) = self.taken.take() else { return };
        let now = self.limits.clock.monotonic();
        let mut state = self.limits.state();
        state.release(&taken);
        if let Seen::Known(window) = seen {
            state.name(&taken.template, &window.bucket);
        }
        let (key, bucket) = state.bucket_of(&taken.template, taken.key.1);
        let window = (key == taken.key).then_some(taken.window);
        bucket.learn(now, &Answer { seen, retry_after, window });
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(taken) = self.taken.take() {
            self.limits.state().release(&taken);
        }
    }
}

#[cfg(test)]
mod tests;
