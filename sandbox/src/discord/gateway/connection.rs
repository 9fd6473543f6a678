//! One gateway connection: HELLO, heartbeats, identify or resume, events out, close codes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message as Frame, Utf8Bytes, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use super::deflate::ZlibStream;
use super::identify;
use super::session::{Outgoing, Session};
use crate::discord::journal::GatewayEvent;
use crate::discord::server::Door;
use crate::discord::sim::Sim;

/// How many frames a client may send in [`FRAMES_WINDOW_MS`].
const FRAMES_MAX: u32 = 120;

/// Over how long a client's frames are counted.
const FRAMES_WINDOW_MS: u64 = 60_000;

/// How large a client's frame may be.
const FRAME_BYTES_MAX: usize = 4_096;

/// How long a client may stay silent beyond its heartbeat interval, as a divisor of it.
const HEARTBEAT_GRACE_DIVISOR: u64 = 2;

/// Says why a connection ends: the close code and its reason.
pub(crate) type Close = (u16, &'static str);

pub(crate) const UNKNOWN_OPCODE: Close = (4001, "Unknown opcode.");
pub(crate) const DECODE_ERROR: Close = (4002, "Error while decoding payload.");
pub(crate) const NOT_AUTHENTICATED: Close = (4003, "Not authenticated.");
pub(crate) const AUTHENTICATION_FAILED: Close = (4004, "Authentication failed.");
pub(crate) const ALREADY_AUTHENTICATED: Close = (4005, "Already authenticated.");
pub(crate) const INVALID_SEQUENCE: Close = (4007, "Invalid seq.");
pub(crate) const RATE_LIMITED: Close = (4008, "Rate limited.");
pub(crate) const SESSION_TIMED_OUT: Close = (4009, "Session timed out.");
pub(crate) const INVALID_SHARD: Close = (4010, "Invalid shard.");
pub(crate) const SHARDING_REQUIRED: Close = (4011, "Sharding required.");
pub(crate) const INVALID_API_VERSION: Close = (4012, "Invalid API version.");
pub(crate) const INVALID_INTENTS: Close = (4013, "Invalid intent(s).");
pub(crate) const DISALLOWED_INTENTS: Close = (4014, "Disallowed intent(s).");

/// Holds what a connection knows while it is read.
pub(crate) struct Connection {
    pub sim: Arc<Sim>,
    pub outlet: UnboundedSender<Outgoing>,
    pub session: Option<Arc<Session>>,
    frames: u32,
    frames_reset_ms: u64,
}

/// Serves one connection to its end.
pub(crate) async fn serve(sim: Arc<Sim>, socket: WebSocket, query: String, door: Door) {
    let at_resume_url = door == Door::Resume;
    sim.journal.gateway(sim.now_ms(), GatewayEvent::Connected { at_resume_url });
    let (outlet, queue) = unbounded_channel();
    sim.hub.add_connection(&outlet);
    let (sink, stream) = socket.split();
    let mut writer = Writer { sink, compressor: None };
    let mut connection =
        Connection { sim: sim.clone(), outlet, session: None, frames: 0, frames_reset_ms: 0 };
    let end = match Query::parse(&query) {
        Err(close) => Some(close),
        Ok(query) => {
            writer.compressor = query.zlib_stream.then(ZlibStream::new);
            connection.run(stream, queue, &mut writer).await
        }
    };
    connection.leave(end);
    if let Some((code, reason)) = end {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        let _ = writer.sink.send(Frame::Close(Some(frame))).await;
    }
}

struct Query {
    zlib_stream: bool,
}

impl Query {
    fn parse(query: &str) -> Result<Query, Close> {
        let value = |wanted: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == wanted).map(|(_, value)| value).next_back()
        };
        match (value("v"), value("encoding"), value("compress")) {
            (Some("10") | None, Some("json") | None, None) => Ok(Query { zlib_stream: false }),
            (Some("10") | None, Some("json") | None, Some("zlib-stream")) => {
                Ok(Query { zlib_stream: true })
            }
            (Some("10") | None, _, _) => Err(DECODE_ERROR),
            _ => Err(INVALID_API_VERSION),
        }
    }
}

struct Writer {
    sink: SplitSink<WebSocket, Frame>,
    compressor: Option<ZlibStream>,
}

impl Writer {
    async fn feed(&mut self, text: Utf8Bytes) -> Result<(), axum::Error> {
        let frame = match &mut self.compressor {
            None => Frame::Text(text),
            Some(compressor) => Frame::Binary(compressor.message(&text).into()),
        };
        self.sink.feed(frame).await
    }
}

/// Says that a connection is over, with a close code if it is Discord who ends it.
struct Over(Option<Close>);

