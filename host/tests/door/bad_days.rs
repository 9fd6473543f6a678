//! The door against the simulated Discord: more shards than one, and what a gateway does on a bad day.

use crate::discord::{ready, soon};
use lumina_host::{
    clock::Clock,
    door::{Door, DoorOptions, INBOUND_MAX, Inbound, Life, Session},
    secret::Secret,
};
use lumina_sandbox::discord::{GatewayEvent, GatewayFaults, SimDiscord, SimDiscordOptions};
use serde_json::{Value, json};
use std::{future::Future, time::Duration};
use tokio::sync::mpsc;

const INTENT_GUILDS: u64 = 1;
/// How often heartbeats leave where a test waits for two of them; they follow real time.
const QUICK_HEARTBEAT_MS: u64 = 300;
const EVENT: &str = "TYPING_START";

/// A simulated Discord, a session with it, and the time of both.
struct World {
    discord: SimDiscord,
    clock: Clock,
    session: Session,
    inbound: mpsc::Receiver<Inbound>,
}

impl World {
    async fn start(options: SimDiscordOptions) -> Self {
        let discord = SimDiscord::start(options).await.expect("loopback");
        let clock = Clock::start();
        let options = DoorOptions {
            api_base: discord.base(),
            token: Secret::new(discord.token()),
            clock: clock.clone(),
            user_agent: "DiscordBot (https://example.org, 1)".to_owned(),
        };
        let door = Door::open(options).expect("the door opens");
        let (tx, inbound) = mpsc::channel(INBOUND_MAX);
        let session = door.connect(INTENT_GUILDS, tx);
        Self { discord, clock, session, inbound }
    }

    async fn serving(options: SimDiscordOptions) -> Self {
        let world = Self::start(options).await;
        ready(&world.session).await;
        world
    }

    fn fault(&self, change: impl FnOnce(&mut GatewayFaults)) {
        self.discord.faults().gateway(change);
    }

    /// Moves the time of both on, a little at a time, while `work` goes on.
    async fn moving<F: Future>(&self, work: F) -> F::Output {
        let mover = async {
            loop {
                tokio::time::sleep(Duration::from_millis(5)).await;
                let clock = self.discord.clock();
                clock.advance(Duration::from_millis(200));
                self.clock.run_ahead(Duration::from_millis(clock.offset_ms()));
            }
        };
        tokio::select! {
            output = work => output,
            () = mover => unreachable!("it goes on for ever"),
        }
    }

    /// Waits until so many of the events at the gateway are of a kind.
    async fn until(&self, n: usize, wanted: fn(&GatewayEvent) -> bool) {
        soon(async {
            while self.count(wanted) < n {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
    }

    fn count(&self, wanted: fn(&GatewayEvent) -> bool) -> usize {
        self.discord.gateway_journal().iter().filter(|entry| wanted(&entry.event)).count()
    }

    /// The next event of this name, and the shard that it came through.
    async fn event(&mut self, name: &str) -> (Value, u32) {
        loop {
            let Inbound { text, shard, .. } = soon(self.inbound.recv()).await.expect("a session");
            let mut frame: Value = serde_json::from_str(&text).expect("JSON");
            if frame["t"] == name {
                return (frame["d"].take(), shard);
            }
        }
    }

    /// Sends an event that must arrive.
    async fn is_heard(&mut self, n: u64) {
        self.discord.dispatch(EVENT, &json!({ "n": n }), None);
        assert_eq!(self.event(EVENT).await.0["n"], n);
    }
}

fn is_identify(event: &GatewayEvent) -> bool {
    matches!(event, GatewayEvent::Identified { .. })
}

fn is_resume(event: &GatewayEvent) -> bool {
    matches!(event, GatewayEvent::Resumed { .. })
}

fn is_refusal(event: &GatewayEvent) -> bool {
    *event == GatewayEvent::Invalidated
}

fn is_left(event: &GatewayEvent) -> bool {
    *event == GatewayEvent::Left
}

fn is_at_resume_url(event: &GatewayEvent) -> bool {
    *event == GatewayEvent::Connected { at_resume_url: true }
}

#[tokio::test]
async fn a_session_of_two_shards_is_ready_when_both_are() {
    let options = SimDiscordOptions { recommended_shards: 2, ..SimDiscordOptions::default() };
    let mut world = World::start(options).await;
    let (first, first_shard) = world.event("READY").await;
    assert_eq!(*world.session.life().borrow(), Life::Connecting, "one of them is missing");
    // The second may identify some seconds after the first.
    world.moving(world.until(2, is_identify)).await;
    ready(&world.session).await;
    let (second, second_shard) = world.event("READY").await;
    let mut shards = [(&first["shard"], first_shard), (&second["shard"], second_shard)];
    shards.sort_by_key(|(_, number)| *number);
    assert_eq!(shards, [(&json!([0, 2]), 0), (&json!([1, 2]), 1)]);
    assert!(world.discord.violations().is_empty(), "{:?}", world.discord.violations());
}

#[tokio::test]
async fn a_connection_whose_heartbeats_nobody_answers_is_left_and_resumed() {
    let options = SimDiscordOptions {
        heartbeat_interval_ms: QUICK_HEARTBEAT_MS,
        ..SimDiscordOptions::default()
    };
    let mut world = World::serving(options).await;
    world.fault(|faults| faults.no_heartbeat_ack = true);
    world.until(1, is_left).await;
    world.fault(|faults| faults.no_heartbeat_ack = false);
    world.moving(world.until(1, is_resume)).await;
    assert!(world.count(is_at_resume_url) > 0);
    assert_eq!(world.count(is_identify), 1, "it is the same session");
    world.is_heard(1).await;
}

#[tokio::test]
async fn a_dead_resume_address_costs_no_session_and_no_event() {
    let mut world = World::serving(SimDiscordOptions::default()).await;
    world.fault(|faults| faults.resume_url_dead = true);
    world.discord.drop_connections();
    world.discord.dispatch(EVENT, &json!({ "n": 1 }), None);
    world.until(1, is_resume).await;
    assert_eq!((world.count(is_at_resume_url), world.count(is_identify)), (0, 1));
    assert_eq!(world.event(EVENT).await.0["n"], 1);
    ready(&world.session).await;
    assert!(world.discord.violations().is_empty(), "{:?}", world.discord.violations());
}

#[tokio::test]
async fn a_refused_resume_leads_to_a_new_session() {
    let mut world = World::serving(SimDiscordOptions::default()).await;
    world.fault(|faults| faults.refuse_resume = Some(false));
    world.discord.drop_connections();
    world.moving(world.until(2, is_identify)).await;
    assert_eq!((world.count(is_refusal), world.count(is_resume)), (1, 0));
    ready(&world.session).await;
    world.is_heard(1).await;
    assert!(world.discord.violations().is_empty(), "{:?}", world.discord.violations());
}

#[tokio::test]
async fn a_resume_that_is_refused_for_the_moment_is_tried_again() {
    let mut world = World::serving(SimDiscordOptions::default()).await;
    world.fault(|faults| faults.refuse_resume = Some(true));
    world.discord.drop_connections();
    world.moving(world.until(2, is_refusal)).await;
    world.fault(|faults| faults.refuse_resume = None);
    world.moving(world.until(1, is_resume)).await;
    assert_eq!(world.count(is_identify), 1, "it is the same session");
    world.is_heard(1).await;
}
