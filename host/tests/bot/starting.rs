//! The start of the host where something is odd, and what its log says of it.

use crate::bed::{Bed, PATIENCE, library, text_of};
use lumina_sandbox::discord::{RestFault, SimDiscordOptions, Span};
use std::{fs, time::Duration};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_directory_that_is_missing_is_told_and_the_rest_serves() {
    let options = SimDiscordOptions { identify_interval_ms: 0, ..SimDiscordOptions::default() };
    let mut bed = Bed::without_host(options).await;
    let (there, missing) = (bed.folder.path().join("plugins"), bed.folder.path().join("missing"));
    let both = format!("{}:{}", missing.display(), there.display());
    bed.start(&[("PLUGIN_DIR", &both)]).await;
    let told = format!("the plugin directory `{}` cannot be read: No such file", missing.display());
    assert!(bed.log().contains(&told), "{}", bed.log());
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    assert!(bed.stop().await.success());

    bed.start(&[("PLUGIN_DIR", missing.to_str().unwrap())]).await;
    assert!(
        bed.log().contains(&told) && bed.log().contains("there are no plugins"),
        "{}",
        bed.log()
    );
    let list = bed.shown(bed.invoke("mira", "sudo list", &[])).await;
    assert!(list.content().contains("No plugins are known"), "{}", list.content());
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_files_of_one_name_the_first_serves_and_the_second_is_told() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    let (first, second) = (bed.folder.path().join("plugins"), bed.folder.path().join("second"));
    fs::create_dir(&second).unwrap();
    fs::write(second.join("answers.so"), "not even a library").unwrap();
    fs::copy(library("fixtures", "hostile"), second.join("hostile.so")).unwrap();
    let both = format!("{}:{}", first.display(), second.display());
    bed.start(&[("PLUGIN_DIR", &both)]).await;
    let told = format!(
        "`{}` is left aside, because `{}` comes first in PLUGIN_DIR",
        second.join("answers.so").display(),
        first.join("answers.so").display()
    );
    assert!(bed.log().contains(&told), "{}", bed.log());
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    assert_eq!(bed.shown(bed.invoke("noah", "hostile", &[])).await.content(), "done");
    let list = text_of(&bed.shown(bed.invoke("mira", "sudo list", &[])).await);
    let serves = |name: &str| list.contains(&format!("**{name}** 1.0.0 · serving"));
    assert!(serves("answers") && serves("hostile") && !list.contains("failed"), "{list}");
    bed.is_clean();
}
