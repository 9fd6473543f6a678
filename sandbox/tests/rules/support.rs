//! A bot made of bare requests and frames, and the table that says what it must read.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use lumina_sandbox::discord::{
    ChannelId, InteractionId, Invocation, Place, SimDiscord, SimDiscordOptions, Target, UserId,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, MaybeTlsStream, Message, WebSocketStream};

/// How long a frame or an answer may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The code of refusals that only the OpenAPI document asks for.
const MISMATCH: &str = "OPENAPI_MISMATCH";

/// Holds what a row of `RULES.md` promises.
#[derive(Debug)]
pub struct Row {
    pub status: String,
    pub code: String,
    /// Pieces that the body must hold, all of them.
    pub details: Vec<String>,
}

/// The rows by the name of their test.
pub static RULES: LazyLock<BTreeMap<&'static str, Row>> = LazyLock::new(|| {
    let text = include_str!("../../RULES.md");
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let parse = |line: &'static str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, _rule, _source, status, code, detail] = cells[..] else {
            panic!("a row has six cells: {line}");
        };
        let plain = |cell: &str| cell.trim_matches('`').to_owned();
        let details = detail.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let row = Row { status: plain(status), code: plain(code), details };
        (name.trim_matches('`'), row)
    };
    let mut table = BTreeMap::new();
    for (name, row) in rows.map(parse) {
        assert!(table.insert(name, row).is_none(), "row `{name}` stands twice");
    }
    table
});

/// Holds an answer of REST.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Asserts that this is what the row of that name promises.
    pub fn is_as_promised(&self, name: &str) {
        let row = RULES.get(name).unwrap_or_else(|| panic!("RULES.md has no row `{name}`"));
        let seen = format!("{} {}", self.status, self.text);
        assert_eq!(self.status.to_string(), row.status, "{name}: {seen}");
        if row.code != "—" {
            assert_eq!(self.body["code"].to_string(), row.code, "{name}: {seen}");
        }
        for detail in &row.details {
            assert!(self.text.contains(detail), "{name}: `{detail}` is not in {seen}");
        }
        // Where the document catches what a rule of its own should have caught, that rule is gone.
        let is_of_the_document = row.details.iter().any(|detail| detail == MISMATCH);
        assert_eq!(self.text.contains(MISMATCH), is_of_the_document, "{name}: {seen}");
    }
}

/// Names an interaction as a bot knows it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub id: InteractionId,
    pub token: String,
}

/// A bot without a library.
pub struct Bot {
    pub discord: SimDiscord,
    http: reqwest::Client,
}

impl Bot {
    pub async fn start() -> Bot {
        Bot::with(SimDiscordOptions::default()).await
    }

