//! A shelf in front of a source that answers, fails or is slow.

use super::*;
use std::sync::atomic::AtomicU32;

impl Weighed for u32 {
    fn size_bytes(&self) -> usize {
        4
    }
}

impl Weighed for String {
    fn size_bytes(&self) -> usize {
        self.len()
    }
}

fn options(clock: &Clock) -> ShelfOptions {
    let (outage, clock) = (Outage::none(), clock.clone());
    ShelfOptions { outage, clock, figures: CacheFigures::default() }
}

struct Bench {
    shelf: Shelf<u32>,
    clock: Clock,
    n_fetches: Arc<AtomicU32>,
}

impl Bench {
    fn new() -> Self {
        let clock = Clock::start();
        let shelf = Shelf::new(1 << 20, options(&clock));
        Self { shelf, clock, n_fetches: Arc::default() }
    }

    async fn ask(&self) -> Answer<u32> {
        let n_fetches = Arc::clone(&self.n_fetches);
        let fetch = async move { Ok(n_fetches.fetch_add(1, Ordering::Relaxed)) };
        self.shelf.get("k".to_owned(), fetch).await.expect("an answer")
    }

    async fn ask_while_down(&self) -> Result<Answer<u32>, TvdbError> {
        let n_fetches = Arc::clone(&self.n_fetches);
        let fetch = async move {
            n_fetches.fetch_add(1, Ordering::Relaxed);
            Err(TvdbError::Status { path: "x".to_owned(), status: 503 })
        };
        self.shelf.get("k".to_owned(), fetch).await
    }
}

#[tokio::test]
async fn an_answer_is_fetched_once_an_hour() {
    let bench = Bench::new();
    assert_eq!(bench.ask().await.value, 0);
    bench.clock.run_ahead(FRESH_FOR - Duration::from_secs(60));
    assert_eq!(bench.ask().await.value, 0);
    bench.clock.run_ahead(FRESH_FOR + Duration::from_secs(60));
    assert_eq!(bench.ask().await, fresh(1));
}

#[tokio::test]
async fn an_old_answer_is_given_with_its_age_while_the_source_is_down() {
    let bench = Bench::new();
    bench.ask().await;
    let two_days = Duration::from_secs(2 * 24 * 3600);
    bench.clock.run_ahead(two_days);
    let answer = bench.ask_while_down().await.expect("the old answer");
    assert!(answer.is_stale && answer.age >= two_days);
    assert_eq!(answer.value, 0);
}

#[tokio::test]
async fn during_an_outage_old_answers_come_without_asking() {
    let bench = Bench::new();
    bench.ask().await;
    bench.clock.run_ahead(FRESH_FOR * 2);
    bench.ask_while_down().await.expect("the old answer");
    bench.ask_while_down().await.expect("the old answer");
    assert_eq!(bench.n_fetches.load(Ordering::Relaxed), 2);
    bench.clock.run_ahead(FRESH_FOR * 2 + OUTAGE_FOR * 2);
    assert!(!bench.ask().await.is_stale, "asks again after a while");
}

#[tokio::test]
async fn an_answer_of_a_week_ago_is_not_given() {
    let bench = Bench::new();
    bench.ask().await;
    bench.clock.run_ahead(KEPT_FOR + Duration::from_secs(1));
    assert!(bench.ask_while_down().await.is_err());
}

#[tokio::test]
async fn a_slow_source_does_not_hold_up_who_can_have_an_old_answer() {
    let bench = Bench::new();
    bench.ask().await;
    bench.clock.run_ahead(FRESH_FOR * 2);
    let slow = bench.shelf.get("k".to_owned(), std::future::pending());
    let clock = bench.clock.clone();
    let (answer, ()) = tokio::join!(slow, async { clock.run_ahead(FRESH_FOR * 2 + PATIENCE) });
    assert!(answer.expect("the old answer").is_stale);
}

#[tokio::test]
async fn the_shelf_never_holds_more_bytes_than_allowed() {
    let shelf = Shelf::<String>::new(64 * 1024, options(&Clock::start()));
    for n in 0..200 {
        let value = "x".repeat(4096);
        shelf.get(n.to_string(), async { Ok(value) }).await.expect("an answer");
    }
    shelf.kept.run_pending_tasks().await;
    assert!(shelf.kept.weighted_size() <= 64 * 1024);
}
