//! Which entries of which lists stand on which page: the lists follow each other, and a page has room for
//! a number of lines.

use crate::custom_id::{Goal, SECTIONS};
use lumina_plugin_api::services::lists::{Profile, Section};

/// The longest line has about 380 characters: a name, an address, an episode, and that TheTVDB took others away. An
/// embed's text has 4,096.
pub(crate) const LINES_PER_PAGE: u32 = 10;

/// A part of a list that stands on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) section: Section,
    pub(crate) offset: u32,
    pub(crate) limit: u32,
}

/// How long the lists are, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lengths([u32; 3]);

impl Lengths {
    /// Reads them from a profile.
    pub(crate) fn of(profile: &Profile) -> Self {
        Self([profile.in_progress.n_total, profile.favorites.n_total, profile.watched.n_total])
    }

    /// Returns each list that is not empty, the key of its name, and its length.
    pub(crate) fn filled(self) -> impl Iterator<Item = (Section, &'static str, u32)> {
        let all = SECTIONS.iter().zip(self.0).map(|((section, key), n)| (*section, *key, n));
        all.filter(|(_, _, n)| *n > 0)
    }

    /// Returns how many pages there are, one at least.
    pub(crate) fn n_pages(self) -> u32 {
        self.total().div_ceil(LINES_PER_PAGE).max(1)
    }

    /// Returns the page that `goal` leads to; past the end it is the last one.
    pub(crate) fn page(self, goal: Goal) -> u32 {
        let page_index = match goal {
            Goal::Page(page_index) => page_index,
            Goal::List(wanted) => {
                let before = SECTIONS.iter().zip(self.0).take_while(|((one, _), _)| *one != wanted);
                before.fold(0, |sum: u32, (_, n)| sum.saturating_add(n)) / LINES_PER_PAGE
            }
        };
        page_index.min(self.n_pages() - 1)
    }

    /// Returns what stands on a page.
    pub(crate) fn parts(self, page_index: u32) -> Vec<Part> {
        let begin = page_index.saturating_mul(LINES_PER_PAGE);
        let end = begin.saturating_add(LINES_PER_PAGE);
        let mut list_begin = 0_u32;
        let parts = SECTIONS.iter().zip(self.0).filter_map(|((section, _), n)| {
            let list_end = list_begin.saturating_add(n);
            let (from, to) = (begin.max(list_begin), end.min(list_end));
            let offset = from.saturating_sub(list_begin);
            list_begin = list_end;
            (from < to).then(|| Part { section: *section, offset, limit: to - from })
        });
        parts.collect()
    }

    fn total(self) -> u32 {
        self.0.iter().fold(0, |sum: u32, n| sum.saturating_add(*n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_stands_on_exactly_one_page() {
        for lengths in [[0, 0, 0], [1, 0, 0], [10, 0, 0], [9, 2, 0], [3, 40, 700], [0, 0, 11]] {
            let lengths = Lengths(lengths);
            let mut seen = [0; 3];
            for page_index in 0..lengths.n_pages() {
                let parts = lengths.parts(page_index);
                assert!(parts.iter().map(|part| part.limit).sum::<u32>() <= LINES_PER_PAGE);
                for part in parts {
                    let list = SECTIONS.iter().position(|(one, _)| *one == part.section).unwrap();
                    assert_eq!(part.offset, seen[list]);
                    seen[list] += part.limit;
                }
            }
            assert_eq!(seen, lengths.0);
        }
    }

    #[test]
    fn a_list_is_found_where_it_begins_and_a_page_past_the_end_is_the_last() {
        let lengths = Lengths([3, 40, 700]);
        assert_eq!(lengths.page(Goal::List(Section::InProgress)), 0);
        assert_eq!(lengths.page(Goal::List(Section::Favorites)), 0);
        assert_eq!(lengths.page(Goal::List(Section::Watched)), 4);
        assert_eq!(lengths.page(Goal::Page(u32::MAX)), 74);
        assert_eq!(Lengths([0, 0, 0]).page(Goal::Page(1)), 0);
    }
}
