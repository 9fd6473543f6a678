//! The gateway: close codes, heartbeats, sessions, budgets.

use std::time::Duration;

use lumina_sandbox::discord::SimDiscordOptions;
use serde_json::{Value, json};

use super::support::{Bot, Gateway};

/// Sends frames to a fresh connection; the last must end it as the row promises.
async fn closes(name: &str, bot: &Bot, frames: &[Value]) {
    let mut gateway = bot.connect().await;
    for frame in frames {
        gateway.send(frame).await;
    }
    gateway.is_closed_as_promised(name).await;
}

fn with(mut identify: Value, key: &str, value: Value) -> Value {
    identify["d"][key] = value;
    identify
}

fn resume(bot: &Bot, session: &Value, sequence: u64) -> Value {
    let token = bot.discord.token();
    json!({ "op": 6, "d": { "token": token, "session_id": session, "seq": sequence } })
}

#[tokio::test]
async fn an_opcode_exists() {
    closes("an_opcode_exists", &Bot::start().await, &[json!({ "op": 77, "d": null })]).await;
}

#[tokio::test]
async fn a_frame_is_json() {
    let bot = Bot::start().await;
    let mut gateway = bot.connect().await;
    gateway.send_text("{".to_owned()).await;
    gateway.is_closed_as_promised("a_frame_is_json").await;
}

#[tokio::test]
async fn a_frame_has_at_most_4096_bytes() {
    let frame = json!({ "op": 1, "d": "x".repeat(4_096) });
    closes("a_frame_has_at_most_4096_bytes", &Bot::start().await, &[frame]).await;
}

#[tokio::test]
async fn nothing_but_heartbeats_before_identify() {
    let frame = json!({ "op": 3, "d": {} });
    closes("nothing_but_heartbeats_before_identify", &Bot::start().await, &[frame]).await;
}

#[tokio::test]
async fn a_session_needs_the_token() {
    let bot = Bot::start().await;
    let frame = with(bot.identify(0), "token", json!("wrong"));
    closes("a_session_needs_the_token", &bot, &[frame]).await;
}

#[tokio::test]
async fn a_resume_needs_the_token() {
    let bot = Bot::start().await;
    let gateway = bot.ready(0).await;
    let frame = with(resume(&bot, &gateway.ready["session_id"], 1), "token", json!("wrong"));
    closes("a_resume_needs_the_token", &bot, &[frame]).await;
}

#[tokio::test]
async fn an_identify_has_properties() {
    let bot = Bot::start().await;
    let frame = with(bot.identify(0), "properties", Value::Null);
    closes("an_identify_has_properties", &bot, &[frame]).await;
}

#[tokio::test]
async fn a_resume_names_its_session_and_sequence() {
    let bot = Bot::start().await;
    let gateway = bot.ready(0).await;
    for key in ["session_id", "seq"] {
        let frame = with(resume(&bot, &gateway.ready["session_id"], 1), key, Value::Null);
        closes("a_resume_names_its_session_and_sequence", &bot, &[frame]).await;
    }
}

#[tokio::test]
async fn a_connection_identifies_once() {
    let bot = Bot::start().await;
    let frames = [bot.identify(0), bot.identify(0)];
    closes("a_connection_identifies_once", &bot, &frames).await;
}

#[tokio::test]
async fn a_session_that_runs_is_not_resumed() {
    let bot = Bot::start().await;
    let mut gateway = bot.ready(0).await;
    let frame = resume(&bot, &gateway.ready["session_id"], 1);
    gateway.send(&frame).await;
    gateway.is_closed_as_promised("a_session_that_runs_is_not_resumed").await;
}

#[tokio::test]
async fn a_resume_names_a_sequence_that_was_sent() {
    let bot = Bot::start().await;
    let gateway = bot.ready(0).await;
    let frame = resume(&bot, &gateway.ready["session_id"], 999);
    closes("a_resume_names_a_sequence_that_was_sent", &bot, &[frame]).await;
}

#[tokio::test]
async fn at_most_120_frames_a_minute() {
    let frames = vec![json!({ "op": 1, "d": null }); 121];
    closes("at_most_120_frames_a_minute", &Bot::start().await, &frames).await;
}

#[tokio::test]
async fn a_silent_session_times_out() {
    let options = SimDiscordOptions { heartbeat_interval_ms: 50, ..Default::default() };
    let bot = Bot::with(options).await;
    closes("a_silent_session_times_out", &bot, &[bot.identify(0)]).await;
}

#[tokio::test]
async fn a_shard_is_one_of_its_number() {
    let bot = Bot::start().await;
    let frame = with(bot.identify(0), "shard", json!([2, 2]));
    closes("a_shard_is_one_of_its_number", &bot, &[frame]).await;
}

#[tokio::test]
async fn a_shard_has_at_most_2500_guilds() {
    let bot = Bot::with(SimDiscordOptions { n_guilds: 2_501, ..Default::default() }).await;
    closes("a_shard_has_at_most_2500_guilds", &bot, &[bot.identify(0)]).await;
}

#[tokio::test]
async fn the_gateway_speaks_version_10() {
    let bot = Bot::start().await;
    let url = bot.get("/gateway").await.body["url"].as_str().unwrap().to_owned();
    let mut gateway = Gateway::open(&format!("{url}/?v=5&encoding=json")).await;
    gateway.is_closed_as_promised("the_gateway_speaks_version_10").await;
}

#[tokio::test]
async fn the_gateway_speaks_json() {
    let bot = Bot::start().await;
    let url = bot.get("/gateway").await.body["url"].as_str().unwrap().to_owned();
    for query in ["encoding=etf", "encoding=json&compress=zstd-stream"] {
        let mut gateway = Gateway::open(&format!("{url}/?v=10&{query}")).await;
        gateway.is_closed_as_promised("the_gateway_speaks_json").await;
    }
}

