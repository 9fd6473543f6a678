//! Whom plugins may reach, and what comes back. The outside is a resolver of ours, or a server on
//! loopback in the place of the sandbox.

use super::*;
use axum::{Router, extract::Request as Incoming, response::IntoResponse, routing::get};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::{io, net::IpAddr};
use tokio::task::JoinHandle;

/// Says the same of every name.
struct Says(Vec<IpAddr>);

impl Resolver for Says {
    fn addresses(&self, _host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(addresses) })
    }
}

fn plugin() -> Descriptor {
    let descriptor = Descriptor::new("").service(Service::Http).host("api.weather.example");
    descriptor.host("Cats.Example").host("127.0.0.1").host("localhost").host("[::1]")
}

async fn ask(http: &Http, url: &str) -> Result<Answer, Error> {
    ask_with(http, json!({ "get": { "url": url } })).await
}

async fn ask_with(http: &Http, request: serde_json::Value) -> Result<Answer, Error> {
    let caller = plugin();
    let request = serde_json::to_vec(&request).expect("JSON");
    let blobs = Blobs::new(Clock::start());
    let answer = http.answer(&Asked { caller: &caller, request }, &blobs).await?;
    Ok(serde_json::from_slice(&answer).expect("an answer"))
}

/// Fetches a page of the sandbox; returns what was told of it, and the bytes that were kept.
async fn fetch(sandbox: &Sandbox, path: &str) -> Result<(Fetched, Vec<u8>), Error> {
    let (caller, blobs) = (plugin(), Blobs::new(Clock::start()));
    let request = json!({ "fetch": { "url": format!("https://api.weather.example{path}") } });
    let request = serde_json::to_vec(&request).expect("JSON");
    let answer = sandbox.http.answer(&Asked { caller: &caller, request }, &blobs).await?;
    let fetched: Fetched = serde_json::from_slice(&answer).expect("an answer");
    let bytes = blobs.get(&caller.name, &fetched.blob).expect("kept for the plugin").to_vec();
    Ok((fetched, bytes))
}

#[tokio::test]
async fn what_is_fetched_is_kept_byte_by_byte_and_only_if_it_was_found() {
    let sandbox = Sandbox::start().await;
    let (fetched, bytes) = fetch(&sandbox, "/odd").await.expect("fetched");
    assert_eq!(bytes, [b'a', 0xff, b'b']);
    assert_eq!(fetched.size_bytes, 3);
    assert_eq!(fetched.content_type.as_deref(), Some("application/octet-stream"));
    let (largest, _) = fetch(&sandbox, "/largest").await.expect("fetched");
    assert_eq!(largest.size_bytes, ANSWER_BYTES_MAX as u64);
    for path in ["/large", "/missing", "/away"] {
        fetch(&sandbox, path).await.expect_err(path);
    }
    let missing = fetch(&sandbox, "/missing").await.expect_err("there is none");
    assert_eq!(missing.kind, ErrorKind::Unavailable);
    assert!(missing.detail.contains("status 404"), "{missing:?}");
}

fn internet(addresses: &[&str]) -> Http {
    let addresses = addresses.iter().map(|text| text.parse().expect(text)).collect();
    let outside = Outside::Internet(Arc::new(Says(addresses)));
    Http::open(outside, Clock::start()).expect("a client")
}

struct Sandbox {
    http: Http,
    clock: Clock,
    server: JoinHandle<()>,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Sandbox {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let server = tokio::spawn(async move {
            axum::serve(listener, pages()).await.expect("serves");
        });
        let clock = Clock::start();
        let http = Http::open(Outside::Sandbox(address), clock.clone()).expect("a client");
        Self { http, clock, server }
    }
}

