//! The menu of the other results: a page of titles, with ways to the next and to the one before.

use crate::{
    custom_id::{Browse, Pick},
    shorten, views,
};
use lumina_plugin_api::{prelude::*, services::catalogue::Title};
use std::ops::Range;

/// Discord takes no more options in a menu.
const OPTIONS_MAX: usize = 25;
/// Discord takes no longer labels and descriptions.
const LINE_CHARS_MAX: usize = 100;

/// Returns the menu of all `titles` but the one shown; none if there is no other.
pub(crate) fn of(browse: &Browse, titles: &[Title]) -> Option<Select> {
    let others: Vec<&Title> = titles.iter().filter(|title| title.id != browse.shown).collect();
    if others.is_empty() {
        return None;
    }
    let page_index = browse.page_index.min(last_page(others.len()));
    let range = page(page_index, others.len());
    let n_left = others.len() - range.end;
    let back = (page_index > 0).then(back);
    let more = (n_left > 0).then(|| more(n_left));
    let options = others[range].iter().map(|title| option(title));
    let options = back.into_iter().chain(options).chain(more).collect();
    let action = Browse { page_index, ..browse.clone() }.action();
    Some(Select::options(options, action).placeholder(Text::key("menu-placeholder")))
}

fn option(title: &Title) -> SelectOption {
    let label = Text::outside(shorten::name(title, LINE_CHARS_MAX));
    SelectOption::new(label, Pick::Title(title.id).value())
        .description(description(title))
        .emoji(views::emoji(title.id.kind))
}

fn description(title: &Title) -> Text {
    let overview = views::overview_of(title).map(|overview| overview.text).unwrap_or_default();
    let year = title.year.map(|year| year.to_string());
    let parts: Vec<&str> =
        year.as_deref().into_iter().chain([overview]).filter(|part| !part.is_empty()).collect();
    Text::outside(shorten::one_line(&parts.join(" · "), LINE_CHARS_MAX))
}

fn back() -> SelectOption {
    SelectOption::new(Text::key("menu-back"), Pick::Back.value()).emoji("⬅️")
}

fn more(n_left: usize) -> SelectOption {
    SelectOption::new(Text::key("menu-more"), Pick::More.value())
        .description(Text::key("menu-more-left").arg("count", n_left))
        .emoji("➡️")
}

/// The positions on a page. The first gives one option to the way on, the last one to the way back,
/// those between give two.
fn page(page_index: usize, n_titles: usize) -> Range<usize> {
    if n_titles <= OPTIONS_MAX {
        return 0..n_titles;
    }
    let start = match page_index {
        0 => 0,
        _ => (OPTIONS_MAX - 1) + (page_index - 1) * (OPTIONS_MAX - 2),
    };
    let room = if page_index == 0 || page_index == last_page(n_titles) {
        OPTIONS_MAX - 1
    } else {
        OPTIONS_MAX - 2
    };
    start..(start + room).min(n_titles)
}

fn last_page(n_titles: usize) -> usize {
    let both_ends = 2 * (OPTIONS_MAX - 1);
    match n_titles {
        0..=OPTIONS_MAX => 0,
        _ => 1 + n_titles.saturating_sub(both_ends).div_ceil(OPTIONS_MAX - 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_title_stands_on_exactly_one_page_and_no_page_is_too_full() {
        for n_titles in 1..=200 {
            let last = last_page(n_titles);
            let mut next = 0;
            for page_index in 0..=last {
                let range = page(page_index, n_titles);
                assert_eq!(range.start, next, "{n_titles}");
                assert!(!range.is_empty(), "{n_titles}");
                next = range.end;
                let ways = usize::from(page_index > 0) + usize::from(page_index < last);
                assert!(range.len() + ways <= OPTIONS_MAX, "{n_titles}");
            }
            assert_eq!(next, n_titles);
        }
    }

    #[test]
    fn a_page_is_begun_only_when_the_one_before_is_full() {
        for (n_titles, pages) in [(25, 1), (26, 2), (48, 2), (49, 3), (71, 3), (72, 4)] {
            assert_eq!(last_page(n_titles) + 1, pages, "{n_titles}");
        }
    }
}
