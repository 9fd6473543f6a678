//! Outside hosts for plugins: only those declared, only over https, only at public addresses.
//!
//! The address is checked where it is used: the client connects only to what [`guard`] let through,
//! so that a name that changes its mind between check and use gains nothing. Every redirect is a new
//! request with all checks. In the sandbox all declared hosts are one server on loopback.

mod address;
mod guard;

pub use address::is_public;
pub use guard::{Resolver, SystemResolver};

use super::{Asked, blob::Blobs, written};
use crate::clock::Clock;
use guard::{Guard, NotPublic};
use lumina_plugin_api::{
    descriptor::{Descriptor, Service},
    error::{Error, ErrorKind},
    services::http::{ANSWER_BYTES_MAX, Answer, Fetched, NAME, Request, TIMEOUT_MS},
};
use reqwest::{
    Response, StatusCode, Url,
    header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION},
    redirect,
};
use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Host;

/// The most redirects that are followed; as `plugin_api::services::http` promises.
const REDIRECTS_MAX: usize = 3;

/// The longest address that is asked for; longer ones are refused by most servers.
const URL_BYTES_MAX: usize = 8 * 1024;

/// The most headers of a request, and the most bytes of all of them.
const HEADERS_MAX: usize = 32;
const HEADER_BYTES_MAX: usize = 8 * 1024;

/// Requests of one plugin under way at the same time, each with up to 1 MiB; more wait their turn
/// within their own time.
const REQUESTS_PER_PLUGIN_MAX: usize = 8;

/// How we introduce ourselves to outside hosts.
const USER_AGENT: &str = concat!("lumina/", env!("CARGO_PKG_VERSION"));

