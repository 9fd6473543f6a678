//! What plugins do wrong while they live; none of it harms another, or the host.

use crate::bed::{Bed, PATIENCE, failure, notes, request, sentence};
use lumina_host::plugins::{CallError, State};
use lumina_plugin_api::{error::ErrorKind, event::Event, id::UserId, message::Request};
use serde_json::Value;
use std::{fs, time::Duration};

async fn kind_of(bed: &Bed, command: &str) -> ErrorKind {
    match bed.call("hostile", command).await {
        Err(CallError::Plugin { error, .. }) => error.kind,
        other => panic!("{command}: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_an_error_and_a_line_of_the_log_and_the_plugin_goes_on() {
    let bed = Bed::new().await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    for command in ["panic", "panic-later", "panic-payload", "panic-in-drop"] {
        bed.side.lines.lock().unwrap().clear();
        assert_eq!(kind_of(&bed, command).await, ErrorKind::Panic, "{command}");
        assert!(bed.side.logged("hostile panic: panic at fixtures/hostile"), "{command}");
        assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
    }
    let status = bed.status("hostile");
    assert_eq!((status.calls, status.errors), (8, 4));
    assert_eq!(kind_of(&bed, "fail").await, ErrorKind::Invalid);
    assert_eq!(bed.status("hostile").errors, 4, "what a user asked wrongly is no fault");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_in_any_other_call_is_an_error_and_a_line_of_the_log_too() {
    let bed = Bed::new().await;
    bed.install_hostile("calls panic");
    bed.load("hostile").await;
    let registry = bed.plugins.registry();
    let plugin = registry.plugin("hostile").unwrap();
    let user = UserId(1);
    let requests = [
        ("autocomplete", Request::Autocomplete(Box::default())),
        ("component", Request::Component(Box::default())),
        ("modal", Request::Modal(Box::default())),
        ("event", Request::Event(Event::new("TYPING_START", Value::Null))),
        ("export", Request::Export { user }),
        ("delete", Request::Delete { user }),
    ];
    let n_requests = requests.len() as u64;
    for (what, request) in requests {
        let Err(CallError::Plugin { error, .. }) = plugin.call(&request, PATIENCE).await else {
            panic!("{what}: no error of the plugin");
        };
        assert_eq!(error.kind, ErrorKind::Panic, "{what}");
        assert!(error.detail.ends_with(&format!(": no {what}")), "{}", error.detail);
        let line = "hostile panic: panic at fixtures/hostile/src/life.rs:";
        let lines = bed.side.lines.lock().unwrap().clone();
        let is_told =
            |told: &String| told.starts_with(line) && told.ends_with(&format!("no {what}"));
        assert!(lines.iter().any(is_told), "{what}: {lines:#?}");
        assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done", "{what}");
    }
    let status = bed.status("hostile");
    assert_eq!((status.state, status.errors), (State::Serving, n_requests));
    bed.unload("hostile").await;
    bed.until_given_back().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_in_a_task_or_in_its_drop_ends_the_task_alone() {
    let bed = Bed::new().await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    bed.call("hostile", "panic-in-task").await.unwrap();
    bed.until("the panic is logged", |bed| bed.side.logged("panic at")).await;
    bed.call("hostile", "panic-in-task-drop").await.unwrap();
    assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
    bed.unload("hostile").await;
    bed.until_given_back().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_cannot_be_made_is_failed_with_its_reason() {
    let bed = Bed::with(|limits| limits.create = Duration::from_millis(500)).await;
    for (mode, words) in [
        ("create fails", "the plugin could not be made: “no will to live”"),
        ("create panics", "the plugin could not be made: “panicked at fixtures/hostile"),
        ("create hangs", "making the plugin took longer than 500 ms"),
    ] {
        bed.install_hostile(mode);
        let sentence = sentence(bed.plugins.load("hostile").await);
        assert!(sentence.contains(words), "{mode}: {sentence}");
        assert!(failure(&bed.status("hostile")).contains(words), "{mode}");
        bed.until_given_back().await;
    }
    assert_eq!(bed.side.events(), Vec::<String>::new());
    *bed.side.refuse.lock().unwrap() = Some("its command `x` is taken".to_owned());
    bed.install_hostile("well");
    assert!(sentence(bed.plugins.load("hostile").await).contains(": its command `x` is taken. "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_whose_making_blocks_its_thread_is_a_zombie_beside_which_another_loads() {
    let bed = Bed::with(|limits| {
        limits.create = Duration::from_millis(300);
        limits.stuck_after = Duration::from_millis(100);
        limits.shutdown = Duration::from_millis(100);
        limits.end = Duration::from_millis(100);
    })
    .await;
    bed.install_hostile("create blocks");
    sentence(bed.plugins.load("hostile").await);
    bed.until("it is a zombie", |bed| bed.status("hostile").zombies == 1).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
    let status = bed.status("hostile");
    assert_eq!((status.state, status.zombies, status.generation), (State::Serving, 1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_passes_its_trial_and_never_declares_itself_is_refused_in_time() {
    let bed = Bed::with(|limits| {
        limits.describe = Duration::from_millis(300);
        limits.end = Duration::from_millis(100);
    })
    .await;
    bed.install("twin", "twin-a");
    bed.load("twin").await;
    bed.install_hostile("describe blocks");
    let sentence = sentence(bed.plugins.load("hostile").await);
    assert!(sentence.contains("took longer than 300 ms"), "{sentence}");
    assert_eq!(bed.trials(), 2, "its trial was passed");
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
    bed.until("it is a zombie", |bed| bed.status("hostile").zombies == 1).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_that_never_comes_out_of_its_constructor_is_refused_by_its_trial() {
    let bed = Bed::with(|limits| limits.probe = Duration::from_millis(500)).await;
    bed.install("twin", "twin-a");
    bed.load("twin").await;
    bed.install_hostile("open hangs");
    let sentence = sentence(bed.plugins.load("hostile").await);
    assert!(sentence.contains("it did not end within 500 ms"), "{sentence}");
    assert_eq!(bed.status("hostile").zombies, 0, "it was never opened here");
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
    bed.install_hostile("well");
    bed.load("hostile").await;
    assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_that_fails_is_told_and_the_plugin_serves() {
    let bed = Bed::new().await;
    for mode in ["start fails", "start panics"] {
        bed.install_hostile(mode);
        let change = bed.load("hostile").await;
        assert!(
            notes(&change)[0].starts_with("It serves, but its start failed"),
            "{:?}",
            notes(&change)
        );
        assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
        bed.unload("hostile").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_ends_with_its_deadline_by_the_hosts_clock() {
    let bed = Bed::new().await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let registry = bed.plugins.registry();
    let plugin = registry.plugin("hostile").unwrap();
    let hanging = request("hang", &[]);
    let deadline = Duration::from_secs(900);
    let (result, ()) =
        tokio::join!(plugin.call(&hanging, deadline), async { bed.clock.run_ahead(deadline) });
    assert!(matches!(result, Err(CallError::Late { .. })), "{result:?}");
    assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
    // The call was dropped in the plugin too: nothing is left to wait for.
    assert_eq!(notes(&bed.unload("hostile").await), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_nobody_waits_for_is_dropped() {
    let bed = Bed::new().await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let abandoned = tokio::time::timeout(Duration::from_millis(50), bed.call("hostile", "sleep"));
    abandoned.await.unwrap_err();
    assert_eq!(notes(&bed.unload("hostile").await), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_blocks_its_thread_is_replaced_and_the_others_serve() {
    let bed = Bed::with(|limits| {
        limits.switch_wait = Duration::from_millis(100);
        limits.stuck_after = Duration::from_millis(100);
        limits.shutdown = Duration::from_millis(100);
        limits.end = Duration::from_millis(100);
    })
    .await;
    bed.install_hostile("well");
    bed.install("twin", "twin-a");
    bed.load("hostile").await;
    bed.load("twin").await;
    let pipe = bed.pipe("pipe");
    let options = [("pipe", pipe.as_str())];
    let blocked = bed.call_with("hostile", "block", &options);
    let replaced = async {
        assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
        // Only a thread that reads lets the writer open a pipe.
        let writer = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        let change = bed.reload("hostile").await;
        assert!(
            notes(&change).iter().any(|note| note.contains("What it knew is lost")),
            "{change:?}"
        );
        assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
        bed.until("it is a zombie", |bed| bed.status("hostile").zombies == 1).await;
        assert_eq!(bed.status("hostile").state, State::Serving);
        drop(writer);
    };
    let (blocked, ()) = tokio::join!(blocked, replaced);
    assert!(blocked.is_ok() || matches!(blocked, Err(CallError::Ended { .. })), "{blocked:?}");
    bed.until("the zombie is gone", |bed| bed.status("hostile").zombies == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_blocks_on_the_host_is_woken() {
    let bed = Bed::new().await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    assert_eq!(bed.call("hostile", "block-on").await.unwrap(), "done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_plugin_may_ask_and_say_is_bounded() {
    let bed = Bed::with(|limits| {
        limits.calls_max = 3;
        limits.background_max = 10;
        limits.services_max = 3;
    })
    .await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let long = bed.call("hostile", "long-answer").await;
    assert!(matches!(long, Err(CallError::TooLong { .. })), "{long:?}");
    assert_eq!(bed.call("hostile", "many-tasks").await.unwrap(), "10");
    let told = |line: &&String| line.contains("task refused");
    assert_eq!(bed.side.lines.lock().unwrap().iter().filter(told).count(), 1, "it is told once");
    bed.call("hostile", "long-line").await.unwrap();
    let longest = bed.side.lines.lock().unwrap().iter().map(String::len).max().unwrap();
    assert!(longest < 10_000, "{longest}");

    let registry = bed.plugins.registry();
    let plugin = registry.plugin("hostile").unwrap();
    let sleep = request("sleep", &[]);
    let asleep = || async { plugin.call(&sleep, PATIENCE).await };
    tokio::select! {
        _ = async { tokio::join!(asleep(), asleep(), asleep()) } => panic!("they sleep"),
        refused = async {
            tokio::task::yield_now().await;
            bed.call("hostile", "nothing").await
        } => assert!(matches!(refused, Err(CallError::Busy { calls: 3, .. })), "{refused:?}"),
    }
    assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done");
    bed.unload("hostile").await;
    assert!(bed.side.logged("tasks that ended unfinished with this copy: 10"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_answers_or_its_panic_is_an_error_to_the_plugin() {
    let bed = Bed::new().await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let ask = async |service: &str| bed.call_with("hostile", "ask", &[("service", service)]).await;
    assert_eq!(ask("echo").await.unwrap(), "asked");
    let Err(CallError::Plugin { error, .. }) = ask("panic").await else { panic!("no error") };
    assert_eq!(error.kind, ErrorKind::Unavailable);
}
