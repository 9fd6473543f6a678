//! Random presses of several people at once, against a simple model; and many at once by one.

use super::*;
use crate::tvdb::{Date, Episode, EpisodeId, MediaKind, MovieId, SeriesId, Title, TitleId};
use lumina_plugin_api::services::lists::UndoId;
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::sync::RwLock;

pub(super) const SERIES: SeriesId = SeriesId(1);
/// TheTVDB counts movies on their own.
const MOVIE: MovieId = MovieId(1);
const N_USERS: u64 = 4;
/// Aired on the first day of a month; the last has not aired.
const TO_COME: u64 = 9;
/// One outside of the specials, so that these never count.
const ALWAYS_LISTED: u16 = 1 << 3;

/// Two specials, two seasons of three aired, one to come.
pub(super) fn series() -> WholeSeries {
    let episode = |(n, season, number): (u64, u32, u32)| Episode {
        id: EpisodeId(n),
        season,
        number: Some(number),
        name: None,
        overview: None,
        image: None,
        aired: Date::parse(if n == TO_COME { "9999-01-01" } else { "2020-01-01" }),
        runtime_minutes: None,
    };
    let all = [(1, 0, 1), (2, 0, 2), (3, 1, 1), (4, 1, 2), (5, 1, 4)];
    let more = [(6, 2, 1), (7, 2, 2), (8, 2, 3), (TO_COME, 2, 4)];
    let title = Title {
        id: TitleId::Series(SERIES),
        slug: None,
        name: "Dune".to_owned(),
        english_name: None,
        overview: None,
        english_overview: None,
        translations: Vec::new(),
        image: None,
        year: None,
    };
    let episodes = all.into_iter().chain(more).map(episode).collect();
    WholeSeries { title, episodes, is_outdated: false, is_cut: false }
}

/// What a user does.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Many(Scope, bool),
    One(u64, List, bool),
    Title(MediaKind, List, bool),
    /// Takes back the change before the latest so many.
    Undo(usize),
    /// The daily refresh, which changes nobody's marks. TheTVDB lists those of the episodes whose bits are set.
    Refresh(u16),
    /// The daily refresh while TheTVDB says the same as before.
    RefreshTheSame,
}

fn deed() -> impl Strategy<Value = Deed> {
    let scope = prop_oneof![Just(Scope::Series), (0..3_u32).prop_map(Scope::Season)];
    let list = || prop_oneof![Just(List::Watched), Just(List::Favorite)];
    prop_oneof![
        4 => (scope, any::<bool>()).prop_map(|(scope, adds)| Deed::Many(scope, adds)),
        4 => (1..=TO_COME, list(), any::<bool>()).prop_map(|(n, l, adds)| Deed::One(n, l, adds)),
        2 => (list(), any::<bool>()).prop_map(|(l, adds)| Deed::Title(MediaKind::Movie, l, adds)),
        1 => any::<bool>().prop_map(|adds| Deed::Title(MediaKind::Series, List::Favorite, adds)),
        3 => (0..3_usize).prop_map(Deed::Undo),
        1 => any::<u16>().prop_map(Deed::Refresh),
        1 => Just(Deed::RefreshTheSame),
    ]
}

/// What one user has, told simply.
#[derive(Debug, Default, Clone, PartialEq)]
struct Model {
    watched: BTreeMap<u64, i64>,
    loved: BTreeMap<u64, i64>,
    titles: BTreeSet<(bool, i64)>,
    changes: Vec<Change>,
}

#[derive(Debug, Default, Clone, PartialEq)]
struct Change {
    added: BTreeMap<u64, i64>,
    removed: BTreeMap<u64, i64>,
    unloved: BTreeMap<u64, i64>,
}

impl Model {
    fn many(&mut self, scope: Scope, adds: bool, at: i64, listed: u16) -> usize {
        let is_meant = |episode: &Episode| {
            let is_listed = listed & bit(episode.id.0) != 0;
            let is_in_scope = match scope {
                // What TheTVDB lists no more is taken back with the rest, because nobody looks for it alone.
                Scope::Series => episode.season > 0 || !adds && !is_listed,
                Scope::Season(number) => episode.season == number,
            };
            is_in_scope && (!adds || is_listed && episode.id.0 != TO_COME)
        };
        let ids = series().episodes.into_iter().filter(is_meant).map(|episode| episode.id.0);
        let mut change = Change::default();
        for id in ids {
            match (adds, self.watched.get(&id).copied()) {
                (true, None) => {
                    self.watched.insert(id, at);
                    change.added.insert(id, at);
                }
                (false, Some(since)) => {
                    self.watched.remove(&id);
                    change.removed.insert(id, since);
                }
                _ => {}
            }
        }
        let n_changed = change.added.len() + change.removed.len();
        if n_changed > 0 {
            self.changes.push(change);
        }
        n_changed
    }

