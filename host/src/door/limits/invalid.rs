//! The budget of refused requests: Discord bans an address after 10,000 answers 401, 403 or 429 in
//! ten minutes.

use std::{collections::VecDeque, time::Duration};

/// Where we stop by ourselves; the rest is left to other programs at the same address.
pub(super) const INVALID_MAX: usize = 8_000;
/// How long a refused request counts.
const PERIOD: Duration = Duration::from_secs(600);

/// When the refused requests of the last period were answered.
#[derive(Debug, Default)]
pub(super) struct Invalid {
    at: VecDeque<Duration>,
}

impl Invalid {
    /// Counts one.
    pub(super) fn count(&mut self, now: Duration) {
        if self.at.len() >= INVALID_MAX {
            self.at.pop_front();
        }
        self.at.push_back(now);
    }

    /// Whether nothing may be sent for now.
    pub(super) fn is_spent(&mut self, now: Duration) -> bool {
        while self.at.front().is_some_and(|at| at.saturating_add(PERIOD) < now) {
            self.at.pop_front();
        }
        self.at.len() >= INVALID_MAX
    }

    /// How many count.
    #[cfg(test)]
    pub(super) fn n_counted(&self) -> usize {
        self.at.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_spent_and_comes_back() {
        let (mut invalid, second) = (Invalid::default(), Duration::from_secs(1));
        for _ in 0..INVALID_MAX {
            assert!(!invalid.is_spent(second));
            invalid.count(second);
        }
        assert!(invalid.is_spent(second + PERIOD));
        assert!(!invalid.is_spent(second * 2 + PERIOD));
    }
}
