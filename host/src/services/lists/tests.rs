//! What a press does, as a plugin sees it: against a real database and a catalogue of a few titles.

use super::*;
use crate::{
    db::{DatabaseLocation, List, MovieData, Press, WholeSeries},
    tvdb::{
        self, Answer, Episode, EpisodesPage, Lookup, MediaKind, Movie, MovieId, Search, SearchPage,
        Series, Title, TitleId, TvdbError,
    },
};
use futures_util::FutureExt;
use lumina_plugin_api::{
    id::GuildId,
    services::{
        catalogue::MediaKind as Kind,
        lists::{Intent, Look, Marked, SeasonState, Section, Target},
    },
};
use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;

/// By then TheTVDB is asked again after an outage.
const SOON: Duration = Duration::from_secs(180);
const DAY: Duration = Duration::from_secs(24 * 3_600);
const ANN: UserId = UserId(7);
const BEN: UserId = UserId(8);
const HERE: GuildId = GuildId(9);
/// Two specials, two seasons of three, of which the last is to come.
const DUNE: SeriesId = SeriesId(1);
/// Nothing has aired.
const TOMORROW: SeriesId = SeriesId(2);
/// Specials only.
const SPECIAL: SeriesId = SeriesId(3);
/// The same show as [`DUNE`] under another number.
const NEW_DUNE: SeriesId = SeriesId(5);
/// One number of 0, two episodes without any, and a season behind.
const LOOSE: SeriesId = SeriesId(6);
/// 1,200 episodes on three pages.
const LONG: SeriesId = SeriesId(4);
/// The same show as [`LONG`] under another number.
const NEW_LONG: SeriesId = SeriesId(8);

const ALL: Part<'_> = Part { offset: 0, limit: 100, locale: Some("fr-FR") };

/// Titles with numbers below 10 exist.
#[derive(Default)]
struct Few {
    n_requests: AtomicU32,
    is_away: AtomicBool,
    /// Never answers.
    is_stuck: AtomicBool,
    has_searched: AtomicBool,
    has_grown: AtomicBool,
    has_moved: AtomicBool,
    /// How it answers questions for episodes.
    lack: Mutex<Lack>,
    /// Titles with numbers below this are gone.
    gone_below: AtomicU32,
    /// So are those with these numbers.
    gone: Mutex<Vec<u64>>,
    /// Of these TheTVDB tells nothing but that it failed.
    failing: Mutex<Vec<u64>>,
    /// It fails to tell what has changed.
    fails_updates: AtomicBool,
    updates: Mutex<Vec<(i64, tvdb::RecordKind, tvdb::Update)>>,
}

/// What is wrong with the last page of the episodes of a series.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Lack {
    #[default]
    Nothing,
    /// `null` stands in the place of the list.
    List,
    /// The list is empty.
    Items,
    /// There is no such page.
    Page,
    /// The list is one of yesterday, with one episode less.
    Freshness,
}

fn title(id: TitleId) -> Title {
    let number = id.number();
    Title {
        id,
        slug: Some(format!("slug-{number}")),
        name: format!("Name {number}"),
        english_name: None,
        overview: None,
        english_overview: None,
        translations: vec![tvdb::Translation {
            language: "fr",
            name: Some(format!("Nom {number}")),
            overview: None,
        }],
        image: None,
        year: Some(2024),
    }
}

fn episode(id: u64, season: u32, number: u32, aired: &str) -> Episode {
    Episode {
        id: EpisodeId(id),
        season,
        number: Some(number),
        name: Some(format!("E{id}")),
        overview: Some("What happens.".to_owned()),
        image: None,
        aired: Date::parse(aired),
        runtime_minutes: Some(50),
    }
}

fn episodes(series: u64, page: u32) -> EpisodesPage {
    let id = |n: u64| series * 10_000 + n;
    let listed = match SeriesId(series) {
        DUNE | NEW_DUNE => vec![
            episode(id(1), 0, 1, "2020-01-01"),
            episode(id(2), 0, 4, "2020-01-01"),
            episode(id(3), 1, 1, "2020-01-01"),
            episode(id(4), 1, 2, "2020-01-02"),
            episode(id(5), 1, 5, "2020-01-03"),
            episode(id(6), 2, 1, "2021-01-01"),
            episode(id(7), 2, 2, "2021-01-02"),
            episode(id(8), 2, 3, "9999-01-01"),
        ],
        TOMORROW => vec![episode(id(1), 1, 1, "9999-01-01"), episode(id(2), 1, 2, "")],
        SPECIAL => vec![episode(id(1), 0, 1, "2020-01-01")],
        LOOSE => vec![
            Episode { number: None, ..episode(id(1), 1, 0, "2020-01-01") },
            Episode { number: None, name: None, ..episode(id(2), 1, 0, "2020-01-01") },
            episode(id(3), 1, 1, "2020-01-01"),
            episode(id(4), 1, 0, "2020-01-01"),
            episode(id(5), 2, 1, "2020-01-01"),
        ],
        _ => {
            let first = u64::from(page) * 500;
            let last = (first + 500).min(1_200);
            let one = |n| episode(id(n), 1, u32::try_from(n).expect("few"), "2020-01-01");
            (first..last).map(one).collect()
        }
    };
    let next_page = (matches!(SeriesId(series), LONG | NEW_LONG) && page < 2).then_some(page + 1);
    EpisodesPage { episodes: listed, next_page, lacks_list: false }
}

impl Few {
    fn has(&self, number: u64) -> bool {
        let gone_below = u64::from(self.gone_below.load(Ordering::Relaxed));
        (gone_below..10).contains(&number) && !self.gone.lock().expect("no panic").contains(&number)
    }

    fn say<V: Send + 'static>(&self, value: V) -> Lookup<'static, V> {
        self.n_requests.fetch_add(1, Ordering::Relaxed);
        let is_away = self.is_away.load(Ordering::Relaxed);
        let is_stuck = self.is_stuck.load(Ordering::Relaxed);
        async move {
            if is_stuck {
                std::future::pending::<()>().await;
            }
            if is_away {
                return Err(TvdbError::Busy { wait: Duration::from_secs(9) });
            }
            Ok(Answer { value, age: Duration::ZERO, is_stale: false })
        }
        .boxed()
    }

