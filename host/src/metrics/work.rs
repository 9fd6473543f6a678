//! Figures of work that the host does again and again outside of plugins: how it ended, and how long it
//! took.

use super::SECONDS;
use crate::clock::Clock;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};
use std::fmt;

/// Work of one kind. It is counted whether or not anyone reads the figures. Cheap to clone.
#[derive(Clone)]
pub struct Work {
    /// Of its own, because nobody moves it: what is measured is real.
    clock: Clock,
    ended: Family<Ended, Counter>,
    seconds: Histogram,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    outcome: &'static str,
}

impl Default for Work {
    fn default() -> Self {
        Self { clock: Clock::start(), ended: Family::default(), seconds: Histogram::new(SECONDS) }
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Work")
    }
}

impl Work {
    /// Does `work`, and counts it under the name that `outcome` gives to its end. What is given up
    /// meanwhile is not counted.
    pub async fn count<T>(
        &self,
        work: impl Future<Output = T>,
        outcome: impl FnOnce(&T) -> &'static str,
    ) -> T {
        let begun = self.clock.monotonic();
        let result = work.await;
        self.seconds.observe((self.clock.monotonic() - begun).as_secs_f64());
        self.ended.get_or_create(&Ended { outcome: outcome(&result) }).inc();
        result
    }

    /// Does `work`, which is done or has failed.
    pub async fn count_result<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.count(work, |result| if result.is_ok() { "done" } else { "failed" }).await
    }

    /// Shows the figures: `names` are what many of it and one of it are called.
    pub(super) fn register(&self, registry: &mut Registry, names: [&str; 2], what: &str) {
        let [many, one] = names;
        registry.register(many, what, self.ended.clone());
        let time = format!("How long it took: {what}");
        registry.register_with_unit(one, time, Unit::Seconds, self.seconds.clone());
    }
}
