//! How often one may do something: sliding windows, kept here in the host so that they survive the
//! reload of a plugin.
//!
//! Memory is bounded: windows live in two generations, and when the young one is full, the old one,
//! untouched for longest, is forgotten. It takes tens of thousands of other users at the same time to
//! forget someone's window before its end. What a plugin counts by keys of its own it invents freely,
//! so each plugin has a store for these, and makes room in it only at its own expense.

use crate::clock::{Clock, UnixMillis};
use lumina_plugin_api::{command::Window, id::UserId};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// What one user may do with one command by default: more than a person types.
pub const COMMANDS: Window = Window::new(30, 10_000);

/// How often one user may press a plugin's buttons by default: paging fast is quick clicking.
pub const PRESSES: Window = Window::new(100, 10_000);

/// How often one user is given choices by default: fast typing. Beyond it there are no choices.
pub const AUTOCOMPLETES: Window = Window::new(60, 10_000);

/// The most uses that one window counts; a larger limit is taken as this one.
const CALLS_MAX: u32 = 1_000;

/// The most windows of the host in each of the two generations: enough for thousands of users who do
/// several things within seconds. A window takes about 300 bytes and 8 to 16 for each use counted, so
/// that all together take about 10 MiB with a few uses each, 42 MiB with 100, and 270 MiB if commands
/// allow [`CALLS_MAX`] and tens of thousands of users make use of it.
const WINDOWS_PER_GENERATION_MAX: usize = 16_384;

/// The most windows that one plugin has by keys of its own, half of them in each generation: the
/// latest half is always remembered, which is a window for each of two thousand users. They take about
/// 2 MiB with a few uses each, and 34 MiB if each holds [`CALLS_MAX`].
const OWN_WINDOWS_PER_PLUGIN_MAX: usize = 4_096;

/// Discord's number of commands with a slash.
const SLASH: u8 = 1;

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Uses of a command, or of a sub-command that has a limit of its own.
    Command {
        /// Discord's number of its kind: a slash and a menu may have commands of one name.
        kind: u8,
        /// Its name, with those of group and sub-command behind it.
        path: String,
    },
    /// Presses of any button or menu, and sent forms.
    Presses,
    /// Questions for choices of the command of this name.
    Autocompletes(String),
    /// Whatever the plugin counts by a key of its own.
    Own(String),
    /// Lines in the log.
    LogLines,
    /// Lines in the log that say what went wrong with a plugin.
    LogFaults,
    /// Warnings that lines are left out of the log.
    LogWarnings,
}

/// What is told apart of refused uses, in the order of [`Counted::kind`].
const KINDS: [&str; 5] = ["command", "press", "suggestions", "own", "log"];

impl Counted {
    /// Uses of the slash command of this name.
    #[must_use]
    pub fn command(name: impl Into<String>) -> Self {
        Self::Command { kind: SLASH, path: name.into() }
    }

    /// Its place in [`KINDS`].
    fn kind(&self) -> usize {
        match self {
            Self::Command { .. } => 0,
            Self::Presses => 1,
            Self::Autocompletes(_) => 2,
            Self::Own(_) => 3,
            Self::LogLines | Self::LogFaults | Self::LogWarnings => 4,
        }
    }
}

/// Whose uses are counted: one window each.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LimitKey {
    /// The plugin's name.
    pub plugin: String,
    /// What is counted.
    pub counted: Counted,
    /// The user, by id: names change hands. None where the plugin itself is limited.
    pub user: Option<UserId>,
}

/// Whether one more use is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is, and it has been counted.
    Allowed,
    /// It is not.
    Denied {
        /// After this moment one more is allowed, if none is tried before.
        until: UnixMillis,
    },
}

/// All windows. Shared by everything that limits users.
#[derive(Debug)]
pub struct RateLimits {
    clock: Clock,
    windows: Mutex<Windows>,
    /// How many uses were refused, by [`KINDS`].
    n_refused: [AtomicU64; KINDS.len()],
}

