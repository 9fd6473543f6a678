//! An invented catalogue of movies and series: everything that the simulated TheTVDB knows.
//!
//! It is the same at every start, so that transcripts can be compared, and every title and overview
//! in it was made up for this project. Besides plain titles it holds the awkward ones: no English
//! name, no overview, gaps in the numbering, only specials, names that try to be markdown.

mod builder;
mod hostile;
mod movies;
pub mod picture;
mod series;
mod words;

use std::collections::BTreeMap;

/// What a title is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A movie.
    Movie,
    /// A series with episodes.
    Series,
    /// A person: only ever a search result.
    Person,
    /// A company: only ever a search result.
    Company,
}

impl Kind {
    /// Returns the word TheTVDB uses, as in `series-81189`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Movie => "movie",
            Self::Series => "series",
            Self::Person => "person",
            Self::Company => "company",
        }
    }
}

/// In which way the records of a title differ from the published schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Looseness {
    /// As the schema says, apart from what TheTVDB always does (`null` for an empty list).
    #[default]
    None,
    /// The record's id is text with a prefix, as in `"series-194031"`.
    PrefixedId,
    /// Numbers come as text.
    TextNumbers,
    /// `seasons`, `episodes`, `aliases` and the translation lists are `null`.
    NullLists,
    /// The picture is a path without a host.
    RelativePicture,
    /// Search shows the title twice.
    Repeated,
    /// Every field that may be missing is missing.
    Sparse,
}

/// A title's name and overview in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Translation {
    /// The name, where it was translated.
    pub name: Option<String>,
    /// The overview, where it was translated.
    pub overview: Option<String>,
}

/// One movie, series, person or company.
#[derive(Debug, Clone)]
pub struct Title {
    /// What it is.
    pub kind: Kind,
    /// Its number at TheTVDB, unique among its kind.
    pub id: u64,
    /// The last part of its address.
    pub slug: String,
    /// The name in its own language.
    pub name: String,
    /// The language of the name, as in `eng`.
    pub language: &'static str,
    /// Translations by language, its own among them.
    pub translations: BTreeMap<&'static str, Translation>,
    /// Other names, in English.
    pub aliases: Vec<String>,
    /// The year it came out, if it has.
    pub year: Option<u16>,
    /// `Continuing`, `Ended`, `Upcoming` or `Released`.
    pub status: &'static str,
    /// Whether there is a poster.
    pub has_picture: bool,
    /// When the record was last changed, in seconds since 1970.
    pub updated: i64,
    /// How its records deviate from the schema.
    pub looseness: Looseness,
    /// The episodes by season and number; empty for everything but series.
    pub episodes: Vec<Episode>,
}

/// One episode of a series.
#[derive(Debug, Clone)]
pub struct Episode {
    /// Its number at TheTVDB, unique among episodes.
    pub id: u64,
    /// The season; 0 holds the specials.
    pub season: u32,
    /// The number in the season; numbers may be missing in between, and some episodes have none.
    pub number: Option<u32>,
    /// The number counted over all seasons; 0 for specials.
    pub absolute: u32,
    /// The name, if it has one.
    pub name: Option<String>,
    /// The overview, if it has one.
    pub overview: Option<String>,
    /// The day it airs as `YYYY-MM-DD`, if known.
    pub aired: Option<String>,
}

/// All titles.
#[derive(Debug, Clone)]
pub struct Catalogue {
    titles: Vec<Title>,
    gone: Vec<Gone>,
}

/// A record that was deleted, as a rule because it was the same as another.
#[derive(Debug, Clone, Copy)]
pub struct Gone {
    /// The kind of both.
    pub kind: Kind,
    /// The id that is gone.
    pub id: u64,
    /// The id that remains, if it was merged.
    pub merged_into: Option<u64>,
    /// When that happened, in seconds since 1970.
    pub at: i64,
}

impl Catalogue {
    /// Returns the catalogue, always the same.
    #[must_use]
    pub fn invented() -> Self {
        let mut titles = series::plain();
        titles.extend(movies::plain());
        titles.extend(hostile::titles());
        titles.extend(series::harbors());
        titles.extend(movies::people());
        let gone = vec![Gone {
            kind: Kind::Movie,
            id: movies::MERGED_AWAY,
            merged_into: Some(movies::MERGED_INTO),
            at: builder::UPDATED_FIRST + 9_000,
        }];
        Self { titles, gone }
    }

    /// Returns all titles in a fixed order.
    #[must_use]
    pub fn titles(&self) -> &[Title] {
        &self.titles
    }

    /// Returns the records that are gone.
    #[must_use]
    pub fn gone(&self) -> &[Gone] {
        &self.gone
    }

    /// Takes a title away with all its episodes.
    pub fn remove(&mut self, gone: Gone) {
        self.titles.retain(|title| (title.kind, title.id) != (gone.kind, gone.id));
        self.gone.push(gone);
    }

    /// Returns the title with this kind and id.
    #[must_use]
    pub fn title(&self, kind: Kind, id: u64) -> Option<&Title> {
        self.titles.iter().find(|title| title.kind == kind && title.id == id)
    }

    /// Returns the title with this kind and id, to change it.
    #[must_use]
    pub fn title_mut(&mut self, kind: Kind, id: u64) -> Option<&mut Title> {
        self.titles.iter_mut().find(|title| title.kind == kind && title.id == id)
    }

    /// Adds a title.
    pub fn add(&mut self, title: Title) {
        self.titles.push(title);
    }

    /// Returns an episode and the series it belongs to.
    #[must_use]
    pub fn episode(&self, id: u64) -> Option<(&Title, &Episode)> {
        self.titles.iter().find_map(|title| {
            title.episodes.iter().find(|episode| episode.id == id).map(|episode| (title, episode))
        })
    }

    /// Returns what a search finds, best first: exact names, then names that begin with the query,
    /// then those that contain all its words. A repeated title appears twice.
    #[must_use]
    pub fn search(&self, query: &str, kind: Option<Kind>) -> Vec<&Title> {
        let query = query.trim().to_lowercase();
        let mut found: Vec<(u8, &Title)> = self
            .titles
            .iter()
            .filter(|title| kind.is_none_or(|kind| title.kind == kind))
            .filter_map(|title| Some((rank(title, &query)?, title)))
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        let twice = |title: &Title| 1 + usize::from(title.looseness == Looseness::Repeated);
        found.iter().flat_map(|(_, title)| std::iter::repeat_n(*title, twice(title))).collect()
    }
}

impl Title {
    /// Returns the identifier search results carry, as in `series-81189`.
    #[must_use]
    pub fn prefixed_id(&self) -> String {
        format!("{}-{}", self.kind.word(), self.id)
    }

    /// Returns every name the title is known by.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let translated = self.translations.values().filter_map(|text| text.name.as_deref());
        std::iter::once(self.name.as_str())
            .chain(translated)
            .chain(self.aliases.iter().map(String::as_str))
    }
}

/// Returns how well a title fits, smaller is better, or `None` if it does not.
fn rank(title: &Title, query: &str) -> Option<u8> {
    title.names().filter_map(|name| rank_name(&name.to_lowercase(), query)).min()
}

fn rank_name(name: &str, query: &str) -> Option<u8> {
    if name == query {
        return Some(0);
    }
    if name.starts_with(query) {
        return Some(1);
    }
    query.split_whitespace().all(|word| name.contains(word)).then_some(2)
}

#[cfg(test)]
mod tests;
