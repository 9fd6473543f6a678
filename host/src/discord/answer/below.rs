//! Messages below the first answer, of which Discord takes a bounded number where one person alone has
//! installed the bot.

use super::{
    AnswerError, Answers,
    way::{Wanted, Way},
};
use crate::discord::{
    api::{ApiError, Payload},
    origin::Installed,
};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Follow-ups of one interaction where the bot is installed for one person alone (reference, "Create
/// Followup Message"); what takes the place of "thinking…" is none.
pub(super) const BELOW_MAX: usize = 5;

impl Answers {
    /// Names by whose installations the bot is there.
    pub(in crate::discord) fn brought_by(self, installed: Installed) -> Self {
        let n_max = if installed.by_guild { usize::MAX } else { BELOW_MAX };
        Self { n_below_left: AtomicUsize::new(n_max), ..self }
    }

    /// The last message that Discord takes is kept for the answer, or for why there is none.
    pub(super) fn check_room(&self, way: Way, wanted: Wanted) -> Result<(), AnswerError> {
        match (way, wanted) {
            (Way::Below { .. }, Wanted::Further { .. })
                if self.n_below_left.load(Ordering::Relaxed) <= 1 =>
            {
                Err(AnswerError::NoneBelow)
            }
            _ => Ok(()),
        }
    }

    pub(super) async fn below(&self, payload: Payload) -> Result<(), AnswerError> {
        let sent = self.api.follow_up(&self.key, payload).await;
        if sent.is_ok() || sent.as_ref().is_err_and(ApiError::may_have_worked) {
            let n_left = self.n_below_left.load(Ordering::Relaxed);
            self.n_below_left.store(n_left.saturating_sub(1), Ordering::Relaxed);
        }
        Ok(sent?)
    }
}
