//! The page that Prometheus reads: `GET /metrics` at `METRICS_ADDR`. It knows no other request.

use crate::clock::Clock;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};
use tracing::warn;

/// The form of the page.
const FORM: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
/// How long one connection may take; it carries one request.
const CONNECTION_TIME: Duration = Duration::from_secs(10);
/// Connections at a time: one Prometheus, a second one, and someone who looks.
const CONNECTIONS_MAX: usize = 8;
/// The pause after a failed accept, which means that descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
#[error(
    "METRICS_ADDR: cannot listen on `{address}`; choose an address of this machine and a free port"
)]
pub struct PageError {
    address: SocketAddr,
    source: io::Error,
}

/// The page, listening.
#[derive(Debug)]
pub struct Page {
    listener: TcpListener,
}

impl Page {
    /// Listens.
    ///
    /// # Errors
    /// If the address is not ours or taken.
    pub async fn open(address: SocketAddr) -> Result<Self, PageError> {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|source| PageError { address, source })?;
        Ok(Self { listener })
    }

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// Answers with what `figures` returns, for ever.
    pub async fn serve(&self, clock: &Clock, figures: Arc<dyn Fn() -> String + Send + Sync>) {
        let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut connections = JoinSet::new();
        loop {
            let place = Arc::clone(&room).acquire_owned().await.expect("it is never closed");
            while connections.try_join_next().is_some() {}
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let (clock, figures) = (clock.clone(), Arc::clone(&figures));
                    connections.spawn(async move {
                        // Who is too slow is left.
                        let _ = clock.timeout(CONNECTION_TIME, answer(stream, &*figures)).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    warn!(%error, "the page of metrics takes no connection");
                    clock.sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

async fn answer(stream: TcpStream, figures: &(dyn Fn() -> String + Send + Sync)) {
    let service = service_fn(|request: Request<Incoming>| async move {
        Ok::<_, Infallible>(respond(&request, figures))
    });
    let connection =
        http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service);
    // Who goes away early misses it.
    let _ = connection.await;
}

fn respond(request: &Request<Incoming>, figures: &dyn Fn() -> String) -> Response<Full<Bytes>> {
    if request.method() != Method::GET || request.uri().path() != "/metrics" {
        let mut response = Response::new(Full::from("the figures are at /metrics\n"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    }
    let mut response = Response::new(Full::from(figures()));
    response.headers_mut().insert(CONTENT_TYPE, FORM);
    response
}
