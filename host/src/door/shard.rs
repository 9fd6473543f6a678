//! One shard: the gateway library's state machine, and the guards that it lacks.
//!
//! It must be polled all the time, because heartbeats leave only while it is; the one exception is
//! the pause after a greeting. Of errors only the kind is logged: their texts hold whole frames.

use super::{
    Inbound, Refused,
    base::Base,
    budget::Budget,
    close::{self, Meaning},
    frame::Frame,
    lives::Lives,
    outlet::Outlet,
    pace::Pace,
    session::{Handover, Life},
};
use crate::clock::{Clock, Elapsed};
use futures_util::StreamExt;
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;
use twilight_gateway::{
    CloseFrame, Config, ConfigBuilder, Message, Shard, ShardId, ShardState,
    error::{ReceiveMessageError, ReceiveMessageErrorType},
};

/// How long a connection may take to greet, and a closing one to close.
pub(super) const GREETING_TIME: Duration = Duration::from_secs(20);
/// How long the library takes at most to open a connection, and a margin.
const CONNECT_TIME: Duration = Duration::from_secs(15);
/// How long Discord may take to answer our close.
const CLOSE_TIME: Duration = Duration::from_secs(1);
/// Failed connections after which the library's pause, 64 s by then, starts over.
const FAILURES_MAX: u8 = 7;
/// Frames about the connection itself are shorter than this, so longer ones are not parsed here.
const CONTROL_BYTES_MAX: usize = 1_024;
const OP_HELLO: u8 = 10;
const OP_HEARTBEAT_ACK: u8 = 11;

/// What a fleet asks of its shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Go on.
    Not,
    /// Close the session: Discord shows the bot offline.
    Close,
    /// Leave the connection without a word, so that the session can be resumed.
    Leave,
}

/// What all shards of a fleet share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) base: Base,
    /// Token, intents, gateway address, and the queue to identify.
    pub(super) config: Config<Budget>,
    pub(super) outlet: Arc<Outlet>,
    /// Which fleet of its session it is.
    pub(super) fleet: u64,
    pub(super) lives: Arc<Lives>,
}

/// A shard and what its guards remember.
pub(super) struct Guarded {
    shared: Shared,
    shard: Shard<Budget>,
    pace: Pace,
    /// The current connection has greeted.
    greeted: bool,
    /// The session serves.
    ready: bool,
    /// When a heartbeat of our own left.
    probe_sent: Option<Duration>,
}

/// Whether a shard goes on.
enum Flow {
    On,
    End,
}

type Item = Option<Result<Message, ReceiveMessageError>>;

impl Guarded {
    pub(super) fn new(shared: Shared, id: ShardId, from: Option<Handover>) -> Self {
        let shard = build(&shared, id, from);
        let pace = Pace::default();
        Self { shared, shard, pace, greeted: false, ready: false, probe_sent: None }
    }

