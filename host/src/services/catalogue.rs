//! TheTVDB, for plugins: clean titles out of the catalogue, what is stored of them in its place, and its
//! failures as sentences.

mod patience;
pub(super) mod stored;

pub(super) use patience::{Patience, WAIT};

use super::{Asked, written};
use crate::{
    chain::chain,
    clock::{Clock, UnixMillis},
    db::{Database, NamedTitle},
    tvdb::{self, Answer, Catalogue, SEARCH_LIMIT_MAX, Search, SeriesId, TitleId, TvdbError},
};
use lumina_plugin_api::{
    descriptor::Service,
    error::{Error, ErrorKind},
    services::catalogue::{EpisodeText, Found, MediaId, MediaKind, NAME, Request, Title},
    text::Text,
};
use std::{sync::Arc, time::Duration};
use tracing::warn;

/// Where titles have their pages.
const SITE: &str = "https://www.thetvdb.com";

/// Whoever can be shown what is stored under a name waits so long for TheTVDB's search: all that it finds is more
/// than what is stored, and a suggestion must come within three seconds.
const SEARCH_WAIT: Duration = Duration::from_secs(2);

/// What the catalogue says, and what is stored of titles while it says nothing. Cheap to clone.
#[derive(Clone)]
pub(super) struct Titles {
    pub(super) catalogue: Arc<dyn Catalogue>,
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) patience: Arc<Patience>,
}

impl Titles {
    pub(super) fn new(database: Database, catalogue: Arc<dyn Catalogue>, clock: Clock) -> Self {
        let patience = Arc::new(Patience::new(clock.clone()));
        Self { catalogue, database, clock, patience }
    }

    pub(super) async fn answer(&self, asked: &Asked<'_>) -> Result<Vec<u8>, Error> {
        asked.declares(Service::Catalogue, NAME)?;
        match asked.read(NAME)? {
            Request::Search { query: text, kind, locale } => {
                let kind = kind.map(inside).transpose()?;
                let search = Search { text, kind, limit: SEARCH_LIMIT_MAX };
                written(&self.found(search, locale.as_deref()).await?)
            }
            Request::Title { id, locale } => {
                written(&self.title(title_id(id)?, locale.as_deref()).await?)
            }
            Request::EpisodeTexts { series, season, locale } => {
                let found = match (title_id(series)?, tvdb::language_of(&locale)) {
                    (TitleId::Series(series), Some(language)) => {
                        let current = self.database.current_series(series).await;
                        self.episode_texts(current.unwrap_or(series), season, language).await?
                    }
                    _ => Vec::new(),
                };
                written(&found)
            }
            _ => Err(asked.unknown(NAME)),
        }
    }

    async fn episode_texts(
        &self,
        series: SeriesId,
        season: u32,
        language: &'static str,
    ) -> Result<Vec<EpisodeText>, Error> {
        let texts = texts_of(&*self.catalogue, series, season, language);
        // An episode can be shown without.
        Ok(self.patience.wait(series.into(), WAIT, texts).await.unwrap_or_default())
    }

    /// While TheTVDB is away, what is stored is found by its names.
    pub(super) async fn found(&self, search: Search, locale: Option<&str>) -> Result<Found, Error> {
        let mut asked = self.catalogue.search(search.clone());
        let answer = match self.clock.timeout(SEARCH_WAIT, &mut asked).await {
            Ok(answer) => answer,
            Err(_too_slow) => match self.named(&search, locale).await {
                Some(found) => return Ok(found),
                None => asked.await,
            },
        };
        match answer {
            Ok(answer) => {
                let titles = answer.value.titles.iter().map(|title| outside(title, locale));
                Ok(found_of(titles.collect(), stale_ms(&answer)))
            }
            Err(error) if error.is_outage() => {
                self.named(&search, locale).await.ok_or_else(|| told(error))
            }
            Err(error) => Err(told(error)),
        }
    }

    /// What is stored under such a name; `None` if that is nothing.
    async fn named(&self, search: &Search, locale: Option<&str>) -> Option<Found> {
        let named = self.database.titles_named(search.clone()).await.unwrap_or_else(|error| {
            warn!(error = %chain(&error), "what is stored cannot be searched by name");
            Vec::new()
        });
        let shown = |named: &NamedTitle| {
            let mut title = stored::title(named.id, Some(&named.title), locale);
            title.stale_ms = Some(self.age_ms(named.checked));
            title
        };
        let titles: Vec<_> = named.iter().map(shown).collect();
        // Each tells its own age; all of them are at least as old as the youngest.
        let stale_ms = titles.iter().filter_map(|title| title.stale_ms).min();
        (!titles.is_empty()).then(|| found_of(titles, stale_ms))
    }

    /// Whoever can be shown what is stored, or what a search has shown, does not wait for TheTVDB for long.
    /// What TheTVDB has no longer is shown as it is stored.
    pub(super) async fn title(
        &self,
        id: TitleId,
        locale: Option<&str>,
    ) -> Result<Option<Title>, Error> {
        // That nothing can be read of the database is no reason not to ask TheTVDB.
        let id = self.database.current_title(id).await.unwrap_or(id);
        let asked = said(&*self.catalogue, id, locale);
        let checked = self.database.title_checked(id).await.ok().flatten();
        let shown = if checked.is_none() { self.shown(id, locale) } else { None };
        let answer = if checked.is_some() || shown.is_some() {
            self.patience.wait(id, WAIT, asked).await
        } else {
            Some(asked.await.map_err(told)?)
        };
        let is_gone = match (answer, shown) {
            (Some(Some(title)), _) | (None, Some(title)) => return Ok(Some(title)),
            // An answer that says nothing of the title says that it is gone.
            (Some(None), _) => true,
            (None, None) => checked.is_some_and(|checked| checked.is_gone),
        };
        if checked.is_none() && !self.database.stores(id).await.unwrap_or_default() {
            return Ok(None);
        }
        let stored = self.database.stored_titles(&[id]).await.unwrap_or_default();
        let mut title = stored::title(id, stored.get(&id), locale);
        title.is_gone = is_gone;
        title.stale_ms = checked.filter(|_| !is_gone).map(|checked| self.age_ms(checked.at));
        Ok(Some(title))
    }

