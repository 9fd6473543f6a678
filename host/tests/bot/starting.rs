//! The start of the host where something is odd, and what its log says of it.

use crate::bed::{Bed, PATIENCE};
use lumina_sandbox::discord::{RestFault, SimDiscordOptions, Span};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_that_cannot_be_reached_costs_one_line_a_try() {
    const TRIES: usize = 3;
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.discord.faults().rest(RestFault::Down, Span::UntilCleared);
    let host = bed.spawn(&[]);
    let warnings = |host: &lumina_sandbox::host::HostProcess| -> Vec<String> {
        host.log().tail(1_000).into_iter().filter(|line| line.contains("WARN")).collect()
    };
    let trying = async {
        while warnings(&host).len() < TRIES {
            host.advance(Duration::from_millis(500)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, trying).await.expect("it tries again");
    let warnings = warnings(&host);
    let is_plain = |line: &String| line.contains("Discord cannot be reached; trying again");
    assert!(warnings.iter().all(is_plain), "{warnings:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_may_have_any_name() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    let folder = bed.folder.path().join("what? & 100%#");
    bed.start(&[("DATA_DIR", folder.to_str().unwrap())]).await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    assert!(bed.stop().await.success());
    assert!(folder.join("lumina.db").is_file());
}
