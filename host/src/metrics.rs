//! Figures for Prometheus: counted as work ends, gathered from the rest of the host at a scrape.
//!
//! Nothing here names a user, a guild or a text. Labels are names of plugins and of commands that they
//! declare, so that their number does not grow with use.

mod figures;
mod gathered;
mod page;
mod process;
mod uses;
mod work;

pub use figures::{CacheFigures, DatabaseFigures, Figures, TvdbFigures};
pub use page::{Page, PageError};
pub use uses::{Outcome, Use};
pub use work::Work;

use crate::{
    plugins::{ChangeCount, GivenBack, PluginStatus},
    tvdb::CacheSize,
};
use gathered::Gathered;
use prometheus_client::{encoding::text, registry::Registry};
use std::{
    fmt,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use uses::Uses;

/// The ends of the classes of time in seconds: finest below Discord's three seconds, and down to what a
/// disk takes.
const SECONDS: [f64; 16] = [
    0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0,
    15.0,
];

/// What is gathered at a scrape.
#[derive(Debug, Clone)]
pub struct Moment {
    /// How long the host has been running.
    pub up: Duration,
    /// Whether all of the gateway session receives events.
    pub is_connected: bool,
    /// How long Discord took to acknowledge the last heartbeat.
    pub latency: Option<Duration>,
    /// How often Discord asked to slow down.
    pub n_limited: u64,
    /// How often someone was refused for having done too much, by what was done.
    pub limited_uses: Vec<(&'static str, u64)>,
    /// Every plugin.
    pub plugins: Vec<PluginStatus>,
    /// What ended copies of plugins gave back.
    pub given_back: GivenBack,
    /// How often plugins were loaded, replaced and unloaded.
    pub plugin_changes: Vec<ChangeCount>,
    /// What is kept of TheTVDB.
    pub caches: Vec<CacheSize>,
}

/// All figures.
pub struct Metrics {
    uses: Uses,
    gathered: Gathered,
    registry: Registry,
    /// One scrape at a time: the gathered figures are written before they are read.
    scrape: Mutex<()>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// Shows `figures`, and all others, at zero.
    #[must_use]
    pub fn new(figures: &Figures) -> Self {
        let mut registry = Registry::with_prefix("lumina");
        let uses = Uses::new(&mut registry);
        figures.register(&mut registry);
        let gathered = Gathered::new(&mut registry);
        Self { uses, gathered, registry, scrape: Mutex::default() }
    }

    /// Counts an interaction that has ended.
    pub fn ended(&self, what: Use<'_>, outcome: Outcome, took: Duration) {
        self.uses.ended(what, outcome, took);
    }

    /// Returns all figures as text, in the form of OpenMetrics.
    #[must_use]
    pub fn scrape(&self, moment: &Moment, database: &Path) -> String {
        let _turn = self.scrape.lock().unwrap_or_else(PoisonError::into_inner);
        self.gathered.set(moment, database);
        let mut page = String::new();
        text::encode(&mut page, &self.registry).expect("a text takes whatever is written");
        page
    }
}

#[cfg(test)]
mod tests;
