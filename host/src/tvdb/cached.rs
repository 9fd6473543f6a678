//! The catalogue the rest of the host uses: the client, behind what it answered before.

use super::{
    Answer, Catalogue, EpisodesPage, LANGUAGES, Lookup, MediaKind, Movie, MovieId, QUERY_CHARS_MAX,
    RecordKind, SEARCH_LIMIT_MAX, Search, SearchPage, Series, SeriesId, Title, TitleId,
    Translation, UpdatesPage,
    cache::{CacheSize, KEPT_FOR, Outage, Shelf, ShelfOptions, Weighed, weight},
    client::{Client, EPISODE_PAGES_MAX},
    error::TvdbError,
    gate::{Gate, GateLimit},
    session::Credentials,
    transport::Transport,
};
use crate::{
    clock::{Clock, UnixMillis},
    metrics::TvdbFigures,
    secret::Secret,
};
use futures_util::{FutureExt, future::BoxFuture};
use moka::sync::Cache;
use std::{fmt, sync::Arc};

// Together 34 MiB: far above what an evening of searches needs, far below what a small server has.
const SEARCH_BYTES_MAX: u64 = 12 << 20;
const MOVIE_BYTES_MAX: u64 = 4 << 20;
const SERIES_BYTES_MAX: u64 = 4 << 20;
const EPISODES_BYTES_MAX: u64 = 12 << 20;
/// Some 4,000 titles that searches have shown, by their names alone. A name is as long as TheTVDB likes.
const SHOWN_BYTES_MAX: u64 = 2 << 20;

// What the memories are called in figures.
const SEARCHES: &str = "searches";
const MOVIES: &str = "movies";
const SERIES: &str = "series";
const EPISODES: &str = "episodes";

/// What [`TheTvdb::open`] needs.
#[derive(Debug, Clone)]
pub struct TvdbOptions {
    /// Base address, with the version: `https://api4.thetvdb.com/v4`.
    pub api_base: String,
    /// The project's key.
    pub api_key: Secret,
    /// The subscriber's PIN, for keys that need one.
    pub pin: Option<Secret>,
    /// The limit for all requests together.
    pub limit: GateLimit,
    /// The clock that times everything here.
    pub clock: Clock,
}

/// TheTVDB over HTTP, with a memory.
pub struct TheTvdb {
    client: Arc<Client>,
    searches: Shelf<Arc<SearchPage>>,
    shown: Shown,
    clock: Clock,
    movies: Shelf<Option<Arc<Movie>>>,
    series: Shelf<Option<Arc<Series>>>,
    episodes: Shelf<Option<Arc<EpisodesPage>>>,
    figures: TvdbFigures,
}

/// Each title with the moment at which it was shown.
type Shown = Cache<TitleId, (Arc<Title>, UnixMillis)>;

impl TheTvdb {
    /// Sets everything up. Nothing is sent before the first question.
    ///
    /// # Errors
    /// [`TvdbError::Setup`] if the base is not an address.
    pub fn open(options: TvdbOptions) -> Result<Self, TvdbError> {
        let TvdbOptions { api_base, api_key, pin, limit, clock } = options;
        let figures = TvdbFigures::default();
        let gate = Gate::new(limit, clock.clone());
        let transport = Transport::open(&api_base, gate, clock.clone(), figures.clone())?;
        let client = Client::new(transport, Credentials { api_key, pin }, clock.clone());
        let outage = Outage::none();
        let own = |cache| {
            let (outage, clock) = (outage.clone(), clock.clone());
            ShelfOptions { outage, clock, figures: figures.cache(cache) }
        };
        Ok(Self {
            client: Arc::new(client),
            shown: nothing_shown(),
            searches: Shelf::new(SEARCH_BYTES_MAX, own(SEARCHES)),
            movies: Shelf::new(MOVIE_BYTES_MAX, own(MOVIES)),
            series: Shelf::new(SERIES_BYTES_MAX, own(SERIES)),
            episodes: Shelf::new(EPISODES_BYTES_MAX, own(EPISODES)),
            clock,
            figures,
        })
    }

    /// Returns what is counted of the work.
    #[must_use]
    pub fn figures(&self) -> &TvdbFigures {
        &self.figures
    }

    /// Returns how much is kept of what TheTVDB said.
    #[must_use]
    pub fn cache_sizes(&self) -> Vec<CacheSize> {
        vec![
            self.searches.size(SEARCHES),
            self.movies.size(MOVIES),
            self.series.size(SERIES),
            self.episodes.size(EPISODES),
        ]
    }
}

impl fmt::Debug for TheTvdb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TheTvdb").field("client", &self.client).finish_non_exhaustive()
    }
}

