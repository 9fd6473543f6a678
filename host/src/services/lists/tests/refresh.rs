//! What is stored follows TheTVDB: what was missing, what changed, what was merged and what is gone.

use super::*;
use crate::clock::UnixMillis;
use crate::tvdb::{Fate, RecordKind, Update};

impl Bench {
    /// Makes TheTVDB say that something has happened to a record, after so many days.
    fn changes(&self, days: u32, of: RecordKind, id: u64, fate: Fate<u64>) {
        self.changes_after(DAY * days + Duration::from_secs(60), of, id, fate);
    }

    fn changes_after(&self, passed: Duration, of: RecordKind, id: u64, fate: Fate<u64>) {
        self.clock.run_ahead(passed);
        let update = match of {
            RecordKind::Movies => {
                let fate = fate.map(|into| MovieId(into).into());
                Update::Title { id: MovieId(id).into(), fate }
            }
            RecordKind::Series => {
                let fate = fate.map(|into| SeriesId(into).into());
                Update::Title { id: SeriesId(id).into(), fate }
            }
            RecordKind::Episodes => {
                let fate = fate.map(EpisodeId);
                Update::Episode { id: EpisodeId(id), series: None, fate }
            }
        };
        let now_s = self.clock.now().seconds();
        self.few.updates.lock().expect("no panic").push((now_s, of, update));
    }

    /// Makes TheTVDB say, after so many days, that it has merged a record into another.
    fn merges(&self, days: u32, of: RecordKind, (from, into): (u64, u64)) {
        self.changes(days, of, from, Fate::MergedInto(into));
        self.few.gone.lock().expect("no panic").push(from);
    }

    /// The titles of a list of which no more than the number is known.
    async fn unread(&self, section: Section) -> Vec<MediaId> {
        let listed = self.lists.listed(Look::new(ANN, ANN, None), section, ALL).await;
        let entries = listed.expect("a list").expect("one's own").entries;
        let mut ids: Vec<_> = entries.into_iter().map(|entry| entry.title).collect();
        ids.retain(|title| title.name == title.id.to_string());
        ids.sort_by_key(|title| std::cmp::Reverse(title.id.number));
        ids.into_iter().map(|title| title.id).collect()
    }
}

#[tokio::test]
async fn what_a_search_did_not_show_is_read_in_the_background() {
    let bench = Bench::start().await;
    bench.few.has_searched.store(true, Ordering::Relaxed);
    bench.few.is_away.store(true, Ordering::Relaxed);
    bench.done(movie(5), Intent::Watched).await;
    bench.done(movie(6), Intent::Watched).await;
    bench.lists.turn().await;
    assert_eq!(bench.minutes().await, 0);
    bench.few.is_away.store(false, Ordering::Relaxed);
    bench.clock.run_ahead(SOON);
    bench.lists.turn().await;
    assert_eq!(bench.minutes().await, 240);
    bench.n_requests();
    bench.lists.turn().await;
    assert_eq!(bench.n_requests(), 0, "nothing is left to read");
}

#[tokio::test]
async fn a_title_that_thetvdb_cannot_tell_keeps_no_other_from_being_read() {
    for (bad_movie, bad_series) in [(6, DUNE), (7, LONG)] {
        let bench = Bench::start().await;
        bench.few.is_away.store(true, Ordering::Relaxed);
        for target in [movie(6), movie(7), movie(8), whole(DUNE), whole(LONG)] {
            bench.done(target, Intent::Favorite).await;
        }
        bench.few.is_away.store(false, Ordering::Relaxed);
        *bench.few.failing.lock().expect("no panic") = vec![bad_movie, bad_series.0];
        bench.lists.turn().await;
        let bad = [movie(bad_movie).title(), bad_series.into()];
        assert_eq!(bench.unread(Section::Favorites).await, bad);
        bench.n_requests();
        bench.lists.turn().await;
        assert_eq!(bench.n_requests(), 0, "not at once");
        bench.few.failing.lock().expect("no panic").clear();
        bench.clock.run_ahead(DAY / 24);
        bench.lists.turn().await;
        assert!(bench.unread(Section::Favorites).await.is_empty());
    }
}

