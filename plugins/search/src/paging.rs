//! Menus of any length: a page of options, with ways to the next page and to the one before.

use crate::custom_id::Pick;
use lumina_plugin_api::prelude::*;
use std::ops::Range;

/// Discord takes no more options in a menu.
const OPTIONS_MAX: usize = 25;
/// Discord takes no longer labels and descriptions.
pub(crate) const LINE_CHARS_MAX: usize = 100;

/// The keys of what the ways to other pages are called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ways {
    /// To the page before.
    pub(crate) back: &'static str,
    /// To the page after.
    pub(crate) more: &'static str,
    /// What is still to come: `$count`.
    pub(crate) left: &'static str,
}

/// Returns the page to show: `wanted`, the last one at most, or else the one with item `index`; none
/// where a single page holds everything.
pub(crate) fn settled(wanted: Option<usize>, index: usize, n_items: usize) -> Option<usize> {
    let page_index = wanted.unwrap_or_else(|| page_of(index)).min(last_page(n_items));
    (n_items > OPTIONS_MAX).then_some(page_index)
}

/// Returns the options of a page of `items`, which is the last one at most.
pub(crate) fn options<T>(
    items: &[T],
    page_index: usize,
    ways: Ways,
    option: impl Fn(&T) -> SelectOption,
) -> Vec<SelectOption> {
    let page_index = page_index.min(last_page(items.len()));
    let range = page(page_index, items.len());
    let n_left = items.len() - range.end;
    let back = (page_index > 0)
        .then(|| SelectOption::new(Text::key(ways.back), Pick::<u64>::Back.value()).emoji("⬅️"));
    let more = (n_left > 0).then(|| {
        SelectOption::new(Text::key(ways.more), Pick::<u64>::More.value())
            .description(Text::key(ways.left).arg("count", n_left))
            .emoji("➡️")
    });
    back.into_iter().chain(items[range].iter().map(option)).chain(more).collect()
}

/// The positions on a page. The first gives one option to the way on, the last one to the way back,
/// those between give two.
fn page(page_index: usize, n_items: usize) -> Range<usize> {
    if n_items <= OPTIONS_MAX {
        return 0..n_items;
    }
    let start = match page_index {
        0 => 0,
        _ => (OPTIONS_MAX - 1) + (page_index - 1) * (OPTIONS_MAX - 2),
    };
    let room = if page_index == 0 || page_index == last_page(n_items) {
        OPTIONS_MAX - 1
    } else {
        OPTIONS_MAX - 2
    };
    start..(start + room).min(n_items)
}

fn page_of(index: usize) -> usize {
    match index.checked_sub(OPTIONS_MAX - 1) {
        None => 0,
        Some(behind_first) => 1 + behind_first / (OPTIONS_MAX - 2),
    }
}

fn last_page(n_items: usize) -> usize {
    let both_ends = 2 * (OPTIONS_MAX - 1);
    match n_items {
        0..=OPTIONS_MAX => 0,
        _ => 1 + n_items.saturating_sub(both_ends).div_ceil(OPTIONS_MAX - 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_stands_on_exactly_one_page_and_no_page_is_too_full() {
        for n_items in 1..=200 {
            let last = last_page(n_items);
            let mut next = 0;
            for page_index in 0..=last {
                let range = page(page_index, n_items);
                assert_eq!(range.start, next, "{n_items}");
                assert!(!range.is_empty(), "{n_items}");
                next = range.end;
                let ways = usize::from(page_index > 0) + usize::from(page_index < last);
                assert!(range.len() + ways <= OPTIONS_MAX, "{n_items}");
            }
            assert_eq!(next, n_items);
        }
    }

    #[test]
    fn a_page_is_begun_only_when_the_one_before_is_full() {
        for (n_items, pages) in [(25, 1), (26, 2), (48, 2), (49, 3), (71, 3), (72, 4)] {
            assert_eq!(last_page(n_items) + 1, pages, "{n_items}");
        }
    }

    #[test]
    fn what_is_shown_stands_on_the_page_that_is_shown_unless_another_is_wanted() {
        for n_items in 1..=200 {
            for index in 0..n_items {
                let page_index = settled(None, index, n_items);
                assert_eq!(page_index.is_some(), n_items > OPTIONS_MAX);
                assert!(
                    page(page_index.unwrap_or(0), n_items).contains(&index),
                    "{index}/{n_items}"
                );
            }
        }
        assert_eq!(settled(Some(1), 0, 60), Some(1));
        assert_eq!(settled(Some(usize::MAX), 0, 60), Some(2));
    }
}
