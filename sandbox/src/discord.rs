//! A Discord on loopback: REST v10 and gateway v10 that enforce Discord's rules.
//!
//! Whoever breaks a rule reads the error that Discord would send. `RULES.md` beside this crate
//! lists the rules. It must never accept what Discord refuses: tests lean on that.

mod answer;
mod check;
mod client;
mod command;
mod error;
mod fault;
mod files;
mod gateway;
mod id;
mod interaction;
mod journal;
mod limits;
mod message;
mod person;
mod place;
mod rest;
mod server;
mod settings;
mod sim;
mod spec;
mod timestamp;
mod violation;
mod world;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio_util::sync::DropGuard;

pub use answer::Answer;
pub use client::{
    ATTACHMENT_BYTES_MAX, ClientRefusal, FormValue, Invocation, Place, RawInteraction, Target,
};
pub use command::{CREATES_PER_DAY, CREATES_WINDOW_MS};
pub use fault::{Faults, GatewayFaults, RestFault, Span};
pub use gateway::ConnectedSession;
pub use id::{
    ApplicationId, AttachmentId, ChannelId, CommandId, GuildId, InteractionId, LAST_BIRTH_MS,
    MessageId, RoleId, UserId,
};
pub use interaction::{FIRST_ANSWER_MS, InteractionKind, TOKEN_LIFE_MS};
pub use journal::{GatewayEntry, GatewayEvent, JOURNAL_DEFAULT, JournalEntry};
pub use limits::{GLOBAL_PER_SECOND, INVALID_MAX, INVALID_WINDOW_MS};
pub use message::{Message, MessageMark, Ping, Version};
pub use person::{NewUser, Owner, TeamMember, User};
pub use place::{BotAccess, Channel, ChannelKind, Guild};
pub use settings::{
    HEARTBEAT_INTERVAL_MS, IDENTIFIES_PER_DAY, IDENTIFY_INTERVAL_MS, SimDiscordOptions,
};
pub(crate) use timestamp::iso;
pub use violation::Violation;

use crate::clock::SimClock;
use sim::Sim;

/// What people read where a bot did not answer.
pub const NO_ANSWER: &str = "The application did not respond";

/// Returns what Discord says to a first answer that it refuses, without a Discord that runs: `files` are
/// the names of those it brings, `option_type` is the type of the option that suggestions are for.
pub fn refusal(answer: &Value, files: &[&str], option_type: u64) -> Option<Value> {
    rest::refusal(answer, files, option_type).map(|refusal| refusal.to_json())
}

/// Handles a running simulated Discord, which ends with its last clone.
#[derive(Clone)]
pub struct SimDiscord {
    sim: Arc<Sim>,
    _running: Arc<DropGuard>,
}

impl SimDiscord {
    /// Starts a Discord on loopback.
    ///
    /// # Errors
    ///
    /// When the wanted port is taken.
    pub async fn start(options: SimDiscordOptions) -> anyhow::Result<SimDiscord> {
        let (sim, running) = server::start(options).await?;
        Ok(SimDiscord { sim, _running: Arc::new(running) })
    }

    /// Returns the base of the REST API, as in `http://127.0.0.1:4100/api/v10`.
    pub fn base(&self) -> String {
        self.sim.base()
    }

    /// Returns the bot's token.
    pub fn token(&self) -> &str {
        &self.sim.options.token
    }

    /// Returns the id of the application, which is also the bot's.
    pub fn application_id(&self) -> ApplicationId {
        self.sim.world().application
    }

    /// Returns the clock that every deadline follows.
    pub fn clock(&self) -> &SimClock {
        &self.sim.clock
    }

    /// Returns the switches of all faults.
    pub fn faults(&self) -> &Faults {
        &self.sim.faults
    }

    /// Returns everyone but the bot; the first owns the application unless a team does.
    pub fn users(&self) -> Vec<User> {
        self.sim.world().people().cloned().collect()
    }

    /// Returns the bot.
    pub fn bot(&self) -> User {
        self.sim.world().bot().clone()
    }

    /// Returns the person who owns the application.
    pub fn owner(&self) -> UserId {
        self.sim.world().people().next().map(|user| user.id).expect("there are default users")
    }

    /// Returns a person by the unique name.
    pub fn user_named(&self, name: &str) -> Option<User> {
        self.sim.world().people().find(|user| user.name == name).cloned()
    }