#[tokio::test]
async fn a_title_that_fails_while_others_are_read_waits_for_long_and_one_that_fails_before_does_not()
 {
    for (bad, n_unread) in [(6, 0), (7, 1)] {
        let bench = Bench::start().await;
        bench.few.is_away.store(true, Ordering::Relaxed);
        for number in [6, 7, 8] {
            bench.done(movie(number), Intent::Favorite).await;
        }
        bench.few.is_away.store(false, Ordering::Relaxed);
        bench.few.failing.lock().expect("no panic").push(bad);
        bench.lists.turn().await;
        bench.few.failing.lock().expect("no panic").clear();
        bench.clock.run_ahead(SOON);
        bench.lists.turn().await;
        assert_eq!(bench.unread(Section::Favorites).await.len(), n_unread, "{bad}");
    }
}

#[tokio::test]
async fn titles_that_fail_one_after_the_other_are_an_outage_and_leave_the_rest_for_later() {
    let bench = Bench::start().await;
    bench.few.is_away.store(true, Ordering::Relaxed);
    for number in 1..10 {
        bench.done(movie(number), Intent::Favorite).await;
    }
    bench.few.is_away.store(false, Ordering::Relaxed);
    *bench.few.failing.lock().expect("no panic") = (1..10).collect();
    bench.lists.turn().await;
    bench.n_requests();
    bench.lists.turn().await;
    let n_requests = bench.n_requests();
    assert!((1..9).contains(&n_requests), "{n_requests} questions to one that is away");
    bench.few.failing.lock().expect("no panic").clear();
    bench.lists.turn().await;
    assert_eq!(bench.unread(Section::Favorites).await.len(), 6, "those that waited for their turn");
    bench.clock.run_ahead(SOON);
    bench.lists.turn().await;
    assert!(bench.unread(Section::Favorites).await.is_empty());
}

#[tokio::test]
async fn what_was_marked_is_read_though_thetvdb_cannot_tell_what_changed() {
    let bench = Bench::start().await;
    bench.lists.turn().await;
    bench.few.is_away.store(true, Ordering::Relaxed);
    bench.done(movie(5), Intent::Watched).await;
    bench.few.is_away.store(false, Ordering::Relaxed);
    bench.few.fails_updates.store(true, Ordering::Relaxed);
    bench.clock.run_ahead(DAY * 2);
    bench.lists.turn().await;
    assert_eq!(bench.minutes().await, 120);
}

#[tokio::test]
async fn a_series_that_changed_is_read_again_within_a_day_and_becomes_partly_watched() {
    let bench = Bench::start().await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.lists.turn().await;
    bench.few.has_grown.store(true, Ordering::Relaxed);
    bench.changes(1, RecordKind::Episodes, 10_003, Fate::Changed);
    bench.lists.turn().await;
    let state = bench.state(DUNE).await;
    assert_eq!((state.seen, state.aired, state.is_watched), (5, 6, false));
}

#[tokio::test]
async fn what_changed_before_the_changes_were_read_and_was_marked_as_known_before_is_read_again() {
    let bench = Bench::start().await;
    bench.lists.turn().await;
    let before = DAY - Duration::from_secs(3_000);
    bench.changes_after(before, RecordKind::Series, DUNE.0, Fate::Changed);
    bench.clock.run_ahead(DAY);
    bench.lists.turn().await;
    // The catalogue still gives what it was told an hour ago.
    assert_eq!(bench.done(whole(DUNE), Intent::Watched).await.state.aired, 5);
    bench.few.has_grown.store(true, Ordering::Relaxed);
    bench.clock.run_ahead(DAY * 2);
    bench.lists.turn().await;
    assert_eq!(bench.state(DUNE).await.aired, 6);
}

