//! The end of a host that is asked to end while somebody waits for a plugin that does not answer.

use crate::bed::{Bed, PATIENCE, text_of};
use lumina_sandbox::discord::{Answer, InteractionId, SimDiscordOptions};

/// What the fixture panics with in a certain mode when it is told to end.
const SHUT_DOWN: &str = "cannot end";

/// Ends the host while somebody waits for a plugin; returns what they read and the log.
async fn end_during(mut bed: Bed, waiting: InteractionId) -> (String, String) {
    let is_deferred = |bed: &Bed| matches!(bed.discord.answer_now(waiting), Answer::Thinking(_));
    bed.as_time_passes("it is deferred", is_deferred).await;
    let host = bed.host.as_mut().expect("it runs");
    host.interrupt().await.unwrap();
    let status = host.exit(PATIENCE).await.unwrap();
    assert!(status.success(), "{status}: {}", bed.log());
    let log = bed.log();
    assert!(log.contains("Lumina ends") && !log.contains("not everything ended"), "{log}");
    let journal = bed.folder.path().join("data/lumina.db-wal");
    assert!(!journal.exists(), "the database was closed: {log}");
    let answer = bed.discord.answer_now(waiting);
    let text = text_of(answer.message().unwrap_or_else(|| panic!("{answer:?}: {log}")));
    bed.is_clean();
    (text, log)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_plugin_that_hangs_is_told_before_the_host_ends() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_hostile("shutdown panics");
    bed.start(&[]).await;
    let hanging = bed.invoke("noah", "hostile", &[("what", "hang".into())]);
    let (text, log) = end_during(bed, hanging).await;
    assert!(text.contains("switched off for a moment"), "{text}: {log}");
    assert!(log.contains(SHUT_DOWN), "the plugin was told to end: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_plugin_that_blocks_its_thread_is_told_before_the_host_ends() {
    let bed = Bed::with(&["hostile"]).await;
    let (blocked, _writer) = bed.blocked().await;
    let (text, log) = end_during(bed, blocked).await;
    assert!(text.contains("switched off for a moment"), "{text}: {log}");
    assert!(log.contains("ends with the process"), "{log}");
}
