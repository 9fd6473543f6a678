//! The tokens that a login hands out: which are good, and until when.

use std::{collections::HashMap, time::Duration};
use tokio::time::Instant;

/// How long a token is good: one month.
const TOKEN_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// Tokens kept at most; the oldest makes room.
const TOKENS_MAX: usize = 1_000;

#[derive(Debug, Default)]
pub(super) struct Tokens {
    issued: u64,
    good_until: HashMap<String, Instant>,
}

impl Tokens {
    /// Hands out a new token.
    pub(super) fn issue(&mut self) -> String {
        if self.good_until.len() == TOKENS_MAX {
            self.good_until.clear();
        }
        self.issued += 1;
        let token = format!("sandbox.token.{}", self.issued);
        self.good_until.insert(token.clone(), Instant::now() + TOKEN_LIFE);
        token
    }

    /// Says whether a request may pass with the value of its `Authorization` header.
    pub(super) fn admits(&self, authorization: Option<&str>) -> bool {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        let until = token.and_then(|token| self.good_until.get(token));
        until.is_some_and(|until| *until > Instant::now())
    }

    /// Makes all tokens invalid.
    pub(super) fn expire(&mut self) {
        self.good_until.clear();
    }
}
