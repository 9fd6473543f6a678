//! A panic of the host's own, where it would leave a user without a word or work of the host undone for
//! ever. Where it happened the log says already; here is only what goes on.

use crate::clock::Clock;
use futures_util::FutureExt;
use lumina_plugin_api::error::Error;
use std::{future::Future, panic::AssertUnwindSafe, time::Duration};
use tracing::error;

/// The pause before work that panicked is begun anew.
const PAUSE: Duration = Duration::from_secs(10);

/// Does work; a panic in it is a fault of ours, told as any other.
pub(super) async fn caught<T, E: From<Error>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| Err(Error::internal("the host panicked").into()))
}

/// Does work that is there as long as the host is, and begins it anew after a panic.
pub(super) async fn unbroken<F: Future<Output = ()>>(
    clock: &Clock,
    what: &str,
    begin: impl Fn() -> F,
) {
    while AssertUnwindSafe(begin()).catch_unwind().await.is_err() {
        error!(again_s = PAUSE.as_secs(), "{what} panicked; beginning it anew");
        clock.sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn work_that_panics_is_begun_anew_until_it_ends_by_itself() {
        let (clock, begun) = (Clock::start(), Cell::new(0));
        let work = unbroken(&clock, "the test", || async {
            begun.set(begun.get() + 1);
            tokio::task::yield_now().await;
            assert!(begun.get() > 3, "on purpose");
        });
        let mover = async {
            for passed in 1..=u32::MAX {
                tokio::task::yield_now().await;
                clock.run_ahead(PAUSE * passed);
            }
        };
        tokio::select! {
            () = work => {}
            () = mover => unreachable!("the work ends before"),
        }
        assert_eq!(begun.get(), 4);
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_of_ours() {
        let panics = async {
            tokio::task::yield_now().await;
            panic!("on purpose")
        };
        let told: Error = caught::<(), Error>(panics).await.unwrap_err();
        assert_eq!(told.kind, lumina_plugin_api::error::ErrorKind::Internal);
    }
}
