//! What a simulated Discord is started with.

use super::journal::JOURNAL_DEFAULT;
use super::limits::GLOBAL_PER_SECOND;
use super::person::Owner;
use crate::clock::SimClock;

/// How often a client must send a heartbeat, in real milliseconds.
pub const HEARTBEAT_INTERVAL_MS: u64 = 41_250;

/// How many sessions a bot may begin in a day.
pub const IDENTIFIES_PER_DAY: u32 = 1_000;

/// How long apart two identifies of one concurrency key must be.
pub const IDENTIFY_INTERVAL_MS: u64 = 5_000;

/// Says how to start a simulated Discord.
#[derive(Clone, Debug)]
pub struct SimDiscordOptions {
    /// The port, or any free one.
    pub port: Option<u16>,
    /// The bot's token.
    pub token: String,
    /// Who owns the application.
    pub owner: Owner,
    /// How many guilds the bot is in. Sharding is required above 2,500 a shard.
    pub n_guilds: usize,
    /// How many shards `/gateway/bot` recommends.
    pub recommended_shards: u32,
    /// How many sessions may begin at once.
    pub max_concurrency: u32,
    /// How many identifies a day has.
    pub identifies_per_day: u32,
    /// How long apart two identifies of one key must be, in simulated milliseconds.
    pub identify_interval_ms: u64,
    /// How often a heartbeat is due. This one follows real time: it is kept by libraries.
    pub heartbeat_interval_ms: u64,
    /// Intents that the application was not given at first, though it may ask.
    pub disallowed_intents: u64,
    /// How many requests of any kind fit in a second.
    pub global_per_second: u32,
    /// Whether limits per bucket are counted.
    pub count_buckets: bool,
    /// Whether bodies are compared with Discord's OpenAPI document too.
    pub check_openapi: bool,
    /// How many requests the journal keeps; 0 switches it off.
    pub journal_max: usize,
    /// The clock.
    pub clock: SimClock,
}

/// The privileged intents: members, presences, message content.
const PRIVILEGED_INTENTS: u64 = 1 << 1 | 1 << 8 | 1 << 15;

impl Default for SimDiscordOptions {
    fn default() -> Self {
        SimDiscordOptions {
            port: None,
            token: "MTUwMDAwMDAwMDAwMA.Sandbox.this-token-opens-nothing-outside".to_owned(),
            owner: Owner::FirstUser,
            n_guilds: 1,
            recommended_shards: 1,
            max_concurrency: 1,
            identifies_per_day: IDENTIFIES_PER_DAY,
            identify_interval_ms: IDENTIFY_INTERVAL_MS,
            heartbeat_interval_ms: HEARTBEAT_INTERVAL_MS,
            disallowed_intents: PRIVILEGED_INTENTS,
            global_per_second: GLOBAL_PER_SECOND,
            count_buckets: true,
            check_openapi: true,
            journal_max: JOURNAL_DEFAULT,
            clock: SimClock::new(),
        }
    }
}
