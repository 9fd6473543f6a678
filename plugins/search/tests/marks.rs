//! What the buttons do: marks, favorites, the way through the episodes, and taking back.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../english.rs"]
mod english;
#[path = "marks/stage.rs"]
mod stage;

use lumina_plugin_api::{
    prelude::*,
    services::{
        catalogue::MediaId,
        lists::{self, Gathered, Intent, Marked, TitleState},
    },
    testing::{FakeLists, TestHost},
};
use stage::{Stage, Work, movie, series};
use std::{sync::Mutex, time::Duration};

/// Two seasons with gaps in their numbers, two specials and one episode that has not aired.
fn dark() -> Work {
    series(7, "Dark", &[(0, 1), (0, 2), (1, 1), (1, 2), (1, 4), (2, 3), (2, 5)], &[(2, 6)])
}

fn check(read: &str, expected: &[&str]) {
    let lines: Vec<&str> = read.lines().collect();
    assert_eq!(lines, expected, "\n{read}");
}

fn first_line(read: &str) -> &str {
    read.lines().next().unwrap()
}

fn last_line(read: &str) -> &str {
    read.lines().last().unwrap()
}

#[tokio::test]
async fn a_movie_is_marked_and_unmarked_and_the_button_says_which_comes_next() {
    let mut stage = Stage::of(vec![movie(1, "Dune")]).await;
    let about = ["🎬 Dune", "**Overview**", "*No overview available.*"];
    let read = stage.search("dune").await;
    check(&read, &[&about[..], &["[Mark as watched] [Favorite]"]].concat());
    let read = stage.press("Mark as watched").await;
    check(&read, &[&about[..], &["[Unmark as watched] [Favorite]"]].concat());
    let read = stage.press("Favorite").await;
    let loved = ["⭐ This is one of your favorites now."];
    check(&read, &[&loved[..], &about[..], &["[Unmark as watched] [Unfavorite]"]].concat());
    stage.press("Unmark").await;
    let read = stage.press("Unfavorite").await;
    let unloved = ["This is no longer one of your favorites."];
    check(&read, &[&unloved[..], &about[..], &["[Mark as watched] [Favorite]"]].concat());
}

#[tokio::test]
async fn an_old_button_changes_nothing_says_so_and_shows_how_things_are() {
    let mut stage = Stage::of(vec![movie(1, "Dune")]).await;
    stage.search("dune").await;
    for (button, after, sentence) in [
        ("Mark", "Unmark", "You had marked this as watched already; nothing has changed."),
        ("Unmark", "Mark", "You had not marked this as watched; nothing has changed."),
        ("Favorite", "Unfavorite", "This was a favorite of yours already; nothing has changed."),
        ("Unfavorite", "Favorite", "This was no favorite of yours; nothing has changed."),
    ] {
        let old = stage.action(button);
        stage.press(button).await;
        let read = stage.send(&old, None).await.unwrap();
        assert_eq!(first_line(&read), sentence);
        assert!(last_line(&read).contains(&format!("[{after}")), "{read}");
    }
}

#[tokio::test]
async fn a_series_is_marked_without_specials_and_what_has_not_aired_and_taken_back() {
    let mut stage = Stage::of(vec![dark()]).await;
    let read = stage.search("dark").await;
    assert_eq!(last_line(&read), "[Mark as watched] [Favorite] [View episodes]");
    let read = stage.press("Mark as watched").await;
    assert_eq!(first_line(&read), "✅ Marked 5 episodes as watched.");
    assert!(read.contains("\nWatched 5 of 5 episodes.\n"), "{read}");
    assert_eq!(last_line(&read), "[Unmark as watched] [Favorite] [View episodes] [Undo: Dark]");
    let old = stage.action("Undo");
    let read = stage.press("Undo").await;
    assert_eq!(first_line(&read), "Taken back: 5 episodes are as they were before.");
    assert_eq!(last_line(&read), "[Mark as watched] [Favorite] [View episodes]");
    let read = stage.send(&old, None).await.unwrap();
    assert!(first_line(&read).starts_with("This cannot be taken back any more"), "{read}");
}