#[tokio::test]
async fn a_series_that_a_search_showed_has_its_name_in_other_languages_soon() {
    let bench = Bench::start().await;
    bench.few.has_searched.store(true, Ordering::Relaxed);
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.lists.turn().await;
    assert_eq!(bench.names(Section::Watched).await, ["series-1"]);
}

#[tokio::test]
async fn the_marks_of_what_thetvdb_merged_go_along() {
    let bench = Bench::start().await;
    bench.done(movie(5), Intent::Watched).await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.done(whole(DUNE), Intent::Favorite).await;
    bench.lists.turn().await;
    bench.changes(1, RecordKind::Movies, 5, Fate::MergedInto(6));
    bench.changes(1, RecordKind::Series, 1, Fate::MergedInto(NEW_DUNE.0));
    bench.lists.turn().await;
    assert_eq!(bench.names(Section::Watched).await, ["movie-6", "series-5"]);
    assert_eq!(bench.names(Section::Favorites).await, ["series-5"]);
    assert!(bench.state(NEW_DUNE).await.is_watched);
}

#[tokio::test]
async fn a_press_on_what_was_merged_acts_on_what_it_became() {
    let bench = Bench::start().await;
    bench.done(movie(6), Intent::Watched).await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.lists.turn().await;
    bench.merges(1, RecordKind::Movies, (6, 7));
    bench.merges(1, RecordKind::Series, (DUNE.0, NEW_DUNE.0));
    bench.lists.turn().await;
    for (target, became) in [(movie(6), movie(7)), (whole(DUNE), whole(NEW_DUNE))] {
        let read = bench.lists.state(ANN, target.title()).await.expect("a state");
        assert!(read.is_some_and(|state| state.is_watched && state.id == became.title()));
        let id = catalogue::title_id(target.title()).expect("a title");
        let title = bench.titles.title(id, None).await.expect("asked");
        assert_eq!(title.expect("a title").id, became.title());
        let marked = bench.done(target, Intent::Favorite).await;
        assert_eq!((marked.n_changed, marked.state.id), (1, became.title()));
    }
    assert_eq!(bench.names(Section::Favorites).await, ["movie-7", "series-5"]);
    let detail = bench.lists.episode(ANN, DUNE, EpisodeId(10_004)).await.expect("asked");
    assert_eq!(detail.expect("an episode").episode.id, EpisodeId(50_004));
    for (target, n_changed) in
        [(one(DUNE, 4), 1), (Target::Season { series: DUNE, season: 2 }, 2), (whole(DUNE), 2)]
    {
        let marked = bench.done(target, Intent::Unwatched).await;
        assert_eq!((marked.n_changed, marked.state.id), (n_changed, NEW_DUNE.into()), "{target:?}");
    }
    bench.done(movie(6), Intent::Unwatched).await;
    assert_eq!(bench.names(Section::Watched).await, [""; 0]);
    assert_eq!(bench.lists.gather(DUNE, 1).await.expect("asked").expect("read").n_episodes, 8);
    assert!(bench.lists.season(ANN, DUNE, 1).await.expect("asked").is_some());
}

#[tokio::test]
async fn what_was_merged_several_times_is_followed_to_its_end() {
    for (merges, at_once) in
        [([(5, 6), (6, 7)], true), ([(6, 7), (5, 6)], true), ([(5, 6), (6, 7)], false)]
    {
        let bench = Bench::start().await;
        bench.done(movie(5), Intent::Watched).await;
        bench.press(BEN, movie(7), Intent::Watched).await;
        bench.lists.turn().await;
        for (days, pair) in (1..).zip(merges) {
            bench.merges(days, RecordKind::Movies, pair);
            if !at_once {
                bench.lists.turn().await;
            }
        }
        bench.lists.turn().await;
        assert_eq!(bench.names(Section::Watched).await, ["movie-7"], "{merges:?} {at_once}");
        let marked = bench.done(movie(5), Intent::Watched).await;
        assert_eq!((marked.n_changed, marked.state.id), (0, movie(7).title()), "{merges:?}");
    }
}

