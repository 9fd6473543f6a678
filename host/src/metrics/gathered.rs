//! Figures that are set at a scrape, from what the rest of the host keeps anyway.

use super::{Moment, process};
use crate::plugins::{GivenBack, PluginStatus};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InState {
    state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPlugin {
    plugin: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfMapping {
    mapping: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfChange {
    change: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfKind {
    what: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCache {
    cache: &'static str,
}

type Float = Gauge<f64, AtomicU64>;

/// All of them.
#[derive(Default)]
pub(super) struct Gathered {
    up_seconds: Float,
    is_connected: Gauge,
    latency_seconds: Float,
    n_limited: Counter,
    limited_uses: Family<OfKind, Counter>,
    memory_bytes: Gauge,
    threads: Gauge,
    database_bytes: Gauge,
    plugins: Plugins,
    cache_bytes: Family<OfCache, Gauge>,
    cache_entries: Family<OfCache, Gauge>,
}

#[derive(Default)]
struct Plugins {
    states: Family<InState, Gauge>,
    calls: Family<OfPlugin, Counter>,
    errors: Family<OfPlugin, Counter>,
    generation: Family<OfPlugin, Gauge>,
    draining: Family<OfPlugin, Gauge>,
    zombies: Family<OfPlugin, Gauge>,
    stuck: Family<OfPlugin, Gauge>,
    copies_ended: Family<OfMapping, Counter>,
    keys_deleted: Counter,
    changes: Family<OfChange, Counter>,
}

impl Gathered {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let gathered = Self::default();
        gathered.register(registry);
        gathered.plugins.register(registry);
        gathered
    }

    fn register(&self, registry: &mut Registry) {
        let mut add = |name: &str, help: &str, gauge: &Gauge| {
            registry.register(name, help, gauge.clone());
        };
        add("connected", "Whether the gateway session receives events", &self.is_connected);
        add("memory_bytes", "Memory that is resident", &self.memory_bytes);
        add("threads", "Threads of the process", &self.threads);
        add("database_bytes", "Size of the database with its journal", &self.database_bytes);
        registry.register("up_seconds", "Time since the start", self.up_seconds.clone());
        registry.register(
            "gateway_latency_seconds",
            "How long Discord took to acknowledge the last heartbeat",
            self.latency_seconds.clone(),
        );
        let limited = "How often Discord asked to slow down";
        registry.register("discord_limited", limited, self.n_limited.clone());
        let refused = "Uses that were refused because someone did too much";
        registry.register("limited_uses", refused, self.limited_uses.clone());
        let bytes = "Roughly what the answers of TheTVDB take that are kept";
        registry.register("cache_bytes", bytes, self.cache_bytes.clone());
        let entries = "Answers of TheTVDB that are kept";
        registry.register("cache_entries", entries, self.cache_entries.clone());
    }

    /// Writes down how things stand.
    pub(super) fn set(&self, moment: &Moment, database: &Path) {
        self.up_seconds.set(moment.up.as_secs_f64());
        self.is_connected.set(i64::from(moment.is_connected));
        self.latency_seconds.set(moment.latency.unwrap_or_default().as_secs_f64());
        set(&self.n_limited, moment.n_limited);
        self.memory_bytes.set(whole(process::memory_bytes()));
        self.threads.set(whole(process::n_threads()));
        self.database_bytes.set(whole(process::database_bytes(database)));
        for (what, n_refused) in &moment.limited_uses {
            set(&self.limited_uses.get_or_create(&OfKind { what }), *n_refused);
        }
        for cache in &moment.caches {
            let of = OfCache { cache: cache.name };
            self.cache_bytes.get_or_create(&of).set(whole(cache.n_bytes));
            self.cache_entries.get_or_create(&of).set(whole(cache.n_entries));
        }
        self.plugins.set(moment);
    }
}

impl Plugins {
    fn register(&self, registry: &mut Registry) {
        let states = "Plugins by where they stand in life";
        registry.register("plugins", states, self.states.clone());
        let calls = "Calls given to a plugin since the start";
        registry.register("plugin_calls", calls, self.calls.clone());
        let errors = "Calls that a plugin failed by its own fault";
        registry.register("plugin_errors", errors, self.errors.clone());
        let generation = "Which copy of a plugin serves";
        registry.register("plugin_generation", generation, self.generation.clone());
        let draining = "Replaced copies of a plugin that still finish their calls";
        registry.register("plugin_draining", draining, self.draining.clone());
        let ended = "Copies of plugins that ended, by whether anything of them is left mapped";
        registry.register("plugin_copies_ended", ended, self.copies_ended.clone());
        let keys = "Thread-local keys of ended copies that were deleted for them";
        registry.register("plugin_keys_deleted", keys, self.keys_deleted.clone());
        let zombies = "Copies of a plugin that do not end";
        registry.register("plugin_zombies", zombies, self.zombies.clone());
        let stuck = "Whether a plugin's thread does not come back from its code";
        registry.register("plugin_stuck", stuck, self.stuck.clone());
        let changes = "Plugins that were loaded, reloaded and unloaded, or were to be";
        registry.register("plugin_changes", changes, self.changes.clone());
    }

    fn set(&self, moment: &Moment) {
        self.states.clear();
        for all in [&self.generation, &self.draining, &self.zombies, &self.stuck] {
            all.clear();
        }
        for all in [&self.calls, &self.errors] {
            all.clear();
        }
        for status in &moment.plugins {
            self.set_one(status);
        }
        let GivenBack { closed, unmapped, keys_deleted } = moment.given_back;
        for (mapping, n) in [("given_back", unmapped), ("left", closed.saturating_sub(unmapped))] {
            set(&self.copies_ended.get_or_create(&OfMapping { mapping }), n);
        }
        set(&self.keys_deleted, keys_deleted);
        for count in &moment.plugin_changes {
            for (outcome, n) in [("done", count.n_done), ("failed", count.n_failed)] {
                let of = OfChange { change: count.action.word(), outcome };
                set(&self.changes.get_or_create(&of), n);
            }
        }
    }

    fn set_one(&self, status: &PluginStatus) {
        self.states.get_or_create(&InState { state: status.state.to_string() }).inc();
        let of = OfPlugin { plugin: status.name.clone() };
        set(&self.calls.get_or_create(&of), status.calls);
        set(&self.errors.get_or_create(&of), status.errors);
        self.generation.get_or_create(&of).set(whole(status.generation));
        self.draining.get_or_create(&of).set(whole(status.draining as u64));
        self.zombies.get_or_create(&of).set(whole(status.zombies as u64));
        self.stuck.get_or_create(&of).set(i64::from(status.stuck.is_some()));
    }
}

/// Sets what only grows to what someone else has counted.
fn set(counter: &Counter, to: u64) {
    counter.inner().store(to, Ordering::Relaxed);
}

/// As Prometheus takes it; no figure here comes near the limit.
fn whole(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}
