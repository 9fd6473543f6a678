//! A small HTTP server on loopback that can be taken down and brought back.
//!
//! Every answer comes from one function, and an answer may also be a broken one: no answer at all,
//! or a body that ends before its announced length. It must never listen anywhere but on 127.0.0.1.

use bytes::Bytes;
use futures_util::{StreamExt as _, future::BoxFuture, stream};
use http_body_util::{BodyExt, Limited, StreamBody, combinators::BoxBody};
use hyper::{
    Request, Response,
    body::{Frame, Incoming},
    header::CONTENT_LENGTH,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// The longest request body that is read; nothing that talks to these servers sends more.
const REQUEST_BYTES_MAX: usize = 1 << 20;

/// One request as the answering function sees it.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method, in capitals.
    pub method: String,
    /// The path without its query.
    pub path: String,
    /// The pairs of the query, decoded, in the order they came.
    pub query: Vec<(String, String)>,
    /// The query as it was sent.
    pub raw_query: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// Returns the first value of a query parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the first value of a header; `name` in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What goes back to the caller.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A whole answer.
    Whole {
        /// The status code.
        status: u16,
        /// The headers beside the length.
        headers: Vec<(String, String)>,
        /// The body.
        body: Bytes,
    },
    /// An answer whose connection breaks after half of the announced body.
    CutShort {
        /// The status code.
        status: u16,
        /// The headers beside the length.
        headers: Vec<(String, String)>,
        /// The body of which only the first half is sent.
        body: Bytes,
    },
    /// No answer: the connection is dropped.
    Reset,
}

impl Answer {
    /// Returns an answer with a body of the given content type.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self::Whole { status, headers, body: body.into() }
    }

    /// Returns an answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::new(status, "application/json; charset=UTF-8", body.to_string())
    }

    /// Returns the same answer with one header more.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Self::Whole { headers, .. } | Self::CutShort { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Returns the same answer, broken off in the middle of its body.
    #[must_use]
    pub fn cut_short(self) -> Self {
        match self {
            Self::Whole { status, headers, body } => Self::CutShort { status, headers, body },
            other => other,
        }
    }

    /// Returns the status that the caller reads, or `None` if it reads none.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Whole { status, .. } | Self::CutShort { status, .. } => Some(*status),
            Self::Reset => None,
        }
    }
}

/// The function that answers every request of a server.
pub type Answering = Arc<dyn Fn(Call) -> BoxFuture<'static, Answer> + Send + Sync>;

/// A running server. It ends when it is dropped.
#[derive(Debug)]
pub struct Loopback {
    address: SocketAddr,
    connections: Connections,
    task: JoinHandle<()>,
}

/// What ends all connections, one time each; nothing while the server is down.
type Connections = Arc<Mutex<Option<CancellationToken>>>;

impl Loopback {
    /// Starts a server on 127.0.0.1; port 0 means any free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(port: u16, answering: Answering) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let connections = Connections::new(Mutex::new(Some(CancellationToken::new())));
        let task = tokio::spawn(accept(listener, answering, Arc::clone(&connections)));
        Ok(Self { address, connections, task })
    }

    /// Returns where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes the server down: connections break, also new ones, until [`Loopback::raise`]. The port stays
    /// taken, because whoever else came by it would be asked instead.
    pub fn take_down(&self) {
        if let Some(connections) = lock(&self.connections).take() {
            connections.cancel();
        }
    }

    /// Brings the server back.
    pub fn raise(&self) {
        lock(&self.connections).get_or_insert_default();
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.task.abort();
        self.take_down();
    }
}

fn lock(connections: &Connections) -> MutexGuard<'_, Option<CancellationToken>> {
    connections.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, answering: Answering, connections: Connections) {
    loop {
        if let Ok((stream, _)) = listener.accept().await
            && let Some(end) = lock(&connections).clone()
        {
            serve(stream, Arc::clone(&answering), end);
        }
    }
}

