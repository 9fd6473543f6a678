//! Messages as they are kept: Discord's object, who sees it, and every edit it went through.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::{Value, json};

use super::id::{ChannelId, InteractionId, MessageId, UserId};

/// How many messages are kept; the oldest go first.
const MESSAGES_MAX: usize = 20_000;

/// How many edits of one message are kept; the oldest go first.
const HISTORY_MAX: usize = 200;

/// Marks a message that only one person sees.
pub(crate) const FLAG_EPHEMERAL: u64 = 1 << 6;
/// Marks a deferred answer whose text is still to come.
pub(crate) const FLAG_LOADING: u64 = 1 << 7;
/// Marks a message of the second kind of components.
pub(crate) const FLAG_COMPONENTS_V2: u64 = 1 << 15;

/// Says who or what a message notifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ping {
    /// One person.
    User(UserId),
    /// Everyone with a role, by its id.
    Role(u64),
    /// Everyone in the channel, by `@everyone` or `@here`.
    Everyone,
}

/// Holds one version of a message.
#[derive(Clone, Debug)]
pub struct Version {
    /// When it became visible, in simulated Unix milliseconds.
    pub at_ms: u64,
    /// Discord's message object.
    pub body: Arc<Value>,
}

/// Holds a message with its history.
#[derive(Clone, Debug)]
pub struct Message {
    /// The id.
    pub id: MessageId,
    /// Where it stands.
    pub channel: ChannelId,
    /// Who wrote it.
    pub author: UserId,
    /// The interaction that it answers.
    pub interaction: Option<InteractionId>,
    /// The one person who sees it, if it is private.
    pub only_for: Option<UserId>,
    /// Every version, oldest first; the last is what people see. Never empty.
    pub history: Vec<Version>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whom it notified.
    pub pings: Vec<Ping>,
    /// When a deferred answer gives up, in simulated Unix milliseconds.
    pub(crate) thinking_until_ms: Option<u64>,
}

impl Message {
    /// Returns Discord's message object as it is now.
    pub fn body(&self) -> &Value {
        &self.history.last().expect("a message begins with one version").body
    }

    /// Returns the text outside of embeds and components.
    pub fn content(&self) -> &str {
        self.body()["content"].as_str().unwrap_or_default()
    }

    /// Returns the embeds.
    pub fn embeds(&self) -> &[Value] {
        self.body()["embeds"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the component tree.
    pub fn components(&self) -> &[Value] {
        self.body()["components"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the flags.
    pub fn flags(&self) -> u64 {
        self.body()["flags"].as_u64().unwrap_or_default()
    }

    /// Returns whether only one person sees it.
    pub fn is_ephemeral(&self) -> bool {
        self.only_for.is_some()
    }

    /// Returns whether it still shows "thinking…".
    pub fn is_thinking(&self) -> bool {
        self.flags() & FLAG_LOADING != 0
    }

    /// Returns every button in reading order.
    pub fn buttons(&self) -> Vec<&Value> {
        interactive(self.components(), |kind| kind == 2)
    }

    /// Returns every select menu in reading order.
    pub fn selects(&self) -> Vec<&Value> {
        interactive(self.components(), |kind| matches!(kind, 3 | 5..=8))
    }

    pub(crate) fn replace(&mut self, at_ms: u64, body: Value) {
        if self.history.len() == HISTORY_MAX {
            self.history.remove(0);
        }
        self.history.push(Version { at_ms, body: body.into() });
    }

    pub(crate) fn visible_to(&self, user: UserId) -> bool {
        !self.deleted && self.only_for.is_none_or(|only| only == user)
    }
}

/// Collects the components whose type is wanted, depth first.
pub(crate) fn interactive(tree: &[Value], wanted: fn(u64) -> bool) -> Vec<&Value> {
    let mut found = Vec::new();
    for component in tree {
        if component["type"].as_u64().is_some_and(wanted) {
            found.push(component);
        }
        let children = component["components"].as_array().map(Vec::as_slice).unwrap_or_default();
        found.extend(interactive(children, wanted));
        for child in ["accessory", "component"].iter().filter_map(|key| component.get(key)) {
            found.extend(interactive(std::slice::from_ref(child), wanted));
        }
    }
    found
}

/// Keeps messages, a bounded number of them.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    by_id: HashMap<MessageId, Message>,
    order: VecDeque<MessageId>,
    n_ever: u64,
}

/// A place between two messages in the order in which they came; the default is the one before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageMark(u64);

impl Messages {
    pub(crate) fn get(&self, id: MessageId) -> Option<&Message> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: MessageId) -> Option<&mut Message> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn insert(&mut self, message: Message) {
        if self.order.len() == MESSAGES_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_id.remove(&oldest);
        }
        self.order.push_back(message.id);
        self.n_ever += 1;
        self.by_id.insert(message.id, message);
    }

    /// Returns the place behind the last message.
    pub(crate) fn mark(&self) -> MessageMark {
        MessageMark(self.n_ever)
    }

    /// Returns the messages behind a mark, as far as they are kept, oldest first.
    pub(crate) fn since(&self, mark: MessageMark) -> impl Iterator<Item = &Message> {
        let n_before = self.n_ever - self.order.len() as u64;
        let skip = usize::try_from(mark.0.saturating_sub(n_before)).unwrap_or(usize::MAX);
        self.order.iter().skip(skip).filter_map(|id| self.by_id.get(id))
    }

    /// Returns the messages of a channel, oldest first.
    pub(crate) fn of_channel(&self, channel: ChannelId) -> impl Iterator<Item = &Message> {
        self.order
            .iter()
            .filter_map(|id| self.by_id.get(id))
            .filter(move |message| message.channel == channel)
    }
}

/// Returns the message that stands where a deferred answer ran out of time.
pub(crate) fn gave_up(body: &Value) -> Value {
    let mut body = body.clone();
    body["flags"] = json!(body["flags"].as_u64().unwrap_or_default() & !FLAG_LOADING);
    body["content"] = json!(super::NO_ANSWER);
    body
}

/// Keeps which deferred answers give up when, in the order of their times.
#[derive(Debug, Default)]
pub(crate) struct Thinking {
    due: VecDeque<(u64, MessageId)>,
}

impl Thinking {
    pub(crate) fn push(&mut self, until_ms: u64, id: MessageId) {
        if self.due.len() == MESSAGES_MAX {
            self.due.pop_front();
        }
        self.due.push_back((until_ms, id));
    }

    pub(crate) fn pop_due(&mut self, now_ms: u64) -> Option<MessageId> {
        self.due.pop_front_if(|(until_ms, _)| now_ms > *until_ms).map(|(_, id)| id)
    }
}