#[tokio::test]
async fn titles_that_are_said_to_be_merged_into_each_other_stay() {
    let bench = Bench::start().await;
    bench.done(movie(5), Intent::Watched).await;
    bench.done(movie(6), Intent::Watched).await;
    bench.lists.turn().await;
    bench.merges(1, RecordKind::Movies, (5, 6));
    bench.merges(1, RecordKind::Movies, (6, 5));
    bench.lists.turn().await;
    assert_eq!(bench.names(Section::Watched).await, ["movie-6", "movie-5"]);
    for number in [5, 6] {
        let marked = bench.done(movie(number), Intent::Unwatched).await;
        assert_eq!((marked.n_changed, marked.state.id), (1, movie(number).title()));
    }
}

#[tokio::test]
async fn a_merge_into_a_title_that_somebody_has_waits_for_it_too() {
    let bench = Bench::start().await;
    bench.done(movie(5), Intent::Watched).await;
    bench.press(BEN, movie(6), Intent::Watched).await;
    bench.lists.turn().await;
    bench.few.gone.lock().expect("no panic").push(6);
    bench.merges(1, RecordKind::Movies, (5, 6));
    bench.lists.turn().await;
    bench.few.updates.lock().expect("no panic").clear();
    bench.merges(3, RecordKind::Movies, (6, 7));
    for _ in 0..2 {
        bench.lists.turn().await;
    }
    for user in [ANN, BEN] {
        let marks = bench.lists.database.everything_of(user).await.expect("lists");
        assert_eq!(marks.len(), 1, "none is lost, none doubled");
    }
    assert_eq!(bench.names(Section::Watched).await, ["movie-7"]);
    bench.done(movie(5), Intent::Unwatched).await;
    assert_eq!(bench.names(Section::Watched).await, [""; 0], "an old message takes it off");
}

#[tokio::test]
async fn a_merge_waits_for_what_cannot_be_read_yet() {
    let bench = Bench::start().await;
    bench.done(movie(5), Intent::Watched).await;
    bench.lists.turn().await;
    bench.few.gone.lock().expect("no panic").push(6);
    bench.merges(1, RecordKind::Movies, (5, 6));
    bench.lists.turn().await;
    assert_eq!(bench.names(Section::Watched).await, ["movie-5"], "it is kept where it was");
    bench.merges(2, RecordKind::Movies, (6, 7));
    bench.few.is_away.store(true, Ordering::Relaxed);
    bench.lists.turn().await;
    bench.few.is_away.store(false, Ordering::Relaxed);
    bench.lists.turn().await;
    assert_eq!(bench.names(Section::Watched).await, ["movie-7"]);
}

#[tokio::test]
async fn a_merge_into_what_is_away_for_a_day_is_done_when_it_is_back() {
    let bench = Bench::start().await;
    bench.done(movie(5), Intent::Watched).await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.lists.turn().await;
    bench.few.gone.lock().expect("no panic").extend([6, NEW_DUNE.0]);
    bench.merges(1, RecordKind::Movies, (5, 6));
    bench.merges(1, RecordKind::Series, (DUNE.0, NEW_DUNE.0));
    bench.lists.turn().await;
    assert_eq!(bench.names(Section::Watched).await, ["movie-5", "series-1"], "as they were");
    bench.n_requests();
    bench.lists.turn().await;
    assert_eq!(bench.n_requests(), 0, "not at once");
    bench.few.gone.lock().expect("no panic").retain(|id| ![6, NEW_DUNE.0].contains(id));
    bench.few.updates.lock().expect("no panic").clear();
    bench.clock.run_ahead(DAY * 2 + DAY / 12);
    bench.lists.turn().await;
    assert_eq!(bench.names(Section::Watched).await, ["movie-6", "series-5"]);
    bench.done(movie(6), Intent::Watched).await;
    assert_eq!(bench.names(Section::Watched).await.len(), 2, "none is listed twice");
}

