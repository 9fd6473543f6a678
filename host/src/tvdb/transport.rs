//! One request to TheTVDB: through the gate, within a time, read up to a size, tried again if what
//! went wrong may pass. Knows nothing of what is asked for.

use super::{
    error::TvdbError,
    gate::{Gate, PAUSE_MAX},
    wire::Envelope,
};
use crate::{
    clock::{Clock, UnixMillis},
    http_date,
    metrics::TvdbFigures,
    secret::Secret,
};
use backon::{ExponentialBuilder, Retryable};
use reqwest::{Method, Response, StatusCode, Url, header::RETRY_AFTER, redirect};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// The time one try is given, from connecting to the last byte.
pub(super) const TRY_TIMEOUT: Duration = Duration::from_secs(8);

/// How often a request is repeated after the first try.
const RETRIES_MAX: usize = 2;

/// The wait before the first repetition; the next is about twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(400);

/// The longest wait between two tries that TheTVDB may ask for; beyond it the user is told.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(5);

/// The wait assumed when TheTVDB answers 429 without saying how long.
const RETRY_AFTER_DEFAULT: Duration = Duration::from_secs(1);

/// The most that is read of one answer. The longest page of 500 episodes is below 2 MiB.
pub(super) const BODY_BYTES_MAX: usize = 8 << 20;

/// How we introduce ourselves.
const USER_AGENT: &str = concat!("lumina/", env!("CARGO_PKG_VERSION"));

/// One request, as often as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    /// Below the base, such as `series/81189/extended`. Stands in errors, so it holds no user text.
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Body>,
}

/// A JSON body with secrets in it; prints as nothing.
#[derive(Clone)]
pub(super) struct Body(pub(super) Value);

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Request {
    /// A question without a body.
    pub(super) fn get(path: String, query: Vec<(&'static str, String)>) -> Self {
        Self { method: Method::GET, path, query, body: None }
    }
}

/// Sends requests. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    http: reqwest::Client,
    base: Url,
    gate: Gate,
    clock: Clock,
    figures: TvdbFigures,
}

impl Transport {
    pub(super) fn open(
        base: &str,
        gate: Gate,
        clock: Clock,
        figures: TvdbFigures,
    ) -> Result<Self, TvdbError> {
        let setup =
            |source: super::error::Cause| TvdbError::Setup { base: base.to_owned(), source };
        let mut url = Url::parse(base).map_err(|error| setup(Arc::new(error)))?;
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        let http = build_http(&url).map_err(|error| setup(Arc::new(error)))?;
        Ok(Self { http, base: url, gate, clock, figures })
    }

    /// Sends `request` and reads the answer; `None` if TheTVDB has no such thing.
    ///
    /// # Errors
    /// [`TvdbError::TokenRefused`] for a 401; it is not repeated here.
    pub(super) async fn send<T>(
        &self,
        request: &Request,
        token: Option<&Secret>,
    ) -> Result<Option<Envelope<T>>, TvdbError>
    where
        T: DeserializeOwned + Default,
    {
        let clock = self.clock.clone();
        let waits = ExponentialBuilder::default()
            .with_min_delay(FIRST_WAIT)
            .with_max_times(RETRIES_MAX)
            .with_jitter();
        (|| self.attempt(request, token))
            .retry(waits)
            .sleep(move |wait| {
                let clock = clock.clone();
                async move { clock.sleep(wait).await }
            })
            .when(TvdbError::is_passing)
            .adjust(wait_asked_for)
            .await
    }

    async fn attempt<T>(
        &self,
        request: &Request,
        token: Option<&Secret>,
    ) -> Result<Option<Envelope<T>>, TvdbError>
    where
        T: DeserializeOwned + Default,
    {
        self.figures.queue.count_result(self.gate.admit()).await?;
        let outcome = |answer: &Result<Option<_>, TvdbError>| match answer {
            Ok(Some(_)) => "answered",
            Ok(None) => "nothing",
            Err(error) => error.word(),
        };
        self.figures.requests.count(self.tried(request, token), outcome).await
    }

    async fn tried<T>(
        &self,
        request: &Request,
        token: Option<&Secret>,
    ) -> Result<Option<Envelope<T>>, TvdbError>
    where
        T: DeserializeOwned + Default,
    {
        let exchange = self.exchange(request, token);
        let answered = self.clock.timeout(TRY_TIMEOUT, exchange).await;
        let late = |_| TvdbError::TimedOut { path: request.path.clone(), allowed: TRY_TIMEOUT };
        let Some(body) = answered.map_err(late)?? else { return Ok(None) };
        parse(&request.path, &body).map(Some)
    }

