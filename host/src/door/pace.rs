//! How fast a shard may connect again. The gateway library pauses after failed connections only; a
//! server that greets and then closes would be asked thousands of times a second.

use std::time::Duration;

/// Reconnects in a row that are served at once: one is normal, a second happens.
const FREE: u32 = 2;
/// The longest pause. Heartbeats rest meanwhile, and Discord waits for them for 41 s.
const PAUSE_MAX_SECONDS: u32 = 32;
/// A session that lived so long owes nothing.
const CALM: Duration = Duration::from_secs(60);

/// Counts greetings that came to nothing.
#[derive(Debug, Default)]
pub(super) struct Pace {
    in_a_row: u32,
    ready_since: Option<Duration>,
}

impl Pace {
    /// The session serves.
    pub(super) fn ready(&mut self, now: Duration) {
        self.ready_since = Some(now);
    }

    /// The server greeted: how long to wait before answering. `chance` is between 0 and 1.
    pub(super) fn greeted(&mut self, now: Duration, chance: f64) -> Duration {
        let calm = self.ready_since.take().is_some_and(|since| now >= since.saturating_add(CALM));
        self.in_a_row = if calm { 1 } else { self.in_a_row.saturating_add(1) };
        let Some(over) = self.in_a_row.checked_sub(FREE + 1) else { return Duration::ZERO };
        let seconds = 1_u32.checked_shl(over).unwrap_or(u32::MAX).min(PAUSE_MAX_SECONDS);
        Duration::from_secs(seconds.into()).mul_f64(0.5 + chance / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(pace: &mut Pace, n: usize) -> Vec<f64> {
        (0..n).map(|_| pace.greeted(Duration::ZERO, 1.0).as_secs_f64()).collect()
    }

    #[test]
    fn the_pause_grows_to_its_bound() {
        let expected = [0.0, 0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 32.0];
        assert_eq!(seconds(&mut Pace::default(), 9), expected);
        let mut long = Pace { in_a_row: u32::MAX, ready_since: None };
        assert_eq!(seconds(&mut long, 1), [32.0]);
    }

    #[test]
    fn a_session_that_lived_long_starts_over_and_a_short_one_does_not() {
        let mut pace = Pace::default();
        seconds(&mut pace, 4);
        pace.ready(Duration::from_secs(10));
        assert_eq!(pace.greeted(Duration::from_secs(60), 0.0), Duration::from_secs(2));
        pace.ready(Duration::from_secs(70));
        assert_eq!(pace.greeted(Duration::from_secs(130), 0.0), Duration::ZERO);
    }
}
