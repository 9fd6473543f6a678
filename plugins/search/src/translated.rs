//! Episodes in the reader's language, with the original name beside.

use lumina_plugin_api::services::{
    catalogue::{EpisodeText, Title},
    lists::{EpisodeDetail, Season},
};

/// Returns in which language the episodes of `title` are worth asking for: in the reader's, if the title
/// was translated into it, or else in English, if that is not its own.
pub(crate) fn language_of<'a>(title: &Title, locale: &'a str) -> Option<&'a str> {
    let is_other = |name: &Option<String>| name.as_ref().is_some_and(|name| *name != title.name);
    let is_local = title.local_name.is_some() || title.local_overview.is_some();
    match (is_local, is_other(&title.local_name), is_other(&title.english_name)) {
        (true, true, _) => Some(locale),
        (false, _, true) => Some("en"),
        _ => None,
    }
}

/// Puts the translated name beside the original one, and the translated overview in the place of the
/// original.
pub(crate) fn translate(text: &EpisodeText, season: &mut Season, detail: &mut EpisodeDetail) {
    let listed = season.episodes.iter_mut().find(|episode| episode.id == text.id);
    if let Some(episode) = listed {
        episode.name = both(episode.name.take(), text.name.as_deref());
    }
    if detail.episode.id == text.id {
        detail.episode.name = both(detail.episode.name.take(), text.name.as_deref());
        detail.overview = text.overview.clone().or(detail.overview.take());
    }
}

fn both(own: Option<String>, translated: Option<&str>) -> Option<String> {
    let translated = translated.map(str::trim).filter(|name| !name.is_empty());
    match (own, translated) {
        (Some(own), Some(translated)) if own != translated => Some(format!("{own} ({translated})")),
        (None, Some(translated)) => Some(translated.to_owned()),
        (own, _) => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina_plugin_api::services::catalogue::{MediaId, MediaKind};

    #[test]
    fn only_a_language_that_the_title_was_translated_into_is_asked_for() {
        let check = |local: Option<&str>, english: Option<&str>, expected: Option<&str>| {
            let mut title = Title::new(MediaId::new(MediaKind::Series, 1), "Dark", "");
            title.local_name = local.map(str::to_owned);
            title.english_name = english.map(str::to_owned);
            assert_eq!(language_of(&title, "fr"), expected, "{local:?} {english:?}");
        };
        check(None, None, None);
        check(None, Some("Dark"), None);
        check(None, Some("Darkness"), Some("en"));
        check(Some("Sombre"), Some("Dark"), Some("fr"));
        check(Some("Dark"), Some("Darkness"), None);
    }

    #[test]
    fn both_names_are_shown_where_they_differ() {
        for (own, translated, expected) in [
            (Some("Rain"), Some("Pluie"), Some("Rain (Pluie)")),
            (Some("Rain"), Some("Rain"), Some("Rain")),
            (Some("Rain"), Some(" "), Some("Rain")),
            (None, Some("Pluie"), Some("Pluie")),
            (None, None, None),
        ] {
            assert_eq!(both(own.map(str::to_owned), translated).as_deref(), expected);
        }
    }
}
