//! TheTVDB's JSON as it really is: every field may be missing, null, empty or of another type, and
//! none of that is an error. What cannot be used is dropped here; what leaves is clean.

mod lenient;
mod update;

pub(super) use lenient::List;
pub(super) use update::WireUpdate;

use super::{
    Date, Episode, EpisodeId, MediaKind, Movie, MovieId, Series, SeriesId, Title, TitleId,
    Translation,
};
use lenient::{line, loose, number, object, text};
use serde::Deserialize;

/// Where pictures live whose address TheTVDB gives without a host.
const ARTWORK_BASE: &str = "https://artworks.thetvdb.com";

/// A longer running time is a mistake: it would be more than a day.
const RUNTIME_MINUTES_MAX: u32 = 24 * 60;

/// The season that is none.
const SPECIALS: u32 = 0;

/// The language everyone can be shown.
const ENGLISH: &str = "eng";
/// The other language that Lumina speaks, for Discord and for TheTVDB. Others are not kept: an answer has
/// up to thirty, and they would fill the cache.
const FRENCH: (&str, &str) = ("fr", "fra");

/// What every answer is wrapped in.
#[derive(Debug, Default, Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned + Default")]
pub(super) struct Envelope<T> {
    #[serde(default, deserialize_with = "object")]
    pub(super) data: T,
    #[serde(default, deserialize_with = "object")]
    pub(super) links: Links,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Links {
    #[serde(default, deserialize_with = "text")]
    pub(super) next: Option<String>,
    /// How many items all pages have together.
    #[serde(default, deserialize_with = "number")]
    total_items: Option<u32>,
    /// How many of them one page has at most.
    #[serde(default, deserialize_with = "number")]
    page_size: Option<u32>,
}

impl Links {
    /// Whether a page, counted from 0, is said to have items.
    pub(super) fn promise(&self, page: u32) -> bool {
        let before = self.page_size.unwrap_or(0).saturating_mul(page);
        self.total_items.is_some_and(|total| total > before)
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Login {
    #[serde(default, deserialize_with = "text")]
    pub(super) token: Option<String>,
}

/// One search result.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Found {
    #[serde(default, rename = "type", deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    tvdb_id: Option<String>,
    #[serde(default, deserialize_with = "line")]
    name: Option<String>,
    #[serde(default, deserialize_with = "line")]
    title: Option<String>,
    #[serde(default, deserialize_with = "text")]
    overview: Option<String>,
    #[serde(default, deserialize_with = "text")]
    image_url: Option<String>,
    #[serde(default, deserialize_with = "text")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "text")]
    year: Option<String>,
    #[serde(default, deserialize_with = "text")]
    first_air_time: Option<String>,
    #[serde(default, deserialize_with = "object")]
    translations: NamesByLanguage,
    #[serde(default, deserialize_with = "object")]
    overviews: OverviewsByLanguage,
}

/// Names by language, of which we read those that Lumina speaks.
#[derive(Debug, Default, Deserialize)]
struct NamesByLanguage {
    #[serde(default, deserialize_with = "line")]
    eng: Option<String>,
    #[serde(default, deserialize_with = "line")]
    fra: Option<String>,
}

/// Overviews by language, of which we read those that Lumina speaks.
#[derive(Debug, Default, Deserialize)]
struct OverviewsByLanguage {
    #[serde(default, deserialize_with = "text")]
    eng: Option<String>,
    #[serde(default, deserialize_with = "text")]
    fra: Option<String>,
}

/// A film or a show with its translations.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    #[serde(default, deserialize_with = "text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "line")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "text")]
    image: Option<String>,
    #[serde(default, deserialize_with = "text")]
    overview: Option<String>,
    #[serde(default, deserialize_with = "text")]
    year: Option<String>,
    #[serde(default, deserialize_with = "text")]
    original_language: Option<String>,
    #[serde(default, deserialize_with = "text")]
    first_aired: Option<String>,
    #[serde(default, deserialize_with = "text")]
    last_aired: Option<String>,
    #[serde(default, deserialize_with = "text")]
    next_aired: Option<String>,
    #[serde(default, deserialize_with = "number")]
    runtime: Option<u32>,
    #[serde(default, rename = "first_release", deserialize_with = "object")]
    first_release: Release,
    #[serde(default, deserialize_with = "object")]
    status: Status,
    #[serde(default, deserialize_with = "loose")]
    aliases: List<WireTranslation>,
    #[serde(default, deserialize_with = "object")]
    translations: Translations,
}

#[derive(Debug, Default, Deserialize)]
struct Release {
    #[serde(default, deserialize_with = "text")]
    date: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Status {
    #[serde(default, deserialize_with = "line")]
    name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Translations {
    #[serde(default, deserialize_with = "loose")]
    name_translations: List<WireTranslation>,
    #[serde(default, deserialize_with = "loose")]
    overview_translations: List<WireTranslation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTranslation {
    #[serde(default, deserialize_with = "text")]
    language: Option<String>,
    #[serde(default, deserialize_with = "line")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    overview: Option<String>,
    #[serde(default, deserialize_with = "object")]
    is_alias: Flag,
}

/// A boolean that may be missing or null.
#[derive(Debug, Default, Deserialize)]
struct Flag(bool);

#[derive(Debug, Default, Deserialize)]
pub(super) struct EpisodesData {
    #[serde(default, deserialize_with = "loose")]
    pub(super) episodes: List<WireEpisode>,
    #[serde(default, deserialize_with = "object")]
    series: WireSeries,
}

/// What stands beside the episodes of their series.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSeries {
    #[serde(default, deserialize_with = "number")]
    average_runtime: Option<u32>,
}

impl EpisodesData {
    /// How long an episode runs of which nothing else is said.
    pub(super) fn usual_runtime(&self) -> Option<u32> {
        self.series.average_runtime.filter(is_runtime)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireEpisode {
    #[serde(default, deserialize_with = "text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "number")]
    season_number: Option<u32>,
    #[serde(default, deserialize_with = "number")]
    number: Option<u32>,
    #[serde(default, deserialize_with = "line")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    overview: Option<String>,
    #[serde(default, deserialize_with = "text")]
    image: Option<String>,
    #[serde(default, deserialize_with = "text")]
    aired: Option<String>,
    #[serde(default, deserialize_with = "number")]
    runtime: Option<u32>,
}

impl Found {
    /// The result as a title; `None` if it is a person, a company, or has no usable id.
    pub(super) fn into_title(self) -> Option<Title> {
        let any_id = self.id.as_deref().or(self.tvdb_id.as_deref())?;
        let kind = kind_of(self.kind.as_deref(), any_id)?;
        let number = self.tvdb_id.as_deref().and_then(number_of).or_else(|| number_of(any_id))?;
        let id = TitleId::new(kind, number);
        let slug = self.slug.and_then(safe_slug);
        let english_name = self.translations.eng;
        let name = self.name.or(self.title);
        Some(Title {
            name: shown_name([&name, &english_name, &slug], id),
            english_overview: self.overviews.eng,
            overview: self.overview,
            translations: translations(self.translations.fra, self.overviews.fra),
            image: self.image_url.and_then(picture),
            year: year_of(&[self.year.as_deref(), self.first_air_time.as_deref()]),
            id,
            slug,
            english_name,
        })
    }
}

impl Record {
    /// Whether it is a record at all, and not what stands in the place of one.
    pub(super) fn has_id(&self) -> bool {
        self.id.as_deref().and_then(number_of).is_some()
    }

    /// The film; `None` if the record is empty or of another id than `asked`.
    pub(super) fn into_movie(self, asked: MovieId) -> Option<Movie> {
        let released = self.first_release.date.as_deref().and_then(Date::parse);
        let runtime_minutes = self.runtime.filter(is_runtime);
        let mut title = self.into_title(asked.into())?;
        title.year = title.year.or(released.map(Date::year));
        Some(Movie { title, released, runtime_minutes })
    }

    /// The show; `None` if the record is empty or of another id than `asked`.
    pub(super) fn into_series(mut self, asked: SeriesId) -> Option<Series> {
        let day = |text: &Option<String>| text.as_deref().and_then(Date::parse);
        let (first_aired, last_aired) = (day(&self.first_aired), day(&self.last_aired));
        let next_aired = day(&self.next_aired);
        let (status, original_language) = (self.status.name.take(), self.original_language.clone());
        let title = self.into_title(asked.into())?;
        Some(Series { title, original_language, status, first_aired, last_aired, next_aired })
    }

    fn into_title(self, id: TitleId) -> Option<Title> {
        self.id.as_deref().and_then(number_of).filter(|number| *number == id.number())?;
        let english_name = self.name_in(ENGLISH).or_else(|| self.english_alias());
        let english_overview = self.overview_in(ENGLISH);
        let (_, french) = FRENCH;
        let translations = translations(self.name_in(french), self.overview_in(french));
        let overview = self.original_overview();
        let slug = self.slug.and_then(safe_slug);
        Some(Title {
            name: shown_name([&self.name, &english_name, &slug], id),
            image: self.image.and_then(picture),
            year: year_of(&[self.year.as_deref(), self.first_aired.as_deref()]),
            id,
            slug,
            english_name,
            overview,
            english_overview,
            translations,
        })
    }

    fn name_in(&self, language: &str) -> Option<String> {
        let mut names = self.translations.name_translations.items.iter();
        names.find(|one| one.is(language)).and_then(|one| one.name.clone())
    }

    fn english_alias(&self) -> Option<String> {
        let mut aliases = self.aliases.items.iter();
        aliases.find(|one| one.is(ENGLISH)).and_then(|one| one.name.clone())
    }

    fn overview_in(&self, language: &str) -> Option<String> {
        let mut overviews = self.translations.overview_translations.items.iter();
        overviews.find(|one| one.is(language)).and_then(|one| one.overview.clone())
    }

    /// The overview in the original language: the record's own field, or that translation.
    fn original_overview(&self) -> Option<String> {
        let language = self.original_language.as_deref().unwrap_or_default();
        self.overview.clone().or_else(|| self.overview_in(language))
    }
}

impl WireTranslation {
    fn is(&self, language: &str) -> bool {
        self.language.as_deref() == Some(language) && !self.is_alias.0
    }
}

impl WireEpisode {
    /// The episode; `None` without an id. What is in no season is a special.
    pub(super) fn into_episode(self) -> Option<Episode> {
        Some(Episode {
            id: self.id.as_deref().and_then(number_of).map(EpisodeId)?,
            season: self.season_number.unwrap_or(SPECIALS),
            number: self.number,
            name: self.name,
            overview: self.overview,
            image: self.image.and_then(picture),
            aired: self.aired.as_deref().and_then(Date::parse),
            runtime_minutes: self.runtime.filter(is_runtime),
        })
    }
}

/// Whether that can be a running time; TheTVDB writes 0 where it does not know one.
fn is_runtime(minutes: &u32) -> bool {
    (1..=RUNTIME_MINUTES_MAX).contains(minutes)
}

fn kind_of(word: Option<&str>, id: &str) -> Option<MediaKind> {
    let word = word.or_else(|| id.split_once('-').map(|(prefix, _)| prefix))?;
    [MediaKind::Movie, MediaKind::Series].into_iter().find(|kind| kind.word() == word)
}

/// Reads `81189` or `series-81189`.
fn number_of(text: &str) -> Option<u64> {
    let digits = text.rsplit_once('-').map_or(text, |(_, digits)| digits);
    digits.parse().ok().filter(|number| *number > 0)
}

/// What there is in French.
fn translations(name: Option<String>, overview: Option<String>) -> Vec<Translation> {
    if name.is_none() && overview.is_none() {
        return Vec::new();
    }
    let (language, _) = FRENCH;
    vec![Translation { language, name, overview }]
}

fn shown_name(names: [&Option<String>; 3], id: TitleId) -> String {
    let name = names.into_iter().flatten().next().cloned();
    name.unwrap_or_else(|| format!("{}-{}", id.kind().word(), id.number()))
}

/// The slug, if nothing in it could break out of a link or has to be escaped in one: TheTVDB's own are
/// ASCII. A title without one is linked by its number.
fn safe_slug(slug: String) -> Option<String> {
    let is_safe = slug.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b));
    is_safe.then_some(slug)
}

fn picture(address: String) -> Option<String> {
    let address = match address.strip_prefix('/') {
        Some(path) => format!("{ARTWORK_BASE}/{path}"),
        None => address,
    };
    let url = url::Url::parse(&address).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

fn year_of(texts: &[Option<&str>]) -> Option<u16> {
    let mut years = texts.iter().flatten().filter_map(|text| {
        let digits = text.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        digits.parse().ok().filter(|year| *year > 0)
    });
    years.next()
}

#[cfg(test)]
mod tests;
