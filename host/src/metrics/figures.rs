//! Figures that TheTVDB's client and the database write as they work.

use super::work::Work;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};
use std::fmt;

/// All of them. Cheap to clone; clones are the same figures.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Of TheTVDB.
    pub tvdb: TvdbFigures,
    /// Of the database.
    pub database: DatabaseFigures,
}

/// What is counted of TheTVDB.
#[derive(Clone, Default)]
pub struct TvdbFigures {
    /// Requests that were sent, each try on its own.
    pub requests: Work,
    /// Waits for our own limit.
    pub queue: Work,
    lookups: Family<Lookup, Counter>,
}

/// What is counted of the database.
#[derive(Debug, Clone, Default)]
pub struct DatabaseFigures {
    /// Single questions and changes, outside transactions.
    pub questions: Work,
    /// Beginnings of transactions: they wait for each other.
    pub begins: Work,
    /// Ends of transactions: afterwards what they changed is on the disk.
    pub commits: Work,
}

/// What is counted of one memory of answers.
#[derive(Clone, Default)]
pub struct CacheFigures {
    /// The answer was at hand.
    pub hits: Counter,
    /// It had to be fetched.
    pub misses: Counter,
    /// It could not be fetched, and an old one was given.
    pub stale: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Lookup {
    cache: &'static str,
    outcome: &'static str,
}

impl fmt::Debug for TvdbFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TvdbFigures")
    }
}

impl TvdbFigures {
    /// Returns the figures of the memory `cache`.
    #[must_use]
    pub fn cache(&self, cache: &'static str) -> CacheFigures {
        let counter = |outcome| self.lookups.get_or_create_owned(&Lookup { cache, outcome });
        CacheFigures { hits: counter("hit"), misses: counter("miss"), stale: counter("stale") }
    }
}

impl Figures {
    pub(super) fn register(&self, registry: &mut Registry) {
        let Self { tvdb, database } = self;
        let requests = ["tvdb_requests", "tvdb_request"];
        tvdb.requests.register(registry, requests, "Requests to TheTVDB, each try on its own");
        tvdb.queue.register(registry, ["tvdb_queued", "tvdb_queue"], "Waits for our own limit");
        let lookups = "Look-ups in what TheTVDB has said before";
        registry.register("cache_lookups", lookups, tvdb.lookups.clone());
        let DatabaseFigures { questions, begins, commits } = database;
        let mut add = |many: &str, one: &str, what: &str, work: &Work| {
            work.register(registry, [many, one], what);
        };
        let single = "Single questions and changes, outside transactions";
        add("database_questions", "database_question", single, questions);
        add("database_begins", "database_begin", "Beginnings of transactions", begins);
        add("database_commits", "database_commit", "Transactions written to the disk", commits);
    }
}
