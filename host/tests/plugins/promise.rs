//! Libraries of earlier versions of plugin-api, stored in `tests/promise`, serve in today's host.

use crate::bed::{Bed, PATIENCE, request};
use lumina_plugin_api::{
    message::{Request, Response},
    reply::Reply,
    text::Text,
};

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
