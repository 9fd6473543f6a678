//! What components carry is short, and whatever comes back is read with care.

use super::*;
use lumina_plugin_api::testing::press;

fn shown(query: &str, kind: Option<MediaKind>, page_index: usize) -> Shown {
    let title = MediaId::new(MediaKind::Series, 81_189);
    Shown { query: query.into(), kind, page_index, ..Shown::alone(title) }
}

#[test]
fn what_is_shown_is_written_shortly_and_read_again() {
    let place = Place { seasons_page: Some(1), ..Place::at(2, EpisodeId(349_232)) };
    let offer = Offer::new(UndoId(12), 1_767_225_600_000, Changed::Title);
    let menu = Place { episodes_page: Some(3), ..Place::at(0, EpisodeId(7)) };
    let menu = Shown { place: Some(menu), ..shown("", None, 0) };
    let deep = Shown { place: Some(place), offer: Some(offer), ..shown("", None, 0) };
    let offered = |changed| {
        let offer = Some(Offer::new(UndoId(12), 1_767_225_600_000, changed));
        Shown { offer, ..shown("", None, 0) }
    };
    let season = offered(Changed::Season(3));
    let episode = offered(Changed::Episode(3, EpisodeId(349_232)));
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
        (episode, r#"{"s":"series-81189","u":[12,1767226500,3,349232]}"#),
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
    let offer = Offer::new(UndoId(1_234_567), 1_767_225_600_000, Changed::Season(12));
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
    let offer = Offer::new(UndoId(1), 5_000, Changed::Season(0));
    assert!(offer.is_open(5_000 + 899_000));
    assert!(!offer.is_open(5_000 + 900_000));
}
