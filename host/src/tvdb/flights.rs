//! Single flight: whoever asks for what is being fetched already waits for the same answer.
//!
//! A fetch runs as a task of its own, so that it ends well even if those who asked have gone, and
//! the next one finds the answer. The tasks end with the [`Flights`] that owns them.

use super::error::TvdbError;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::watch, task::JoinSet};

type Landing<V> = watch::Receiver<Option<Result<V, TvdbError>>>;
type Board<K, V> = Arc<Mutex<HashMap<K, Landing<V>>>>;

/// The fetches under way, by what they fetch.
#[derive(Debug)]
pub(super) struct Flights<K, V> {
    board: Board<K, V>,
    tasks: Mutex<JoinSet<()>>,
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(super) fn new() -> Self {
        Self { board: Arc::default(), tasks: Mutex::default() }
    }

    /// Waits for the fetch of `key`, which `fetch` starts if none is under way.
    pub(super) async fn join<F>(&self, key: K, fetch: F) -> Result<V, TvdbError>
    where
        F: Future<Output = Result<V, TvdbError>> + Send + 'static,
    {
        let mut landing = self.board(key, fetch);
        let landed = landing.wait_for(Option::is_some).await;
        landed.ok().and_then(|result| result.clone()).unwrap_or(Err(TvdbError::Interrupted))
    }

    fn board<F>(&self, key: K, fetch: F) -> Landing<V>
    where
        F: Future<Output = Result<V, TvdbError>> + Send + 'static,
    {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(landing) = board.get(&key) {
            return landing.clone();
        }
        let (tx, landing) = watch::channel(None);
        board.insert(key.clone(), landing.clone());
        drop(board);
        let entry = Entry { board: Arc::clone(&self.board), key };
        self.start(async move {
            let result = fetch.await;
            drop(entry);
            // Nobody waits any more: the answer was still worth fetching, it may be kept.
            let _ = tx.send(Some(result));
        });
        landing
    }

    fn start(&self, flight: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(flight);
    }
}

/// Takes the fetch off the board, also if it panics.
struct Entry<K: Eq + Hash, V> {
    board: Board<K, V>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Entry<K, V> {
    fn drop(&mut self) {
        self.board.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::sync::Notify;

    #[tokio::test]
    async fn those_who_ask_together_share_one_fetch() {
        let flights = Flights::<&str, u32>::new();
        let n_fetches = Arc::new(AtomicU32::new(0));
        let fetch = || {
            let n_fetches = Arc::clone(&n_fetches);
            async move {
                tokio::task::yield_now().await;
                Ok(n_fetches.fetch_add(1, Ordering::Relaxed))
            }
        };
        let (a, b) = tokio::join!(flights.join("k", fetch()), flights.join("k", fetch()));
        assert_eq!((a.ok(), b.ok()), (Some(0), Some(0)));
        assert_eq!(flights.join("k", fetch()).await.ok(), Some(1), "a later one starts anew");
    }

    #[tokio::test]
    async fn a_fetch_goes_on_when_the_one_who_asked_is_gone() {
        let flights = Flights::<&str, u32>::new();
        let (go, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let fetch = {
            let (go, done) = (Arc::clone(&go), Arc::clone(&done));
            async move {
                go.notified().await;
                done.notify_one();
                Ok(7)
            }
        };
        tokio::select! {
            biased;
            _ = flights.join("k", fetch) => unreachable!("nothing let it go"),
            () = tokio::task::yield_now() => {}
        }
        go.notify_one();
        done.notified().await;
    }

    #[tokio::test]
    async fn a_fetch_that_panics_is_an_error_and_blocks_nobody() {
        let flights = Flights::<&str, u32>::new();
        let broken = flights.join("k", async { panic!("on purpose") }).await;
        assert!(matches!(broken, Err(TvdbError::Interrupted)));
        assert_eq!(flights.join("k", async { Ok(1) }).await.ok(), Some(1));
    }
}