#[tokio::test]
async fn a_title_is_gone_only_when_that_was_said_on_several_days() {
    for is_back in [true, false] {
        let bench = Bench::start().await;
        bench.few.is_away.store(true, Ordering::Relaxed);
        for target in [movie(6), whole(DUNE)] {
            bench.done(target, Intent::Favorite).await;
        }
        bench.few.is_away.store(false, Ordering::Relaxed);
        *bench.few.gone.lock().expect("no panic") = vec![6, DUNE.0];
        for day in 1..=3 {
            bench.clock.run_ahead(DAY * day);
            bench.n_requests();
            bench.lists.turn().await;
            // Every day TheTVDB is asked for its changes too.
            assert!(bench.n_requests() >= 2, "day {day}");
            bench.lists.turn().await;
            assert_eq!(bench.n_requests(), 0, "not at once");
            if is_back && day == 2 {
                bench.few.gone.lock().expect("no panic").clear();
            }
        }
        let unread = bench.unread(Section::Favorites).await.len();
        assert_eq!(unread, if is_back { 0 } else { 2 });
        bench.few.gone.lock().expect("no panic").clear();
        bench.clock.run_ahead(DAY * 9);
        bench.lists.turn().await;
        let n_unread = bench.unread(Section::Favorites).await.len();
        assert_eq!(n_unread, unread, "what is gone is not asked for until a change is told");
        bench.changes(10, RecordKind::Movies, 6, Fate::Changed);
        bench.changes(10, RecordKind::Series, DUNE.0, Fate::Changed);
        bench.lists.turn().await;
        assert!(bench.unread(Section::Favorites).await.is_empty());
    }
}

#[tokio::test]
async fn the_marks_of_an_episode_that_was_merged_follow_it_to_its_new_number() {
    let bench = Bench::start().await;
    let undo = bench.done(whole(DUNE), Intent::Watched).await.undo.expect("can be undone");
    bench.done(one(DUNE, 5), Intent::Favorite).await;
    bench.press(BEN, one(DUNE, 5), Intent::Watched).await;
    bench.lists.turn().await;
    bench.few.has_moved.store(true, Ordering::Relaxed);
    // What was merged before follows too.
    for (from, into) in [(10_005, 10_014), (10_014, 10_015)] {
        bench.changes(1, RecordKind::Episodes, from, Fate::MergedInto(into));
    }
    bench.lists.turn().await;
    let watched = async |user| {
        let season = bench.lists.season(user, DUNE, 1).await.expect("asked").expect("a season");
        let watched = season.episodes.iter().filter(|episode| episode.is_watched);
        watched.map(|episode| episode.number).collect::<Vec<_>>()
    };
    assert_eq!(watched(ANN).await, [1, 2, 6], "1x5 is another episode now");
    assert_eq!(watched(BEN).await, [6]);
    assert_eq!(bench.names(Section::Favorites).await, ["series-1 1x6"]);
    let n_marks = bench.lists.database.everything_of(ANN).await.expect("lists").len();
    assert_eq!(n_marks, 5 + 1, "none is lost and none doubled");
    let taken = bench.lists.database.undo(ANN, undo, UnixMillis(0)).await.expect("a database");
    assert_eq!(taken.map(|taken| taken.n_changed), Some(5));
    assert_eq!(watched(ANN).await, [0_u32; 0]);
}

#[tokio::test]
async fn what_thetvdb_deleted_stays_in_the_lists() {
    let bench = Bench::start().await;
    bench.done(movie(2), Intent::Watched).await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.lists.turn().await;
    bench.few.gone_below.store(3, Ordering::Relaxed);
    bench.changes(1, RecordKind::Movies, 2, Fate::Deleted);
    bench.changes(1, RecordKind::Series, 1, Fate::Changed);
    bench.lists.turn().await;
    assert_eq!(bench.names(Section::Watched).await, ["movie-2", "series-1"]);
    assert!(bench.state(DUNE).await.is_watched);
    bench.n_requests();
    bench.lists.turn().await;
    assert_eq!(bench.n_requests(), 0, "what is gone is not asked for again");
}

