//! What no transcript shows of the tracker: what it costs TheTVDB, and what Discord is told in French.

use lumina_sandbox::{
    catalogue::{Episode, Gone, Kind},
    discord::{RestFault, Span},
    session::{Session, SessionOptions},
    tvdb::Fault,
};
use serde_json::Value;
use std::{process::Command, time::Duration};

#[path = "transcripts/layout.rs"]
mod layout;

/// The most requests of a first answer, the login aside.
const REQUESTS_MAX: usize = 2;

async fn session() -> Session {
    let options = SessionOptions { steady: true, ..SessionOptions::of_layout(&layout::layout()) };
    Session::start(options).await.expect("the sandbox starts")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_answer_costs_two_requests_at_most() {
    let mut session = session().await;
    for line in [
        "/search query:dune",
        "/search query:\"salt ledger\"",
        "/search query:series-310102",
        "/search query:121361 type:series by_id:true",
        "/search query:\"everlasting street\"",
    ] {
        session.tvdb().clear_journal();
        let shown = session.line(line).await;
        assert!(shown.contains("View episodes"), "{line}\n{shown}");
        let asked = session.tvdb().journal();
        let asked: Vec<_> = asked.iter().filter(|seen| seen.path != "/login").collect();
        assert!(asked.len() <= REQUESTS_MAX, "{line}: {asked:?}");
        session.line("advance 8s").await;
    }
    assert!(session.stop_host().await.expect("the host ends"));
}

/// The most that is typed until the background has done its work.
const TURNS_MAX: usize = 60;

/// Lets time pass, and looks at the profile until it holds `expected`.
async fn until_profile(session: &mut Session, expected: &str) -> String {
    let mut shown = String::new();
    for _ in 0..TURNS_MAX {
        shown = session.line("/profile").await;
        if shown.contains(expected) {
            return shown;
        }
        session.line("advance 61s").await;
    }
    panic!("no `{expected}` in\n{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_original_kept_is_shown_by_its_names_after_an_import() {
    const ORIGINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tracker/original.db");
    let mut session = session().await;
    assert!(session.stop_host().await.expect("the host ends"));
    let output = Command::new(layout::layout().join("lumina"))
        .env_clear()
        .env("BOT_TOKEN", "token")
        .env("TVDB_API_KEY", "key")
        .env("DATA_DIR", session.data_dir())
        .args(["import-original", ORIGINAL, "--apply"])
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    session.tvdb().set_fault(Some(Fault::Down));
    session.start_host().await.expect("the host starts");
    let shown = session.line("/profile").await;
    assert!(shown.contains("movie-10101") && shown.contains("series-310102"), "{shown}");
    session.tvdb().set_fault(None);
    for expected in ["2/23", "Dune Harbor", "next: S01E03", "Dune Runner", "The Dunes of Marrow"] {
        until_profile(&mut session, expected).await;
    }
    assert!(session.stop_host().await.expect("the host ends"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_episode_makes_a_series_partly_watched_within_a_day_and_the_profile_says_what_is_next()
 {
    const DUNE_HARBOR: u64 = 310_101;
    let mut session = session().await;
    session.line("/search query:\"dune harbor\"").await;
    session.line("button 1").await;
    let shown = session.line("/profile").await;
    assert!(shown.contains("Watched (1)") && !shown.contains("In progress"), "{shown}");
    session.tvdb().edit(|catalogue| {
        let series = catalogue.title_mut(Kind::Series, DUNE_HARBOR).expect("it is there");
        let last = series.episodes.last().expect("it has episodes").clone();
        let aired = Some("2026-01-01".to_owned());
        series.episodes.push(Episode {
            id: last.id + 1,
            number: last.number.map(|number| number + 1),
            aired,
            ..last
        });
        // Far ahead, so that it is a change whatever the day is.
        series.updated = 4_000_000_000;
    });
    session.line("advance 1d").await;
    let shown = until_profile(&mut session, "23/24").await;
    assert!(shown.contains("In progress (1)") && shown.contains("next: S03E11"), "{shown}");
    assert!(session.stop_host().await.expect("the host ends"));
}

/// What is shown in one line, as if the screen were wide enough.
fn unwrapped(shown: &str) -> String {
    shown.split_whitespace().filter(|word| *word != "┃").collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_marked_episode_that_thetvdb_takes_away_is_found_in_its_season_and_taken_off() {
    const DUNE_HARBOR: u64 = 310_101;
    let mut session = session().await;
    session.line("/search query:\"dune harbor\"").await;
    for line in ["button 3", "button 2", "button 3", "button 4"] {
        session.line(line).await;
    }
    let shown = session.line("button 2").await;
    assert!(shown.contains("S01E02") && shown.contains("2 of "), "{shown}");
    session.tvdb().edit(|catalogue| {
        let series = catalogue.title_mut(Kind::Series, DUNE_HARBOR).expect("it is there");
        series.episodes.retain(|episode| (episode.season, episode.number) != (1, Some(1)));
        // Far ahead, so that it is a change whatever the day is.
        series.updated = 4_000_000_000;
    });
    session.line("advance 1d").await;
    let shown = until_profile(&mut session, "1/22").await;
    assert!(shown.contains("Favorites (1)") && shown.contains("S01E01"), "{shown}");
    let told = ["one episode watched is no longer on TheTVDB", " · no longer on TheTVDB"];
    assert!(told.iter().all(|told| unwrapped(&shown).contains(told)), "{shown}");
    let french = session.line("as elodie /profile user:mira").await;
    let told = ["1 épisode vu n’est plus sur TheTVDB", " · n’est plus sur TheTVDB"];
    assert!(told.iter().all(|told| unwrapped(&french).contains(told)), "{french}");
    session.line("/search query:\"dune harbor\"").await;
    let shown = session.line("button 3").await;
    assert!(shown.contains("S01E03") && shown.contains("No longer on TheTVDB"), "{shown}");
    let shown = session.line("select 2 1").await;
    assert!(shown.contains("TheTVDB does not list this episode any more"), "{shown}");
    let since = shown.lines().find(|line| line.contains("✅ Watched ")).expect("a day").to_owned();
    let shown = session.line("button 3").await;
    assert!(shown.contains("no longer one of your favorites"), "{shown}");
    let shown = session.line("button 7").await;
    assert!(shown.contains("Taken back: one episode") && shown.contains("Unfavorite"), "{shown}");
    session.line("button 3").await;
    let shown = session.line("button 2").await;
    assert!(shown.contains("Watched 1 of 22 episodes"), "the series is left: {shown}");
    let shown = session.line("button 4").await;
    assert!(shown.contains("Taken back: one episode") && shown.contains(&since), "{shown}");
    let shown = session.line("button 2").await;
    assert!(shown.contains("Watched 1 of 22 episodes"), "the series is left: {shown}");
    let shown = session.line("/profile").await;
    assert!(shown.contains("1/22") && !shown.contains("S01E01"), "{shown}");
    assert!(session.stop_host().await.expect("the host ends"));
}

/// Lets TheTVDB delete a title, or merge it into another of its kind, so that the host hears of it within a day.
fn goes(session: &Session, kind: Kind, id: u64, merged_into: Option<u64>) {
    // Far ahead, so that it is a change whatever the day is.
    let gone = Gone { kind, id, merged_into, at: 4_000_000_000 };
    session.tvdb().edit(|catalogue| catalogue.remove(gone));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_view_of_episodes_goes_on_in_what_thetvdb_merged_its_series_into() {
    const GONE: u64 = 310_103;
    const INTO: u64 = 350_665;
    let mut session = session().await;
    session.line("/search query:series-310103").await;
    session.line("button 3").await;
    let shown = session.line("button 2").await;
    assert!(shown.contains("Dune Gardeners") && shown.contains("1 of 6 watched"), "{shown}");
    goes(&session, Kind::Series, GONE, Some(INTO));
    session.line("dm").await;
    session.line("advance 1d").await;
    let shown = until_profile(&mut session, "Copper Kettle Detectives").await;
    assert!(shown.contains("1/12") && !shown.contains("Dune Gardeners"), "{shown}");
    session.line("channel general").await;
    let note = "TheTVDB has merged number 310103 into this one";
    let shown = session.line("button 4").await;
    assert!(shown.contains("S01E02") && shown.contains("1 of 12 watched"), "{shown}");
    assert!(shown.contains("Copper Kettle Detectives") && shown.contains(note), "{shown}");
    let shown = session.line("button 2").await;
    assert!(shown.contains("2 of 12 watched") && !shown.contains(note), "once: {shown}");
    session.line("advance 8s").await;
    let shown = session.line("/search query:series-310103").await;
    assert!(shown.contains(note) && shown.contains("Watched 2 of 12 episodes."), "{shown}");
    assert!(session.stop_host().await.expect("the host ends"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_thetvdb_has_deleted_can_be_taken_off_the_lists() {
    let mut session = session().await;
    session.line("/search query:movie-10101").await;
    session.line("button 1").await;
    goes(&session, Kind::Movie, 10_101, None);
    session.line("advance 1d").await;
    let shown = session.line("/profile").await;
    assert!(shown.contains("Dune Runner"), "{shown}");
    let shown = session.line("/search query:movie-10101").await;
    assert!(shown.contains("Dune Runner") && shown.contains("Unmark as watched"), "{shown}");
    // It was TheTVDB that said so.
    let (told, silent) = ("No longer on TheTVDB. This is what is kept", "does not answer");
    assert!(unwrapped(&shown).contains(told) && !shown.contains(silent), "{shown}");
    let french = session.line("as elodie /search query:movie-10101").await;
    let (told, silent) = ("N’est plus sur TheTVDB. Voici ce qui en est conservé", "ne répond pas");
    assert!(unwrapped(&french).contains(told) && !french.contains(silent), "{french}");
    session.line("advance 8s").await;
    session.line("/search query:movie-10101").await;
    let shown = session.line("button 1").await;
    assert!(shown.contains("Mark as watched"), "{shown}");
    let shown = session.line("/profile").await;
    assert!(!shown.contains("Dune Runner"), "{shown}");
    assert!(session.stop_host().await.expect("the host ends"));
}

/// Begins again with nothing in memory, while TheTVDB is down.
async fn forgets_all_while_thetvdb_is_down(session: &mut Session) {
    session.tvdb().set_fault(Some(Fault::Down));
    session.line("restart hard").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_whose_title_cannot_be_read_is_told_and_kept_and_gets_its_name_later() {
    let mut session = session().await;
    for (query, button) in [("movie-10101", 1), ("series-310102", 2)] {
        session.line(&format!("/search query:{query}")).await;
        forgets_all_while_thetvdb_is_down(&mut session).await;
        let told = unwrapped(&session.line(&format!("button {button}")).await);
        assert!(told.contains("✅ Done.") || told.contains("one of your favorites now"), "{told}");
        assert!(told.contains("could not be refreshed"), "{told}");
        session.tvdb().set_fault(None);
        session.line("advance 8s").await;
    }
    forgets_all_while_thetvdb_is_down(&mut session).await;
    let shown = session.line("/profile").await;
    for kept in ["Watched (1)", "movie-10101", "Favorites (1)", "series-310102"] {
        assert!(shown.contains(kept), "no `{kept}` in\n{shown}");
    }
    session.tvdb().set_fault(None);
    let shown = until_profile(&mut session, "Dune Runner").await;
    assert!(shown.contains("Time watched") && !shown.contains("movie-10101"), "{shown}");
    until_profile(&mut session, "The Dunes of Marrow").await;
    assert!(session.stop_host().await.expect("the host ends"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_search_has_shown_is_marked_by_its_name_and_the_rest_is_read_later() {
    let mut session = session().await;
    session.line("/search query:\"dune runner\"").await;
    session.tvdb().set_fault(Some(Fault::Down));
    let shown = session.line("button 1").await;
    assert!(shown.contains("Unmark as watched"), "{shown}");
    session.line("restart hard").await;
    let shown = session.line("/profile").await;
    assert!(shown.contains("Dune Runner") && !shown.contains("Time watched"), "{shown}");
    session.tvdb().set_fault(None);
    until_profile(&mut session, "Time watched").await;
    assert!(session.stop_host().await.expect("the host ends"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_series_whose_episodes_cannot_be_read_is_not_said_to_be_watched() {
    const QUERY: &str = "/search query:series-310102";
    let mut session = session().await;
    session.line(QUERY).await;
    forgets_all_while_thetvdb_is_down(&mut session).await;
    let told = session.line("button 1").await;
    assert!(told.contains("❌") && !told.contains("Marked") && !told.contains("Done"), "{told}");
    let shown = session.line("/profile").await;
    assert!(shown.contains("You have not marked anything yet"), "{shown}");
    session.tvdb().set_fault(None);
    session.line("advance 61s").await;
    session.line(QUERY).await;
    let shown = session.line("button 1").await;
    assert!(shown.contains("episodes as watched"), "{shown}");
    assert!(session.stop_host().await.expect("the host ends"));
}

/// How Discord refuses what nobody can see any more: the status, its own code, and what is told where that
/// is still possible.
const REFUSALS: [(u16, u64, Option<&str>); 4] = [
    // The message was deleted.
    (404, 10_008, Some("episodes as watched.")),
    // The token has expired, or the interaction is gone.
    (401, 50_027, None),
    (404, 10_015, None),
    (404, 10_062, None),
];

/// Looks for a series of which Discord has refused to show that `n_episodes` were marked: they are, and
/// the mark can be taken back.
async fn is_kept(session: &mut Session, query: &str, n_episodes: u32) {
    session.line("advance 8s").await;
    let shown = session.line(query).await;
    let kept = format!("Watched {n_episodes} of {n_episodes} episodes.");
    assert!(shown.contains(&kept), "{shown}");
    let shown = session.line("button 1").await;
    assert!(shown.contains("episodes are no longer marked"), "{shown}");
    session.line("advance 8s").await;
}

fn is_told(shown: &str, told: Option<&str>) -> bool {
    let is_private = shown.contains("(only Mira can see this)");
    match told {
        Some(told) => is_private && shown.contains(told),
        None => !is_private && !shown.contains("❌") && !shown.contains("Marked"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_is_kept_though_discord_refuses_to_show_it() {
    const QUERY: &str = "/search query:\"dune harbor\"";
    let mut session = session().await;
    for (status, code, told) in REFUSALS {
        session.line(QUERY).await;
        let refused = RestFault::Refused(status, code);
        session.discord().faults().rest_at("callback", refused, Span::Requests(1));
        let shown = session.line("button 1").await;
        session.discord().faults().clear();
        assert!(is_told(&shown, told), "{code}: {shown}");
        is_kept(&mut session, QUERY, 23).await;
    }
    assert!(session.stop_host().await.expect("the host ends"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_is_kept_though_discord_refuses_to_change_the_message_after_a_while() {
    /// Of several pages, so that TheTVDB is asked before it is marked.
    const QUERY: &str = "/search query:series-400005";
    /// Longer than the host waits before it says that an answer will come.
    const LATE: Duration = Duration::from_millis(1_700);
    for (status, code, told) in REFUSALS {
        let mut session = session().await;
        session.line(QUERY).await;
        session.tvdb().set_fault(Some(Fault::Slow(LATE)));
        let refused = RestFault::Refused(status, code);
        session.discord().faults().rest_at("@original", refused, Span::UntilCleared);
        let shown = session.line("button 1").await;
        session.discord().faults().clear();
        session.tvdb().set_fault(None);
        let asked = session.discord().journal();
        let mut edits = asked.iter().filter(|seen| seen.path.contains("@original"));
        assert!(edits.any(|seen| seen.status == status), "{code}: nothing refused\n{shown}");
        assert!(is_told(&shown, told), "{code}: {shown}");
        is_kept(&mut session, QUERY, 1_200).await;
        assert!(session.stop_host().await.expect("the host ends"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_presses_on_a_deleted_message_is_told_in_french_too_that_it_is_done() {
    let mut session = session().await;
    session.line("user elodie").await;
    session.line("/search query:\"dune runner\"").await;
    session.discord().faults().rest_at(
        "callback",
        RestFault::Refused(404, 10_008),
        Span::Requests(1),
    );
    let shown = session.line("button 1").await;
    assert!(
        shown.contains("C’est fait. Le message qui devait le montrer a été supprimé."),
        "{shown}"
    );
    assert!(session.stop_host().await.expect("the host ends"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_no_language_of_the_bot_reads_titles_too_in_that_of_the_guild() {
    let mut session = session().await;
    for guild in session.discord().guilds() {
        session.discord().set_guild_locale(guild.id, "fr");
    }
    session.line("user jonas").await;
    let shown = session.line("/search query:\"dune harbor\"").await;
    for expected in ["Le Port de la dune", "Résumé", "ensevelit lentement"] {
        assert!(shown.contains(expected), "no `{expected}` in\n{shown}");
    }
    session.line("button 1").await;
    let shown = session.line("/profile").await;
    assert!(shown.contains("Le Port de la dune"), "{shown}");
    assert!(session.stop_host().await.expect("the host ends"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_discord_lists_of_a_command_is_said_in_french_too() {
    let mut session = session().await;
    let commands = serde_json::to_value(session.discord().commands(None)).expect("JSON");
    let mut wrong = Vec::new();
    let commands = commands.as_array().expect("a list");
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        read(command, command["name"].as_str().unwrap_or_default(), &mut wrong);
    }
    assert!(wrong.is_empty(), "only in English: {wrong:#?}");
    assert!(session.stop_host().await.expect("the host ends"));
}

fn read(node: &Value, path: &str, wrong: &mut Vec<String>) {
    let is_slash = node["description"].as_str().is_some_and(|text| !text.is_empty());
    if is_slash && !node["description_localizations"]["fr"].is_string() {
        wrong.push(path.to_owned());
    }
    for choice in node["choices"].as_array().into_iter().flatten() {
        if !choice["name_localizations"]["fr"].is_string() {
            wrong.push(format!("{path}: {}", choice["name"]));
        }
    }
    for option in node["options"].as_array().into_iter().flatten() {
        read(option, &format!("{path} {}", option["name"].as_str().unwrap_or_default()), wrong);
    }
}
