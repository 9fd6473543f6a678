//! Tests of the limits, against a small Discord that counts what it would have refused.

use super::*;
use hyper::{HeaderMap, Method};
use std::{cell::RefCell, hash::RandomState, rc::Rc};
use tokio::task::LocalSet;

const SECOND: Duration = Duration::from_secs(1);
const ROUND_TRIP: Duration = Duration::from_millis(40);
const INTERACTION: &str = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTA6YWJjZGVm";

/// A Discord of one bucket per path: `limit` requests in `window`.
#[derive(Default)]
struct Discord {
    windows: HashMap<String, (Duration, u32)>,
    served: Vec<(Duration, String)>,
    limited: usize,
}

impl Discord {
    fn serve(&mut self, path: &str, now: Duration, limit: u32, window: Duration) -> Seen {
        let (ends_at, used) = self.windows.entry(path.to_owned()).or_default();
        if now >= *ends_at {
            (*ends_at, *used) = (now + window, 0);
        }
        let reset = format!("{:.3}", (*ends_at - now).as_secs_f64());
        if *used >= limit {
            self.limited += 1;
        } else {
            *used += 1;
            self.served.push((now, path.to_owned()));
        }
        headers("b", limit, limit - *used, &reset)
    }
}

fn headers(bucket: &str, limit: u32, remaining: u32, reset: &str) -> Seen {
    let mut map = HeaderMap::new();
    let values = [bucket.to_owned(), limit.to_string(), remaining.to_string(), reset.to_owned()];
    let names = ["bucket", "limit", "remaining", "reset-after"];
    for (name, value) in names.into_iter().zip(values) {
        let name = hyper::header::HeaderName::try_from(format!("x-ratelimit-{name}"));
        map.insert(name.expect("a name"), value.parse().expect("a value"));
    }
    Seen::read(&map)
}

/// The limits, their clock, and the Discord behind them.
#[derive(Clone)]
struct World {
    clock: Clock,
    limits: Rc<Limits>,
    discord: Rc<RefCell<Discord>>,
    hasher: RandomState,
}

impl World {
    fn new() -> Self {
        let clock = Clock::start();
        let limits = Rc::new(Limits::new(clock.clone()));
        Self { clock, limits, discord: Rc::default(), hasher: RandomState::new() }
    }

    fn route(&self, path: &str) -> Route {
        Route::of(&Method::POST, path, &self.hasher)
    }

    async fn acquire(&self, path: &str, within: Duration) -> Result<Permit<'_>, Refusal> {
        let deadline = self.clock.monotonic() + within;
        self.limits.acquire(&self.route(path), deadline).await
    }

    /// Sends one request, half a round trip there and half back.
    async fn send(&self, path: &str, limit: u32, window: Duration) {
        let permit = self.acquire(path, SECOND * 600).await.expect("there is time");
        self.clock.sleep(ROUND_TRIP / 2).await;
        let seen = self.discord.borrow_mut().serve(path, self.clock.monotonic(), limit, window);
        self.clock.sleep(ROUND_TRIP / 2).await;
        permit.answered(&seen, None);
    }

    /// Runs `work` to its end, moving the clock whenever all wait.
    async fn run<F: Future>(&self, work: F) -> F::Output {
        tokio::pin!(work);
        let mut ahead = Duration::ZERO;
        loop {
            tokio::select! {
                biased;
                output = &mut work => return output,
                () = settle() => {}
            }
            ahead += Duration::from_millis(10);
            self.clock.run_ahead(ahead);
        }
    }

    /// Sends all at once and waits for all.
    async fn send_all(&self, paths: Vec<String>, limit: u32, window: Duration) {
        let local = LocalSet::new();
        for path in paths {
            let world = self.clone();
            local.spawn_local(async move { world.send(&path, limit, window).await });
        }
        self.run(local).await;
    }

    fn served(&self) -> usize {
        self.discord.borrow().served.len()
    }
}

async fn settle() {
    for _ in 0..4 {
        tokio::task::yield_now().await;
    }
}

