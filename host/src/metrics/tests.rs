//! What Prometheus and the dashboard read.

use super::*;
use crate::plugins::{Action, Errand, GivenBack, Stuck};
use std::{collections::BTreeSet, sync::Arc};

/// The dashboard as it is given to operators.
const DASHBOARD: &str = include_str!("../../../docs/grafana-dashboard.json");

fn status(name: &str) -> PluginStatus {
    PluginStatus { calls: 2, errors: 1, generation: 4, draining: 2, ..PluginStatus::serving(name) }
}

fn moment() -> Moment {
    let stuck = Stuck {
        plugin: "help".into(),
        errand: Arc::new(Errand::Task),
        lasting: Duration::from_secs(60),
        is_serving: true,
    };
    let hanging = PluginStatus { stuck: Some(stuck), ..status("help") };
    Moment {
        up: Duration::from_secs(90),
        is_connected: true,
        latency: None,
        n_limited: 5,
        limited_uses: vec![("command", 3)],
        plugins: vec![status("ping"), hanging],
        given_back: GivenBack { closed: 7, unmapped: 6, keys_deleted: 9 },
        plugin_changes: vec![ChangeCount { action: Action::Reload, n_done: 3, n_failed: 1 }],
        caches: vec![CacheSize { name: "movies", n_entries: 2, n_bytes: 900 }],
    }
}

const PING: Use<'static> = Use { plugin: "ping", command: "ping" };

/// Figures of a host that has done a little of everything.
async fn used() -> Metrics {
    let figures = Figures::default();
    let metrics = Metrics::new(&figures);
    metrics.ended(PING, Outcome::Answered, Duration::from_millis(3));
    metrics.ended(PING, Outcome::Failed, Duration::from_millis(300));
    figures.tvdb.requests.count(async {}, |()| "answered").await;
    figures.tvdb.cache("movies").hits.inc();
    let Figures { tvdb, database } = &figures;
    for work in [&tvdb.queue, &database.questions, &database.begins, &database.commits] {
        let _ = work.count_result(async { Ok::<_, ()>(()) }).await;
    }
    let _ = database.commits.count_result(async { Err::<(), _>(()) }).await;
    metrics
}

#[tokio::test]
async fn what_was_counted_and_what_is_now_stand_on_the_page() {
    let metrics = used().await;
    let page = metrics.scrape(&moment(), Path::new("/nowhere"));
    for line in [
        "lumina_interactions_total{plugin=\"ping\",command=\"ping\",outcome=\"answered\"} 1",
        "lumina_interactions_total{plugin=\"ping\",command=\"ping\",outcome=\"refused\"} 0",
        "lumina_interaction_seconds_bucket{le=\"0.005\",plugin=\"ping\",command=\"ping\"} 1",
        "lumina_plugins{state=\"serving\"} 2",
        "lumina_plugin_generation{plugin=\"ping\"} 4",
        "lumina_plugin_draining{plugin=\"ping\"} 2",
        "lumina_plugin_stuck{plugin=\"ping\"} 0",
        "lumina_plugin_stuck{plugin=\"help\"} 1",
        "lumina_plugin_copies_ended_total{mapping=\"given_back\"} 6",
        "lumina_plugin_copies_ended_total{mapping=\"left\"} 1",
        "lumina_plugin_keys_deleted_total 9",
        "lumina_plugin_calls_total{plugin=\"ping\"} 2",
        "lumina_plugin_changes_total{change=\"reload\",outcome=\"failed\"} 1",
        "lumina_limited_uses_total{what=\"command\"} 3",
        "lumina_cache_lookups_total{cache=\"movies\",outcome=\"hit\"} 1",
        "lumina_cache_bytes{cache=\"movies\"} 900",
        "lumina_tvdb_requests_total{outcome=\"answered\"} 1",
        "lumina_database_commits_total{outcome=\"failed\"} 1",
        "lumina_database_commit_seconds_count 2",
        "lumina_up_seconds 90.0",
        "lumina_connected 1",
        "lumina_discord_limited_total 5",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    assert!(!page.contains("lumina_memory_bytes 0\n"), "{page}");
    let without = Moment { plugins: Vec::new(), ..moment() };
    let page = metrics.scrape(&without, Path::new("/nowhere"));
    assert!(!page.contains("lumina_plugins{"), "{page}");
}

/// The names of figures that stand in a text.
fn names_in(text: &str) -> BTreeSet<&str> {
    let is_letter = |c: char| c.is_ascii_lowercase() || c == '_';
    let words = text.split(|c| !is_letter(c));
    words.filter(|word| word.starts_with("lumina_")).collect()
}

#[tokio::test]
async fn the_dashboard_asks_for_figures_that_exist_and_for_each_of_them() {
    let page = used().await.scrape(&moment(), Path::new("/nowhere"));
    let samples: String = page.lines().filter(|line| !line.starts_with('#')).collect();
    let exist = names_in(&samples);
    let asked = names_in(DASHBOARD);
    let missing: Vec<_> = asked.difference(&exist).collect();
    assert!(missing.is_empty(), "no such figures: {missing:?}");
    let is_part = |name: &&str| name.ends_with("_sum") || name.ends_with("_count");
    let unseen: Vec<_> = exist.difference(&asked).filter(|name| !is_part(name)).collect();
    assert!(unseen.is_empty(), "the dashboard does not show {unseen:?}");
}