    fn say_of<V: Send + 'static>(&self, number: u64, value: V) -> Lookup<'static, V> {
        let is_failing = self.failing.lock().expect("no panic").contains(&number);
        let said = self.say(value);
        if is_failing { async { Err(failure()) }.boxed() } else { said }
    }
}

fn failure() -> TvdbError {
    TvdbError::Status { path: "somewhere".to_owned(), status: 500 }
}

impl Catalogue for Few {
    fn search(&self, _: Search) -> Lookup<'_, Arc<SearchPage>> {
        self.say(Arc::default())
    }

    fn movie(&self, id: MovieId) -> Lookup<'_, Option<Arc<Movie>>> {
        let title = title(id.into());
        let movie = Movie { title, released: None, runtime_minutes: Some(120) };
        self.say_of(id.0, self.has(id.0).then(|| Arc::new(movie)))
    }

    fn series(&self, id: SeriesId) -> Lookup<'_, Option<Arc<Series>>> {
        let title = title(id.into());
        let (first_aired, last_aired, next_aired) = (None, None, None);
        let (status, original_language) = (None, None);
        let series =
            Series { title, original_language, status, first_aired, last_aired, next_aired };
        self.say_of(id.0, self.has(id.0).then(|| Arc::new(series)))
    }

    fn episodes(&self, series: SeriesId, page: u32) -> Lookup<'_, Option<Arc<EpisodesPage>>> {
        let mut read = episodes(series.0, page);
        if self.has_grown.load(Ordering::Relaxed) {
            read.episodes.push(episode(series.0 * 10_000 + 9_999, 3, 1, "2022-01-01"));
        }
        if self.has_moved.load(Ordering::Relaxed) {
            // 1x5 is 1x6 now, and 1x5 is another one.
            read.episodes.retain(|episode| episode.id.0 != series.0 * 10_000 + 5);
            read.episodes.push(episode(series.0 * 10_000 + 15, 1, 6, "2020-01-04"));
            read.episodes.push(episode(series.0 * 10_000 + 16, 1, 5, "2020-01-03"));
        }
        let lack = *self.lack.lock().expect("no panic");
        let is_cut = lack != Lack::Nothing && read.next_page.is_none();
        if is_cut && lack == Lack::Freshness {
            read.episodes.pop();
            let value = Some(Arc::new(read));
            return async { Ok(Answer { value, age: DAY, is_stale: true }) }.boxed();
        }
        if is_cut {
            read.episodes.clear();
            read.lacks_list = lack == Lack::List;
        }
        let has_page = self.has(series.0) && !(is_cut && lack == Lack::Page);
        self.say(has_page.then(|| Arc::new(read)))
    }

    fn updates(
        &self,
        since_s: i64,
        of: tvdb::RecordKind,
        page: u32,
    ) -> futures_util::future::BoxFuture<'_, Result<tvdb::UpdatesPage, tvdb::TvdbError>> {
        let updates = self.updates.lock().expect("no panic");
        let mut found = updates.iter().filter(|(at_s, kind, _)| *at_s >= since_s && *kind == of);
        // One on each page.
        let update = found.nth(page as usize).map(|(.., update)| *update);
        let next_page = found.next().map(|_| page + 1);
        let page = tvdb::UpdatesPage { updates: update.into_iter().collect(), next_page };
        if self.fails_updates.load(Ordering::Relaxed) {
            return async { Err(failure()) }.boxed();
        }
        self.say(page).map(|answer| answer.map(|answer| answer.value)).boxed()
    }

    fn forget(&self, _: TitleId) -> futures_util::future::BoxFuture<'_, ()> {
        async {}.boxed()
    }

    fn shown(&self, id: TitleId) -> Option<Answer<Arc<Title>>> {
        let has_searched = self.has_searched.load(Ordering::Relaxed);
        let title = Title { translations: Vec::new(), ..title(id) };
        let value = Arc::new(title);
        has_searched.then_some(Answer { value, age: DAY, is_stale: true })
    }
}

struct Bench {
    lists: Lists,
    titles: Titles,
    few: Arc<Few>,
    clock: Clock,
    _directory: TempDir,
}

impl Bench {
    async fn start() -> Self {
        let directory = TempDir::new().expect("a place for files");
        let location = DatabaseLocation::file(directory.path().join("lumina.db"));
        let database = Database::open(&location).await.expect("a database");
        let (few, clock) = (Arc::new(Few::default()), Clock::start());
        let catalogue: Arc<dyn Catalogue> = Arc::clone(&few) as _;
        let titles = Titles::new(database, catalogue, clock.clone());
        let lists = Lists::new(titles.clone());
        Self { lists, titles, few, clock, _directory: directory }
    }

    async fn press(&self, user: UserId, target: Target, intent: Intent) -> Option<Marked> {
        self.lists.mark(user, target, intent).await.expect("it can be marked")
    }

    async fn done(&self, target: Target, intent: Intent) -> Marked {
        self.press(ANN, target, intent).await.expect("there is such a thing")
    }

    async fn state(&self, series: SeriesId) -> TitleState {
        let state = self.lists.state(ANN, series.into()).await.expect("a state");
        state.expect("there is such a series")
    }

    /// Leaves a series as an import does of which the file says that ANN has watched it.
    async fn is_imported_as_watched(&self, series: SeriesId) {
        let press = Press { user: ANN, list: List::Watched, adds: true, at: self.clock.now() };
        let imported = self.lists.database.mark_series(press, series, None).await;
        assert!(imported.expect("imported"));
    }

    /// The numbers of the episodes of a season that ANN has watched.
    async fn watched(&self, series: SeriesId, season: u32) -> Vec<u32> {
        let season = self.lists.season(ANN, series, season).await.expect("asked");
        let episodes = season.expect("there is such a season").episodes.into_iter();
        episodes.filter(|one| one.is_watched).map(|one| one.number).collect()
    }