fn channel(index: usize) -> String {
    format!("channels/{index}/messages")
}

fn is_sent(result: &Result<Permit<'_>, Refusal>) -> bool {
    result.is_ok()
}

#[tokio::test]
async fn a_burst_into_one_bucket_is_never_limited_and_uses_the_limit() {
    let world = World::new();
    world.send_all(vec![channel(1); 60], 5, SECOND * 2).await;
    let discord = world.discord.borrow();
    assert_eq!((discord.served.len(), discord.limited), (60, 0));
    // Twelve windows of two seconds, each a little late by the way there and back.
    let (first, last) = (discord.served[0].0, discord.served[59].0);
    assert!(last - first < SECOND * 30, "{:?}", last - first);
}

#[tokio::test]
async fn bursts_into_many_buckets_keep_the_global_limit() {
    let world = World::new();
    let paths = (0..300).map(|index| channel(index % 30)).collect();
    world.send_all(paths, 5, SECOND).await;
    let discord = world.discord.borrow();
    assert_eq!((discord.served.len(), discord.limited), (300, 0));
    for window in discord.served.windows(global::PER_SECOND + 1) {
        assert!(window[global::PER_SECOND].0 - window[0].0 >= SECOND);
    }
}

#[tokio::test]
async fn a_thousand_callbacks_leave_at_once() {
    let world = World::new();
    world.limits.pause(SECOND * 60);
    let mut permits = Vec::new();
    for index in 0..1_000 {
        let path = format!("interactions/{index}/{INTERACTION}/callback");
        permits.push(world.acquire(&path, Duration::ZERO).await);
    }
    assert!(permits.iter().all(is_sent));
}

#[tokio::test]
async fn a_pause_holds_all_but_callbacks() {
    let world = World::new();
    world.limits.pause(SECOND * 3);
    for path in [channel(1), format!("webhooks/1/{INTERACTION}")] {
        let early = world.acquire(&path, SECOND * 2).await;
        assert_eq!(early.err(), Some(Refusal::WouldWait), "{path}");
    }
    world.clock.run_ahead(SECOND * 3);
    assert!(is_sent(&world.acquire(&channel(1), SECOND).await));
}

#[tokio::test]
async fn a_request_that_would_wait_too_long_is_refused_early() {
    let world = World::new();
    let permit = world.acquire(&channel(1), SECOND).await.expect("the first goes");
    permit.answered(&headers("b", 1, 0, "30"), None);
    let before = world.clock.monotonic();
    let refused = world.acquire(&channel(1), SECOND * 15).await;
    assert_eq!(refused.err(), Some(Refusal::WouldWait));
    assert!(world.clock.monotonic() - before < SECOND, "without waiting");
    assert!(is_sent(&world.run(world.acquire(&channel(1), SECOND * 40)).await));
}

#[tokio::test]
async fn malformed_headers_let_one_request_at_a_time_through() {
    let world = World::new();
    for _ in 0..3 {
        let first = world.acquire(&channel(1), SECOND).await.expect("one goes");
        let second = world.run(world.acquire(&channel(1), SECOND)).await;
        assert_eq!(second.err(), Some(Refusal::WouldWait));
        first.answered(&Seen::Malformed, None);
    }
}

#[tokio::test]
async fn an_answer_without_headers_frees_the_route_until_it_is_limited() {
    let world = World::new();
    let path = "gateway/bot";
    world.acquire(path, SECOND).await.expect("one goes").answered(&Seen::Absent, None);
    let first = world.acquire(path, SECOND).await.expect("then many do");
    let second = world.acquire(path, SECOND).await.expect("then many do");
    first.answered(&Seen::Absent, Some(SECOND * 5));
    second.answered(&Seen::Absent, None);
    assert_eq!(world.acquire(path, SECOND * 4).await.err(), Some(Refusal::WouldWait));
    let _one = world.run(world.acquire(path, SECOND * 6)).await.expect("after the pause");
    let another = world.run(world.acquire(path, SECOND)).await;
    assert_eq!(another.err(), Some(Refusal::WouldWait), "one at a time from now on");
}

