//! The TheTVDB client against a server on loopback that misbehaves in every way TheTVDB was seen to.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use lumina_host::{
    clock::Clock,
    secret::Secret,
    tvdb::{
        Answer, Catalogue, GateLimit, MediaKind, MovieId, RecordKind, Search, SearchPage, SeriesId,
        TheTvdb, TvdbError, TvdbOptions,
    },
};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::task::AbortHandle;

/// What the server answers next, instead of the truth.
#[derive(Debug, Clone)]
enum Fault {
    Status(u16),
    /// A status, and when to come back.
    Later(u16, &'static str),
    Html,
    BrokenOff,
    HalfJson,
    Silence,
    Huge,
    Redirect,
}

#[derive(Default)]
struct Script {
    /// One for each question to come; the truth when empty.
    faults: VecDeque<Fault>,
    /// After `faults`: this, for ever.
    always: Option<Fault>,
    /// The status of every login.
    refuses_key_with: Option<u16>,
    gives_no_token: bool,
    logins: Vec<Value>,
    /// Tokens of logins before this one are refused.
    valid_from: usize,
    /// Address and token of each question.
    seen: Vec<String>,
    answer: Option<Value>,
}

#[derive(Clone, Default)]
struct Server(Arc<Mutex<Script>>);

impl Server {
    fn script<R>(&self, change: impl FnOnce(&mut Script) -> R) -> R {
        change(&mut self.0.lock().expect("no test panics with the lock"))
    }

    fn log_in(&self, body: &[u8]) -> Response {
        self.script(|script| {
            script.logins.push(serde_json::from_slice(body).expect("a JSON body"));
            if let Some(status) = script.refuses_key_with {
                let status = StatusCode::from_u16(status).expect("valid");
                let text = json!({ "status": "failure", "message": "InvalidAPIKey", "data": null });
                return (status, text.to_string()).into_response();
            }
            if script.gives_no_token {
                return json!({ "status": "success", "data": {} }).to_string().into_response();
            }
            let token = format!("token-{}", script.logins.len());
            json!({ "status": "success", "data": { "token": token } }).to_string().into_response()
        })
    }

    /// The answer to a question; `None` for silence.
    fn ask(&self, target: &str, token: &str) -> Option<Response> {
        self.script(|script| {
            script.seen.push(format!("{target} {token}"));
            let login: usize = token.trim_start_matches("token-").parse().unwrap_or(0);
            if login < script.valid_from.max(1) {
                return Some(StatusCode::UNAUTHORIZED.into_response());
            }
            match script.faults.pop_front().or_else(|| script.always.clone()) {
                Some(fault) => fault.response(),
                None => {
                    let answer = script.answer.clone().unwrap_or_else(dune);
                    Some(answer.to_string().into_response())
                }
            }
        })
    }
}

impl Fault {
    fn response(&self) -> Option<Response> {
        Some(match self {
            Self::Status(status) => StatusCode::from_u16(*status).expect("valid").into_response(),
            Self::Later(status, retry_after) => {
                let status = StatusCode::from_u16(*status).expect("valid");
                (status, [(header::RETRY_AFTER, *retry_after)]).into_response()
            }
            Self::Html => "<!doctype html><title>Maintenance</title>".into_response(),
            Self::BrokenOff => broken_off(),
            Self::HalfJson => r#"{"status":"success","data":[{"id":"#.into_response(),
            Self::Silence => return None,
            Self::Huge => vec![b' '; 9 << 20].into_response(),
            Self::Redirect => {
                (StatusCode::FOUND, [(header::LOCATION, "http://192.0.2.1/")]).into_response()
            }
        })
    }
}

/// A body that ends in an error once its beginning is on its way.
fn broken_off() -> Response {
    let parts = futures_util::stream::unfold(0, |part| async move {
        if part == 0 {
            return Some((Ok(Bytes::from_static(b"{\"data\":[")), 1));
        }
        // Without a pause the server would not even send the headers.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Err(std::io::Error::other("gone")), 2))
    });
    Body::from_stream(parts).into_response()
}

fn dune() -> Value {
    json!({ "status": "success", "data": [
        { "type": "movie", "id": "movie-290272", "name": "Dune", "slug": "dune" },
        { "type": "series", "id": "series-194031", "name": "Dune: Prophecy" },
        { "type": "movie", "id": "movie-290272", "name": "Dune", "slug": "dune" },
        { "type": "person", "id": "people-1", "name": "Dune" },
    ] })
}

async fn serve(State(server): State<Server>, request: Request<Body>) -> Response {
    let target = request.uri().to_string();
    let authorization = request.headers().get(header::AUTHORIZATION);
    let token = authorization.and_then(|value| value.to_str().ok()).unwrap_or("none");
    let token = token.trim_start_matches("Bearer ").to_owned();
    let body = axum::body::to_bytes(request.into_body(), 1 << 16).await.expect("a small body");
    if target == "/v4/login" {
        return server.log_in(&body);
    }
    match server.ask(&target, &token) {
        Some(response) => response,
        None => std::future::pending().await,
    }
}

struct Bench {
    server: Server,
    tvdb: TheTvdb,
    clock: Clock,
    ahead: Mutex<Duration>,
    task: AbortHandle,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How far time moves by itself for each request the server sees: enough for every wait between two
/// tries, too little for a try to run out of time.
const PER_REQUEST: Duration = Duration::from_secs(3);

impl Bench {
    async fn start() -> Self {
        Self::with(GateLimit::default(), None).await
    }