#[tokio::test]
async fn an_intent_exists() {
    let bot = Bot::start().await;
    closes("an_intent_exists", &bot, &[bot.identify(1 << 30)]).await;
}

#[tokio::test]
async fn a_privileged_intent_is_switched_on_first() {
    let bot = Bot::start().await;
    closes("a_privileged_intent_is_switched_on_first", &bot, &[bot.identify(1 << 15)]).await;
}

#[tokio::test]
async fn a_day_has_1000_sessions() {
    let bot = Bot::with(SimDiscordOptions { identifies_per_day: 1, ..Default::default() }).await;
    bot.ready(0).await;
    let left = bot.get("/gateway/bot").await.body;
    assert_eq!(left["session_start_limit"]["remaining"], 0);
    bot.discord.clock().advance(Duration::from_secs(6));
    closes("a_day_has_1000_sessions", &bot, &[bot.identify(0)]).await;
}

/// Asserts that a frame is answered with op 9, as its row says in place of a code.
async fn is_invalidated(bot: &Bot, frame: &Value) {
    let mut gateway = bot.connect().await;
    gateway.send(frame).await;
    assert_eq!(gateway.op(9).await["d"], false);
}

#[tokio::test]
async fn sessions_begin_5_seconds_apart() {
    let bot = Bot::start().await;
    bot.ready(0).await;
    is_invalidated(&bot, &bot.identify(0)).await;
}

#[tokio::test]
async fn a_session_that_is_unknown_cannot_be_resumed() {
    let bot = Bot::start().await;
    is_invalidated(&bot, &resume(&bot, &json!("unknown"), 1)).await;
}

#[tokio::test]
async fn a_session_that_was_closed_with_1000_is_over() {
    let bot = Bot::start().await;
    let gateway = bot.ready(0).await;
    let (session, sequence) = (gateway.ready["session_id"].clone(), gateway.sequence);
    gateway.leave(1000).await;
    while !bot.discord.sessions().is_empty() {
        tokio::task::yield_now().await;
    }
    is_invalidated(&bot, &resume(&bot, &session, sequence)).await;
}

#[tokio::test]
async fn a_session_waits_3_minutes_for_its_resume() {
    let bot = Bot::start().await;
    let gateway = bot.ready(0).await;
    let (session, sequence) = (gateway.ready["session_id"].clone(), gateway.sequence);
    drop(gateway);
    while !bot.discord.sessions().is_empty() {
        tokio::task::yield_now().await;
    }
    bot.discord.clock().advance(Duration::from_secs(181));
    is_invalidated(&bot, &resume(&bot, &session, sequence)).await;
}

#[tokio::test]
async fn heartbeats_are_acknowledged() {
    let bot = Bot::start().await;
    let mut gateway = bot.connect().await;
    gateway.send(&json!({ "op": 1, "d": null })).await;
    assert_eq!(gateway.json().await["op"], 11);
}

/// Hangs up, misses an event, and asserts that a resume brings it.
async fn resumes(bot: &Bot, gateway: Gateway) {
    let (ready, sequence) = (gateway.ready.clone(), gateway.sequence);
    drop(gateway);
    bot.discord.dispatch("SOMETHING_NEW", &json!({ "n": 1 }), None);
    let url = ready["resume_gateway_url"].as_str().unwrap();
    let mut gateway = Gateway::open(&format!("{url}/?v=10&encoding=json")).await;
    gateway.op(10).await;
    gateway.send(&resume(bot, &ready["session_id"], sequence)).await;
    assert_eq!(gateway.event("SOMETHING_NEW").await["n"], 1);
    gateway.event("RESUMED").await;
}

#[tokio::test]
async fn a_resume_brings_what_was_missed() {
    let bot = Bot::start().await;
    let gateway = bot.ready(0).await;
    resumes(&bot, gateway).await;
}

#[tokio::test]
async fn a_connection_that_is_asked_to_reconnect_resumes() {
    let bot = Bot::start().await;
    let mut gateway = bot.ready(0).await;
    let sequence = gateway.sequence;
    bot.discord.ask_reconnect();
    assert_eq!(gateway.op(7).await["d"], Value::Null);
    gateway.sequence = sequence;
    resumes(&bot, gateway).await;
}

#[tokio::test]
async fn guilds_come_only_with_their_intent() {
    let bot = Bot::start().await;
    let mut gateway = bot.ready(1).await;
    assert_eq!(gateway.json().await["t"], "GUILD_CREATE");
    let mut gateway = bot.ready(0).await;
    bot.discord.dispatch("NEXT", &json!({}), None);
    assert_eq!(gateway.json().await["t"], "NEXT");
}

#[tokio::test]
async fn an_interaction_goes_to_the_shard_of_its_guild() {
    let options = SimDiscordOptions { max_concurrency: 2, ..Default::default() };
    let bot = Bot::with(options).await;
    let guild = bot.discord.guilds()[0].id;
    let shard = (guild.0 >> 22) % 2;
    let mut gateways = Vec::new();
    for number in 0..2 {
        let mut gateway = bot.connect().await;
        gateway.send(&with(bot.identify(0), "shard", json!([number, 2]))).await;
        gateway.event("READY").await;
        gateways.push(gateway);
    }
    bot.discord.dispatch("IN_GUILD", &json!({}), Some(guild));
    bot.discord.dispatch("ELSEWHERE", &json!({}), None);
    let first = gateways[shard as usize].json().await;
    assert_eq!(first["t"], "IN_GUILD");
    let elsewhere = gateways[0].event("ELSEWHERE").await;
    assert_eq!(elsewhere, json!({}));
}
