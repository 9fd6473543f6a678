//! Copies that do not end: they are seen at once, and too many of them are refused with their names.

use crate::bed::{Bed, PATIENCE, notes, sentence};
use lumina_host::plugins::PluginLimits;
use std::{fs, time::Duration};

pub fn short(limits: &mut PluginLimits) {
    limits.switch_wait = Duration::from_millis(50);
    limits.stuck_after = Duration::from_millis(50);
    limits.drain_unloaded = Duration::from_secs(1);
    limits.retiring_max = 2;
    limits.retiring_wait = Duration::from_millis(200);
}

/// Lets the serving copy block its thread until the file is dropped.
pub async fn block(bed: &Bed, pipe: &str) -> fs::File {
    let path = bed.pipe(pipe);
    let options = [("pipe", path.as_str())];
    let calling = bed.call_with("hostile", "block", &options);
    // Only a thread that reads lets the writer open a pipe.
    let opening = tokio::task::spawn_blocking({
        let path = path.clone();
        move || fs::OpenOptions::new().write(true).open(path).unwrap()
    });
    tokio::select! {
        file = opening => file.unwrap(),
        answered = calling => panic!("it blocks: {answered:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_copy_that_blocks_is_seen_at_once_and_may_come_back() {
    let bed = Bed::with(short).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let blocked = block(&bed, "pipe").await;
    bed.reload("hostile").await;
    bed.until("it is seen", |bed| {
        let status = bed.status("hostile");
        (status.draining, status.zombies) == (0, 1)
    })
    .await;
    drop(blocked);
    bed.until("it has come back and ended", |bed| {
        let status = bed.status("hostile");
        (status.draining, status.zombies) == (0, 0)
    })
    .await;
    bed.until("one copy is left", |bed| bed.shadows() == 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unloaded_copy_that_blocks_is_seen_while_its_end_is_waited_for() {
    let bed = Bed::with(short).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let blocked = block(&bed, "pipe").await;
    let seen = async {
        bed.until("it is seen", |bed| bed.status("hostile").zombies == 1).await;
        drop(blocked);
    };
    let (change, ()) = tokio::join!(bed.unload("hostile"), seen);
    assert_eq!(notes(&change), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_so_many_copies_that_do_not_end_a_reload_says_soon_which_they_are() {
    let bed = Bed::with(short).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let mut blocked = Vec::new();
    for pipe in ["first", "second"] {
        blocked.push(block(&bed, pipe).await);
        bed.reload("hostile").await;
    }
    bed.until("both are seen", |bed| bed.status("hostile").zombies == 2).await;
    let refused = sentence(bed.plugins.reload("hostile").await);
    assert!(refused.contains("2 of `hostile` do not react"), "{refused}");
    assert!(refused.contains("still serves"), "{refused}");
    assert!(bed.status("hostile").last_failure.is_none(), "nothing has failed");
    drop(blocked);
    bed.until("they have ended", |bed| bed.status("hostile").zombies == 0).await;
    bed.reload("hostile").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_so_many_zombies_nothing_more_is_loaded() {
    let bed = Bed::with(|limits| {
        short(limits);
        (limits.retiring_max, limits.zombies_max) = (8, 2);
    })
    .await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let mut blocked = Vec::new();
    for pipe in ["first", "second"] {
        blocked.push(block(&bed, pipe).await);
        bed.reload("hostile").await;
    }
    bed.until("both are seen", |bed| bed.status("hostile").zombies == 2).await;
    let refused = sentence(bed.plugins.reload("hostile").await);
    assert!(refused.contains("restart it if it stays"), "{refused}");
    bed.unload("hostile").await;
    let refused = sentence(bed.plugins.load("hostile").await);
    assert!(refused.contains("2 of `hostile` do not react"), "{refused}");
    drop(blocked);
    bed.until("they have ended", |bed| bed.status("hostile").zombies == 0).await;
    bed.load("hostile").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_that_block_make_room_when_the_time_of_their_calls_is_over() {
    let bed = Bed::with(|limits| {
        short(limits);
        limits.shutdown = Duration::from_millis(50);
        limits.end = Duration::from_millis(50);
    })
    .await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let mut blocked = Vec::new();
    for pipe in ["first", "second"] {
        blocked.push(block(&bed, pipe).await);
        bed.reload("hostile").await;
    }
    sentence(bed.plugins.reload("hostile").await);
    // No call is promised more than this, by the host's clock.
    bed.clock.run_ahead(PATIENCE);
    let reloading = async { while bed.plugins.reload("hostile").await.is_err() {} };
    tokio::time::timeout(PATIENCE / 2, reloading).await.expect("there is room soon");
    assert_eq!(bed.status("hostile").zombies, 2, "they block");
    drop(blocked);
    bed.until("they have ended", |bed| bed.status("hostile").zombies == 0).await;
}
