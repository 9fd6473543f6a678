//! Looks names up for the client, and lets only public addresses through to it.

use super::address::is_public;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    error::Error,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// Looks names up.
pub trait Resolver: Send + Sync {
    /// Returns all addresses of `host`.
    fn addresses(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The resolver of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn addresses(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
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
