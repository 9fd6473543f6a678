//! Looks names up for the client, and lets only public addresses through to it.

use super::address::is_public;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    error::Error,
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::Arc,
};
use tokio::sync::Semaphore;

/// Looks names up.
pub trait Resolver: Send + Sync {
    /// Returns all addresses of `host`.
    fn addresses(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Names that are looked up at a time. The system looks a name up on a thread of ours, which nothing can
/// stop; where it gives up only after minutes, so many threads wait for it and no more.
const LOOKUPS_MAX: usize = 16;

/// The resolver of the system.
#[derive(Debug, Clone)]
pub struct SystemResolver {
    lookups: Lookups,
}

impl Default for SystemResolver {
    fn default() -> Self {
        Self { lookups: Lookups::new(LOOKUPS_MAX) }
    }
}

impl Resolver for SystemResolver {
    fn addresses(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let found = self.lookups.run(move || (host.as_str(), 0).to_socket_addrs());
        Box::pin(async move { Ok(found.await?.map(|address| address.ip()).collect()) })
    }
}

/// A bounded number of threads that wait for the system.
#[derive(Debug, Clone)]
struct Lookups(Arc<Semaphore>);

impl Lookups {
    fn new(max: usize) -> Self {
        Self(Arc::new(Semaphore::new(max)))
    }

    /// Returns what `lookup` finds; waits for its turn. The thread holds its place to its end, whether
    /// anyone still waits for it or not.
    fn run<T: Send + 'static>(
        &self,
        lookup: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> impl Future<Output = io::Result<T>> + Send + 'static {
        let places = Arc::clone(&self.0);
        async move {
            let place = places.acquire_owned().await.map_err(io::Error::other)?;
            let found = tokio::task::spawn_blocking(move || {
                let _place = place;
                lookup()
            });
            found.await.map_err(io::Error::other)?
        }
    }
}

/// The name leads somewhere that is not public.
#[derive(Debug, thiserror::Error)]
#[error("an address of `{host}` is not public")]
pub(super) struct NotPublic {
    host: String,
}

impl NotPublic {
    /// Whether this is why `error` happened.
    pub(super) fn is_behind(error: &(dyn Error + 'static)) -> bool {
        let mut next = Some(error);
        while let Some(cause) = next {
            if cause.is::<Self>() {
                return true;
            }
            next = cause.source();
        }
        false
    }
}

/// The guard between a resolver and the client.
pub(super) struct Guard {
    resolver: Arc<dyn Resolver>,
}

impl Guard {
    pub(super) fn new(resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let looked_up = self.resolver.addresses(host.clone());
        Box::pin(async move {
            let addresses = looked_up.await?;
            // One that is not public among public ones is an attack or a mistake: trust none of them.
            if !addresses.iter().all(|address| is_public(*address)) {
                return Err(NotPublic { host }.into());
            }
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::mpsc, time::Duration};

    #[tokio::test]
    async fn lookups_that_nobody_waits_for_any_more_keep_their_places_and_no_more_threads_begin() {
        let lookups = Lookups::new(2);
        let mut stuck = Vec::new();
        for _ in 0..2 {
            let (sender, receiver) = mpsc::channel::<()>();
            stuck.push(sender);
            let lookup = lookups.run(move || Ok(receiver.recv().is_ok()));
            let abandoned = tokio::time::timeout(Duration::from_millis(20), lookup).await;
            assert!(abandoned.is_err(), "it is stuck");
        }
        let next = lookups.run(|| Ok(7));
        let mut next = std::pin::pin!(next);
        let waited = tokio::time::timeout(Duration::from_millis(20), &mut next).await;
        assert!(waited.is_err(), "there is no place for it");
        stuck.pop();
        assert_eq!(next.await.expect("it has its turn"), 7);
        drop(stuck);
    }

    #[tokio::test]
    async fn the_system_knows_this_machine() {
        let found = SystemResolver::default().addresses("localhost".to_owned()).await;
        assert!(found.expect("found").iter().all(IpAddr::is_loopback));
    }
}
