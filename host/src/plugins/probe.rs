//! Tries a library in a process of its own before it comes into this one.
//!
//! A damaged file may end the process that opens it, from within the system's loader. The trial does
//! what loading does, up to the declaration; what comes through is remembered by its content, so that a
//! reload of the same bytes is not tried again.

use lumina_plugin_api::text::Text;
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
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    time::timeout,
};

use super::limits::PluginLimits;
use crate::texts::{Told, name, quoted, say_in_english};

/// How the program is told to try a library: `lumina plugin probe FILE`.
pub const PROBE_ARGUMENTS: [&str; 2] = ["plugin", "probe"];

/// What it is told besides where the declaration is to be checked as well, as if no other plugin served.
const DECLARED_ARGUMENT: &str = "--declared";

/// What it is told beside that where all that is declared must have an effect.
const STRICT_ARGUMENT: &str = "--strict";

/// What is read of the trial's last words, on each of its two outputs.
const WORDS_BYTES_MAX: u64 = 4096;

/// How a trial of a library failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// The trial could not be started.
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The trial could not be followed.
    Follow(#[source] io::Error),
    /// The library ended the process.
    Signal(i32),
    /// The library was refused.
    Refused {
        /// What the trial said.
        why: Text,
    },
    /// The trial ended without saying why.
    Exit(i32),
    /// The trial did not end.
    Late(Duration),
}

say_in_english!(ProbeError);

impl Told for ProbeError {
    fn own(&self) -> Text {
        match self {
            Self::Start { program, .. } => {
                Text::key("probe-start").arg("program", name(program.display()))
            }
            Self::Follow(_) => Text::key("probe-follow"),
            Self::Signal(signal) => Text::key("probe-signal").arg("signal", name(signal)),
            Self::Refused { why } => why.clone(),
            Self::Exit(code) => Text::key("probe-exit").arg("code", name(code)),
            Self::Late(limit) => Text::key("probe-late").arg("limit", name(limit.as_millis())),
        }
    }
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
        attempt(start(&self.program, path, &[])?, self.limit).await?;
        self.remember(fingerprint);
        Ok(())
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

/// Tries the library at `path` with `program`, and checks what it declares, as if no other plugin served.
/// Returns what of that has no effect, as a part of a sentence.
///
/// # Errors
/// How the trial failed.
pub async fn try_declared(program: &Path, path: &Path) -> Result<Option<Text>, ProbeError> {
    let limit = PluginLimits::default().probe;
    let strict = start(program, path, &[DECLARED_ARGUMENT, STRICT_ARGUMENT])?;
    match attempt(strict, limit).await {
        // Whether a host would refuse that too, another trial tells.
        Err(ProbeError::Refused { why }) => {
            attempt(start(program, path, &[DECLARED_ARGUMENT])?, limit).await?;
            Ok(Some(why))
        }
        tried => tried.map(|()| None),
    }
}

fn start(program: &Path, path: &Path, further: &[&str]) -> Result<Child, ProbeError> {
    let mut command = Command::new(program);
    // The library's code gets none of the host's settings.
    command.args(PROBE_ARGUMENTS).arg(path).args(further).env_clear().kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(|source| ProbeError::Start { program: program.to_owned(), source })
}

async fn attempt(mut child: Child, limit: Duration) -> Result<(), ProbeError> {
    let ended = timeout(limit, follow(&mut child)).await;
    let (status, said) = ended.map_err(|_| ProbeError::Late(limit))?.map_err(ProbeError::Follow)?;
    judge(status, &said)
}

/// What a trial said of a refusal.
#[derive(Debug)]
struct Said {
    /// For programs: see [`run_trial`](super::run_trial).
    reason: String,
    /// For people, and whatever else was written there.
    words: String,
}

async fn follow(child: &mut Child) -> io::Result<(ExitStatus, Said)> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (reason, words) = tokio::try_join!(read(stdout), read(stderr))?;
    Ok((child.wait().await?, Said { reason, words }))
}

async fn read(stream: Option<impl AsyncRead + Unpin>) -> io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(WORDS_BYTES_MAX).read_to_end(&mut bytes).await?;
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn judge(status: ExitStatus, said: &Said) -> Result<(), ProbeError> {
    match (status.code(), status.signal()) {
        (Some(0), _) => Ok(()),
        (_, Some(signal)) => Err(ProbeError::Signal(signal)),
        (Some(code), None) => {
            Err(said.why().map_or(ProbeError::Exit(code), |why| ProbeError::Refused { why }))
        }
        _ => Err(ProbeError::Refused { why: quoted(&said.words) }),
    }
}

impl Said {
    /// Returns the trial's reason, else the words of who ended it instead; nothing if there are none.
    fn why(&self) -> Option<Text> {
        let last = self.reason.lines().next_back().unwrap_or_default();
        match serde_json::from_str(last) {
            Ok(reason @ Text::Key(_)) => Some(reason),
            _ => (!self.words.is_empty()).then(|| quoted(&self.words)),
        }
    }
}