impl Connection {
    /// Returns the code to close with, or `None` when the other side is gone.
    async fn run(
        &mut self,
        mut stream: SplitStream<WebSocket>,
        mut queue: UnboundedReceiver<Outgoing>,
        writer: &mut Writer,
    ) -> Option<Close> {
        let interval_ms = self.sim.options.heartbeat_interval_ms;
        let patience = Duration::from_millis(interval_ms + interval_ms / HEARTBEAT_GRACE_DIVISOR);
        if !self.sim.faults.gateway_now().no_hello {
            let hello = json!({"op": 10, "s": null, "t": null,
                "d": { "heartbeat_interval": interval_ms, "_trace": ["[\"sandbox\"]"] }});
            self.send(&hello);
        }
        let mut silent_at = Instant::now() + patience;
        loop {
            let step = tokio::select! {
                frame = stream.next() => match self.receive(frame) {
                    Ok(was_heartbeat) => {
                        if was_heartbeat {
                            silent_at = Instant::now() + patience;
                        }
                        Ok(())
                    }
                    Err(over) => Err(over),
                },
                outgoing = queue.recv() => write(writer, outgoing, &mut queue).await,
                () = tokio::time::sleep_until(silent_at) => Err(Over(Some(SESSION_TIMED_OUT))),
            };
            if let Err(Over(end)) = step {
                while let Ok(Outgoing::Text(text)) = queue.try_recv() {
                    writer.feed(text).await.ok()?;
                }
                return end;
            }
        }
    }

    /// Takes a frame in; `Ok(true)` if it was a heartbeat.
    fn receive(&mut self, frame: Option<Result<Frame, axum::Error>>) -> Result<bool, Over> {
        let text = match frame {
            Some(Ok(Frame::Text(text))) => text,
            Some(Ok(Frame::Binary(_))) => return Err(Over(Some(DECODE_ERROR))),
            Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => return Ok(false),
            Some(Ok(Frame::Close(close))) => {
                self.end_session_if_done(close.as_ref().map(|close| close.code));
                return Err(Over(None));
            }
            Some(Err(_)) | None => return Err(Over(None)),
        };
        self.handle(&text).map_err(|close| Over(Some(close)))
    }

    /// A client that closes with 1000 or 1001 ends its session; any other way it may resume.
    fn end_session_if_done(&mut self, code: Option<u16>) {
        if matches!(code, Some(1000 | 1001))
            && let Some(session) = self.session.take()
        {
            self.sim.hub.forget(&session.id);
        }
    }

    fn handle(&mut self, text: &str) -> Result<bool, Close> {
        self.count_frame()?;
        if text.len() > FRAME_BYTES_MAX {
            return Err(DECODE_ERROR);
        }
        let payload: Value = serde_json::from_str(text).map_err(|_| DECODE_ERROR)?;
        let op = payload["op"].as_u64().ok_or(DECODE_ERROR)?;
        let data = &payload["d"];
        match op {
            1 => self.heartbeat(),
            2 => identify::identify(self, data)?,
            6 => identify::resume(self, data)?,
            3 | 4 | 8 | 31 if self.session.is_some() => {}
            3 | 4 | 8 | 31 => return Err(NOT_AUTHENTICATED),
            _ => return Err(UNKNOWN_OPCODE),
        }
        Ok(op == 1)
    }

    fn count_frame(&mut self) -> Result<(), Close> {
        let now_ms = self.sim.now_ms();
        if now_ms >= self.frames_reset_ms {
            (self.frames, self.frames_reset_ms) = (0, now_ms + FRAMES_WINDOW_MS);
        }
        self.frames += 1;
        if self.frames > FRAMES_MAX { Err(RATE_LIMITED) } else { Ok(()) }
    }

    fn heartbeat(&self) {
        if !self.sim.faults.gateway_now().no_heartbeat_ack {
            self.send(&json!({"op": 11, "d": null, "s": null, "t": null}));
            if let Some(session) = &self.session {
                session.n_heartbeats.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Queues a frame that is no event.
    pub(crate) fn send(&self, payload: &Value) {
        let _ = self.outlet.send(Outgoing::Text(payload.to_string().into()));
    }

    /// Lets the session wait for a resume, or ends it when the close code says so.
    fn leave(&self, end: Option<Close>) {
        let event = end.map_or(GatewayEvent::Left, |(code, _)| GatewayEvent::Closed { code });
        self.sim.journal.gateway(self.sim.now_ms(), event);
        let Some(session) = &self.session else { return };
        session.detach(&self.outlet, self.sim.now_ms());
        // After these a client must identify again; every other session may be resumed.
        if let Some((4004 | 4007 | 4009 | 4010..=4014, _)) = end {
            self.sim.hub.forget(&session.id);
        }
    }
}

/// Writes what is queued, as much as there is at once.
async fn write(
    writer: &mut Writer,
    first: Option<Outgoing>,
    queue: &mut UnboundedReceiver<Outgoing>,
) -> Result<(), Over> {
    let mut next = first;
    while let Some(outgoing) = next {
        match outgoing {
            Outgoing::Text(text) => writer.feed(text).await.map_err(|_| Over(None))?,
            Outgoing::Close { code, reason } => return Err(Over(Some((code, reason)))),
            Outgoing::Drop => return Err(Over(None)),
        }
        next = queue.try_recv().ok();
    }
    writer.sink.flush().await.map_err(|_| Over(None))
}