#[tokio::test]
async fn an_outage_delays_the_changes_of_a_day_and_a_long_one_reads_everything_again() {
    let bench = Bench::start().await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.lists.turn().await;
    bench.few.has_grown.store(true, Ordering::Relaxed);
    bench.few.is_away.store(true, Ordering::Relaxed);
    bench.changes(1, RecordKind::Series, 1, Fate::Changed);
    bench.lists.turn().await;
    assert!(bench.state(DUNE).await.is_watched, "as it was stored");
    bench.few.is_away.store(false, Ordering::Relaxed);
    bench.lists.turn().await;
    assert_eq!(bench.state(DUNE).await.aired, 6);
    bench.few.has_grown.store(false, Ordering::Relaxed);
    bench.clock.run_ahead(DAY * 60);
    assert!(bench.state(DUNE).await.stale_ms.is_some(), "nobody has checked it for long");
    bench.lists.turn().await;
    let state = bench.state(DUNE).await;
    assert_eq!((state.aired, state.stale_ms), (5, None));
}

#[tokio::test]
async fn an_answer_without_episodes_takes_none_away_and_is_asked_for_again() {
    let bench = Bench::start().await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.done(whole(LONG), Intent::Watched).await;
    bench.lists.turn().await;
    for (days, lack, series) in [
        (1, Lack::List, DUNE),
        (2, Lack::Items, DUNE),
        (3, Lack::Page, DUNE),
        (4, Lack::List, LONG),
        (5, Lack::Page, LONG),
        (6, Lack::Items, LONG),
    ] {
        *bench.few.lack.lock().expect("no panic") = lack;
        let before = bench.state(series).await;
        bench.changes(days, RecordKind::Series, series.0, Fate::Changed);
        bench.lists.turn().await;
        let state = bench.state(series).await;
        assert_eq!((state.seen, state.aired), (before.seen, before.aired), "{lack:?} {series:?}");
    }
    bench.n_requests();
    bench.lists.turn().await;
    assert_eq!(bench.n_requests(), 0, "not at once");
    *bench.few.lack.lock().expect("no panic") = Lack::Nothing;
    bench.few.has_grown.store(true, Ordering::Relaxed);
    bench.clock.run_ahead(DAY * 6 + DAY / 12);
    bench.lists.turn().await;
    assert_eq!(bench.state(DUNE).await.aired, 6);
}

#[tokio::test]
async fn an_answer_that_lacks_a_page_takes_none_away_even_if_it_has_more_than_was_known() {
    let bench = Bench::start().await;
    let mut known = episodes(LONG.0, 2).episodes;
    known.extend(episodes(LONG.0, 0).episodes.into_iter().take(3));
    let title = title(LONG.into());
    let series = WholeSeries { title, episodes: known, is_outdated: false, is_cut: false };
    bench.lists.database.store_series(&series, bench.clock.now()).await.expect("kept");
    assert_eq!(bench.done(whole(LONG), Intent::Watched).await.n_changed, 203);
    bench.lists.turn().await;
    for (days, lack) in [(1, Lack::List), (2, Lack::Items), (3, Lack::Page)] {
        *bench.few.lack.lock().expect("no panic") = lack;
        bench.changes(days, RecordKind::Series, LONG.0, Fate::Changed);
        bench.lists.turn().await;
        let state = bench.state(LONG).await;
        assert_eq!((state.seen, state.aired), (203, 1_200), "{lack:?}");
    }
}

