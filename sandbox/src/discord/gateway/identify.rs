//! Beginning a session and taking one up again, with the checks and budgets of both.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::connection::{self, Close, Connection};
use super::session::{ResumeRefusal, Session};
use super::{GUILDS_PER_SHARD_MAX, INTENT_GUILDS, guild_json, invalid_session};
use crate::discord::id::GuildId;
use crate::discord::journal::GatewayEvent;
use crate::discord::settings::SimDiscordOptions;
use crate::discord::sim::Sim;
use crate::discord::violation::Violation;

/// Over how long sessions are counted.
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Every intent that exists: bits 0 to 16, 20, 21, 24 and 25.
const INTENTS_KNOWN: u64 = 0x1_ffff | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;

/// Counts the sessions of a day and when each concurrency key began its last.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    day_ends_ms: u64,
    used: u32,
    last_ms: HashMap<u64, u64>,
}

/// Says why a session may not begin now.
#[derive(Debug)]
enum OverBudget {
    Day,
    Concurrency,
}

impl Quota {
    /// Returns what is left of the day's sessions, and when they fill up again.
    pub(crate) fn left(&self, now_ms: u64, options: &SimDiscordOptions) -> (u32, u64) {
        if now_ms >= self.day_ends_ms {
            return (options.identifies_per_day, 0);
        }
        (options.identifies_per_day.saturating_sub(self.used), self.day_ends_ms - now_ms)
    }

    fn take(
        &mut self,
        now_ms: u64,
        shard: u64,
        options: &SimDiscordOptions,
    ) -> Result<(), OverBudget> {
        if now_ms >= self.day_ends_ms {
            (self.used, self.day_ends_ms) = (0, now_ms + DAY_MS);
        }
        self.used += 1;
        if self.used > options.identifies_per_day {
            return Err(OverBudget::Day);
        }
        let key = shard % u64::from(options.max_concurrency.max(1));
        let last_ms = self.last_ms.insert(key, now_ms);
        match last_ms {
            Some(last_ms) if now_ms < last_ms + options.identify_interval_ms => {
                Err(OverBudget::Concurrency)
            }
            _ => Ok(()),
        }
    }
}

fn token_is_right(sim: &Sim, data: &Value) -> bool {
    let token = data["token"].as_str().unwrap_or_default();
    token.strip_prefix("Bot ").unwrap_or(token) == sim.options.token
}

/// Begins a session (op 2).
pub(crate) fn identify(connection: &mut Connection, data: &Value) -> Result<(), Close> {
    if connection.session.is_some() {
        return Err(connection::ALREADY_AUTHENTICATED);
    }
    let sim = connection.sim.clone();
    if !token_is_right(&sim, data) {
        return Err(connection::AUTHENTICATION_FAILED);
    }
    if !data["properties"].is_object() {
        return Err(connection::DECODE_ERROR);
    }
    let intents = checked_intents(&sim, &data["intents"])?;
    let shard = checked_shard(&sim, &data["shard"])?;
    let taken = {
        let mut quota = sim.hub.quota.lock().expect("no holder of this lock panics");
        quota.take(sim.now_ms(), shard[0], &sim.options)
    };
    match taken {
        Ok(()) => begin(connection, shard, intents),
        Err(OverBudget::Day) => {
            // Discord resets the token of whoever goes beyond the day's number.
            let reason = "more sessions than the day has";
            sim.violations.record(Violation::Identify { reason });
            return Err(connection::AUTHENTICATION_FAILED);
        }
        Err(OverBudget::Concurrency) => {
            let reason = "two sessions of one concurrency key at once";
            sim.violations.record(Violation::Identify { reason });
            refuse(connection, false);
        }
    }
    Ok(())
}

fn checked_intents(sim: &Sim, given: &Value) -> Result<u64, Close> {
    let intents = given.as_u64().ok_or(connection::INVALID_INTENTS)?;
    if intents & !INTENTS_KNOWN != 0 {
        return Err(connection::INVALID_INTENTS);
    }
    if intents & sim.intents_off() != 0 {
        return Err(connection::DISALLOWED_INTENTS);
    }
    Ok(intents)
}

