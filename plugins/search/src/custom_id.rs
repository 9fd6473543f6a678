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

/// What can be taken back. Written as a list of its numbers, of which the last may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<u64>", try_from = "Vec<u64>")]
pub(crate) struct Offer {
    pub(crate) undo: UndoId,
    /// Until when, in seconds since 1970.
    until_s: i64,
    /// What it was done to; none: to the title as a whole.
    pub(crate) season: Option<u32>,
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
    /// Offers to take back what was done at `now_ms` to `season`, or to the title as a whole.
    pub(crate) fn new(undo: UndoId, now_ms: i64, season: Option<u32>) -> Self {
        let until_s = now_ms.saturating_add_unsigned(UNDO_FOR_MS) / SECOND_MS;
        Self { undo, until_s, season }
    }

    /// Returns whether it can still be taken back at `now_ms`.
    pub(crate) fn is_open(self, now_ms: i64) -> bool {
        now_ms / SECOND_MS < self.until_s
    }
}

impl From<Offer> for Vec<u64> {
    fn from(offer: Offer) -> Self {
        let until_s = u64::try_from(offer.until_s).unwrap_or(0);
        [offer.undo.0, until_s].into_iter().chain(offer.season.map(u64::from)).collect()
    }
}

impl TryFrom<Vec<u64>> for Offer {
    type Error = &'static str;

    fn try_from(numbers: Vec<u64>) -> Result<Self, &'static str> {
        let [undo, until_s, ref season @ ..] = numbers[..] else { return Err("no offer") };
        let until_s = i64::try_from(until_s).map_err(|_| "no moment")?;
        let season = season.first().and_then(|season| u32::try_from(*season).ok());
        Ok(Self { undo: UndoId(undo), until_s, season })
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
mod tests {
    use super::*;
    use lumina_plugin_api::testing::press;

    fn shown(query: &str, kind: Option<MediaKind>, page_index: usize) -> Shown {
        let title = MediaId::new(MediaKind::Series, 81_189);
        Shown { query: query.into(), kind, page_index, ..Shown::alone(title) }
    }

    #[test]
    fn what_is_shown_is_written_shortly_and_read_again() {
        let place = Place { seasons_page: Some(1), ..Place::at(2, EpisodeId(349_232)) };
        let offer = Offer::new(UndoId(12), 1_767_225_600_000, None);
        let menu = Place { episodes_page: Some(3), ..Place::at(0, EpisodeId(7)) };
        let menu = Shown { place: Some(menu), ..shown("", None, 0) };
        let deep = Shown { place: Some(place), offer: Some(offer), ..shown("", None, 0) };
        let season = Offer::new(UndoId(12), 1_767_225_600_000, Some(3));
        let season = Shown { offer: Some(season), ..shown("", None, 0) };
        let cases = [
            (shown("dune", None, 0), r#"{"q":"dune","s":"series-81189"}"#),
            (
                shown("a \"b\"", Some(MediaKind::Movie), 3),
                r#"{"q":"a \"b\"","k":"movie","p":3,"s":"series-81189"}"#,
            ),
            (shown("", None, 0), r#"{"s":"series-81189"}"#),
            (menu, r#"{"s":"series-81189","a":[0,7,null,3]}"#),
            (deep, r#"{"s":"series-81189","a":[2,349232,1],"u":[12,1767226500]}"#),
            (season, r#"{"s":"series-81189","u":[12,1767226500,3]}"#),
        ];
        for (shown, state) in cases {
            assert_eq!(shown.action(Handler::Results).state, state);
            assert_eq!(serde_json::from_str::<Shown>(state).unwrap(), shown);
        }
    }

    #[test]
    fn a_place_without_an_episode_is_none() {
        for place in ["[]", "[1]", "[null,7]", "[-1,7]", "{}"] {
            let state = format!(r#"{{"s":"series-81189","a":{place}}}"#);
            assert!(serde_json::from_str::<Shown>(&state).is_err(), "{place}");
        }
    }

    #[test]
    fn an_episode_fits_into_a_custom_id_and_carries_the_search_if_that_is_short() {
        let place = Place { seasons_page: Some(1), ..Place::at(12, EpisodeId(10_349_232)) };
        let offer = Offer::new(UndoId(1_234_567), 1_767_225_600_000, Some(12));
        let read = |shown: &Shown| {
            let state = shown.action(Handler::MarkEpisode(Intent::Unwatched)).state;
            assert!(state.chars().count() <= STATE_CHARS_MAX, "{state}");
            serde_json::from_str::<Shown>(&state).unwrap()
        };
        let inside = |query: &str| Shown { place: Some(place), ..shown(query, None, 3) };
        let short = Shown { page_index: 0, ..inside("a ledger") };
        assert_eq!(read(&short), short);
        for query in ["the fellowship of the salt ledger", &"l’été ".repeat(30)] {
            assert_eq!(read(&inside(query)), Shown { page_index: 0, ..inside("") });
            let offered = Shown { offer: Some(offer), ..inside(query) };
            assert_eq!(read(&offered).offer, Some(offer));
            // The title as a whole is shown once for each search, not once for each look.
            let whole = shown(query, None, 0);
            let state = whole.action(Handler::Results).state;
            assert_eq!(serde_json::from_str::<Shown>(&state).unwrap(), whole);
        }
    }

    #[test]
    fn every_handler_has_a_name_of_its_own_and_no_other_name_is_one() {
        for (name, handler) in HANDLERS {
            assert_eq!((handler.name(), Handler::of(name).unwrap()), (name, handler));
        }
        assert_eq!(Handler::of("toggle").unwrap_err().kind, ErrorKind::Outdated);
    }

    #[test]
    fn an_option_means_what_its_value_says() {
        let read = |value: &str| Pick::<MediaId>::of(&press("results", &()).value(value).build());
        let id = MediaId::new(MediaKind::Movie, 1);
        for pick in [Pick::Item(id), Pick::More, Pick::Back] {
            assert_eq!(read(&pick.value()).unwrap(), pick);
        }
        for value in ["", "less", "1", "person-1"] {
            assert_eq!(read(value).unwrap_err().kind, ErrorKind::Outdated, "{value}");
        }
    }

    #[test]
    fn pages_end_at_both_ends_of_what_can_be_counted() {
        assert_eq!(shown("", None, 0).after(Pick::Back).page_index, 0);
        assert_eq!(shown("", None, 1).after(Pick::More).page_index, 2);
        assert_eq!(shown("", None, usize::MAX).after(Pick::More).page_index, usize::MAX);
    }

    #[test]
    fn an_offer_is_open_for_a_quarter_of_an_hour() {
        let offer = Offer::new(UndoId(1), 5_000, Some(0));
        assert!(offer.is_open(5_000 + 899_000));
        assert!(!offer.is_open(5_000 + 900_000));
    }
}
