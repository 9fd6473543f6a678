//! The gateway session as the host sees it: one or more shards with the same intents.
//! Must never end a session that still serves before its successor is ready.

use super::{
    Door, Inbound, Refused, budget::Budget, fleet::Fleet, gateway, lives::Lives, outlet::Outlet,
    shard::Stop,
};
use crate::clock::Clock;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::AbortHandle,
};

/// Where a session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// Not all shards are connected; the door goes on trying.
    Connecting,
    /// All shards receive events.
    Ready,
    /// Discord does not take the intents. Nothing is tried until [`Session::reconnect`] asks for others.
    IntentsRefused(Refused),
    /// No further try can help.
    Fatal(Refused),
}

/// What a successor needs to go on where a shard stopped, without losing an event.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The shard's number.
    pub shard: u32,
    /// How many shards there are.
    pub shards: u32,
    /// The session's id. It is a secret together with the token only.
    pub session_id: String,
    /// The last event that was handed on.
    pub sequence: u64,
    /// Where to resume.
    pub resume_url: Option<String>,
}

/// How long a new session may take to become ready before the change of intents is given up.
const RECONNECT_TIME: Duration = Duration::from_secs(60);
/// How long two sessions go on together: what is on its way through the old one still arrives.
const OVERLAP_TIME: Duration = Duration::from_secs(1);
/// How long [`Session::close`] and [`Session::hand_over`] wait for the shards.
const STOP_TIME: Duration = Duration::from_secs(5);
/// How many orders may wait; they come from the owner and from shutdown.
const ORDERS_MAX: usize = 8;

/// A running gateway session. Dropped, it ends without a word to Discord, so that it can still be
/// resumed for a minute.
pub struct Session {
    clock: Clock,
    life: watch::Receiver<Life>,
    lives: watch::Receiver<Option<Arc<Lives>>>,
    orders: mpsc::Sender<Order>,
    task: AbortHandle,
}

enum Order {
    Reconnect { intents: u64, done: oneshot::Sender<Result<(), Refused>> },
    Stop { how: Stop, done: oneshot::Sender<Vec<Handover>> },
}

impl Session {
    pub(super) fn start(
        door: Door,
        intents: u64,
        sessions: Vec<Handover>,
        inbound: mpsc::Sender<Inbound>,
    ) -> Self {
        let clock = door.inner.clock.clone();
        let (life_tx, life) = watch::channel(Life::Connecting);
        let (lives_tx, lives) = watch::channel(None);
        let (orders, orders_rx) = mpsc::channel(ORDERS_MAX);
        let outlet = Arc::new(Outlet::new(inbound));
        let keeper = Keeper { door, outlet, life: life_tx, lives: lives_tx, orders: orders_rx };
        let task = tokio::spawn(keeper.run(intents, sessions)).abort_handle();
        Self { clock, life, lives, orders, task }
    }

    /// Returns where the session stands, and each change of it. After [`Session::close`] it ends.
    #[must_use]
    pub fn life(&self) -> watch::Receiver<Life> {
        self.life.clone()
    }

    /// Returns why there is no session until [`Session::reconnect`] asks for other intents; nothing
    /// unless that is so.
    #[must_use]
    pub fn refused_intents(&self) -> Option<Refused> {
        match &*self.life.borrow() {
            Life::IntentsRefused(why) => Some(why.clone()),
            _ => None,
        }
    }

