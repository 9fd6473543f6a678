//! What the loader needs from the rest of the host: the other side of a plugin's border.

use futures_util::future::BoxFuture;
use lumina_plugin_api::{descriptor::Descriptor, error::Error, text::Text};
use std::sync::Arc;

use super::registry::Registry;

/// One loaded copy of a plugin, as services and logs name it.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The plugin's name.
    pub plugin: Arc<str>,
    /// Which copy it is: 1 for the first that was loaded under this name, and so on.
    pub generation: u64,
    /// What the copy declares.
    pub descriptor: Arc<Descriptor>,
}

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Someone must act.
    Error,
    /// Something was coped with.
    Warn,
    /// A step of a plugin's life.
    Info,
    /// What helps to find a fault.
    Debug,
    /// Everything else.
    Trace,
}

impl LogLevel {
    /// Returns the level that crosses the border as `number`: 1 error to 5 trace.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        match number {
            0 | 1 => Self::Error,
            2 => Self::Warn,
            3 => Self::Info,
            4 => Self::Debug,
            _ => Self::Trace,
        }
    }
}

/// A line that a plugin wrote.
#[derive(Debug, Clone, Copy)]
pub struct LogLine<'a> {
    /// The plugin's name.
    pub plugin: &'a str,
    /// Which copy of it wrote.
    pub generation: u64,
    /// How much it matters.
    pub level: LogLevel,
    /// What part of the plugin wrote it: `plugin`, or `panic` for where a panic happened.
    pub target: &'a str,
    /// The text, at most [`LINE_BYTES_MAX`](lumina_plugin_api::services::log::LINE_BYTES_MAX).
    pub message: &'a str,
}

/// What the host does for plugins and with them. None of it may block.
pub trait HostSide: Send + Sync + 'static {
    /// Writes a line of a plugin to the log. Called on the plugin's threads.
    fn log(&self, line: LogLine<'_>);

    /// Answers a request of a plugin to the service `name`. Polled once on the plugin's thread; what is
    /// not ready then runs as a task of the host, and is dropped when the plugin no longer waits or has
    /// ended.
    fn service(
        &self,
        caller: Caller,
        name: String,
        request: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, Error>>;

    /// Checks what a plugin declares, beside the `others` that serve: limits of Discord, names taken,
    /// services unknown, texts unreadable. Nothing of the plugin was made yet.
    ///
    /// # Errors
    /// Why it cannot serve, as a part of a sentence of the host's texts.
    fn admit(&self, descriptor: &Descriptor, others: &Registry) -> Result<(), Text>;

    /// Hears that a copy will serve, before the first call reaches it: its texts are needed now.
    fn serving(&self, caller: &Caller);

    /// Hears that a copy has ended and no answer of it will come: what was kept for it can go.
    fn ended(&self, caller: &Caller);
}