    /// What a search has shown of a title, without its overview.
    fn shown(&self, id: TitleId, locale: Option<&str>) -> Option<Title> {
        let shown = self.catalogue.shown(id)?;
        let mut title = outside(&shown.value, locale);
        title.stale_ms = stale_ms(&shown);
        Some(title)
    }

    fn age_ms(&self, checked: UnixMillis) -> u64 {
        u64::try_from(self.clock.now().since(checked).as_millis()).unwrap_or(u64::MAX)
    }
}

/// What the episodes of a season say in a language; nothing, if it is their own.
async fn texts_of(
    catalogue: &dyn Catalogue,
    series: SeriesId,
    season: u32,
    language: &'static str,
) -> Result<Vec<EpisodeText>, TvdbError> {
    let (mut found, mut page) = (Vec::new(), Some(0));
    let record = catalogue.series(series).await?.value;
    if record.is_some_and(|record| record.original_language.as_deref() == Some(language)) {
        return Ok(found);
    }
    while let Some(number) = page {
        let answer = catalogue.episodes_in(series, language, number).await?;
        let Some(read) = answer.value else { break };
        let in_season = read.episodes.iter().filter(|episode| episode.season == season);
        found.extend(in_season.map(|episode| {
            let mut text = EpisodeText::new(episode.id);
            text.name.clone_from(&episode.name);
            text.overview.clone_from(&episode.overview);
            text
        }));
        page = read.next_page;
    }
    Ok(found)
}

fn found_of(titles: Vec<Title>, stale_ms: Option<u64>) -> Found {
    let mut found = Found::default();
    (found.titles, found.stale_ms) = (titles, stale_ms);
    found
}

async fn said(
    catalogue: &dyn Catalogue,
    id: TitleId,
    locale: Option<&str>,
) -> Result<Option<Title>, TvdbError> {
    match id {
        TitleId::Movie(movie) => {
            let answer = catalogue.movie(movie).await?;
            Ok(dated(&answer, answer.value.as_deref().map(|movie| &movie.title), locale))
        }
        TitleId::Series(series) => {
            let answer = catalogue.series(series).await?;
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

/// The title that a plugin means.
pub(super) fn title_id(id: MediaId) -> Result<TitleId, Error> {
    Ok(TitleId::new(inside(id.kind)?, id.number))
}

fn inside(kind: MediaKind) -> Result<tvdb::MediaKind, Error> {
    match kind {
        MediaKind::Movie => Ok(tvdb::MediaKind::Movie),
        MediaKind::Series => Ok(tvdb::MediaKind::Series),
        _ => Err(Error::new(ErrorKind::Unsupported).detail("an unknown kind of title")),
    }
}

fn outside(title: &tvdb::Title, locale: Option<&str>) -> Title {
    let page_url = page_url(title.id, title.slug.as_deref());
    let mut shown = Title::new(stored::outside(title.id), &title.name, page_url);
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
pub(super) fn page_url(id: TitleId, slug: Option<&str>) -> String {
    let folder = match id {
        TitleId::Movie(_) => "movies",
        TitleId::Series(_) => "series",
    };
    match slug {
        Some(slug) => format!("{SITE}/{folder}/{slug}"),
        None => format!("{SITE}/dereferrer/{}/{}", id.kind().word(), id.number()),
    }
}

/// The failure in two texts: what the user can do, and what the log needs.
pub(super) fn told(error: TvdbError) -> Error {
    let key = match &error {
        TvdbError::WrongKey => "catalogue-wrong-key",
        TvdbError::TimedOut { .. } => "catalogue-slow",
        TvdbError::Limited { .. } | TvdbError::Busy { .. } => "catalogue-limited",
        TvdbError::Status { .. }
        | TvdbError::NotData { .. }
        | TvdbError::CutShort { .. }
        | TvdbError::TooLarge { .. } => "catalogue-broken",
        _ => "catalogue-unreachable",
    };
    let chain = Error::from(error);
    Error::new(ErrorKind::Unavailable).message(Text::key(key)).detail(chain.detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;

    #[test]
    fn a_title_without_a_slug_is_linked_by_its_number() {
        let page = |slug| page_url(TitleId::Movie(tvdb::MovieId(7)), slug);
        assert_eq!(page(None), "https://www.thetvdb.com/dereferrer/movie/7");
        assert_eq!(page(Some("dune")), "https://www.thetvdb.com/movies/dune");
    }

    #[test]
    fn the_user_reads_a_sentence_and_the_log_the_chain() {
        let path = || "search".to_owned();
        let source = std::sync::Arc::new(std::io::Error::other("no route"));
        let late = TvdbError::TimedOut { path: path(), allowed: Duration::from_secs(1) };
        let status = TvdbError::Status { path: path(), status: 502 };
        let error = told(TvdbError::Unreachable { path: path(), source });
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert_eq!(error.detail, "cannot reach TheTVDB for `search`: no route");
        for (error, expected) in [
            (error, "cannot be reached"),
            (told(TvdbError::WrongKey), "does not accept"),
            (told(late), "too slow"),
            (told(status), "answers with errors"),
        ] {
            let said = Texts::default().say(&error.message.expect("a sentence"), "en-US");
            assert!(said.contains(expected) && !said.contains("route"), "{said}");
        }
    }
}