    async fn with(limit: GateLimit, pin: Option<&str>) -> Self {
        let server = Server::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}/v4", listener.local_addr().expect("bound"));
        let router = Router::new().fallback(serve).with_state(server.clone());
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("serves");
        });
        let clock = Clock::start();
        let options = TvdbOptions {
            api_base: base,
            api_key: Secret::new("the-key"),
            pin: pin.map(Secret::new),
            limit,
            clock: clock.clone(),
        };
        let tvdb = TheTvdb::open(options).expect("a good base");
        Self { server, tvdb, clock, ahead: Mutex::default(), task: task.abort_handle() }
    }

    async fn search(&self, text: &str) -> Result<Answer<Arc<SearchPage>>, TvdbError> {
        self.moving(PER_REQUEST, self.tvdb.search(search_for(text))).await
    }

    /// Awaits `work` while time moves by itself, at most `per_request` for each request seen.
    async fn moving<T>(&self, per_request: Duration, work: impl Future<Output = T>) -> T {
        let step = Duration::from_millis(50);
        let hurry = async {
            let (mut n_seen, mut moved) = (0, Duration::ZERO);
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                if n_seen != self.n_requests() {
                    (n_seen, moved) = (self.n_requests(), Duration::ZERO);
                }
                if n_seen > 0 && moved < per_request {
                    moved += step;
                    self.advance(step);
                }
            }
        };
        tokio::select! {
            biased;
            result = work => result,
            () = hurry => unreachable!("hurries for ever"),
        }
    }

    fn advance(&self, by: Duration) {
        let mut ahead = self.ahead.lock().expect("no test panics with the lock");
        *ahead += by;
        self.clock.run_ahead(*ahead);
    }

    fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.server.script(|script| script.faults.extend(faults));
    }

    fn always(&self, fault: Option<Fault>) {
        self.server.script(|script| script.always = fault);
    }

    fn answers(&self, answer: Value) {
        self.server.script(|script| script.answer = Some(answer));
    }

    fn seen(&self) -> Vec<String> {
        self.server.script(|script| script.seen.clone())
    }

    fn n_logins(&self) -> usize {
        self.server.script(|script| script.logins.len())
    }

    fn n_requests(&self) -> usize {
        self.server.script(|script| script.logins.len() + script.seen.len())
    }
}

fn search_for(text: &str) -> Search {
    Search { text: text.to_owned(), kind: None, limit: 25 }
}