    /// Adds a person, who is in every guild.
    pub fn add_user(&self, user: NewUser) -> UserId {
        let id = UserId(self.sim.snowflakes.next());
        let words = (user.name.as_str(), user.display_name.as_str(), user.locale.as_str());
        self.sim.world().insert_user(id, words, false);
        id
    }

    /// Changes the language of a person's client.
    pub fn set_locale(&self, user: UserId, locale: &str) {
        if let Some(user) = self.sim.world().users.get_mut(&user) {
            user.locale = locale.to_owned();
        }
    }

    /// Changes the language of a guild.
    pub fn set_guild_locale(&self, guild: GuildId, locale: &str) {
        if let Some(guild) = self.sim.world().guilds.get_mut(&guild) {
            guild.locale = locale.to_owned();
        }
    }

    /// Adds a guild with the default channels, and tells the sessions that ask for guilds.
    pub fn add_guild(&self, name: &str) -> GuildId {
        // A guild's channels take the ids behind its own, so it gets a millisecond of its own.
        let id = GuildId((self.sim.snowflakes.next() | 0x3f_ffff) + 1);
        self.sim.world().insert_guild(id, name.to_owned());
        gateway::guild_created(&self.sim, id);
        id
    }

    /// Adds a text channel to a guild.
    pub fn add_channel(&self, guild: GuildId, name: &str) -> ChannelId {
        let id = ChannelId(self.sim.snowflakes.next());
        let mut world = self.sim.world();
        world.insert_channel(id, name, ChannelKind::Guild(guild));
        if let Some(guild) = world.guilds.get_mut(&guild) {
            guild.channels.push(id);
        }
        id
    }

    /// Returns the guilds in the order of their ids.
    pub fn guilds(&self) -> Vec<Guild> {
        self.sim.world().guilds.values().cloned().collect()
    }

    /// Returns the first channel of the first guild.
    pub fn default_channel(&self) -> ChannelId {
        let world = self.sim.world();
        let guild = world.guilds.values().next().expect("a default guild was asked for");
        *guild.channels.first().expect("a default guild has channels")
    }

    /// Returns a channel.
    pub fn channel(&self, id: ChannelId) -> Option<Channel> {
        self.sim.world().channels.get(&id).cloned()
    }

    /// Changes what the bot may do in a channel.
    pub fn set_bot_access(&self, channel: ChannelId, access: BotAccess) {
        if let Some(channel) = self.sim.world().channels.get_mut(&channel) {
            channel.bot_access = access;
        }
    }

    /// Returns the direct messages between the bot and a person, opened when needed.
    pub fn bot_dm(&self, user: UserId) -> ChannelId {
        self.sim.bot_dm(user)
    }

    /// Opens a private channel between people, without the bot.
    pub fn add_private_channel(&self, users: Vec<UserId>) -> ChannelId {
        let id = ChannelId(self.sim.snowflakes.next());
        self.sim.world().insert_channel(id, "", ChannelKind::Private(users));
        id
    }

    /// Posts a message as a person, and tells the sessions that ask for messages.
    pub fn say(&self, user: UserId, channel: ChannelId, text: &str) -> MessageId {
        self.sim.say(user, channel, text)
    }

    /// Switches privileged intents on, as the application's owner does in the developer portal.
    pub fn switch_on_intents(&self, intents: u64) {
        self.sim.switch_on_intents(intents);
    }

    /// Switches privileged intents off again.
    pub fn switch_off_intents(&self, intents: u64) {
        self.sim.switch_off_intents(intents);
    }

    /// Lets a person pick a file, however large, to be named by its id in options and forms.
    pub fn upload(&self, name: &str, bytes: impl Into<Bytes>) -> AttachmentId {
        let id = AttachmentId(self.sim.snowflakes.next());
        let content_type = Some("application/octet-stream".to_owned());
        let file = files::File { id, name: name.to_owned(), content_type, bytes: bytes.into() };
        self.sim.world().files.insert(file);
        id
    }

    /// Returns the bytes of a file that a person or the bot has uploaded.
    pub fn file(&self, id: AttachmentId) -> Option<Bytes> {
        self.sim.world().files.get(id).map(|file| file.bytes.clone())
    }

    /// Waits until an interaction has its outcome, or until `bound` of real time is over.
    pub async fn answer(&self, interaction: InteractionId, bound: Duration) -> Answer {
        answer::wait(&self.sim, interaction, bound).await
    }

    /// Returns what an interaction has come to so far, without waiting.
    pub fn answer_now(&self, interaction: InteractionId) -> Answer {
        answer::look(&self.sim, interaction)
    }

