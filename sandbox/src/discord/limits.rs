//! Rate limits: one window per bucket, one for everything, and the ban of who ignores them.

use std::collections::{HashMap, VecDeque};

/// How many requests of any kind a bot may make in a second.
pub const GLOBAL_PER_SECOND: u32 = 50;

/// How many refused requests within [`INVALID_WINDOW_MS`] end in a ban.
pub const INVALID_MAX: usize = 10_000;

/// Over how long refused requests are counted.
pub const INVALID_WINDOW_MS: u64 = 10 * 60 * 1_000;

/// How many windows are kept before those that ended are thrown out.
const WINDOWS_SWEEP: usize = 10_000;

/// Says how much a bucket holds. `major` is the channel, guild or webhook it belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    pub name: &'static str,
    pub limit: u32,
    pub period_ms: u64,
    pub major: u64,
}

/// Holds what the rate-limit headers say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub bucket: Bucket,
    pub remaining: u32,
    pub resets_ms: u64,
}

/// Says which limit was hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    User,
    Global,
    Shared,
}

impl Scope {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Scope::User => "user",
            Scope::Global => "global",
            Scope::Shared => "shared",
        }
    }
}

/// Says how long to wait and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exceeded {
    pub scope: Scope,
    pub retry_after_ms: u64,
    pub reading: Option<Reading>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    used: u32,
    resets_ms: u64,
}

impl Window {
    /// Counts one request; false if the window was full.
    fn take(&mut self, now_ms: u64, limit: u32, period_ms: u64) -> bool {
        if now_ms >= self.resets_ms {
            *self = Window { used: 0, resets_ms: now_ms + period_ms };
        }
        let fits = self.used < limit;
        self.used += u32::from(fits);
        fits
    }
}

/// Counts requests.
#[derive(Debug)]
pub(crate) struct Limits {
    global_per_second: u32,
    global: Window,
    windows: HashMap<(&'static str, u64), Window>,
    invalid: VecDeque<u64>,
}

impl Limits {
    pub(crate) fn new(global_per_second: u32) -> Limits {
        Limits {
            global_per_second,
            global: Window::default(),
            windows: HashMap::new(),
            invalid: VecDeque::new(),
        }
    }

    /// Counts a request against the limit for everything.
    pub(crate) fn take_global(&mut self, now_ms: u64) -> Result<(), Exceeded> {
        if self.global.take(now_ms, self.global_per_second, 1_000) {
            return Ok(());
        }
        let retry_after_ms = self.global.resets_ms - now_ms;
        Err(Exceeded { scope: Scope::Global, retry_after_ms, reading: None })
    }

    /// Counts a request against its bucket.
    pub(crate) fn take(&mut self, now_ms: u64, bucket: Bucket) -> Result<Reading, Exceeded> {
        self.sweep(now_ms);
        let window = self.windows.entry((bucket.name, bucket.major)).or_default();
        let fits = window.take(now_ms, bucket.limit, bucket.period_ms);
        let remaining = bucket.limit - window.used;
        let reading = Reading { bucket, remaining, resets_ms: window.resets_ms };
        if fits {
            return Ok(reading);
        }
        let retry_after_ms = window.resets_ms - now_ms;
        Err(Exceeded { scope: Scope::User, retry_after_ms, reading: Some(reading) })
    }

    fn sweep(&mut self, now_ms: u64) {
        if self.windows.len() >= WINDOWS_SWEEP {
            self.windows.retain(|_, window| window.resets_ms > now_ms);
        }
    }

    /// Counts a refused request (401, 403, or 429 that was not shared).
    pub(crate) fn count_invalid(&mut self, now_ms: u64) {
        self.forget_invalid(now_ms);
        if self.invalid.len() < INVALID_MAX {
            self.invalid.push_back(now_ms);
        }
    }

    /// Returns for how long the address is still banned.
    pub(crate) fn banned_for_ms(&mut self, now_ms: u64) -> Option<u64> {
        self.forget_invalid(now_ms);
        let oldest = *self.invalid.front()?;
        (self.invalid.len() >= INVALID_MAX).then(|| oldest + INVALID_WINDOW_MS - now_ms)
    }

    /// Returns how many refused requests count at the moment.
    pub(crate) fn n_invalid(&mut self, now_ms: u64) -> usize {
        self.forget_invalid(now_ms);
        self.invalid.len()
    }

    fn forget_invalid(&mut self, now_ms: u64) {
        while self.invalid.front().is_some_and(|at_ms| at_ms + INVALID_WINDOW_MS <= now_ms) {
            self.invalid.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKET: Bucket = Bucket { name: "messages", limit: 2, period_ms: 5_000, major: 7 };

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let mut limits = Limits::new(50);
        assert_eq!(limits.take(0, BUCKET).unwrap().remaining, 1);
        assert_eq!(limits.take(10, BUCKET).unwrap().remaining, 0);
        let exceeded = limits.take(20, BUCKET).unwrap_err();
        assert_eq!((exceeded.scope, exceeded.retry_after_ms), (Scope::User, 4_980));
        assert_eq!(limits.take(5_000, BUCKET).unwrap().remaining, 1);
    }

    #[test]
    fn ten_thousand_refused_requests_are_a_ban_that_ends() {
        let mut limits = Limits::new(50);
        (0..INVALID_MAX).for_each(|_| limits.count_invalid(5));
        assert_eq!(limits.banned_for_ms(5), Some(INVALID_WINDOW_MS));
        assert_eq!(limits.banned_for_ms(5 + INVALID_WINDOW_MS), None);
    }
}
