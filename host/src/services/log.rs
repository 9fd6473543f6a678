//! Lines of plugins in the host's log: each with its plugin's name, one line each, not too many.

use crate::rate_limit::{Counted, LimitKey, RateLimits, Verdict};
use lumina_plugin_api::{command::Window, services::log::LINE_BYTES_MAX};
use std::{borrow::Cow, sync::Arc};

/// How many lines one plugin may write: a plugin that logs in a loop must not fill the disk.
const LINES: Window = Window::new(200, 10_000);

/// How often it is said that lines are left out.
const WARNINGS: Window = Window::new(1, 10_000);

/// Writes the lines of plugins.
#[derive(Debug)]
pub struct Lines {
    limits: Arc<RateLimits>,
}

impl Lines {
    pub(super) fn new(limits: Arc<RateLimits>) -> Self {
        Self { limits }
    }

    /// Writes one line of `plugin`: 1 is an error, 2 a warning, 3 information, all else for debugging.
    /// What would break the line is escaped; what is too long is cut; what is too much is left out.
    pub fn write(&self, plugin: &str, level: u8, message: &str) {
        if self.is_allowed(plugin, Counted::LogLines, LINES) {
            return emit(plugin, level, &one_line(message));
        }
        if self.is_allowed(plugin, Counted::LogWarnings, WARNINGS) {
            tracing::warn!(
                plugin.id = plugin,
                "plugin `{plugin}` logs too much: lines are left out"
            );
        }
    }

    fn is_allowed(&self, plugin: &str, counted: Counted, window: Window) -> bool {
        let key = LimitKey { plugin: plugin.to_owned(), counted, user: None };
        self.limits.count(key, window) == Verdict::Allowed
    }
}

fn emit(plugin: &str, level: u8, line: &str) {
    match level {
        1 => tracing::error!(plugin.id = plugin, "{line}"),
        2 => tracing::warn!(plugin.id = plugin, "{line}"),
        3 => tracing::info!(plugin.id = plugin, "{line}"),
        _ => tracing::debug!(plugin.id = plugin, "{line}"),
    }
}

/// Cuts to what is kept and escapes control characters, so that no plugin writes another's lines.
fn one_line(message: &str) -> Cow<'_, str> {
    let end = message.floor_char_boundary(LINE_BYTES_MAX);
    let kept = &message[..end];
    if !kept.contains(char::is_control) {
        return Cow::Borrowed(kept);
    }
    let escaped = kept.chars().flat_map(|c| {
        let plain = (!c.is_control()).then_some(c);
        plain.into_iter().chain(c.is_control().then(|| c.escape_default()).into_iter().flatten())
    });
    Cow::Owned(escaped.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_has_an_end() {
        assert_eq!(one_line("plain ümlaut"), "plain ümlaut");
        assert_eq!(one_line("a\nINFO forged \u{1b}[31m"), r"a\nINFO forged \u{1b}[31m");
        let long = "é".repeat(LINE_BYTES_MAX);
        assert!(one_line(&long).len() <= LINE_BYTES_MAX);
    }
}
