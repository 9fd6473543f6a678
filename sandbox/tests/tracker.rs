//! What no transcript shows of the tracker: what it costs TheTVDB, and what Discord is told in French.

use lumina_sandbox::session::{Session, SessionOptions};
use serde_json::Value;

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