    fn undo(&mut self, before_latest: usize) {
        let Some(index) = self.changes.len().checked_sub(before_latest + 1) else { return };
        let change = self.changes.remove(index);
        self.watched.retain(|id, since| change.added.get(id) != Some(since));
        for (id, since) in change.removed {
            self.watched.entry(id).or_insert(since);
        }
        for (id, since) in change.unloved {
            self.loved.entry(id).or_insert(since);
        }
    }

    /// Tells whether that changed something, and whether it can be taken back.
    fn one(&mut self, n: u64, (list, adds): (List, bool), at: i64, listed: u16) -> (bool, bool) {
        let in_list = match list {
            List::Watched => &mut self.watched,
            List::Favorite => &mut self.loved,
        };
        if adds {
            let is_new = !in_list.contains_key(&n);
            in_list.entry(n).or_insert(at);
            return (is_new, false);
        }
        let Some(since) = in_list.remove(&n) else { return (false, false) };
        let is_gone = listed & bit(n) == 0;
        if is_gone {
            let (rows, none) = (BTreeMap::from([(n, since)]), BTreeMap::new());
            let (removed, unloved) =
                if list == List::Watched { (rows, none) } else { (none, rows) };
            self.changes.push(Change { removed, unloved, ..Change::default() });
        }
        (true, is_gone)
    }
}

/// The bit of an episode in a set of them.
fn bit(episode: u64) -> u16 {
    1 << episode
}

/// The series with those episodes that TheTVDB lists.
fn listed_series(listed: u16) -> WholeSeries {
    let mut series = series();
    series.episodes.retain(|episode| listed & bit(episode.id.0) != 0);
    series
}

/// Which episodes TheTVDB lists, for everyone. Presses run at the same time, and a refresh that changes the
/// list runs between them, so that a model can tell what each press finds.
type ListedEpisodes = Arc<RwLock<u16>>;

/// One user at work: what is done to the database is done to the model.
struct Person {
    db: Database,
    listed: ListedEpisodes,
    user: UserId,
    model: Model,
    undos: Vec<UndoId>,
}