fn pages() -> Router {
    let to =
        |target: &'static str| get(move || async move { axum::response::Redirect::to(target) });
    Router::new()
        .route("/echo", get(echo))
        .route("/odd", get(|| async { vec![b'a', 0xff, b'b'] }))
        .route("/large", get(|| async { vec![b'x'; ANSWER_BYTES_MAX + 1] }))
        .route("/largest", get(|| async { vec![b'x'; ANSWER_BYTES_MAX] }))
        .route("/never", get(std::future::pending::<()>))
        .route("/away", to("https://evil.example/"))
        .route("/plain", to("http://api.weather.example/echo"))
        .route("/metadata", to("https://169.254.169.254/latest"))
        .route("/cats", to("https://cats.example/echo"))
        .route("/loop", to("/loop"))
        .route("/3", to("/2"))
        .route("/2", to("/1"))
        .route("/1", to("/echo"))
        .route("/4", to("/3"))
}

async fn echo(request: Incoming) -> impl IntoResponse {
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or("-").to_owned()
    };
    format!("{} {} {}", header("host"), request.uri(), header("x-key"))
}

#[tokio::test]
async fn a_name_that_leads_to_an_address_of_ones_own_is_refused() {
    for address in [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
    ] {
        for answer in [vec![address], vec!["1.1.1.1", address]] {
            let error = ask(&internet(&answer), "https://api.weather.example/").await;
            let error = error.expect_err("refused");
            assert_eq!(error.kind, ErrorKind::Denied, "{answer:?}: {error}");
            assert!(error.detail.contains("not public"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_address_that_is_not_a_declared_name_over_https_is_refused_before_any_look_up() {
    let http = internet(&[]);
    for url in [
        "http://api.weather.example/",
        "ftp://api.weather.example/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "https://evil.example/",
        "https://api.weather.example.evil.example/",
        "https://evil.example/api.weather.example",
        "https://evil.example#@api.weather.example/",
        "https://evil.example\\@api.weather.example/",
        "https://api.weather.example@evil.example/",
        "https://me:secret@api.weather.example/",
        "https://api.weather.example:8443/",
        "https://api.weather.example./",
        "https://sub.api.weather.example/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://017700000001/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://0/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://１２７.0.0.1/",
        "https://①②⑦.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https:///",
        "https://",
        "not an address",
        "",
    ] {
        let error = ask(&http, url).await.expect_err(url);
        assert_eq!(error.kind, ErrorKind::Denied, "{url}: {error}");
        assert!(!error.detail.contains("not public"), "{url}: {error}");
    }
}

#[tokio::test]
async fn localhost_is_refused_even_if_declared() {
    let error = ask(&internet(&["127.0.0.1"]), "https://localhost/").await.expect_err("refused");
    assert_eq!(error.kind, ErrorKind::Denied);
}

#[tokio::test]
async fn the_sandbox_plays_every_declared_host() {
    let sandbox = Sandbox::start().await;
    let answer = ask(&sandbox.http, "https://CATS.example/echo?a=1#part").await.expect("an answer");
    assert_eq!((answer.status, answer.body.as_str()), (200, "cats.example /echo?a=1 -"));
    assert!(answer.content_type.is_some_and(|kind| kind.starts_with("text/plain")));
    let error = ask(&sandbox.http, "https://evil.example/echo").await.expect_err("undeclared");
    assert_eq!(error.kind, ErrorKind::Denied);
    let missing = ask(&sandbox.http, "https://cats.example/missing").await.expect("an answer");
    assert_eq!(missing.status, 404);
    let odd = ask(&sandbox.http, "https://cats.example/odd").await.expect("an answer");
    assert_eq!(odd.body, "a\u{fffd}b");
}

#[tokio::test]
async fn redirects_are_checked_again_and_bounded() {
    let sandbox = Sandbox::start().await;
    let of = |path: &str| format!("https://api.weather.example/{path}");
    for path in ["away", "plain", "metadata"] {
        let error = ask(&sandbox.http, &of(path)).await.expect_err(path);
        assert_eq!(error.kind, ErrorKind::Denied, "{path}: {error}");
    }
    assert_eq!(ask(&sandbox.http, &of("3")).await.expect("three are followed").status, 200);
    for path in ["4", "loop"] {
        let error = ask(&sandbox.http, &of(path)).await.expect_err(path);
        assert_eq!(error.kind, ErrorKind::Unavailable, "{path}: {error}");
    }
}

#[tokio::test]
async fn what_is_sent_to_one_host_is_not_sent_to_another() {
    let sandbox = Sandbox::start().await;
    let get = |path: &str| {
        let url = format!("https://api.weather.example/{path}");
        json!({ "get": { "url": url, "headers": { "X-Key": "secret" } } })
    };
    let same = ask_with(&sandbox.http, get("1")).await.expect("an answer");
    assert_eq!(same.body, "api.weather.example /echo secret");
    let other = ask_with(&sandbox.http, get("cats")).await.expect("an answer");
    assert_eq!(other.body, "cats.example /echo -");
}

#[tokio::test]
async fn headers_of_the_connection_are_refused() {
    let sandbox = Sandbox::start().await;
    for (name, value) in [
        ("Host", "evil.example"),
        ("connection", "close"),
        ("Transfer-Encoding", "chunked"),
        ("bad name", "x"),
        ("x-forged", "a\r\nhost: evil.example"),
        ("x-long", &"x".repeat(HEADER_BYTES_MAX)),
    ] {
        let url = "https://cats.example/echo";
        let request = json!({ "get": { "url": url, "headers": { name: value } } });
        let error = ask_with(&sandbox.http, request).await.expect_err(name);
        assert_eq!(error.kind, ErrorKind::Denied, "{name}");
    }
}

#[tokio::test]
async fn an_answer_has_one_mebibyte_at_most() {
    let sandbox = Sandbox::start().await;
    let largest = ask(&sandbox.http, "https://cats.example/largest").await.expect("an answer");
    assert_eq!(largest.body.len(), ANSWER_BYTES_MAX);
    let error = ask(&sandbox.http, "https://cats.example/large").await.expect_err("too large");
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn an_answer_takes_five_seconds_at_most_and_less_if_asked() {
    for (timeout_ms, allowed_ms) in [(None, 5_000), (Some(1_000), 1_000), (Some(60_000), 5_000)] {
        let sandbox = Sandbox::start().await;
        let url = "https://cats.example/never";
        let request = json!({ "get": { "url": url, "timeout_ms": timeout_ms } });
        let work = ask_with(&sandbox.http, request);
        let (answer, ()) = tokio::join!(biased; work, async {
            sandbox.clock.run_ahead(Duration::from_millis(allowed_ms));
        });
        let error = answer.expect_err("nobody answers");
        assert!(error.detail.contains(&format!("within {allowed_ms} ms")), "{error}");
    }
}

#[tokio::test]
async fn a_host_that_is_down_is_unavailable() {
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = unused.local_addr().expect("bound");
    drop(unused);
    let http = Http::open(Outside::Sandbox(address), Clock::start()).expect("a client");
    let error = ask(&http, "https://cats.example/echo").await.expect_err("nobody is there");
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_plugin_that_asks_too_much_at_once_waits_for_itself_only() {
    let sandbox = Sandbox::start().await;
    let (mut busy, mut other) = (plugin(), plugin());
    (busy.name, other.name) = ("busy".to_owned(), "other".to_owned());
    let asked = |caller, path: &str| {
        let url = format!("https://cats.example/{path}");
        let request = json!({ "get": { "url": url } }).to_string().into_bytes();
        Asked { caller, request }
    };
    let stuck: Vec<_> = (0..=REQUESTS_PER_PLUGIN_MAX).map(|_| asked(&busy, "never")).collect();
    let blobs = Blobs::new(Clock::start());
    let stuck = stuck.iter().map(|asked| sandbox.http.answer(asked, &blobs));
    let all_stuck = futures_util::future::join_all(stuck);
    let free = asked(&other, "echo");
    tokio::select! {
        _ = all_stuck => unreachable!("their time stands still"),
        answer = sandbox.http.answer(&free, &blobs) => drop(answer.expect("an answer")),
    }
    let again = asked(&busy, "echo");
    sandbox.http.answer(&again, &blobs).await.expect("the places are free again");
}
