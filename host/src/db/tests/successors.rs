//! Whom the marks of an episode go to that TheTVDB lists no more.

use super::{lists::SERIES, *};
use crate::tvdb::{Date, Episode, EpisodeId};

/// An episode of the first season: its id, its number, its name and the day of a month when it aired.
pub(super) type Line = (u64, u32, &'static str, u32);

pub(super) fn listed(lines: &[Line]) -> WholeSeries {
    let mut series = lists::series();
    let like = series.episodes[2].clone();
    let episode = |&(id, number, name, day): &Line| Episode {
        id: EpisodeId(id),
        number: Some(number),
        name: (!name.is_empty()).then(|| name.to_owned()),
        aired: Date::parse(&format!("2020-01-{day:02}")),
        ..like.clone()
    };
    series.episodes = lines.iter().map(episode).collect();
    series
}

async fn watch(db: &Database, id: u64) {
    let press = Press { user: OWNER, list: List::Watched, adds: true, at: NOW };
    db.mark_episode(press, (SERIES, EpisodeId(id)), None).await.expect("marked");
}

async fn watched(db: &Database) -> Vec<u64> {
    let episodes = db.episodes_for(OWNER, SERIES).await.expect("readable");
    let counted = episodes.iter().filter(|one| one.watched.is_some() && !one.is_gone);
    counted.map(|one| one.id.0).collect()
}

/// Watches episode 5, lets TheTVDB list one thing after the other, and tells what is watched then.
async fn check(name: &str, lists: &[&[Line]], expected: &[u64]) {
    let bench = Bench::start().await;
    let db = &bench.db;
    db.store_series(&listed(lists[0]), NOW).await.expect("kept");
    watch(db, 5).await;
    // Whatever is read twice in the same way stands where it stood.
    for lines in lists[1..].iter().flat_map(|lines| [lines, lines]) {
        db.store_series(&listed(lines), NOW).await.expect("kept");
    }
    assert_eq!(watched(db).await, expected, "{name}");
    let marks = db.everything_of(OWNER).await.expect("readable");
    assert_eq!(marks.len(), 1, "{name}: none is lost, none doubled");
    let after = db.episode_after(EpisodeId(5)).await.expect("readable");
    let leads_to = expected.first().filter(|id| **id != 5).map(|id| EpisodeId(*id));
    assert_eq!(after, leads_to, "{name}: an old message leads there");
    watch(db, 5).await;
    assert_eq!(watched(db).await, expected, "{name}: a press on an old message");
}

const BEFORE: &[Line] =
    &[(4, 4, "Four", 4), (5, 5, "Five", 5), (6, 6, "Six", 6), (7, 7, "Seven", 7)];
/// Without 5, whose number 6 got.
const SHIFTED: &[Line] = &[(4, 4, "Four", 4), (6, 5, "Six", 6), (7, 6, "Seven", 7)];

#[tokio::test]
async fn an_episode_that_gets_the_number_of_one_that_was_removed_is_not_watched_by_that() {
    check("shifted", &[BEFORE, SHIFTED], &[]).await;
    let numbered = &[(4, 4, "Episode 4", 1), (5, 5, "Episode 5", 1), (6, 6, "Episode 6", 1)];
    let shifted = &[(4, 4, "Episode 4", 1), (6, 5, "Episode 5", 1)];
    check("named after their numbers", &[numbered, shifted], &[]).await;
    let nameless = &[(5, 5, "", 1), (6, 6, "", 1)];
    check("nameless", &[nameless, &[(6, 5, "", 1)]], &[]).await;
}

#[tokio::test]
async fn a_season_that_came_on_one_day_is_told_apart_by_its_names() {
    let known = &[(5, 1, "A", 1), (6, 2, "B", 1)];
    let moved = &[(11, 1, "New", 1), (12, 2, "A", 1), (13, 3, "B", 1)];
    check("made anew and moved", &[known, moved], &[]).await;
    check("made anew and swapped", &[known, &[(11, 1, "B", 1), (12, 2, "A", 1)]], &[]).await;
    check("made anew", &[known, &[(11, 1, "A", 1), (12, 2, "B", 1)]], &[11]).await;
    check("made anew and renamed", &[known, &[(11, 1, "Ah", 1), (12, 2, "B", 1)]], &[11]).await;
}

#[tokio::test]
async fn a_new_episode_in_the_middle_is_not_watched_by_one_that_was_removed_before() {
    let inserted = &[(4, 4, "Four", 4), (12, 5, "New", 9), (6, 6, "Six", 6), (7, 7, "Seven", 7)];
    check("inserted later", &[BEFORE, SHIFTED, inserted], &[]).await;
    check("inserted at once", &[BEFORE, inserted], &[]).await;
    let numbered = &[(5, 5, "Episode 5", 5), (6, 6, "Episode 6", 6)];
    let inserted = &[(12, 5, "Episode 5", 9), (6, 6, "Episode 6", 6)];
    check("numbered", &[numbered, &[(6, 5, "Episode 5", 6)], inserted], &[]).await;
}

#[tokio::test]
async fn a_new_record_of_the_same_episode_takes_its_marks_along() {
    let replaced = |name| [(4, 4, "Four", 4), (15, 5, name, 5), (6, 6, "Six", 6)];
    check("replaced", &[BEFORE, &replaced("Five")], &[15]).await;
    check("replaced and renamed", &[BEFORE, &replaced("Cinq")], &[15]).await;
    check("away for a day", &[BEFORE, SHIFTED, &replaced("Five")], &[15]).await;
    let again = &[(4, 4, "Four", 4), (25, 5, "Five", 5), (6, 6, "Six", 6)];
    check("replaced twice", &[BEFORE, &replaced("Five"), again], &[25]).await;
    check("back again", &[BEFORE, &replaced("Five"), BEFORE], &[5]).await;
    check("back for good", &[BEFORE, &replaced("Five"), BEFORE, SHIFTED], &[]).await;
}

#[tokio::test]
async fn of_two_records_of_one_episode_the_one_that_is_left_takes_the_marks() {
    let twice = &[(5, 5, "Five", 5), (8, 5, "Five", 5), (6, 6, "Six", 6)];
    check("twice", &[twice, &[(8, 5, "Five", 5), (6, 6, "Six", 6)]], &[8]).await;
    let unlike = &[(5, 0, "One", 5), (8, 0, "Other", 5)];
    check("without a number of their own", &[unlike, &[(8, 0, "Other", 5)]], &[]).await;
    let new = &[(18, 0, "", 5), (19, 0, "", 5)];
    check("which one nobody knows", &[unlike, new], &[]).await;
}
