//! What is said above a message after a press, where the message alone does not show it.

use lumina_plugin_api::{
    prelude::*,
    services::lists::{Intent, Marked, SeriesId, Target, Undone},
};

/// Returns what to say after a change; nothing where the button shows it.
pub(crate) fn marked(target: Target, intent: Intent, marked: &Marked) -> Option<Text> {
    let is_watching = matches!(intent, Intent::Watched | Intent::Unwatched);
    let is_many = is_watching
        && SeriesId::try_from(target.title()).is_ok()
        && !matches!(target, Target::Episode { .. });
    let key = match intent {
        Intent::Watched if is_many && marked.n_meant == 0 => "nothing-aired",
        Intent::Watched if marked.n_changed == 0 => "watched-already",
        Intent::Unwatched if marked.n_changed == 0 => "unwatched-already",
        Intent::Favorite if marked.n_changed == 0 => "favorite-already",
        Intent::Unfavorite if marked.n_changed == 0 => "unfavorite-already",
        Intent::Favorite => "favorite-added",
        Intent::Unfavorite => "favorite-removed",
        Intent::Watched if is_many => "marked-many",
        Intent::Unwatched if is_many => "unmarked-many",
        // Nobody can say how it stands now, so no button shows it.
        _ if marked.state.is_partial => "done",
        _ => return None,
    };
    let text = Text::key(key);
    Some(if key.ends_with("-many") { text.arg("count", marked.n_changed) } else { text })
}

/// Returns what to say after something was taken back, or could not be.
pub(crate) fn undone(undone: Option<&Undone>) -> Text {
    match undone {
        None => Text::key("undo-over"),
        Some(undone) if undone.n_changed == 0 => Text::key("undo-nothing"),
        Some(undone) => Text::key("undone").arg("count", undone.n_changed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina_plugin_api::services::{
        catalogue::{MediaId, MediaKind},
        lists::TitleState,
    };

    #[test]
    fn an_undo_that_changes_nothing_says_so() {
        let state = TitleState::new(MediaId::new(MediaKind::Series, 7));
        let said = |n_changed| undone(Some(&Undone::new(n_changed, state.clone())));
        assert_eq!(said(0), Text::key("undo-nothing"));
        assert_eq!(said(2), Text::key("undone").arg("count", 2_u32));
        assert_eq!(undone(None), Text::key("undo-over"));
    }
}