fn serve(stream: TcpStream, answering: Answering, end: CancellationToken) {
    // Small answers must not wait for the peer's acknowledgment.
    let _ = stream.set_nodelay(true);
    let ended = end.clone();
    let service = service_fn(move |request| answer(request, Arc::clone(&answering), ended.clone()));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // An error is a peer that went away, or a fault that we played.
    tokio::spawn(async move { end.run_until_cancelled(connection).await });
}

type Body = BoxBody<Bytes, io::Error>;

async fn answer(
    request: Request<Incoming>,
    answering: Answering,
    end: CancellationToken,
) -> io::Result<Response<Body>> {
    let call = read(request).await?;
    let answer = if end.is_cancelled() { Answer::Reset } else { answering(call).await };
    match answer {
        Answer::Reset => Err(broken()),
        Answer::Whole { status, headers, body } => {
            let whole = http_body_util::Full::new(body).map_err(|never| match never {}).boxed();
            respond(status, headers, whole)
        }
        Answer::CutShort { status, mut headers, body } => {
            headers.push((CONTENT_LENGTH.to_string(), body.len().to_string()));
            let half = body.slice(..body.len() / 2);
            let first = stream::iter([Ok(Frame::data(half))]);
            // The pause lets the first half leave before the connection breaks.
            let end = stream::once(async {
                tokio::task::yield_now().await;
                Err(broken())
            });
            respond(status, headers, BodyExt::boxed(StreamBody::new(first.chain(end))))
        }
    }
}

async fn read(request: Request<Incoming>) -> io::Result<Call> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, REQUEST_BYTES_MAX).collect().await.map_err(io::Error::other)?;
    let raw_query = parts.uri.query().unwrap_or_default().to_owned();
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(Call {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: url::form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect(),
        raw_query,
        headers: headers.collect(),
        body: body.to_bytes(),
    })
}

fn respond(status: u16, headers: Vec<(String, String)>, body: Body) -> io::Result<Response<Body>> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(body).map_err(io::Error::other)
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the answer is broken off on purpose")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// Longer than anything here takes on a slow machine.
    const PATIENCE: Duration = Duration::from_secs(60);

    async fn hello() -> (Loopback, String) {
        let answering: Answering = Arc::new(|call| {
            Box::pin(async move {
                match call.path.as_str() {
                    "/reset" => Answer::Reset,
                    "/half" => Answer::new(200, "text/plain", "half of it").cut_short(),
                    _ => Answer::new(200, "text/plain", call.raw_query),
                }
            })
        });
        let server = Loopback::start(0, answering).await.expect("a free port");
        let base = format!("http://{}", server.address());
        (server, base)
    }

    #[tokio::test]
    async fn a_server_taken_down_breaks_connections_keeps_its_port_and_comes_back() {
        let (server, base) = hello().await;
        // A new client each time, as one that keeps connections meets the old ones breaking.
        let ask = || reqwest::Client::new().get(format!("{base}/?a=1")).send();
        assert_eq!(ask().await.unwrap().text().await.unwrap(), "a=1");
        server.take_down();
        assert!(ask().await.is_err());
        assert!(TcpListener::bind(server.address()).await.is_err(), "another can have the port");
        server.raise();
        assert_eq!(ask().await.unwrap().text().await.unwrap(), "a=1");
    }

    #[tokio::test]
    async fn no_connection_outlives_an_outage_however_short() {
        let (server, _) = hello().await;
        let mut kept = TcpStream::connect(server.address()).await.unwrap();
        kept.write_all(b"GET /?a=1 HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
        let mut answer = [0; 12];
        kept.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        server.take_down();
        server.raise();
        let mut rest = Vec::new();
        let to_its_end = kept.read_to_end(&mut rest);
        // An error is an end too.
        let _ = tokio::time::timeout(PATIENCE, to_its_end).await.expect("it ends");
    }

    #[tokio::test]
    async fn broken_answers_reach_the_caller_as_errors() {
        let (_server, base) = hello().await;
        let client = reqwest::Client::new();
        assert!(client.get(format!("{base}/reset")).send().await.is_err());
        let half = client.get(format!("{base}/half")).send().await.unwrap();
        assert_eq!(half.status(), 200);
        assert!(half.bytes().await.is_err());
    }
}