/// Headers that belong to the connection and not to the request (RFC 9110, section 7.6.1), or that
/// we write ourselves.
const HEADERS_REFUSED: &[&str] = &[
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// How outside hosts are reached.
#[derive(Clone)]
pub enum Outside {
    /// Over https, at the addresses that this resolver names, if they are public.
    Internet(Arc<dyn Resolver>),
    /// At this one server on loopback, over plain http, with the host's name in `Host`.
    Sandbox(SocketAddr),
}

/// Why an outside host was not asked, or did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The client cannot be built.
    #[error("cannot set up the client for outside hosts")]
    Setup(#[source] reqwest::Error),
    /// The address may not be asked for.
    #[error("{0}")]
    Refused(&'static str),
    /// The host's name leads to an address that is not public.
    #[error("`{host}` leads to an address that is not public")]
    NotPublic {
        /// The host.
        host: String,
    },
    /// The host did not answer as hosts do.
    #[error("cannot ask `{host}`")]
    Failed {
        /// The host.
        host: String,
        /// What happened.
        #[source]
        source: reqwest::Error,
    },
    /// There was no whole answer in time.
    #[error("no answer within {} ms", allowed.as_millis())]
    TimedOut {
        /// The time it was given.
        allowed: Duration,
    },
    /// The answer is too large.
    #[error("the answer of `{host}` is larger than {ANSWER_BYTES_MAX} bytes")]
    TooLarge {
        /// The host.
        host: String,
    },
    /// It redirects too often.
    #[error("more than {REDIRECTS_MAX} redirects")]
    TooManyRedirects,
}

impl HttpError {
    /// Returns the error as it crosses the border.
    #[must_use]
    pub fn told(self) -> Error {
        let kind = match self {
            Self::Refused(_) | Self::NotPublic { .. } => ErrorKind::Denied,
            _ => ErrorKind::Unavailable,
        };
        // The conversion from any error writes its whole chain.
        let detail = Error::from(self).detail;
        Error::new(kind).detail(detail)
    }
}

/// The service.
pub(super) struct Http {
    client: reqwest::Client,
    sandbox: Option<SocketAddr>,
    clock: Clock,
    /// By plugin, for those that have asked since they were loaded.
    places: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A page to read, with everything checked that can be without asking.
struct Page<'a> {
    caller: &'a Descriptor,
    url: Url,
    headers: HeaderMap,
}

impl Http {
    pub(super) fn open(outside: Outside, clock: Clock) -> Result<Self, HttpError> {
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            // A proxy would look names up itself, unchecked.
            .no_proxy();
        let (builder, sandbox) = match outside {
            Outside::Internet(resolver) => {
                let guard = Arc::new(Guard::new(resolver));
                (builder.https_only(true).dns_resolver(guard), None)
            }
            Outside::Sandbox(server) => (builder, Some(server)),
        };
        let client = builder.build().map_err(HttpError::Setup)?;
        Ok(Self { client, sandbox, clock, places: Mutex::default() })
    }

    /// Forgets a plugin that is unloaded.
    pub(super) fn forget(&self, plugin: &str) {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).remove(plugin);
    }

    pub(super) async fn answer(&self, asked: &Asked<'_>, blobs: &Blobs) -> Result<Vec<u8>, Error> {
        asked.declares(Service::Http, NAME)?;
        match asked.read(NAME)? {
            Request::Get { url, headers, timeout_ms } => {
                written(&self.read_in(timeout_ms, asked.caller, &url, headers).await?.as_text())
            }
            Request::Fetch { url, headers, timeout_ms } => {
                let whole = self.read_in(timeout_ms, asked.caller, &url, headers).await?;
                written(&whole.into_blob(asked.plugin(), blobs)?)
            }
            _ => Err(asked.unknown(NAME)),
        }
    }

    async fn read_in(
        &self,
        timeout_ms: Option<u64>,
        caller: &Descriptor,
        url: &str,
        headers: BTreeMap<String, String>,
    ) -> Result<Whole, Error> {
        let allowed = Duration::from_millis(timeout_ms.unwrap_or(TIMEOUT_MS).min(TIMEOUT_MS));
        let answered = self.clock.timeout(allowed, self.read(caller, url, headers)).await;
        answered.unwrap_or(Err(HttpError::TimedOut { allowed })).map_err(HttpError::told)
    }

    async fn read(
        &self,
        caller: &Descriptor,
        url: &str,
        headers: BTreeMap<String, String>,
    ) -> Result<Whole, HttpError> {
        let mut page = Page { caller, url: parsed(url)?, headers: checked(headers)? };
        let _place = self.place(&caller.name).await;
        for _ in 0..=REDIRECTS_MAX {
            let host = page.check()?;
            let response = self.get(&page, &host).await?;
            match next(&page.url, &response) {
                Some(url) => page.go_to(url),
                None => return whole(response, &host).await,
            }
        }
        Err(HttpError::TooManyRedirects)
    }

    async fn place(&self, plugin: &str) -> OwnedSemaphorePermit {
        let places = {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Semaphore::new(REQUESTS_PER_PLUGIN_MAX));
            Arc::clone(places.entry(plugin.to_owned()).or_insert_with(new))
        };
        places.acquire_owned().await.expect("nobody closes the semaphore")
    }

    async fn get(&self, page: &Page<'_>, host: &str) -> Result<Response, HttpError> {
        let mut headers = page.headers.clone();
        let url = match self.sandbox {
            None => page.url.clone(),
            Some(server) => {
                let name = HeaderValue::from_str(host).expect("the host of a URL is plain ASCII");
                headers.insert(HOST, name);
                in_sandbox(&page.url, server)
            }
        };
        let sent = self.client.get(url).headers(headers).send().await;
        sent.map_err(|error| failure(host, error))
    }
}

