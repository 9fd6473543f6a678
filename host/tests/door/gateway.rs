//! The gateway session: identify, resume, the guards, the end, and who takes over.

use crate::discord::{
    Connection, Discord, GLANCE, TOKEN, address, answer, fatal, gateway_bot, half, life, ok, ready,
    soon,
};
use lumina_host::door::{Door, INBOUND_MAX, Inbound, Life, Session};
use serde_json::{Value, json};
use std::{
    io::Write,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;

const MESSAGE_CONTENT: u64 = 1 << 15;
/// More than any pause of a session that does not hold.
const A_MINUTE: Duration = Duration::from_secs(60);

fn connect(door: &Door, intents: u64) -> (Session, mpsc::Receiver<Inbound>) {
    let (tx, rx) = mpsc::channel(INBOUND_MAX);
    (door.connect(intents, tx), rx)
}

/// A session that serves, and its connection.
async fn serving(discord: &Discord) -> (Session, mpsc::Receiver<Inbound>, Connection) {
    let (session, inbound) = connect(&discord.door(), 0);
    let connection = discord.accept_ready("first").await;
    ready(&session).await;
    (session, inbound, connection)
}

/// The next event, without READY and RESUMED.
async fn event(inbound: &mut mpsc::Receiver<Inbound>) -> Value {
    loop {
        let inbound = soon(inbound.recv()).await.expect("a session");
        let frame: Value = serde_json::from_str(&inbound.text).expect("JSON");
        if frame["t"] != "READY" && frame["t"] != "RESUMED" {
            return frame;
        }
    }
}

#[tokio::test]
async fn a_session_identifies_and_hands_events_on_as_they_are() {
    let discord = Discord::plain().await;
    let (session, mut inbound) = connect(&discord.door(), MESSAGE_CONTENT);
    let mut connection = discord.accept().await;
    connection.hello().await;
    let identify = connection.expect_op(2).await;
    assert_eq!(identify["token"], format!("Bot {TOKEN}"));
    assert_eq!((&identify["intents"], &identify["shard"]), (&json!(32_768), &json!([0, 1])));
    assert_eq!(*session.life().borrow(), Life::Connecting);
    connection.ready("first", &address(&discord.resume)).await;
    ready(&session).await;
    let strange = r#"{"t":"A_NEW_EVENT","s":2,"op":0,"d":{"x":[1, 2 ],"y":"\u00e9"}}"#;
    connection.send_text(strange.to_owned()).await;
    soon(inbound.recv()).await.expect("READY");
    let inbound = soon(inbound.recv()).await.expect("the event");
    assert_eq!((inbound.text.as_str(), inbound.shard), (strange, 0));
    assert!(inbound.received <= discord.clock.monotonic());
}

#[tokio::test]
async fn a_new_session_knows_its_latency_at_once() {
    let discord = Discord::plain().await;
    let (session, _inbound, mut connection) = serving(&discord).await;
    let known = async {
        while session.latency().is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        frame = connection.receive() => panic!("{frame}"),
        () = soon(known) => {}
    }
}

#[tokio::test]
async fn a_dropped_connection_is_resumed_at_the_resume_address() {
    let discord = Discord::plain().await;
    let (session, mut inbound, mut connection) = serving(&discord).await;
    connection.dispatch("TYPING_START", json!({"n": 1})).await;
    assert_eq!(event(&mut inbound).await["d"]["n"], 1);
    drop(connection);
    let mut again = discord.accept_resume().await;
    again.hello().await;
    let resume = again.expect_op(6).await;
    assert_eq!((&resume["session_id"], &resume["seq"]), (&json!("first"), &json!(2)));
    again.send(json!({"op": 0, "s": 3, "t": "RESUMED", "d": {}})).await;
    ready(&session).await;
}

#[tokio::test]
async fn a_session_that_does_not_hold_is_resumed_more_and_more_slowly() {
    let discord = Discord::plain().await;
    let (_session, _inbound, connection) = serving(&discord).await;
    connection.close(4000).await;
    for _ in 0..4 {
        let mut again = discord.accept_resume().await;
        again.hello().await;
        discord.moving(again.expect_op(6)).await;
        again.close(4000).await;
    }
    let mut again = discord.accept_resume().await;
    again.hello().await;
    let early = tokio::time::timeout(GLANCE, again.expect_op(6)).await;
    assert!(early.is_err(), "it pauses");
    discord.jump(A_MINUTE);
    again.expect_op(6).await;
}

#[tokio::test]
async fn closes_that_nothing_can_mend_end_with_a_sentence() {
    for (code, needle) in [(4004, "BOT_TOKEN"), (4011, "too many servers"), (4012, "Update Lumina")]
    {
        let discord = Discord::plain().await;
        let (session, _inbound) = connect(&discord.door(), MESSAGE_CONTENT);
        let mut connection = discord.accept().await;
        connection.hello().await;
        connection.expect_op(2).await;
        connection.close(code).await;
        let sentence = fatal(&session).await;
        assert!(sentence.contains(needle), "{code}: {sentence}");
        let again = tokio::time::timeout(GLANCE, discord.accept()).await;
        assert!(again.is_err(), "{code}: it does not come back");
    }
}

#[tokio::test]
async fn a_server_that_never_greets_is_left() {
    let discord = Discord::plain().await;
    let (session, _inbound) = connect(&discord.door(), 0);
    let silent = discord.accept().await;
    discord.jump(A_MINUTE);
    discord.accept_ready("second").await;
    ready(&session).await;
    assert_eq!(silent.closed_by_door().await, None);
}

#[tokio::test]
async fn a_session_that_discord_forgot_is_begun_anew() {
    let forget = [json!({"op": 9, "d": false}), json!({"close": 4009}), json!({"close": 4007})];
    for how in forget {
        let discord = Discord::plain().await;
        let (session, _inbound, mut connection) = serving(&discord).await;
        match how["close"].as_u64() {
            Some(code) => connection.close(u16::try_from(code).expect("a code")).await,
            None => {
                connection.send(how.clone()).await;
                assert_eq!(connection.closed_by_door().await, Some(1000));
            }
        }
        let mut again = discord.accept().await;
        again.hello().await;
        // Two identifies keep their distance.
        discord.jump(Duration::from_secs(10));
        again.expect_op(2).await;
        again.ready("second", &address(&discord.resume)).await;
        ready(&session).await;
    }
}

#[tokio::test]
async fn an_unusable_resume_address_is_not_used() {
    for bad in ["", "not an address", "https://127.0.0.1", "ws://gateway.example.org"] {
        let discord = Discord::plain().await;
        let (session, _inbound) = connect(&discord.door(), 0);
        let mut connection = discord.accept().await;
        connection.hello().await;
        connection.expect_op(2).await;
        connection.ready("first", bad).await;
        let mut again = discord.accept().await;
        again.hello().await;
        let resume = again.expect_op(6).await;
        assert_eq!(resume["session_id"], "first", "{bad}");
        again.send(json!({"op": 0, "s": 2, "t": "RESUMED", "d": {}})).await;
        ready(&session).await;
    }
}

#[tokio::test]
async fn a_wrong_token_is_said_before_anything_connects() {
    let body = r#"{"message":"401: Unauthorized","code":0}"#;
    let json = [("content-type", "application/json")];
    let discord = Discord::start(move |_| answer("401 Unauthorized", &json, body)).await;
    let (session, _inbound) = connect(&discord.door(), 0);
    let sentence = fatal(&session).await;
    assert!(sentence.contains("BOT_TOKEN") && !sentence.contains(TOKEN), "{sentence}");
    assert_eq!(discord.lines(), ["GET /api/v10/gateway/bot", "GET /api/v10/users/@me"]);
    soon(session.close()).await;
}

#[tokio::test]
async fn an_unreachable_discord_is_tried_until_it_answers_sense() {
    let bad = [
        answer("200 OK", &[("content-type", "text/html")], "<html>"),
        half(&gateway_bot("ws://127.0.0.1:1")),
        ok("[]"),
        ok(&gateway_bot("ws://gateway.example.org")),
        answer("500 Internal Server Error", &[], ""),
        Vec::from(*b"nonsense"),
    ];
    let n_answered = AtomicUsize::new(0);
    let discord = Discord::start(move |_| {
        bad.get(n_answered.fetch_add(1, Ordering::Relaxed)).cloned().unwrap_or_default()
    })
    .await;
    let (session, _inbound) = connect(&discord.door(), 0);
    let mut connection = discord.moving(discord.accept()).await;
    connection.hello().await;
    connection.expect_op(2).await;
    connection.ready("first", &address(&discord.resume)).await;
    ready(&session).await;
}

#[tokio::test]
async fn a_closed_session_says_good_bye() {
    let discord = Discord::plain().await;
    let (session, mut inbound, connection) = serving(&discord).await;
    let (code, ()) = tokio::join!(connection.closed_by_door(), soon(session.close()));
    assert_eq!(code, Some(1000));
    while soon(inbound.recv()).await.is_some() {}
}

#[tokio::test]
async fn a_successor_goes_on_where_the_session_stopped() {
    let discord = Discord::plain().await;
    let (session, mut inbound, mut connection) = serving(&discord).await;
    connection.dispatch("TYPING_START", json!({"n": 1})).await;
    event(&mut inbound).await;
    let sessions = soon(session.hand_over()).await;
    assert_eq!(connection.closed_by_door().await, None, "no close frame ends the session");
    let stored = serde_json::to_string(&sessions).expect("they can be stored");
    let sessions = serde_json::from_str(&stored).expect("and read");
    let (tx, _inbound) = mpsc::channel(INBOUND_MAX);
    let _successor = discord.door().take_over(0, sessions, tx);
    let mut again = discord.accept_resume().await;
    again.hello().await;
    let resume = again.expect_op(6).await;
    assert_eq!((&resume["session_id"], &resume["seq"]), (&json!("first"), &json!(2)));
}

#[tokio::test]
async fn new_intents_come_with_a_new_session_before_the_old_one_ends() {
    let discord = Discord::plain().await;
    let (session, mut inbound, mut old) = serving(&discord).await;
    let change = session.reconnect(MESSAGE_CONTENT);
    let play = async {
        let mut new = discord.accept().await;
        new.hello().await;
        discord.jump(Duration::from_secs(10));
        assert_eq!(new.expect_op(2).await["intents"], MESSAGE_CONTENT);
        for n in 0..3 {
            old.dispatch("TYPING_START", json!({"n": n})).await;
            assert_eq!(event(&mut inbound).await["d"]["n"], n, "the old one serves");
        }
        new.ready("second", &address(&discord.resume)).await;
        for connection in [&mut old, &mut new] {
            connection.dispatch("TYPING_START", json!({"n": 3})).await;
        }
        assert_eq!(event(&mut inbound).await["d"]["n"], 3);
        assert_eq!(old.closed_by_door().await, Some(1000));
        new.dispatch("TYPING_START", json!({"n": 4})).await;
        assert_eq!(event(&mut inbound).await["d"]["n"], 4, "each event once");
        new
    };
    let (changed, _new) = soon(async { tokio::join!(change, play) }).await;
    changed.expect("the intents are allowed");
    assert_eq!(*session.life().borrow(), Life::Ready);
}

#[tokio::test]
async fn intents_that_are_not_allowed_leave_the_session_as_it_is() {
    let discord = Discord::plain().await;
    let (session, mut inbound, mut old) = serving(&discord).await;
    let play = async {
        let mut new = discord.accept().await;
        new.hello().await;
        discord.jump(Duration::from_secs(10));
        new.expect_op(2).await;
        new.close(4014).await;
    };
    let (refused, ()) = tokio::join!(soon(session.reconnect(MESSAGE_CONTENT)), play);
    let sentence = refused.expect_err("refused").to_string();
    assert!(sentence.contains("Message Content Intent"), "{sentence}");
    old.dispatch("TYPING_START", json!({"n": 1})).await;
    assert_eq!(event(&mut inbound).await["d"]["n"], 1);
    assert_eq!(life(&session, |_| true).await, Life::Ready);
}

#[tokio::test]
async fn intents_that_are_refused_at_the_start_are_mended_by_others() {
    for (code, needle) in [(4013, "0x8000"), (4014, "Message Content Intent")] {
        let discord = Discord::plain().await;
        let (session, _inbound) = connect(&discord.door(), MESSAGE_CONTENT);
        let mut connection = discord.accept().await;
        connection.hello().await;
        connection.expect_op(2).await;
        connection.close(code).await;
        let refused = life(&session, |life| matches!(life, Life::IntentsRefused(_))).await;
        assert!(format!("{refused:?}").contains("ntents"), "{refused:?}");
        let Life::IntentsRefused(refused) = refused else { panic!("{refused:?}") };
        assert!(refused.to_string().contains(needle), "{refused}");
        let play = async {
            let mut new = discord.accept().await;
            new.hello().await;
            discord.jump(Duration::from_secs(10));
            assert_eq!(new.expect_op(2).await["intents"], 0);
            new.ready("second", &address(&discord.resume)).await;
            discord.moving(ready(&session)).await;
            new
        };
        let (changed, _new) = soon(async { tokio::join!(session.reconnect(0), play) }).await;
        changed.expect("no intents are always allowed");
    }
}

#[tokio::test]
async fn a_host_that_does_not_listen_costs_no_heartbeat() {
    let discord = Discord::plain().await;
    let (tx, mut inbound) = mpsc::channel(1);
    let session = discord.door().connect(0, tx);
    let mut connection = discord.accept_ready("first").await;
    for n in 0..100 {
        connection.dispatch("TYPING_START", json!({"n": n})).await;
    }
    // Asked for a heartbeat, it answers, though nobody takes its events.
    connection.send(json!({"op": 1, "d": null})).await;
    ready(&session).await;
    tokio::select! {
        frame = connection.receive() => panic!("{frame}"),
        () = async { while session.latency().is_none() { tokio::task::yield_now().await } } => {}
    }
    soon(inbound.recv()).await.expect("the first event is kept");
}

/// What the log says, of the door alone.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no test panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_token_stands_in_the_log() {
    const INTERACTION: &str = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTA6YWJjZGVm";
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("lumina_host=trace")
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let discord = Discord::start(|call| {
        let fails = call.line.contains("interactions") || call.line.contains("webhooks");
        if fails { answer("500 Internal Server Error", &[], "") } else { Vec::new() }
    })
    .await;
    let (session, mut inbound, mut connection) = serving(&discord).await;
    connection
        .send_text(format!(r#"{{"op":0,"t":"INTERACTION_CREATE","token":"{INTERACTION}"}}"#))
        .await;
    let interaction = json!({"id": "1", "type": 2, "token": INTERACTION});
    connection.dispatch("INTERACTION_CREATE", interaction).await;
    assert_eq!(event(&mut inbound).await["d"]["token"], INTERACTION);
    let door = discord.door();
    for path in ["interactions/1/T/callback", "webhooks/1/T"] {
        let path = path.replace('T', INTERACTION);
        let (method, headers, body) =
            (lumina_host::door::Method::POST, Default::default(), Default::default());
        let request = lumina_host::door::Request { method, path, headers, body, until: None };
        soon(door.send(request)).await.expect("a failure of Discord's");
    }
    soon(session.close()).await;
    let log = String::from_utf8_lossy(&log.0.lock().expect("no test panics with it")).into_owned();
    assert!(log.contains("cannot be read") && log.contains("failure of its own"), "{log}");
    assert!(!log.contains(INTERACTION) && !log.contains(TOKEN) && !log.contains("first"), "{log}");
}
