//! What the operator is told, and what is changed for the operator while the host runs.

use super::Host;
use crate::{
    clock::Clock,
    config::{
        Config, Environment, Sources,
        table::{SETTINGS, Setting},
    },
    discord::{self, LiveSettings},
    door::Life,
    metrics::{Metrics, Moment, Page},
    plugins::PluginStatus,
    telemetry::Log,
};
use std::sync::Arc;
use tokio::sync::watch;
use tracing::{info, warn};

impl Host {
    /// Says at the start what serves and how the bot is invited.
    pub(super) fn introduce(&self) {
        let statuses = self.plugins.registry().statuses();
        let name = |status: &PluginStatus| match &status.version {
            Some(version) => format!("{} {version}", status.name),
            None => format!("{} ({})", status.name, status.state),
        };
        let names: Vec<String> = statuses.iter().map(name).collect();
        info!("plugins: {}", names.join(", "));
        info!("invite the bot with {}", self.invite());
    }

    /// Returns the link with which the bot is invited.
    pub(super) fn invite(&self) -> String {
        discord::invite(&self.plugins.registry(), &self.identity)
    }

    /// Answers Prometheus, for ever, if it was asked for.
    pub(super) async fn tell_figures(
        &self,
        config: &Config,
        clock: &Clock,
        page: Option<&Page>,
        life: watch::Receiver<Life>,
    ) {
        let (Some(page), Some(metrics)) = (page, &self.metrics) else {
            return std::future::pending().await;
        };
        if let Some(address) = page.address() {
            info!("figures for Prometheus are at http://{address}/metrics");
        }
        page.serve(clock, self.figures(config, clock, metrics, life)).await;
    }

    fn figures(
        &self,
        config: &Config,
        clock: &Clock,
        metrics: &Arc<Metrics>,
        life: watch::Receiver<Life>,
    ) -> Arc<dyn Fn() -> String + Send + Sync> {
        let location = super::database_location(config);
        let database = location.map(|location| location.path().to_owned()).unwrap_or_default();
        let (discord, plugins) = (self.discord.clone(), Arc::clone(&self.plugins));
        let (catalogue, limits) = (Arc::clone(&self.catalogue), Arc::clone(&self.limits));
        let (clock, metrics, started) = (clock.clone(), Arc::clone(metrics), self.started);
        Arc::new(move || {
            let moment = Moment {
                up: clock.monotonic().saturating_sub(started),
                is_connected: *life.borrow() == Life::Ready,
                latency: discord.latency(),
                n_limited: discord.n_limited(),
                limited_uses: limits.refused(),
                plugins: plugins.registry().statuses(),
                given_back: plugins.given_back(),
                plugin_changes: plugins.changes(),
                caches: catalogue.cache_sizes(),
            };
            metrics.scrape(&moment, &database)
        })
    }

    /// Applies what can be applied while we run, and says what cannot.
    pub(super) fn read_again(
        &self,
        sources: &Sources,
        former: &Config,
        at_start: &Environment,
        log: &Log,
    ) {
        // Whoever has renamed the file waits for it, whatever the settings are.
        log.reopen();
        let (config, warnings) = match sources.read() {
            Ok(read) => read,
            Err(error) => {
                warn!(%error, "the settings stay as they were");
                return;
            }
        };
        log.follow(&config);
        self.discord.follow(live(&config));
        info!("the settings were read again");
        for warning in warnings {
            warn!("{warning}");
        }
        let now = sources.texts();
        let is_changed = |setting: &&Setting| now.get(setting.name) != at_start.get(setting.name);
        let fixed = SETTINGS.iter().filter(|setting| !setting.is_live && !setting.is_secret);
        let fixed = fixed.filter(is_changed).map(|setting| setting.name);
        for name in fixed.chain(config.other_secrets(former)) {
            warn!("{name} has changed; it is read at the next start");
        }
    }
}

/// Returns what the Discord side can apply while it runs.
pub(super) fn live(config: &Config) -> LiveSettings {
    LiveSettings {
        owner_ids: config.owner_ids.clone(),
        report_url: config.report_url.clone(),
        emoji: config.emoji.clone(),
    }
}
