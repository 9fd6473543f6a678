//! Episodes in the reader's language, with the original name beside.

use lumina_plugin_api::services::{
    catalogue::{EpisodeText, Title},
    lists::{EpisodeDetail, Season},
};

/// Returns in which language the episodes of `title` are worth asking for: in the reader's, if there is
/// something of the title in it, or else in English, if there is something in that. Many a title keeps its
/// name in other languages. Of what is the title's own language the host has nothing beside.
pub(crate) fn language_of<'a>(title: &Title, locale: &'a str) -> Option<&'a str> {
    let is_local = title.local_name.is_some() || title.local_overview.is_some();
    let is_english = title.english_name.is_some() || title.english_overview.is_some();
    match (is_local, is_english) {
        (true, _) => Some(locale),
        (false, true) => Some("en"),
        (false, false) => None,
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
    fn a_language_that_the_title_has_something_in_is_asked_for_whatever_its_name_there() {
        let check = |[local, english]: [[Option<&str>; 2]; 2], expected: Option<&str>| {
            let mut title = Title::new(MediaId::new(MediaKind::Series, 1), "Dark", "");
            [title.local_name, title.local_overview] = local.map(|text| text.map(str::to_owned));
            [title.english_name, title.english_overview] =
                english.map(|text| text.map(str::to_owned));
            assert_eq!(language_of(&title, "fr"), expected, "{local:?} {english:?}");
        };
        let (none, dark) = ([None, None], [Some("Dark"), None]);
        check([none, none], None);
        check([none, dark], Some("en"));
        check([none, [None, Some("A cave.")]], Some("en"));
        check([[Some("Sombre"), None], dark], Some("fr"));
        check([dark, [Some("Darkness"), None]], Some("fr"));
        check([[None, Some("Une grotte.")], dark], Some("fr"));
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
