//! What the components of a message carry, and what their handlers mean. Whoever presses may have changed
//! both: nothing here is trusted further than any other input of a user.
//!
//! All components of a message carry the same: what the message shows. What a press wants is the name
//! of its handler.

use lumina_plugin_api::{
    prelude::*,
    services::{
        catalogue::{MediaId, MediaKind},
        lists::{EpisodeId, Intent, SeriesId, UNDO_FOR_MS, UndoId},
    },
};
use serde::{Deserialize, Serialize};

const MORE: &str = "more";
const BACK: &str = "back";
/// A moment in a custom id is counted in seconds, to be short.
const SECOND_MS: i64 = 1_000;

/// The room for a state in a custom id: a hundred, without all that stands before it where the name of the
/// handler is longest. What is longer the host keeps, and it keeps a bounded number.
const STATE_CHARS_MAX: usize = 69;

/// What a message shows. Names are short, because all of it travels in custom ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shown {
    /// What was searched for; empty if the title was named by its number.
    #[serde(rename = "q", default, skip_serializing_if = "String::is_empty")]
    pub(crate) query: String,
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<MediaKind>,
    /// The page of the menu of other results.
    #[serde(rename = "p", default, skip_serializing_if = "is_first")]
    pub(crate) page_index: usize,
    #[serde(rename = "s")]
    pub(crate) title: MediaId,
    /// Where in the series one looks; none: at the title as a whole.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Place>,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub(crate) offer: Option<Offer>,
}

/// An episode, and the pages of the two menus above it where they have several. Written as a list of its
/// numbers without the empty ones at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<Option<u64>>", try_from = "Vec<Option<u64>>")]
pub(crate) struct Place {
    pub(crate) season: u32,
    pub(crate) episode: EpisodeId,
    pub(crate) seasons_page: Option<usize>,
    pub(crate) episodes_page: Option<usize>,
}

/// What can be taken back. Written as a list of its numbers, of which the last two may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<u64>", try_from = "Vec<u64>")]
pub(crate) struct Offer {
    pub(crate) undo: UndoId,
    /// Until when, in seconds since 1970.
    until_s: i64,
    /// What it was done to.
    pub(crate) changed: Changed,
}

/// What a change was made to that can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changed {
    Title,
    Season(u32),
    /// An episode of a season.
    Episode(u32, EpisodeId),
}

fn is_first(page_index: &usize) -> bool {
    *page_index == 0
}

impl Shown {
    /// Shows a title that nothing was searched for.
    pub(crate) fn alone(title: MediaId) -> Self {
        Self { query: String::new(), kind: None, page_index: 0, title, place: None, offer: None }
    }

    /// Returns the action of a component below the message. Inside a series, where every step shows another
    /// place, what was searched for goes along only if there is room: else each look would have to be kept.
    pub(crate) fn action(&self, handler: Handler) -> Action {
        let action = Action::new(handler.name(), self);
        if self.place.is_none() || action.state.chars().count() <= STATE_CHARS_MAX {
            return action;
        }
        let found_alone = Self { place: self.place, offer: self.offer, ..Self::alone(self.title) };
        Action::new(handler.name(), &found_alone)
    }

    /// Returns what is shown after `pick` in the menu of other results.
    pub(crate) fn after(mut self, pick: Pick<MediaId>) -> Self {
        match pick {
            Pick::Item(id) => (self.title, self.offer) = (id, None),
            Pick::More => self.page_index = self.page_index.saturating_add(1),
            Pick::Back => self.page_index = self.page_index.saturating_sub(1),
        }
        self
    }

    /// Returns the series that is shown.
    ///
    /// # Errors
    /// [`ErrorKind::Outdated`] for movies: their messages carry no such component.
    pub(crate) fn series(&self) -> Result<SeriesId> {
        SeriesId::try_from(self.title).map_err(|error| outdated(error.to_string()))
    }

    /// Returns where in the series one looks.
    ///
    /// # Errors
    /// [`ErrorKind::Outdated`] where the whole title is shown.
    pub(crate) fn place(&self) -> Result<Place> {
        self.place.ok_or_else(|| outdated("no place in the series".to_owned()))
    }
}

impl Place {
    /// Looks at an episode.
    pub(crate) fn at(season: u32, episode: EpisodeId) -> Self {
        Self { season, episode, seasons_page: None, episodes_page: None }
    }
}

impl From<Place> for Vec<Option<u64>> {
    fn from(place: Place) -> Self {
        let page = |page_index: Option<usize>| page_index.and_then(|n| u64::try_from(n).ok());
        let (season, episode) = (Some(u64::from(place.season)), Some(place.episode.0));
        let mut numbers =
            vec![season, episode, page(place.seasons_page), page(place.episodes_page)];
        while numbers.last().is_some_and(Option::is_none) {
            numbers.pop();
        }
        numbers
    }
}

impl TryFrom<Vec<Option<u64>>> for Place {
    type Error = &'static str;

    fn try_from(numbers: Vec<Option<u64>>) -> Result<Self, &'static str> {
        let number = |index: usize| numbers.get(index).copied().flatten();
        let page = |index| number(index).and_then(|n| usize::try_from(n).ok());
        let season = number(0).and_then(|n| u32::try_from(n).ok()).ok_or("no season")?;
        let episode = EpisodeId(number(1).ok_or("no episode")?);
        Ok(Self { season, episode, seasons_page: page(2), episodes_page: page(3) })
    }
}

