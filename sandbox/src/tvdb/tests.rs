//! The simulated TheTVDB keeps its rules and plays its faults.

use super::*;
use serde_json::{Value, json};
use std::time::Duration;

struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    async fn login(tvdb: &SimTvdb) -> Self {
        let http = reqwest::Client::new();
        let base = tvdb.base();
        let token = login(&base, json!({ "apikey": API_KEY })).await.1["data"]["token"].clone();
        Self { http, base, token: token.as_str().expect("a token").to_owned() }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        let reply = request.send().await.expect("an answer");
        (reply.status().as_u16(), reply.json().await.expect("JSON"))
    }
}

async fn login(base: &str, body: Value) -> (u16, Value) {
    let reply = reqwest::Client::new().post(format!("{base}/login")).json(&body).send().await;
    let reply = reply.expect("an answer");
    (reply.status().as_u16(), reply.json().await.expect("JSON"))
}

async fn start() -> (SimTvdb, Client) {
    let tvdb = SimTvdb::start(TvdbOptions::default()).await.expect("a free port");
    let client = Client::login(&tvdb).await;
    (tvdb, client)
}

#[tokio::test]
async fn a_login_needs_the_key_and_a_subscriber_also_the_pin() {
    let options = TvdbOptions { pin: Some("1234".to_owned()), ..TvdbOptions::default() };
    let tvdb = SimTvdb::start(options).await.expect("a free port");
    for (body, expected) in [
        (json!({ "apikey": "nonsense" }), 401),
        (json!({ "apikey": API_KEY }), 400),
        (json!({ "apikey": API_KEY, "pin": "9" }), 401),
        (json!({ "apikey": API_KEY, "pin": "1234" }), 200),
    ] {
        assert_eq!(login(&tvdb.base(), body.clone()).await.0, expected, "{body}");
    }
}

#[tokio::test]
async fn tokens_open_the_rest_until_they_expire() {
    let (tvdb, client) = start().await;
    assert_eq!(client.get("/movies/10101").await.0, 200);
    tvdb.expire_tokens();
    let (status, body) = client.get("/movies/10101").await;
    assert_eq!((status, &body["message"]), (401, &json!("Unauthorized")));
    let seen = tvdb.journal();
    assert_eq!(
        seen.last().map(|seen| (seen.path.as_str(), seen.status)),
        Some(("/movies/10101", Some(401)))
    );
}

#[tokio::test]
async fn a_token_is_good_for_a_month() {
    let clock = SimClock::new();
    let options = TvdbOptions { clock: clock.clone(), ..TvdbOptions::default() };
    let tvdb = SimTvdb::start(options).await.expect("a free port");
    let client = Client::login(&tvdb).await;
    clock.advance(Duration::from_secs(29 * 24 * 3_600));
    assert_eq!(client.get("/movies/10101").await.0, 200);
    clock.advance(Duration::from_secs(2 * 24 * 3_600));
    assert_eq!(client.get("/movies/10101").await.0, 401);
}

#[tokio::test]
async fn requests_that_break_a_rule_are_refused_with_its_status() {
    let (_tvdb, client) = start().await;
    for (path, expected) in [
        ("/search", 400),
        ("/search?query=dune&type=banana", 400),
        ("/search?query=dune&limit=x", 400),
        ("/search?query=dune&limit=50&offset=4990", 400),
        ("/movies/abc", 400),
        ("/movies/999999999", 404),
        ("/series/81189/extended?meta=banana", 400),
        ("/series/81189/episodes/official", 400),
        ("/series/81189/episodes/banana?page=0", 400),
        ("/series/81189/translations/xxx", 404),
        ("/updates", 400),
        ("/nonsense", 404),
    ] {
        let (status, body) = client.get(path).await;
        assert_eq!(status, expected, "{path}");
        assert_eq!(body["status"], "failure", "{path}");
    }
}