#[tokio::test]
async fn what_was_done_can_be_taken_back_for_a_quarter_of_an_hour_wherever_one_goes() {
    let mut stage = Stage::of(vec![dark()]).await;
    stage.search("dark").await;
    stage.press("Mark as watched").await;
    stage.press("View episodes").await;
    stage.press("Next").await;
    stage.host.advance(Duration::from_secs(14 * 60));
    assert!(stage.press("Next").await.contains("[Undo: "));
    assert!(stage.press("Back").await.contains("[Undo: "));
    stage.host.advance(Duration::from_secs(60));
    assert!(!stage.press("Favorite").await.contains("[Undo: "));
}

#[tokio::test]
async fn from_a_search_to_an_episode_of_the_second_season_it_takes_five_actions() {
    let mut stage = Stage::of(vec![dark()]).await;
    stage.search("dark").await;
    stage.press("View episodes").await;
    stage.choose("Season 2").await;
    stage.choose("S02E05").await;
    let read = stage.press("Mark as watched").await;
    check(
        &read,
        &[
            "Dark",
            "S02E05 - Part 5",
            "*No overview available.*",
            "Aired <t:1700000000:D>.",
            "✅ Watched <t:1767225600:D>.",
            "▾ Specials (0 of 2 watched), Season 1 (0 of 3 watched), *Season 2 (1 of 2 watched)",
            "▾ S02E03 - Part 3, *✅S02E05 - Part 5, S02E06 - Part 6 (Not aired yet)",
            "[Previous] [Unmark as watched] [Favorite] [Next]",
            "[Mark season 2 as watched] [Back]",
        ],
    );
    let read = stage.press("Back").await;
    assert!(read.contains("\nWatched 1 of 5 episodes.\n"), "{read}");
}

#[tokio::test]
async fn one_walks_from_episode_to_episode_across_gaps_and_seasons() {
    let mut stage = Stage::of(vec![dark()]).await;
    stage.search("dark").await;
    let title = |read: &str| read.lines().nth(1).unwrap().to_owned();
    assert_eq!(title(&stage.press("View episodes").await), "S01E01 - Part 1");
    let mut walked = Vec::new();
    for _ in 0..5 {
        walked.push(title(&stage.press("Next").await)[..6].to_owned());
    }
    assert_eq!(walked, ["S01E02", "S01E04", "S02E03", "S02E05", "S02E06"]);
    let read = stage.read();
    assert!(read.contains("[-Next]") && read.contains("*Season 2"), "{read}");
    assert!(read.contains("It is not known when this airs."), "{read}");
    let read = stage.press("Previous").await;
    assert_eq!(title(&read), "S02E05 - Part 5");
    let read = stage.choose("Specials").await;
    assert_eq!(title(&read), "S00E01 - Part 1");
    assert!(read.contains("[-Previous]") && read.contains("[Mark the specials as watched]"));
}

#[tokio::test]
async fn the_view_opens_where_one_stopped() {
    let mut stage = Stage::of(vec![dark()]).await;
    stage.search("dark").await;
    stage.press("View episodes").await;
    let read = stage.press("Mark season 1").await;
    assert_eq!(first_line(&read), "✅ Marked 3 episodes as watched.");
    assert!(read.contains("✅Season 1 (3 of 3 watched)"), "{read}");
    assert_eq!(last_line(&read), "[Unmark season 1] [Back] [Undo: season 1 of Dark]");
    stage.choose("Season 2").await;
    stage.press("Mark as watched").await;
    stage.press("Back").await;
    let read = stage.press("View episodes").await;
    assert_eq!(read.lines().nth(1), Some("S02E05 - Part 5"));
    stage.choose("Season 1").await;
    let read = stage.press("Unmark season 1").await;
    assert_eq!(first_line(&read), "3 episodes are no longer marked as watched.");
}

#[tokio::test]
async fn shows_of_every_shape_have_a_view() {
    let unnumbered = series(1, "Zero", &[(1, 0), (1, 1)], &[]);
    let specials = series(2, "Lanterns", &[(0, 1), (0, 2)], &[]);
    let gap = series(3, "Missing Pages", &[(3, 7)], &[]);
    let announced = series(4, "Orchard", &[], &[(1, 1)]);
    for (work, title, season) in [
        (unnumbered, "S01E00 - Part 0", "[Mark season 1 as watched]"),
        (specials, "S00E01 - Part 1", "[Mark the specials as watched]"),
        (gap, "S03E07 - Part 7", "[Mark season 3 as watched]"),
        (announced, "S01E01 - Part 1", "[Mark season 1 as watched]"),
    ] {
        let mut stage = Stage::of(vec![work]).await;
        stage.search("x").await;
        let read = stage.press("View episodes").await;
        assert_eq!(read.lines().nth(1), Some(title));
        assert!(last_line(&read).starts_with(season), "{read}");
    }
}

