//! The REST side: the front, repeats, limits, and answers that are none.

use crate::discord::{Call, Discord, TOKEN, answer, half, ok, soon};
use lumina_host::door::{Door, Method, Reply, Request, SendError, StatusCode};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

const INTERACTION: &str = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTA6YWJjZGVm";
const JSON: (&str, &str) = ("content-type", "application/json");

fn request(method: Method, path: &str) -> Request {
    let (headers, body) = (Default::default(), r#"{"a":1}"#.into());
    Request { method, path: path.to_owned(), headers, body, until: None }
}

async fn send(door: &Door, method: Method, path: &str) -> Result<Reply, SendError> {
    soon(door.send(request(method, path))).await
}

/// A Discord whose first answers are these, and `{}` from then on.
async fn discord(first: Vec<Vec<u8>>) -> Discord {
    let n_answered = AtomicUsize::new(0);
    Discord::start(move |_: &Call| {
        let index = n_answered.fetch_add(1, Ordering::Relaxed);
        first.get(index).cloned().unwrap_or_else(|| ok("{}"))
    })
    .await
}

async fn through_front(url: String, key: &str) -> (StatusCode, String) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let call = client.post(url).header("authorization", key).header("x-other", "1").body("{}");
    let reply = soon(call.send()).await.expect("an answer");
    (reply.status(), reply.text().await.expect("a text"))
}