impl Person {
    #[expect(
        clippy::await_holding_invalid_type,
        reason = "a refresh and presses take turns; see `ListedEpisodes`"
    )]
    async fn does(&mut self, deed: Deed, at: UnixMillis) {
        if let Deed::Refresh(drawn) = deed {
            let mut listed = self.listed.write().await;
            *listed = drawn | ALWAYS_LISTED;
            return self.db.store_series(&listed_series(*listed), at).await.expect("kept");
        }
        let listed = Arc::clone(&self.listed);
        let listed = listed.read().await;
        self.presses(deed, at, *listed).await;
    }

    async fn presses(&mut self, deed: Deed, at: UnixMillis, listed: u16) {
        let press = |list, adds| Press { user: self.user, list, adds, at };
        match deed {
            Deed::Many(scope, adds) => {
                let press = press(List::Watched, adds);
                let done = self.db.mark_episodes(press, (SERIES, scope), None).await;
                let done = done.expect("marked").unwrap_or_default();
                let expected = self.model.many(scope, adds, at.0, listed);
                assert_eq!(done.n_changed as usize, expected, "{deed:?}");
                self.undos.extend(done.undo);
            }
            Deed::One(n, list, adds) => {
                let ids = (SERIES, EpisodeId(n));
                let done = self.db.mark_episode(press(list, adds), ids, None).await;
                let done = done.expect("marked").expect("an episode");
                let expected = self.model.one(n, (list, adds), at.0, listed);
                assert_eq!((done.n_changed > 0, done.undo.is_some()), expected, "{deed:?}");
                self.undos.extend(done.undo);
            }
            Deed::Title(kind, list, adds) => {
                let press = press(list, adds);
                let done = match kind {
                    MediaKind::Movie => self.db.mark_movie(press, MOVIE, &MovieData::Stored).await,
                    MediaKind::Series => self.db.mark_series(press, SERIES, None).await,
                };
                let entry = (kind == MediaKind::Movie, list.number());
                let changes = if adds {
                    self.model.titles.insert(entry)
                } else {
                    self.model.titles.remove(&entry)
                };
                assert_eq!(done.expect("marked"), changes, "{deed:?}");
            }
            Deed::Undo(before_latest) => {
                let index = self.undos.len().checked_sub(before_latest + 1);
                if let Some(undo) = index.map(|index| self.undos.remove(index)) {
                    let taken = self.db.undo(self.user, undo, at).await.expect("asked");
                    assert!(taken.is_some(), "it is a minute old");
                    self.model.undo(before_latest);
                }
            }
            Deed::Refresh(_) | Deed::RefreshTheSame => {
                self.db.store_series(&listed_series(listed), at).await.expect("kept");
            }
        }
    }

    async fn check(&self) {
        let episodes = self.db.episodes_for(self.user, SERIES).await.expect("readable");
        let watched = episodes.iter().filter_map(|one| Some((one.id.0, one.watched??.0)));
        assert_eq!(watched.collect::<BTreeMap<_, _>>(), self.model.watched);
        let loved = self.db.favorite_episodes(self.user).await.expect("readable");
        let loved = loved.iter().filter_map(|one| Some((one.episode.id.0, one.added?.0)));
        assert_eq!(loved.collect::<BTreeMap<_, _>>(), self.model.loved);
        for (kind, list) in [
            (MediaKind::Movie, List::Watched),
            (MediaKind::Movie, List::Favorite),
            (MediaKind::Series, List::Favorite),
        ] {
            let is_marked = self.db.is_marked(self.user, list, TitleId::new(kind, SERIES.0)).await;
            let entry = (kind == MediaKind::Movie, list.number());
            assert_eq!(is_marked.expect("readable"), self.model.titles.contains(&entry));
        }
        self.check_standing().await;
    }

    /// The profile and the button follow one rule.
    async fn check_standing(&self) {
        let today = Date::of_unix_ms(NOW.0);
        let standings = self.db.series_standings(self.user, today).await.expect("readable");
        let seen = (3..TO_COME).filter(|n| self.model.watched.contains_key(n)).count();
        let standing = standings.iter().find(|standing| standing.series == SERIES);
        assert_eq!(standing.is_some(), !self.model.watched.is_empty());
        let Some(standing) = standing else { return };
        assert_eq!((standing.n_seen as usize, standing.n_aired), (seen, 6));
        assert_eq!(standing.n_episodes as usize, self.model.watched.len());
        assert_eq!(standing.is_watched(), seen == 6);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn presses_of_several_people_at_once_do_what_each_of_them_did_alone(
        deeds in prop::collection::vec(prop::collection::vec(deed(), 0..25), N_USERS as usize)
    ) {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
        runtime.block_on(all_at_once(deeds));
    }
}

