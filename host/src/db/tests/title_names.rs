//! Which stored titles a name finds.

use super::*;
use crate::{
    db::title_names::LOOKED_AT_MAX,
    tvdb::{MediaKind, Movie, MovieId, SEARCH_LIMIT_MAX, Search, Title, TitleId, Translation},
};

fn titled(id: u64, name: &str) -> Movie {
    let id = TitleId::Movie(MovieId(id));
    let title = Title { id, name: name.to_owned(), ..lists::series().title };
    Movie { title, released: None, runtime_minutes: None }
}

fn by(text: &str) -> Search {
    Search { text: text.to_owned(), kind: None, limit: SEARCH_LIMIT_MAX }
}

async fn found(bench: &Bench, search: Search) -> Vec<u64> {
    let found = bench.db.titles_named(search).await.expect("readable");
    found.into_iter().map(|named| named.id.number()).collect()
}

#[tokio::test]
async fn a_part_of_any_name_finds_a_title_whatever_its_case_and_signs() {
    let bench = Bench::start().await;
    for (id, name) in [
        (2, "The Long Dune Walk"),
        (3, "Walk the Dune"),
        (4, "Dune Harbor"),
        (5, "100% Wolf"),
        (6, "100 Wolves"),
        (7, "snake_case"),
        (8, "snakeXcase"),
        (9, "[REC] *?"),
        (10, "ÉLÉONORE"),
        (11, "Дюна"),
        (12, "砂の惑星"),
        (13, "Straße"),
    ] {
        bench.db.store_movie(&titled(id, name), NOW).await.expect("kept");
    }
    let mut movie = titled(14, "Kumo");
    let name = Some("Nuage \"noir\"".to_owned());
    movie.title.english_name = Some("Black Cloud".to_owned());
    movie.title.translations = vec![Translation { language: "fr", name, overview: None }];
    bench.db.store_movie(&movie, NOW).await.expect("kept");
    // The series has the number 1 and the name "Dune".
    bench.db.store_series(&lists::series(), NOW).await.expect("kept");
    for (text, expected) in [
        ("dune", &[1, 4, 3, 2][..]),
        (" DUNE   h", &[4]),
        ("0%", &[5]),
        ("100 w", &[6]),
        ("e_c", &[7]),
        ("[rec] *?", &[9]),
        ("*", &[9]),
        ("éléo", &[10]),
        ("дЮН", &[11]),
        ("惑星", &[12]),
        ("STRAß", &[13]),
        ("black", &[14]),
        ("nuage \"NOIR\"", &[14]),
        ("fr", &[]),
        ("a-z", &[]),
        ("  ", &[]),
    ] {
        assert_eq!(found(&bench, by(text)).await, expected, "{text}");
    }
    let movies = Search { kind: Some(MediaKind::Movie), limit: 2, ..by("dune") };
    assert_eq!(found(&bench, movies).await, [4, 3]);
}

#[tokio::test]
async fn what_thetvdb_has_no_longer_and_what_has_only_a_number_is_not_found() {
    let bench = Bench::start().await;
    for id in [2, 3] {
        bench.db.store_movie(&titled(id, "Dune"), NOW).await.expect("kept");
    }
    bench.db.note_gone(TitleId::Movie(MovieId(2))).await.expect("noted");
    bench.db.change_once("INSERT INTO movies (movie_id, is_outdated) VALUES (4, 1)").await;
    let named = bench.db.titles_named(by("dune")).await.expect("readable");
    assert_eq!(named.len(), 1);
    assert_eq!((named[0].id.number(), named[0].checked), (3, NOW));
    assert_eq!(named[0].title.name.as_deref(), Some("Dune"));
}

#[tokio::test]
async fn of_very_many_titles_those_with_the_highest_numbers_are_looked_at() {
    let bench = Bench::start().await;
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= ?)
         INSERT INTO movies (movie_id, name, local_names, fetched_at_ms)
         SELECT i, CASE WHEN i < 3 THEN 'Dune' ELSE 'Some other name' END, '{\"fr\":\"Un autre nom\"}', 1
         FROM n";
    sqlx::query(sql).bind(LOOKED_AT_MAX).execute(&bench.db.pool).await.expect("filled");
    assert_eq!(found(&bench, by("dune")).await, [2]);
    assert_eq!(found(&bench, by("name")).await.len(), SEARCH_LIMIT_MAX as usize);
}