    /// Returns the time that the last heartbeat took to Discord and back, averaged over the shards;
    /// nothing until one was answered.
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        self.lives.borrow().as_ref().and_then(|lives| lives.latency())
    }

    /// Changes the intents: a new session is made ready first, then the old one is closed. An event
    /// that both receive is handed on once.
    ///
    /// # Errors
    /// [`Refused`] if Discord does not allow the intents, if the new session is not ready in time,
    /// or if this one has ended.
    pub async fn reconnect(&self, intents: u64) -> Result<(), Refused> {
        let (done, result) = oneshot::channel();
        let order = Order::Reconnect { intents, done };
        self.orders.send(order).await.map_err(|_| Refused::Ended)?;
        result.await.map_err(|_| Refused::Ended)?
    }

    /// Closes the session: the bot is shown offline at once. Waits a few seconds at most.
    pub async fn close(&self) {
        self.stop(Stop::Close).await;
    }

    /// Stops without closing, and returns what [`Door::take_over`] needs to go on.
    pub async fn hand_over(self) -> Vec<Handover> {
        self.stop(Stop::Leave).await
    }

    async fn stop(&self, how: Stop) -> Vec<Handover> {
        let (done, result) = oneshot::channel();
        let work = async {
            self.orders.send(Order::Stop { how, done }).await.ok()?;
            result.await.ok()
        };
        self.clock.timeout(STOP_TIME, work).await.ok().flatten().unwrap_or_default()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The task behind a session.
struct Keeper {
    door: Door,
    outlet: Arc<Outlet>,
    life: watch::Sender<Life>,
    lives: watch::Sender<Option<Arc<Lives>>>,
    orders: mpsc::Receiver<Order>,
}

/// What is asked of the keeper, or told to it.
enum Heard {
    Order(Order),
    Life(Life),
    /// Discord takes the bot token no more, though the session may still be there.
    TokenRefused,
    /// The session's owner is gone.
    Nothing,
}

impl Keeper {
    async fn run(mut self, intents: u64, sessions: Vec<Handover>) {
        let Some((mut fleet, budget)) = self.begin(intents, &sessions).await else { return };
        drop(sessions);
        let mut life = self.show(&fleet);
        loop {
            match self.hear(&mut life).await {
                Heard::Nothing => return,
                Heard::TokenRefused => {
                    self.set_life(Life::Fatal(Refused::Token));
                    return self.until_stopped(Some(fleet)).await;
                }
                Heard::Life(life) => self.set_life(life),
                Heard::Order(Order::Stop { how, done }) => {
                    // Who asked may have gone away.
                    let _ = done.send(fleet.stop(how).await);
                    return;
                }
                Heard::Order(Order::Reconnect { intents, mut done }) => {
                    let (now, result) =
                        self.reconnect(fleet, &budget, intents, done.closed()).await;
                    fleet = now;
                    life = self.show(&fleet);
                    let _ = done.send(result);
                }
            }
        }
    }

    /// Asks where the gateway is and starts the shards; nothing if told to stop before, or if
    /// Discord refuses for good.
    async fn begin(&mut self, intents: u64, sessions: &[Handover]) -> Option<(Fleet, Budget)> {
        let door = self.door.clone();
        let asking = gateway::ask(&door);
        tokio::pin!(asking);
        let gateway = loop {
            tokio::select! {
                gateway = &mut asking => break gateway,
                () = self.door.inner.rest.token_refused() => break Err(Refused::Token),
                order = self.orders.recv() => match order? {
                    Order::Stop { done, .. } => {
                        let _ = done.send(sessions.to_vec());
                        return None;
                    }
                    Order::Reconnect { done, .. } => refuse(done, Refused::NotYet),
                },
            }
        };
        match gateway {
            Ok(gateway) => {
                let budget = Budget::start(&door.inner.clock, gateway.start_limit);
                let fleet = Fleet::start(&door, &gateway, &budget, intents, &self.outlet, sessions);
                Some((fleet, budget))
            }
            Err(refused) => {
                self.set_life(Life::Fatal(refused));
                self.until_stopped(None).await;
                None
            }
        }
    }

    /// Answers orders after the end, so that nobody waits. What the shards still bring arrives.
    async fn until_stopped(&mut self, fleet: Option<Fleet>) {
        while let Some(order) = self.orders.recv().await {
            match order {
                Order::Stop { how, done } => {
                    if let Some(fleet) = fleet {
                        // Who asked may have gone away.
                        let _ = done.send(fleet.stop(how).await);
                    }
                    return;
                }
                Order::Reconnect { done, .. } => refuse(done, Refused::Ended),
            }
        }
    }

    async fn hear(&mut self, life: &mut watch::Receiver<Life>) -> Heard {
        tokio::select! {
            order = self.orders.recv() => order.map_or(Heard::Nothing, Heard::Order),
            () = self.door.inner.rest.token_refused() => Heard::TokenRefused,
            Ok(()) = life.changed() => Heard::Life(life.borrow_and_update().clone()),
        }
    }

    /// Makes a new fleet ready and stops the old one, or keeps the old one, as where who asked has
    /// gone away.
    async fn reconnect(
        &self,
        old: Fleet,
        budget: &Budget,
        intents: u64,
        gone: impl Future<Output = ()>,
    ) -> (Fleet, Result<(), Refused>) {
        self.outlet.set_overlap(Some(old.number));
        let clock = &self.door.inner.clock;
        let made = tokio::select! {
            made = clock.timeout(RECONNECT_TIME, self.ready_fleet(budget, intents)) => {
                made.unwrap_or(Err(Refused::Late))
            }
            () = gone => Err(Refused::Late),
        };
        let result = match made {
            Ok(fleet) => {
                clock.sleep(OVERLAP_TIME).await;
                old.stop(Stop::Close).await;
                (fleet, Ok(()))
            }
            Err(refused) => (old, Err(refused)),
        };
        self.outlet.set_overlap(None);
        result
    }

    async fn ready_fleet(&self, budget: &Budget, intents: u64) -> Result<Fleet, Refused> {
        let gateway = gateway::ask(&self.door).await?;
        budget.refresh(&self.door.inner.clock, gateway.start_limit);
        let fleet = Fleet::start(&self.door, &gateway, budget, intents, &self.outlet, &[]);
        let settled = |life: &Life| *life != Life::Connecting;
        let life = fleet.watch().wait_for(settled).await.map(|life| life.clone());
        match life {
            Ok(Life::Fatal(refused) | Life::IntentsRefused(refused)) => Err(refused),
            _ => Ok(fleet),
        }
    }

    fn show(&self, fleet: &Fleet) -> watch::Receiver<Life> {
        self.lives.send_replace(Some(Arc::clone(&fleet.lives)));
        let mut life = fleet.watch();
        let now = life.borrow_and_update().clone();
        self.set_life(now);
        life
    }

    fn set_life(&self, life: Life) {
        self.life.send_if_modified(|current| {
            let changes = *current != life;
            *current = life;
            changes
        });
    }
}

fn refuse(done: oneshot::Sender<Result<(), Refused>>, why: Refused) {
    // Who asked may have gone away.
    let _ = done.send(Err(why));
}
