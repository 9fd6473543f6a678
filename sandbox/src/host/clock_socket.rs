//! Drives the clock of a host over a Unix socket: one line says how far time runs ahead, and the
//! host says the same line back once its own clock shows it.

use crate::clock::SimClock;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{UnixListener, UnixStream},
    sync::watch,
    task::JoinHandle,
};

/// Listens for the host and keeps its clock in step. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct ClockSocket {
    shown: watch::Receiver<Option<u64>>,
    task: JoinHandle<()>,
}

impl ClockSocket {
    /// Listens at a path that must not exist yet.
    pub(super) fn listen(path: &Path, clock: SimClock) -> Result<Self> {
        let listener = UnixListener::bind(path)
            .with_context(|| format!("cannot listen at `{}`", path.display()))?;
        let (tx, shown) = watch::channel(None);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // The end of a connection is the end of a host; the next one may come.
                let _ = drive(stream, &clock, &tx).await;
                tx.send_replace(None);
            }
        });
        Ok(Self { shown, task })
    }

    /// Waits until the host's clock shows at least this offset; `false` if it does not in time.
    pub(super) async fn reached(&self, offset_ms: u64, within: Duration) -> bool {
        let mut shown = self.shown.clone();
        let there = shown.wait_for(|shown| shown.is_some_and(|ms| ms >= offset_ms));
        matches!(tokio::time::timeout(within, there).await, Ok(Ok(_)))
    }
}

impl Drop for ClockSocket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn drive(
    stream: UnixStream,
    clock: &SimClock,
    shown: &watch::Sender<Option<u64>>,
) -> Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut answers = BufReader::new(reading).lines();
    let mut offset = clock.subscribe();
    offset.mark_changed();
    loop {
        tokio::select! {
            changed = offset.changed() => {
                changed.context("the clock is gone")?;
                let offset_ms = *offset.borrow_and_update();
                let line = format!("{}\n", json!({ "offset_ms": offset_ms }));
                writing.write_all(line.as_bytes()).await.context("the host is gone")?;
            }
            answer = answers.next_line() => {
                let line = answer.context("the host is gone")?.context("the host hung up")?;
                let answer: Value = serde_json::from_str(&line).context("no JSON")?;
                shown.send_replace(answer["offset_ms"].as_u64());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_host_hears_every_move_and_its_answer_is_awaited() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clock");
        let clock = SimClock::new();
        let socket = ClockSocket::listen(&path, clock.clone()).unwrap();
        let host = UnixStream::connect(&path).await.unwrap();
        let echo = tokio::spawn(async move {
            let (mut reading, mut writing) = host.into_split();
            tokio::io::copy(&mut reading, &mut writing).await
        });
        let mut shown = socket.shown.clone();
        shown.wait_for(|shown| *shown == Some(0)).await.unwrap();
        clock.advance(Duration::from_secs(10));
        assert!(socket.reached(10_000, Duration::from_secs(5)).await);
        echo.abort();
    }
}
