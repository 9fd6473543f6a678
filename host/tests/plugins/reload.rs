//! Replacing a plugin while it serves.

use crate::bed::{
    Bed, PATIENCE, descriptors, failure, last_failure, notes, request, sentence, text,
};
use lumina_host::plugins::{CallError, State};
use lumina_plugin_api::command::CommandKind;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_loads_answers_reloads_and_unloads() {
    let bed = Bed::new().await;
    bed.install("twin", "twin-a");
    let change = bed.load("twin").await;
    assert_eq!((change.from, change.to.as_deref()), (None, Some("1.0.0")));
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
    bed.install("twin", "twin-b");
    let change = bed.reload("twin").await;
    assert_eq!((change.from.as_deref(), change.to.as_deref()), (Some("1.0.0"), Some("2.0.0")));
    assert_eq!(notes(&change), Vec::<String>::new());
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin b");
    let status = bed.status("twin");
    assert_eq!((status.state, status.generation, status.calls), (State::Serving, 2, 2));
    assert_eq!(
        (status.commands, status.errors),
        (vec![(CommandKind::Slash, "twin".to_owned())], 0)
    );
    let change = bed.unload("twin").await;
    assert_eq!((change.from.as_deref(), change.to), (Some("2.0.0"), None));
    assert_eq!(bed.status("twin").state, State::Unloaded);
    assert!(bed.plugins.registry().plugin("twin").is_none());
    bed.until_given_back().await;
    let mut events = bed.side.events();
    events.sort();
    assert_eq!(events, ["ended twin 1", "ended twin 2", "serving twin 1", "serving twin 2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reloads_under_load_lose_nothing_and_leave_nothing() {
    let bed = Bed::alone().await;
    bed.install("twin", "twin-a");
    bed.load("twin").await;
    bed.unload("twin").await;
    let descriptors_before = descriptors();
    bed.load("twin").await;
    let traffic = Arc::new(Traffic::default());
    let registry = bed.plugins.registry();
    let plugin = registry.plugin("twin").unwrap();
    let callers: Vec<_> =
        (0..8).map(|_| tokio::spawn(keep_calling(plugin.clone(), traffic.clone()))).collect();
    for reload in 1..=SOAK_RELOADS {
        let answers = traffic.answers.load(Ordering::SeqCst);
        bed.until("answers come", |_| traffic.answers.load(Ordering::SeqCst) >= answers + 10).await;
        bed.install("twin", if reload % 2 == 1 { "twin-b" } else { "twin-a" });
        traffic.begun.fetch_add(1, Ordering::SeqCst);
        let change = bed.reload("twin").await;
        assert_eq!(notes(&change), Vec::<String>::new(), "reload {reload}");
        traffic.done.fetch_add(1, Ordering::SeqCst);
    }
    traffic.stop.store(true, Ordering::SeqCst);
    for caller in callers {
        caller.await.unwrap();
    }
    assert_eq!(bed.status("twin").errors, 0);
    bed.unload("twin").await;
    bed.until_given_back().await;
    let given_back = bed.plugins.given_back();
    assert_eq!((given_back.closed, given_back.unmapped), (SOAK_RELOADS + 2, SOAK_RELOADS + 2));
    assert_eq!((bed.threads_of("twin"), descriptors()), (0, descriptors_before));
}

/// How often the short soak reloads; the bench has the long one.
const SOAK_RELOADS: u64 = 100;

/// What callers and reloads know of each other.
#[derive(Default)]
struct Traffic {
    /// Reloads that were asked for: after the n-th, build `n % 2` serves.
    begun: AtomicU64,
    /// Reloads that were reported as done.
    done: AtomicU64,
    answers: AtomicU64,
    stop: AtomicBool,
}

/// Calls without pause; every call must have a right answer, and none of a copy that was replaced before.
async fn keep_calling(plugin: lumina_host::plugins::Plugin, traffic: Arc<Traffic>) {
    let request = request("twin", &[]);
    while !traffic.stop.load(Ordering::SeqCst) {
        let done_before = traffic.done.load(Ordering::SeqCst);
        let answer = plugin.call(&request, PATIENCE).await.expect("no call is lost");
        let begun_after = traffic.begun.load(Ordering::SeqCst);
        let generation = answer.generation;
        let words = text(answer.response).unwrap();
        assert!((done_before + 2..=begun_after + 2).contains(&generation), "{generation}");
        assert_eq!(words, if generation % 2 == 0 { "twin a" } else { "twin b" });
        traffic.answers.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_copy_knows_is_handed_to_the_next() {
    let bed = Bed::new().await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    assert_eq!(bed.call("hostile", "count").await.unwrap(), "1");
    assert_eq!(bed.call("hostile", "count").await.unwrap(), "2");
    bed.reload("hostile").await;
    assert_eq!(bed.call("hostile", "count").await.unwrap(), "3");
    bed.unload("hostile").await;
    bed.load("hostile").await;
    assert_eq!(bed.call("hostile", "count").await.unwrap(), "1", "an unload hands nothing over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_fails_before_the_switch_leaves_the_old_copy_serving() {
    let bed = Bed::with(|limits| {
        limits.create = Duration::from_millis(300);
        limits.hand_over = Duration::from_millis(300);
    })
    .await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    bed.call("hostile", "count").await.unwrap();
    for (mode, words) in [
        ("create fails", "could not be made: “no will to live”"),
        ("create hangs", "making the plugin took longer than 300 ms"),
        ("restore fails", "the new copy did not take over the state: plugin `hostile` answered"),
        ("restore panics", "did not take over the state: plugin `hostile` answered with an error"),
        ("restore hangs", "gave no answer within 300 ms"),
        ("describe aborts", "it crashed (signal 6)"),
    ] {
        bed.install_hostile(mode);
        let sentence = sentence(bed.plugins.reload("hostile").await);
        assert!(sentence.contains(words), "{mode}: {sentence}");
        assert!(sentence.ends_with("Version 1.0.0 (copy 1) still serves."), "{mode}: {sentence}");
        assert_eq!(bed.call("hostile", "nothing").await.unwrap(), "done", "{mode}");
        let status = bed.status("hostile");
        assert_eq!((status.state, status.replacement), (State::Serving, None), "{mode}");
        assert!(last_failure(&status).contains(words), "{mode}");
    }
    bed.install_hostile("well");
    *bed.side.refuse.lock().unwrap() = Some("its command is taken".to_owned());
    assert!(sentence(bed.plugins.reload("hostile").await).contains("its command is taken"));
    *bed.side.refuse.lock().unwrap() = None;
    bed.reload("hostile").await;
    assert_eq!(bed.call("hostile", "count").await.unwrap(), "2", "the state was not lost");
    assert_eq!(bed.side.events()[0], "serving hostile 1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_far_a_copy_has_come_is_seen_of_the_first_and_beside_the_one_that_serves() {
    const STEPS: [(&str, State); 2] =
        [("open hangs", State::Checked), ("create hangs", State::Loading)];
    let (probe, create) = (Duration::from_secs(3), Duration::from_secs(1));
    let bed = Bed::with(|limits| (limits.probe, limits.create) = (probe, create)).await;
    let stands = |bed: &Bed, state, replacement| {
        let status = bed.plugins.registry().status("hostile");
        status.is_some_and(|status| (status.state, status.replacement) == (state, replacement))
    };
    for (mode, state) in STEPS {
        bed.install_hostile(mode);
        let seen = bed.until(mode, |bed| stands(bed, state, None));
        let (refused, ()) = tokio::join!(bed.plugins.load("hostile"), seen);
        sentence(refused);
        assert!(stands(&bed, State::Failed, None), "{mode}");
    }
    bed.install_hostile("well");
    bed.load("hostile").await;
    for (mode, state) in STEPS {
        bed.install_hostile(mode);
        let seen = bed.until(mode, |bed| stands(bed, State::Serving, Some(state)));
        let (refused, ()) = tokio::join!(bed.plugins.reload("hostile"), seen);
        sentence(refused);
        assert!(stands(&bed, State::Serving, None), "{mode}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_cannot_save_goes_on_and_the_calls_that_waited_reach_it() {
    let bed = Bed::with(|limits| limits.hand_over = Duration::from_millis(300)).await;
    for (mode, words) in [
        ("save fails", "the serving copy could not hand over its state"),
        ("save panics", "panicked at"),
        ("save hangs", "gave no answer within 300 ms"),
    ] {
        bed.install_hostile(mode);
        bed.load("hostile").await;
        let registry = bed.plugins.registry();
        let plugin = registry.plugin("hostile").unwrap();
        let (count, reloaded) = (request("count", &[]), AtomicBool::new(false));
        let calling = async {
            let mut calls = 0;
            while !reloaded.load(Ordering::SeqCst) {
                plugin.call(&count, PATIENCE).await.expect("no call is lost");
                calls += 1;
            }
            calls
        };
        let reloading = async {
            let refused = sentence(bed.plugins.reload("hostile").await);
            reloaded.store(true, Ordering::SeqCst);
            refused
        };
        let (calls, refused) = tokio::join!(calling, reloading);
        assert!(refused.contains(words), "{mode}: {refused}");
        let serving = bed.plugins.registry().plugin("hostile").map(|plugin| plugin.generation());
        let status = bed.plugins.registry().status("hostile").unwrap();
        assert_eq!(
            Some(status.generation),
            serving,
            "{mode}: the status is of the copy that serves"
        );
        let next: u64 = bed.call("hostile", "count").await.unwrap().parse().unwrap();
        assert_eq!(next, calls + 1, "{mode}: all calls reached the copy that goes on");
        bed.unload("hostile").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_wait_for_a_switch_are_bounded() {
    let bed = Bed::with(|limits| {
        limits.hand_over = Duration::from_secs(1);
        limits.queued_max = 2;
    })
    .await;
    bed.install_hostile("save hangs");
    bed.load("hostile").await;
    let count = || bed.call("hostile", "count");
    let crowding = async {
        // Until the switch begins, three calls at a time are no crowd.
        loop {
            let (one, two, three) = tokio::join!(count(), count(), count());
            let (refused, answered): (Vec<_>, Vec<_>) =
                [one, two, three].into_iter().partition(Result::is_err);
            if let [Err(CallError::Busy { calls: 2, .. })] = refused.as_slice() {
                return answered.len();
            }
            assert!(refused.is_empty(), "{refused:?}");
        }
    };
    // A switch may begin in the middle of three calls, and then there was no crowd: again.
    let switching = async {
        loop {
            let reloaded = bed.plugins.reload("hostile").await;
            assert!(sentence(reloaded).contains("gave no answer within 1000 ms"));
        }
    };
    let answered = tokio::select! {
        answered = crowding => answered,
        () = switching => unreachable!("it switches until there was a crowd"),
    };
    assert_eq!(answered, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_outlives_the_switch_finishes_in_the_old_copy() {
    let bed = Bed::with(|limits| limits.switch_wait = Duration::from_millis(50)).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let registry = bed.plugins.registry();
    let plugin = registry.plugin("hostile").unwrap();
    let sleep = request("sleep", &[]);
    let deadline = Duration::from_secs(10_000);
    let switching = async {
        bed.until("the call runs", |bed| bed.status("hostile").calls == 1).await;
        let change = bed.reload("hostile").await;
        assert_eq!(notes(&change), ["Calls still run in the old copy and will finish there."]);
        assert_eq!(bed.status("hostile").draining, 1);
        assert_eq!(bed.call("hostile", "count").await.unwrap(), "1");
        bed.clock.run_ahead(Duration::from_secs(3600));
    };
    let (slept, ()) = tokio::join!(plugin.call(&sleep, deadline), switching);
    assert_eq!(slept.unwrap().generation, 1);
    bed.until("the old copy has ended", |bed| bed.status("hostile").draining == 0).await;
}

/// The longest that any call of a user is promised.
const PROMISED_MAX: Duration = Duration::from_secs(15 * 60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_be_asked_twice_is_answered_by_the_next_copy_when_its_own_is_ended() {
    let short = Duration::from_millis(50);
    let bed = Bed::with(|limits| (limits.switch_wait, limits.stuck_after) = (short, short)).await;
    bed.install_hostile("well");
    bed.load("hostile").await;
    let registry = bed.plugins.registry();
    let plugin = registry.plugin("hostile").unwrap();
    let answered = request("ask", &[("service", "second-copy")]);
    let never = request("ask", &[("service", "nobody")]);
    let (deadline, gone) = (Duration::from_secs(100_000), Duration::from_secs(80_000));
    let n_asked = || bed.side.n_asked.load(Ordering::Relaxed);
    let switching = async {
        bed.until("all are asked", |_| n_asked() == 3).await;
        bed.clock.run_ahead(gone);
        bed.reload("hostile").await;
        bed.clock.run_ahead(gone + PROMISED_MAX);
        bed.until("two are asked again", |_| n_asked() == 5).await;
        bed.clock.run_ahead(deadline);
    };
    let (twice, once, late, ()) = tokio::join!(
        plugin.call_idempotent(&answered, deadline),
        plugin.call(&answered, deadline),
        plugin.call_idempotent(&never, deadline),
        switching
    );
    assert_eq!(twice.unwrap().generation, 2);
    assert!(matches!(once, Err(CallError::Ended { .. })), "{once:?}");
    let Err(CallError::Late { deadline: left, .. }) = late else { panic!("{late:?}") };
    assert!(left <= deadline - gone, "within the same deadline: {left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_of_the_loader_is_a_refusal_that_says_what_serves() {
    let bed = Bed::new().await;
    let panics_at = |at| *bed.side.panic_at.lock().unwrap() = at;
    bed.install("twin", "twin-a");
    bed.load("twin").await;
    bed.reload("twin").await;
    for at in ["admitting", "serving"] {
        panics_at(Some(at));
        let refused = sentence(bed.plugins.reload("twin").await);
        assert!(refused.ends_with("Version 1.0.0 (copy 2) still serves."), "{at}: {refused}");
        let status = bed.status("twin");
        assert_eq!((status.state, status.replacement), (State::Serving, None), "{at}");
        assert_eq!((status.generation, status.commands.len()), (2, 1), "{at}");
        assert!(refused.contains(&last_failure(&status)), "{at}: {refused}");
        assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a", "{at}");
    }
    panics_at(None);
    bed.reload("twin").await;
    assert!(bed.status("twin").last_failure.is_none());

    panics_at(Some("ended"));
    let refused = sentence(bed.plugins.unload("twin").await);
    assert!(refused.ends_with("Nothing serves under this name."), "{refused}");
    assert!(refused.contains(&failure(&bed.status("twin"))), "{refused}");
    assert!(bed.plugins.registry().plugin("twin").is_none());
    panics_at(None);
    bed.load("twin").await;
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
    bed.unload("twin").await;
    bed.until_given_back().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn actions_at_the_same_time_come_one_after_the_other() {
    let bed = Bed::new().await;
    bed.install("twin", "twin-a");
    let (one, two) = tokio::join!(bed.plugins.load("twin"), bed.plugins.load("twin"));
    let (loaded, refused) = if one.is_ok() { (one, two) } else { (two, one) };
    loaded.unwrap();
    assert!(sentence(refused).contains("is loaded already"));
    let (one, two, three) = tokio::join!(
        bed.plugins.reload("twin"),
        bed.plugins.reload("twin"),
        bed.plugins.reload("twin")
    );
    let mut generations: Vec<_> =
        [one, two, three].map(|change| change.unwrap().generation).to_vec();
    generations.sort_unstable();
    assert_eq!(generations, [2, 3, 4]);
    bed.unload("twin").await;
    assert!(sentence(bed.plugins.unload("twin").await).contains("is not loaded"));
    assert!(sentence(bed.plugins.reload("twin").await).contains("is not loaded"));
    let gone = registry_call(&bed).await;
    assert!(matches!(gone, Err(CallError::NotServing { .. })), "{gone:?}");
}

/// Calls a plugin that somebody remembers from before it was unloaded.
async fn registry_call(bed: &Bed) -> Result<String, CallError> {
    bed.load("twin").await;
    let registry = bed.plugins.registry();
    bed.unload("twin").await;
    let plugin = registry.plugin("twin").unwrap();
    text(plugin.call(&request("twin", &[]), PATIENCE).await?.response)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_goes_to_its_end_though_nobody_waits_for_it() {
    let bed = Bed::new().await;
    bed.install("twin", "twin-a");
    {
        let mut loading = std::pin::pin!(bed.plugins.load("twin"));
        assert!(futures_util::poll!(loading.as_mut()).is_pending());
    }
    bed.until("it serves", |bed| bed.plugins.registry().plugin("twin").is_some()).await;
    assert_eq!(failure_or_none(&bed), None);
}

fn failure_or_none(bed: &Bed) -> Option<String> {
    let status = bed.status("twin");
    (status.state == State::Failed).then(|| failure(&status))
}
