//! Titles by number, and a catalogue that has them at once.

use futures_util::future::BoxFuture;
use lumina_host::{
    db::WholeSeries,
    tvdb::{
        Answer, Catalogue, Date, Episode, EpisodeId, EpisodesPage, Lookup, Movie, MovieId,
        RecordKind, Search, SearchPage, Series, SeriesId, Title, TitleId, TvdbError, UpdatesPage,
    },
};
use std::{sync::Arc, time::Duration};

/// TheTVDB's pages.
const EPISODES_PER_PAGE: usize = 500;
/// Room between the episodes of one series and the next.
const EPISODE_IDS_PER_SERIES: u64 = 10_000;
const MINUTES: u32 = 45;

/// Returns a movie.
pub(super) fn movie(id: u64) -> Movie {
    let title = title(MovieId(id).into());
    Movie { title, released: None, runtime_minutes: Some(MINUTES) }
}

/// Returns a series with seasons of these sizes, all of it aired.
pub(super) fn series(id: u64, seasons: &[u32]) -> WholeSeries {
    let numbers = (1..).zip(seasons).flat_map(|(season, n)| (1..=*n).map(move |n| (season, n)));
    let episodes = (1..).zip(numbers).map(|(index, (season, number))| Episode {
        id: EpisodeId(id * EPISODE_IDS_PER_SERIES + index),
        season,
        number: Some(number),
        name: Some(format!("Episode {number} of Season {season}")),
        overview: None,
        image: Some(format!("https://artworks.example/banners/episodes/{id}/{index}.jpg")),
        aired: Date::parse("2020-02-20"),
        runtime_minutes: Some(MINUTES),
    });
    let title = title(SeriesId(id).into());
    WholeSeries { title, episodes: episodes.collect(), is_outdated: false, is_cut: false }
}

fn title(id: TitleId) -> Title {
    let (word, number) = (id.kind().word(), id.number());
    Title {
        id,
        slug: Some(format!("a-{word}-of-the-bench-{number}")),
        name: format!("A {word} of the Bench {number}"),
        english_name: Some(format!("A {word} of the Bench {number}")),
        overview: None,
        english_overview: None,
        translations: Vec::new(),
        image: Some(format!("https://artworks.example/banners/{word}/{number}.jpg")),
        year: Some(2020),
    }
}

/// Has every series, with ten seasons of 120 episodes.
pub(super) struct AtOnce;

fn at_once<V: Send + 'static>(value: V) -> Lookup<'static, V> {
    Box::pin(async { Ok(Answer { value, age: Duration::ZERO, is_stale: false }) })
}

impl Catalogue for AtOnce {
    fn search(&self, _: Search) -> Lookup<'_, Arc<SearchPage>> {
        at_once(Arc::default())
    }

    fn movie(&self, id: MovieId) -> Lookup<'_, Option<Arc<Movie>>> {
        at_once(Some(Arc::new(movie(id.0))))
    }

    fn series(&self, id: SeriesId) -> Lookup<'_, Option<Arc<Series>>> {
        let title = title(id.into());
        let (first_aired, last_aired, next_aired) = (None, None, None);
        let (status, original_language) = (None, None);
        let series =
            Series { title, original_language, status, first_aired, last_aired, next_aired };
        at_once(Some(Arc::new(series)))
    }

    fn episodes(&self, id: SeriesId, page: u32) -> Lookup<'_, Option<Arc<EpisodesPage>>> {
        let mut episodes = series(id.0, &[120; 10]).episodes;
        let begin = page as usize * EPISODES_PER_PAGE;
        let next_page = (begin + EPISODES_PER_PAGE < episodes.len()).then_some(page + 1);
        let page = episodes.drain(begin..(begin + EPISODES_PER_PAGE).min(episodes.len()));
        let episodes = page.collect();
        at_once(Some(Arc::new(EpisodesPage { episodes, next_page, lacks_list: false })))
    }

    fn shown(&self, _: TitleId) -> Option<Answer<Arc<Title>>> {
        None
    }

    fn updates(
        &self,
        _: i64,
        _: RecordKind,
        _: u32,
    ) -> BoxFuture<'_, Result<UpdatesPage, TvdbError>> {
        Box::pin(async { Ok(UpdatesPage::default()) })
    }

    fn forget(&self, _: TitleId) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}
