//! The loopback front: an HTTP address that a client library takes for Discord.
//!
//! The library shows a random key where it would show the token; the door puts the token in. The
//! front must never show the token, and must never serve who does not know the key: other programs
//! of this machine reach loopback too.

use super::{Door, DoorError, Reply, Request, SendError};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    HeaderMap, Response, StatusCode,
    body::Incoming,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, fmt::Write as _, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::{AbortHandle, JoinSet},
};

/// The largest request taken: Discord's own limit for files, and some room for the rest.
pub const FRONT_BYTES_MAX: usize = 32 << 20;
/// How many connections are served at once; the library's pool holds far fewer.
const CONNECTIONS_MAX: usize = 256;
/// The pause after a failed accept, which means that descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// What the key begins with: by it a log is known to hold none.
pub const KEY_MARK: &str = "lumina-front-";
/// Bytes of randomness in the key.
const KEY_BYTES: usize = 32;
/// What stands before the path of each request.
const PREFIX: &str = "/api/v10/";

/// The front's address and key. The front closes when this is dropped.
pub struct Front {
    /// Where the client library sends its requests, for example `http://127.0.0.1:40123`.
    pub url: String,
    /// What it sends as its bot token.
    pub key: String,
    task: AbortHandle,
}

impl Front {
    /// Listens on a free port of loopback.
    pub(super) async fn open(door: Door) -> Result<Self, DoorError> {
        let listen = |source| DoorError::Listen { source };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(listen)?;
        let url = format!("http://{}", listener.local_addr().map_err(listen)?);
        let key = random_key()?;
        let desk = Arc::new(Desk { door, expected: format!("Bot {key}") });
        let task = tokio::spawn(accept(listener, desk)).abort_handle();
        Ok(Self { url, key, task })
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Front").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What serves one request.
struct Desk {
    door: Door,
    expected: String,
}

impl Desk {
    async fn serve(&self, request: hyper::Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        if !self.knows_key(&parts.headers) {
            return refusal(StatusCode::UNAUTHORIZED, "wrong key");
        }
        let address = parts.uri.path_and_query().map_or("", |path| path.as_str());
        let Some(path) = address.strip_prefix(PREFIX) else {
            return refusal(StatusCode::NOT_FOUND, "no such path");
        };
        let Ok(body) = Limited::new(body, FRONT_BYTES_MAX).collect().await else {
            return refusal(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large");
        };
        let (method, path, headers) = (parts.method, path.to_owned(), parts.headers);
        let request = Request { method, path, headers, body: body.to_bytes(), until: None };
        self.door.send(request).await.map_or_else(|error| unsent(&error), answer)
    }

    fn knows_key(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(AUTHORIZATION).map_or(&[][..], HeaderValue::as_bytes);
        is_same(shown, self.expected.as_bytes())
    }
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        let place = Arc::clone(&room).acquire_owned().await.expect("it is never closed");
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                let desk = Arc::clone(&desk);
                connections.spawn(async move {
                    serve(stream, desk).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the loopback front cannot accept a connection");
                desk.door.inner.clock.sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, desk: Arc<Desk>) {
    // Without it answers are late, not wrong.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let desk = Arc::clone(&desk);
        async move { Ok::<_, Infallible>(desk.serve(request).await) }
    });
    // The library closes connections when it likes; there is nothing to do about it.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn answer(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = reply.status;
    if let Some(content_type) = reply.headers.get(CONTENT_TYPE) {
        response.headers_mut().insert(CONTENT_TYPE, content_type.clone());
    }
    response
}

fn unsent(error: &SendError) -> Response<Full<Bytes>> {
    let status = match error {
        SendError::Path => StatusCode::NOT_FOUND,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    refusal(status, &error.to_string())
}

/// An answer of the front's own, in the form of Discord's errors.
fn refusal(status: StatusCode, message: &str) -> Response<Full<Bytes>> {
    let body = serde_json::json!({ "code": 0, "message": format!("door: {message}") });
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Compares in a time that does not tell how much of the key was right.
fn is_same(shown: &[u8], expected: &[u8]) -> bool {
    let pairs = shown.iter().zip(expected);
    shown.len() == expected.len() && pairs.fold(0, |wrong, (a, b)| wrong | (a ^ b)) == 0
}

fn random_key() -> Result<String, DoorError> {
    let mut bytes = [0; KEY_BYTES];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| DoorError::Random)?;
    Ok(bytes.iter().fold(KEY_MARK.to_owned(), |mut key, byte| {
        let _ = write!(key, "{byte:02x}");
        key
    }))
}
