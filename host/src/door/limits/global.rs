//! The global limit: how many requests a bot sends in any second, and pauses of everything.

use std::{collections::VecDeque, time::Duration};

/// Discord's global limit of a bot.
pub(super) const PER_SECOND: usize = 50;
/// A second, and the most by which two requests may come closer on their way.
const SECOND: Duration = Duration::from_millis(1_050);

/// The last requests and the current pause.
#[derive(Debug, Default)]
pub(super) struct Global {
    /// When the last requests left, oldest first; at most [`PER_SECOND`].
    sent: VecDeque<Duration>,
    paused_until: Duration,
}

impl Global {
    /// Takes a place if there is one, else says when to ask again. What is not under the bot token
    /// is not counted, but a pause holds it too.
    pub(super) fn take(&mut self, now: Duration, counted: bool) -> Result<(), Duration> {
        if now < self.paused_until {
            return Err(self.paused_until);
        }
        if !counted {
            return Ok(());
        }
        if self.sent.len() >= PER_SECOND {
            let free_at = self.sent[0].saturating_add(SECOND);
            if now < free_at {
                return Err(free_at);
            }
            self.sent.pop_front();
        }
        self.sent.push_back(now);
        Ok(())
    }

    /// Holds everything until the moment; a longer pause stays.
    pub(super) fn pause_until(&mut self, moment: Duration) {
        self.paused_until = self.paused_until.max(moment);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_holds_more_than_the_limit() {
        let (mut global, mut now, mut sent) = (Global::default(), Duration::ZERO, Vec::new());
        while sent.len() < 500 {
            match global.take(now, true) {
                Ok(()) => sent.push(now),
                Err(until) => now = until,
            }
        }
        for window in sent.windows(PER_SECOND + 1) {
            assert!(window[PER_SECOND] - window[0] >= SECOND);
        }
        assert!(now < Duration::from_secs(10), "and the limit is used: {now:?}");
    }

    #[test]
    fn a_pause_holds_all_and_the_longer_one_counts() {
        let mut global = Global::default();
        global.pause_until(Duration::from_secs(9));
        global.pause_until(Duration::from_secs(3));
        for counted in [true, false] {
            assert_eq!(global.take(Duration::from_secs(5), counted), Err(Duration::from_secs(9)));
            assert_eq!(global.take(Duration::from_secs(9), counted), Ok(()));
        }
    }
}
