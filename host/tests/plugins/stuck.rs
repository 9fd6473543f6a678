//! A thread that does not come back from its plugin: what it is busy with is told where calls of it are
//! late, and nothing of a copy that is stuck is said that is not true.

use crate::{
    bed::{Bed, notes, request},
    crowd::{block, short},
};
use lumina_host::{
    plugins::{CallError, Errand, PluginLimits},
    texts::{Texts, Told},
};
use lumina_plugin_api::command::CommandKind;
use std::time::Duration;

/// Longer than a thread takes that is not stuck, by these bounds.
const DEADLINE: Duration = Duration::from_secs(2);

fn shorter(limits: &mut PluginLimits) {
    short(limits);
    limits.start = Duration::from_millis(200);
    limits.shutdown = Duration::from_millis(50);
    limits.end = Duration::from_millis(50);
}

/// Returns what is said of a call that got no answer in time.
async fn late(bed: &Bed, command: &str) -> String {
    let registry = bed.plugins.registry();
    let plugin = registry.plugin("hostile").unwrap();
    let called = plugin.call(&request(command, &[]), DEADLINE).await;
    let error = called.expect_err("it is late");
    assert!(matches!(error, CallError::Late { .. }), "{error}");
    Texts::default().say(&error.text(), "en-US")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_behind_one_that_blocks_names_the_one_that_blocks() {
    let bed = Bed::with(shorter).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    assert_eq!(bed.status("hostile").stuck, None);
    let blocked = block(&bed, "pipe").await;
    let told = late(&bed, "nothing").await;
    let start = "plugin `hostile` gave no answer within 2000 ms: its thread has not come back for ";
    let end = ", busy with `/block`; `/sudo reload plugin:hostile` replaces it";
    assert!(told.starts_with(start) && told.ends_with(end), "{told}");
    let stuck = bed.status("hostile").stuck.expect("it is seen");
    assert_eq!(*stuck.errand, Errand::Command(CommandKind::Slash, "block".to_owned()));
    drop(blocked);
    assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
    assert_eq!(bed.status("hostile").stuck, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_plugin_that_waits_for_ever_it_is_not_said_that_it_is_busy() {
    let bed = Bed::with(shorter).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    assert_eq!(late(&bed, "hang").await, "plugin `hostile` gave no answer within 2000 ms");
    assert_eq!(bed.status("hostile").stuck, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stuck_copy_that_is_replaced_or_unloaded_is_called_a_zombie_and_nothing_else() {
    let bed = Bed::with(shorter).await;
    let outlook = "Only a restart of Lumina is sure to end it; until then it keeps its memory, and uses CPU if \
                   it computes.";
    bed.install_hostile("start blocks");
    let loaded = notes(&bed.load("hostile").await);
    assert!(loaded[0].contains("busy with its start; `/sudo reload plugin:hostile`"), "{loaded:?}");
    bed.install_hostile("well");
    let replaced = notes(&bed.reload("hostile").await);
    let [note] = replaced.as_slice() else { panic!("one thing is said: {replaced:?}") };
    assert!(note.starts_with("The old copy is a zombie now: its thread has not come"), "{note}");
    assert!(note.contains("busy with its start. What it knew is lost."), "{note}");
    assert!(note.ends_with(outlook), "{note}");
    bed.until("it is counted as one", |bed| bed.status("hostile").zombies == 1).await;
    assert_eq!(bed.status("hostile").draining, 0);

    let blocked = block(&bed, "pipe").await;
    let unloaded = notes(&bed.unload("hostile").await);
    let [note] = unloaded.as_slice() else { panic!("one thing is said: {unloaded:?}") };
    assert!(note.starts_with("It is a zombie now: its thread has not come back for"), "{note}");
    assert!(note.contains("busy with `/block`.") && note.ends_with(outlook), "{note}");
    assert_eq!(bed.status("hostile").zombies, 2);
    drop(blocked);
}