/// The moments of the latest uses, oldest first, in milliseconds since the clock was started: a
/// system clock that is set neither opens nor lengthens a window.
type Uses = VecDeque<i64>;

#[derive(Debug)]
struct Windows {
    host: Generations,
    /// What plugins count by keys of their own, by the plugin's name. Not forgotten when a plugin is
    /// unloaded; as many as there are plugins.
    own: HashMap<String, Generations>,
}

#[derive(Debug)]
struct Generations {
    /// The most windows in each.
    n_windows_max: usize,
    young: HashMap<LimitKey, Uses>,
    old: HashMap<LimitKey, Uses>,
}

impl RateLimits {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, windows: Mutex::new(Windows::new()), n_refused: Default::default() }
    }

    /// Counts one use of `key`, if `window` has room for it.
    #[must_use]
    pub fn count(&self, key: LimitKey, window: Window) -> Verdict {
        let passed = self.clock.monotonic().as_millis();
        let passed_ms = i64::try_from(passed).unwrap_or(i64::MAX);
        let kind = key.counted.kind();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        match count(windows.uses(key), window, passed_ms) {
            None => Verdict::Allowed,
            Some(until_ms) => {
                self.n_refused[kind].fetch_add(1, Ordering::Relaxed);
                let wait_ms = until_ms.saturating_sub(passed_ms);
                Verdict::Denied { until: UnixMillis(self.clock.now().0.saturating_add(wait_ms)) }
            }
        }
    }

    /// Returns how many uses were refused since the start, by what was used.
    #[must_use]
    pub fn refused(&self) -> Vec<(&'static str, u64)> {
        let counts = self.n_refused.iter().map(|n| n.load(Ordering::Relaxed));
        KINDS.into_iter().zip(counts).collect()
    }
}

impl Windows {
    fn new() -> Self {
        Self { host: Generations::new(WINDOWS_PER_GENERATION_MAX), own: HashMap::new() }
    }

    fn uses(&mut self, key: LimitKey) -> &mut Uses {
        let store = match key.counted {
            Counted::Own(_) => self.own_of(&key.plugin),
            _ => &mut self.host,
        };
        store.uses(key)
    }

    fn own_of(&mut self, plugin: &str) -> &mut Generations {
        let none = || Generations::new(OWN_WINDOWS_PER_PLUGIN_MAX / 2);
        self.own.entry(plugin.to_owned()).or_insert_with(none)
    }
}

impl Generations {
    fn new(n_windows_max: usize) -> Self {
        Self { n_windows_max, young: HashMap::new(), old: HashMap::new() }
    }

    fn uses(&mut self, key: LimitKey) -> &mut Uses {
        if self.young.len() >= self.n_windows_max && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        let kept = self.old.remove(&key).unwrap_or_default();
        self.young.entry(key).or_insert(kept)
    }
}

/// Counts one use at `now_ms`; if there was no room, returns the moment at which the window ends.
fn count(uses: &mut Uses, window: Window, now_ms: i64) -> Option<i64> {
    let calls_max = window.calls.min(CALLS_MAX) as usize;
    let period_ms = i64::try_from(window.period_ms).unwrap_or(i64::MAX);
    uses.retain(|used_ms| now_ms.saturating_sub(*used_ms) <= period_ms);
    keep_newest(uses, calls_max);
    let is_full = uses.len() >= calls_max;
    if !is_full || window.counts_refused {
        uses.push_back(now_ms);
        keep_newest(uses, calls_max);
    }
    let oldest_ms = uses.front().copied().unwrap_or(now_ms);
    is_full.then(|| oldest_ms.saturating_add(period_ms))
}

fn keep_newest(uses: &mut Uses, n_uses: usize) {
    let n_surplus = uses.len().saturating_sub(n_uses);
    uses.drain(..n_surplus);
}

#[cfg(test)]
mod tests;
