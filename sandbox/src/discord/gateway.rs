//! The gateway: who is connected, which shard hears what, and what a dropped session missed.

mod connection;
mod deflate;
mod identify;

mod session;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::ws::Utf8Bytes;
use serde_json::Value;

use super::id::GuildId;
use super::sim::Sim;
pub(crate) use connection::serve;
use identify::Quota;
use session::{Outgoing, Session};

/// How many guilds one shard may serve.
pub(crate) const GUILDS_PER_SHARD_MAX: usize = 2_500;

/// The intent for guilds.
pub(crate) const INTENT_GUILDS: u64 = 1;

/// Describes a session that is connected at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectedSession {
    /// The session's id.
    pub id: String,
    /// Number of the shard, and of how many.
    pub shard: [u64; 2],
    /// What it asked for.
    pub intents: u64,
    /// How many of its heartbeats were acknowledged.
    pub n_heartbeats: u64,
}

/// Knows every session, connected or waiting to be resumed.
#[derive(Default)]
pub(crate) struct Hub {
    sessions: Mutex<Vec<Arc<Session>>>,
    pub(crate) quota: Mutex<Quota>,
    connections: Mutex<Vec<tokio::sync::mpsc::WeakUnboundedSender<Outgoing>>>,
}

impl Hub {
    fn sessions(&self) -> MutexGuard<'_, Vec<Arc<Session>>> {
        self.sessions.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn connected(&self) -> Vec<ConnectedSession> {
        let sessions = self.sessions();
        let connected = sessions.iter().filter(|session| session.is_connected());
        connected
            .map(|session| ConnectedSession {
                id: session.id.clone(),
                shard: session.shard,
                intents: session.intents,
                n_heartbeats: session.n_heartbeats.load(Ordering::Relaxed),
            })
            .collect()
    }

    fn add(&self, session: Arc<Session>, now_ms: u64) {
        let mut sessions = self.sessions();
        sessions.retain(|session| session.is_alive(now_ms));
        sessions.push(session);
    }

    fn find(&self, id: &str, now_ms: u64) -> Option<Arc<Session>> {
        let mut sessions = self.sessions();
        sessions.retain(|session| session.is_alive(now_ms));
        sessions.iter().find(|session| session.id == id).cloned()
    }

    fn forget(&self, id: &str) {
        self.sessions().retain(|session| session.id != id);
    }

    /// Sends an event to each session of the shard that asked for one of the intents (0: any).
    pub(crate) fn dispatch(&self, event: &str, data: &Value, guild: Option<GuildId>, intents: u64) {
        let data = data.to_string();
        for session in self.sessions().iter() {
            let wanted = intents == 0 || session.intents & intents != 0;
            if wanted && session.hears(guild) {
                session.dispatch(event, &data);
            }
        }
    }

    fn add_connection(&self, outlet: &tokio::sync::mpsc::UnboundedSender<Outgoing>) {
        let mut connections = self.connections.lock().expect("no holder of this lock panics");
        connections.retain(|outlet| outlet.strong_count() > 0);
        connections.push(outlet.downgrade());
    }

    fn each_connection(&self, outgoing: impl Fn() -> Outgoing) {
        let connections = self.connections.lock().expect("no holder of this lock panics");
        for outlet in connections.iter().filter_map(|outlet| outlet.upgrade()) {
            let _ = outlet.send(outgoing());
        }
    }

    pub(crate) fn drop_all(&self) {
        self.each_connection(|| Outgoing::Drop);
    }

    pub(crate) fn close_all(&self, code: u16, reason: &'static str) {
        self.each_connection(|| Outgoing::Close { code, reason });
    }

    pub(crate) fn send_all(&self, text: &'static str) {
        self.each_connection(|| Outgoing::Text(Utf8Bytes::from_static(text)));
    }

    pub(crate) fn invalidate_all(&self, resumable: bool) {
        if !resumable {
            self.sessions().clear();
        }
        self.each_connection(|| Outgoing::Text(invalid_session(resumable)));
    }
}

fn invalid_session(resumable: bool) -> Utf8Bytes {
    format!(r#"{{"op":9,"d":{resumable},"s":null,"t":null}}"#).into()
}

/// Tells sessions that ask for guilds about a new one.
pub(crate) fn guild_created(sim: &Sim, id: GuildId) {
    let world = sim.world();
    let Some(data) = guild_json(sim, &world, id) else { return };
    drop(world);
    sim.hub.dispatch("GUILD_CREATE", &data, Some(id), INTENT_GUILDS);
}

fn guild_json(sim: &Sim, world: &super::world::World, id: GuildId) -> Option<Value> {
    let guild = world.guilds.get(&id)?;
    let channels = guild.channels.iter().filter_map(|id| world.channels.get(id));
    let channels = channels.map(|channel| world.channel_json(channel)).collect();
    Some(guild.to_gateway_json(channels, sim.now_ms()))
}
