//! Builds titles in few words. Everything that is not said follows from the id, so that the
//! catalogue never changes between two starts.

use super::{Episode, Kind, Looseness, Title, Translation, words};

/// When the oldest record was changed: 2026-01-01T00:00:00Z.
pub(super) const UPDATED_FIRST: i64 = 1_767_225_600;

/// Ids of episodes lie this far apart from one series to the next.
const EPISODE_IDS_PER_SERIES: u64 = 2_000;

/// Days between two episodes.
const DAYS_BETWEEN_EPISODES: i64 = 7;

/// The year whose episodes have not aired, whenever the sandbox is run.
pub(super) const FAR_YEAR: u16 = 2_190;

/// One title in the making.
pub(super) struct Builder {
    title: Title,
}

/// Begins a series with an English name and a made-up overview.
pub(super) fn series(id: u64, name: &str) -> Builder {
    begin(Kind::Series, id, name).status("Ended")
}

/// Begins a movie with an English name and a made-up overview.
pub(super) fn movie(id: u64, name: &str) -> Builder {
    begin(Kind::Movie, id, name).status("Released")
}

/// Begins a title of any kind.
pub(super) fn begin(kind: Kind, id: u64, name: &str) -> Builder {
    let english = Translation { name: Some(name.to_owned()), overview: Some(words::overview(id)) };
    Builder {
        title: Title {
            kind,
            id,
            slug: slug(name, id),
            name: name.to_owned(),
            language: "eng",
            translations: [("eng", english)].into(),
            aliases: Vec::new(),
            year: Some(1990 + u16::try_from(id % 35).unwrap_or(0)),
            status: "Released",
            has_picture: true,
            updated: UPDATED_FIRST + i64::try_from(id % 20_000_000).unwrap_or(0),
            looseness: Looseness::None,
            episodes: Vec::new(),
        },
    }
}

impl Builder {
    /// Sets the year it came out.
    pub(super) fn year(mut self, year: u16) -> Self {
        self.title.year = Some(year);
        self
    }

    /// Sets its status.
    pub(super) fn status(mut self, status: &'static str) -> Self {
        self.title.status = status;
        self
    }

    /// Sets the English overview.
    pub(super) fn overview(mut self, text: impl Into<String>) -> Self {
        self.title.translations.entry("eng").or_default().overview = Some(text.into());
        self
    }

    /// Makes `language` the original one: the name is not English, and English knows nothing.
    pub(super) fn foreign(mut self, language: &'static str, overview: &str) -> Self {
        self.title.language = language;
        let own = Translation {
            name: Some(self.title.name.clone()),
            overview: Some(overview.to_owned()),
        };
        self.title.translations = [(language, own)].into();
        self
    }

    /// Adds an English name beside the original one.
    pub(super) fn english(mut self, name: &str) -> Self {
        self.title.translations.entry("eng").or_default().name = Some(name.to_owned());
        self
    }

    /// Adds a translation.
    pub(super) fn translated(mut self, language: &'static str, name: &str, text: &str) -> Self {
        let translation = Translation { name: Some(name.to_owned()), overview: Some(text.into()) };
        self.title.translations.insert(language, translation);
        self
    }

    /// Adds another name.
    pub(super) fn alias(mut self, name: &str) -> Self {
        self.title.aliases.push(name.to_owned());
        self
    }

    /// Takes every overview away.
    pub(super) fn no_overview(mut self) -> Self {
        self.title.translations.values_mut().for_each(|text| text.overview = None);
        self
    }

    /// Takes the picture away.
    pub(super) fn no_picture(mut self) -> Self {
        self.title.has_picture = false;
        self
    }

    /// Says how its records deviate from the schema.
    pub(super) fn loose(mut self, looseness: Looseness) -> Self {
        self.title.looseness = looseness;
        self
    }

    /// Nothing is out yet, and nothing is dated.
    pub(super) fn unreleased(mut self) -> Self {
        self.title.year = None;
        self.title.status = "Upcoming";
        self
    }

    /// Adds `n` specials as season 0.
    pub(super) fn specials(self, n: u32) -> Self {
        self.season(0, 1..=n)
    }

    /// Adds seasons 1, 2, … with these numbers of episodes.
    pub(super) fn seasons(mut self, sizes: &[u32]) -> Self {
        for (season, size) in (1..).zip(sizes) {
            self = self.season(season, 1..=*size);
        }
        self
    }

    /// Adds one season with episodes of exactly these numbers.
    pub(super) fn season(mut self, season: u32, numbers: impl IntoIterator<Item = u32>) -> Self {
        for number in numbers {
            let episode = self.next_episode(season, Some(number));
            self.title.episodes.push(episode);
        }
        self
    }

    /// Adds two episodes without a number to a season, of which the second has no name either.
    pub(super) fn unnumbered(mut self, season: u32) -> Self {
        for _ in 0..2 {
            let episode = self.next_episode(season, None);
            self.title.episodes.push(episode);
        }
        self.title.episodes.last_mut().expect("two were added").name = None;
        self
    }

    /// Moves the last `n` episodes so far ahead that they never air.
    pub(super) fn last_unaired(mut self, n: usize) -> Self {
        for episode in self.title.episodes.iter_mut().rev().take(n) {
            episode.aired =
                Some(format!("{FAR_YEAR}-03-{:02}", episode.number.unwrap_or(1).min(28)));
        }
        self
    }

    /// Changes every `step`-th episode: no name, no overview, no date.
    pub(super) fn patchy(mut self, step: usize) -> Self {
        for episode in self.title.episodes.iter_mut().step_by(step) {
            (episode.name, episode.overview, episode.aired) = (None, None, None);
        }
        self
    }

    /// Returns the title.
    pub(super) fn build(mut self) -> Title {
        self.title.episodes.sort_by_key(|episode| (episode.season, episode.number));
        self.title
    }

    fn next_episode(&self, season: u32, number: Option<u32>) -> Episode {
        let index = self.title.episodes.len() as u64;
        let id = 1_000_000 + (self.title.id % 1_000_000) * EPISODE_IDS_PER_SERIES + index;
        let before = self.title.episodes.iter().filter(|episode| episode.season > 0).count();
        let year = self.title.year.unwrap_or(FAR_YEAR);
        Episode {
            id,
            season,
            number,
            absolute: if season == 0 { 0 } else { u32::try_from(before + 1).unwrap_or(0) },
            name: Some(words::episode_name(id)),
            overview: Some(words::overview(id)),
            aired: Some(day(year, i64::try_from(index).unwrap_or(0) * DAYS_BETWEEN_EPISODES)),
        }
    }
}

/// Returns a name as it stands in an address.
fn slug(name: &str, id: u64) -> String {
    let mut slug = String::new();
    for letter in name.to_lowercase().chars().take(60) {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            _ if !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
            _ => {}
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() { format!("title-{id}") } else { slug.to_owned() }
}

/// Returns the date `days` after the first of January, every year having 360 days in 12 months.
fn day(year: u16, days: i64) -> String {
    let (year, rest) = (i64::from(year) + days / 360, days % 360);
    // The shortest month has 28; capped, later days never come before earlier ones.
    format!("{year:04}-{:02}-{:02}", 1 + rest / 30, (1 + rest % 30).min(28))
}
