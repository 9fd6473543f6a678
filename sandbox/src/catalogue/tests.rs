//! What the other parts rely on in the catalogue.

use super::*;
use std::collections::BTreeSet;

fn found(query: &str) -> usize {
    Catalogue::invented().search(query, None).len()
}

#[test]
fn ids_and_slugs_are_unique_within_a_kind() {
    let catalogue = Catalogue::invented();
    let ids: BTreeSet<_> = catalogue.titles().iter().map(|t| (t.kind, t.id)).collect();
    let slugs: BTreeSet<_> = catalogue.titles().iter().map(|t| (t.kind, &t.slug)).collect();
    assert_eq!(ids.len(), catalogue.titles().len());
    assert_eq!(slugs.len(), catalogue.titles().len());
    let episodes: Vec<_> =
        catalogue.titles().iter().flat_map(|t| &t.episodes).map(|e| e.id).collect();
    assert_eq!(episodes.iter().collect::<BTreeSet<_>>().len(), episodes.len());
}

#[test]
fn searches_find_one_page_many_pages_and_nothing() {
    assert!(found("dune") > 5);
    assert!(found("harbor") > 30);
    assert_eq!(found("no such title anywhere"), 0);
    assert!(found("HOSTILE") >= 8);
}

#[test]
fn exact_names_come_first() {
    let catalogue = Catalogue::invented();
    assert_eq!(catalogue.search("dune runner", None)[0].id, 10_101);
}

#[test]
fn the_awkward_shapes_are_there() {
    let catalogue = Catalogue::invented();
    let series = |id| catalogue.title(Kind::Series, id).expect("it is in the catalogue");
    assert_eq!(series(81_189).name, "The Salt Ledger");
    assert_eq!(series(400_005).episodes.len(), 1_200);
    assert!(series(400_002).episodes.iter().all(|episode| episode.season == 0));
    let numbers: Vec<_> = series(400_001)
        .episodes
        .iter()
        .filter(|episode| episode.season == 1)
        .filter_map(|episode| episode.number)
        .collect();
    assert_eq!(numbers, [1, 2, 4, 7, 8]);
    let long = catalogue.title(Kind::Movie, 30_003).expect("it is in the catalogue");
    assert_eq!(long.name.chars().count(), 400);
}

#[test]
fn a_poster_is_a_png_and_always_the_same() {
    let poster = picture::poster(7);
    assert!(poster.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(poster, picture::poster(7));
    assert_ne!(poster, picture::poster(8));
}

#[test]
fn episodes_of_a_season_air_in_the_order_of_their_numbers() {
    let catalogue = Catalogue::invented();
    for title in &catalogue.titles {
        let aired: Vec<_> = title
            .episodes
            .iter()
            .filter(|episode| episode.season > 0 && episode.number.is_some())
            .filter_map(|episode| Some((episode.season, episode.aired.as_deref()?)))
            .collect();
        assert!(aired.is_sorted(), "{}: {aired:?}", title.name);
    }
}