#[tokio::test]
async fn a_series_that_was_imported_as_watched_stays_so_until_all_its_episodes_are_known() {
    for (lack, by_a_press) in [
        (Lack::List, false),
        (Lack::Items, false),
        (Lack::Page, false),
        (Lack::Items, true),
        (Lack::Page, true),
        (Lack::Freshness, true),
    ] {
        let bench = Bench::start().await;
        bench.is_imported_as_watched(LONG).await;
        let database = &bench.lists.database;
        *bench.few.lack.lock().expect("no panic") = lack;
        if by_a_press {
            bench.press(BEN, one(LONG, 7), Intent::Watched).await.expect("there is such a thing");
        }
        // What reads everything anew has no old list.
        if lack != Lack::Freshness {
            bench.lists.turn().await;
        }
        assert_eq!(bench.names(Section::Watched).await, ["series-4"], "{lack:?}");
        let marks = database.everything_of(ANN).await.expect("lists");
        assert_eq!(marks.len(), 1, "{lack:?}: it is watched as a whole");
        *bench.few.lack.lock().expect("no panic") = Lack::Nothing;
        bench.clock.run_ahead(DAY / 12);
        bench.lists.turn().await;
        let state = bench.state(LONG).await;
        assert_eq!((state.seen, state.aired, state.is_watched), (1_200, 1_200, true), "{lack:?}");
        assert_eq!(database.everything_of(ANN).await.expect("lists").len(), 1_200, "{lack:?}");
    }
}

#[tokio::test]
async fn an_episode_of_a_series_imported_as_watched_stays_off_once_it_was_taken_off() {
    for (is_stored, is_cut) in [(false, false), (true, false), (true, true)] {
        let bench = Bench::start().await;
        bench.few.has_searched.store(true, Ordering::Relaxed);
        let lack = if is_cut { Lack::Items } else { Lack::Nothing };
        *bench.few.lack.lock().expect("no panic") = lack;
        if is_stored {
            bench.press(BEN, one(LONG, 7), Intent::Watched).await.expect("there is such a thing");
        }
        bench.is_imported_as_watched(LONG).await;
        bench.done(one(LONG, 3), Intent::Watched).await;
        assert_eq!(bench.done(one(LONG, 3), Intent::Unwatched).await.n_changed, 1);
        *bench.few.lack.lock().expect("no panic") = Lack::Nothing;
        for _ in 0..3 {
            bench.clock.run_ahead(DAY / 12);
            bench.lists.turn().await;
        }
        let season = bench.lists.season(ANN, LONG, 1).await.expect("asked").expect("a season");
        let is_off = season.episodes.iter().find(|one| !one.is_watched).map(|one| one.id);
        assert_eq!(is_off, Some(EpisodeId(LONG.0 * 10_000 + 3)), "{is_stored} {is_cut}");
        let n_known = if is_cut { 1_000 } else { 1_200 };
        assert_eq!(season.state.seen, n_known - 1, "{is_stored} {is_cut}");
    }
}

#[tokio::test]
async fn a_press_that_changes_nothing_leaves_a_series_imported_as_watched_as_it_is() {
    let bench = Bench::start().await;
    bench.few.has_searched.store(true, Ordering::Relaxed);
    *bench.few.lack.lock().expect("no panic") = Lack::Items;
    bench.press(BEN, one(LONG, 7), Intent::Watched).await.expect("there is such a thing");
    bench.is_imported_as_watched(LONG).await;
    for (target, intent) in [
        (Target::Season { series: LONG, season: 0 }, Intent::Unwatched),
        (one(LONG, 9_999), Intent::Unwatched),
    ] {
        let marked = bench.press(ANN, target, intent).await;
        assert!(marked.is_none_or(|marked| marked.n_changed == 0), "{target:?}");
        let marks = bench.lists.database.everything_of(ANN).await.expect("lists");
        assert_eq!(marks.len(), 1, "{target:?}: it is watched as a whole");
    }
}

#[tokio::test]
async fn a_season_of_a_series_imported_as_watched_is_taken_back_and_brought_back() {
    let bench = Bench::start().await;
    bench.few.has_searched.store(true, Ordering::Relaxed);
    bench.press(BEN, one(DUNE, 3), Intent::Watched).await.expect("there is such a thing");
    bench.is_imported_as_watched(DUNE).await;
    let season = Target::Season { series: DUNE, season: 1 };
    let marked = bench.done(season, Intent::Unwatched).await;
    assert_eq!((marked.n_changed, marked.state.seen), (3, 2));
    bench.lists.turn().await;
    assert_eq!(bench.state(DUNE).await.seen, 2);
    let undo = marked.undo.expect("can be undone");
    let taken = bench.lists.database.undo(ANN, undo, bench.clock.now()).await.expect("asked");
    assert_eq!(taken.map(|taken| taken.n_changed), Some(3));
    assert!(bench.state(DUNE).await.is_watched);
}