impl Catalogue for TheTvdb {
    fn search(&self, search: Search) -> Lookup<'_, Arc<SearchPage>> {
        let search = tidied(search);
        if search.text.is_empty() {
            let nothing = Arc::new(SearchPage::default());
            return async { Ok(super::cache::fresh(nothing)) }.boxed();
        }
        let client = Arc::clone(&self.client);
        let (key, shown, clock) = (search_key(&search), self.shown.clone(), self.clock.clone());
        let fetch = async move {
            let page = client.search(&search).await?;
            page.titles.iter().for_each(|title| remember(&shown, title, clock.now()));
            Ok(Arc::new(page))
        };
        self.searches.get(key, fetch).boxed()
    }

    fn movie(&self, id: MovieId) -> Lookup<'_, Option<Arc<Movie>>> {
        let client = Arc::clone(&self.client);
        let fetch = async move { Ok(client.movie(id).await?.map(Arc::new)) };
        self.movies.get(id.0.to_string(), fetch).boxed()
    }

    fn series(&self, id: SeriesId) -> Lookup<'_, Option<Arc<Series>>> {
        let client = Arc::clone(&self.client);
        let fetch = async move { Ok(client.series(id).await?.map(Arc::new)) };
        self.series.get(id.0.to_string(), fetch).boxed()
    }

    fn episodes(&self, series: SeriesId, page: u32) -> Lookup<'_, Option<Arc<EpisodesPage>>> {
        let client = Arc::clone(&self.client);
        let fetch = async move { Ok(client.episodes(series, page).await?.map(Arc::new)) };
        self.episodes.get(episodes_key(series, page), fetch).boxed()
    }

    fn episodes_in(
        &self,
        series: SeriesId,
        language: &'static str,
        page: u32,
    ) -> Lookup<'_, Option<Arc<EpisodesPage>>> {
        let client = Arc::clone(&self.client);
        let fetch =
            async move { Ok(client.episodes_in(series, language, page).await?.map(Arc::new)) };
        self.episodes.get(translated_key(series, page, language), fetch).boxed()
    }

    fn shown(&self, id: TitleId) -> Option<Answer<Arc<Title>>> {
        let (value, stamp) = self.shown.get(&id)?;
        Some(Answer { value, age: self.clock.now().since(stamp), is_stale: true })
    }

    fn updates(
        &self,
        since_s: i64,
        of: RecordKind,
        page: u32,
    ) -> BoxFuture<'_, Result<UpdatesPage, TvdbError>> {
        self.client.updates(since_s, of, page).boxed()
    }

    fn forget(&self, id: TitleId) -> BoxFuture<'_, ()> {
        async move {
            let series = match id {
                TitleId::Movie(movie) => {
                    self.movies.forget(&movie.0.to_string()).await;
                    return;
                }
                TitleId::Series(series) => series,
            };
            self.series.forget(&series.0.to_string()).await;
            // Any of them may have been pushed out before the others.
            for page in 0..EPISODE_PAGES_MAX {
                self.episodes.forget(&episodes_key(series, page)).await;
                for (_, language) in LANGUAGES {
                    self.episodes.forget(&translated_key(series, page, language)).await;
                }
            }
        }
        .boxed()
    }
}

/// A memory of titles, bounded in bytes.
fn nothing_shown() -> Shown {
    Cache::builder()
        .weigher(|_, (title, _): &(Arc<Title>, UnixMillis)| weight(title_bytes(title)))
        .max_capacity(SHOWN_BYTES_MAX)
        .time_to_live(KEPT_FOR)
        .build()
}

/// Keeps what a list shows of a title: its names.
fn remember(shown: &Shown, title: &Title, now: UnixMillis) {
    let named = title.translations.iter().filter(|one| one.name.is_some());
    let names = named.map(|one| Translation { overview: None, ..one.clone() });
    let (overview, english_overview, translations) = (None, None, names.collect());
    let title = Title { overview, english_overview, translations, ..title.clone() };
    shown.insert(title.id, (Arc::new(title), now));
}

/// Removes what makes no difference to TheTVDB: spaces around and doubled, and what is too long.
pub(crate) fn tidied(search: Search) -> Search {
    let words = search.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = words.chars().take(QUERY_CHARS_MAX).collect();
    Search { text, limit: search.limit.clamp(1, SEARCH_LIMIT_MAX), ..search }
}

fn translated_key(series: SeriesId, page: u32, language: &str) -> String {
    format!("{}/{page}/{language}", series.0)
}

fn episodes_key(series: SeriesId, page: u32) -> String {
    format!("{}/{page}", series.0)
}

fn search_key(search: &Search) -> String {
    let kind = search.kind.map_or("any", MediaKind::word);
    format!("{kind}/{}/{}", search.limit, search.text.to_lowercase())
}

impl Weighed for Arc<SearchPage> {
    fn size_bytes(&self) -> usize {
        self.titles.iter().map(title_bytes).sum()
    }
}

impl Weighed for Option<Arc<Movie>> {
    fn size_bytes(&self) -> usize {
        self.as_ref().map_or(0, |movie| size_of::<Movie>() + title_bytes(&movie.title))
    }
}

impl Weighed for Option<Arc<Series>> {
    fn size_bytes(&self) -> usize {
        self.as_ref().map_or(0, |series| size_of::<Series>() + title_bytes(&series.title))
    }
}