/// Lets everyone do their deeds at once, and compares.
async fn all_at_once(deeds: Vec<Vec<Deed>>) {
    let bench = Bench::start().await;
    bench.db.store_series(&series(), NOW).await.expect("kept");
    let listed = ListedEpisodes::new(RwLock::new(u16::MAX));
    let people = (1..).zip(deeds).map(|(n, deeds)| {
        let db = bench.db.clone();
        let listed = Arc::clone(&listed);
        tokio::spawn(async move {
            let (user, model) = (UserId(n), Model::default());
            let mut person = Person { db, listed, user, model, undos: Vec::new() };
            for (passed_ms, deed) in (0..).zip(deeds) {
                person.does(deed, UnixMillis(NOW.0 + passed_ms)).await;
            }
            person
        })
    });
    let people = futures_util::future::join_all(people.collect::<Vec<_>>()).await;
    // What was not listed for a while is there again, with everyone's marks.
    bench.db.store_series(&series(), NOW).await.expect("kept");
    for person in people {
        person.expect("nobody's model differs").check().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_equal_presses_at_once_exactly_one_changes_something() {
    let bench = Bench::start().await;
    bench.db.store_series(&series(), NOW).await.expect("kept");
    for adds in [true, false] {
        let presses = (0..20).map(|_| {
            let db = bench.db.clone();
            let press = Press { user: OWNER, list: List::Watched, adds, at: NOW };
            tokio::spawn(
                async move { db.mark_episodes(press, (SERIES, Scope::Series), None).await },
            )
        });
        let all = futures_util::future::join_all(presses.collect::<Vec<_>>()).await;
        let changed = all.into_iter().map(|one| one.expect("no panic").expect("done"));
        let changed = changed.map(|done| done.expect("a series").n_changed);
        let changed: Vec<u32> = changed.filter(|n| *n > 0).collect();
        assert_eq!(changed, [6], "none lost, none doubled");
    }
}

#[tokio::test]
async fn a_series_that_grew_is_partly_watched_and_one_that_lost_an_episode_is_not() {
    let bench = Bench::start().await;
    let db = &bench.db;
    let mut shorter = series();
    let grown = shorter.episodes.remove(5);
    db.store_series(&shorter, NOW).await.expect("kept");
    let press = Press { user: OWNER, list: List::Watched, adds: true, at: NOW };
    db.mark_episodes(press, (SERIES, Scope::Series), None).await.expect("marked");
    let today = Date::of_unix_ms(NOW.0);
    let standing = async || db.series_standings(OWNER, today).await.expect("readable")[0];
    assert!(standing().await.is_watched());
    db.store_series(&series(), NOW).await.expect("kept");
    let partly = standing().await;
    assert_eq!((partly.n_seen, partly.n_aired, partly.is_watched()), (5, 6, false));
    let next = db.next_episodes(OWNER, &[SERIES], today).await.expect("readable");
    assert_eq!(next[&SERIES].id, grown.id);
    db.store_series(&shorter, NOW).await.expect("kept");
    assert!(standing().await.is_watched(), "what TheTVDB took away counts no more");
}

#[tokio::test]
async fn an_episode_without_a_number_says_nothing_of_how_far_somebody_is() {
    let bench = Bench::start().await;
    let db = &bench.db;
    let mut listed = series();
    let first = listed.episodes.iter().find(|one| one.season == 1).expect("there").id;
    let extra = listed.episodes.iter_mut().rfind(|one| one.season == 1).expect("there");
    extra.number = None;
    let extra = extra.id;
    db.store_series(&listed, NOW).await.expect("kept");
    let press = Press { user: OWNER, list: List::Watched, adds: true, at: NOW };
    db.mark_episode(press, (SERIES, extra), None).await.expect("marked");
    let today = Date::of_unix_ms(NOW.0);
    let next = db.next_episodes(OWNER, &[SERIES], today).await.expect("readable");
    assert_eq!(next[&SERIES].id, first);
}

#[tokio::test]
async fn an_episode_that_moved_to_another_series_takes_its_marks_along() {
    let bench = Bench::start().await;
    let db = &bench.db;
    db.store_series(&series(), NOW).await.expect("kept");
    let press = Press { user: OWNER, list: List::Watched, adds: true, at: NOW };
    db.mark_episode(press, (SERIES, EpisodeId(4)), None).await.expect("marked");
    let mut other = series();
    other.title.id = SeriesId(2).into();
    other.episodes.retain(|episode| episode.id.0 == 4);
    db.store_series(&other, NOW).await.expect("kept");
    let moved = db.episodes_for(OWNER, SeriesId(2)).await.expect("readable");
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].watched, Some(Some(NOW)));
    assert_eq!(db.episodes_for(OWNER, SERIES).await.expect("readable").len(), 8);
}

