//! What is taken back is what that press changed, whatever became of the episodes in between.

use super::{successors::listed, *};
use crate::tvdb::EpisodeId;
use lists::SERIES;
use lumina_plugin_api::services::lists::UndoId;

type Marks = Vec<(List, u64, Option<i64>)>;

/// Someone who presses, a second after the press before.
struct Person {
    bench: Bench,
    now: UnixMillis,
}

impl Person {
    async fn start() -> Self {
        Self { bench: Bench::start().await, now: NOW }
    }

    fn press(&mut self, list: List, adds: bool) -> Press {
        self.now.0 += 1_000;
        Press { user: OWNER, list, adds, at: self.now }
    }

    /// Lets TheTVDB list these episodes of a season, and no others.
    async fn listed(&self, lines: &[successors::Line]) {
        self.bench.db.store_series(&listed(lines), NOW).await.expect("kept");
    }

    /// Marks the season, and returns what takes that back.
    async fn marks_all(&mut self) -> UndoId {
        let press = self.press(List::Watched, true);
        let done = self.bench.db.mark_episodes(press, (SERIES, Scope::Season(1)), None).await;
        done.expect("marked").expect("a season").undo.expect("something changed")
    }

    async fn marks_one(&mut self, episode: u64, list: List, adds: bool) -> Option<UndoId> {
        let press = self.press(list, adds);
        let done = self.bench.db.mark_episode(press, (SERIES, EpisodeId(episode)), None).await;
        let done = done.expect("marked").expect("an episode");
        assert_eq!(done.n_changed, 1);
        done.undo
    }

    async fn takes_back(&self, undo: UndoId) -> Option<u32> {
        let taken = self.bench.db.undo(OWNER, undo, self.now).await.expect("asked");
        taken.map(|taken| taken.n_changed)
    }

    /// What is marked since how many seconds.
    async fn marks(&self) -> Marks {
        let marks = self.bench.db.everything_of(OWNER).await.expect("readable");
        let since = |added: UnixMillis| (added.0 - NOW.0) / 1_000;
        marks.iter().map(|mark| (mark.list, mark.tvdb_number, mark.added.map(since))).collect()
    }
}

/// Episode 5, which TheTVDB has once more as 8, and episode 6.
const FIRST: successors::Line = (5, 5, "Five", 5);
const AGAIN: successors::Line = (8, 5, "Five", 5);
const OTHER: successors::Line = (6, 6, "Six", 6);

#[tokio::test]
async fn a_mark_made_apart_stays_though_one_that_is_taken_back_was_handed_on_to_it() {
    let mut ann = Person::start().await;
    ann.listed(&[FIRST, OTHER]).await;
    let undo = ann.marks_all().await;
    ann.listed(&[FIRST, AGAIN, OTHER]).await;
    ann.marks_one(8, List::Watched, true).await;
    ann.listed(&[AGAIN, OTHER]).await;
    let both = [(List::Watched, 8, Some(1)), (List::Watched, 6, Some(1))];
    assert_eq!(ann.marks().await, both);
    assert_eq!(ann.takes_back(undo).await, Some(2));
    assert_eq!(ann.marks().await, [(List::Watched, 8, Some(2))]);
}

#[tokio::test]
async fn a_press_that_changes_nothing_takes_no_undo_away() {
    let mut ann = Person::start().await;
    ann.listed(&[FIRST]).await;
    let oldest = ann.marks_all().await;
    let as_many_as_are_kept =
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO undos (user_id, list, series_id, expires_at_ms)
        SELECT user_id, list, series_id, expires_at_ms FROM undos, n";
    let more = sqlx::query(as_many_as_are_kept).bind(UNDOS_PER_USER_MAX);
    let more = more.execute(&ann.bench.db.pool).await.expect("as that many presses leave it");
    assert_eq!(more.rows_affected(), u64::from(UNDOS_PER_USER_MAX) - 1);
    let press = ann.press(List::Watched, true);
    let all = ann.bench.db.mark_episodes(press, (SERIES, Scope::Season(1)), None).await;
    assert_eq!(all.expect("marked").expect("a season").undo, None);
    let press = ann.press(List::Favorite, false);
    let one = ann.bench.db.mark_episode(press, (SERIES, EpisodeId(5)), None).await;
    assert_eq!(one.expect("marked").expect("an episode").undo, None);
    assert_eq!(ann.takes_back(oldest).await, Some(1));
}

#[tokio::test]
async fn a_mark_of_unknown_date_stays_so_when_what_came_to_it_is_taken_back() {
    let mut ann = Person::start().await;
    ann.listed(&[FIRST, AGAIN, OTHER]).await;
    ann.marks_one(5, List::Watched, true).await;
    let unknown = "UPDATE episode_marks SET added_at_ms = NULL";
    sqlx::query(unknown).execute(&ann.bench.db.pool).await.expect("as an import leaves it");
    let undo = ann.marks_all().await;
    ann.listed(&[AGAIN, OTHER]).await;
    assert_eq!(ann.takes_back(undo).await, Some(2));
    assert_eq!(ann.marks().await, [(List::Watched, 8, None)]);
}