impl Weighed for Option<Arc<EpisodesPage>> {
    fn size_bytes(&self) -> usize {
        let texts = |episode: &super::Episode| {
            let texts = [&episode.name, &episode.overview, &episode.image];
            size_of::<super::Episode>()
                + texts.into_iter().flatten().map(String::len).sum::<usize>()
        };
        self.as_ref().map_or(0, |page| page.episodes.iter().map(texts).sum())
    }
}

fn title_bytes(title: &Title) -> usize {
    let Title { slug, name, english_name, overview, english_overview, image, .. } = title;
    let translated = title.translations.iter().flat_map(|one| [&one.name, &one.overview]);
    let texts = [slug, english_name, overview, english_overview, image].into_iter();
    let texts = texts.chain(translated).flatten().map(String::len);
    let translations = title.translations.len() * size_of::<Translation>();
    size_of::<Title>() + translations + name.len() + texts.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_that_mean_the_same_share_an_entry() {
        let key = |text: &str| {
            let search = Search { text: text.to_owned(), kind: None, limit: 25 };
            search_key(&tidied(search))
        };
        assert_eq!(key("  Dune "), key("dune"));
        assert_eq!(key("Dune  Part\tTwo"), key("dune part two"));
        assert_ne!(key("dune"), key("dune 2"));
    }

    #[test]
    fn a_query_of_any_length_is_cut_to_what_is_sent() {
        let text = "ü".repeat(6000);
        let search = tidied(Search { text, kind: None, limit: 1_000_000 });
        assert_eq!(search.text.chars().count(), QUERY_CHARS_MAX);
        assert_eq!(search.limit, SEARCH_LIMIT_MAX);
    }

    #[tokio::test]
    async fn of_a_series_all_pages_are_forgotten_that_are_kept() {
        let catalogue = TheTvdb::open(TvdbOptions {
            api_base: "http://127.0.0.1:9/v4".to_owned(),
            api_key: Secret::new("key"),
            pin: None,
            limit: GateLimit::default(),
            clock: Clock::start(),
        });
        let catalogue = catalogue.expect("a base");
        let (id, other) = (SeriesId(7), SeriesId(8));
        // The first page was pushed out, and of another only a translation is left.
        let (_, language) = LANGUAGES[0];
        let keys = [episodes_key(id, 1), translated_key(id, 3, language), episodes_key(other, 1)];
        for key in &keys {
            let kept = catalogue.episodes.get(key.clone(), async { Ok(None) }).await;
            kept.expect("it is kept");
        }
        catalogue.forget(TitleId::Series(id)).await;
        let mut kept = Vec::new();
        for key in &keys {
            kept.push(catalogue.episodes.forget(key).await);
        }
        assert_eq!(kept, [false, false, true]);
    }

    #[test]
    fn names_of_any_length_are_remembered_within_a_bound_in_bytes() {
        let shown = nothing_shown();
        for n in 1..=1_000 {
            remember(&shown, &named("x".repeat(10_000), n), UnixMillis(1));
            shown.run_pending_tasks();
        }
        let n_bytes: usize = shown.iter().map(|(_, (title, _))| title.name.len()).sum();
        assert!(n_bytes <= SHOWN_BYTES_MAX as usize, "{n_bytes} B of names are kept");
        assert!(n_bytes > SHOWN_BYTES_MAX as usize / 2, "only {n_bytes} B of names are kept");
    }

    #[test]
    fn a_name_longer_than_all_names_together_may_be_is_not_remembered() {
        let shown = nothing_shown();
        remember(&shown, &named("short".to_owned(), 1), UnixMillis(1));
        remember(&shown, &named("x".repeat(SHOWN_BYTES_MAX as usize), 2), UnixMillis(1));
        shown.run_pending_tasks();
        let kept: Vec<_> = shown.iter().map(|(id, _)| *id).collect();
        assert_eq!(kept, [TitleId::Series(SeriesId(1))]);
    }

    #[test]
    fn names_in_other_languages_are_remembered_without_what_happens() {
        let shown = nothing_shown();
        let overview = Some("Une grotte.".to_owned());
        for (id, name, n_kept) in [(1, Some("Sombre".to_owned()), 1), (2, None, 0)] {
            let translation = Translation { language: "fr", name, overview: overview.clone() };
            let translations = vec![translation];
            let title = Title { translations, ..named("Dark".to_owned(), id) };
            remember(&shown, &title, UnixMillis(1));
            let (kept, _) = shown.get(&title.id).expect("it is remembered");
            assert_eq!(kept.translations.len(), n_kept);
            assert!(kept.translations.iter().all(|one| one.overview.is_none()));
        }
    }

    fn named(name: String, id: u64) -> Title {
        Title {
            id: TitleId::Series(SeriesId(id)),
            slug: None,
            name,
            english_name: None,
            overview: None,
            english_overview: None,
            translations: Vec::new(),
            image: None,
            year: None,
        }
    }
}
