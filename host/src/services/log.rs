//! Lines of plugins in the host's log: each with its plugin's name, one line each, not too many.

use crate::rate_limit::{Counted, LimitKey, RateLimits, Verdict};
use lumina_plugin_api::{command::Window, services::log::LINE_BYTES_MAX};
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tracing::Level;

/// How many lines one plugin may write: a plugin that logs in a loop must not fill the disk.
const LINES: Window = Window::new(200, 10_000);

/// How many lines may say, beside these, where it panicked and what the host could not do for it: what it
/// chatters must not hide why it fails.
const FAULTS: Window = Window::new(20, 10_000);

/// The parts whose lines these are.
const FAULT_PARTS: [&str; 2] = ["panic", "host"];

/// How often it is said that lines are left out from here on.
const WARNINGS: Window = Window::new(1, 10_000);

/// A line that a plugin wrote.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The plugin's name.
    pub plugin: &'a str,
    /// Which copy of it wrote.
    pub generation: u64,
    /// How much it matters.
    pub level: Level,
    /// What part of the plugin wrote it.
    pub part: &'a str,
    /// The text.
    pub message: &'a str,
}

/// Writes the lines of plugins.
#[derive(Debug)]
pub(super) struct Lines {
    limits: Arc<RateLimits>,
    /// By plugin, how many lines were left out since one was written.
    left_out: Mutex<HashMap<String, u64>>,
}

impl Lines {
    pub(super) fn new(limits: Arc<RateLimits>) -> Self {
        Self { limits, left_out: Mutex::default() }
    }

    /// Says how many lines of a plugin were left out before it ended.
    pub(super) fn forget(&self, plugin: &str) {
        self.tell_left_out(plugin);
    }

    pub(super) fn write(&self, line: Line<'_>) {
        let plugin = line.plugin;
        if FAULT_PARTS.contains(&line.part) {
            if self.is_allowed(plugin, Counted::LogFaults, FAULTS) {
                return emit(line);
            }
        } else if self.is_allowed(plugin, Counted::LogLines, LINES) {
            self.tell_left_out(plugin);
            return emit(line);
        }
        *self.left_out().entry(plugin.to_owned()).or_default() += 1;
        if self.is_allowed(plugin, Counted::LogWarnings, WARNINGS) {
            tracing::warn!(
                plugin.id = plugin,
                "plugin `{plugin}` logs too much: lines are left out"
            );
        }
    }

    fn tell_left_out(&self, plugin: &str) {
        let Some(n_lines) = self.left_out().remove(plugin) else { return };
        tracing::warn!(
            plugin.id = plugin,
            n_lines,
            "{n_lines} lines of plugin `{plugin}` were left out"
        );
    }

    fn left_out(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.left_out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_allowed(&self, plugin: &str, counted: Counted, window: Window) -> bool {
        let key = LimitKey { plugin: plugin.to_owned(), counted, user: None };
        self.limits.count(key, window) == Verdict::Allowed
    }
}

fn emit(line: Line<'_>) {
    // A macro, because the level of an event is fixed where it is written.
    macro_rules! event {
        ($level:expr) => {
            tracing::event!(
                $level,
                plugin.id = line.plugin,
                plugin.generation = line.generation,
                plugin.part = line.part,
                "{}: {}",
                line.plugin,
                one_line(line.message)
            )
        };
    }
    match line.level {
        Level::ERROR => event!(Level::ERROR),
        Level::WARN => event!(Level::WARN),
        Level::INFO => event!(Level::INFO),
        Level::DEBUG => event!(Level::DEBUG),
        Level::TRACE => event!(Level::TRACE),
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
    use crate::{clock::Clock, telemetry::written::Written};

    fn logged(work: impl FnOnce(&Lines)) -> String {
        let written = Written::default();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .without_time()
            .with_max_level(Level::TRACE)
            .with_writer(written.clone())
            .finish();
        let lines = Lines::new(Arc::new(RateLimits::new(Clock::start())));
        tracing::subscriber::with_default(subscriber, || work(&lines));
        written.text()
    }

    fn line(level: Level, message: &str) -> Line<'_> {
        Line { plugin: "search", generation: 3, level, part: "plugin", message }
    }

    #[test]
    fn a_line_carries_its_level_its_plugin_and_its_text() {
        for level in [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE] {
            let text = logged(|lines| lines.write(line(level, "found\nnothing")));
            assert!(text.contains(level.as_str()), "{text}");
            assert!(text.contains(r"search: found\nnothing"), "{text}");
            assert!(text.contains("plugin.generation=3"), "{text}");
        }
    }

    #[test]
    fn a_plugin_that_logs_in_a_loop_is_cut_off_and_both_that_and_how_much_is_said_once() {
        let text = logged(|lines| {
            for _ in 0..5_000 {
                lines.write(line(Level::INFO, "again"));
            }
            lines.forget("search");
            lines.forget("search");
        });
        assert_eq!(text.lines().filter(|line| line.contains("again")).count(), 200);
        assert_eq!(text.lines().filter(|line| line.contains("lines are left out")).count(), 1);
        assert_eq!(text.matches("4800 lines of plugin `search` were left out").count(), 1);
    }

    #[test]
    fn where_a_plugin_panicked_is_told_behind_its_chatter_and_not_without_end() {
        let text = logged(|lines| {
            for part in ["plugin", "panic", "host"] {
                for _ in 0..1_000 {
                    lines.write(Line { part, ..line(Level::ERROR, part) });
                }
            }
        });
        let told = |part: &str| text.matches(&format!("search: {part}")).count();
        assert_eq!((told("plugin"), told("panic")), (200, 20));
        assert_eq!(text.matches("lines are left out").count(), 1);
    }

    #[test]
    fn a_line_stays_one_line_and_has_an_end() {
        assert_eq!(one_line("plain ümlaut"), "plain ümlaut");
        assert_eq!(one_line("a\nINFO forged \u{1b}[31m"), r"a\nINFO forged \u{1b}[31m");
        let long = "é".repeat(LINE_BYTES_MAX);
        assert!(one_line(&long).len() <= LINE_BYTES_MAX);
    }
}