    fn n_requests(&self) -> u32 {
        self.few.n_requests.swap(0, Ordering::Relaxed)
    }

    async fn minutes(&self) -> u64 {
        let profile =
            self.lists.profile(Look::new(ANN, ANN, None), 1, None).await.expect("a profile");
        profile.expect("one's own").totals.minutes_watched
    }

    async fn names(&self, section: Section) -> Vec<String> {
        let look = Look::new(ANN, ANN, None);
        let listed = self.lists.listed(look, section, ALL).await.expect("a list");
        let listed = listed.expect("one's own");
        assert_eq!(listed.n_total as usize, listed.entries.len());
        // Of a movie that was marked while TheTVDB was away nothing is known yet.
        let named = |entry: &lumina_plugin_api::services::lists::Entry| {
            let french = format!("Nom {}", entry.title.id.number);
            entry.title.local_name == Some(french) || entry.title.name == entry.title.id.to_string()
        };
        assert!(listed.entries.iter().all(named), "{:?}", listed.entries);
        let name = |entry: lumina_plugin_api::services::lists::Entry| match entry.episode {
            Some(episode) => format!("{} {}x{}", entry.title.id, episode.season, episode.number),
            None => entry.title.id.to_string(),
        };
        listed.entries.into_iter().map(name).collect()
    }
}

fn whole(series: SeriesId) -> Target {
    Target::Title(series.into())
}

fn one(series: SeriesId, n: u64) -> Target {
    Target::Episode { series, episode: EpisodeId(series.0 * 10_000 + n) }
}

fn movie(number: u64) -> Target {
    Target::Title(MediaId::new(Kind::Movie, number))
}

mod refresh;

#[tokio::test]
async fn pressing_twice_changes_nothing_and_says_so() {
    let bench = Bench::start().await;
    for target in [movie(5), one(DUNE, 3)] {
        for (on, off) in
            [(Intent::Watched, Intent::Unwatched), (Intent::Favorite, Intent::Unfavorite)]
        {
            for (intent, n_changed) in [(off, 0), (on, 1), (on, 0), (off, 1), (off, 0)] {
                let marked = bench.done(target, intent).await;
                assert_eq!(marked.n_changed, n_changed, "{target:?} {intent:?}");
            }
        }
    }
}

#[tokio::test]
async fn marking_a_series_marks_its_aired_episodes_without_the_specials() {
    let bench = Bench::start().await;
    let marked = bench.done(whole(DUNE), Intent::Watched).await;
    assert_eq!((marked.n_changed, marked.n_meant), (5, 5));
    assert!(marked.state.is_watched && marked.undo.is_some());
    assert_eq!((marked.state.seen, marked.state.aired), (5, 5));
    let seasons: Vec<_> =
        marked.state.seasons.iter().map(|s| (s.season, s.seen, s.aired)).collect();
    assert_eq!(seasons, [(0, 0, 2), (1, 3, 3), (2, 2, 2)]);
    let specials = Target::Season { series: DUNE, season: 0 };
    assert_eq!(bench.done(specials, Intent::Watched).await.n_changed, 2);
    assert_eq!(bench.done(whole(DUNE), Intent::Unwatched).await.n_changed, 5);
    assert_eq!(bench.state(DUNE).await.seasons[0].seen, 2, "the specials have their own button");
}

#[tokio::test]
async fn a_series_is_watched_when_no_aired_episode_is_missing() {
    let bench = Bench::start().await;
    bench.done(whole(DUNE), Intent::Watched).await;
    let marked = bench.done(one(DUNE, 4), Intent::Unwatched).await;
    assert!(!marked.state.is_watched && marked.state.is_in_progress());
    assert_eq!(bench.names(Section::InProgress).await, ["series-1"]);
    assert!(bench.done(one(DUNE, 4), Intent::Watched).await.state.is_watched);
    assert_eq!(bench.names(Section::Watched).await, ["series-1"]);
}

#[tokio::test]
async fn where_nothing_has_aired_nothing_is_watched_and_where_only_specials_are_they_count() {
    let bench = Bench::start().await;
    let marked = bench.done(whole(TOMORROW), Intent::Watched).await;
    assert_eq!((marked.n_changed, marked.undo), (0, None));
    assert!(!marked.state.is_watched);
    let marked = bench.done(whole(SPECIAL), Intent::Watched).await;
    assert!(marked.n_changed == 1 && marked.state.is_watched);
    assert_eq!(bench.names(Section::Watched).await, ["series-3"]);
}

#[tokio::test]
async fn what_does_not_exist_is_not_marked() {
    let bench = Bench::start().await;
    let no_season = Target::Season { series: DUNE, season: 7 };
    for target in [movie(77), whole(SeriesId(77)), one(DUNE, 77), one(SeriesId(77), 1), no_season] {
        assert_eq!(bench.press(ANN, target, Intent::Watched).await, None, "{target:?}");
    }
    let season = Target::Season { series: DUNE, season: 1 };
    let error = bench.lists.mark(ANN, season, Intent::Favorite).await.expect_err("no favorite");
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_eq!(bench.lists.state(ANN, SeriesId(77).into()).await.expect("a state"), None);
}

