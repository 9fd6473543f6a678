//! The token: gets one by logging in, and a new one when TheTVDB refuses it. However many requests
//! find it refused at the same time, there is one login, and a login that was refused is not repeated
//! for a while.

use super::{
    error::TvdbError,
    flights::Flights,
    transport::{Body, Request, Transport},
    wire::Login,
};
use crate::{clock::Clock, secret::Secret};
use reqwest::Method;
use serde_json::json;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Where tokens are given out.
const LOGIN: &str = "login";

/// How long a refused login answers for TheTVDB. A wrong key stays wrong until someone acts, and every
/// letter typed into an autocomplete would log in again; a key that TheTVDB accepts again is noticed
/// soon enough.
const REFUSAL_KEPT_FOR: Duration = Duration::from_secs(60);

/// What TheTVDB knows us by.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub(super) api_key: Secret,
    /// Keys paid for by their users need one.
    pub(super) pin: Option<Secret>,
}

/// A token, and the how manieth it is: who was refused with it can tell whether there is a newer one.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) generation: u64,
    pub(super) secret: Secret,
}

/// Holds the current token.
#[derive(Debug)]
pub(super) struct Session {
    shared: Arc<Shared>,
    logins: Flights<(), Token>,
}

#[derive(Debug)]
struct Shared {
    transport: Transport,
    credentials: Credentials,
    clock: Clock,
    state: Mutex<State>,
}

/// How the latest logins ended.
#[derive(Debug, Default)]
struct State {
    current: Option<Token>,
    /// Until then, by the clock's monotonic time, nobody logs in: the key was refused.
    refused_until: Option<Duration>,
}

impl Session {
    pub(super) fn new(transport: Transport, credentials: Credentials, clock: Clock) -> Self {
        let shared = Shared { transport, credentials, clock, state: Mutex::default() };
        Self { shared: Arc::new(shared), logins: Flights::new() }
    }

    /// The current token; logs in if there is none.
    pub(super) async fn token(&self) -> Result<Token, TvdbError> {
        self.newer_than(0).await
    }

    /// A token newer than the one of `generation`, which was refused.
    pub(super) async fn newer_than(&self, generation: u64) -> Result<Token, TvdbError> {
        if let Some(known) = self.shared.known(generation) {
            return known;
        }
        let shared = Arc::clone(&self.shared);
        self.logins.join((), async move { shared.log_in(generation).await }).await
    }
}

impl Shared {
    /// What is known without a login: the key was refused just now, or there is a newer token.
    fn known(&self, generation: u64) -> Option<Result<Token, TvdbError>> {
        let now = self.clock.monotonic();
        let state = self.state();
        // Goes first: whoever logs in has no token or one that was refused.
        if state.refused_until.is_some_and(|until| now < until) {
            return Some(Err(TvdbError::WrongKey));
        }
        state.current.clone().filter(|token| token.generation > generation).map(Ok)
    }

    async fn log_in(&self, refused: u64) -> Result<Token, TvdbError> {
        // Another login may have ended between our look and our turn.
        if let Some(known) = self.known(refused) {
            return known;
        }
        let result = self.ask_for_token(refused).await;
        match &result {
            Ok(token) => self.state().current = Some(token.clone()),
            Err(TvdbError::WrongKey) => {
                let until = self.clock.monotonic() + REFUSAL_KEPT_FOR;
                self.state().refused_until = Some(until);
            }
            Err(_) => {}
        }
        result
    }

    async fn ask_for_token(&self, refused: u64) -> Result<Token, TvdbError> {
        let answer = self.transport.send::<Login>(&self.request(), None).await;
        let answer = answer.map_err(|error| match error {
            TvdbError::TokenRefused { .. } => TvdbError::WrongKey,
            // A key that needs a PIN and comes without one.
            TvdbError::Status { status: 400 | 403, .. } => TvdbError::WrongKey,
            other => other,
        })?;
        let token = answer.and_then(|envelope| envelope.data.token);
        let secret = token.ok_or_else(without_token)?;
        let token = Token { generation: refused + 1, secret: Secret::new(secret) };
        tracing::info!(tvdb.login = token.generation, "logged in to TheTVDB");
        Ok(token)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn request(&self) -> Request {
        let mut body = json!({ "apikey": self.credentials.api_key.expose() });
        if let Some(pin) = &self.credentials.pin {
            body["pin"] = pin.expose().into();
        }
        let (path, query) = (LOGIN.to_owned(), Vec::new());
        Request { method: Method::POST, path, query, body: Some(Body(body)) }
    }
}

fn without_token() -> TvdbError {
    let source = Arc::new(std::io::Error::other("there is no token in it"));
    TvdbError::NotData { path: LOGIN.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        tvdb::{Catalogue, GateLimit, MovieId, TheTvdb, TvdbOptions},
    };
    use lumina_sandbox::tvdb::{self as sim, Fault, SimTvdb};
    use std::time::Duration;

    struct Bench {
        server: SimTvdb,
        tvdb: TheTvdb,
        clock: Clock,
    }

    impl Bench {
        async fn start() -> Self {
            let options = sim::TvdbOptions::default();
            let api_key = Secret::new(&options.api_key);
            let server = SimTvdb::start(options).await.expect("a free port");
            let (api_base, clock) = (server.base(), Clock::start());
            let (limit, pin) = (GateLimit::default(), None);
            let options = TvdbOptions { api_base, api_key, pin, limit, clock: clock.clone() };
            Self { server, tvdb: TheTvdb::open(options).expect("a good base"), clock }
        }

        /// Asks for films nobody asked for before; returns how many requests that took.
        async fn check(&self, ids: std::ops::Range<u64>, is_refused: bool) -> usize {
            self.server.clear_journal();
            for id in ids {
                let answer = self.tvdb.movie(MovieId(id)).await;
                assert_eq!(matches!(answer, Err(TvdbError::WrongKey)), is_refused, "{answer:?}");
                assert_eq!(answer.is_err(), is_refused, "{answer:?}");
            }
            self.server.journal().len()
        }
    }

    #[tokio::test]
    async fn a_refused_key_costs_one_login_a_minute_however_much_is_asked() {
        let bench = Bench::start().await;
        bench.server.set_fault(Some(Fault::WrongKey));
        assert_eq!(bench.check(1..10, true).await, 1);
        bench.clock.run_ahead(Duration::from_secs(61));
        assert_eq!(bench.check(10..20, true).await, 1);
    }

    #[tokio::test]
    async fn a_key_that_is_accepted_again_serves_after_a_minute() {
        let bench = Bench::start().await;
        bench.server.set_fault(Some(Fault::WrongKey));
        assert_eq!(bench.check(1..2, true).await, 1);
        bench.server.set_fault(None);
        assert_eq!(bench.check(2..5, true).await, 0, "it is not asked yet");
        bench.clock.run_ahead(Duration::from_secs(61));
        assert_eq!(bench.check(5..8, false).await, 4, "a login and three questions");
    }

    #[tokio::test]
    async fn a_key_refused_while_its_token_was_in_use_stops_the_questions_too() {
        let bench = Bench::start().await;
        assert_eq!(bench.check(1..2, false).await, 2);
        bench.server.set_fault(Some(Fault::WrongKey));
        assert_eq!(bench.check(2..10, true).await, 2, "the refused question and the login");
    }
}
