//! How calls of a command are handled: defer, deadline, limit.

use crate::word::words;
use serde::{Deserialize, Serialize};

/// How calls of a command are handled.
///
/// ```
/// use lumina_plugin_api::{command::Handling, prelude::*};
/// let mut handling = Handling::default();
/// handling.defer = Defer::Private;
/// let sub = Subcommand::new("secret", "Tell only me").handling(handling);
/// assert_eq!(sub.handling.expect("set above").deadline_ms, Handling::DEADLINE_MS);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Handling {
    /// Who sees the answer when the host defers it because the plugin is slow.
    #[serde(default)]
    pub defer: Defer,
    /// After how many milliseconds the host answers in the plugin's place; at most 15 minutes.
    #[serde(default = "Handling::default_deadline_ms")]
    pub deadline_ms: u64,
    /// How often one user may call it.
    #[serde(default)]
    pub limit: Limit,
    /// Whether a call does no harm if it is made twice: see
    /// [`Command::idempotent`](crate::command::Command::idempotent).
    #[serde(default)]
    pub idempotent: bool,
    /// Permission bits that the bot itself needs in the channel.
    #[serde(default)]
    pub bot_permissions: u64,
}

impl Handling {
    /// The deadline unless declared: 30 seconds.
    pub const DEADLINE_MS: u64 = 30_000;

    fn default_deadline_ms() -> u64 {
        Self::DEADLINE_MS
    }
}

impl Default for Handling {
    fn default() -> Self {
        Self {
            defer: Defer::default(),
            deadline_ms: Self::DEADLINE_MS,
            limit: Limit::default(),
            idempotent: false,
            bot_permissions: 0,
        }
    }
}

/// Who sees an answer that the host deferred.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Defer {
    /// Only who called. Also what a choice that this version does not know is taken for: too few may
    /// be shown an answer, never too many.
    Private,
    /// Everyone in the channel.
    #[default]
    Public,
}

words! { Defer: "private" = Private, "public" = Public; else Private }

/// How often one user may do something.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// // Three times a minute; who insists waits longer.
/// let draw = Command::slash("draw", "Draw a card").limit(Limit::sliding(3, 60_000));
/// let ping = Command::slash("ping", "Are you there?").limit(Limit::Unlimited);
/// assert_ne!(draw.handling.limit, ping.handling.limit);
/// assert_ne!(Limit::window(3, 60_000), Limit::sliding(3, 60_000));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limit {
    /// The host's default for commands, presses and autocompletes.
    #[default]
    Default,
    /// None.
    Unlimited,
    /// A sliding window.
    Window(Window),
    /// A limit that this version does not know; treated as the default.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// A sliding window of calls of one user.
///
/// ```
/// use lumina_plugin_api::command::Window;
/// assert!(!Window::new(3, 60_000).counts_refused);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Window {
    /// How many calls fit into it.
    pub calls: u32,
    /// Its length in milliseconds.
    pub period_ms: u64,
    /// Whether refused calls count too, so that insisting makes the wait longer.
    #[serde(default)]
    pub counts_refused: bool,
}

impl Window {
    /// Allows `calls` in any `period_ms`; refused calls do not count.
    #[must_use]
    pub const fn new(calls: u32, period_ms: u64) -> Self {
        Self { calls, period_ms, counts_refused: false }
    }
}

impl Limit {
    /// Allows `calls` in any `period_ms`; refused calls do not count.
    #[must_use]
    pub const fn window(calls: u32, period_ms: u64) -> Self {
        Limit::Window(Window::new(calls, period_ms))
    }

    /// Allows `calls` in any `period_ms`; refused calls count too, so that insisting makes the wait
    /// longer.
    #[must_use]
    pub const fn sliding(calls: u32, period_ms: u64) -> Self {
        Limit::Window(Window { calls, period_ms, counts_refused: true })
    }
}