#[tokio::test]
async fn what_has_not_aired_cannot_be_marked_as_a_whole() {
    let mut stage = Stage::of(vec![series(4, "Orchard", &[], &[(1, 1)])]).await;
    stage.search("orchard").await;
    let sentence = "Nothing of this has aired yet, so there is nothing to mark.";
    assert_eq!(first_line(&stage.press("Mark as watched").await), sentence);
    stage.press("View episodes").await;
    assert_eq!(first_line(&stage.press("Mark season 1").await), sentence);
}

#[tokio::test]
async fn a_series_without_episodes_says_so() {
    let mut stage = Stage::of(vec![series(4, "Unwritten", &[], &[])]).await;
    stage.search("unwritten").await;
    let read = stage.press("View episodes").await;
    assert_eq!(first_line(&read), "TheTVDB does not list any episodes of this series yet.");
    assert_eq!(last_line(&read), "[Mark as watched] [Favorite] [View episodes]");
}

#[tokio::test]
async fn more_seasons_and_episodes_than_a_menu_holds_come_by_pages() {
    let seasons = (1..=30).map(|season| (season, 1));
    let episodes = (2..=60).map(|number| (30, number));
    let aired: Vec<(u32, u32)> = seasons.chain(episodes).collect();
    let mut stage = Stage::of(vec![series(9, "Street", &aired, &[])]).await;
    stage.search("street").await;
    let read = stage.press("View episodes").await;
    assert!(read.contains("▾ *Season 1 ") && read.contains("More seasons (6 further seasons)"));
    let read = stage.choose("More seasons").await;
    assert!(read.contains("▾ ⬅️Previous seasons, Season 25 "), "{read}");
    assert_eq!(read.lines().nth(1), Some("S01E01 - Part 1"), "what is shown stays");
    let read = stage.choose("Season 30").await;
    assert!(read.contains("*Season 30"), "{read}");
    assert!(read.contains("S30E24 - Part 24, ➡️More episodes (36 further episodes)"), "{read}");
    stage.choose("More episodes").await;
    let read = stage.choose("More episodes").await;
    assert!(read.contains("▾ ⬅️Previous episodes, S30E48 "), "{read}");
    let read = stage.choose("S30E60").await;
    assert!(read.contains("*S30E60 - Part 60\n"), "{read}");
    let read = stage.choose("Previous episodes").await;
    assert!(read.contains("S30E25 - Part 25, ") && !read.contains("*S30E"), "{read}");
}

#[tokio::test]
async fn another_result_takes_its_own_marks_along() {
    let mut stage = Stage::of(vec![movie(1, "Dune"), dark()]).await;
    stage.search("d").await;
    stage.press("Mark as watched").await;
    let read = stage.choose("Dark").await;
    assert!(read.contains("\n[Mark as watched] [Favorite] [View episodes]\n"), "{read}");
    stage.press("View episodes").await;
    let read = stage.press("Back").await;
    assert!(read.ends_with("▾ 🎬Dune"), "{read}");
    let read = stage.choose("Dune").await;
    assert!(read.contains("\n[Unmark as watched] [Favorite]\n"), "{read}");
}

#[tokio::test]
async fn marks_on_what_thetvdb_does_not_have_can_be_taken_off() {
    let id: MediaId = "series-9".parse().unwrap();
    let host = TestHost::new().serving(lists::NAME, move |request| {
        let mut state = TitleState::new(id);
        let answer = match request {
            lists::Request::State { .. } => {
                state.seen = 2;
                serde_json::to_value(state)
            }
            lists::Request::Mark { intent: Intent::Unwatched, .. } => {
                serde_json::to_value(Marked::new(2, state))
            }
            other => panic!("not asked for: {other:?}"),
        };
        Ok(answer.unwrap())
    });
    let mut stage = Stage::with(host, vec![series(9, "Street", &[], &[]).0]).await;
    let read = stage.search("street").await;
    assert!(read.contains("[Unmark as watched]"), "{read}");
    stage.press("Unmark as watched").await;
}