impl Offer {
    /// Offers to take back what was done at `now_ms`.
    pub(crate) fn new(undo: UndoId, now_ms: i64, changed: Changed) -> Self {
        let until_s = now_ms.saturating_add_unsigned(UNDO_FOR_MS) / SECOND_MS;
        Self { undo, until_s, changed }
    }

    /// Returns whether it can still be taken back at `now_ms`.
    pub(crate) fn is_open(self, now_ms: i64) -> bool {
        now_ms / SECOND_MS < self.until_s
    }
}

impl From<Offer> for Vec<u64> {
    fn from(offer: Offer) -> Self {
        let until_s = u64::try_from(offer.until_s).unwrap_or(0);
        let (season, episode) = match offer.changed {
            Changed::Title => (None, None),
            Changed::Season(season) => (Some(season.into()), None),
            Changed::Episode(season, episode) => (Some(season.into()), Some(episode.0)),
        };
        [offer.undo.0, until_s].into_iter().chain(season).chain(episode).collect()
    }
}

impl TryFrom<Vec<u64>> for Offer {
    type Error = &'static str;

    fn try_from(numbers: Vec<u64>) -> Result<Self, &'static str> {
        let [undo, until_s, ref of @ ..] = numbers[..] else { return Err("no offer") };
        let until_s = i64::try_from(until_s).map_err(|_| "no moment")?;
        let season = of.first().map(|season| u32::try_from(*season).map_err(|_| "no season"));
        let changed = match (season.transpose()?, of.get(1)) {
            (None, _) => Changed::Title,
            (Some(season), None) => Changed::Season(season),
            (Some(season), Some(episode)) => Changed::Episode(season, EpisodeId(*episode)),
        };
        Ok(Self { undo: UndoId(undo), until_s, changed })
    }
}

/// What a press wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handler {
    /// Another result.
    Results,
    /// A mark on the title.
    Title(Intent),
    /// The episodes.
    Episodes,
    /// Another season.
    Season,
    /// Another episode.
    Episode,
    /// A mark on the season.
    MarkSeason(Intent),
    /// A mark on the episode.
    MarkEpisode(Intent),
    /// The episode before.
    Previous,
    /// The episode after.
    Next,
    /// The title as a whole again.
    Whole,
    /// What was done shall be taken back.
    Undo,
}

const HANDLERS: [(&str, Handler); 18] = [
    ("results", Handler::Results),
    ("watch", Handler::Title(Intent::Watched)),
    ("unwatch", Handler::Title(Intent::Unwatched)),
    ("love", Handler::Title(Intent::Favorite)),
    ("unlove", Handler::Title(Intent::Unfavorite)),
    ("episodes", Handler::Episodes),
    ("season", Handler::Season),
    ("episode", Handler::Episode),
    ("s-watch", Handler::MarkSeason(Intent::Watched)),
    ("s-unwatch", Handler::MarkSeason(Intent::Unwatched)),
    ("e-watch", Handler::MarkEpisode(Intent::Watched)),
    ("e-unwatch", Handler::MarkEpisode(Intent::Unwatched)),
    ("e-love", Handler::MarkEpisode(Intent::Favorite)),
    ("e-unlove", Handler::MarkEpisode(Intent::Unfavorite)),
    ("previous", Handler::Previous),
    ("next", Handler::Next),
    ("whole", Handler::Whole),
    ("undo", Handler::Undo),
];

impl Handler {
    fn name(self) -> &'static str {
        let mut handlers = HANDLERS.iter();
        handlers.find(|(_, handler)| *handler == self).map_or("", |(name, _)| name)
    }

    /// Reads the name of a handler.
    ///
    /// # Errors
    /// [`ErrorKind::Outdated`] if this version has none of that name.
    pub(crate) fn of(name: &str) -> Result<Self> {
        let found = HANDLERS.iter().find(|(known, _)| *known == name);
        found.map(|(_, handler)| *handler).ok_or_else(|| outdated(format!("handler `{name}`")))
    }
}

/// What an option of a menu means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick<T> {
    /// Show this.
    Item(T),
    /// Show the next page of the menu.
    More,
    /// Show the page before.
    Back,
}

impl<T: std::fmt::Display> Pick<T> {
    /// Returns the value of the option.
    pub(crate) fn value(self) -> String {
        match self {
            Pick::Item(item) => item.to_string(),
            Pick::More => MORE.to_owned(),
            Pick::Back => BACK.to_owned(),
        }
    }
}

impl<T: std::str::FromStr> Pick<T> {
    /// Reads what was chosen in a menu.
    ///
    /// # Errors
    /// [`ErrorKind::Outdated`] if no option of this version has such a value.
    pub(crate) fn of(press: &ComponentPress) -> Result<Self> {
        match press.values.first().map_or("", String::as_str) {
            MORE => Ok(Pick::More),
            BACK => Ok(Pick::Back),
            value => {
                value.parse().map(Pick::Item).map_err(|_| outdated(format!("option `{value}`")))
            }
        }
    }
}

fn outdated(detail: String) -> Error {
    Error::new(ErrorKind::Outdated).detail(detail)
}

#[cfg(test)]
mod tests;
