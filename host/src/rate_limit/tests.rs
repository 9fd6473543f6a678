//! Vectors of moments and what is allowed then.

use super::*;
use std::time::Duration;

impl Generations {
    fn n_windows(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

/// Moments in seconds and what is expected: `None` is allowed, else denied until then.
fn check(window: Window, vector: &[(i64, Option<i64>)]) {
    let mut uses = Uses::new();
    for (second, expected) in vector {
        let until = count(&mut uses, window, second * 1000).map(|until_ms| until_ms / 1000);
        assert_eq!(until, *expected, "at {second} s");
    }
}

fn counting_refused(calls: u32, period_ms: u64) -> Window {
    let mut window = Window::new(calls, period_ms);
    window.counts_refused = true;
    window
}

fn key(user: u64) -> LimitKey {
    let counted = Counted::command("search");
    LimitKey { plugin: "search".to_owned(), counted, user: Some(UserId(user)) }
}

fn own(plugin: &str, key: impl ToString) -> LimitKey {
    let counted = Counted::Own(key.to_string());
    LimitKey { plugin: plugin.to_owned(), counted, user: None }
}

#[test]
fn insisting_makes_the_wait_longer_where_refused_uses_count() {
    check(
        counting_refused(2, 8_000),
        &[
            (100, None),
            (101, None),
            (102, Some(109)),
            (103, Some(110)),
            (109, Some(111)),
            (110, Some(117)),
            (118, None),
        ],
    );
}

#[test]
fn insisting_changes_nothing_where_refused_uses_do_not_count() {
    check(
        Window::new(2, 8_000),
        &[(100, None), (101, None), (102, Some(108)), (103, Some(108)), (109, None), (110, None)],
    );
}

#[test]
fn a_window_of_no_uses_allows_nothing_and_one_of_any_size_is_bounded() {
    check(Window::new(0, 1_000), &[(5, Some(6)), (7, Some(8))]);
    let mut uses = Uses::new();
    let n_allowed = (0..5_000)
        .filter(|ms| count(&mut uses, Window::new(u32::MAX, u64::MAX), *ms).is_none())
        .count();
    assert_eq!((n_allowed, uses.len()), (CALLS_MAX as usize, CALLS_MAX as usize));
}

#[test]
fn each_user_has_a_window_of_their_own_and_time_opens_it() {
    let clock = Clock::start();
    let limits = RateLimits::new(clock.clone());
    let once = Window::new(1, 10_000);
    assert_eq!(limits.count(key(1), once), Verdict::Allowed);
    assert_eq!(limits.count(key(2), once), Verdict::Allowed);
    assert!(matches!(limits.count(key(1), once), Verdict::Denied { .. }));
    clock.run_ahead(Duration::from_millis(10_001));
    assert_eq!(limits.count(key(1), once), Verdict::Allowed);
}

#[test]
fn any_number_of_users_takes_bounded_memory_and_the_latest_are_remembered() {
    let limits = RateLimits::new(Clock::start());
    let once = Window::new(1, 3_600_000);
    for user in 0..100_000 {
        assert_eq!(limits.count(key(user), once), Verdict::Allowed);
    }
    assert!(matches!(limits.count(key(99_000), once), Verdict::Denied { .. }));
    let windows = limits.windows.lock().expect("no thread panicked");
    assert!(windows.host.n_windows() <= 2 * WINDOWS_PER_GENERATION_MAX);
}

#[test]
fn a_plugin_with_many_keys_of_its_own_makes_nobody_else_forget() {
    let limits = RateLimits::new(Clock::start());
    let once = Window::new(1, 3_600_000);
    for waiting in [key(1), own("modest", "daily")] {
        assert_eq!(limits.count(waiting, once), Verdict::Allowed);
    }
    for n in 0..100_000 {
        assert_eq!(limits.count(own("greedy", n), once), Verdict::Allowed);
    }
    for waiting in [key(1), own("modest", "daily"), own("greedy", 99_999)] {
        assert!(matches!(limits.count(waiting, once), Verdict::Denied { .. }));
    }
    assert_eq!(limits.count(own("greedy", 0), once), Verdict::Allowed, "its oldest has gone");
    let windows = limits.windows.lock().expect("no thread panicked");
    assert!(windows.own["greedy"].n_windows() <= OWN_WINDOWS_PER_PLUGIN_MAX);
}