#[tokio::test]
async fn a_long_reading_shows_how_far_it_is() {
    let id: MediaId = "series-9".parse().unwrap();
    let host = TestHost::new();
    let clock = host.clone();
    let host = host.serving(lists::NAME, move |request| {
        let mut state = TitleState::new(id);
        let answer = match request {
            lists::Request::State { .. } => {
                state.is_partial = true;
                serde_json::to_value(state)
            }
            lists::Request::Gather { pages, .. } => {
                clock.advance(Duration::from_millis(600));
                let mut gathered = Gathered::default();
                (gathered.n_episodes, gathered.is_complete) = (pages * 500, pages == 4);
                serde_json::to_value(gathered)
            }
            lists::Request::Mark { .. } => {
                (state.seen, state.aired, state.is_watched) = (1_200, 1_200, true);
                serde_json::to_value(Marked::new(1_200, state))
            }
            other => panic!("not asked for: {other:?}"),
        };
        Ok(answer.unwrap())
    });
    let mut stage = Stage::with(host, vec![series(9, "Street", &[], &[]).0]).await;
    stage.search("street").await;
    let read = stage.press("Mark as watched").await;
    assert_eq!(first_line(&read), "✅ Marked 1200 episodes as watched.");
    let edits = stage.edits.lock().unwrap().clone();
    let so_far = |n: u32| format!("⏳ Reading the list of episodes: {n} so far …");
    assert_eq!(edits, [so_far(1_000), so_far(1_500)], "once a second has passed");
}

#[tokio::test]
async fn all_seasons_of_a_long_series_are_there_before_anything_of_it_is_marked() {
    let (title, episodes) = dark();
    let fake = Mutex::new(FakeLists::new().title(title.clone(), episodes));
    let host = TestHost::new().serving(lists::NAME, move |request: lists::Request| {
        let is_state = matches!(request, lists::Request::State { .. });
        let mut answer = fake.lock().unwrap().answer(request)?;
        if is_state {
            answer["is_partial"] = true.into();
            answer["seasons"].as_array_mut().unwrap().truncate(2);
        }
        Ok(answer)
    });
    let mut stage = Stage::with(host, vec![title]).await;
    stage.search("dark").await;
    let read = stage.press("View episodes").await;
    let seasons =
        "Specials (0 of 2 watched), *Season 1 (0 of 3 watched), Season 2 (0 of 2 watched)";
    assert!(read.contains(seasons), "{read}");
}

#[tokio::test]
async fn what_would_be_taken_back_is_named_on_its_button_within_what_discord_takes() {
    let (mut title, episodes) = dark();
    title.name = "The Unabridged ".repeat(20);
    let mut stage = Stage::of(vec![(title, episodes)]).await;
    stage.search("dark").await;
    stage.press("View episodes").await;
    let label = |read: &str| {
        let (_, rest) = read.rsplit_once("[Undo: ").expect("a button");
        format!("Undo: {}", rest.split_once(']').expect("its end").0.replace(['⟨', '⟩'], ""))
    };
    let season = label(&stage.press("Mark season 1").await);
    assert!(season.starts_with("Undo: season 1 of The Unabridged"), "{season}");
    assert!(season.chars().count() <= 80, "{season}");
    stage.choose("Specials").await;
    let specials = label(&stage.press("Mark the specials").await);
    assert!(specials.starts_with("Undo: specials of The"), "{specials}");
    stage.press("Back").await;
    let whole = label(&stage.press("Mark as watched").await);
    assert!(whole.starts_with("Undo: The Unabridged"), "{whole}");
}

#[tokio::test]
async fn what_was_done_is_told_where_nobody_can_say_how_things_are() {
    let (title, _) = movie(1, "Dune");
    let id = title.id;
    let host = TestHost::new().serving(lists::NAME, move |request| match request {
        lists::Request::Mark { .. } => {
            let mut state = TitleState::new(id);
            state.is_partial = true;
            Ok(Marked::new(1, state))
        }
        _ => Err(Error::new(ErrorKind::Unavailable)),
    });
    let mut stage = Stage::with(host, vec![title]).await;
    stage.search("dune").await;
    for button in ["Mark as watched", "Favorite"] {
        let read = stage.press(button).await;
        let told = ["✅ Done.", "⭐ This is one of your favorites now."];
        assert!(told.contains(&first_line(&read)), "{read}");
    }
}

