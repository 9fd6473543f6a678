//! The tokens that a login hands out: which are good, and until when.

use crate::clock::SimClock;
use std::collections::HashMap;

/// How long a token is good: one month.
const TOKEN_LIFE_MS: u64 = 30 * 24 * 3_600_000;

/// Tokens kept at most; beyond it all are forgotten.
const TOKENS_MAX: usize = 1_000;

#[derive(Debug)]
pub(super) struct Tokens {
    clock: SimClock,
    issued: u64,
    good_until_ms: HashMap<String, u64>,
}

impl Tokens {
    /// Returns an empty set of tokens.
    pub(super) fn new(clock: SimClock) -> Self {
        Self { clock, issued: 0, good_until_ms: HashMap::new() }
    }

    /// Hands out a new token.
    pub(super) fn issue(&mut self) -> String {
        if self.good_until_ms.len() == TOKENS_MAX {
            self.good_until_ms.clear();
        }
        self.issued += 1;
        let token = format!("sandbox.token.{}", self.issued);
        self.good_until_ms.insert(token.clone(), self.clock.now_ms() + TOKEN_LIFE_MS);
        token
    }

    /// Says whether a request may pass with the value of its `Authorization` header.
    pub(super) fn admits(&self, authorization: Option<&str>) -> bool {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        let until = token.and_then(|token| self.good_until_ms.get(token));
        until.is_some_and(|until| *until > self.clock.now_ms())
    }

    /// Makes all tokens invalid.
    pub(super) fn expire(&mut self) {
        self.good_until_ms.clear();
    }
}