#[tokio::test]
async fn undo_brings_the_exact_rows_and_dates_back_once_and_for_its_owner_only() {
    let bench = Bench::start().await;
    bench.done(one(DUNE, 4), Intent::Watched).await;
    let before = bench.lists.season(ANN, DUNE, 1).await.expect("a season");
    bench.clock.run_ahead(Duration::from_secs(60));
    let added = bench.done(whole(DUNE), Intent::Watched).await.undo.expect("can be undone");
    bench.clock.run_ahead(Duration::from_secs(120));
    let removed = bench.done(whole(DUNE), Intent::Unwatched).await.undo.expect("can be undone");
    let undo = async |user, undo| {
        let taken = bench.lists.database.undo(user, undo, bench.clock.now()).await;
        taken.expect("a database").map(|taken| taken.n_changed)
    };
    assert_eq!(undo(BEN, removed).await, None, "it is another's");
    assert_eq!(undo(ANN, removed).await, Some(5));
    assert_eq!(undo(ANN, removed).await, None, "once");
    assert!(bench.state(DUNE).await.is_watched);
    assert_eq!(undo(ANN, added).await, Some(4));
    assert_eq!(bench.lists.season(ANN, DUNE, 1).await.expect("a season"), before);
    let late = bench.done(whole(DUNE), Intent::Watched).await.undo.expect("can be undone");
    bench.clock.run_ahead(Duration::from_secs(120 + 15 * 60));
    assert_eq!(undo(ANN, late).await, None, "15 minutes are over");
}

#[tokio::test]
async fn a_series_of_1200_episodes_is_one_press_and_asks_only_for_what_is_unknown() {
    let bench = Bench::start().await;
    let state = bench.state(LONG).await;
    assert!(state.is_partial && state.aired == 500);
    assert_eq!(bench.n_requests(), 1, "the first page");
    let gathered = bench.lists.gather(LONG, 2).await.expect("read").expect("a series");
    assert_eq!((gathered.n_episodes, gathered.is_complete), (1_000, false));
    bench.n_requests();
    assert_eq!(bench.done(whole(LONG), Intent::Watched).await.n_changed, 1_200);
    assert_eq!(bench.n_requests(), 4, "three pages and the series; the real catalogue keeps them");
    let season = Target::Season { series: LONG, season: 1 };
    assert_eq!(bench.done(season, Intent::Unwatched).await.n_changed, 1_200);
    assert_eq!(
        bench.press(BEN, whole(LONG), Intent::Watched).await.map(|m| m.n_changed),
        Some(1_200)
    );
    assert!(!bench.state(LONG).await.is_partial);
    assert_eq!(bench.n_requests(), 0, "all of it is stored");
}

#[tokio::test]
async fn what_a_search_has_shown_is_marked_with_one_request_and_its_time_counts_at_once() {
    let bench = Bench::start().await;
    bench.few.has_searched.store(true, Ordering::Relaxed);
    assert_eq!(bench.done(movie(5), Intent::Watched).await.n_changed, 1);
    assert_eq!(bench.n_requests(), 1, "how long it runs");
    assert_eq!(bench.minutes().await, 120);
    bench.done(whole(DUNE), Intent::Watched).await;
    assert_eq!(bench.n_requests(), 1, "its episodes");
    assert_eq!(bench.minutes().await, 120 + 5 * 50);
}

#[tokio::test]
async fn a_movie_that_a_search_has_shown_is_marked_though_thetvdb_never_answers() {
    let bench = Bench::start().await;
    bench.few.has_searched.store(true, Ordering::Relaxed);
    bench.few.is_stuck.store(true, Ordering::Relaxed);
    let began = bench.clock.monotonic();
    assert_eq!(bench.done(movie(5), Intent::Watched).await.n_changed, 1);
    assert!(bench.clock.monotonic() - began < 2 * catalogue::WAIT, "nobody waits for long");
    assert_eq!(bench.minutes().await, 0);
}

