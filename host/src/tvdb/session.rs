//! The token: gets one by logging in, and a new one when TheTVDB refuses it. However many requests
//! find it refused at the same time, there is one login.

use super::{
    error::TvdbError,
    flights::Flights,
    transport::{Body, Request, Transport},
    wire::Login,
};
use crate::secret::Secret;
use reqwest::Method;
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

/// Where tokens are given out.
const LOGIN: &str = "login";

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
    current: Mutex<Option<Token>>,
}

impl Session {
    pub(super) fn new(transport: Transport, credentials: Credentials) -> Self {
        let shared = Shared { transport, credentials, current: Mutex::default() };
        Self { shared: Arc::new(shared), logins: Flights::new() }
    }

    /// The current token; logs in if there is none.
    pub(super) async fn token(&self) -> Result<Token, TvdbError> {
        self.newer_than(0).await
    }

    /// A token newer than the one of `generation`, which was refused.
    pub(super) async fn newer_than(&self, generation: u64) -> Result<Token, TvdbError> {
        if let Some(token) = self.shared.newer_than(generation) {
            return Ok(token);
        }
        let shared = Arc::clone(&self.shared);
        self.logins.join((), async move { shared.log_in(generation).await }).await
    }
}

impl Shared {
    fn newer_than(&self, generation: u64) -> Option<Token> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.clone().filter(|token| token.generation > generation)
    }

    async fn log_in(&self, refused: u64) -> Result<Token, TvdbError> {
        // Another login may have ended between our look and our turn.
        if let Some(token) = self.newer_than(refused) {
            return Ok(token);
        }
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
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        tracing::info!(tvdb.login = token.generation, "logged in to TheTVDB");
        Ok(token)
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
