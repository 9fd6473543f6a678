//! What TheTVDB sends, and what we make of it.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn titles(data: Value) -> Vec<Title> {
    let answer = json!({ "status": "success", "data": data }).to_string();
    let envelope: Envelope<List<Found>> = serde_json::from_str(&answer).expect("lenient");
    envelope.data.items.into_iter().filter_map(Found::into_title).collect()
}

fn series(data: Value) -> Option<Series> {
    let answer = json!({ "data": data }).to_string();
    let envelope: Envelope<Record> = serde_json::from_str(&answer).expect("lenient");
    envelope.data.into_series(SeriesId(7))
}

#[test]
fn a_search_result_keeps_the_original_and_the_english_name() {
    let found = titles(json!([{
        "objectID": "series-81189", "type": "series", "id": "series-81189", "tvdb_id": "81189",
        "name": "Das Boot", "slug": "das-boot", "year": "2018", "overview": "Unter Wasser.",
        "image_url": "https://artworks.thetvdb.com/x.jpg",
        "translations": { "eng": "The Boat", "deu": "Das Boot" },
        "overviews": { "eng": "Under water." },
        "a field of tomorrow": [1, 2]
    }]));
    let expected = Title {
        id: TitleId::Series(SeriesId(81189)),
        slug: Some("das-boot".to_owned()),
        name: "Das Boot".to_owned(),
        english_name: Some("The Boat".to_owned()),
        overview: Some("Unter Wasser.".to_owned()),
        english_overview: Some("Under water.".to_owned()),
        translations: Vec::new(),
        image: Some("https://artworks.thetvdb.com/x.jpg".to_owned()),
        year: Some(2018),
    };
    assert_eq!(found, [expected]);
}

#[test]
fn ids_are_read_in_every_form_seen() {
    for id in [json!("series-194031"), json!("194031"), json!(194_031)] {
        let found = titles(json!([{ "type": "series", "id": id, "name": "x" }]));
        assert_eq!(found[0].id.number(), 194_031, "{id}");
    }
    let by_prefix = titles(json!([{ "id": "movie-3" }]));
    assert_eq!(by_prefix[0].id, TitleId::Movie(MovieId(3)));
}

#[test]
fn what_is_neither_film_nor_show_or_has_no_id_is_dropped() {
    let found = titles(json!([
        { "type": "person", "id": "people-5", "name": "x" },
        { "type": "company", "id": "company-5" },
        { "type": "movie", "name": "without id" },
        { "type": "movie", "id": "movie-nonsense" },
        { "type": "hologram", "id": "hologram-1" },
        null, 5, "text", [],
    ]));
    assert_eq!(found, []);
}

#[test]
fn fields_of_any_type_count_as_missing() {
    for odd in [json!(null), json!(""), json!("  "), json!([]), json!({}), json!(true)] {
        let found = titles(json!([{
            "type": "movie", "id": "movie-9", "name": odd, "slug": odd, "overview": odd,
            "image_url": odd, "year": odd, "translations": odd, "overviews": odd,
        }]));
        let title = &found[0];
        assert_eq!(title.name, "movie-9", "{odd}");
        assert_eq!((&title.slug, &title.overview, &title.image), (&None, &None, &None), "{odd}");
        assert_eq!((title.year, &title.english_name), (None, &None), "{odd}");
    }
}

#[test]
fn data_that_is_no_list_is_an_empty_one() {
    for data in [json!(null), json!({}), json!("nothing found"), json!(0)] {
        assert_eq!(titles(data), []);
    }
}