    pub async fn with(options: SimDiscordOptions) -> Bot {
        let discord = SimDiscord::start(options).await.unwrap();
        let agent = "DiscordBot (https://lumina.invalid, 1)";
        let http = reqwest::Client::builder().user_agent(agent).build().unwrap();
        Bot { discord, http }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.discord.base());
        let token = format!("Bot {}", self.discord.token());
        self.http.request(method, url).header("authorization", token)
    }

    pub async fn finish(request: reqwest::RequestBuilder) -> Reply {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Reply { status, headers, body, text }
    }

    pub async fn get(&self, path: &str) -> Reply {
        Bot::finish(self.request(Method::GET, path)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Reply {
        Bot::finish(self.request(method, path).json(body)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, body).await
    }

    pub fn channel(&self) -> ChannelId {
        self.discord.default_channel()
    }

    pub fn user(&self) -> UserId {
        self.discord.users()[1].id
    }

    /// Posts a message to the default channel.
    pub async fn say(&self, message: &Value) -> Reply {
        self.post(&format!("/channels/{}/messages", self.channel()), message).await
    }

    /// Posts a message with files to the default channel.
    pub async fn say_with_files(&self, files: Vec<Vec<u8>>, payload: &Value) -> Reply {
        let head = "--x\r\ncontent-disposition: form-data; name=";
        let mut body = format!("{head}\"payload_json\"\r\n\r\n{payload}\r\n").into_bytes();
        for (index, bytes) in files.into_iter().enumerate() {
            let names = format!("{head}\"files[{index}]\"; filename=\"a.png\"\r\n\r\n");
            body.extend_from_slice(names.as_bytes());
            body.extend_from_slice(&bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--x--\r\n");
        let path = format!("/channels/{}/messages", self.channel());
        let request = self.request(Method::POST, &path).body(body);
        Bot::finish(request.header("content-type", "multipart/form-data; boundary=x")).await
    }

    pub fn commands_path(&self) -> String {
        format!("/applications/{}/commands", self.discord.application_id())
    }

    pub async fn register(&self, commands: &Value) -> Reply {
        self.send(Method::PUT, &self.commands_path(), commands).await
    }

    pub async fn callback(&self, asked: &Asked, body: &Value) -> Reply {
        self.post(&format!("/interactions/{}/{}/callback", asked.id, asked.token), body).await
    }

    pub fn webhook(&self, asked: &Asked) -> String {
        format!("/webhooks/{}/{}", self.discord.application_id(), asked.token)
    }

    pub fn original(&self, asked: &Asked) -> String {
        format!("{}/messages/@original", self.webhook(asked))
    }

    /// Registers `/ping text:…`, lets somebody run it and returns what the bot heard.
    pub async fn asked(&self) -> Asked {
        self.asked_in(Place::GuildChannel(self.channel())).await
    }

    /// Does so in a conversation between people, to whom alone the bot comes.
    pub async fn asked_where_it_is_not(&self) -> Asked {
        let people = self.discord.users().iter().map(|user| user.id).collect();
        self.asked_in(Place::PrivateChannel(self.discord.add_private_channel(people))).await
    }

    async fn asked_in(&self, place: Place) -> Asked {
        let mut gateway = self.ready(0).await;
        let option = json!({ "type": 3, "name": "text", "description": "Some text" });
        let ping = json!({
            "name": "ping", "description": "Pong", "options": [option],
            "contexts": [0, 1, 2], "integration_types": [0, 1],
        });
        assert_eq!(self.register(&json!([ping])).await.status, 200);
        let id = self.discord.invoke(Invocation { place, ..self.invocation(&["ping"], &[]) });
        let id = id.unwrap();
        let event = gateway.event("INTERACTION_CREATE").await;
        Asked { id, token: event["token"].as_str().unwrap().to_owned() }
    }

    /// Presses the first button of an answer and returns what the bot heard.
    pub async fn pressed(&self, asked: &Asked) -> Asked {
        let message = self.discord.answer_now(asked.id);
        let message = message.message().expect("it is answered with a message").id;
        let mut gateway = self.ready(0).await;
        let id = self.discord.press(message, &Target::Position(1), self.user()).unwrap();
        let event = gateway.event("INTERACTION_CREATE").await;
        Asked { id, token: event["token"].as_str().unwrap().to_owned() }
    }

    pub fn invocation(&self, command: &[&str], options: &[(&str, Value)]) -> Invocation {
        let options = options.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Invocation {
            user: self.user(),
            place: Place::GuildChannel(self.channel()),
            command: command.iter().map(|word| (*word).to_owned()).collect(),
            options: options.collect(),
            locale: None,
        }
    }

    /// Connects and waits for HELLO.
    pub async fn connect(&self) -> Gateway {
        let url = self.get("/gateway").await.body["url"].as_str().unwrap().to_owned();
        let mut gateway = Gateway::open(&format!("{url}/?v=10&encoding=json")).await;
        assert_eq!(gateway.json().await["op"], 10);
        gateway
    }

    pub fn identify(&self, intents: u64) -> Value {
        let properties = json!({ "os": "linux", "browser": "lumina", "device": "lumina" });
        let data = json!({
            "token": self.discord.token(), "intents": intents, "properties": properties,
        });
        json!({ "op": 2, "d": data })
    }

    /// Connects and waits for READY, moving time so that no identify comes too soon.
    pub async fn ready(&self, intents: u64) -> Gateway {
        self.discord.clock().advance(Duration::from_secs(6));
        let mut gateway = self.connect().await;
        gateway.send(&self.identify(intents)).await;
        gateway.ready = gateway.event("READY").await;
        gateway
    }
}

/// Holds what a gateway said.
#[derive(Debug)]
pub enum Heard {
    Json(Value),
    Closed(u16),
}

pub struct Gateway {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The data of READY.
    pub ready: Value,
    /// The last sequence number.
    pub sequence: u64,
}

impl Gateway {
    pub async fn open(url: &str) -> Gateway {
        let builder = ClientBuilder::new().uri(url).unwrap();
        let (socket, _) = builder.connect().await.unwrap();
        Gateway { socket, ready: Value::Null, sequence: 0 }
    }

    pub async fn send(&mut self, payload: &Value) {
        self.send_text(payload.to_string()).await;
    }

    pub async fn send_text(&mut self, text: String) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub async fn hear(&mut self) -> Heard {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            let next = next.expect("the gateway says nothing");
            let Some(Ok(frame)) = next else { return Heard::Closed(1006) };
            if let Some((code, _)) = frame.as_close() {
                return Heard::Closed(code.into());
            }
            if let Some(text) = frame.as_text() {
                let json: Value = serde_json::from_str(text).unwrap();
                self.sequence = json["s"].as_u64().unwrap_or(self.sequence);
                return Heard::Json(json);
            }
        }
    }

    pub async fn json(&mut self) -> Value {
        match self.hear().await {
            Heard::Json(json) => json,
            Heard::Closed(code) => panic!("the gateway closed with {code}"),
        }
    }

    /// Waits for an event and returns its data.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let json = self.json().await;
            if json["t"] == name {
                return json["d"].clone();
            }
        }
    }

    /// Waits for a frame with this op.
    pub async fn op(&mut self, op: u64) -> Value {
        loop {
            let json = self.json().await;
            if json["op"] == op {
                return json;
            }
        }
    }

    /// Waits for the end and asserts that the row of that name promises its code.
    pub async fn is_closed_as_promised(&mut self, name: &str) {
        let code = loop {
            if let Heard::Closed(code) = self.hear().await {
                break code;
            }
        };
        let row = RULES.get(name).unwrap_or_else(|| panic!("RULES.md has no row `{name}`"));
        assert_eq!(code.to_string(), row.code, "{name}");
    }

    pub async fn leave(mut self, code: u16) {
        let _ = self.socket.send(Message::close(code.try_into().ok(), "")).await;
        let _ = self.socket.close().await;
    }
}

/// Makes tests that send a body and must read what their row promises.
#[macro_export]
macro_rules! refused {
    ($check:ident; $($name:ident => $body:expr;)*) => {$(
        #[tokio::test]
        async fn $name() {
            $check($body).await.is_as_promised(stringify!($name));
        }
    )*};
}
