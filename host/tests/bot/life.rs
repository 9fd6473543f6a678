//! Beginning and end of the host.

use crate::bed::{Bed, PATIENCE};
use lumina_plugin_api::abi::API_VERSION;
use lumina_sandbox::discord::{RestFault, SimDiscordOptions, Span, Violation};
use std::time::Duration;

/// What the program ends with when starting again without a change is useless.
const WRONG_SETTINGS: i32 = 78;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_ends_the_program_with_a_sentence_that_names_the_setting() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    let mut host = bed.spawn(&[("BOT_TOKEN", "not-the-right-token")]);
    let status = host.exit(PATIENCE).await.unwrap();
    assert_eq!(status.code(), Some(WRONG_SETTINGS));
    let log = host.log().tail(100).join("\n");
    assert!(log.contains("BOT_TOKEN") && !log.contains("not-the-right-token"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_end_the_program_with_all_their_names() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    let mut host = bed.spawn(&[("TVDB_API_KEY", ""), ("OWNER_IDS", "me"), ("LOG_FORMAT", "xml")]);
    let status = host.exit(PATIENCE).await.unwrap();
    assert_eq!(status.code(), Some(WRONG_SETTINGS));
    let log = host.log().tail(100).join("\n");
    for name in ["TVDB_API_KEY", "OWNER_IDS", "LOG_FORMAT"] {
        assert!(log.contains(name), "{name}: {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_waits_for_a_discord_that_cannot_be_reached() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.discord.faults().rest(RestFault::Status(503), Span::UntilCleared);
    let host = bed.spawn(&[]);
    host.wait_for_log("cannot be reached; trying again", PATIENCE).await.unwrap();
    bed.discord.faults().clear();
    let waiting = async {
        while host.wait_for_log("Lumina is ready", Duration::from_millis(50)).await.is_err() {
            host.advance(Duration::from_secs(1)).await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it becomes ready");
    bed.host = Some(host);
    assert!(bed.stop().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_changes_no_command_registers_none() {
    let mut bed = Bed::new().await;
    let puts =
        |bed: &Bed| bed.discord.journal().iter().filter(|entry| entry.method == "PUT").count();
    assert_eq!(puts(&bed), 1);
    assert!(bed.stop().await.success());
    bed.start(&[]).await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    assert_eq!(puts(&bed), 1);
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_the_end_is_answered() {
    const CALLS: usize = 200;
    let mut bed = Bed::new().await;
    let how = [("how", "hello".into())];
    let asked: Vec<_> = (0..CALLS).map(|_| bed.invoke("noah", "answer", &how)).collect();
    assert!(bed.stop().await.success());
    assert!(bed.discord.sessions().is_empty(), "the session was closed");
    let answered = asked.iter().filter(|id| bed.discord.answer_now(**id).message().is_some());
    assert_eq!(answered.count(), CALLS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_answer_is_not_tried_beyond_its_three_seconds() {
    let bed = Bed::new().await;
    bed.discord.faults().rest_at("/callback", RestFault::Status(500), Span::UntilCleared);
    let lost = bed.invoke("noah", "answer", &[("how", "slow".into())]);
    bed.as_time_passes("the host gives up", |bed| {
        bed.log().contains("took no first answer") && bed.discord.answer_now(lost).is_final()
    })
    .await;
    bed.discord.faults().clear();
    let tries = |bed: &Bed| {
        bed.discord.journal().iter().filter(|entry| entry.path.contains("/callback")).count()
    };
    let before = tries(&bed);
    const STEPS: usize = 40;
    let passed = std::cell::Cell::new(0);
    bed.as_time_passes("two more seconds have passed", |_| {
        passed.set(passed.get() + 1);
        passed.get() > STEPS
    })
    .await;
    assert_eq!(tries(&bed), before);
    let log = bed.log();
    assert!(log.contains("took no first answer"), "{log}");
    assert_eq!(log.matches(" WARN ").count(), 1, "{log}");
    let violations = bed.discord.violations();
    assert!(
        matches!(&violations[..], [Violation::NoFirstAnswer { .. }]),
        "nothing but what Discord itself prevented: {violations:#?}"
    );
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_that_changes_no_command_costs_no_request() {
    let bed = Bed::new().await;
    let asked = |bed: &Bed| {
        bed.discord.journal().iter().filter(|entry| entry.path.contains("commands")).count()
    };
    let before = asked(&bed);
    for _ in 0..3 {
        let reload = bed.invoke("mira", "sudo reload", &[("plugin", "answers".into())]);
        assert!(bed.shown(reload).await.content().starts_with("✅ Reloaded"));
        assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    }
    assert_eq!(asked(&bed), before);
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_an_unloaded_plugin_leave_after_a_while() {
    let bed = Bed::new().await;
    bed.shown(bed.invoke("mira", "sudo unload", &[("plugin", "answers".into())])).await;
    assert!(bed.discord.commands(None).len() > 2);
    bed.host.as_ref().unwrap().advance(Duration::from_secs(301)).await.unwrap();
    bed.until("only the host's own are left", |bed| bed.discord.commands(None).len() == 2).await;
    bed.is_clean();
}

/// Built with the first version of the plugin API; see `host/tests/promise`.
const OLDER: &[u8] = include_bytes!("../promise/1.0.0/ping.so");

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_of_an_older_minor_version_answers_beside_those_of_today() {
    let minor = |version: &str| version.split('.').nth(1).and_then(|n| n.parse::<u32>().ok());
    assert!(minor(API_VERSION) > minor("1.0.0"), "the stored plugin is older than {API_VERSION}");
    let declared = b"\"api\":\"1.0.";
    assert!(OLDER.windows(declared.len()).any(|window| window == declared));
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_bytes("ping", OLDER);
    bed.start(&[]).await;
    assert!(bed.shown(bed.invoke("noah", "ping", &[])).await.content().contains("ms"));
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    let reload = bed.invoke("mira", "sudo reload", &[("plugin", "ping".into())]);
    assert!(bed.shown(reload).await.content().starts_with("✅ Reloaded `ping`"));
    assert!(bed.shown(bed.invoke("noah", "ping", &[])).await.content().contains("ms"));
    bed.is_clean();
}