#[test]
fn a_record_finds_its_english_texts_and_ignores_aliases() {
    let record = series(json!({
        "id": "series-7", "name": "進撃の巨人", "slug": "attack-on-titan", "nextAired": "",
        "firstAired": "2013-04-07", "lastAired": null, "originalLanguage": "jpn",
        "status": { "id": 2, "name": "Ended" }, "episodes": null, "seasons": null,
        "translations": {
            "nameTranslations": [
                { "language": "eng", "name": "AoT", "isAlias": true },
                { "language": "eng", "name": "Attack on Titan" },
                null
            ],
            "overviewTranslations": [
                { "language": "jpn", "overview": "巨人がいる。" },
                { "language": "eng", "overview": "There are giants.", "isAlias": null }
            ]
        }
    }));
    let record = record.expect("a series");
    assert_eq!(record.title.english_name.as_deref(), Some("Attack on Titan"));
    assert_eq!(record.title.english_overview.as_deref(), Some("There are giants."));
    assert_eq!(record.title.overview.as_deref(), Some("巨人がいる。"));
    assert_eq!(record.title.year, Some(2013));
    assert_eq!((record.status.as_deref(), record.next_aired), (Some("Ended"), None));
}

#[test]
fn what_there_is_in_french_is_kept_and_other_languages_are_not() {
    let found = titles(json!([
        { "type": "series", "id": "1", "name": "x",
          "translations": { "fra": "Le Bateau", "deu": "Das Boot" }, "overviews": { "fra": "Sous l'eau." } },
        { "type": "series", "id": "2", "name": "x", "translations": { "deu": "Das Boot" } },
    ]));
    let record = series(json!({ "id": 7, "name": "x", "translations": {
        "nameTranslations": [
            { "language": "fra", "name": "Le Rafiot", "isAlias": true },
            { "language": "fra", "name": "Le Bateau" },
            { "language": "deu", "name": "Das Boot" },
        ],
        "overviewTranslations": [{ "language": "fra", "overview": "Sous l'eau." }],
    } }));
    let french = Translation {
        language: "fr",
        name: Some("Le Bateau".to_owned()),
        overview: Some("Sous l'eau.".to_owned()),
    };
    assert_eq!(found[0].translations, std::slice::from_ref(&french));
    assert_eq!(found[1].translations, []);
    assert_eq!(record.expect("a series").title.translations, [french]);
}

#[test]
fn an_english_alias_serves_where_there_is_no_english_name() {
    let record = series(json!({
        "id": 7, "name": "Dune", "aliases": [{ "language": "eng", "name": "The Dune" }],
        "translations": { "nameTranslations": null }
    }));
    assert_eq!(record.expect("a series").title.english_name.as_deref(), Some("The Dune"));
}

#[test]
fn an_empty_record_and_one_of_another_id_are_not_what_was_asked_for() {
    assert_eq!(series(json!(null)), None);
    assert_eq!(series(json!({})), None);
    assert_eq!(series(json!({ "id": 8, "name": "another" })), None);
}

#[test]
fn pictures_and_slugs_that_could_break_a_link_are_dropped() {
    let title = |image: &str, slug: &str| {
        let data = json!([{ "type": "movie", "id": 1, "image_url": image, "slug": slug }]);
        titles(data).remove(0)
    };
    let relative = title("/banners/posters/1.jpg", "it-s");
    let expected = "https://artworks.thetvdb.com/banners/posters/1.jpg";
    assert_eq!(relative.image.as_deref(), Some(expected));
    assert_eq!(relative.slug.as_deref(), Some("it-s"));
    let hostile = title("javascript:alert(1)", "a) [b](https://evil.example");
    assert_eq!((hostile.image, hostile.slug), (None, None));
    for foreign in ["amélie", "進撃", "dune٤"] {
        assert_eq!(title("", foreign).slug, None, "{foreign}");
    }
}

#[test]
fn names_of_any_length_are_bounded_and_kept_whole_up_to_that() {
    let title =
        |n: usize| titles(json!([{ "type": "movie", "id": 1, "name": "é".repeat(n) }])).remove(0);
    assert_eq!(title(400).name.chars().count(), 400);
    assert!(title(1_000_000).name.chars().count() < 20_000);
}

