//! The parts of a running simulation, joined.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use serde_json::{Value, json};

use super::fault::Faults;
use super::gateway::Hub;
use super::id::{ChannelId, GuildId, MessageId, Snowflakes, UserId};
use super::interaction::Interaction;
use super::journal::Journal;
use super::limits::Limits;
use super::message::{Message, Version, gave_up};
use super::person::{self, Owner, TeamMember, User};
use super::place::ChannelKind;
use super::rest::compose;
use super::settings::SimDiscordOptions;
use super::violation::{Violation, Violations};
use super::world::World;
use crate::clock::SimClock;

/// The intents for messages in guilds and in direct messages.
const INTENT_GUILD_MESSAGES: u64 = 1 << 9;
const INTENT_DIRECT_MESSAGES: u64 = 1 << 12;

pub(crate) struct Sim {
    pub options: SimDiscordOptions,
    pub clock: SimClock,
    pub address: SocketAddr,
    pub resume_address: SocketAddr,
    pub snowflakes: Snowflakes,
    pub hub: Hub,
    pub journal: Journal,
    pub faults: Faults,
    pub violations: Violations,
    intents_off: AtomicU64,
    limits: Mutex<Limits>,
    world: Mutex<World>,
    mismatches: Mutex<BTreeSet<String>>,
}

impl Sim {
    pub(crate) fn new(
        options: SimDiscordOptions,
        address: SocketAddr,
        resume_address: SocketAddr,
    ) -> Sim {
        let clock = options.clock.clone();
        Sim {
            address,
            resume_address,
            snowflakes: Snowflakes::new(clock.clone()),
            hub: Hub::default(),
            journal: Journal::new(options.journal_max),
            faults: Faults::new(clock.clone()),
            violations: Violations::default(),
            intents_off: AtomicU64::new(options.disallowed_intents),
            limits: Mutex::new(Limits::new(options.global_per_second)),
            world: Mutex::new(World::new(options.n_guilds)),
            mismatches: Mutex::default(),
            clock,
            options,
        }
    }

    /// Returns the intents that the application was not given.
    pub(crate) fn intents_off(&self) -> u64 {
        self.intents_off.load(Ordering::Relaxed)
    }

    pub(crate) fn switch_on_intents(&self, intents: u64) {
        self.intents_off.fetch_and(!intents, Ordering::Relaxed);
    }

    pub(crate) fn switch_off_intents(&self, intents: u64) {
        self.intents_off.fetch_or(intents, Ordering::Relaxed);
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}/api/v10", self.address)
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Locks the world. Never hold it while taking another lock of the simulation but the hub's.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no holder of this lock panics")
    }

    /// Locks what our own answers did not fit in Discord's document.
    pub(crate) fn mismatches(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.mismatches.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn limits(&self) -> MutexGuard<'_, Limits> {
        self.limits.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn bot_dm(&self, user: UserId) -> ChannelId {
        let mut world = self.world();
        world.bot_dm_of(user).unwrap_or_else(|| {
            let id = ChannelId(self.snowflakes.next());
            world.insert_channel(id, "", ChannelKind::BotDm(user));
            id
        })
    }

    /// Returns the owning team with the people behind it, if a team owns the application.
    pub(crate) fn team(&self, world: &World) -> Option<Vec<(TeamMember, User)>> {
        let Owner::Team(members) = &self.options.owner else { return None };
        let with_user = |member: &TeamMember| {
            let user = world.people().nth(member.user_index)?;
            Some((member.clone(), user.clone()))
        };
        Some(members.iter().filter_map(with_user).collect())
    }

    pub(crate) fn team_json(&self, world: &World) -> serde_json::Value {
        let team = self.team(world);
        team.map_or(serde_json::Value::Null, |team| person::team_json(world.application, &team))
    }

    /// Posts a message of a person.
    pub(crate) fn say(&self, user: UserId, channel: ChannelId, text: &str) -> MessageId {
        let id = MessageId(self.snowflakes.next());
        let at_ms = self.now_ms();
        let mut world = self.world();
        let payload = json!({ "content": text });
        let body = compose::new_body(&world, &payload, &compose::Draft::plain(id, channel, user));
        let guild = world.channels.get(&channel).and_then(|channel| channel.guild());
        world.messages.insert(Message {
            id,
            channel,
            author: user,
            interaction: None,
            only_for: None,
            history: vec![Version { at_ms, body: body.clone().into() }],
            deleted: false,
            pings: Vec::new(),
            thinking_until_ms: None,
        });
        drop(world);
        self.announce_message(&body, guild);
        id
    }

    /// Tells the sessions that ask for messages of a new one.
    pub(crate) fn announce_message(&self, body: &Value, guild: Option<GuildId>) {
        let intent = guild.map_or(INTENT_DIRECT_MESSAGES, |_| INTENT_GUILD_MESSAGES);
        self.hub.dispatch("MESSAGE_CREATE", body, guild, intent);
    }

    /// Lets deferred answers give up whose token has died.
    pub(crate) fn settle_thinking(&self) {
        let now_ms = self.now_ms();
        let mut world = self.world();
        while let Some(id) = world.thinking.pop_due(now_ms) {
            let Some(message) = world.messages.get_mut(id) else { continue };
            if let Some(until_ms) = message.thinking_until_ms.take() {
                let body = gave_up(message.body());
                message.replace(until_ms, body);
            }
        }
    }

    /// Keeps an interaction; the one that has to go for it is judged.
    pub(crate) fn insert_interaction(&self, world: &mut World, interaction: Interaction) {
        let gone = world.interactions.insert(interaction);
        if let Some(violation) = gone.and_then(|gone| gone.judge(self.now_ms())) {
            self.violations.record(violation);
        }
    }

    pub(crate) fn all_violations(&self) -> Vec<Violation> {
        let now_ms = self.now_ms();
        let mut all = self.violations.list();
        let world = self.world();
        all.extend(world.interactions.iter().filter_map(|open| open.judge(now_ms)));
        all
    }
}
