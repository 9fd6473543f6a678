//! The menus: other results, seasons, episodes.

use crate::{
    custom_id::{Handler, Pick, Place, Shown},
    paging::{self, LINE_CHARS_MAX, Ways},
    views,
};
use lumina_plugin_api::{
    prelude::*,
    services::{
        catalogue::Title,
        lists::{Episode, SeasonState},
    },
    text::one_line,
};

const RESULTS: Ways = Ways { back: "menu-back", more: "menu-more", left: "menu-more-left" };
const SEASONS: Ways = Ways { back: "seasons-back", more: "seasons-more", left: "seasons-left" };
const EPISODES: Ways = Ways { back: "episodes-back", more: "episodes-more", left: "episodes-left" };
/// Stands beside what is watched.
const WATCHED: &str = "✅";

/// Returns the menu of all `titles` but the one shown; none if there is no other.
pub(crate) fn results(shown: &Shown, titles: &[Title]) -> Option<Select> {
    let others: Vec<&Title> = titles.iter().filter(|title| title.id != shown.title).collect();
    if others.is_empty() {
        return None;
    }
    let page_index = paging::settled(Some(shown.page_index), 0, others.len()).unwrap_or(0);
    let options = paging::options(&others, page_index, RESULTS, |title| result(title));
    let action = Shown { page_index, ..shown.clone() }.action(Handler::Results);
    Some(Select::options(options, action).placeholder(Text::key("menu-placeholder")))
}

/// Returns the menu of the seasons, on the page that `place` wants.
pub(crate) fn seasons(shown: &Shown, place: Place, seasons: &[SeasonState]) -> Select {
    let page_index = place.seasons_page.unwrap_or(0);
    let options = paging::options(seasons, page_index, SEASONS, |state| season(*state, place));
    let action = shown.action(Handler::Season);
    Select::options(options, action).placeholder(Text::key("seasons-placeholder"))
}

/// Returns the menu of the episodes of a season, on the page that `place` wants.
pub(crate) fn episodes(shown: &Shown, place: Place, episodes: &[Episode]) -> Select {
    let page_index = place.episodes_page.unwrap_or(0);
    let options = paging::options(episodes, page_index, EPISODES, |one| episode(one, place));
    let action = shown.action(Handler::Episode);
    Select::options(options, action).placeholder(Text::key("episodes-placeholder"))
}

fn result(title: &Title) -> SelectOption {
    let label = Text::outside(title.short_name(LINE_CHARS_MAX));
    SelectOption::new(label, Pick::Item(title.id).value())
        .description(description(title))
        .emoji(views::emoji(title.id.kind))
}

fn description(title: &Title) -> Text {
    let overview = views::overview_of(title).map(|overview| overview.text).unwrap_or_default();
    let year = title.year.map(|year| year.to_string());
    let parts: Vec<&str> =
        year.as_deref().into_iter().chain([overview]).filter(|part| !part.is_empty()).collect();
    Text::outside(one_line(&parts.join(" · "), LINE_CHARS_MAX))
}

fn season(state: SeasonState, place: Place) -> SelectOption {
    let label = Text::key("season-name").arg("season", state.season);
    let progress = match state.aired {
        0 if state.n_episodes == 0 => Text::key("unlisted"),
        0 => Text::key("season-unaired"),
        _ => Text::key("season-progress").arg("seen", state.seen).arg("aired", state.aired),
    };
    let option = SelectOption::new(label, Pick::Item(state.season).value())
        .description(progress)
        .selected(state.season == place.season);
    if state.is_watched() { option.emoji(WATCHED) } else { option }
}

fn episode(episode: &Episode, place: Place) -> SelectOption {
    let option = SelectOption::new(
        views::episode_name(episode, LINE_CHARS_MAX),
        Pick::Item(episode.id.0).value(),
    )
    .selected(episode.id == place.episode);
    let option = if episode.is_watched { option.emoji(WATCHED) } else { option };
    match episode {
        Episode { is_gone: true, .. } => option.description(Text::key("unlisted")),
        Episode { is_watched: false, has_aired: false, .. } => {
            option.description(Text::key("episode-unaired"))
        }
        _ => option,
    }
}