#[tokio::test]
async fn requests_of_one_bucket_leave_in_the_order_of_asking() {
    let world = World::new();
    let order = Rc::new(RefCell::new(Vec::new()));
    let local = LocalSet::new();
    for index in 0..20 {
        let (world, order) = (world.clone(), Rc::clone(&order));
        local.spawn_local(async move {
            let permit = world.acquire(&channel(1), SECOND * 600).await.expect("there is time");
            order.borrow_mut().push(index);
            world.clock.sleep(ROUND_TRIP).await;
            let path = channel(1);
            let seen = world.discord.borrow_mut().serve(&path, world.clock.monotonic(), 3, SECOND);
            permit.answered(&seen, None);
        });
    }
    world.run(local).await;
    assert_eq!(*order.borrow(), (0..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_permit_dropped_without_an_answer_gives_its_place_back() {
    let world = World::new();
    drop(world.acquire(&channel(1), SECOND).await.expect("one goes"));
    let permit = world.acquire(&channel(1), SECOND).await.expect("the next goes");
    permit.answered(&headers("b", 2, 1, "1"), None);
    drop(world.acquire(&channel(1), SECOND).await.expect("one is left"));
    let _later = world.run(world.acquire(&channel(1), SECOND * 5)).await.expect("a new window");
}

#[tokio::test]
async fn two_routes_of_one_bucket_share_it() {
    let world = World::new();
    let (first, second) = (channel(1), "channels/1/typing".to_owned());
    let permit = world.acquire(&first, SECOND).await.expect("goes");
    permit.answered(&headers("same", 2, 1, "30"), None);
    let permit = world.acquire(&second, SECOND).await.expect("goes");
    permit.answered(&headers("same", 2, 0, "30"), None);
    assert_eq!(world.acquire(&first, SECOND).await.err(), Some(Refusal::WouldWait));
    assert!(is_sent(&world.acquire("channels/2/typing", SECOND).await), "another channel is apart");
}

#[tokio::test]
async fn a_spent_budget_stops_everything_and_a_refused_token_all_but_answers_to_interactions() {
    let world = World::new();
    for _ in 0..invalid::INVALID_MAX {
        world.limits.count_invalid();
    }
    let refused = world.acquire(&channel(1), SECOND).await.err();
    assert_eq!(refused, Some(Refusal::TooManyInvalid));
    world.clock.run_ahead(SECOND * 700);
    assert!(is_sent(&world.acquire(&channel(1), SECOND).await));
    world.limits.refuse_token();
    assert_eq!(world.acquire(&channel(1), SECOND).await.err(), Some(Refusal::TokenRefused));
    let token = "a".repeat(50);
    for answer in [format!("interactions/1/{token}/callback"), format!("webhooks/1/{token}")] {
        assert!(is_sent(&world.acquire(&answer, SECOND).await), "{answer}");
    }
}

#[tokio::test]
async fn buckets_of_interactions_are_forgotten() {
    let world = World::new();
    for index in 0..500 {
        let path = format!("webhooks/{index}/{INTERACTION}");
        let permit = world.acquire(&path, SECOND).await.expect("each has its own bucket");
        permit.answered(&headers("hook", 5, 4, "2"), None);
    }
    world.clock.run_ahead(SECOND * 10);
    drop(world.acquire(&channel(1), SECOND).await);
    let state = world.limits.state();
    assert_eq!((state.buckets.len(), state.lines.len(), state.names.len()), (1, 1, 1));
}

#[tokio::test]
async fn who_stops_waiting_leaves_the_line() {
    let world = World::new();
    let first = world.acquire(&channel(1), SECOND).await.expect("one goes");
    for _ in 0..5 {
        let waited = world.run(world.acquire(&channel(1), SECOND)).await;
        assert_eq!(waited.err(), Some(Refusal::WouldWait));
    }
    first.answered(&headers("b", 5, 4, "1"), None);
    assert!(is_sent(&world.acquire(&channel(1), SECOND).await));
    assert_eq!(world.served(), 0);
}