/// The error and all beneath it, as a log line shows it.
fn chain(error: &TvdbError) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[tokio::test]
async fn a_search_finds_films_and_shows_each_once() {
    let bench = Bench::start().await;
    let answer = bench.search(" Dune ").await.expect("an answer");
    let found: Vec<_> = answer.value.titles.iter().map(|one| one.id).collect();
    let expected = [MovieId(290_272).into(), SeriesId(194_031).into()];
    assert_eq!(found, expected);
    assert!(!answer.is_stale);
    assert_eq!(bench.seen(), ["/v4/search?query=Dune&limit=25 token-1"]);
}

#[tokio::test]
async fn the_key_is_sent_alone_and_the_pin_where_there_is_one() {
    let bench = Bench::start().await;
    bench.search("dune").await.expect("an answer");
    bench.server.script(|script| assert_eq!(script.logins, [json!({ "apikey": "the-key" })]));
    let bench = Bench::with(GateLimit::default(), Some("1234")).await;
    bench.search("dune").await.expect("an answer");
    let expected = json!({ "apikey": "the-key", "pin": "1234" });
    bench.server.script(|script| assert_eq!(script.logins, [expected]));
}

#[tokio::test]
async fn the_kind_and_how_much_is_wanted_are_asked_for() {
    let bench = Bench::start().await;
    let search = Search { kind: Some(MediaKind::Series), limit: 4, ..search_for("a&b") };
    bench.moving(PER_REQUEST, bench.tvdb.search(search)).await.expect("an answer");
    let expected = "/v4/search?query=a%26b&limit=4&type=series token-1";
    assert_eq!(bench.seen(), [expected]);
}

#[tokio::test]
async fn an_empty_search_asks_nobody() {
    let bench = Bench::start().await;
    assert_eq!(bench.search(" \t ").await.expect("an answer").value.titles, []);
    assert_eq!(bench.n_requests(), 0);
}

#[tokio::test]
async fn a_wrong_key_is_an_error_of_its_own_and_is_not_tried_again() {
    let bench = Bench::start().await;
    bench.server.script(|script| script.refuses_key_with = Some(401));
    let error = bench.search("dune").await.expect_err("no key, no answer");
    assert!(matches!(error, TvdbError::WrongKey));
    assert!(error.to_string().contains("TVDB_API_KEY"));
    assert!(!chain(&error).contains("the-key"));
    assert_eq!(bench.n_requests(), 1);
}

#[tokio::test]
async fn an_expired_token_costs_one_login_and_repeats_the_identical_request() {
    let bench = Bench::start().await;
    bench.search("dune").await.expect("an answer");
    bench.server.script(|script| script.valid_from = 2);
    bench.search("arrival").await.expect("an answer");
    assert_eq!(bench.n_logins(), 2);
    let target = "/v4/search?query=arrival&limit=25";
    assert_eq!(bench.seen()[1..], [format!("{target} token-1"), format!("{target} token-2")]);
}

#[tokio::test]
async fn many_requests_with_an_expired_token_share_one_login() {
    let bench = Bench::start().await;
    bench.search("dune").await.expect("an answer");
    bench.server.script(|script| script.valid_from = 2);
    let searches = (0..20).map(|n| bench.tvdb.search(search_for(&format!("film {n}"))));
    let answers = bench.moving(PER_REQUEST, futures_util::future::join_all(searches)).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(bench.n_logins(), 2);
}

