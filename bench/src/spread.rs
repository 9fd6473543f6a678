//! Percentiles of measured times.

use std::time::Duration;

/// Measured times, sorted when asked.
#[derive(Debug, Clone, Default)]
pub struct Spread {
    times: Vec<Duration>,
}

impl Spread {
    /// Adds a time.
    pub fn add(&mut self, time: Duration) {
        self.times.push(time);
    }

    /// Adds all times of `other`.
    pub fn append(&mut self, mut other: Spread) {
        self.times.append(&mut other.times);
    }

    /// Returns how many times there are.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Returns the time below which `share` (0 to 1) of them lie, in microseconds; zero if there are
    /// none.
    pub fn percentile_us(&self, share: f64) -> f64 {
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        let index = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
        sorted.get(index).map_or(0.0, |time| time.as_secs_f64() * 1e6)
    }

    /// Returns the longest time, in microseconds.
    pub fn longest_us(&self) -> f64 {
        self.percentile_us(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let mut spread = Spread::default();
        assert_eq!(spread.percentile_us(0.5), 0.0);
        (1..=100).rev().for_each(|ms| spread.add(Duration::from_millis(ms)));
        assert_eq!(spread.percentile_us(0.5), 51_000.0);
        assert_eq!(spread.percentile_us(0.99), 100_000.0);
        assert_eq!(spread.longest_us(), 100_000.0);
    }
}