#[test]
fn a_name_is_one_line_and_an_overview_keeps_its_paragraphs() {
    let found = titles(json!([{
        "type": "movie", "id": 1, "name": " Tabs\tand\nnew\r\nlines\u{7} ",
        "translations": { "eng": "\u{0}\u{7}" }, "overview": "One.\n\nTwo.\u{1b}[31m",
    }]));
    assert_eq!(found[0].name, "Tabs and new lines");
    assert_eq!(found[0].english_name, None);
    assert_eq!(found[0].overview.as_deref(), Some("One.\n\nTwo.[31m"));
}

#[test]
fn a_name_of_which_nothing_is_seen_is_none() {
    for name in ["\u{202e}", "\u{200b}\u{feff}", " \u{2066}\u{7}\n", "\u{3164}"] {
        let found = titles(json!([{ "type": "movie", "id": 1, "name": name, "slug": "dune" }]));
        assert_eq!(found[0].name, "dune", "{name:?}");
    }
}

#[test]
fn episodes_need_an_id_and_what_has_no_number_or_no_season_is_kept() {
    let answer = json!({ "data": { "series": null, "episodes": [
        { "id": 1, "seasonNumber": 0, "number": 3, "name": null, "aired": "" },
        { "id": "episode-2", "seasonNumber": "1", "number": 1, "aired": "2024-05-01" },
        { "id": 3, "seasonNumber": 1 },
        { "seasonNumber": 1, "number": 1 },
        { "id": 4, "seasonNumber": null, "number": 0 },
    ] }, "links": { "next": "" } });
    let envelope: Envelope<EpisodesData> = serde_json::from_value(answer).expect("lenient");
    assert_eq!(envelope.links.next, None);
    let wire = envelope.data.episodes.items.into_iter();
    let episodes: Vec<_> = wire.filter_map(WireEpisode::into_episode).collect();
    let shown: Vec<_> = episodes.iter().map(|one| (one.id.0, one.season, one.number)).collect();
    assert_eq!(shown, [(1, 0, Some(3)), (2, 1, Some(1)), (3, 1, None), (4, 0, Some(0))]);
    assert_eq!(episodes[0].aired, None);
    assert_eq!(episodes[1].aired.map(|date| date.to_string()).as_deref(), Some("2024-05-01"));
}

/// The names of fields that are read, so that random JSON meets them.
const FIELDS: &[&str] = &[
    "data",
    "links",
    "next",
    "token",
    "type",
    "id",
    "tvdb_id",
    "name",
    "overview",
    "image_url",
    "slug",
    "year",
    "translations",
    "overviews",
    "eng",
    "aliases",
    "nameTranslations",
    "language",
    "isAlias",
    "episodes",
    "seasonNumber",
    "number",
    "aired",
    "status",
    "first_release",
    "date",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "(series-|movie-)?[0-9]{0,22}".prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        let field = prop::sample::select(FIELDS).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(field, inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_at_all_is_an_error(data in any_json(), links in any_json()) {
        let answer = json!({ "data": data, "links": links }).to_string();
        let found: Envelope<List<Found>> = serde_json::from_str(&answer).expect("lenient");
        for title in found.data.items.into_iter().filter_map(Found::into_title) {
            prop_assert!(!title.name.trim().is_empty() && title.id.number() > 0);
        }
        let record: Envelope<Record> = serde_json::from_str(&answer).expect("lenient");
        let _ = record.data.into_series(SeriesId(7));
        let data: Envelope<EpisodesData> = serde_json::from_str(&answer).expect("lenient");
        data.data.episodes.items.into_iter().for_each(|wire| drop(wire.into_episode()));
        let _: Envelope<Login> = serde_json::from_str(&answer).expect("lenient");
    }

    #[test]
    fn no_text_at_all_is_a_panic(text in ".{0,40}", year in ".{0,8}") {
        let _ = (Date::parse(&text), number_of(&text), year_of(&[Some(&year)]));
        let _ = (safe_slug(text.clone()), picture(text));
    }
}