#[tokio::test]
async fn a_search_pages_by_offset() {
    let (_tvdb, client) = start().await;
    let (_, first) = client.get("/search?query=harbor&type=series&limit=25&offset=0").await;
    let (_, second) = client.get("/search?query=harbor&type=series&limit=25&offset=25").await;
    assert_eq!(first["data"].as_array().map(Vec::len), Some(25));
    assert!(first["links"]["next"].is_string());
    assert!(second["links"]["next"].is_null());
    assert_ne!(first["data"][0]["id"], second["data"][0]["id"]);
    assert_eq!(client.get("/search?query=nothingatall").await.1["data"], json!([]));
}

#[tokio::test]
async fn long_series_come_in_pages_of_500() {
    let (_tvdb, client) = start().await;
    let mut sizes = Vec::new();
    for page in 0..4 {
        let (_, body) = client.get(&format!("/series/400005/episodes/official?page={page}")).await;
        sizes.push(body["data"]["episodes"].as_array().map(Vec::len));
        assert_eq!(body["links"]["next"].is_null(), page >= 2);
    }
    assert_eq!(sizes, [Some(500), Some(500), Some(200), None]);
}

#[tokio::test]
async fn translations_come_only_when_asked_for() {
    let (_tvdb, client) = start().await;
    let (_, plain) = client.get("/series/81189/extended?short=true").await;
    assert!(plain["data"]["translations"].is_null());
    let (_, full) = client.get("/series/81189/extended?meta=translations&short=true").await;
    let names = &full["data"]["translations"]["nameTranslations"];
    assert_eq!(names.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn records_take_the_liberties_of_the_real_ones() {
    let (_tvdb, client) = start().await;
    assert_eq!(client.get("/series/194031").await.1["data"]["id"], json!("series-194031"));
    assert_eq!(client.get("/series/400008").await.1["data"]["id"], json!("400008"));
    assert!(client.get("/series/400009/extended").await.1["data"]["seasons"].is_null());
    let (_, twice) = client.get("/search?query=dune%20gardeners").await;
    assert_eq!(twice["data"][0], twice["data"][1]);
    let (_, gone) = client.get("/updates?since=0&action=delete").await;
    assert_eq!(gone["data"][0]["mergeToId"], json!(10_104));
}

#[tokio::test]
async fn pictures_need_no_token() {
    let (tvdb, client) = start().await;
    let (_, body) = client.get("/movies/10101").await;
    let url = body["data"]["image"].as_str().expect("a picture").to_owned();
    assert!(url.starts_with(&format!("http://{}/banners/", tvdb.address())));
    let bytes = reqwest::get(url).await.unwrap().bytes().await.unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn faults_are_played_until_they_end() {
    let (tvdb, client) = start().await;
    let ask = || async {
        let request = client.http.get(format!("{}/movies/10101", client.base));
        request.bearer_auth(&client.token).send().await
    };
    tvdb.set_fault(Some(Fault::Down));
    assert!(ask().await.is_err());
    tvdb.set_fault(Some(Fault::TooManyRequests { retry_after_s: Some(2) }));
    let busy = ask().await.unwrap();
    assert_eq!(
        (busy.status().as_u16(), &busy.headers()["retry-after"]),
        (429, &"2".parse().unwrap())
    );
    tvdb.set_fault(Some(Fault::Html));
    assert!(ask().await.unwrap().text().await.unwrap().starts_with("<!DOCTYPE"));
    tvdb.set_fault(Some(Fault::CutShort));
    assert!(ask().await.unwrap().bytes().await.is_err());
    tvdb.set_fault(Some(Fault::WrongKey));
    assert_eq!(ask().await.unwrap().status(), 401);
    tvdb.set_fault(Some(Fault::NullLists));
    assert!(client.get("/search?query=dune").await.1["data"].is_null());
    tvdb.set_fault(None);
    tvdb.queue_faults([Fault::Reset, Fault::ServerError, Fault::Slow(Duration::from_millis(1))]);
    assert!(ask().await.is_err());
    assert_eq!(ask().await.unwrap().status(), 500);
    assert_eq!(ask().await.unwrap().status(), 200);
}
