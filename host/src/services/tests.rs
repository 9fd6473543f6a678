//! Which plugin reaches which service, and what comes back.

use super::*;
use crate::{
    db::DatabaseLocation,
    texts::Texts,
    tvdb::{Answer, EpisodesPage, Lookup, Movie, Search, SearchPage, Series, Title},
};
use futures_util::FutureExt;
use lumina_plugin_api::{
    command::Window,
    id::InteractionId,
    services::{
        blob::{GET, PUT},
        catalogue::{Found, MediaId, MediaKind},
        clock::Now,
        limits::Verdict,
    },
};
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tempfile::TempDir;

/// Knows one show, and says it two hours too late.
struct OneShow(&'static str);

fn dune() -> Title {
    Title {
        id: tvdb::SeriesId(7).into(),
        slug: Some("dune".to_owned()),
        name: "Dune".to_owned(),
        english_name: None,
        overview: Some("Sand.".to_owned()),
        english_overview: None,
        translations: Vec::new(),
        image: None,
        year: Some(2024),
    }
}

fn late<V: Send + 'static>(value: V) -> Lookup<'static, V> {
    let age = Duration::from_secs(7_200);
    async move { Ok(Answer { value, age, is_stale: true }) }.boxed()
}

impl tvdb::Catalogue for OneShow {
    fn search(&self, search: Search) -> Lookup<'_, Arc<SearchPage>> {
        if search.text == "break" {
            return async { Err(tvdb::TvdbError::WrongKey) }.boxed();
        }
        late(Arc::new(SearchPage { titles: vec![dune()] }))
    }

    fn movie(&self, _id: tvdb::MovieId) -> Lookup<'_, Option<Arc<Movie>>> {
        late(None)
    }

    fn series(&self, _id: tvdb::SeriesId) -> Lookup<'_, Option<Arc<Series>>> {
        let (first_aired, last_aired, next_aired) = (None, None, None);
        let (title, original_language) = (dune(), Some(self.0.to_owned()));
        let series =
            Series { title, original_language, status: None, first_aired, last_aired, next_aired };
        late(Some(Arc::new(series)))
    }

    fn updates(
        &self,
        _: i64,
        _: tvdb::RecordKind,
        _: u32,
    ) -> futures_util::future::BoxFuture<'_, Result<tvdb::UpdatesPage, tvdb::TvdbError>> {
        async { Ok(tvdb::UpdatesPage::default()) }.boxed()
    }

    fn forget(&self, _: tvdb::TitleId) -> futures_util::future::BoxFuture<'_, ()> {
        async {}.boxed()
    }

    fn shown(&self, _: tvdb::TitleId) -> Option<Answer<Arc<Title>>> {
        None
    }

    fn episodes(&self, _: tvdb::SeriesId, _: u32) -> Lookup<'_, Option<Arc<EpisodesPage>>> {
        late(None)
    }

    fn episodes_in(
        &self,
        _: tvdb::SeriesId,
        language: &'static str,
        _: u32,
    ) -> Lookup<'_, Option<Arc<EpisodesPage>>> {
        assert_ne!(language, self.0, "nobody asks for what the episodes say themselves");
        let episode = tvdb::Episode {
            id: tvdb::EpisodeId(71),
            season: 1,
            number: Some(1),
            name: Some(format!("in {language}")),
            overview: None,
            image: None,
            aired: None,
            runtime_minutes: None,
        };
        let page = EpisodesPage { episodes: vec![episode], ..EpisodesPage::default() };
        late(Some(Arc::new(page)))
    }
}

/// Services with a database of their own.
pub(crate) struct Bench {
    pub(crate) services: Services,
    clock: Clock,
    _directory: TempDir,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with_show_in("eng").await
    }

    /// The one show that there is has this language of its own.
    async fn with_show_in(language: &'static str) -> Self {
        let directory = TempDir::new().expect("a place for files");
        let location = DatabaseLocation::file(directory.path().join("lumina.db"));
        let clock = Clock::start();
        let options = ServicesOptions {
            clock: clock.clone(),
            catalogue: Arc::new(OneShow(language)),
            database: Database::open(&location).await.expect("a database"),
            limits: Arc::new(RateLimits::new(clock.clone())),
            outside: http::Outside::Sandbox(SocketAddr::from(([127, 0, 0, 1], 9))),
        };
        Self { services: Services::open(options).expect("services"), clock, _directory: directory }
    }

    async fn ask(&self, caller: &Descriptor, name: &str, request: Value) -> Result<Value, Error> {
        let request = serde_json::to_vec(&request).expect("JSON");
        let answer = self.services.answer(caller, name, request).await?;
        Ok(serde_json::from_slice(&answer).expect("JSON"))
    }
}

fn plugin(services: &[Service]) -> Descriptor {
    let mut descriptor = Descriptor::new("A plugin of a test");
    descriptor.name = "testing".to_owned();
    services.iter().fold(descriptor, |descriptor, service| descriptor.service(*service))
}

#[tokio::test]
async fn a_service_that_is_not_declared_is_refused_with_its_name() {
    let bench = Bench::start().await;
    for (name, request) in [
        ("catalogue", json!({ "search": { "query": "x" } })),
        ("limits", json!({ "count": { "key": "k", "window": { "calls": 1, "period_ms": 1 } } })),
        ("http", json!({ "get": { "url": "https://x.example" } })),
        ("discord", json!({ "user": { "id": "1" } })),
        ("blob", json!("G1")),
        ("lists", json!({ "undo": { "user": "1", "undo": 1 } })),
    ] {
        let error = bench.ask(&plugin(&[]), name, request).await.expect_err("refused");
        assert!(error.detail.contains(&format!("`{name}` without declaring it")), "{error}");
    }
}

