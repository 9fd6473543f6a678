//! Tries a library in a process of its own before it comes into this one.
//!
//! A damaged file may end the process that opens it, from within the system's loader. The trial does
//! what loading does, up to the declaration; what comes through is remembered by its content, so that a
//! reload of the same bytes is not tried again.

use std::{
    collections::VecDeque,
    hash::{BuildHasher, RandomState},
    io,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use thiserror::Error;
use tokio::{
    io::AsyncReadExt,
    process::{Child, Command},
    time::timeout,
};

/// How the program is told to try a library: `lumina plugin probe FILE`.
pub const PROBE_ARGUMENTS: [&str; 2] = ["plugin", "probe"];

/// What is read of the trial's last words.
const WORDS_BYTES_MAX: u64 = 4096;

/// How a trial of a library failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// The trial could not be started.
    #[error("`{program}` cannot be started")]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The trial could not be followed.
    #[error("the trial cannot be followed")]
    Follow(#[source] io::Error),
    /// The library ended the process.
    #[error("it crashed (signal {0})")]
    Signal(i32),
    /// The library was refused.
    #[error("{words}")]
    Refused {
        /// What the trial said.
        words: String,
    },
    /// The trial ended without saying why.
    #[error("it ended the process with exit code {0}")]
    Exit(i32),
    /// The trial did not end.
    #[error("it did not end within {} ms", .0.as_millis())]
    Late(Duration),
}

/// Tries libraries, each content once.
#[derive(Debug)]
pub(super) struct Prober {
    program: PathBuf,
    limit: Duration,
    passed: Mutex<VecDeque<u64>>,
    passed_max: usize,
    hasher: RandomState,
}

impl Prober {
    /// Makes a prober that starts `program` and remembers `passed_max` contents.
    pub(super) fn new(program: PathBuf, limit: Duration, passed_max: usize) -> Self {
        let passed = Mutex::new(VecDeque::new());
        Self { program, limit, passed, passed_max, hasher: RandomState::new() }
    }

    /// Returns what stands for a content. Unforgeable, as its key is made anew by each process.
    pub(super) fn fingerprint(&self, bytes: &[u8]) -> u64 {
        self.hasher.hash_one(bytes)
    }

    /// Tries the library at `path` unless this content has passed before.
    ///
    /// # Errors
    /// How the trial failed.
    pub(super) async fn probe(&self, path: &Path, fingerprint: u64) -> Result<(), ProbeError> {
        if self.passed().contains(&fingerprint) {
            return Ok(());
        }
        let mut child = self.start(path)?;
        let ended = timeout(self.limit, follow(&mut child)).await;
        let (status, words) =
            ended.map_err(|_| ProbeError::Late(self.limit))?.map_err(ProbeError::Follow)?;
        judge(status, &words)?;
        self.remember(fingerprint);
        Ok(())
    }

    fn start(&self, path: &Path) -> Result<Child, ProbeError> {
        let mut command = Command::new(&self.program);
        // The library's code gets none of the host's settings.
        command.args(PROBE_ARGUMENTS).arg(path).env_clear().kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
            .spawn()
            .map_err(|source| ProbeError::Start { program: self.program.clone(), source })
    }

    fn remember(&self, fingerprint: u64) {
        let mut passed = self.passed();
        if passed.len() >= self.passed_max {
            passed.pop_front();
        }
        passed.push_back(fingerprint);
    }

    fn passed(&self) -> std::sync::MutexGuard<'_, VecDeque<u64>> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn follow(child: &mut Child) -> io::Result<(ExitStatus, String)> {
    let mut words = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        stderr.take(WORDS_BYTES_MAX).read_to_end(&mut words).await?;
    }
    let status = child.wait().await?;
    Ok((status, String::from_utf8_lossy(&words).trim().to_owned()))
}

fn judge(status: ExitStatus, words: &str) -> Result<(), ProbeError> {
    match (status.code(), status.signal()) {
        (Some(0), _) => Ok(()),
        (_, Some(signal)) => Err(ProbeError::Signal(signal)),
        (Some(code), None) if words.is_empty() => Err(ProbeError::Exit(code)),
        _ => Err(ProbeError::Refused { words: words.to_owned() }),
    }
}