    /// Returns the commands that still wait for their answer, by name.
    pub fn unanswered(&self) -> Vec<String> {
        let (world, now_ms) = (self.sim.world(), self.sim.now_ms());
        let open = world.interactions.iter().filter(|interaction| {
            let waits = interaction.first.is_none() || interaction.deferred;
            let is_command = interaction.kind == InteractionKind::Command;
            is_command && waits && now_ms < interaction.token_dies_ms()
        });
        open.map(|interaction| interaction.label.clone()).collect()
    }

    /// Returns the follow-ups to an interaction in their order.
    pub fn followups(&self, interaction: InteractionId) -> Vec<Message> {
        let world = self.sim.world();
        let ids = world.interactions.get(interaction).map(|found| found.followups.clone());
        ids.unwrap_or_default()
            .into_iter()
            .filter_map(|id| world.messages.get(id).cloned())
            .collect()
    }

    /// Returns the follow-ups, to whatever interactions, that a person sees in a channel and that came
    /// behind a mark; and the mark behind them.
    pub fn followups_since(
        &self,
        mark: MessageMark,
        channel: ChannelId,
        as_user: UserId,
    ) -> (Vec<Message>, MessageMark) {
        let world = self.sim.world();
        let is_followup = |message: &&Message| {
            let answered = message.interaction.and_then(|id| world.interactions.get(id));
            answered.is_some_and(|interaction| interaction.followups.contains(&message.id))
        };
        let seen = world.messages.since(mark);
        let seen = seen.filter(|message| message.channel == channel && message.visible_to(as_user));
        (seen.filter(is_followup).cloned().collect(), world.messages.mark())
    }

    /// Returns what a person sees in a channel, oldest first.
    pub fn messages(&self, channel: ChannelId, as_user: UserId) -> Vec<Message> {
        self.sim.settle_thinking();
        let world = self.sim.world();
        let seen = world.messages.of_channel(channel);
        seen.filter(|message| message.visible_to(as_user)).cloned().collect()
    }

    /// Returns a message with its history, even a deleted one.
    pub fn message(&self, id: MessageId) -> Option<Message> {
        self.sim.settle_thinking();
        self.sim.world().messages.get(id).cloned()
    }

    /// Returns the registered commands of a guild, or with `None` the global ones.
    pub fn commands(&self, scope: Option<GuildId>) -> Vec<Value> {
        self.sim.world().commands.list(scope).to_vec()
    }

    /// Returns the requests that the journal still holds, oldest first.
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.sim.journal.requests()
    }

    /// Returns what happened at the gateway, oldest first.
    pub fn gateway_journal(&self) -> Vec<GatewayEntry> {
        self.sim.journal.gateway_entries()
    }

    /// Returns the sessions that are connected at the moment.
    pub fn sessions(&self) -> Vec<ConnectedSession> {
        self.sim.hub.connected()
    }

    /// Returns what the bot did that it must never do, judged as of now.
    pub fn violations(&self) -> Vec<Violation> {
        self.sim.all_violations()
    }

    /// Forgets the violations recorded so far (not those of open interactions).
    pub fn clear_violations(&self) {
        self.sim.violations.clear();
    }

    /// Returns where answers of this simulation did not fit Discord's OpenAPI document.
    pub fn document_mismatches(&self) -> Vec<String> {
        self.sim.mismatches().iter().cloned().collect()
    }

    /// Returns how many refused requests count towards the ban at the moment.
    pub fn n_invalid_requests(&self) -> usize {
        self.sim.limits().n_invalid(self.sim.now_ms())
    }

    /// Sends any dispatch event to the sessions of a guild's shard, or of shard 0.
    pub fn dispatch(&self, event: &str, data: &Value, guild: Option<GuildId>) {
        self.sim.hub.dispatch(event, data, guild, 0);
    }

    /// Drops every gateway connection without a close frame.
    pub fn drop_connections(&self) {
        self.sim.hub.drop_all();
    }

    /// Closes every gateway connection with a code.
    pub fn close_connections(&self, code: u16, reason: &'static str) {
        self.sim.hub.close_all(code, reason);
    }

    /// Asks every connection to reconnect (op 7).
    pub fn ask_reconnect(&self) {
        self.sim.hub.send_all(r#"{"op":7,"d":null,"s":null,"t":null}"#);
    }

    /// Tells every connection that its session is invalid (op 9).
    pub fn invalidate_sessions(&self, resumable: bool) {
        self.sim.hub.invalidate_all(resumable);
    }
}
