//! What `/ping` answers.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../english.rs"]
mod english;

use english::English;
use lumina_ping::Ping;
use lumina_plugin_api::{
    prelude::*,
    services::discord::{self, Latency},
    testing::{TestHost, call},
};

async fn answer(latency: Result<Latency>) -> Result<Reply> {
    let host = TestHost::new().serving(discord::NAME, move |request| match request {
        discord::Request::Latency { interaction: InteractionId(1_000) } => latency.clone(),
        other => panic!("not asked for: {other:?}"),
    });
    let ping = Ping::create(host.ctx()).await?;
    ping.command(host.ctx(), call("ping").build()).await
}

async fn check(latency: Latency, expected: &str) {
    let reply = answer(Ok(latency)).await.unwrap();
    let Reply::Message { message, private: false } = reply else { panic!("{reply:?}") };
    assert_eq!(English::of(&Ping::descriptor()).show(&message.content), expected);
}

#[tokio::test]
async fn the_latency_is_told_to_everyone_with_two_decimals() {
    check(
        Latency::new(Some(12.3456), 0.5),
        "Pong! Discord answers in 12.35 ms, and 0.50 ms passed inside Lumina.",
    )
    .await;
}

#[tokio::test]
async fn before_the_first_heartbeat_it_says_that_nothing_is_measured_yet() {
    check(
        Latency::new(None, 1.0),
        "Pong! The way to Discord is not measured yet, and 1.00 ms passed inside Lumina.",
    )
    .await;
}

#[tokio::test]
async fn a_failure_of_the_host_is_passed_on() {
    let error = Error::new(ErrorKind::Unavailable);
    assert_eq!(answer(Err(error.clone())).await.unwrap_err(), error);
}

#[test]
fn it_may_be_asked_without_limit_and_every_declared_text_exists() {
    let descriptor = Ping::descriptor();
    let english = English::of(&descriptor);
    let ping = &descriptor.commands[0];
    assert_eq!((ping.name.as_str(), &ping.handling.limit), ("ping", &Limit::Unlimited));
    assert_eq!(ping.contexts, Context::everywhere());
    assert_eq!(ping.integration_types, IntegrationType::both());
    assert!(english.show(&descriptor.summary).ends_with('.'));
    assert!(english.show(&ping.description).chars().count() <= 100);
}