#[tokio::test]
async fn who_knows_the_front_key_acts_as_the_bot_and_never_sees_the_token() {
    let discord = Discord::start(|_| ok(r#"{"id":"1"}"#)).await;
    let front = discord.door().front().await.expect("a front");
    assert!(!format!("{front:?}{}{}", front.url, front.key).contains(TOKEN));
    let url = format!("{}/api/v10/channels/1/messages?a=b", front.url);
    let (status, body) = through_front(url, &format!("Bot {}", front.key)).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"id":"1"}"#));
    let calls = discord.calls();
    assert_eq!(calls[0].line, "POST /api/v10/channels/1/messages?a=b");
    assert_eq!(calls[0].authorization, Some(format!("Bot {TOKEN}")));
    assert!(!calls[0].head.contains("x-other") && !calls[0].head.contains(&front.key));
}

#[tokio::test]
async fn who_does_not_know_the_front_key_reaches_nothing() {
    let discord = Discord::plain().await;
    let front = discord.door().front().await.expect("a front");
    let url = format!("{}/api/v10/users/@me", front.url);
    for key in ["", "Bot ", "Bot 0", &front.key, &format!("Bot {}0", front.key)] {
        let (status, _) = through_front(url.clone(), key).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{key}");
    }
    let url = format!("{}/api/v9/users/@me", front.url);
    let (status, _) = through_front(url, &format!("Bot {}", front.key)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(discord.calls().is_empty());
}

#[tokio::test]
async fn a_dropped_front_listens_no_more() {
    let discord = Discord::plain().await;
    let front = discord.door().front().await.expect("a front");
    let address = front.url.trim_start_matches("http://").to_owned();
    drop(front);
    let closed = async {
        while tokio::net::TcpStream::connect(&address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    soon(closed).await;
}

#[tokio::test]
async fn answers_to_interactions_carry_no_bot_token() {
    let discord = discord(vec![]).await;
    let door = discord.door();
    let callback = format!("interactions/1/{INTERACTION}/callback");
    for path in [callback, format!("webhooks/1/{INTERACTION}")] {
        send(&door, Method::POST, &path).await.expect("an answer");
    }
    assert!(discord.calls().iter().all(|call| call.authorization.is_none()));
    assert_eq!(discord.calls()[0].body, br#"{"a":1}"#);
}

#[tokio::test]
async fn a_failure_of_discord_is_asked_again_unless_it_was_a_post() {
    let broken = || vec![answer("502 Bad Gateway", &[], "<html>")];
    let get = discord(broken()).await;
    let reply = send(&get.door(), Method::GET, "users/@me").await.expect("an answer");
    assert_eq!((reply.status, get.calls().len()), (StatusCode::OK, 2));
    let post = discord(broken()).await;
    let reply = send(&post.door(), Method::POST, "channels/1/messages").await.expect("an answer");
    assert_eq!((reply.status, post.calls().len()), (StatusCode::BAD_GATEWAY, 1));
}

#[tokio::test]
async fn the_first_answer_to_an_interaction_is_repeated_because_discord_takes_only_one() {
    let path = format!("interactions/12345678901234567/{INTERACTION}/callback");
    let taken = answer("400 Bad Request", &[JSON], r#"{"code":40060,"message":"acknowledged"}"#);
    for bad in [answer("502 Bad Gateway", &[], "<html>"), half(r#"{"id":"1234567890"}"#)] {
        let lost = discord(vec![bad.clone()]).await;
        let reply = send(&lost.door(), Method::POST, &path).await.expect("the second is whole");
        assert_eq!((reply.status, lost.calls().len()), (StatusCode::OK, 2));
        let worked = discord(vec![bad, taken.clone()]).await;
        let reply = send(&worked.door(), Method::POST, &path).await.expect("it had worked");
        assert_eq!((reply.status, worked.calls().len()), (StatusCode::NO_CONTENT, 2));
    }
    let answered_before = discord(vec![taken]).await;
    let reply = send(&answered_before.door(), Method::POST, &path).await.expect("an answer");
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_tries_are_bounded() {
    let broken = vec![answer("503 Service Unavailable", &[], ""); 20];
    let discord = discord(broken).await;
    let door = discord.door();
    let reply = discord.moving(send(&door, Method::GET, "users/@me")).await;
    assert_eq!(reply.expect("the last answer").status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(discord.calls().len(), 4);
}

#[tokio::test]
async fn half_answers_and_web_pages_are_no_answers() {
    let page = answer("200 OK", &[("content-type", "text/html")], "<html>hello</html>");
    for bad in [half(r#"{"id":"1234567890"}"#), page, b"garbage\r\n\r\n".to_vec(), b" ".to_vec()] {
        let get = discord(vec![bad.clone()]).await;
        let reply = send(&get.door(), Method::GET, "users/@me").await.expect("the second is whole");
        assert_eq!((&reply.body[..], get.calls().len()), (&b"{}"[..], 2));
        let post = discord(vec![bad]).await;
        let error = send(&post.door(), Method::POST, "channels/1/messages").await;
        let unsure = matches!(error, Err(SendError::NoAnswer { may_have_worked: true, .. }));
        assert!(unsure && post.calls().len() == 1, "{error:?}");
    }
}

#[tokio::test]
async fn a_limited_post_is_repeated_after_the_time_that_discord_says() {
    let body = r#"{"message":"slow down","retry_after":0.4,"global":false}"#;
    let limited = answer("429 Too Many Requests", &[JSON, ("retry-after", "1")], body);
    let discord = discord(vec![limited]).await;
    let (door, before) = (discord.door(), discord.clock.monotonic());
    let reply = send(&door, Method::POST, "channels/1/messages").await.expect("an answer");
    assert_eq!((reply.status, discord.calls().len()), (StatusCode::OK, 2));
    assert!(discord.clock.monotonic() - before >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_wall_in_front_of_discord_holds_everything_but_callbacks() {
    let wall = answer("429 Too Many Requests", &[("retry-after", "3600")], "<html>1015</html>");
    let discord = discord(vec![wall]).await;
    let door = discord.door();
    let reply = send(&door, Method::GET, "users/@me").await.expect("the wall's answer");
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    let held = send(&door, Method::GET, "gateway").await;
    assert_eq!(held.expect_err("it waits too long"), SendError::WouldWait);
    let callback = format!("interactions/1/{INTERACTION}/callback");
    send(&door, Method::POST, &callback).await.expect("a callback passes");
    assert_eq!(discord.calls().len(), 2);
}

fn refused_token() -> Vec<u8> {
    answer("401 Unauthorized", &[JSON], r#"{"message":"401: Unauthorized","code":0}"#)
}

#[tokio::test]
async fn a_token_refused_twice_stops_all_calls_but_answers_to_interactions() {
    let discord = discord(vec![refused_token(), refused_token()]).await;
    let door = discord.door();
    for _ in 0..3 {
        let stopped = send(&door, Method::GET, "applications/@me").await;
        assert_eq!(stopped.expect_err("nothing is sent"), SendError::TokenRefused);
    }
    assert_eq!(discord.lines(), ["GET /api/v10/applications/@me", "GET /api/v10/users/@me"]);
    let edit = format!("webhooks/1/{INTERACTION}/messages/@original");
    for (method, path) in [
        (Method::POST, format!("interactions/1/{INTERACTION}/callback")),
        (Method::POST, format!("webhooks/1/{INTERACTION}")),
        (Method::PATCH, edit),
    ] {
        send(&door, method, &path).await.expect("an answer");
    }
}

#[tokio::test]
async fn a_token_refused_once_by_mistake_is_used_on() {
    let broken = answer("500 Internal Server Error", &[], "");
    for after in [ok("{}"), broken, answer("401 Unauthorized", &[], "<html>")] {
        let discord = discord(vec![refused_token(), after]).await;
        let door = discord.door();
        let reply = send(&door, Method::GET, "applications/@me").await.expect("the refusal");
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        let reply = send(&door, Method::GET, "applications/@me").await.expect("an answer");
        assert_eq!(reply.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_refused_interaction_token_stops_nothing() {
    let refused = answer("401 Unauthorized", &[JSON], r#"{"message":"Invalid Webhook Token"}"#);
    let discord = discord(vec![refused]).await;
    let door = discord.door();
    send(&door, Method::POST, &format!("webhooks/1/{INTERACTION}")).await.expect("the refusal");
    send(&door, Method::GET, "users/@me").await.expect("an answer");
}

#[tokio::test]
async fn paths_out_of_the_interface_and_redirects_lead_nowhere() {
    let elsewhere = answer("302 Found", &[("location", "http://127.0.0.1:1/")], "");
    let discord = discord(vec![elsewhere]).await;
    let door = discord.door();
    for path in ["", "../v9/users/@me", "%2e%2e/%2E%2e/login", "//evil.example/"] {
        let error = send(&door, Method::GET, path).await.expect_err(path);
        assert_eq!(error, SendError::Path, "{path}");
    }
    let reply = send(&door, Method::GET, "users/@me").await.expect("the redirect itself");
    assert_eq!(reply.status, StatusCode::FOUND);
}

#[tokio::test]
async fn an_unreachable_discord_is_said_to_have_done_nothing() {
    let mut gone = Discord::plain().await;
    gone.base = "http://127.0.0.1:1".to_owned();
    let door = gone.door();
    let error = gone.moving(send(&door, Method::POST, "channels/1/messages")).await;
    let error = error.expect_err("nobody is there");
    assert!(matches!(error, SendError::NoAnswer { may_have_worked: false, .. }), "{error:?}");
}

#[tokio::test]
async fn the_difference_of_the_clocks_is_learned() {
    let date = ("date", "Fri, 01 Jan 2100 00:00:00 GMT");
    let discord = discord(vec![answer("200 OK", &[JSON, date], "{}")]).await;
    let door = discord.door();
    let shows = |expected_ms: i64| (door.discord_now().0 - expected_ms).abs() < 2_000;
    assert!(shows(discord.clock.now().0));
    send(&door, Method::GET, "users/@me").await.expect("an answer");
    assert!(shows(4_102_444_800_000));
}
