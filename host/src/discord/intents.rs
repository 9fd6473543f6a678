//! Keeps the intents of the gateway session as the plugins want them, without a gap. What Discord does not
//! take costs nobody else's: the session goes on with what remains, and the rest is tried again.

mod search;

use super::Shared;
use crate::{
    door::{Life, Refused, Session},
    plugins::Registry,
};
use search::Search;
use std::{
    mem::discriminant,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;
use tracing::{info, warn};

/// The pause after a first refusal; it doubles with each further one.
const RETRY_FIRST: Duration = Duration::from_secs(5);
/// The longest pause between two tries: each takes one of the thousand sessions of a day.
const RETRY_MAX: Duration = Duration::from_secs(5 * 60);

/// Which intents the session has, and which it lacks, and why.
#[derive(Debug, Default)]
pub(super) struct Intents {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    current: u64,
    /// What Discord does not take, intent by intent.
    refused: Vec<Lacking>,
    /// What it was not even asked for in time.
    unasked: Option<Lacking>,
}

/// Intents that are wanted and that the session does not have.
#[derive(Debug)]
struct Lacking {
    bits: u64,
    why: Refused,
}

impl Intents {
    /// Notes what the session has.
    pub(super) fn are(&self, bits: u64) {
        self.state().current = bits;
    }

    /// Returns why events with these intents do not come yet; nothing if they do.
    pub(super) fn trouble_of(&self, bits: u64) -> Option<Refused> {
        let state = self.state();
        let lacking = || state.refused.iter().chain(&state.unasked);
        let first = lacking().find(|lacking| lacking.bits & bits != 0)?;
        let alike = lacking().filter(|other| discriminant(&other.why) == discriminant(&first.why));
        Some(first.why.of(alike.fold(0, |all, lacking| all | lacking.bits) & bits))
    }

    fn current(&self) -> u64 {
        self.state().current
    }

    /// What Discord does not take.
    fn refused(&self) -> u64 {
        self.state().refused.iter().fold(0, |all, lacking| all | lacking.bits)
    }

    /// Goes on with these only of what Discord does not take.
    fn keep_refused(&self, bits: u64) {
        self.state().refused.retain(|lacking| lacking.bits & bits != 0);
    }

    fn add_refused(&self, refused: Vec<(u64, Refused)>) {
        let refused = refused.into_iter().map(|(bits, why)| Lacking { bits, why });
        self.state().refused.extend(refused);
    }

    fn note_unasked(&self, unasked: Option<Lacking>) {
        self.state().unasked = unasked;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The intents that the plugins ask for; commands need none.
pub(super) fn of(registry: &Registry) -> u64 {
    registry.plugins().fold(0, |all, plugin| all | plugin.descriptor().intents)
}

/// Changes the session's intents with the plugins', for ever.
pub(super) async fn follow(shared: &Shared) {
    let Some(session) = shared.session() else { return };
    let follower = Follower { shared, session: &session };
    let (mut plugins, mut life) = (shared.plugins.watch(), session.life());
    let (mut pause, mut tried) = (RETRY_FIRST, 0);
    loop {
        life.mark_unchanged();
        let wanted = of(&plugins.borrow_and_update());
        let is_settled = follower.settle(wanted, pause).await;
        let news = until_news(&mut plugins, &mut life, wanted);
        if is_settled {
            pause = RETRY_FIRST;
            if news.await.is_none() {
                return;
            }
            continue;
        }
        pause = match shared.clock.timeout(pause, news).await {
            Ok(None) => return,
            Ok(Some(())) => RETRY_FIRST,
            Err(_) if follower.try_one(&mut tried).await => RETRY_FIRST,
            Err(_) => (pause * 2).min(RETRY_MAX),
        };
    }
}

/// Who changes the session's intents.
struct Follower<'a> {
    shared: &'a Shared,
    session: &'a Session,
}

impl Follower<'_> {
    /// Gives the session as many of the wanted intents as Discord takes; whether that is all of them.
    /// Where it is not, it is tried again after `pause`.
    async fn settle(&self, wanted: u64, pause: Duration) -> bool {
        let intents = &self.shared.intents;
        intents.keep_refused(wanted);
        let unasked = self.ask(wanted).await.err().map(|why| {
            let again_s = pause.as_secs();
            warn!(error = %why, again_s, "the gateway session keeps its intents; trying again");
            let bits = wanted & !intents.current() & !intents.refused();
            Lacking { bits, why }
        });
        let is_settled = unasked.is_none() && intents.refused() == 0;
        intents.note_unasked(unasked);
        is_settled
    }

    /// Asks for what is wanted and not known to be refused.
    async fn ask(&self, wanted: u64) -> Result<(), Refused> {
        let intents = &self.shared.intents;
        if self.session.refused_intents().is_some() {
            // Commands need none: people are answered while it is found out what remains.
            self.reconnect(0).await?;
        }
        let target = wanted & !intents.refused();
        if target == intents.current() {
            return Ok(());
        }
        match self.reconnect(target).await {
            Err(why) if why.is_of_intents() => {
                self.search(Search::new(target, intents.current(), why)).await
            }
            result => result,
        }
    }

    /// Finds what Discord takes of what it refused as a whole.
    async fn search(&self, mut search: Search) -> Result<(), Refused> {
        let intents = &self.shared.intents;
        while let Some(asked) = search.question() {
            match self.reconnect(asked).await {
                Err(why) if !why.is_of_intents() => return Err(why),
                result => search.hear(asked, result),
            }
        }
        let Search { taken, refused, .. } = search;
        if intents.current() != taken {
            self.reconnect(taken).await?;
        }
        intents.add_refused(refused);
        self.tell();
        // A plugin that may not have them is then refused when it is loaded.
        self.shared.owners.refresh().await;
        Ok(())
    }

    /// Tries one of the intents that were refused, the next each time; whether Discord takes it now.
    async fn try_one(&self, tried: &mut u64) -> bool {
        let intents = &self.shared.intents;
        let refused = intents.refused();
        let after = refused & !tried.wrapping_mul(2).wrapping_sub(1);
        let next = if after == 0 { refused } else { after };
        *tried = next & next.wrapping_neg();
        if *tried == 0 || self.session.refused_intents().is_some() {
            return false;
        }
        let is_taken = self.reconnect(intents.current() | *tried).await.is_ok();
        if is_taken {
            intents.keep_refused(refused & !*tried);
        }
        is_taken
    }

    async fn reconnect(&self, bits: u64) -> Result<(), Refused> {
        self.session.reconnect(bits).await?;
        self.shared.intents.are(bits);
        info!("the gateway session has the intents {bits:#x}");
        Ok(())
    }

    /// Says which plugins do not hear what they want to hear.
    fn tell(&self) {
        for plugin in self.shared.plugins.registry().plugins() {
            let descriptor = plugin.descriptor();
            if let Some(why) = self.shared.intents.trouble_of(descriptor.intents) {
                let name = plugin.name();
                warn!(
                    plugin.id = %name,
                    "plugin `{name}` does not hear all its events; trying again: {why}"
                );
            }
        }
    }
}

/// Waits until the plugins want other intents, or Discord refuses those of the session; nothing if there
/// are no plugins any more, or no session.
async fn until_news(
    plugins: &mut watch::Receiver<Arc<Registry>>,
    life: &mut watch::Receiver<Life>,
    wanted: u64,
) -> Option<()> {
    let refused = async {
        loop {
            life.changed().await.ok()?;
            if matches!(&*life.borrow_and_update(), Life::IntentsRefused(_)) {
                return Some(());
            }
        }
    };
    tokio::select! {
        others = plugins.wait_for(|registry| of(registry) != wanted) => others.ok().map(drop),
        refused = refused => refused,
    }
}
