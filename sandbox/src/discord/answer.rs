//! What an interaction has come to, as the person who acted sees it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::id::InteractionId;
use super::message::Message;
use super::sim::Sim;

/// Says what an interaction has come to.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A message, perhaps after "thinking…" (its history tells).
    Message(Message),
    /// The message with the component was changed in place.
    Updated(Message),
    /// It was acknowledged silently; an edit of the component's message may follow.
    Acknowledged,
    /// Suggestions for an option.
    Choices(Vec<Value>),
    /// A form to fill in, as Discord's JSON.
    Modal(Value),
    /// "Thinking…" still stands there.
    Thinking(Message),
    /// "The application did not respond": no first answer in 3 s, or none before the token died.
    NoAnswer,
    /// Nothing yet, and the 3 s are not over.
    Pending,
}

impl Answer {
    /// Returns whether nothing more is waited for.
    pub fn is_final(&self) -> bool {
        !matches!(self, Answer::Thinking(_) | Answer::Pending | Answer::Acknowledged)
    }

    /// Returns the message, whichever way it came.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Answer::Message(message) | Answer::Updated(message) | Answer::Thinking(message) => {
                Some(message)
            }
            _ => None,
        }
    }
}

/// Returns what an interaction has come to as of now.
pub(crate) fn look(sim: &Sim, id: InteractionId) -> Answer {
    sim.settle_thinking();
    let now_ms = sim.now_ms();
    let world = sim.world();
    let Some(interaction) = world.interactions.get(id) else { return Answer::NoAnswer };
    let Some(first) = interaction.first else {
        let is_over = now_ms > interaction.first_answer_until_ms();
        return if is_over { Answer::NoAnswer } else { Answer::Pending };
    };
    let is_dead = now_ms > interaction.token_dies_ms();
    let followup = || interaction.followups.first().and_then(|id| world.messages.get(*id));
    match first.kind {
        8 => Answer::Choices(interaction.choices.clone()),
        9 => interaction.modal.clone().map_or(Answer::NoAnswer, Answer::Modal),
        6 if !interaction.updated => {
            followup().map_or(Answer::Acknowledged, |followup| Answer::Message(followup.clone()))
        }
        _ => match interaction.original.and_then(|id| world.messages.get(id)) {
            Some(_) if interaction.deferred && is_dead => Answer::NoAnswer,
            Some(message) if interaction.deferred => Answer::Thinking(message.clone()),
            // What followed it stands in its place; until then the bot has only stopped thinking.
            Some(message) if message.deleted => match followup() {
                Some(followup) => Answer::Message(followup.clone()),
                None if is_dead => Answer::NoAnswer,
                None => Answer::Thinking(message.clone()),
            },
            Some(message) if interaction.updated => Answer::Updated(message.clone()),
            Some(message) => Answer::Message(message.clone()),
            None => Answer::NoAnswer,
        },
    }
}

/// Waits for the outcome of an interaction.
pub(crate) async fn wait(sim: &Arc<Sim>, id: InteractionId, bound: Duration) -> Answer {
    let Some(waiting) = Waiting::on(sim, id) else { return Answer::NoAnswer };
    let _ = tokio::time::timeout(bound, waiting.until_final(sim, id)).await;
    look(sim, id)
}

struct Waiting {
    changed: Arc<tokio::sync::Notify>,
    first_until_ms: u64,
    dies_ms: u64,
}

impl Waiting {
    fn on(sim: &Sim, id: InteractionId) -> Option<Waiting> {
        let world = sim.world();
        let interaction = world.interactions.get(id)?;
        Some(Waiting {
            changed: interaction.changed.clone(),
            first_until_ms: interaction.first_answer_until_ms(),
            dies_ms: interaction.token_dies_ms(),
        })
    }

    async fn until_final(&self, sim: &Sim, id: InteractionId) {
        loop {
            let changed = self.changed.notified();
            let answer = look(sim, id);
            let next_ms = match answer {
                Answer::Pending => self.first_until_ms + 1,
                Answer::Thinking(_) | Answer::Acknowledged => self.dies_ms + 1,
                _ => return,
            };
            if sim.now_ms() >= next_ms {
                return;
            }
            tokio::select! {
                () = changed => {}
                () = sim.clock.sleep_until_ms(next_ms) => {}
            }
        }
    }
}
