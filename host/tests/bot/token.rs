//! What Discord says of the bot's token: once by mistake, or for good.

use crate::bed::{Bed, PATIENCE};
use lumina_sandbox::{
    discord::{RestFault, SimDiscordOptions, Span},
    host::HostProcess,
};
use std::time::Duration;

/// What the program ends with when starting again without a change is useless.
const WRONG_SETTINGS: i32 = 78;
/// Longer than commands of an unloaded plugin stay registered.
const AFTER_GRACE: Duration = Duration::from_secs(6 * 60);
/// Longer than the pause before commands are registered again.
const AFTER_PAUSE: Duration = Duration::from_secs(6);
const REFUSED: RestFault = RestFault::Refused(401, 0);

async fn bed() -> Bed {
    let options = SimDiscordOptions { identify_interval_ms: 0, ..SimDiscordOptions::default() };
    Bed::without_host(options).await
}

/// Waits for the end, which must be that of a token that the gateway refuses.
async fn ends_as_with_a_wrong_token(mut host: HostProcess) {
    let status = host.exit(PATIENCE).await.unwrap();
    let log = host.log().tail(1_000);
    assert_eq!(status.code(), Some(WRONG_SETTINGS), "{log:#?}");
    let last = log.last().unwrap();
    assert!(last.contains("ERROR") && last.contains("Reset Token) into BOT_TOKEN"), "{log:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_once_by_mistake_is_asked_about_and_used_on() {
    let mut bed = bed().await;
    bed.discord.faults().rest_at("/commands", REFUSED, Span::Requests(1));
    let host = bed.spawn(&[]);
    host.wait_for_log("commands are not registered yet", PATIENCE).await.unwrap();
    host.advance(AFTER_PAUSE).await.unwrap();
    host.wait_for_log("registered the commands", PATIENCE).await.unwrap();
    host.wait_for_log("Lumina is ready", PATIENCE).await.unwrap();
    bed.host = Some(host);
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    assert!(bed.stop().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_for_good_ends_a_host_that_starts() {
    let bed = bed().await;
    for path in ["/commands", "/users/@me"] {
        bed.discord.faults().rest_at(path, REFUSED, Span::UntilCleared);
    }
    ends_as_with_a_wrong_token(bed.spawn(&[])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_for_good_ends_a_host_that_serves_after_its_last_answers() {
    let mut bed = bed().await;
    bed.install("hostile");
    bed.start(&[]).await;
    let unload = bed.invoke("mira", "sudo unload", &[("plugin", "hostile".into())]);
    assert!(bed.shown(unload).await.content().starts_with("✅ Unloaded"));
    for path in ["/commands", "/users/@me"] {
        bed.discord.faults().rest_at(path, REFUSED, Span::UntilCleared);
    }
    let host = bed.host.take().unwrap();
    // It goes while its clock is moved.
    let _ = host.advance(AFTER_GRACE).await;
    ends_as_with_a_wrong_token(host).await;
}
