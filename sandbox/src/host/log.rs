//! What the host has written, a bounded number of lines, and waiting for a line.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    sync::watch,
};

/// Lines that are kept; the oldest go first.
const LINES_MAX: usize = 5_000;

/// Bytes of a line that are kept: more than a migration has, which the most detailed log shows.
pub const LINE_BYTES_MAX: usize = 32 * 1_024;

/// The lines of a host, shared by all clones.
#[derive(Debug, Clone)]
pub struct HostLog {
    lines: Arc<Mutex<Lines>>,
    written: Arc<watch::Sender<u64>>,
}

#[derive(Debug, Default)]
struct Lines {
    kept: VecDeque<String>,
    /// The number of the first line that is kept, counted from 0.
    first: u64,
}

/// A place between two lines; the default is the one before the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogMark(u64);

impl HostLog {
    /// Returns an empty log.
    #[must_use]
    pub fn new() -> Self {
        Self { lines: Arc::default(), written: Arc::new(watch::channel(0).0) }
    }

    /// Adds one line.
    pub fn push(&self, line: &str) {
        let mut cut = line.len().min(LINE_BYTES_MAX);
        while !line.is_char_boundary(cut) {
            cut -= 1;
        }
        let mut lines = self.lock();
        if lines.kept.len() == LINES_MAX {
            lines.kept.pop_front();
            lines.first += 1;
        }
        lines.kept.push_back(line[..cut].to_owned());
        let end = lines.first + lines.kept.len() as u64;
        drop(lines);
        self.written.send_replace(end);
    }

    /// Adds every line that comes out of a stream, until it ends.
    pub async fn read(self, stream: impl AsyncRead + Unpin) {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line).await, Ok(n) if n > 0) {
            self.push(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    }

    /// Returns the place behind the last line.
    #[must_use]
    pub fn mark(&self) -> LogMark {
        LogMark(*self.written.borrow())
    }

    /// Returns the last `n` lines.
    #[must_use]
    pub fn tail(&self, n: usize) -> Vec<String> {
        let lines = self.lock();
        let skip = lines.kept.len().saturating_sub(n);
        lines.kept.iter().skip(skip).cloned().collect()
    }

    /// Returns the lines behind a mark, as far as they are kept.
    #[must_use]
    pub fn since(&self, mark: LogMark) -> Vec<String> {
        let lines = self.lock();
        let skip = usize::try_from(mark.0.saturating_sub(lines.first)).unwrap_or(usize::MAX);
        lines.kept.iter().skip(skip).cloned().collect()
    }

    /// Waits for a line behind a mark that contains a text, and returns it.
    pub async fn wait_for(&self, mark: LogMark, text: &str, within: Duration) -> Option<String> {
        let found = || self.since(mark).into_iter().find(|line| line.contains(text));
        self.wait_until(found, within).await
    }

    /// Waits for a line behind a mark that contains one of some texts, and returns that text.
    pub async fn wait_for_any<'t>(
        &self,
        mark: LogMark,
        texts: &[&'t str],
        within: Duration,
    ) -> Option<&'t str> {
        let found = || {
            let lines = self.since(mark);
            texts.iter().copied().find(|text| lines.iter().any(|line| line.contains(text)))
        };
        self.wait_until(found, within).await
    }

    async fn wait_until<T>(&self, found: impl Fn() -> Option<T>, within: Duration) -> Option<T> {
        let mut written = self.written.subscribe();
        let waiting = async {
            loop {
                written.mark_unchanged();
                if let Some(found) = found() {
                    return Some(found);
                }
                written.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, waiting).await.ok().flatten()
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for HostLog {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_waiter_sees_lines_from_before_and_after_it_began() {
        let log = HostLog::new();
        let start = log.mark();
        log.push("first");
        let second = Duration::from_secs(5);
        assert_eq!(log.wait_for(start, "irs", second).await.as_deref(), Some("first"));
        let after = log.mark();
        let writer = log.clone();
        let waiting = tokio::spawn(async move { log.wait_for(after, "second", second).await });
        tokio::task::yield_now().await;
        writer.push("the second");
        assert_eq!(waiting.await.unwrap().as_deref(), Some("the second"));
    }

    #[test]
    fn only_the_newest_lines_are_kept() {
        let log = HostLog::new();
        let start = log.mark();
        (0..LINES_MAX + 10).for_each(|number| log.push(&number.to_string()));
        assert_eq!(log.since(start).first().map(String::as_str), Some("10"));
        assert_eq!(log.tail(1), [(LINES_MAX + 9).to_string()]);
    }
}