fn checked_shard(sim: &Sim, given: &Value) -> Result<[u64; 2], Close> {
    let shard = match given {
        Value::Null => [0, 1],
        given => {
            let number = given[0].as_u64().ok_or(connection::INVALID_SHARD)?;
            [number, given[1].as_u64().ok_or(connection::INVALID_SHARD)?]
        }
    };
    if shard[0] >= shard[1] {
        return Err(connection::INVALID_SHARD);
    }
    let n_guilds = sim.world().guilds.len();
    if n_guilds.div_ceil(shard[1] as usize) > GUILDS_PER_SHARD_MAX {
        return Err(connection::SHARDING_REQUIRED);
    }
    Ok(shard)
}

fn refuse(connection: &Connection, resumable: bool) {
    let now_ms = connection.sim.now_ms();
    connection.sim.journal.gateway(now_ms, GatewayEvent::Invalidated);
    let _ = connection.outlet.send(super::Outgoing::Text(invalid_session(resumable)));
}

fn begin(connection: &mut Connection, shard: [u64; 2], intents: u64) {
    let sim = connection.sim.clone();
    let id = format!("{:032x}", fastrand::u128(..));
    let event = GatewayEvent::Identified { session: id.clone(), intents, shard };
    sim.journal.gateway(sim.now_ms(), event);
    let session = Arc::new(Session::new(id, shard, intents));
    session.attach(connection.outlet.clone());
    let guilds = guilds_of(&sim, &session);
    session.dispatch("READY", &ready(&sim, &session, &guilds).to_string());
    if intents & INTENT_GUILDS != 0 {
        for guild in &guilds {
            let data = guild_json(&sim, &sim.world(), *guild);
            session.dispatch("GUILD_CREATE", &data.unwrap_or_default().to_string());
        }
    }
    sim.hub.add(session.clone(), sim.now_ms());
    connection.session = Some(session);
}

fn guilds_of(sim: &Sim, session: &Session) -> Vec<GuildId> {
    let world = sim.world();
    world.guilds.keys().copied().filter(|id| session.hears(Some(*id))).collect()
}

fn ready(sim: &Sim, session: &Session, guilds: &[GuildId]) -> Value {
    let world = sim.world();
    let unavailable = |id: &GuildId| json!({ "id": id, "unavailable": true });
    json!({
        "v": 10,
        "user": world.bot().to_json(),
        "user_settings": {},
        "session_type": "normal",
        "session_id": session.id,
        "resume_gateway_url": format!("ws://{}", sim.resume_address),
        "relationships": [],
        "private_channels": [],
        "presences": [],
        "guilds": guilds.iter().map(unavailable).collect::<Vec<Value>>(),
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": [],
        "auth": {},
        "shard": session.shard,
        "application": { "id": world.application, "flags": 0 },
        "_trace": ["[\"sandbox\"]"],
    })
}

/// Takes a session up again (op 6).
pub(crate) fn resume(connection: &mut Connection, data: &Value) -> Result<(), Close> {
    if connection.session.is_some() {
        return Err(connection::ALREADY_AUTHENTICATED);
    }
    let sim = connection.sim.clone();
    if !token_is_right(&sim, data) {
        return Err(connection::AUTHENTICATION_FAILED);
    }
    if let Some(resumable) = sim.faults.gateway_now().refuse_resume {
        refuse(connection, resumable);
        return Ok(());
    }
    let id = data["session_id"].as_str().ok_or(connection::DECODE_ERROR)?;
    let sequence = data["seq"].as_u64().ok_or(connection::DECODE_ERROR)?;
    let Some(session) = sim.hub.find(id, sim.now_ms()) else {
        refuse(connection, false);
        return Ok(());
    };
    match session.resume(connection.outlet.clone(), sequence) {
        Ok(n_replayed) => {
            let event = GatewayEvent::Resumed { session: session.id.clone(), n_replayed };
            sim.journal.gateway(sim.now_ms(), event);
            session.dispatch("RESUMED", r#"{"_trace":["[\"sandbox\"]"]}"#);
            connection.session = Some(session);
        }
        Err(ResumeRefusal::SequenceAhead) => {
            sim.hub.forget(id);
            return Err(connection::INVALID_SEQUENCE);
        }
        Err(ResumeRefusal::TooOld) => {
            sim.hub.forget(id);
            refuse(connection, false);
        }
    }
    Ok(())
}