#[tokio::test]
async fn of_two_presses_whose_marks_became_one_each_is_taken_back_alone() {
    for (order, left) in [([0, 1], 2), ([1, 0], 1)] {
        let mut ann = Person::start().await;
        ann.listed(&[FIRST, OTHER]).await;
        let first = ann.marks_all().await;
        ann.listed(&[FIRST, AGAIN, OTHER]).await;
        let undos = [first, ann.marks_all().await];
        ann.listed(&[AGAIN, OTHER]).await;
        ann.takes_back(undos[order[0]]).await.expect("can be taken back");
        let marks = ann.marks().await;
        let of_both: Vec<_> = marks.iter().filter(|(_, id, _)| *id == 8).collect();
        assert_eq!(of_both, [&(List::Watched, 8, Some(left))], "{order:?}");
        ann.takes_back(undos[order[1]]).await.expect("can be taken back");
        assert_eq!(ann.marks().await, [], "{order:?}");
    }
}

#[tokio::test]
async fn what_was_marked_anew_stays_though_its_twin_is_taken_back() {
    let mut ann = Person::start().await;
    ann.listed(&[FIRST, AGAIN, OTHER]).await;
    let undo = ann.marks_all().await;
    ann.marks_one(8, List::Watched, false).await;
    ann.marks_one(8, List::Watched, true).await;
    ann.listed(&[AGAIN, OTHER]).await;
    ann.takes_back(undo).await.expect("can be taken back");
    assert_eq!(ann.marks().await, [(List::Watched, 8, Some(3))]);
}

#[tokio::test]
async fn a_mark_that_was_taken_off_what_thetvdb_took_away_is_brought_back_with_its_date() {
    let mut ann = Person::start().await;
    ann.listed(&[FIRST, OTHER]).await;
    let lists = [List::Watched, List::Favorite];
    for list in lists {
        assert_eq!(ann.marks_one(5, list, true).await, None, "it is pressed again");
    }
    let nothing = ann.marks_one(6, List::Watched, true).await;
    let removed = ann.marks_one(6, List::Watched, false).await;
    assert_eq!([nothing, removed], [None; 2], "it is there to be pressed again");
    ann.listed(&[OTHER]).await;
    let before = ann.marks().await;
    assert_eq!(before, [(List::Watched, 5, Some(1)), (List::Favorite, 5, Some(2))]);
    for list in lists {
        let undo = ann.marks_one(5, list, false).await.expect("can be taken back");
        assert_eq!(ann.marks().await.len(), 1);
        assert_eq!(ann.takes_back(undo).await, Some(1));
        assert_eq!(ann.marks().await, before);
        assert_eq!(ann.takes_back(undo).await, None, "once");
    }
    let late = ann.marks_one(5, List::Favorite, false).await.expect("can be taken back");
    ann.now.0 += 15 * 60 * 1_000;
    assert_eq!(ann.takes_back(late).await, None, "15 minutes are over");
}

#[tokio::test]
async fn whoever_marks_more_seasons_than_most_shows_have_can_take_the_first_back() {
    const PRESSES: u32 = 40;
    let mut ann = Person::start().await;
    ann.listed(&[FIRST, OTHER]).await;
    let undo = ann.marks_all().await;
    for n in 1..PRESSES {
        let press = ann.press(List::Watched, n % 2 == 0);
        let done = ann.bench.db.mark_episodes(press, (SERIES, Scope::Season(1)), None).await;
        assert!(done.expect("marked").expect("a season").undo.is_some());
    }
    assert!(ann.takes_back(undo).await.is_some(), "it is kept");
}

#[tokio::test]
async fn a_mark_is_brought_back_on_the_episode_that_took_the_place_of_its_own() {
    let mut ann = Person::start().await;
    ann.listed(&[FIRST, OTHER]).await;
    ann.marks_one(5, List::Favorite, true).await;
    ann.listed(&[OTHER]).await;
    let undo = ann.marks_one(5, List::Favorite, false).await.expect("can be taken back");
    ann.listed(&[(15, 5, "Five", 5), OTHER]).await;
    assert_eq!(ann.takes_back(undo).await, Some(1));
    assert_eq!(ann.marks().await, [(List::Favorite, 15, Some(1))]);
}

#[tokio::test]
async fn a_change_is_forgotten_when_it_can_be_taken_back_no_more_and_not_before() {
    let mut ann = Person::start().await;
    ann.listed(&[FIRST, OTHER]).await;
    let undo = ann.marks_all().await;
    let end_ms = ann.now.0 + 15 * 60 * 1_000;
    let db = &ann.bench.db;
    assert_eq!(db.sweep_undos(UnixMillis(end_ms - 1)).await.expect("swept"), 0);
    assert_eq!(db.sweep_undos(UnixMillis(end_ms)).await.expect("swept"), 1);
    let rows = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM undo_rows");
    assert_eq!(rows.fetch_one(&db.pool).await.expect("counted"), 0, "its rows go with it");
    assert_eq!(ann.takes_back(undo).await, None);
    assert_eq!(ann.marks().await.len(), 2, "what it changed stays");
}