    async fn exchange(
        &self,
        request: &Request,
        token: Option<&Secret>,
    ) -> Result<Option<Vec<u8>>, TvdbError> {
        let sent = self.prepare(request, token)?.send().await;
        let response = sent.map_err(|error| TvdbError::Unreachable {
            path: request.path.clone(),
            source: Arc::new(error.without_url()),
        })?;
        match response.status() {
            status if status.is_success() => read_body(&request.path, response).await.map(Some),
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::UNAUTHORIZED => Err(TvdbError::TokenRefused { path: request.path.clone() }),
            status => Err(self.refused(&request.path, status, &response)),
        }
    }

    fn prepare(
        &self,
        request: &Request,
        token: Option<&Secret>,
    ) -> Result<reqwest::RequestBuilder, TvdbError> {
        let url = self.base.join(&request.path).map_err(|error| TvdbError::Unreachable {
            path: request.path.clone(),
            source: Arc::new(error),
        })?;
        let mut builder = self.http.request(request.method.clone(), url);
        if !request.query.is_empty() {
            builder = builder.query(&request.query);
        }
        if let Some(token) = token {
            builder = builder.bearer_auth(token.expose());
        }
        Ok(match &request.body {
            Some(Body(body)) => builder.json(body),
            None => builder,
        })
    }

    /// What a status other than success means. A server that is overloaded may say when to come back,
    /// whether it calls that a limit or an outage; everyone waits as long.
    fn refused(&self, path: &str, status: StatusCode, response: &Response) -> TvdbError {
        let path = path.to_owned();
        let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let told = header.and_then(|text| retry_after(text, self.clock.now()));
        let wait = match status {
            StatusCode::TOO_MANY_REQUESTS => Some(told.unwrap_or(RETRY_AFTER_DEFAULT)),
            StatusCode::SERVICE_UNAVAILABLE => told,
            _ => None,
        };
        let Some(retry_after) = wait else {
            return TvdbError::Status { path, status: status.as_u16() };
        };
        self.gate.pause(retry_after);
        TvdbError::Limited { path, retry_after }
    }
}

/// Reads a `Retry-After`, a number of seconds or a date; never longer than we let ourselves be silenced.
fn retry_after(text: &str, now: UnixMillis) -> Option<Duration> {
    let text = text.trim();
    let by_date = || http_date::parse(text).map(|moment| moment.since(now));
    let wait = text.parse().ok().map(Duration::from_secs).or_else(by_date)?;
    Some(wait.min(PAUSE_MAX))
}

fn build_http(base: &Url) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        // The token goes to TheTVDB and to nobody it points to.
        .redirect(redirect::Policy::none());
    let is_loopback = matches!(base.host(), Some(url::Host::Ipv4(ip)) if ip.is_loopback())
        || matches!(base.host(), Some(url::Host::Ipv6(ip)) if ip.is_loopback())
        || base.host_str() == Some("localhost");
    if is_loopback { builder.no_proxy().build() } else { builder.build() }
}

/// Waits as long as TheTVDB asked, at least as long as we would anyway; gives up if that is too long.
fn wait_asked_for(error: &TvdbError, ours: Option<Duration>) -> Option<Duration> {
    match error {
        TvdbError::Limited { retry_after, .. } if *retry_after > RETRY_AFTER_MAX => None,
        TvdbError::Limited { retry_after, .. } => ours.map(|ours| ours.max(*retry_after)),
        _ => ours,
    }
}

async fn read_body(path: &str, mut response: Response) -> Result<Vec<u8>, TvdbError> {
    let mut body = Vec::new();
    let cut = |error: reqwest::Error| TvdbError::CutShort {
        path: path.to_owned(),
        source: Arc::new(error.without_url()),
    };
    while let Some(chunk) = response.chunk().await.map_err(cut)? {
        if body.len() + chunk.len() > BODY_BYTES_MAX {
            let path = path.to_owned();
            return Err(TvdbError::TooLarge { path, limit_bytes: BODY_BYTES_MAX });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse<T: DeserializeOwned + Default>(path: &str, body: &[u8]) -> Result<Envelope<T>, TvdbError> {
    serde_json::from_slice(body).map_err(|error| {
        let (path, is_cut) = (path.to_owned(), error.is_eof());
        let source = Arc::new(error);
        if is_cut {
            TvdbError::CutShort { path, source }
        } else {
            TvdbError::NotData { path, source }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_wait_is_read_as_seconds_or_as_a_date_and_is_bounded() {
        let now = UnixMillis(784_111_777_000 - 2_500);
        for (text, expected_ms) in [
            ("3", Some(3_000)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(2_500)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", Some(0)),
            ("18446744073709551615", Some(60_000)),
            ("Thu, 06 Nov 2099 08:49:37 GMT", Some(60_000)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(text, now), expected_ms.map(Duration::from_millis), "{text}");
        }
    }
}
