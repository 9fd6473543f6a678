//! What TheTVDB said before, bounded in bytes.
//!
//! An answer is fresh for an hour. After that TheTVDB is asked again; while it is away the old
//! answer is given, with its age, for up to seven days. Freshness is judged by our own clock, from
//! the stamp each entry carries; moka bounds the bytes and drops what is old by real time.

use super::{Answer, error::TvdbError, flights::Flights};
use crate::{
    clock::{Clock, UnixMillis},
    metrics::CacheFigures,
};
use moka::future::Cache;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// How long an answer is given without asking again, in seconds; as long as the original did.
pub(crate) const FRESH_FOR_S: i64 = 3_600;
const FRESH_FOR: Duration = Duration::from_secs(FRESH_FOR_S.unsigned_abs());

/// How long an answer is kept for the time TheTVDB is away. Older facts mislead more than they help.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long someone who could have an old answer waits for a new one.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How long after a failure old answers are given at once, so that an outage does not cost every
/// user [`PATIENCE`] each time.
pub(super) const OUTAGE_FOR: Duration = Duration::from_secs(10);

/// What an entry costs besides its value and its key, roughly.
const ENTRY_BYTES: usize = 160;

/// A value that knows about how many bytes it takes.
pub(super) trait Weighed {
    /// Bytes on the heap and in itself, roughly.
    fn size_bytes(&self) -> usize;
}

/// When TheTVDB was last found to be away; shared by all shelves.
#[derive(Debug, Clone)]
pub(super) struct Outage(Arc<AtomicI64>);

impl Outage {
    /// No outage known.
    pub(super) fn none() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MIN)))
    }

    fn note<V>(&self, result: &Result<V, TvdbError>, now: UnixMillis) {
        match result {
            Ok(_) => self.0.store(i64::MIN, Ordering::Relaxed),
            Err(error) if error.is_outage() => self.0.store(now.0, Ordering::Relaxed),
            Err(_) => {}
        }
    }

    fn is_recent(&self, now: UnixMillis) -> bool {
        let known = UnixMillis(self.0.load(Ordering::Relaxed));
        now.checked_since(known).is_some_and(|passed| passed < OUTAGE_FOR)
    }
}

#[derive(Debug, Clone)]
struct Kept<V> {
    value: V,
    stamp: UnixMillis,
}

/// What a shelf needs.
pub(super) struct ShelfOptions {
    /// When TheTVDB was last found to be away.
    pub(super) outage: Outage,
    /// The clock that times everything here.
    pub(super) clock: Clock,
    /// What is counted.
    pub(super) figures: CacheFigures,
}

/// The answers of one kind.
pub(super) struct Shelf<V> {
    kept: Cache<String, Kept<V>>,
    flights: Flights<String, V>,
    outage: Outage,
    clock: Clock,
    figures: CacheFigures,
}

/// How much is kept of one kind of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheSize {
    /// The kind.
    pub name: &'static str,
    /// How many.
    pub n_entries: u64,
    /// How much they take, roughly.
    pub n_bytes: u64,
}

impl<V: Clone + Weighed + Send + Sync + 'static> Shelf<V> {
    /// An empty shelf for at most `limit_bytes` of answers.
    pub(super) fn new(limit_bytes: u64, options: ShelfOptions) -> Self {
        let ShelfOptions { outage, clock, figures } = options;
        let kept = Cache::builder()
            .weigher(|key: &String, kept: &Kept<V>| weight(key.len() + kept.value.size_bytes()))
            .max_capacity(limit_bytes)
            .time_to_live(KEPT_FOR)
            .build();
        Self { kept, flights: Flights::new(), outage, clock, figures }
    }

    /// The answer for `key`: kept, or fetched by `fetch`, or kept from before if that fails.
    ///
    /// # Errors
    /// What `fetch` reports, if nothing is kept.
    pub(super) async fn get<F>(&self, key: String, fetch: F) -> Result<Answer<V>, TvdbError>
    where
        F: Future<Output = Result<V, TvdbError>> + Send + 'static,
    {
        match self.kept(&key).await {
            Some(kept) if self.age(&kept) < FRESH_FOR => {
                self.figures.hits.inc();
                Ok(self.answer(kept, false))
            }
            Some(kept) => {
                let answer = self.renew(key, kept, fetch).await;
                let counter =
                    if answer.is_stale { &self.figures.stale } else { &self.figures.misses };
                counter.inc();
                Ok(answer)
            }
            None => {
                self.figures.misses.inc();
                self.fetch(key, fetch).await.map(fresh)
            }
        }
    }

    /// How much is kept; what came or went just now may not be counted yet.
    pub(super) fn size(&self, name: &'static str) -> CacheSize {
        let (n_entries, n_bytes) = (self.kept.entry_count(), self.kept.weighted_size());
        CacheSize { name, n_entries, n_bytes }
    }

    /// Lets go of an answer; returns whether there was one.
    pub(super) async fn forget(&self, key: &str) -> bool {
        self.kept.remove(key).await.is_some()
    }

    async fn kept(&self, key: &str) -> Option<Kept<V>> {
        self.kept.get(key).await.filter(|kept| self.age(kept) < KEPT_FOR)
    }

    async fn renew<F>(&self, key: String, kept: Kept<V>, fetch: F) -> Answer<V>
    where
        F: Future<Output = Result<V, TvdbError>> + Send + 'static,
    {
        if self.outage.is_recent(self.clock.now()) {
            return self.answer(kept, true);
        }
        match self.clock.timeout(PATIENCE, self.fetch(key, fetch)).await {
            Ok(Ok(value)) => fresh(value),
            Ok(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "gave an old answer of TheTVDB"
                );
                self.answer(kept, true)
            }
            Err(_too_slow) => self.answer(kept, true),
        }
    }

    async fn fetch<F>(&self, key: String, fetch: F) -> Result<V, TvdbError>
    where
        F: Future<Output = Result<V, TvdbError>> + Send + 'static,
    {
        let (kept, outage, clock) = (self.kept.clone(), self.outage.clone(), self.clock.clone());
        let kept_key = key.clone();
        self.flights
            .join(key, async move {
                let result = fetch.await;
                outage.note(&result, clock.now());
                let value = result?;
                kept.insert(kept_key, Kept { value: value.clone(), stamp: clock.now() }).await;
                Ok(value)
            })
            .await
    }

    /// How old an answer is; old, if the system's clock was set back since and nobody can tell.
    fn age(&self, kept: &Kept<V>) -> Duration {
        self.clock.now().checked_since(kept.stamp).unwrap_or(FRESH_FOR)
    }

    fn answer(&self, kept: Kept<V>, is_stale: bool) -> Answer<V> {
        Answer { age: self.age(&kept), value: kept.value, is_stale }
    }
}

/// An answer of this moment.
pub(super) fn fresh<V>(value: V) -> Answer<V> {
    Answer { value, age: Duration::ZERO, is_stale: false }
}

/// What moka is told of an entry whose key and value take so many bytes.
pub(super) fn weight(size_bytes: usize) -> u32 {
    u32::try_from(ENTRY_BYTES + size_bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