#[tokio::test]
async fn tokens_refused_for_ever_end_in_an_error_and_not_in_a_loop() {
    let bench = Bench::start().await;
    bench.server.script(|script| script.valid_from = usize::MAX);
    let error = bench.search("dune").await.expect_err("no token is good");
    assert!(matches!(error, TvdbError::TokenRefused { .. }));
    assert_eq!((bench.n_logins(), bench.seen().len()), (2, 2));
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for fault in [Fault::Status(503), Fault::Html, Fault::BrokenOff, Fault::HalfJson] {
        let bench = Bench::start().await;
        bench.faults([fault.clone(), fault.clone()]);
        bench.search("dune").await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(bench.seen().len(), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn what_does_not_pass_is_given_up_after_three_tries_with_a_clear_error() {
    for (fault, expected) in [
        (Fault::Status(500), "with status 500"),
        (Fault::Html, "something that is not its data"),
        (Fault::BrokenOff, "was cut short"),
        (Fault::HalfJson, "was cut short"),
    ] {
        let bench = Bench::start().await;
        bench.always(Some(fault));
        let error = bench.search("a secret wish").await.expect_err("it stays broken");
        assert!(chain(&error).contains(expected), "{}", chain(&error));
        assert!(!chain(&error).contains("wish"), "{}", chain(&error));
        assert_eq!(bench.seen().len(), 3);
    }
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    for fault in [Fault::Status(400), Fault::Status(403), Fault::Huge, Fault::Redirect] {
        let bench = Bench::start().await;
        bench.always(Some(fault));
        bench.search("dune").await.expect_err("refused");
        assert_eq!(bench.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_429_or_503_is_repeated_after_the_time_it_names() {
    for status in [429, 503] {
        let bench = Bench::start().await;
        bench.search("dune").await.expect("an answer");
        let before = bench.clock.monotonic();
        bench.faults([Fault::Later(status, "2")]);
        bench.search("arrival").await.expect("an answer");
        assert!(bench.clock.monotonic() - before >= Duration::from_secs(2), "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_names_a_long_time_is_told_at_once_and_silences_us() {
    const FAR: &str = "Wed, 21 Oct 2099 07:28:00 GMT";
    for (status, retry_after, expected_s) in [(429, "30", 30), (503, "30", 30), (429, FAR, 60)] {
        let bench = Bench::start().await;
        bench.faults([Fault::Later(status, retry_after)]);
        let error = bench.search("dune").await.expect_err("too long to wait");
        let TvdbError::Limited { retry_after, .. } = error else { panic!("{error:?}") };
        assert_eq!(retry_after.as_secs(), expected_s);
        let error = bench.search("arrival").await.expect_err("asked for silence");
        assert!(matches!(error, TvdbError::Busy { .. }));
        bench.advance(retry_after);
        bench.search("dune").await.expect("an answer");
    }
}

#[tokio::test]
async fn an_answer_with_a_malformed_time_or_one_that_has_passed_is_repeated_soon() {
    for retry_after in ["", "soon", "-5", "Wed, 21 Oct 2015 07:28:00 GMT"] {
        for status in [429, 503] {
            let bench = Bench::start().await;
            bench.faults([Fault::Later(status, retry_after)]);
            bench.search("dune").await.unwrap_or_else(|error| panic!("{retry_after}: {error}"));
        }
    }
}

#[tokio::test]
async fn silence_ends_in_a_timeout() {
    let bench = Bench::start().await;
    bench.search("dune").await.expect("an answer");
    bench.always(Some(Fault::Silence));
    let work = bench.tvdb.search(search_for("arrival"));
    let error = bench.moving(Duration::from_secs(12), work).await.expect_err("nobody answers");
    assert!(matches!(error, TvdbError::TimedOut { .. }));
}

#[tokio::test]
async fn a_server_that_is_down_is_an_error_and_old_answers_are_marked() {
    let bench = Bench::start().await;
    bench.search("dune").await.expect("an answer");
    let old = Duration::from_secs(2 * 3600);
    bench.advance(old);
    bench.always(Some(Fault::Status(502)));
    let answer = bench.search("Dune").await.expect("the old answer");
    assert!(answer.is_stale && answer.age >= old);
    bench.search("never asked before").await.expect_err("nothing is known");
    bench.always(None);
    bench.advance(Duration::from_secs(60));
    assert!(!bench.search("dune").await.expect("an answer").is_stale);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_that_says_so() {
    let bench = Bench::start().await;
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}/v4", unused.local_addr().expect("bound"));
    drop(unused);
    let options = TvdbOptions {
        api_base: base,
        api_key: Secret::new("k"),
        pin: None,
        limit: GateLimit::default(),
        clock: bench.clock.clone(),
    };
    let tvdb = TheTvdb::open(options).expect("a good base");
    let error = tvdb.search(search_for("dune")).await.expect_err("nobody is there");
    assert!(error.to_string().starts_with("cannot reach TheTVDB"), "{error}");
}

#[tokio::test]
async fn those_who_ask_the_same_share_one_request() {
    let bench = Bench::start().await;
    let searches = ["dune", "Dune", " DUNE "].map(|text| bench.tvdb.search(search_for(text)));
    let answers = bench.moving(PER_REQUEST, futures_util::future::join_all(searches)).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(bench.seen().len(), 1);
}

#[tokio::test]
async fn the_global_limit_counts_the_login_queues_and_then_refuses() {
    let limit = GateLimit { requests: 2, period: Duration::from_secs(6) };
    let bench = Bench::with(limit, None).await;
    let before = bench.clock.monotonic();
    bench.search("one").await.expect("login and search are two");
    let work = bench.tvdb.search(search_for("two"));
    bench.moving(Duration::from_secs(7), work).await.expect("queued");
    assert!(bench.clock.monotonic() - before >= limit.period);
    let many = (0..40).map(|n| bench.tvdb.search(search_for(&format!("film {n}"))));
    let work = futures_util::future::join_all(many);
    let answers = bench.moving(Duration::from_secs(7), work).await;
    let busy = |answer: &&Result<_, TvdbError>| matches!(answer, Err(TvdbError::Busy { .. }));
    assert!(answers.iter().filter(busy).count() >= 30);
    assert!(answers.iter().any(Result::is_ok));
}

#[tokio::test]
async fn a_film_and_a_show_are_looked_up_by_number() {
    let bench = Bench::start().await;
    bench.answers(json!({ "data": {
        "id": 81189, "name": "Breaking Bad", "slug": "breaking-bad", "firstAired": "",
        "episodes": null, "seasons": null, "nextAired": "",
        "translations": { "overviewTranslations": [{ "language": "eng", "overview": "Tea." }] }
    } }));
    let lookup = bench.tvdb.series(SeriesId(81189));
    let series = bench.moving(PER_REQUEST, lookup).await.expect("an answer").value;
    let series = series.expect("it exists");
    assert_eq!(series.title.english_overview.as_deref(), Some("Tea."));
    assert_eq!((series.first_aired, series.next_aired), (None, None));
    let lookup = bench.tvdb.movie(MovieId(81189));
    let movie = bench.moving(PER_REQUEST, lookup).await.expect("an answer").value;
    assert_eq!(movie.expect("it exists").title.id, MovieId(81189).into());
    assert_eq!(
        bench.seen(),
        [
            "/v4/series/81189/extended?meta=translations&short=true token-1",
            "/v4/movies/81189/extended?meta=translations&short=true token-1",
        ]
    );
}

#[tokio::test]
async fn what_does_not_exist_is_nothing_and_no_error() {
    let bench = Bench::start().await;
    bench.always(Some(Fault::Status(404)));
    let lookup = bench.tvdb.series(SeriesId(5));
    assert_eq!(bench.moving(PER_REQUEST, lookup).await.expect("an answer").value, None);
    assert_eq!(bench.seen().len(), 1);
}

#[tokio::test]
async fn an_answer_without_a_record_does_not_say_that_there_is_none() {
    for data in [json!(null), json!([]), json!({}), json!({ "id": null, "name": "Dune" })] {
        let bench = Bench::start().await;
        bench.answers(json!({ "status": "success", "data": data }));
        let lookup = bench.tvdb.movie(MovieId(5));
        let movie = bench.moving(PER_REQUEST, lookup).await;
        assert!(matches!(movie, Err(TvdbError::NotData { .. })), "{data}: {movie:?}");
        let lookup = bench.tvdb.series(SeriesId(5));
        let series = bench.moving(PER_REQUEST, lookup).await;
        assert!(matches!(series, Err(TvdbError::NotData { .. })), "{data}: {series:?}");
    }
}

#[tokio::test]
async fn only_a_list_says_that_nothing_has_changed() {
    for (data, is_readable) in
        [(json!([]), true), (json!([null]), true), (json!(null), false), (json!({}), false)]
    {
        let bench = Bench::start().await;
        bench.answers(json!({ "status": "success", "data": data }));
        let lookup = bench.tvdb.updates(1, RecordKind::Movies, 0);
        let updates = bench.moving(PER_REQUEST, lookup).await;
        assert_eq!(updates.is_ok(), is_readable, "{data}: {updates:?}");
    }
    let bench = Bench::start().await;
    bench.always(Some(Fault::Status(404)));
    let updates = bench.moving(PER_REQUEST, bench.tvdb.updates(1, RecordKind::Movies, 0)).await;
    assert!(updates.is_err(), "{updates:?}");
}

#[tokio::test]
async fn episodes_come_in_pages_until_the_last() {
    let bench = Bench::start().await;
    let episode = json!({ "id": 1, "seasonNumber": 1, "number": 1, "aired": "" });
    let data = json!({ "episodes": [episode, episode, { "id": 2 }] });
    bench.answers(json!({ "data": data, "links": { "next": "https://x/?page=1" } }));
    let lookup = bench.tvdb.episodes(SeriesId(7), 0);
    let page = bench.moving(PER_REQUEST, lookup).await.expect("an answer").value;
    let page = page.expect("it exists");
    assert_eq!((page.episodes.len(), page.next_page), (2, Some(1)));
    assert!(!page.lacks_list);
    bench
        .answers(json!({ "data": { "episodes": null }, "links": { "next": "https://x/?page=2" } }));
    let lookup = bench.tvdb.episodes(SeriesId(7), 1);
    let page = bench.moving(PER_REQUEST, lookup).await.expect("an answer").value;
    let page = page.expect("it exists");
    assert_eq!(page.next_page, None, "an empty page is the last one");
    assert!(page.lacks_list, "nobody knows what would have been there");
    assert_eq!(bench.seen()[0], "/v4/series/7/episodes/official?page=0 token-1");
}

#[tokio::test]
async fn a_key_that_needs_a_pin_and_has_none_is_a_wrong_key() {
    let bench = Bench::start().await;
    bench.server.script(|script| script.refuses_key_with = Some(400));
    let error = bench.search("dune").await.expect_err("no pin, no answer");
    assert!(matches!(error, TvdbError::WrongKey) && error.to_string().contains("TVDB_API_PIN"));
}

#[tokio::test]
async fn a_login_without_a_token_is_an_error() {
    let bench = Bench::start().await;
    bench.server.script(|script| script.gives_no_token = true);
    let error = bench.search("dune").await.expect_err("no token, no answer");
    assert!(matches!(error, TvdbError::NotData { .. }), "{error}");
}

/// What was logged, all levels and all libraries.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no test panics with the lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_key_nor_pin_nor_token_is_ever_logged() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let bench = Bench::with(GateLimit::default(), Some("the-pin")).await;
    bench.search("dune").await.expect("an answer");
    bench.server.script(|script| script.valid_from = 2);
    bench.faults([Fault::Html, Fault::Status(500)]);
    bench.search("arrival").await.expect("an answer");
    tracing::info!("{:?}", bench.tvdb);
    let text = String::from_utf8(log.0.lock().expect("unpoisoned").clone()).expect("text");
    assert!(text.contains("logged in to TheTVDB") && text.contains("[redacted]"), "{text}");
    for secret in ["the-key", "the-pin", "token-1", "token-2"] {
        assert!(!text.contains(secret), "{secret} stands in the log");
    }
}

#[tokio::test]
async fn a_base_that_is_no_address_is_refused_at_once() {
    let bench = Bench::start().await;
    let options = TvdbOptions {
        api_base: "not an address".to_owned(),
        api_key: Secret::new("k"),
        pin: None,
        limit: GateLimit::default(),
        clock: bench.clock.clone(),
    };
    let error = TheTvdb::open(options).expect_err("refused");
    assert!(matches!(error, TvdbError::Setup { .. }), "{error}");
}
