//! What comes by itself: follow-ups that a plugin sends when the prompt has long come back.

use super::{Session, listing::plural};
use crate::discord::{MessageId, MessageMark};
use std::time::Duration;
use tokio::time::Instant;

/// How many messages are shown at once; of more it is said how many.
const SHOWN_MAX: usize = 10;

/// How long the bot may take to say what became due while time was moved.
const DUE_WITHIN: Duration = Duration::from_millis(150);

/// How often it is looked whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// What the prompt has seen already.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The place up to which it has looked.
    mark: MessageMark,
    /// Messages behind it that were shown with the answer that they belong to.
    shown: Vec<MessageId>,
}

impl Seen {
    /// Remembers a message that was shown.
    pub(super) fn add(&mut self, message: MessageId) {
        self.shown.push(message);
    }
}

impl Session {
    /// Returns the messages that came here since the last look and that no answer has shown.
    pub fn news(&mut self) -> Option<String> {
        let seen = std::mem::take(&mut self.seen);
        let (mut came, mark) = self.discord.followups_since(seen.mark, self.channel, self.user);
        self.seen.mark = mark;
        came.retain(|message| !seen.shown.contains(&message.id));
        let hidden = came.len().saturating_sub(SHOWN_MAX);
        let mut shown: Vec<String> =
            came.iter().take(SHOWN_MAX).map(|message| self.render(message)).collect();
        if hidden > 0 {
            shown.push(format!("({hidden} more message{} came; `messages`)", plural(hidden)));
        }
        (!shown.is_empty()).then(|| shown.join("\n"))
    }

    /// Lets the bot say what has become due, so that it stands below the line that moved time.
    pub(super) async fn wait_for_news(&self) {
        let deadline = Instant::now() + DUE_WITHIN;
        let came = || self.discord.followups_since(self.seen.mark, self.channel, self.user).0;
        while came().is_empty() && Instant::now() < deadline {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}
