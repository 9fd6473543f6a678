//! A bot in a hundred lines, so that the prompt can be tested without the real one.

use crate::discord::SimDiscord;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_websockets::{ClientBuilder, Message};

const AGENT: &str = "DiscordBot (https://example.com, 1)";
const DEFER: u64 = 5;

/// How long after a command the bot says something by itself.
const LATER_MS: u64 = 59_000;

/// Runs the bot until the test ends; returns once its commands are registered.
pub(super) async fn start(discord: &SimDiscord) {
    let bot = Bot { http: reqwest::Client::new(), discord: discord.clone() };
    let gateway: Value = bot.call("GET", "/gateway/bot", Value::Null).await;
    let uri = format!("{}/?v=10&encoding=json", gateway["url"].as_str().expect("an address"));
    let (mut socket, _) = ClientBuilder::new()
        .uri(&uri)
        .expect("a URI")
        .connect()
        .await
        .expect("the gateway is there");
    let identify = json!({ "op": 2, "d": {
        "token": discord.token(), "intents": 0,
        "properties": { "os": "linux", "browser": "fake", "device": "fake" },
    } });
    socket.send(Message::text(identify.to_string())).await.expect("it is open");
    let path = format!("/applications/{}/commands", discord.application_id());
    bot.call("PUT", &path, commands()).await;
    tokio::spawn(async move {
        while let Some(Ok(frame)) = socket.next().await {
            let Some(text) = frame.as_text() else { continue };
            let event: Value = serde_json::from_str(text).expect("JSON");
            if event["t"] == "INTERACTION_CREATE" {
                bot.answer(&event["d"]).await;
            }
        }
    });
}

fn commands() -> Value {
    let text = |name: &str, autocomplete: bool| json!({ "type": 3, "name": name, "description": "t", "autocomplete": autocomplete });
    let command = |name: &str, options: Value| json!({ "type": 1, "name": name, "description": "A test", "options": options });
    json!([
        command("ping", json!([])),
        command("slow", json!([])),
        command("secret", json!([])),
        command("refused", json!([])),
        command("silent", json!([])),
        command("menu", json!([])),
        command("search", json!([text("query", true)])),
        command("remind", json!([])),
        command("whisper", json!([])),
        command("who", json!([{ "type": 6, "name": "user", "description": "t" }])),
        command(
            "add",
            json!([
                { "type": 4, "name": "minutes", "description": "t", "min_value": 1, "max_value": 60 },
            ])
        ),
    ])
}

#[derive(Clone)]
struct Bot {
    http: reqwest::Client,
    discord: SimDiscord,
}

impl Bot {
    async fn call(&self, method: &str, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.discord.base());
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, url).header("user-agent", AGENT);
        request = request.header("authorization", format!("Bot {}", self.discord.token()));
        if !body.is_null() {
            request = request.json(&body);
        }
        let reply = request.send().await.expect("an answer");
        let status = reply.status();
        let text = reply.text().await.expect("a body");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn answer(&self, interaction: &Value) {
        let (data, due_ms) = (&interaction["data"], self.discord.clock().now_ms() + LATER_MS);
        let label = data["name"].as_str().or(data["custom_id"].as_str()).expect("a label");
        let reply = match (interaction["type"].as_u64(), label) {
            (Some(4), _) => suggestions(data),
            (_, "ping") => message(json!({ "content": "Pong!" })),
            (_, "secret") => message(json!({ "content": "Between us", "flags": 64 })),
            (_, "refused") => message(json!({ "embeds": [{ "description": "❌ No." }] })),
            (_, "search") => message(
                json!({ "content": format!("You look for {}", data["options"][0]["value"]) }),
            ),
            (_, "who") => message(
                json!({ "content": format!("You name {}", data["options"][0]["value"].as_str().expect("an id")) }),
            ),
            (_, "remind") => message(json!({ "content": "Soon" })),
            (_, "whisper") => message(json!({ "content": "Soon", "flags": 64 })),
            (_, "menu") => message(menu("Nothing is chosen.")),
            (_, "slow") => json!({ "type": DEFER }),
            (_, "button") => message(json!({ "content": "Pressed", "flags": 64 })),
            (_, "select") => {
                json!({ "type": 7, "data": menu(&format!("Chosen: {}", data["values"])) })
            }
            _ => return,
        };
        let id = interaction["id"].as_str().expect("an id");
        let token = interaction["token"].as_str().expect("a token");
        self.call("POST", &format!("/interactions/{id}/{token}/callback"), reply.clone()).await;
        if reply["type"] == DEFER {
            let path =
                format!("/webhooks/{}/{token}/messages/@original", self.discord.application_id());
            self.call("PATCH", &path, json!({ "content": "At last" })).await;
        }
        if matches!(label, "remind" | "whisper") {
            let path = format!("/webhooks/{}/{token}", self.discord.application_id());
            let now = json!({ "content": "Now", "flags": reply["data"]["flags"] });
            tokio::spawn(self.clone().say_at(due_ms, path, now));
        }
    }

    async fn say_at(self, due_ms: u64, path: String, body: Value) {
        while self.discord.clock().now_ms() < due_ms {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        self.call("POST", &path, body).await;
    }
}

fn message(data: Value) -> Value {
    json!({ "type": 4, "data": data })
}

fn suggestions(data: &Value) -> Value {
    let begun = data["options"][0]["value"].as_str().unwrap_or_default();
    let choices = ["dune", "harbor"].iter().filter(|word| word.starts_with(begun));
    let choices: Vec<Value> =
        choices.map(|word| json!({ "name": word, "value": format!("id-{word}") })).collect();
    json!({ "type": 8, "data": { "choices": choices } })
}

fn menu(content: &str) -> Value {
    json!({ "content": content, "components": [
        { "type": 1, "components": [{ "type": 2, "style": 1, "label": "Press", "custom_id": "button" }] },
        { "type": 1, "components": [{ "type": 3, "custom_id": "select", "options": [
            { "label": "One", "value": "one" }, { "label": "Two", "value": "two" },
        ] }] },
    ] })
}