#[tokio::test]
async fn a_merge_waits_until_all_episodes_of_what_it_became_are_known() {
    for lack in [Lack::List, Lack::Items, Lack::Page] {
        let bench = Bench::start().await;
        bench.done(whole(LONG), Intent::Watched).await;
        bench.lists.turn().await;
        *bench.few.lack.lock().expect("no panic") = lack;
        bench.merges(1, RecordKind::Series, (LONG.0, NEW_LONG.0));
        bench.lists.turn().await;
        let state = bench.state(LONG).await;
        assert_eq!((state.id, state.seen), (LONG.into(), 1_200), "{lack:?}");
        *bench.few.lack.lock().expect("no panic") = Lack::Nothing;
        bench.clock.run_ahead(DAY + DAY / 8);
        bench.lists.turn().await;
        let state = bench.state(LONG).await;
        assert_eq!((state.id, state.seen, state.aired), (NEW_LONG.into(), 1_200, 1_200));
    }
}

#[tokio::test]
async fn a_series_of_which_there_are_no_episodes_yet_has_its_name_all_the_same() {
    let bench = Bench::start().await;
    bench.few.is_away.store(true, Ordering::Relaxed);
    bench.done(whole(TOMORROW), Intent::Favorite).await;
    bench.few.is_away.store(false, Ordering::Relaxed);
    *bench.few.lack.lock().expect("no panic") = Lack::List;
    bench.lists.turn().await;
    assert!(bench.unread(Section::Favorites).await.is_empty());
    bench.n_requests();
    bench.lists.turn().await;
    assert_eq!(bench.n_requests(), 0, "nothing is left to read");
    *bench.few.lack.lock().expect("no panic") = Lack::Nothing;
    bench.changes(1, RecordKind::Series, TOMORROW.0, Fate::Changed);
    bench.lists.turn().await;
    assert!(bench.lists.season(ANN, TOMORROW, 1).await.expect("asked").is_some());
}

#[tokio::test]
async fn a_series_whose_first_answer_lacks_a_page_is_completed_in_the_background() {
    let bench = Bench::start().await;
    *bench.few.lack.lock().expect("no panic") = Lack::List;
    assert_eq!(bench.done(whole(LONG), Intent::Watched).await.n_changed, 1_000);
    *bench.few.lack.lock().expect("no panic") = Lack::Nothing;
    bench.lists.turn().await;
    assert_eq!(bench.state(LONG).await.aired, 1_200);
}

#[tokio::test]
async fn what_was_gone_for_a_moment_is_followed_again() {
    let bench = Bench::start().await;
    bench.done(movie(2), Intent::Watched).await;
    bench.done(whole(DUNE), Intent::Watched).await;
    bench.lists.turn().await;
    let changes = async |days, fates: [Fate<u64>; 2]| {
        bench.changes(days, RecordKind::Series, 1, fates[0]);
        bench.changes(days, RecordKind::Movies, 2, fates[1]);
        bench.lists.turn().await;
    };
    bench.few.gone_below.store(3, Ordering::Relaxed);
    changes(1, [Fate::Changed; 2]).await;
    bench.few.gone_below.store(0, Ordering::Relaxed);
    bench.few.has_grown.store(true, Ordering::Relaxed);
    changes(2, [Fate::Changed; 2]).await;
    assert_eq!(bench.state(DUNE).await.aired, 6);
    bench.few.gone_below.store(3, Ordering::Relaxed);
    changes(3, [Fate::Changed; 2]).await;
    let into = [NEW_DUNE.0, 6].map(Fate::MergedInto);
    changes(4, into).await;
    assert_eq!(bench.names(Section::Watched).await, ["movie-6"]);
    assert_eq!(bench.names(Section::InProgress).await, ["series-5"]);
}
