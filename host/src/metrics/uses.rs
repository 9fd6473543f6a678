//! Figures of what people use. A use is looked up by its names, without a copy of them, and kept.

use super::SECONDS;
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

/// The most uses that are told apart. A bot has a hundred commands; beyond this are those of plugins
/// that were replaced again and again under other names.
const USES_MAX: usize = 1_000;
/// What stands for those beyond.
const OTHERS: Use<'static> = Use { plugin: "other", command: "other" };

/// How an interaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Its answer was shown.
    Answered,
    /// The user was told why not.
    Refused,
    /// It failed by a fault of ours or of the plugin.
    Failed,
    /// There was an answer, and as far as the host knows nobody saw it: Discord took it too late, did
    /// not take it, or somebody else's came first.
    Lost,
}

/// What a user used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use<'a> {
    /// The plugin, or `host`.
    pub plugin: &'a str,
    /// The command; `press` and `form` for what follows one.
    pub command: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    plugin: String,
    command: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    plugin: String,
    command: String,
    outcome: Outcome,
}

/// All uses.
pub(super) struct Uses {
    ended: Family<Ended, Counter>,
    seconds: Family<Labels, Histogram, fn() -> Histogram>,
    known: RwLock<Known>,
}

type Known = HashMap<String, HashMap<String, Arc<Kept>>>;

struct Kept {
    answered: Counter,
    refused: Counter,
    failed: Counter,
    lost: Counter,
    seconds: Histogram,
}

impl EncodeLabelValue for Outcome {
    fn encode(
        &self,
        encoder: &mut prometheus_client::encoding::LabelValueEncoder<'_>,
    ) -> Result<(), std::fmt::Error> {
        let word = match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Lost => "lost",
        };
        word.encode(encoder)
    }
}

impl Uses {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let uses = Self {
            ended: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            known: RwLock::default(),
        };
        registry.register("interactions", "Interactions that ended", uses.ended.clone());
        registry.register_with_unit(
            "interaction",
            "Time from the arrival of an interaction to its answer",
            Unit::Seconds,
            uses.seconds.clone(),
        );
        uses
    }

    /// Counts one use.
    pub(super) fn ended(&self, what: Use<'_>, outcome: Outcome, took: Duration) {
        let kept = self.known(what).unwrap_or_else(|| self.keep(what));
        kept.seconds.observe(took.as_secs_f64());
        match outcome {
            Outcome::Answered => kept.answered.inc(),
            Outcome::Refused => kept.refused.inc(),
            Outcome::Failed => kept.failed.inc(),
            Outcome::Lost => kept.lost.inc(),
        };
    }

    fn known(&self, what: Use<'_>) -> Option<Arc<Kept>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(what.plugin)?.get(what.command).cloned()
    }

    fn keep(&self, what: Use<'_>) -> Arc<Kept> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let n_known: usize = known.values().map(HashMap::len).sum();
        let Use { plugin, command } = if n_known < USES_MAX { what } else { OTHERS };
        let of_plugin = known.entry(plugin.to_owned()).or_default();
        Arc::clone(
            of_plugin.entry(command.to_owned()).or_insert_with(|| self.figures(plugin, command)),
        )
    }

    fn figures(&self, plugin: &str, command: &str) -> Arc<Kept> {
        let (plugin, command) = (plugin.to_owned(), command.to_owned());
        let counter = |outcome| {
            let (plugin, command) = (plugin.clone(), command.clone());
            self.ended.get_or_create_owned(&Ended { plugin, command, outcome })
        };
        Arc::new(Kept {
            answered: counter(Outcome::Answered),
            refused: counter(Outcome::Refused),
            failed: counter(Outcome::Failed),
            lost: counter(Outcome::Lost),
            seconds: self.seconds.get_or_create_owned(&Labels { plugin, command }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prometheus_client::encoding::text;

    #[test]
    fn names_without_end_do_not_become_figures_without_end() {
        let mut registry = Registry::default();
        let uses = Uses::new(&mut registry);
        for number in 0..2 * USES_MAX {
            let what = Use { plugin: "p", command: &number.to_string() };
            uses.ended(what, Outcome::Answered, Duration::ZERO);
        }
        let mut page = String::new();
        text::encode(&mut page, &registry).unwrap();
        let counts = page.lines().filter(|line| line.starts_with("interaction_seconds_count"));
        assert_eq!(counts.count(), USES_MAX + 1);
        let others =
            "interactions_total{plugin=\"other\",command=\"other\",outcome=\"answered\"} 1000";
        assert!(page.contains(others), "{page}");
    }
}