#[tokio::test]
async fn of_marks_that_become_one_the_date_that_is_known_stays() {
    let bench = Bench::start().await;
    let db = &bench.db;
    let other = other();
    db.store_series(&series(), NOW).await.expect("kept");
    db.store_series(&other, NOW).await.expect("kept");
    let press = |list| Press { user: OWNER, list, adds: true, at: NOW };
    for (number, episode) in [(1, 3), (2, 103)] {
        let id = SeriesId(number);
        db.mark_series(press(List::Favorite), id, None).await.expect("marked");
        let ids = (id, EpisodeId(episode));
        db.mark_episode(press(List::Watched), ids, None).await.expect("marked");
        let movie = MovieId(number);
        db.mark_movie(press(List::Watched), movie, &MovieData::Stored).await.expect("marked");
    }
    for sql in [
        "UPDATE series_marks SET added_at_ms = NULL WHERE series_id = 1",
        "UPDATE episode_marks SET added_at_ms = NULL WHERE episode_id = 103",
        "UPDATE movie_marks SET added_at_ms = NULL WHERE movie_id = 2",
    ] {
        sqlx::query(sql).execute(&db.pool).await.expect("changed");
    }
    db.merge_series(SERIES, &other, NOW).await.expect("merged");
    let mut title = other.title.clone();
    title.id = MovieId(2).into();
    let movie = crate::tvdb::Movie { title, released: None, runtime_minutes: None };
    db.merge_movie(MOVIE, &movie, NOW).await.expect("merged");
    let marks = db.everything_of(OWNER).await.expect("readable");
    assert_eq!(marks.iter().map(|mark| mark.added).collect::<Vec<_>>(), [Some(NOW); 3]);
}

/// The same show under other numbers.
pub(super) fn other() -> WholeSeries {
    let mut other = series();
    other.title.id = SeriesId(2).into();
    other.episodes.iter_mut().for_each(|episode| episode.id.0 += 100);
    other
}

#[tokio::test]
async fn marks_on_what_thetvdb_took_away_count_nowhere_and_go_with_the_series() {
    let bench = Bench::start().await;
    let db = &bench.db;
    db.store_series(&series(), NOW).await.expect("kept");
    let press = |adds| Press { user: OWNER, list: List::Watched, adds, at: NOW };
    for n in [4, 5] {
        db.mark_episode(press(true), (SERIES, EpisodeId(n)), None).await.expect("marked");
    }
    let mut shorter = series();
    shorter.episodes.retain(|episode| episode.id.0 != 5);
    db.store_series(&shorter, NOW).await.expect("kept");
    let today = Date::of_unix_ms(NOW.0);
    let counted = async || {
        let standings = db.series_standings(OWNER, today).await.expect("readable");
        let counts = |one: &SeriesStanding| (one.n_seen, one.n_episodes, one.n_unlisted);
        standings.iter().map(counts).collect::<Vec<_>>()
    };
    assert_eq!(counted().await, [(1, 1, 1)]);
    db.mark_episode(press(false), (SERIES, EpisodeId(4)), None).await.expect("marked");
    assert_eq!(counted().await, [(0, 0, 1)], "nothing that is left is watched");
    db.mark_episode(press(true), (SERIES, EpisodeId(4)), None).await.expect("marked");
    for (scope, n_changed) in [(Scope::Season(2), 0), (Scope::Season(1), 2), (Scope::Series, 2)] {
        let done = db.mark_episodes(press(false), (SERIES, scope), None).await.expect("marked");
        let done = done.expect("there is such a thing");
        assert_eq!(done.n_changed, n_changed, "{scope:?}");
        assert_eq!(db.everything_of(OWNER).await.expect("readable").len(), 2 - n_changed as usize);
        if let Some(undo) = done.undo {
            db.undo(OWNER, undo, NOW).await.expect("undone").expect("can be undone");
        }
    }
    db.store_series(&series(), NOW).await.expect("kept");
    assert_eq!(counted().await, [(2, 2, 0)], "what came back counts again");
}

#[tokio::test]
async fn a_series_that_is_marked_itself_and_by_its_episodes_is_one_line() {
    let bench = Bench::start().await;
    let db = &bench.db;
    db.store_series(&series(), NOW).await.expect("kept");
    let press = Press { user: OWNER, list: List::Watched, adds: true, at: NOW };
    db.mark_episode(press, (SERIES, EpisodeId(4)), None).await.expect("marked");
    db.mark_series(press, SERIES, None).await.expect("marked");
    let today = Date::of_unix_ms(NOW.0);
    let standings = db.series_standings(OWNER, today).await.expect("readable");
    let [one] = standings.as_slice() else { panic!("{standings:?}") };
    assert!(one.is_whole && one.is_watched());
    assert_eq!((one.n_episodes, one.n_aired, one.n_without_runtime), (1, 6, 1));
    assert_eq!(one.added, Some(NOW));
}