#[tokio::test]
async fn while_thetvdb_is_away_movies_and_what_is_stored_are_marked() {
    let bench = Bench::start().await;
    bench.done(one(DUNE, 3), Intent::Watched).await;
    bench.few.is_away.store(true, Ordering::Relaxed);
    assert_eq!(bench.done(movie(6), Intent::Watched).await.n_changed, 1);
    assert_eq!(bench.done(whole(DUNE), Intent::Watched).await.n_changed, 4);
    assert_eq!(bench.names(Section::Watched).await, ["movie-6", "series-1"]);
    let error = bench.lists.mark(ANN, whole(LONG), Intent::Watched).await.expect_err("unknown");
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn what_is_stored_is_shown_at_once_while_thetvdb_is_stuck() {
    let bench = Bench::start().await;
    bench.done(one(DUNE, 3), Intent::Watched).await;
    bench.done(movie(5), Intent::Favorite).await;
    bench.few.is_stuck.store(true, Ordering::Relaxed);
    let began = bench.clock.monotonic();
    let detail = bench.lists.episode(ANN, DUNE, EpisodeId(10_004)).await.expect("asked");
    let detail = detail.expect("an episode");
    assert_eq!(detail.episode.name.as_deref(), Some("E10004"));
    assert_eq!((detail.overview.as_deref(), detail.seasons.len()), (None, 3));
    let waited = bench.clock.monotonic() - began;
    assert!(waited >= catalogue::WAIT, "it is asked for: {waited:?}");
    // Nobody waits for the same title after that, and after another one for none.
    bench.lists.episode(ANN, DUNE, EpisodeId(10_005)).await.expect("asked");
    let titles = &bench.titles;
    for (kind, number) in [(MediaKind::Series, DUNE.0), (MediaKind::Movie, 5)] {
        let title = titles.title(TitleId::new(kind, number), Some("fr")).await.expect("stored");
        let title = title.expect("a title");
        assert_eq!(title.name, format!("Name {number}"));
        assert_eq!(title.local_name, Some(format!("Nom {number}")));
        assert!(title.stale_ms.is_some(), "its age is told");
    }
    assert!(bench.state(LONG).await.is_partial, "nothing of it is known");
    let waited = bench.clock.monotonic() - began;
    assert!(waited < catalogue::WAIT * 3, "{waited:?}");
}

#[tokio::test]
async fn what_is_stored_is_found_by_a_name_while_thetvdb_is_away_or_stuck() {
    let bench = Bench::start().await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.done(movie(5), Intent::Favorite).await;
    let found = async |text: &str, kind| {
        let search = Search { text: text.to_owned(), kind, limit: 9 };
        bench.titles.found(search, Some("fr")).await
    };
    assert_eq!(found("name", None).await.expect("it answers").titles, []);
    for fault in [&bench.few.is_away, &bench.few.is_stuck] {
        fault.store(true, Ordering::Relaxed);
        let all = found("NAME", None).await.expect("stored");
        let ids: Vec<_> = all.titles.iter().map(|title| title.id.to_string()).collect();
        assert_eq!(ids, ["series-1", "movie-5"]);
        assert!(all.stale_ms.is_some() && all.titles[0].stale_ms.is_some(), "its age is told");
        let french = found("nom", Some(MediaKind::Series)).await.expect("stored");
        assert_eq!(french.titles[0].local_name.as_deref(), Some("Nom 1"));
        fault.store(false, Ordering::Relaxed);
    }
    bench.few.is_away.store(true, Ordering::Relaxed);
    let error = found("nothing of that", None).await.expect_err("away");
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn what_thetvdb_has_no_longer_is_shown_and_can_be_taken_off_the_lists() {
    let bench = Bench::start().await;
    for (target, intent) in [
        (movie(2), Intent::Watched),
        (movie(2), Intent::Favorite),
        (whole(DUNE), Intent::Favorite),
        (one(DUNE, 4), Intent::Watched),
    ] {
        bench.done(target, intent).await;
    }
    // What came from another bot's file, of which no more than numbers are known.
    let press = Press { user: ANN, list: List::Watched, adds: true, at: bench.clock.now() };
    let film = MovieId(4);
    let database = &bench.lists.database;
    database.mark_series(press, SPECIAL, None).await.expect("marked");
    database.mark_movie(press, film, &MovieData::Stored).await.expect("marked");
    for sql in [
        "INSERT INTO series (series_id, is_outdated) VALUES (9, 1)",
        "INSERT INTO episodes (episode_id, series_id) VALUES (90001, 9)",
        "INSERT INTO episode_marks (user_id, list, series_id, episode_id) VALUES (7, 1, 9, 90001)",
    ] {
        database.change_once(sql).await;
    }
    bench.few.gone_below.store(10, Ordering::Relaxed);
    for (kind, number) in [(MediaKind::Series, DUNE.0), (MediaKind::Movie, 2)] {
        let title = bench.titles.title(TitleId::new(kind, number), None).await.expect("stored");
        let title = title.expect("a title");
        assert_eq!(title.name, format!("Name {number}"));
        assert!(title.is_gone && title.stale_ms.is_none(), "TheTVDB answers: {title:?}");
    }
    let unread = bench.titles.title(film.into(), None).await.expect("asked");
    let unread = unread.expect("it is in a list");
    assert!(unread.name == "movie-4" && unread.is_gone, "{unread:?}");
    // What the buttons go by.
    assert!(bench.state(SPECIAL).await.is_watched);
    let begun = bench.state(SeriesId(9)).await;
    assert_eq!((begun.seen, begun.aired, begun.is_watched), (1, 0, false));
    assert!(!bench.state(DUNE).await.is_watched && bench.state(DUNE).await.is_favorite);
    for (target, intent) in [
        (movie(2), Intent::Unwatched),
        (movie(2), Intent::Unfavorite),
        (movie(4), Intent::Unwatched),
        (whole(DUNE), Intent::Unfavorite),
        (one(DUNE, 4), Intent::Unwatched),
        (whole(SPECIAL), Intent::Unwatched),
        (whole(SeriesId(9)), Intent::Unwatched),
    ] {
        assert_eq!(bench.done(target, intent).await.n_changed, 1, "{target:?} {intent:?}");
    }
    let left = bench.state(SeriesId(9)).await;
    assert_eq!((left.seen, left.is_watched, left.is_favorite), (0, false, false));
    assert_eq!(database.everything_of(ANN).await.expect("lists"), []);
}

#[tokio::test]
async fn what_a_search_has_shown_is_named_while_thetvdb_does_not_answer() {
    let bench = Bench::start().await;
    bench.few.is_away.store(true, Ordering::Relaxed);
    assert!(bench.titles.title(DUNE.into(), None).await.is_err(), "nothing is known of it");
    bench.few.has_searched.store(true, Ordering::Relaxed);
    let title = bench.titles.title(DUNE.into(), None).await.expect("shown").expect("a title");
    assert_eq!((&*title.name, title.is_gone), ("Name 1", false));
    assert_eq!(title.stale_ms, Some(24 * 3_600_000));
    bench.few.is_away.store(false, Ordering::Relaxed);
    bench.clock.run_ahead(SOON);
    let title = bench.titles.title(DUNE.into(), None).await.expect("asked").expect("a title");
    assert_eq!(title.stale_ms, None);
}

#[tokio::test]
async fn that_thetvdb_has_a_title_no_longer_holds_while_it_does_not_answer() {
    let bench = Bench::start().await;
    for n in [2, 5] {
        bench.done(movie(n), Intent::Watched).await;
    }
    bench.lists.database.note_gone(MovieId(2).into()).await.expect("noted");
    bench.few.is_away.store(true, Ordering::Relaxed);
    for (n, is_gone) in [(2, true), (5, false)] {
        let title = bench.titles.title(MovieId(n).into(), None).await.expect("stored");
        let title = title.expect("a title");
        assert_eq!((title.is_gone, title.stale_ms.is_none()), (is_gone, is_gone), "{title:?}");
    }
}

#[tokio::test]
async fn imported_episodes_are_shown_before_anything_else_of_their_series_is_stored() {
    let bench = Bench::start().await;
    for sql in [
        "INSERT INTO series (series_id, is_outdated) VALUES (1, 1)",
        "INSERT INTO episodes (episode_id, series_id) VALUES (10001, 1), (10003, 1), (10004, 1)",
        "INSERT INTO episode_marks (user_id, list, series_id, episode_id)
         VALUES (7, 1, 1, 10001), (7, 1, 1, 10003), (7, 1, 1, 10004), (7, 2, 1, 10004)",
    ] {
        bench.lists.database.change_once(sql).await;
    }
    let state = bench.state(DUNE).await;
    assert_eq!((state.seen, state.aired, state.is_watched), (2, 5, false));
    let seasons: Vec<_> = state.seasons.iter().map(|s| (s.season, s.seen, s.aired)).collect();
    assert_eq!(seasons, [(0, 1, 2), (1, 2, 3), (2, 0, 2)]);
    assert_eq!(bench.watched(DUNE, 1).await, [1, 2]);
    let detail = bench.lists.episode(ANN, DUNE, EpisodeId(10_004)).await.expect("asked");
    let episode = detail.expect("an episode").episode;
    assert!(episode.is_watched && episode.is_favorite && episode.watched_ms.is_none());
    assert_eq!(bench.done(one(DUNE, 4), Intent::Unwatched).await.state.seen, 1);
    let season = Target::Season { series: DUNE, season: 1 };
    assert_eq!(bench.done(season, Intent::Unwatched).await.n_changed, 1);
    assert!(bench.watched(DUNE, 1).await.is_empty());
    assert_eq!(bench.watched(DUNE, 0).await, [1]);
}

#[tokio::test]
async fn a_series_imported_as_watched_shows_so_in_all_its_seasons_and_can_be_taken_off_by_parts() {
    for is_stored in [false, true] {
        let bench = Bench::start().await;
        bench.few.has_searched.store(true, Ordering::Relaxed);
        if is_stored {
            bench.press(BEN, one(DUNE, 3), Intent::Watched).await.expect("there is such a thing");
        }
        bench.is_imported_as_watched(DUNE).await;
        let state = bench.state(DUNE).await;
        assert_eq!((state.seen, state.aired, state.is_watched), (5, 5, true));
        let seasons: Vec<_> = state.seasons.iter().map(|s| (s.season, s.seen, s.aired)).collect();
        assert_eq!(seasons, [(0, 0, 2), (1, 3, 3), (2, 2, 2)], "{is_stored}");
        assert_eq!(bench.watched(DUNE, 2).await, [1, 2], "{is_stored}");
        assert!(bench.watched(DUNE, 0).await.is_empty(), "specials do not count");
        assert_eq!(bench.done(one(DUNE, 4), Intent::Unwatched).await.n_changed, 1);
        assert_eq!(bench.watched(DUNE, 1).await, [1, 5], "{is_stored}");
        let season = Target::Season { series: DUNE, season: 2 };
        assert_eq!(bench.done(season, Intent::Unwatched).await.n_changed, 2, "{is_stored}");
        bench.lists.turn().await;
        assert_eq!(bench.state(DUNE).await.seen, 2, "{is_stored}");
    }
}

#[tokio::test]
async fn of_what_was_imported_as_watched_no_part_is_taken_off_while_thetvdb_is_away() {
    let bench = Bench::start().await;
    bench.is_imported_as_watched(DUNE).await;
    bench.few.is_away.store(true, Ordering::Relaxed);
    let error = bench.lists.mark(ANN, one(DUNE, 4), Intent::Unwatched).await.expect_err("away");
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(bench.done(whole(DUNE), Intent::Unwatched).await.n_changed, 1);
}

#[tokio::test]
async fn a_series_that_is_watched_as_a_whole_can_be_taken_off_and_brought_back() {
    let bench = Bench::start().await;
    let press = Press { user: ANN, list: List::Watched, adds: true, at: bench.clock.now() };
    let database = &bench.lists.database;
    database.mark_series(press, SPECIAL, None).await.expect("marked");
    let before = database.everything_of(ANN).await.expect("lists");
    bench.few.is_away.store(true, Ordering::Relaxed);
    let marked = bench.done(whole(SPECIAL), Intent::Unwatched).await;
    assert!(marked.n_changed == 1 && !marked.state.is_watched);
    assert_eq!(database.everything_of(ANN).await.expect("lists"), []);
    let undo = marked.undo.expect("can be undone");
    let taken = database.undo(ANN, undo, bench.clock.now()).await.expect("a database");
    assert_eq!(taken.map(|taken| taken.n_changed), Some(1));
    assert_eq!(database.everything_of(ANN).await.expect("lists"), before);
}

#[tokio::test]
async fn what_was_done_is_told_even_if_nothing_can_be_read_afterwards() {
    let bench = Bench::start().await;
    let undo = bench.done(whole(DUNE), Intent::Watched).await.undo.expect("can be undone");
    bench.done(movie(5), Intent::Favorite).await;
    let database = &bench.lists.database;
    let taken = database.undo(ANN, undo, bench.clock.now()).await.expect("a database");
    database.change_once("ALTER TABLE episode_marks RENAME TO away").await;
    let marked = bench.done(whole(DUNE), Intent::Favorite).await;
    assert_eq!((marked.n_changed, marked.state.id), (1, DUNE.into()));
    assert!(marked.state.is_partial, "nothing is known of it");
    let undone = bench.lists.undone(ANN, taken).await;
    assert_eq!(undone.expect("it was undone").n_changed, 5);
}

#[tokio::test]
async fn what_is_wrong_with_the_database_is_told_in_a_sentence_and_nothing_is_lost() {
    let bench = Bench::start().await;
    bench.done(movie(5), Intent::Watched).await;
    bench.done(whole(SPECIAL), Intent::Watched).await;
    let refused = async |target| {
        let error = bench.lists.mark(ANN, target, Intent::Watched).await.expect_err("refused");
        assert_eq!(error.kind, ErrorKind::Unavailable, "{error:?}");
        crate::texts::Texts::default().say(&error.message.expect("a sentence"), "en-US")
    };
    let database = &bench.lists.database;
    database.set_everywhere("PRAGMA busy_timeout = 20").await;
    let said = database.while_held(refused(whole(DUNE))).await;
    assert!(said.contains("in use for something long"), "{said}");
    database.set_everywhere("PRAGMA query_only = 1").await;
    let said = refused(whole(DUNE)).await;
    assert!(said.contains("cannot be written at the moment"), "{said}");
    database.set_everywhere("PRAGMA query_only = 0").await;
    database.set_everywhere("PRAGMA max_page_count = 1").await;
    let said = refused(whole(LONG)).await;
    assert!(said.contains("no room left"), "{said}");
    database.set_everywhere("PRAGMA max_page_count = 1073741823").await;
    assert_eq!(bench.names(Section::Watched).await, ["movie-5", "series-3"]);
    assert_eq!(bench.done(whole(DUNE), Intent::Watched).await.n_changed, 5);
}

#[tokio::test]
async fn what_is_not_stored_is_regretted_while_thetvdb_is_away() {
    let bench = Bench::start().await;
    bench.few.is_away.store(true, Ordering::Relaxed);
    let title = bench.titles.title(DUNE.into(), None).await;
    assert_eq!(title.expect_err("away").kind, ErrorKind::Unavailable);
    let episode = bench.lists.episode(ANN, DUNE, EpisodeId(10_004)).await;
    assert_eq!(episode.expect_err("away").kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn an_episode_has_neighbors_over_the_border_of_seasons_and_specials_among_themselves() {
    let bench = Bench::start().await;
    let neighbors = async |n: u64| {
        let detail = bench.lists.episode(ANN, DUNE, EpisodeId(10_000 + n)).await.expect("asked");
        let detail = detail.expect("an episode");
        assert_eq!(detail.overview.as_deref(), Some("What happens."));
        (detail.previous.map(|id| id.0 - 10_000), detail.next.map(|id| id.0 - 10_000))
    };
    assert_eq!(neighbors(2).await, (Some(1), None));
    assert_eq!(neighbors(3).await, (None, Some(4)));
    assert_eq!(neighbors(5).await, (Some(4), Some(6)));
    assert_eq!(neighbors(8).await, (Some(7), None));
}

#[tokio::test]
async fn episodes_without_a_number_come_last_in_their_season_and_are_marked_like_others() {
    let bench = Bench::start().await;
    let listed = async || {
        let season = bench.lists.season(ANN, LOOSE, 1).await.expect("asked").expect("a season");
        let line = |one: &lumina_plugin_api::services::lists::Episode| {
            (one.id.0 - 60_000, one.is_unnumbered, one.is_watched)
        };
        (season.state.n_episodes, season.episodes.iter().map(line).collect::<Vec<_>>())
    };
    let order = [(4, false, false), (3, false, false), (1, true, false), (2, true, false)];
    assert_eq!(listed().await, (4, order.to_vec()), "as TheTVDB has it");
    bench.done(one(LOOSE, 1), Intent::Watched).await;
    bench.done(one(LOOSE, 2), Intent::Favorite).await;
    let order = order.map(|(id, unnumbered, _)| (id, unnumbered, id == 1));
    assert_eq!(listed().await, (4, order.to_vec()), "as it is stored");
    for (id, previous, next) in [(3, 4, 1), (1, 3, 2), (2, 1, 5), (5, 2, 0)] {
        let detail = bench.lists.episode(ANN, LOOSE, EpisodeId(60_000 + id)).await.expect("asked");
        let detail = detail.expect("an episode");
        let near = [detail.previous, detail.next].map(|id| id.map_or(0, |id| id.0 - 60_000));
        assert_eq!(near, [previous, next], "{id}");
    }
    let state = bench.state(LOOSE).await;
    assert_eq!((state.seen, state.aired, state.seasons.len()), (1, 5, 2));
    assert_eq!(bench.names(Section::Favorites).await, ["series-6 1x0"]);
    assert_eq!(bench.done(whole(LOOSE), Intent::Watched).await.n_changed, 4);
    assert_eq!(bench.done(one(LOOSE, 2), Intent::Unwatched).await.n_changed, 1);
    let look = Look::new(ANN, ANN, None);
    let profile = bench.lists.profile(look, 9, None).await.expect("a profile").expect("one's own");
    let next = profile.in_progress.entries[0].next.clone().expect("one is missing");
    assert_eq!((next.id, next.is_unnumbered), (EpisodeId(60_002), true));
}

#[tokio::test]
async fn marked_episodes_that_thetvdb_took_away_stand_in_their_season_and_count_nowhere() {
    let bench = Bench::start().await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.done(one(DUNE, 5), Intent::Unwatched).await;
    bench.done(one(DUNE, 5), Intent::Favorite).await;
    let mut listed = episodes(DUNE.0, 0).episodes;
    // Of the second season nothing is left, of the first one neither an episode watched nor a loved one.
    listed.retain(|episode| matches!(episode.id.0 - 10_000, 1..=3));
    let title = title(DUNE.into());
    let series = WholeSeries { title, episodes: listed, is_outdated: false, is_cut: false };
    bench.lists.database.store_series(&series, bench.clock.now()).await.expect("kept");
    let season = async |user, number| {
        let season = bench.lists.season(user, DUNE, number).await.expect("asked")?;
        let line = |one: &lumina_plugin_api::services::lists::Episode| {
            (one.id.0 - 10_000, one.is_gone, one.is_watched, one.is_favorite)
        };
        Some((season.state, season.episodes.iter().map(line).collect::<Vec<_>>()))
    };
    let seasons: Vec<_> = bench.state(DUNE).await.seasons;
    let figures = |state: &SeasonState| (state.season, state.seen, state.aired, state.n_episodes);
    assert_eq!(
        seasons.iter().map(figures).collect::<Vec<_>>(),
        [(0, 0, 2, 2), (1, 1, 1, 1), (2, 0, 0, 0)]
    );
    let lost = [(3, false, true, false), (4, true, true, false), (5, true, false, true)];
    assert_eq!(season(ANN, 1).await, Some((seasons[1], lost.to_vec())));
    let lost = [(6, true, true, false), (7, true, true, false)];
    assert_eq!(season(ANN, 2).await, Some((seasons[2], lost.to_vec())));
    assert_eq!(season(BEN, 1).await.expect("a season").1, [(3, false, false, false)]);
    assert_eq!(season(BEN, 2).await, None, "nobody sees what others have");
    let detail = bench.lists.episode(ANN, DUNE, EpisodeId(10_005)).await.expect("asked");
    let detail = detail.expect("it is a favorite");
    assert!(detail.episode.is_gone);
    assert_eq!(detail.seasons, seasons);
    assert_eq!([detail.previous, detail.next], [4, 6].map(|n| Some(EpisodeId(10_000 + n))));
    let look = Look::new(ANN, ANN, None);
    let favorites = bench.lists.listed(look, Section::Favorites, ALL).await.expect("a list");
    let entry = favorites.expect("one's own").entries.remove(0);
    assert!(entry.episode.expect("an episode").is_gone);
    let told = async |section| {
        let listed = bench.lists.listed(look, section, ALL).await.expect("a list");
        let entries = listed.expect("one's own").entries;
        entries.iter().map(|one| (one.seen, one.aired, one.unlisted)).collect::<Vec<_>>()
    };
    assert_eq!(told(Section::Watched).await, [(1, 1, 3)]);
    bench.done(one(DUNE, 3), Intent::Unwatched).await;
    assert_eq!(told(Section::InProgress).await, [(0, 1, 3)], "nothing else of it is watched");
    let profile = bench.lists.profile(look, 1, None).await.expect("asked").expect("one's own");
    assert_eq!((profile.totals.n_episodes, profile.totals.minutes_watched), (0, 0));
    bench.done(one(DUNE, 3), Intent::Watched).await;
    let marked = bench.done(one(DUNE, 5), Intent::Unfavorite).await;
    assert!(marked.n_changed == 1 && marked.state.is_watched);
    assert_eq!(season(ANN, 1).await.expect("a season").1.len(), 2, "it is in no list any more");
    assert_eq!(bench.lists.episode(ANN, DUNE, EpisodeId(10_005)).await.expect("asked"), None);
    for n in [6, 7] {
        assert_eq!(bench.done(one(DUNE, n), Intent::Unwatched).await.n_changed, 1);
    }
    assert_eq!(bench.state(DUNE).await.seasons.len(), 2, "nothing holds the season");
}

#[tokio::test]
async fn a_profile_counts_and_names_what_is_next() {
    let bench = Bench::start().await;
    bench.done(movie(5), Intent::Watched).await;
    bench.done(movie(6), Intent::Favorite).await;
    bench.done(whole(SPECIAL), Intent::Watched).await;
    bench.done(one(DUNE, 1), Intent::Watched).await;
    bench.done(one(DUNE, 5), Intent::Watched).await;
    bench.done(one(DUNE, 6), Intent::Favorite).await;
    bench.done(one(DUNE, 4), Intent::Favorite).await;
    bench.done(whole(LONG), Intent::Favorite).await;
    let profile =
        bench.lists.profile(Look::new(ANN, BEN, None), 10, None).await.expect("a profile");
    let profile = profile.expect("everyone may look");
    let totals = profile.totals;
    assert_eq!((totals.n_movies, totals.n_series, totals.n_episodes), (1, 1, 3));
    assert_eq!((totals.minutes_watched, totals.n_without_runtime), (120 + 3 * 50, 0));
    let dune = &profile.in_progress.entries[0];
    assert_eq!((dune.seen, dune.aired), (1, 5), "a special does not count");
    assert_eq!(dune.specials, 1);
    let next = dune.next.as_ref().expect("something is next");
    assert_eq!((next.season, next.number), (2, 1), "behind the last one watched");
    let favorites = bench.names(Section::Favorites).await;
    assert_eq!(favorites, ["movie-6", "series-4", "series-1 1x2", "series-1 2x1"]);
    bench.done(one(DUNE, 6), Intent::Watched).await;
    bench.done(one(DUNE, 7), Intent::Watched).await;
    let profile =
        bench.lists.profile(Look::new(ANN, BEN, None), 10, None).await.expect("a profile");
    let next = profile.expect("public").in_progress.entries[0].next.clone().expect("a gap");
    assert_eq!(
        (next.season, next.number),
        (1, 1),
        "nothing is behind, so the first that is missing"
    );
}

#[tokio::test]
async fn a_series_of_which_only_specials_are_watched_is_begun_by_its_specials() {
    let bench = Bench::start().await;
    bench.done(Target::Season { series: DUNE, season: 0 }, Intent::Watched).await;
    let look = Look::new(ANN, ANN, None);
    let listed = bench.lists.listed(look, Section::InProgress, ALL).await.expect("a list");
    let entries = listed.expect("one's own").entries;
    let [dune] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((dune.seen, dune.aired, dune.specials), (0, 5, 2));
    let next = dune.next.as_ref().expect("something is next");
    assert_eq!((next.season, next.number), (1, 1));
    // Where there is nothing else they count, and are no progress of their own.
    bench.done(whole(SPECIAL), Intent::Watched).await;
    let listed = bench.lists.listed(look, Section::Watched, ALL).await.expect("a list");
    let entries = listed.expect("one's own").entries;
    assert_eq!((entries[0].seen, entries[0].aired, entries[0].specials), (1, 1, 0));
}

#[tokio::test]
async fn a_profile_is_shown_to_those_its_owner_chose() {
    let bench = Bench::start().await;
    let shown = async |viewer, guild| {
        let profile = bench.lists.profile(Look::new(ANN, viewer, guild), 1, None).await;
        profile.expect("asked").is_some()
    };
    assert!(shown(BEN, None).await, "public at first");
    let set = async |to| bench.lists.database.set_visibility(ANN, to).await.expect("set");
    set(VisibleTo::Guild(HERE)).await;
    assert!(shown(BEN, Some(HERE)).await && shown(ANN, None).await);
    assert!(!shown(BEN, None).await && !shown(BEN, Some(GuildId(10))).await);
    set(VisibleTo::Nobody).await;
    assert!(!shown(BEN, Some(HERE)).await && shown(ANN, Some(HERE)).await);
    set(VisibleTo::Everyone).await;
    assert!(shown(BEN, None).await);
}
