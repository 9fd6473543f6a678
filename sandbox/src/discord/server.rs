//! Accepts connections and tells the REST API and the gateway apart.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::rest;
use super::settings::SimDiscordOptions;
use super::sim::Sim;
use super::{files, gateway};

/// Tells hyper to drop the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on purpose")]
pub(crate) struct Dropped;

/// Binds both addresses and serves until the guard is dropped.
pub(crate) async fn start(options: SimDiscordOptions) -> anyhow::Result<(Arc<Sim>, DropGuard)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port.unwrap_or(0)));
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} for the simulated Discord"))?;
    let resume_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .context("cannot listen for resumed sessions")?;
    let address = listener.local_addr().context("a bound listener has no address")?;
    let resume_address = resume_listener.local_addr().context("a bound listener has no address")?;
    let sim = Arc::new(Sim::new(options, address, resume_address));
    let ended = CancellationToken::new();
    tokio::spawn(accept(listener, sim.clone(), ended.clone(), Door::Main));
    tokio::spawn(accept(resume_listener, sim.clone(), ended.clone(), Door::Resume));
    Ok((sim, ended.drop_guard()))
}

/// Says at which address a connection came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Main,
    Resume,
}

async fn accept(listener: TcpListener, sim: Arc<Sim>, ended: CancellationToken, door: Door) {
    loop {
        let accepted = tokio::select! {
            () = ended.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else { continue };
        let connection = connection(stream, sim.clone(), ended.clone(), door);
        let ended = ended.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = ended.cancelled() => {}
                () = connection => {}
            }
        });
    }
}

async fn connection(stream: TcpStream, sim: Arc<Sim>, ended: CancellationToken, door: Door) {
    // Without it small frames wait for each other, and latencies measure the kernel.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let (sim, ended) = (sim.clone(), ended.clone());
        async move { serve(sim, ended, door, request.map(Body::new)).await }
    });
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

async fn serve(
    sim: Arc<Sim>,
    ended: CancellationToken,
    door: Door,
    request: Request<Body>,
) -> Result<Response<Body>, Dropped> {
    let is_upgrade = request.headers().contains_key(header::UPGRADE);
    match is_upgrade {
        true => upgrade(sim, ended, door, request).await,
        false if request.uri().path().starts_with(files::PREFIX) => {
            Ok(files::serve(&sim, &request))
        }
        false if door == Door::Main => rest::serve(&sim, request).await,
        false => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}

async fn upgrade(
    sim: Arc<Sim>,
    ended: CancellationToken,
    door: Door,
    request: Request<Body>,
) -> Result<Response<Body>, Dropped> {
    let faults = sim.faults.gateway_now();
    if faults.refuse || (faults.resume_url_dead && door == Door::Resume) {
        return Err(Dropped);
    }
    let (mut parts, _) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
    Ok(match upgrade {
        Ok(upgrade) => upgrade
            .on_upgrade(move |socket| async move {
                tokio::select! {
                    () = ended.cancelled() => {}
                    () = gateway::serve(sim, socket, query, door) => {}
                }
            })
            .into_response(),
        Err(refusal) => refusal.into_response(),
    })
}