    /// Runs until told to stop, or until no reconnect helps; returns what a successor needs.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<Stop>) -> Option<Handover> {
        loop {
            // Who asked for this shard is gone when the sender is.
            let asked = *stop.borrow_and_update();
            let flow = match asked {
                Stop::Leave => return handover(&self.shard),
                Stop::Close => {
                    self.close().await;
                    return None;
                }
                Stop::Not => tokio::select! {
                    changed = stop.changed() => {
                        if changed.is_err() {
                            return None;
                        }
                        continue;
                    }
                    flow = self.step() => flow,
                },
            };
            if matches!(flow, Flow::End) {
                return None;
            }
        }
    }

    async fn step(&mut self) -> Flow {
        match self.next().await {
            Ok(item) => self.handle(item).await,
            Err(Elapsed) => {
                tracing::warn!(shard = self.number(), "the gateway is silent, connecting again");
                self.rebuild(handover(&self.shard));
                Flow::On
            }
        }
    }

    /// The next item, within the time that the library itself does not watch over.
    async fn next(&mut self) -> Result<Item, Elapsed> {
        let patience = match self.shard.state() {
            ShardState::Disconnected { reconnect_attempts: 0 } => GREETING_TIME,
            ShardState::Disconnected { reconnect_attempts } => {
                let pause = 1_u64 << (reconnect_attempts - 1).min(FAILURES_MAX);
                CONNECT_TIME + Duration::from_secs(pause)
            }
            _ if !self.greeted => GREETING_TIME,
            // Heartbeats watch over it now.
            _ => return Ok(self.shard.next().await),
        };
        self.shared.clock.timeout(patience, self.shard.next()).await
    }

    async fn handle(&mut self, item: Item) -> Flow {
        match item {
            Some(Ok(Message::Text(text))) => self.text(text).await,
            Some(Ok(Message::Close(frame))) => self.closed(frame.map_or(1006, |frame| frame.code)),
            Some(Err(error)) => {
                self.trouble(&error);
                Flow::On
            }
            None => {
                self.set_life(Life::Fatal(Refused::ShardEnded));
                Flow::End
            }
        }
    }

    async fn text(&mut self, text: String) -> Flow {
        let received = self.shared.clock.monotonic();
        self.notice_ready(received);
        if let Some(op) = control_op(&text) {
            match op {
                OP_HELLO => self.greeting(received).await,
                OP_HEARTBEAT_ACK => self.heartbeat_came_back(received),
                _ => {}
            }
            return Flow::On;
        }
        let inbound = Inbound { text, received, shard: self.number() };
        if self.shared.outlet.hand_on(inbound, self.shared.fleet) {
            return Flow::On;
        }
        self.close().await;
        Flow::End
    }

    /// Each reconnect passes here before it resumes or identifies: the place to slow a loop down.
    async fn greeting(&mut self, now: Duration) {
        self.greeted = true;
        self.lost();
        let pause = self.pace.greeted(now, fastrand::f64());
        if !pause.is_zero() {
            tracing::warn!(
                shard = self.number(),
                pause_ms = pause.as_millis(),
                "the gateway session does not hold, pausing"
            );
            self.shared.clock.sleep(pause).await;
        }
    }

    /// The library says `Active` from READY or RESUMED on.
    fn notice_ready(&mut self, now: Duration) {
        if self.ready || self.shard.state() != ShardState::Active {
            return;
        }
        self.ready = true;
        self.pace.ready(now);
        tracing::info!(shard = self.number(), "gateway session is ready");
        self.set_life(Life::Ready);
        if self.resume_url_is_bad() {
            tracing::warn!(shard = self.number(), "Discord named an unusable resume address");
            let from = handover(&self.shard).map(|from| Handover { resume_url: None, ..from });
            self.rebuild(from);
            return;
        }
        // The library's first heartbeat leaves within a minute; until then nobody knows a latency.
        let sequence = self.shard.session().map(twilight_gateway::Session::sequence);
        self.shard.send(serde_json::json!({ "op": 1, "d": sequence }).to_string());
        self.probe_sent = Some(now);
    }

    /// The library would take the process down with an address that is none, and would send the
    /// token to one that is not encrypted.
    fn resume_url_is_bad(&self) -> bool {
        let url = self.shard.resume_url();
        url.is_some_and(|url| {
            self.shared.base.gateway(url).is_none_or(|clean| clean != url.trim_end_matches('/'))
        })
    }

    fn heartbeat_came_back(&mut self, now: Duration) {
        let probed = self.probe_sent.take().map(|sent| now.saturating_sub(sent));
        let latency = probed.or_else(|| self.shard.latency().recent().first().copied());
        if let Some(latency) = latency {
            self.shared.lives.set_latency(self.number(), latency);
        }
    }

    fn closed(&mut self, code: u16) -> Flow {
        self.greeted = false;
        match close::meaning(code, self.shard.config().intents().bits()) {
            Meaning::Fatal(refused) => {
                self.set_life(Life::Fatal(refused));
                return Flow::End;
            }
            Meaning::Intents(refused) => {
                self.set_life(Life::IntentsRefused(refused));
                return Flow::End;
            }
            Meaning::Fresh => self.rebuild(None),
            Meaning::Resume => self.lost(),
        }
        tracing::info!(shard = self.number(), code, "gateway connection closed, connecting again");
        Flow::On
    }

    fn trouble(&mut self, error: &ReceiveMessageError) {
        let shard = self.number();
        match error.kind() {
            ReceiveMessageErrorType::Reconnect => {
                tracing::warn!(shard, "cannot connect to the gateway, trying again");
                self.lost();
            }
            _ => tracing::warn!(shard, "the gateway sent a frame that cannot be read"),
        }
        let failures = match self.shard.state() {
            ShardState::Disconnected { reconnect_attempts } => reconnect_attempts,
            // A READY that cannot be read leaves the library waiting for ever.
            ShardState::Identifying | ShardState::Resuming if self.greeted => FAILURES_MAX,
            _ => 0,
        };
        if failures >= FAILURES_MAX {
            self.rebuild(handover(&self.shard));
        }
    }

    async fn close(&mut self) {
        self.shard.close(CloseFrame::NORMAL);
        let clock = self.shared.clock.clone();
        // Past the time the connection is dropped, and Discord notices a little later.
        let _ = clock.timeout(CLOSE_TIME, self.until_closed()).await;
    }

    /// Hands on what still comes, until Discord has answered the close.
    async fn until_closed(&mut self) {
        while let Some(Ok(Message::Text(text))) = self.shard.next().await {
            match control_op(&text) {
                // The library connects again by itself.
                Some(OP_HELLO) => return,
                Some(_) => {}
                None => {
                    let received = self.shared.clock.monotonic();
                    let shard = self.number();
                    let inbound = Inbound { text, received, shard };
                    self.shared.outlet.hand_on(inbound, self.shared.fleet);
                }
            }
        }
    }

    fn rebuild(&mut self, from: Option<Handover>) {
        self.lost();
        self.greeted = false;
        self.shard = build(&self.shared, self.shard.id(), from);
    }

    fn lost(&mut self) {
        self.ready = false;
        self.probe_sent = None;
        self.set_life(Life::Connecting);
    }

    fn set_life(&self, life: Life) {
        self.shared.lives.set(self.number(), life);
    }

    fn number(&self) -> u32 {
        self.shard.id().number()
    }
}

/// The kind of a frame about the connection itself; nothing for events.
fn control_op(text: &str) -> Option<u8> {
    if text.len() > CONTROL_BYTES_MAX {
        return None;
    }
    Frame::parse(text).map(|frame| frame.op).filter(|op| *op != 0)
}

fn build(shared: &Shared, id: ShardId, from: Option<Handover>) -> Shard<Budget> {
    let mut builder = ConfigBuilder::from(shared.config.clone());
    if let Some(Handover { session_id, sequence, resume_url, .. }) = from {
        builder = builder.session(twilight_gateway::Session::new(sequence, session_id));
        if let Some(url) = resume_url.and_then(|url| shared.base.gateway(&url)) {
            builder = builder.resume_url(url);
        }
    }
    Shard::with_config(id, builder.build())
}

fn handover(shard: &Shard<Budget>) -> Option<Handover> {
    let session = shard.session()?;
    Some(Handover {
        shard: shard.id().number(),
        shards: shard.id().total(),
        session_id: session.id().to_owned(),
        sequence: session.sequence(),
        resume_url: shard.resume_url().map(str::to_owned),
    })
}
