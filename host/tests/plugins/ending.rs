//! The end of a plugin: everything is given back, whatever it left.

use crate::bed::{Bed, descriptors, library, notes, sentence};
use lumina_host::plugins::{CallError, State, run_trial};
use std::{
    fs,
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};

/// What a plugin may leave behind, all of which must go with it.
const LEFT_BEHIND: [&str; 8] = [
    "leak-future",
    "leak-handle",
    "leave-task",
    "panic-in-task-drop",
    "thread-local",
    "thread-current",
    "block-on",
    "many-tasks",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_gives_back_threads_descriptors_and_mappings() {
    let bed = Bed::alone().await;
    bed.install_hostile("well");
    let mut before = None;
    // The first rounds warm up what the runtime keeps.
    for round in 0..6 {
        bed.load("hostile").await;
        for command in LEFT_BEHIND {
            bed.call("hostile", command).await.unwrap();
        }
        let change = bed.unload("hostile").await;
        assert_eq!(notes(&change), Vec::<String>::new(), "round {round}");
        assert_eq!((bed.mapped(), bed.shadows()), (0, 0), "round {round}");
        let held = (bed.threads_of("hostile"), descriptors());
        if round >= 2 {
            assert_eq!(*before.get_or_insert(held), held, "round {round}");
        }
    }
    let given_back = bed.plugins.given_back();
    assert_eq!((given_back.closed, given_back.unmapped), (6, 6));
    assert!(given_back.keys_deleted >= 6, "each copy had asked for its thread: {given_back:?}");
}

/// What the log says.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no test panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_replaced_copy_that_stays_mapped_is_told_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let bed = Bed::alone().await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    // Opened once more, it stays when the plugin's end lets go of it.
    for copy in bed.shadow_files() {
        let _ = run_trial(&copy, |_| Ok(()));
    }
    bed.reload("hostile").await;
    bed.until("the log says it", |_| {
        let told = log.0.lock().expect("no test panics with it");
        String::from_utf8_lossy(&told).contains("copy 1 of plugin `hostile` stays mapped")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_does_not_end_is_dropped_by_an_unload() {
    let bed = Bed::with(|limits| limits.drain_unloaded = Duration::from_millis(100)).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let hanging = bed.call("hostile", "hang");
    let ended = async {
        bed.until("the call runs", |bed| bed.status("hostile").calls == 1).await;
        bed.unload("hostile").await
    };
    let (hanging, change) = tokio::join!(hanging, ended);
    assert!(matches!(hanging, Err(CallError::Ended { .. })), "{hanging:?}");
    assert_eq!(notes(&change), ["Calls that did not finish in time were dropped."]);
    bed.until_given_back().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unload_waits_for_calls_that_run() {
    let bed = Bed::new().await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let sleeping = bed.call("hostile", "sleep");
    let ended = async {
        bed.until("the call runs", |bed| bed.status("hostile").calls == 1).await;
        let ((), change) = tokio::join!(
            async {
                bed.until("it drains", |bed| bed.status("hostile").state == State::Draining).await;
                bed.clock.run_ahead(Duration::from_secs(3600));
            },
            bed.unload("hostile")
        );
        change
    };
    let (slept, change) = tokio::join!(sleeping, ended);
    // The deadline of the call has passed too; what counts is that the plugin was not cut off.
    assert!(matches!(slept, Ok(_) | Err(CallError::Late { .. })), "{slept:?}");
    assert_eq!(notes(&change), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_ends_badly_ends() {
    let bed = Bed::with(|limits| limits.shutdown = Duration::from_millis(200)).await;
    for (mode, expected) in [
        ("shutdown panics", vec![]),
        ("shutdown hangs", vec!["It did not end its own work in time."]),
        ("drop panics", vec![]),
        ("create spawns", vec![]),
    ] {
        bed.install_hostile(mode);
        bed.load("hostile").await;
        assert_eq!(notes(&bed.unload("hostile").await), expected, "{mode}");
        assert_eq!(bed.status("hostile").state, State::Unloaded, "{mode}");
        bed.until_given_back().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_refuses_to_end_is_a_zombie_and_loads_again_beside_it() {
    let bed = Bed::with(|limits| {
        limits.shutdown = Duration::from_millis(100);
        limits.end = Duration::from_millis(100);
    })
    .await;
    bed.install_hostile("shutdown blocks");
    bed.load("hostile").await;
    let change = bed.unload("hostile").await;
    assert!(notes(&change)[0].contains("does not come back"), "{:?}", notes(&change));
    let status = bed.status("hostile");
    assert_eq!((status.state, status.zombies), (State::Zombie, 1));
    bed.install_hostile("well");
    bed.load("hostile").await;
    assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
    bed.unload("hostile").await;
    assert_eq!(bed.status("hostile").zombies, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_of_the_plugins_own_keeps_the_library_until_it_ends() {
    let bed = Bed::with(|limits| limits.end = Duration::from_millis(100)).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let pipe = bed.pipe("pipe");
    bed.call_with("hostile", "own-thread", &[("pipe", &pipe)]).await.unwrap();
    bed.unload("hostile").await;
    assert_eq!(bed.status("hostile").state, State::Zombie);
    assert!(bed.mapped() > 0, "its code still runs");
    fs::write(&pipe, "go").unwrap();
    bed.until("it ends", |bed| bed.status("hostile").state == State::Unloaded).await;
    bed.until_given_back().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_plugins_live_beside_each_other_and_all_end() {
    let bed = Bed::new().await;
    let bytes = library("twin-a");
    let names: Vec<_> = (0..60).map(|number| format!("no{number:02}")).collect();
    for name in &names {
        bed.install_bytes(name, &renamed(&bytes, name));
        bed.load(name).await;
    }
    for name in names.iter().rev() {
        assert_eq!(bed.call(name, "twin").await.unwrap(), format!("{name} a"));
    }
    for name in &names {
        bed.unload(name).await;
    }
    bed.until_given_back().await;
    bed.load(&names[0]).await;
    bed.plugins.close().await;
    let states = bed.plugins.registry().statuses();
    assert!(states.iter().all(|status| status.state == State::Unloaded));
    bed.until("no working copy is left", |bed| bed.shadows() == 0).await;
    let late = sentence(bed.plugins.load(&names[0]).await);
    assert!(late.contains("the host is ending"), "{late}");
}

/// Returns the library of `twin` under another name of four letters.
fn renamed(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<_> =
        bytes.windows(4).enumerate().filter(|(_, window)| window == b"twin").collect();
    let places: Vec<_> = places.into_iter().map(|(at, _)| at).collect();
    for at in places {
        bytes[at..at + 4].copy_from_slice(name.as_bytes());
    }
    bytes
}
