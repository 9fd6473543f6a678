//! What the menu below a result carries, and what its options mean. Whoever chooses may have changed
//! both: nothing here is trusted further than any other input of a user.

use lumina_plugin_api::{
    prelude::*,
    services::catalogue::{MediaId, MediaKind},
};
use serde::{Deserialize, Serialize};

/// The handler that the menu names.
const HANDLER: &str = "results";
const MORE: &str = "more";
const BACK: &str = "back";

/// A search, the page of its menu and the title that is shown. Names are short, because all of it
/// travels in a custom id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Browse {
    #[serde(rename = "q")]
    pub(crate) query: String,
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<MediaKind>,
    #[serde(rename = "p", default, skip_serializing_if = "is_first")]
    pub(crate) page_index: usize,
    #[serde(rename = "s")]
    pub(crate) shown: MediaId,
}

fn is_first(page_index: &usize) -> bool {
    *page_index == 0
}

impl Browse {
    /// Returns the action of the menu.
    pub(crate) fn action(&self) -> Action {
        Action::new(HANDLER, self)
    }

    /// Returns the search as it is after `pick`.
    pub(crate) fn after(mut self, pick: Pick) -> Self {
        match pick {
            Pick::Title(id) => self.shown = id,
            Pick::More => self.page_index = self.page_index.saturating_add(1),
            Pick::Back => self.page_index = self.page_index.saturating_sub(1),
        }
        self
    }
}

/// What an option of the menu means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    /// Show this title.
    Title(MediaId),
    /// Show the next page of the menu.
    More,
    /// Show the page before.
    Back,
}

impl Pick {
    /// Returns the value of the option.
    pub(crate) fn value(self) -> String {
        match self {
            Pick::Title(id) => id.to_string(),
            Pick::More => MORE.to_owned(),
            Pick::Back => BACK.to_owned(),
        }
    }

    /// Reads the value of an option.
    ///
    /// # Errors
    /// [`ErrorKind::Outdated`] if no option of this version has it.
    pub(crate) fn of(value: &str) -> Result<Self> {
        match value {
            MORE => Ok(Pick::More),
            BACK => Ok(Pick::Back),
            id => id.parse().map(Pick::Title).map_err(|error| {
                Error::new(ErrorKind::Outdated).detail(format!("option `{value}`: {error}"))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browse(query: &str, kind: Option<MediaKind>, page_index: usize) -> Browse {
        let shown = MediaId::new(MediaKind::Series, 81_189);
        Browse { query: query.into(), kind, page_index, shown }
    }

    #[test]
    fn a_search_is_written_shortly_and_read_again() {
        let cases = [
            (browse("dune", None, 0), r#"{"q":"dune","s":"series-81189"}"#),
            (
                browse("a \"b\"", Some(MediaKind::Movie), 3),
                r#"{"q":"a \"b\"","k":"movie","p":3,"s":"series-81189"}"#,
            ),
        ];
        for (browse, state) in cases {
            assert_eq!(browse.action().state, state);
            assert_eq!(serde_json::from_str::<Browse>(state).unwrap(), browse);
        }
    }

    #[test]
    fn an_option_means_what_its_value_says() {
        let id = MediaId::new(MediaKind::Movie, 1);
        for pick in [Pick::Title(id), Pick::More, Pick::Back] {
            assert_eq!(Pick::of(&pick.value()).unwrap(), pick);
        }
        for value in ["", "less", "1", "person-1"] {
            assert_eq!(Pick::of(value).unwrap_err().kind, ErrorKind::Outdated, "{value}");
        }
    }

    #[test]
    fn pages_end_at_both_ends_of_what_can_be_counted() {
        assert_eq!(browse("", None, 0).after(Pick::Back).page_index, 0);
        assert_eq!(browse("", None, 1).after(Pick::More).page_index, 2);
        assert_eq!(browse("", None, usize::MAX).after(Pick::More).page_index, usize::MAX);
    }
}
