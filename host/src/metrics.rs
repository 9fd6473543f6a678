//! Figures for Prometheus: counted as interactions end, gathered from the rest of the host at a scrape.
//!
//! Nothing here names a user, a guild or a text. Labels are names of plugins and of commands that they
//! declare, so that their number does not grow with use.

mod page;
mod process;

pub use page::{Page, PageError};

use crate::plugins::PluginStatus;
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use std::{
    fmt,
    path::Path,
    sync::{Mutex, PoisonError, atomic::AtomicU64},
    time::Duration,
};

/// The ends of the classes of latency in seconds: finest below Discord's three seconds.
const SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 15.0];

/// How an interaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Outcome {
    /// Its answer was shown.
    Answered,
    /// The user was told why not.
    Refused,
    /// It failed by a fault of ours or of the plugin.
    Failed,
}

/// What a user used.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Use {
    /// The plugin, or `host`.
    pub plugin: String,
    /// The command; `press` and `form` for what follows one.
    pub command: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    plugin: String,
    command: String,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InState {
    state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPlugin {
    plugin: String,
}

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
    /// Every plugin.
    pub plugins: Vec<PluginStatus>,
}

type Float = Gauge<f64, AtomicU64>;
type PerPlugin = Family<OfPlugin, Gauge>;
type Seconds = Family<Use, Histogram, fn() -> Histogram>;

/// All figures.
pub struct Metrics {
    interactions: Family<Ended, Counter>,
    seconds: Seconds,
    gathered: Gathered,
    registry: Registry,
    /// One scrape at a time: the gathered figures are written before they are read.
    scrape: Mutex<()>,
}

/// Figures that are set at a scrape.
#[derive(Default)]
struct Gathered {
    up_seconds: Float,
    is_connected: Gauge,
    latency_seconds: Float,
    n_limited: Gauge,
    plugins: Family<InState, Gauge>,
    calls: PerPlugin,
    errors: PerPlugin,
    generation: PerPlugin,
    zombies: PerPlugin,
    memory_bytes: Gauge,
    threads: Gauge,
    database_bytes: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Makes all figures, at zero.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("lumina");
        let interactions = Family::<Ended, Counter>::default();
        let seconds = Seconds::new_with_constructor(|| Histogram::new(SECONDS));
        registry.register("interactions", "Interactions that ended", interactions.clone());
        registry.register_with_unit(
            "interaction",
            "Time from the arrival of an interaction to its answer",
            Unit::Seconds,
            seconds.clone(),
        );
        let gathered = Gathered::default();
        gathered.register(&mut registry);
        Self { interactions, seconds, gathered, registry, scrape: Mutex::default() }
    }

    /// Counts an interaction that has ended.
    pub fn ended(&self, what: Use, outcome: Outcome, took: Duration) {
        self.seconds.get_or_create(&what).observe(took.as_secs_f64());
        let Use { plugin, command } = what;
        self.interactions.get_or_create(&Ended { plugin, command, outcome }).inc();
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

impl Gathered {
    fn register(&self, registry: &mut Registry) {
        let mut add = |name: &str, help: &str, gauge: &Gauge| {
            registry.register(name, help, gauge.clone());
        };
        add("connected", "Whether the gateway session receives events", &self.is_connected);
        add("discord_limited", "How often Discord asked to slow down", &self.n_limited);
        add("memory_bytes", "Memory that is resident", &self.memory_bytes);
        add("threads", "Threads of the process", &self.threads);
        add("database_bytes", "Size of the database with its journal", &self.database_bytes);
        let mut add = |name: &str, help: &str, gauges: &PerPlugin| {
            registry.register(name, help, gauges.clone());
        };
        add("plugin_calls", "Calls given to a plugin since the start", &self.calls);
        add("plugin_errors", "Calls that a plugin failed by its own fault", &self.errors);
        add("plugin_generation", "Which copy of a plugin serves", &self.generation);
        add("plugin_zombies", "Copies of a plugin that do not end", &self.zombies);
        registry.register("plugins", "Plugins by where they stand in life", self.plugins.clone());
        registry.register("up_seconds", "Time since the start", self.up_seconds.clone());
        registry.register(
            "gateway_latency_seconds",
            "How long Discord took to acknowledge the last heartbeat",
            self.latency_seconds.clone(),
        );
    }

    fn set(&self, moment: &Moment, database: &Path) {
        self.up_seconds.set(moment.up.as_secs_f64());
        self.is_connected.set(i64::from(moment.is_connected));
        self.latency_seconds.set(moment.latency.unwrap_or_default().as_secs_f64());
        self.n_limited.set(whole(moment.n_limited));
        self.memory_bytes.set(whole(process::memory_bytes()));
        self.threads.set(whole(process::n_threads()));
        self.database_bytes.set(whole(process::database_bytes(database)));
        self.plugins.clear();
        for all in [&self.calls, &self.errors, &self.generation, &self.zombies] {
            all.clear();
        }
        for status in &moment.plugins {
            self.set_plugin(status);
        }
    }

    fn set_plugin(&self, status: &PluginStatus) {
        self.plugins.get_or_create(&InState { state: status.state.to_string() }).inc();
        let of = OfPlugin { plugin: status.name.clone() };
        self.calls.get_or_create(&of).set(whole(status.calls));
        self.errors.get_or_create(&of).set(whole(status.errors));
        self.generation.get_or_create(&of).set(whole(status.generation));
        self.zombies.get_or_create(&of).set(whole(status.zombies as u64));
    }
}

/// As Prometheus takes it; no figure here comes near the limit.
fn whole(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::UnixMillis, plugins::State};

    #[test]
    fn what_was_counted_and_what_is_now_stand_on_the_page() {
        let metrics = Metrics::new();
        let ping = || Use { plugin: "ping".to_owned(), command: "ping".to_owned() };
        metrics.ended(ping(), Outcome::Answered, Duration::from_millis(3));
        metrics.ended(ping(), Outcome::Failed, Duration::from_millis(300));
        let status = PluginStatus {
            name: "ping".to_owned(),
            version: None,
            state: State::Serving,
            since: UnixMillis(0),
            replacement: None,
            last_failure: None,
            commands: Vec::new(),
            calls: 2,
            errors: 1,
            generation: 4,
            draining: 0,
            zombies: 0,
        };
        let moment = Moment {
            up: Duration::from_secs(90),
            is_connected: true,
            latency: None,
            n_limited: 5,
            plugins: vec![status],
        };
        let page = metrics.scrape(&moment, Path::new("/nowhere"));
        for line in [
            "lumina_interactions_total{plugin=\"ping\",command=\"ping\",outcome=\"Answered\"} 1",
            "lumina_interaction_seconds_bucket{le=\"0.005\",plugin=\"ping\",command=\"ping\"} 1",
            "lumina_plugins{state=\"serving\"} 1",
            "lumina_plugin_generation{plugin=\"ping\"} 4",
            "lumina_up_seconds 90.0",
            "lumina_connected 1",
            "lumina_discord_limited 5",
        ] {
            assert!(page.contains(line), "{line}: {page}");
        }
        assert!(!page.contains("lumina_memory_bytes 0\n"), "{page}");
        let page = metrics.scrape(&Moment { plugins: Vec::new(), ..moment }, Path::new("/nowhere"));
        assert!(!page.contains("lumina_plugins{"), "{page}");
    }
}