#[tokio::test]
async fn what_was_done_is_told_even_where_the_message_cannot_be_refreshed() {
    let mut stage = Stage::of(vec![movie(1, "Dune")]).await;
    stage.search("dune").await;
    let action = stage.action("Mark as watched");
    stage.host = stage
        .host
        .clone()
        .serving(lumina_plugin_api::services::catalogue::NAME, |_: serde_json::Value| {
            Err::<(), _>(Error::new(ErrorKind::Unavailable))
        });
    let told = stage.send(&action, None).await.unwrap();
    let rest = "The message above could not be refreshed; try a button on it later.";
    assert_eq!(told, format!("privately: ✅ Done. {rest}"));
    let told = stage.send(&action, None).await.unwrap();
    assert!(told.starts_with("privately: You had marked this as watched already"), "{told}");
}

#[tokio::test]
async fn a_search_shows_its_result_where_the_lists_cannot_be_read() {
    let host = TestHost::new().serving(lists::NAME, |_: lists::Request| {
        Err::<(), _>(Error::new(ErrorKind::Unavailable).message("The lists are closed."))
    });
    let mut stage = Stage::with(host, vec![movie(1, "Dune").0]).await;
    let read = stage.search("dune").await;
    assert_eq!(last_line(&read), "[Mark as watched] [Favorite]");
    let action = stage.action("Mark");
    let error = stage.send(&action, None).await.unwrap_err();
    assert_eq!(error.message, Some("The lists are closed.".into()), "in the host's own words");
}

