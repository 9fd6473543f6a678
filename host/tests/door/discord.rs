//! A Discord as small as the tests need it: REST answers are raw bytes from a script, gateway
//! connections are played by the test itself.

use futures_util::{SinkExt, StreamExt};
use lumina_host::{
    clock::Clock,
    door::{Door, DoorOptions, Life, Session},
    secret::Secret,
};
use serde_json::{Value, json};
use std::{
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_websockets::{CloseCode, Message, ServerBuilder, WebSocketStream};

/// The bot token of all tests.
pub const TOKEN: &str = "MTIzNDU2.the-token.of-the-bot";
/// The bound of everything that must happen.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a test looks at what must not happen.
pub const GLANCE: Duration = Duration::from_millis(150);

/// One REST call as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub line: String,
    pub authorization: Option<String>,
    pub head: String,
    pub body: Vec<u8>,
}

type Script = Box<dyn FnMut(&Call) -> Vec<u8> + Send>;

/// The REST interface, and the gateway's main and resume addresses.
pub struct Discord {
    pub base: String,
    pub main: TcpListener,
    pub resume: TcpListener,
    calls: Arc<Mutex<Vec<Call>>>,
    pub clock: Clock,
    ahead: Mutex<Duration>,
}

impl Discord {
    /// Starts one that answers REST calls by the script, except for `GET /gateway/bot`, if
    /// `script` leaves it empty.
    pub async fn start(mut script: impl FnMut(&Call) -> Vec<u8> + Send + 'static) -> Self {
        let rest = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let main = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let resume = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let base = format!("http://{}", rest.local_addr().expect("an address"));
        let calls = Arc::new(Mutex::new(Vec::new()));
        let gateway_bot = ok(&gateway_bot(&address(&main)));
        let script: Script = Box::new(move |call| match script(call) {
            empty if empty.is_empty() => gateway_bot.clone(),
            answer => answer,
        });
        tokio::spawn(serve(rest, script, Arc::clone(&calls)));
        Self { base, main, resume, calls, clock: Clock::start(), ahead: Mutex::default() }
    }

    /// One that knows nothing but its gateway.
    pub async fn plain() -> Self {
        Self::start(|_| Vec::new()).await
    }

    pub fn door(&self) -> Door {
        let options = DoorOptions {
            api_base: self.base.clone(),
            token: Secret::new(TOKEN),
            clock: self.clock.clone(),
            user_agent: "DiscordBot (https://example.org, 1)".to_owned(),
        };
        Door::open(options).expect("the door opens")
    }

    /// Moves the clock on at once.
    pub fn jump(&self, by: Duration) {
        let mut ahead = self.ahead.lock().expect("no test panics with it");
        *ahead += by;
        self.clock.run_ahead(*ahead);
    }

    /// Moves the clock on, a little at a time, while `work` goes on.
    pub async fn moving<F: Future>(&self, work: F) -> F::Output {
        let mover = async {
            loop {
                tokio::time::sleep(Duration::from_millis(5)).await;
                self.jump(Duration::from_millis(200));
            }
        };
        tokio::select! {
            output = soon(work) => output,
            () = mover => unreachable!("it goes on for ever"),
        }
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().expect("no test panics with it").clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.line).collect()
    }

    /// Waits for the next connection to the gateway.
    pub async fn accept(&self) -> Connection {
        Connection::accept(&self.main).await
    }

    /// Waits for the next connection to the resume address.
    pub async fn accept_resume(&self) -> Connection {
        Connection::accept(&self.resume).await
    }

    /// Answers HELLO, takes the identify, answers READY.
    pub async fn accept_ready(&self, session_id: &str) -> Connection {
        let mut connection = self.accept().await;
        connection.hello().await;
        connection.expect_op(2).await;
        connection.ready(session_id, &address(&self.resume)).await;
        connection
    }
}

/// A gateway connection, seen from Discord.
pub struct Connection {
    socket: WebSocketStream<TcpStream>,
    sequence: u64,
}

impl Connection {
    async fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = soon(listener.accept()).await.expect("a connection");
        let (_, socket) = soon(ServerBuilder::new().accept(stream)).await.expect("a handshake");
        Self { socket, sequence: 0 }
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_text(frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: String) {
        soon(self.socket.send(Message::text(text))).await.expect("the door listens");
    }