impl Page<'_> {
    /// Returns the host, if it may be asked.
    fn check(&self) -> Result<String, HttpError> {
        if self.url.scheme() != "https" {
            return Err(HttpError::Refused("outside hosts are asked over https only"));
        }
        if !self.url.username().is_empty() || self.url.password().is_some() {
            return Err(HttpError::Refused("an address with a user in it is not asked for"));
        }
        if self.url.port().is_some() {
            return Err(HttpError::Refused("outside hosts are asked at their usual port only"));
        }
        let Some(Host::Domain(host)) = self.url.host() else {
            return Err(HttpError::Refused("outside hosts are asked by name only"));
        };
        let declared = self.caller.hosts.iter().filter_map(|name| Host::parse(name).ok());
        if declared.into_iter().any(|name| name == Host::Domain(host.to_owned())) {
            return Ok(host.to_owned());
        }
        Err(HttpError::Refused("the plugin does not declare this outside host"))
    }

    /// Follows a redirect. What the plugin sent to one host is not sent to another.
    fn go_to(&mut self, url: Url) {
        if url.host() != self.url.host() {
            self.headers.clear();
        }
        self.url = url;
    }
}

fn parsed(url: &str) -> Result<Url, HttpError> {
    if url.len() > URL_BYTES_MAX {
        return Err(HttpError::Refused("the address is too long"));
    }
    Url::parse(url).map_err(|_| HttpError::Refused("the address cannot be read"))
}

fn checked(headers: BTreeMap<String, String>) -> Result<HeaderMap, HttpError> {
    let n_bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if headers.len() > HEADERS_MAX || n_bytes > HEADER_BYTES_MAX {
        return Err(HttpError::Refused("the headers are too many or too long"));
    }
    headers.into_iter().map(|(name, value)| header(&name, &value)).collect()
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), HttpError> {
    const MALFORMED: HttpError = HttpError::Refused("a header cannot be written");
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| MALFORMED)?;
    if HEADERS_REFUSED.contains(&name.as_str()) {
        return Err(HttpError::Refused("a header belongs to the host"));
    }
    Ok((name, HeaderValue::from_str(value).map_err(|_| MALFORMED)?))
}

fn in_sandbox(url: &Url, server: SocketAddr) -> Url {
    let target = format!("http://{server}{}", &url[url::Position::BeforePath..]);
    Url::parse(&target).expect("an address and a path make a URL")
}

/// Where the answer points to instead of being one.
fn next(url: &Url, response: &Response) -> Option<Url> {
    let location = response.headers().get(LOCATION).filter(|_| response.status().is_redirection());
    url.join(location?.to_str().ok()?).ok()
}

/// What an outside host answered.
struct Whole {
    status: StatusCode,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Whole {
    fn as_text(&self) -> Answer {
        let body = String::from_utf8_lossy(&self.body);
        let mut answer = Answer::new(self.status.as_u16(), body);
        answer.content_type.clone_from(&self.content_type);
        answer
    }

    /// Keeps the bytes for the plugin. Where the host says that they are not what was asked for, nobody
    /// wants them.
    fn into_blob(self, plugin: &str, blobs: &Blobs) -> Result<Fetched, Error> {
        let Self { status, content_type, body } = self;
        if !status.is_success() {
            let detail = format!("the outside host answered with status {}", status.as_u16());
            return Err(Error::new(ErrorKind::Unavailable).detail(detail));
        }
        let size_bytes = body.len() as u64;
        let blob = blobs.put(plugin, body.into())?;
        Ok(Fetched::new(content_type, size_bytes, blob))
    }
}

async fn whole(mut response: Response, host: &str) -> Result<Whole, HttpError> {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let (status, content_type) = (response.status(), content_type.map(str::to_owned));
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| failure(host, error))? {
        if body.len() + part.len() > ANSWER_BYTES_MAX {
            return Err(HttpError::TooLarge { host: host.to_owned() });
        }
        body.extend_from_slice(&part);
    }
    Ok(Whole { status, content_type, body })
}

fn failure(host: &str, error: reqwest::Error) -> HttpError {
    let host = host.to_owned();
    if NotPublic::is_behind(&error) {
        return HttpError::NotPublic { host };
    }
    HttpError::Failed { host, source: error.without_url() }
}

#[cfg(test)]
mod tests;
