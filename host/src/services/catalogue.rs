//! TheTVDB, for plugins: clean titles out of the catalogue, and its failures as sentences.

use super::{Asked, written};
use crate::tvdb::{self, Answer, Catalogue, SEARCH_LIMIT_MAX, Search, TvdbError};
use lumina_plugin_api::{
    descriptor::Service,
    error::{Error, ErrorKind},
    services::{
        catalogue::{EpisodeText, Found, MediaId, MediaKind, NAME, Request, Title},
        lists::EpisodeId,
    },
    text::Text,
};

/// Where titles have their pages.
const SITE: &str = "https://www.thetvdb.com";

pub(super) async fn answer(asked: &Asked<'_>, catalogue: &dyn Catalogue) -> Result<Vec<u8>, Error> {
    asked.declares(Service::Catalogue, NAME)?;
    match asked.read(NAME)? {
        Request::Search { query: text, kind, locale } => {
            let kind = kind.map(|kind| inside(asked, kind)).transpose()?;
            let search = Search { text, kind, limit: SEARCH_LIMIT_MAX };
            written(&found(catalogue, search, locale.as_deref()).await?)
        }
        Request::Title { id, locale } => {
            let asked_for = (inside(asked, id.kind)?, tvdb::MediaId(id.number));
            written(&title(catalogue, asked_for, locale.as_deref()).await?)
        }
        Request::EpisodeTexts { series, season, locale } => {
            let found = match (inside(asked, series.kind)?, tvdb::language_of(&locale)) {
                (tvdb::MediaKind::Series, Some(language)) => {
                    episode_texts(catalogue, tvdb::MediaId(series.number), season, language).await?
                }
                _ => Vec::new(),
            };
            written(&found)
        }
        _ => Err(asked.unknown(NAME)),
    }
}

async fn episode_texts(
    catalogue: &dyn Catalogue,
    series: tvdb::MediaId,
    season: u32,
    language: &'static str,
) -> Result<Vec<EpisodeText>, Error> {
    let (mut found, mut page) = (Vec::new(), Some(0));
    while let Some(number) = page {
        let answer = catalogue.episodes_in(series, language, number).await.map_err(told)?;
        let Some(read) = answer.value else { break };
        let in_season = read.episodes.iter().filter(|episode| episode.season == season);
        found.extend(in_season.map(|episode| {
            let mut text = EpisodeText::new(EpisodeId(episode.id.0));
            text.name.clone_from(&episode.name);
            text.overview.clone_from(&episode.overview);
            text
        }));
        page = read.next_page;
    }
    Ok(found)
}

async fn found(
    catalogue: &dyn Catalogue,
    search: Search,
    locale: Option<&str>,
) -> Result<Found, Error> {
    let answer = catalogue.search(search).await.map_err(told)?;
    let mut found = Found::default();
    found.stale_ms = stale_ms(&answer);
    found.titles = answer.value.titles.iter().map(|title| outside(title, locale)).collect();
    Ok(found)
}

async fn title(
    catalogue: &dyn Catalogue,
    (kind, number): (tvdb::MediaKind, tvdb::MediaId),
    locale: Option<&str>,
) -> Result<Option<Title>, Error> {
    match kind {
        tvdb::MediaKind::Movie => {
            let answer = catalogue.movie(number).await.map_err(told)?;
            Ok(dated(&answer, answer.value.as_deref().map(|movie| &movie.title), locale))
        }
        tvdb::MediaKind::Series => {
            let answer = catalogue.series(number).await.map_err(told)?;
            Ok(dated(&answer, answer.value.as_deref().map(|series| &series.title), locale))
        }
    }
}

fn dated<V>(
    answer: &Answer<V>,
    title: Option<&tvdb::Title>,
    locale: Option<&str>,
) -> Option<Title> {
    let mut title = outside(title?, locale);
    title.stale_ms = stale_ms(answer);
    Some(title)
}