    pub async fn hello(&mut self) {
        self.send(json!({"op": 10, "d": {"heartbeat_interval": 41_250}})).await;
    }

    pub async fn ready(&mut self, session_id: &str, resume_url: &str) {
        let d = json!({"v": 10, "session_id": session_id, "resume_gateway_url": resume_url,
            "user": {"id": "1"}, "guilds": [], "application": {"id": "1", "flags": 0}});
        self.dispatch("READY", d).await;
    }

    pub async fn dispatch(&mut self, event: &str, d: Value) {
        self.sequence += 1;
        self.send(json!({"op": 0, "s": self.sequence, "t": event, "d": d})).await;
    }

    /// The next frame that is no heartbeat; heartbeats are answered.
    pub async fn receive(&mut self) -> Value {
        loop {
            let message = soon(self.socket.next()).await.expect("an open connection");
            let message = message.expect("a whole frame");
            let text = message.as_text().expect("a text frame, no close");
            let frame: Value = serde_json::from_str(text).expect("JSON");
            if frame["op"] != 1 {
                return frame;
            }
            self.send(json!({"op": 11})).await;
        }
    }

    /// The next frame, which must have this op; returns its payload.
    pub async fn expect_op(&mut self, op: u8) -> Value {
        let mut frame = self.receive().await;
        assert_eq!(frame["op"], op, "{frame}");
        frame["d"].take()
    }

    pub async fn close(mut self, code: u16) {
        let code = CloseCode::try_from(code).expect("a close code");
        // The door may have gone first.
        let _ = soon(self.socket.send(Message::close(Some(code), "test"))).await;
        while let Some(Ok(_)) = soon(self.socket.next()).await {}
    }

    /// The code that the door closes with; nothing if it just goes away.
    pub async fn closed_by_door(mut self) -> Option<u16> {
        let mut closed = None;
        // To the end, so that the close is answered.
        while let Some(Ok(message)) = soon(self.socket.next()).await {
            closed = closed.or(message.as_close().map(|(code, _)| code.into()));
        }
        closed
    }
}

/// Waits for what must happen, not for ever.
pub async fn soon<F: Future>(work: F) -> F::Output {
    tokio::time::timeout(PATIENCE, work).await.expect("it happens in time")
}

/// Waits until the session stands where `wanted` says.
pub async fn life(session: &Session, wanted: impl Fn(&Life) -> bool) -> Life {
    soon(session.life().wait_for(|life| wanted(life))).await.expect("it lives").clone()
}

pub async fn ready(session: &Session) {
    life(session, |life| *life == Life::Ready).await;
}

pub async fn fatal(session: &Session) -> String {
    match life(session, |life| matches!(life, Life::Fatal(_))).await {
        Life::Fatal(refused) => refused.to_string(),
        other => panic!("{other:?}"),
    }
}

pub fn address(listener: &TcpListener) -> String {
    format!("ws://{}", listener.local_addr().expect("an address"))
}

pub fn gateway_bot(url: &str) -> String {
    json!({"url": url, "shards": 1, "session_start_limit":
        {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}})
    .to_string()
}

pub fn ok(body: &str) -> Vec<u8> {
    answer("200 OK", &[("content-type", "application/json")], body)
}

pub fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

/// An answer that breaks off in its middle.
pub fn half(body: &str) -> Vec<u8> {
    let mut bytes = ok(body);
    bytes.truncate(bytes.len() - body.len() / 2);
    bytes
}

async fn serve(listener: TcpListener, script: Script, calls: Arc<Mutex<Vec<Call>>>) {
    let script = Arc::new(Mutex::new(script));
    while let Ok((mut stream, _)) = listener.accept().await {
        let (script, calls) = (Arc::clone(&script), Arc::clone(&calls));
        tokio::spawn(async move {
            let Some(call) = read_call(&mut stream).await else { return };
            calls.lock().expect("no test panics with it").push(call.clone());
            let answer = (script.lock().expect("no script panics"))(&call);
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        });
    }
}

async fn read_call(stream: &mut TcpStream) -> Option<Call> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let length: usize = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while bytes.len() < head_end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let line = head.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let (authorization, body) = (header("authorization"), bytes[head_end..].to_vec());
    Some(Call { line, authorization, head, body })
}
