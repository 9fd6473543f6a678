//! The invariants that can be seen from Discord's side, and what broke them.

use std::sync::Mutex;

use super::id::{InteractionId, MessageId};
use super::message::Ping;

/// How many violations are kept word for word; beyond it they are only counted.
const VIOLATIONS_MAX: usize = 1_000;

/// Says what a bot did that it must never do. The number in each text is the invariant's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is its documentation")]
pub enum Violation {
    #[error("1: interaction {interaction} (`{label}`) got no first answer in time")]
    NoFirstAnswer { interaction: InteractionId, label: String },
    #[error("1: interaction {interaction} (`{label}`) was left thinking until its token died")]
    LeftThinking { interaction: InteractionId, label: String },
    #[error("1: interaction {interaction} (`{label}`) was answered a second time")]
    AnsweredTwice { interaction: InteractionId, label: String },
    #[error("2: an answer came after the token of interaction {interaction} (`{label}`) had died")]
    AnswerAfterDeath { interaction: InteractionId, label: String },
    #[error("3: {method} {path} was refused with status {status}, code {code}")]
    Refused { method: String, path: String, status: u16, code: u32 },
    #[error("4: {method} {path} ran into the {scope} limit")]
    RateLimited { method: String, path: String, scope: &'static str },
    #[error("5: identify beyond the budget: {reason}")]
    Identify { reason: &'static str },
    #[error("8: message {message} notified {pings:?}, which nobody had asked for")]
    Mention { message: MessageId, pings: Vec<Ping> },
    #[error("9: {what} stood in a message: {method} {path}")]
    Secret { what: &'static str, method: String, path: String },
}

/// Keeps violations in the order in which they were seen.
#[derive(Debug, Default)]
pub(crate) struct Violations {
    seen: Mutex<Vec<Violation>>,
}

impl Violations {
    pub(crate) fn record(&self, violation: Violation) {
        let mut seen = self.seen.lock().expect("no holder of this lock panics");
        if seen.len() < VIOLATIONS_MAX {
            seen.push(violation);
        }
    }

    pub(crate) fn list(&self) -> Vec<Violation> {
        self.seen.lock().expect("no holder of this lock panics").clone()
    }

    pub(crate) fn clear(&self) {
        self.seen.lock().expect("no holder of this lock panics").clear();
    }
}