fn stale_ms<V>(answer: &Answer<V>) -> Option<u64> {
    answer.is_stale.then(|| u64::try_from(answer.age.as_millis()).unwrap_or(u64::MAX))
}

pub(super) fn inside(asked: &Asked<'_>, kind: MediaKind) -> Result<tvdb::MediaKind, Error> {
    match kind {
        MediaKind::Movie => Ok(tvdb::MediaKind::Movie),
        MediaKind::Series => Ok(tvdb::MediaKind::Series),
        _ => Err(asked.unknown(kind.as_str())),
    }
}

fn outside(title: &tvdb::Title, locale: Option<&str>) -> Title {
    let kind = match title.kind {
        tvdb::MediaKind::Movie => MediaKind::Movie,
        tvdb::MediaKind::Series => MediaKind::Series,
    };
    let id = MediaId::new(kind, title.id.0);
    let page_url = page_url(title.kind, title.id, title.slug.as_deref());
    let mut shown = Title::new(id, &title.name, page_url);
    shown.english_name.clone_from(&title.english_name);
    shown.overview.clone_from(&title.overview);
    shown.english_overview.clone_from(&title.english_overview);
    shown.poster_url.clone_from(&title.image);
    shown.year = title.year;
    if let Some(translation) = locale.and_then(|locale| translated(title, locale)) {
        shown.local_name.clone_from(&translation.name);
        shown.local_overview.clone_from(&translation.overview);
    }
    shown
}

/// The translation for readers of `locale`; French of one country is French.
fn translated<'a>(title: &'a tvdb::Title, locale: &str) -> Option<&'a tvdb::Translation> {
    let language = locale.split('-').next()?;
    title.translations.iter().find(|one| one.language == language)
}

/// The page by its name, or by its number, which TheTVDB redirects to the name.
pub(super) fn page_url(kind: tvdb::MediaKind, id: tvdb::MediaId, slug: Option<&str>) -> String {
    let folder = match kind {
        tvdb::MediaKind::Movie => "movies",
        tvdb::MediaKind::Series => "series",
    };
    match slug {
        Some(slug) => format!("{SITE}/{folder}/{slug}"),
        None => format!("{SITE}/dereferrer/{}/{id}", kind.word()),
    }
}

/// The failure in two texts: what the user can do, and what the log needs.
pub(super) fn told(error: TvdbError) -> Error {
    let key = match &error {
        TvdbError::WrongKey => "catalogue-wrong-key",
        TvdbError::TimedOut { .. } => "catalogue-slow",
        TvdbError::Limited { .. } | TvdbError::Busy { .. } => "catalogue-limited",
        _ => "catalogue-unreachable",
    };
    let chain = Error::from(error);
    Error::new(ErrorKind::Unavailable).message(Text::key(key)).detail(chain.detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;
    use std::time::Duration;

    #[test]
    fn a_title_without_a_slug_is_linked_by_its_number() {
        let page = |slug| page_url(tvdb::MediaKind::Movie, tvdb::MediaId(7), slug);
        assert_eq!(page(None), "https://www.thetvdb.com/dereferrer/movie/7");
        assert_eq!(page(Some("dune")), "https://www.thetvdb.com/movies/dune");
    }

    #[test]
    fn the_user_reads_a_sentence_and_the_log_the_chain() {
        let path = || "search".to_owned();
        let source = std::sync::Arc::new(std::io::Error::other("no route"));
        let late = TvdbError::TimedOut { path: path(), allowed: Duration::from_secs(1) };
        let error = told(TvdbError::Unreachable { path: path(), source });
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert_eq!(error.detail, "cannot reach TheTVDB for `search`: no route");
        for (error, expected) in [
            (error, "cannot be reached"),
            (told(TvdbError::WrongKey), "does not accept"),
            (told(late), "too slow"),
        ] {
            let said = Texts::default().say(&error.message.expect("a sentence"), "en-US");
            assert!(said.contains(expected) && !said.contains("route"), "{said}");
        }
    }
}
