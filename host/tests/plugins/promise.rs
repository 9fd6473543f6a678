//! Libraries of earlier versions of plugin-api, stored in `tests/promise`, serve in today's host.

use crate::bed::{Bed, PATIENCE, messages, request};
use lumina_host::plugins::{Answer, CallError};
use lumina_plugin_api::{
    message::{Request, Response},
    reply::Reply,
    text::Text,
};
use std::{collections::BTreeMap, fs};

const SHELF_1_1_0: &[u8] = include_bytes!("../promise/1.1.0/shelf.so");
const PING_1_0_0: &[u8] = include_bytes!("../promise/1.0.0/ping.so");

/// What each stored request is answered with; `ping` has nothing but its command.
const ANSWERS_OF_PING: &[(&str, &str)] = &[
    ("autocomplete", "choices"),
    ("command", "reply"),
    ("command_in_french", "reply"),
    ("command_of_a_menu", "reply"),
    ("component", "Outdated"),
    ("delete", "done"),
    ("event", "done"),
    ("export", "exported"),
    ("modal", "Outdated"),
    ("restore", "done"),
    ("save", "saved"),
    ("start", "done"),
];
const ANSWERS_OF_SHELF: &[(&str, &str)] = &[
    ("autocomplete", "choices"),
    ("command", "reply"),
    ("command_in_french", "reply"),
    ("command_of_a_menu", "reply"),
    ("component", "reply"),
    ("delete", "done"),
    ("event", "done"),
    ("export", "exported"),
    ("modal", "reply"),
    ("restore", "done"),
    ("save", "saved"),
    ("start", "done"),
];

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
async fn stored_libraries_answer_every_stored_request() {
    for (plugin, library, wanted) in
        [("ping", PING_1_0_0, ANSWERS_OF_PING), ("shelf", SHELF_1_1_0, ANSWERS_OF_SHELF)]
    {
        let bed = Bed::new().await;
        bed.install_bytes(plugin, library);
        bed.load(plugin).await;
        let registry = bed.plugins.registry();
        let serving = registry.plugin(plugin).unwrap();
        let mut answered = BTreeMap::new();
        for (name, request) in stored_requests() {
            answered.insert(name, kind(serving.call(&request, PATIENCE).await));
        }
        let wanted: BTreeMap<_, _> =
            wanted.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect();
        assert_eq!(answered, wanted, "{plugin}");
    }
}

/// Reads every request that is stored, by its name.
fn stored_requests() -> impl Iterator<Item = (String, Request)> {
    let files = fs::read_dir(messages()).unwrap().map(|file| file.unwrap().path());
    files.filter_map(|path| {
        let name = path.file_stem()?.to_str()?.strip_prefix("request_")?.to_owned();
        Some((name, serde_json::from_slice(&fs::read(path).unwrap()).unwrap()))
    })
}

fn kind(answered: Result<Answer, CallError>) -> String {
    match answered.map(|answer| answer.response) {
        Ok(Response::Done {}) => "done".to_owned(),
        Ok(Response::Saved(_)) => "saved".to_owned(),
        Ok(Response::Reply(_)) => "reply".to_owned(),
        Ok(Response::Choices(_)) => "choices".to_owned(),
        Ok(Response::Exported(_)) => "exported".to_owned(),
        Ok(other) => panic!("{other:?}"),
        Err(CallError::Plugin { error, .. }) => format!("{:?}", error.kind),
        Err(other) => panic!("{other:?}"),
    }
}
