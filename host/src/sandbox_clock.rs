//! Lets the sandbox drive the clock of a host that speaks to loopback only.
//!
//! The sandbox listens on a Unix socket and writes lines `{"offset_ms":N}`: how far its time runs ahead
//! of real time. The host moves its clock, which wakes what is due, and answers with the same line. There
//! is no such socket unless [`crate::config::Config::sandbox`] names one.

use crate::clock::Clock;
use serde::{Deserialize, Serialize};
use std::{io, path::Path, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
};
use tracing::warn;

/// The longest line that is read, with its end; ours have two dozen bytes.
const LINE_BYTES_MAX: u64 = 256;

#[derive(Serialize, Deserialize)]
struct Ahead {
    offset_ms: u64,
}

/// Connects to the sandbox and follows it until it hangs up.
///
/// # Errors
/// If nothing listens at `path`.
pub async fn follow(clock: Clock, path: &Path) -> io::Result<impl Future<Output = ()> + use<>> {
    let stream = UnixStream::connect(path).await?;
    Ok(async move {
        if let Err(error) = follow_lines(&clock, stream).await {
            warn!(%error, "the sandbox's clock is not followed any more");
        }
    })
}

async fn follow_lines(clock: &Clock, stream: UnixStream) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut reader = BufReader::new(read);
    let mut line = Vec::new();
    while (&mut reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).await? > 0 {
        if !line.ends_with(b"\n") {
            return Err(io::Error::other("a line has no end"));
        }
        let ahead: Ahead = serde_json::from_slice(&line)?;
        clock.run_ahead(Duration::from_millis(ahead.offset_ms));
        write.write_all(&line).await?;
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::UnixListener;

    #[tokio::test]
    async fn a_line_without_an_end_is_not_read_for_ever() {
        let (host, mut sandbox) = UnixStream::pair().unwrap();
        sandbox.write_all(&[b' '; 300]).await.unwrap();
        let error = follow_lines(&Clock::start(), host).await.unwrap_err();
        assert_eq!(error.to_string(), "a line has no end");
    }

    #[tokio::test]
    async fn the_clock_follows_each_line_and_answers_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("clock");
        let listener = UnixListener::bind(&path).unwrap();
        let clock = Clock::start();
        let following = tokio::spawn(follow(clock.clone(), &path).await.unwrap());
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut answers = BufReader::new(read).lines();
        write.write_all(b"{\"offset_ms\":60000}\n").await.unwrap();
        assert_eq!(answers.next_line().await.unwrap().as_deref(), Some("{\"offset_ms\":60000}"));
        assert!(clock.monotonic() >= Duration::from_secs(60));
        drop((answers, write));
        following.await.unwrap();
    }
}
