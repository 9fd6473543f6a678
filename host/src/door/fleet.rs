//! All shards of one identify: the same intents, begun together, stopped together.

use super::{
    Door,
    budget::Budget,
    gateway::Gateway,
    lives::Lives,
    outlet::Outlet,
    session::{Handover, Life},
    shard::{Guarded, Shared, Stop},
};
use futures_util::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, task::JoinSet};
use twilight_gateway::{ConfigBuilder, Intents, ShardId};

/// The pause before a shard that panicked is begun anew.
const PANIC_PAUSE: Duration = Duration::from_secs(10);

/// The number of the next fleet.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// Running shards. Dropped, they end without a word to Discord.
pub(super) struct Fleet {
    /// Tells it from the others of its session.
    pub(super) number: u64,
    pub(super) lives: Arc<Lives>,
    stop: watch::Sender<Stop>,
    shards: JoinSet<Option<Handover>>,
}

impl Fleet {
    /// Starts the shards; those that `sessions` names go on where these stopped.
    pub(super) fn start(
        door: &Door,
        gateway: &Gateway,
        budget: &Budget,
        intents: u64,
        outlet: &Arc<Outlet>,
        sessions: &[Handover],
    ) -> Self {
        let total = sessions.first().map_or(gateway.shards, |first| first.shards.max(1));
        let lives = Arc::new(Lives::new(total));
        let token = door.inner.token.expose().to_owned();
        let config = ConfigBuilder::new(token, Intents::from_bits_retain(intents))
            .proxy_url(gateway.url.clone())
            .queue(budget.clone())
            .build();
        let (clock, base) = (door.inner.clock.clone(), door.inner.base.clone());
        let (outlet, lives_) = (Arc::clone(outlet), Arc::clone(&lives));
        let fleet = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let shared = Shared { clock, base, config, outlet, fleet, lives: lives_ };
        let (stop, mut shards) = (watch::Sender::new(Stop::Not), JoinSet::new());
        for number in 0..total {
            let from = sessions.iter().find(|session| session.shard == number).cloned();
            let id = ShardId::new(number, total);
            shards.spawn(keep(shared.clone(), id, from, stop.subscribe()));
        }
        Self { number: fleet, lives, stop, shards }
    }

    /// Where the shards stand together.
    pub(super) fn watch(&self) -> watch::Receiver<Life> {
        self.lives.watch()
    }

    /// Stops the shards, and returns what they leave behind.
    pub(super) async fn stop(mut self, how: Stop) -> Vec<Handover> {
        self.stop.send_replace(how);
        let mut left = Vec::new();
        while let Some(ended) = self.shards.join_next().await {
            left.extend(ended.ok().flatten());
        }
        left.sort_by_key(|handover| handover.shard);
        left
    }
}

/// Runs a shard, and runs it again after a panic: one shard more or less is a part of all guilds.
async fn keep(
    shared: Shared,
    id: ShardId,
    mut from: Option<Handover>,
    stop: watch::Receiver<Stop>,
) -> Option<Handover> {
    loop {
        let guarded = Guarded::new(shared.clone(), id, from.take());
        let run = AssertUnwindSafe(guarded.run(stop.clone())).catch_unwind();
        if let Ok(left) = run.await {
            return left;
        }
        tracing::error!(shard = id.number(), "a gateway shard panicked, beginning it anew");
        shared.lives.set(id.number(), Life::Connecting);
        shared.clock.sleep(PANIC_PAUSE).await;
    }
}
