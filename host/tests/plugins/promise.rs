//! Libraries of earlier versions of plugin-api, stored in `tests/promise`, serve in today's host.

use crate::bed::{Bed, PATIENCE, messages, request};
use lumina_plugin_api::{
    message::{Request, Response},
    reply::Reply,
    text::Text,
};

const SHELF_1_1_0: &[u8] = include_bytes!("../promise/1.1.0/shelf.so");
const PING_1_0_0: &[u8] = include_bytes!("../promise/1.0.0/ping.so");
const REQUEST_1_0_0: &str =
    include_str!("../../../plugin-api/tests/messages/request_autocomplete.json");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_of_the_first_version_loads_answers_and_goes() {
    let bed = Bed::new().await;
    bed.install_bytes("ping", PING_1_0_0);
    let change = bed.load("ping").await;
    assert_eq!(change.to.as_deref(), Some("0.1.0"));
    let registry = bed.plugins.registry();
    let ping = registry.plugin("ping").unwrap();
    assert_eq!(ping.descriptor().commands[0].name, "ping");
    let answer = ping.call(&request("ping", &[]), PATIENCE).await.unwrap();
    let Response::Reply(reply) = answer.response else { panic!("{:?}", answer.response) };
    let Reply::Message { message, private: false } = *reply else { panic!("{reply:?}") };
    let Text::Key(pong) = message.content else { panic!("{:?}", message.content) };
    assert_eq!((pong.id.as_str(), pong.args.len()), ("pong", 2));
    drop(registry);
    bed.unload("ping").await;
    bed.until_given_back().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_of_the_first_version_takes_stored_requests() {
    let bed = Bed::new().await;
    bed.install_bytes("ping", PING_1_0_0);
    bed.load("ping").await;
    let request: Request = serde_json::from_str(REQUEST_1_0_0).unwrap();
    let registry = bed.plugins.registry();
    let answer = registry.plugin("ping").unwrap().call(&request, PATIENCE).await.unwrap();
    assert_eq!(answer.response, Response::Choices(Vec::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_of_1_1_asks_the_lists_everything_and_reads_every_stored_answer() {
    let bed = Bed::new().await;
    bed.install_bytes("shelf", SHELF_1_1_0);
    bed.load("shelf").await;
    let registry = bed.plugins.registry();
    let shelf = registry.plugin("shelf").unwrap();
    let locales: Vec<_> = shelf.descriptor().texts.iter().map(|text| &text.locale).collect();
    assert_eq!(locales, ["en", "fr"]);
    let answer = shelf.call(&request("shelf", &[]), PATIENCE).await.unwrap();
    let Response::Reply(reply) = answer.response else { panic!("{:?}", answer.response) };
    let Reply::Message { message, private: false } = *reply else { panic!("{reply:?}") };
    let Text::Key(said) = message.content else { panic!("{:?}", message.content) };
    assert_eq!((said.id.as_str(), said.args.len()), ("shelf", 8));
    drop(registry);
    bed.unload("shelf").await;
    bed.until_given_back().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_of_1_1_answers_every_stored_request() {
    let bed = Bed::new().await;
    bed.install_bytes("shelf", SHELF_1_1_0);
    bed.load("shelf").await;
    let registry = bed.plugins.registry();
    let shelf = registry.plugin("shelf").unwrap();
    for (name, wanted) in [
        ("autocomplete", "choices"),
        ("command", "reply"),
        ("command_of_a_menu", "reply"),
        ("component", "reply"),
        ("delete", "done"),
        ("event", "done"),
        ("export", "exported"),
        ("modal", "reply"),
        ("restore", "done"),
        ("save", "saved"),
        ("start", "done"),
    ] {
        let stored = std::fs::read(messages().join(format!("request_{name}.json"))).unwrap();
        let request: Request = serde_json::from_slice(&stored).unwrap();
        let answer = shelf.call(&request, PATIENCE).await.unwrap();
        assert_eq!(kind(&answer.response), wanted, "{name}");
    }
}

fn kind(response: &Response) -> &'static str {
    match response {
        Response::Done {} => "done",
        Response::Saved(_) => "saved",
        Response::Reply(_) => "reply",
        Response::Choices(_) => "choices",
        Response::Exported(_) => "exported",
        _ => "unknown",
    }
}
