//! The buttons. Each says what it wants and never "the opposite": an old message may be pressed.

use crate::custom_id::{Changed, Handler, Shown};
use lumina_plugin_api::{
    prelude::*,
    services::{
        catalogue::{MediaKind, Title},
        lists::{EpisodeDetail, Intent, SeasonState, TitleState},
    },
};

/// Discord takes 80 characters; the rest is room for what stands before the name.
const UNDO_NAME_CHARS_MAX: usize = 48;
/// Takes something back.
const NO: &str = "❌";

/// Returns the buttons of a title.
pub(crate) fn of_title(shown: &Shown, title: &Title, state: &TitleState) -> Vec<Button> {
    // Of what TheTVDB does not have nothing can be marked any more, only taken off.
    let is_only_marked = state.aired == 0 && state.seen > 0;
    let mut row = vec![
        watched(shown, state.is_watched || is_only_marked, Handler::Title),
        favorite(shown, state.is_favorite, Handler::Title),
    ];
    if shown.title.kind == MediaKind::Series {
        row.push(button(shown, "view-episodes", Handler::Episodes).emoji("📺"));
    }
    row.extend(undo(shown, Some(title)));
    row
}

/// Returns the buttons of an episode: its own, and the way to its neighbors.
pub(crate) fn of_episode(shown: &Shown, detail: &EpisodeDetail) -> [Button; 4] {
    let episode = &detail.episode;
    [
        button(shown, "previous", Handler::Previous)
            .emoji("◀️")
            .disabled(detail.previous.is_none()),
        watched(shown, episode.is_watched, Handler::MarkEpisode),
        favorite(shown, episode.is_favorite, Handler::MarkEpisode),
        button(shown, "next", Handler::Next).emoji("▶️").disabled(detail.next.is_none()),
    ]
}

/// Returns the buttons of a season, and the way back to the title.
pub(crate) fn of_season(shown: &Shown, title: Option<&Title>, season: SeasonState) -> Vec<Button> {
    let mut mark = if season.is_watched() {
        button(shown, "unmark-season", Handler::MarkSeason(Intent::Unwatched)).emoji(NO)
    } else {
        button(shown, "mark-season", Handler::MarkSeason(Intent::Watched))
            .emoji("☑️")
            .disabled(season.n_episodes == 0)
    };
    mark.label = mark.label.arg("season", season.season);
    let mut row = vec![mark, button(shown, "back", Handler::Whole).emoji("↩️")];
    row.extend(undo(shown, title));
    row
}

fn watched(shown: &Shown, is_watched: bool, handler: fn(Intent) -> Handler) -> Button {
    if is_watched {
        button(shown, "unmark-watched", handler(Intent::Unwatched))
            .emoji(NO)
            .style(ButtonStyle::Primary)
    } else {
        button(shown, "mark-watched", handler(Intent::Watched))
            .emoji("✅")
            .style(ButtonStyle::Success)
    }
}

fn favorite(shown: &Shown, is_favorite: bool, handler: fn(Intent) -> Handler) -> Button {
    if is_favorite {
        button(shown, "unfavorite", handler(Intent::Unfavorite)).emoji(NO)
    } else {
        button(shown, "favorite", handler(Intent::Favorite)).emoji("⭐").style(ButtonStyle::Primary)
    }
}

/// Says what would be taken back, wherever in the series one looks by then.
fn undo(shown: &Shown, title: Option<&Title>) -> Option<Button> {
    let offer = shown.offer?;
    let mut button = button(shown, "undo", Handler::Undo).emoji("⏪");
    if let Some(title) = title {
        let name = Text::outside(title.short_name(UNDO_NAME_CHARS_MAX));
        button.label = match offer.changed {
            Changed::Title => Text::key("undo-title"),
            Changed::Season(season) => Text::key("undo-season").arg("season", season),
            Changed::Episode(..) => Text::key("undo-episode"),
        };
        button.label = button.label.arg("title", name);
    }
    Some(button)
}

fn button(shown: &Shown, label: &str, handler: Handler) -> Button {
    Button::new(Text::key(label), shown.action(handler))
}