#[tokio::test]
async fn the_texts_of_episodes_are_asked_for_in_any_language_but_their_own() {
    let caller = plugin(&[Service::Catalogue]);
    for (own, locale, expected) in [
        ("eng", "fr", Some("in fra")),
        ("jpn", "fr", Some("in fra")),
        ("jpn", "en-GB", Some("in eng")),
        ("fra", "fr", None),
        ("eng", "en-US", None),
    ] {
        let bench = Bench::with_show_in(own).await;
        let request =
            json!({ "episode_texts": { "series": "series-7", "season": 1, "locale": locale } });
        let texts = bench.ask(&caller, "catalogue", request).await.expect("an answer");
        assert_eq!(texts[0]["name"].as_str(), expected, "{own} {locale}: {texts}");
    }
}

#[tokio::test]
async fn what_this_host_does_not_offer_is_unsupported() {
    let bench = Bench::start().await;
    let caller = plugin(&[Service::Catalogue, Service::Limits, Service::Http, Service::Lists]);
    for name in ["", "lists", "fortune", "catalogue", "limits", "http", "clock"] {
        let error = bench.ask(&caller, name, json!({ "of_tomorrow": {} })).await;
        assert_eq!(error.expect_err("unknown").kind, ErrorKind::Unsupported, "{name}");
    }
    let error = bench.services.answer(&caller, "catalogue", b"{".to_vec()).await;
    assert_eq!(error.expect_err("malformed").kind, ErrorKind::Internal);
}

#[tokio::test]
async fn the_clock_is_the_hosts_and_needs_no_declaration() {
    let bench = Bench::start().await;
    bench.clock.run_ahead(Duration::from_secs(3_600));
    let now = bench.ask(&plugin(&[]), "clock", json!({ "now": {} })).await.expect("the time");
    let now: Now = serde_json::from_value(now).expect("a time");
    assert!(now.unix_ms.abs_diff(bench.clock.now().0) < 60_000);
}

#[tokio::test]
async fn a_plugins_own_limit_counts_by_its_key() {
    let bench = Bench::start().await;
    let caller = plugin(&[Service::Limits]);
    let count = async |key: &str| {
        let request = json!({ "count": { "key": key, "window": Window::new(1, 60_000) } });
        let answer = bench.ask(&caller, "limits", request).await?;
        Ok::<Verdict, Error>(serde_json::from_value(answer).expect("a verdict"))
    };
    assert_eq!(count("a").await.expect("counted").retry_at_ms, None);
    assert!(count("a").await.expect("counted").retry_at_ms.is_some());
    assert_eq!(count("b").await.expect("counted").retry_at_ms, None);
    assert!(count(&"x".repeat(101)).await.is_err());
}

#[tokio::test]
async fn titles_carry_what_is_known_and_how_old_it_is() {
    let bench = Bench::start().await;
    let caller = plugin(&[Service::Catalogue]);
    let found = bench.ask(&caller, "catalogue", json!({ "search": { "query": "dune" } })).await;
    let found: Found = serde_json::from_value(found.expect("found")).expect("titles");
    assert_eq!(found.stale_ms, Some(7_200_000));
    assert_eq!(found.titles[0].id, MediaId::new(MediaKind::Series, 7));
    assert_eq!(found.titles[0].page_url, "https://www.thetvdb.com/series/dune");
    let series = bench.ask(&caller, "catalogue", json!({ "title": { "id": "series-7" } })).await;
    assert_eq!(series.expect("a title")["stale_ms"], 7_200_000);
    let movie = bench.ask(&caller, "catalogue", json!({ "title": { "id": "movie-7" } })).await;
    assert_eq!(movie.expect("no such movie"), Value::Null);
}

#[tokio::test]
async fn a_wrong_key_is_told_to_the_user_as_a_sentence() {
    let bench = Bench::start().await;
    let request = json!({ "search": { "query": "break" } });
    let error = bench.ask(&plugin(&[Service::Catalogue]), "catalogue", request).await;
    let error = error.expect_err("no key");
    assert_eq!(error.kind, ErrorKind::Unavailable);
    let said = Texts::default().say(&error.message.expect("a sentence"), "en-US");
    assert!(said.contains("does not accept this bot's key"), "{said}");
    assert!(error.detail.contains("TVDB_API_KEY"));
}

#[tokio::test]
async fn files_cross_as_bytes() {
    let bench = Bench::start().await;
    let caller = plugin(&[Service::Blob]);
    let put = [&[PUT], &[0, 159, 146, 150][..]].concat();
    let id = bench.services.answer(&caller, "blob", put).await.expect("kept");
    let get = [&[GET], &id[..]].concat();
    let bytes = bench.services.answer(&caller, "blob", get.clone()).await.expect("there");
    assert_eq!(bytes, [0, 159, 146, 150]);
    bench.services.forget("testing");
    let error = bench.services.answer(&caller, "blob", get).await.expect_err("forgotten");
    assert_eq!(error.kind, ErrorKind::NotFound);
    for odd in [vec![], vec![b'X'], vec![GET], vec![GET, 0xff]] {
        assert!(bench.services.answer(&caller, "blob", odd).await.is_err());
    }
}

#[tokio::test]
async fn before_discord_is_connected_its_service_is_unavailable() {
    let bench = Bench::start().await;
    let request = json!({ "latency": { "interaction": InteractionId(1) } });
    let error = bench.ask(&plugin(&[Service::Discord]), "discord", request).await;
    assert_eq!(error.expect_err("not yet").kind, ErrorKind::Unavailable);
}
