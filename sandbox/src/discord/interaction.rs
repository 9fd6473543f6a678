//! The life of an interaction as Discord keeps it: born, answered once, followed up, dead.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Notify;

use super::id::{ChannelId, GuildId, InteractionId, MessageId, UserId};
use super::violation::Violation;

/// How long the first answer may take.
pub const FIRST_ANSWER_MS: u64 = 3_000;

/// How long the token lives.
pub const TOKEN_LIFE_MS: u64 = 15 * 60 * 1_000;

/// How many interactions are kept; the oldest go first, and are judged when they go.
const INTERACTIONS_MAX: usize = 20_000;

/// Every token begins like this, as Discord's do; nothing else that people see does.
pub(crate) const TOKEN_PREFIX: &str = "aW50ZXJhY3Rpb246";

/// How many random characters end a token.
const TOKEN_SECRET_LEN: usize = 60;

/// Says what a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InteractionKind {
    /// Ran a slash command or a context-menu command.
    Command,
    /// Pressed a button or chose in a menu.
    Component,
    /// Typed in an option that completes.
    Autocomplete,
    /// Sent a form.
    Modal,
}

impl InteractionKind {
    /// Returns Discord's number of it.
    pub fn number(self) -> u8 {
        match self {
            InteractionKind::Command => 2,
            InteractionKind::Component => 3,
            InteractionKind::Autocomplete => 4,
            InteractionKind::Modal => 5,
        }
    }
}

/// Holds the first answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstAnswer {
    /// The callback type.
    pub kind: u8,
}

/// Holds one interaction.
#[derive(Debug)]
pub(crate) struct Interaction {
    pub id: InteractionId,
    pub token: String,
    pub kind: InteractionKind,
    pub user: UserId,
    pub channel: ChannelId,
    pub guild: Option<GuildId>,
    /// The command's name, or the custom id.
    pub label: String,
    /// The message whose component was used.
    pub source: Option<MessageId>,
    /// The interaction that opened the form which was sent.
    pub opened_by: Option<InteractionId>,
    /// The type of the option that is typed in.
    pub focused_kind: u64,
    pub first: Option<FirstAnswer>,
    /// The message that `@original` means.
    pub original: Option<MessageId>,
    /// Whether a deferred answer still waits for its text.
    pub deferred: bool,
    pub choices: Vec<Value>,
    pub modal: Option<Value>,
    /// Whether the message whose component was used has changed.
    pub updated: bool,
    pub followups: Vec<MessageId>,
    pub changed: Arc<Notify>,
}

impl Interaction {
    pub(crate) fn first_answer_until_ms(&self) -> u64 {
        self.id.born_ms() + FIRST_ANSWER_MS
    }

    pub(crate) fn token_dies_ms(&self) -> u64 {
        self.id.born_ms() + TOKEN_LIFE_MS
    }

    /// Returns what is wrong with how it was answered, as of now.
    pub(crate) fn judge(&self, now_ms: u64) -> Option<Violation> {
        let label = self.label.clone();
        match self.first {
            None if now_ms > self.first_answer_until_ms() => {
                Some(Violation::NoFirstAnswer { interaction: self.id, label })
            }
            Some(_) if self.deferred && now_ms > self.token_dies_ms() => {
                Some(Violation::LeftThinking { interaction: self.id, label })
            }
            _ => None,
        }
    }
}

/// Makes the token of an interaction: its id can be read from it, its end cannot be guessed.
pub(crate) fn make_token(id: InteractionId) -> String {
    let secret = std::iter::repeat_with(fastrand::alphanumeric).take(TOKEN_SECRET_LEN);
    let mut token = format!("{TOKEN_PREFIX}{:016x}", id.0);
    token.extend(secret);
    token
}

fn id_in_token(token: &str) -> Option<InteractionId> {
    let hex = token.strip_prefix(TOKEN_PREFIX)?.get(..16)?;
    u64::from_str_radix(hex, 16).ok().map(InteractionId)
}

/// Keeps interactions, a bounded number of them.
#[derive(Debug, Default)]
pub(crate) struct Interactions {
    by_id: HashMap<InteractionId, Interaction>,
    order: VecDeque<InteractionId>,
}

impl Interactions {
    pub(crate) fn get(&self, id: InteractionId) -> Option<&Interaction> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: InteractionId) -> Option<&mut Interaction> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn by_token(&mut self, token: &str) -> Option<&mut Interaction> {
        let id = id_in_token(token)?;
        self.by_id.get_mut(&id).filter(|interaction| interaction.token == token)
    }

    /// Adds one, and returns the oldest if there is no room for it any more.
    pub(crate) fn insert(&mut self, interaction: Interaction) -> Option<Interaction> {
        self.order.push_back(interaction.id);
        self.by_id.insert(interaction.id, interaction);
        if self.order.len() <= INTERACTIONS_MAX {
            return None;
        }
        self.order.pop_front().and_then(|oldest| self.by_id.remove(&oldest))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Interaction> {
        self.order.iter().filter_map(|id| self.by_id.get(id))
    }
}