#[tokio::test]
async fn what_no_version_made_is_outdated_and_what_is_gone_is_said() {
    let mut stage = Stage::of(vec![movie(1, "Dune"), dark()]).await;
    stage.search("dune").await;
    let movie = stage.action("Mark as watched").state;
    for (handler, state) in [
        ("toggle", movie.as_str()),
        ("watch", "7"),
        ("episodes-all", movie.as_str()),
        ("e-watch", movie.as_str()),
        ("s-watch", r#"{"s":"series-7"}"#),
        ("season", r#"{"s":"series-7"}"#),
        ("undo", movie.as_str()),
    ] {
        let mut action = Action::new(handler, &());
        action.state = state.to_owned();
        let error = stage.send(&action, None).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Outdated, "{handler} {state}");
    }
    for (handler, state) in [
        ("watch", r#"{"s":"movie-99"}"#),
        ("episodes", r#"{"s":"series-99"}"#),
        ("e-watch", r#"{"s":"series-7","a":[1,99]}"#),
        ("next", r#"{"s":"series-7","a":[1,99]}"#),
        ("s-watch", r#"{"s":"series-7","a":[99,99]}"#),
    ] {
        let mut action = Action::new(handler, &());
        action.state = state.to_owned();
        let error = stage.send(&action, None).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{handler} {state}");
        stage::show(&error.message.unwrap());
    }
}

#[tokio::test]
async fn an_episode_that_thetvdb_took_away_is_shown_to_whom_it_is_marked_for_and_taken_off() {
    let (title, mut episodes) = dark();
    for episode in &mut episodes {
        episode.is_gone = matches!(episode.id.0, 1_004 | 2_000..);
    }
    let mut stage = Stage::of(vec![(title, episodes)]).await;
    stage.search("dark").await;
    let read = stage.press("View episodes").await;
    assert!(!read.contains("Part 4") && !read.contains("Season 2"), "{read}");
    for (handler, state) in [
        ("e-love", r#"{"s":"series-7","a":[1,1004]}"#),
        ("e-watch", r#"{"s":"series-7","a":[1,1004]}"#),
        ("e-love", r#"{"s":"series-7","a":[2,2003]}"#),
    ] {
        let mut action = Action::new(handler, &());
        action.state = state.to_owned();
        stage.send(&action, None).await.unwrap();
    }
    stage.choose("Season 1").await;
    let read = stage.choose("S01E04").await;
    check(
        &read,
        &[
            "Dark",
            "S01E04 - Part 4",
            "Aired <t:1700000000:D>.",
            "✅ Watched <t:1767225600:D>.",
            "*TheTVDB does not list this episode any more; it is here because it is in your lists, and counts nowhere.*",
            "▾ Specials (0 of 2 watched), *Season 1 (0 of 2 watched), Season 2 (No longer on TheTVDB)",
            "▾ S01E01 - Part 1, S01E02 - Part 2, *✅S01E04 - Part 4 (No longer on TheTVDB)",
            "[Previous] [Unmark as watched] [Unfavorite] [Next]",
            "[Mark season 1 as watched] [Back]",
        ],
    );
    let read = stage.choose("Season 1").await;
    assert_eq!(read.lines().nth(1), Some("S01E01 - Part 1"), "what is gone is not next");
    stage.choose("S01E04").await;
    let read = stage.press("Unmark as watched").await;
    assert!(read.contains("S01E04 - Part 4 (No longer on TheTVDB)"), "still a favorite: {read}");
    let read = stage.press("Unfavorite").await;
    let about = ["**Overview**", "*No overview available.*"];
    let removed = ["This is no longer one of your favorites.", "📺 Dark"];
    let buttons = ["[Mark as watched] [Favorite] [View episodes] [Undo: episode of Dark]"];
    check(&read, &[&removed[..], &about, &buttons].concat());
    stage.press("View episodes").await;
    let read = stage.press("Mark season 1").await;
    assert_eq!(first_line(&read), "✅ Marked 2 episodes as watched.");
    let read = stage.choose("Season 2").await;
    assert_eq!(read.lines().nth(1), Some("S02E03 - Part 3"));
    assert!(read.contains("[-Mark season 2 as watched]"), "there is nothing to mark: {read}");
    stage.press("Back").await;
    let read = stage.press("View episodes").await;
    assert_eq!(
        read.lines().nth(1),
        Some("S01E01 - Part 1"),
        "nothing is due, and season 2 is gone"
    );
}

#[tokio::test]
async fn what_was_taken_off_an_episode_that_thetvdb_took_away_is_brought_back_and_shown() {
    let (title, mut episodes) = dark();
    episodes.iter_mut().for_each(|episode| episode.is_gone = episode.id.0 == 1_004);
    let mut stage = Stage::of(vec![(title, episodes)]).await;
    stage.search("dark").await;
    for handler in ["e-love", "e-watch"] {
        let mut action = Action::new(handler, &());
        action.state = r#"{"s":"series-7","a":[1,1004]}"#.to_owned();
        stage.send(&action, None).await.unwrap();
    }
    let read = stage.press("Unmark as watched").await;
    assert_eq!(last_line(&read), "[Mark season 1 as watched] [Back] [Undo: episode of Dark]");
    let read = stage.press("Undo").await;
    assert_eq!(first_line(&read), "Taken back: one episode is as it was before.");
    assert!(read.contains("*✅S01E04 - Part 4") && !read.contains("[Undo"), "{read}");
    stage.press("Unmark as watched").await;
    let read = stage.press("Unfavorite").await;
    assert!(last_line(&read).ends_with("[View episodes] [Undo: episode of Dark]"), "{read}");
    let read = stage.press("Undo").await;
    assert_eq!(read.lines().nth(2), Some("S01E04 - Part 4"), "it is there again: {read}");
    assert!(read.contains("[Mark as watched] [Unfavorite]"), "{read}");
}

#[tokio::test]
async fn episodes_without_a_number_are_named_by_their_name_or_by_their_id() {
    let (title, mut episodes) = series(7, "Dark", &[(1, 0), (1, 1), (1, 2), (1, 3)], &[]);
    for episode in &mut episodes[2..] {
        (episode.number, episode.is_unnumbered) = (0, true);
    }
    episodes[2].name = Some("The Way Home".to_owned());
    episodes[3].name = None;
    let last = episodes[3].id.0;
    let mut stage = Stage::of(vec![(title, episodes)]).await;
    stage.search("dark").await;
    let read = stage.press("View episodes").await;
    assert!(read.contains("S01E00 - Part 0"), "{read}");
    let unnumbered = format!("Episode without a number ({last})");
    for (n_watched, name) in (1..).zip(["S01 - The Way Home", &unnumbered]) {
        let read = stage.choose(name).await;
        assert_eq!(read.lines().nth(1), Some(name), "{read}");
        let read = stage.press("Mark as watched").await;
        assert!(read.contains(&format!("({n_watched} of 4 watched)")), "{read}");
    }
    assert_eq!(stage.press("Previous").await.lines().nth(1), Some("S01 - The Way Home"));
}
