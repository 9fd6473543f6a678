//! The log: lines to standard error and into a file, as text or JSON.
//!
//! It must never hold a token: libraries that print whole requests are kept quiet whatever the level,
//! and what is written passes a filter that blanks secrets and interaction tokens.

mod log_file;
mod redact;
#[cfg(test)]
pub(crate) mod written;

use crate::config::{Config, LogDetail, LogFormat, TraceFilter};
use log_file::LogFile;
use redact::Redact;
use std::{
    io::{self, Write},
    panic::PanicHookInfo,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};
use tracing::{Subscriber, level_filters::LevelFilter, subscriber::SetGlobalDefaultError};
use tracing_subscriber::{
    Layer, Registry,
    filter::Targets,
    fmt::{self, MakeWriter},
    layer::{Filter, SubscriberExt},
    reload,
};

/// Libraries whose lower levels hold tokens, frames or addresses with tokens in them. At `warn` and
/// above serenity and twilight print whole payloads too, so those two speak at `error` only.
const QUIET: [(&str, LevelFilter); 9] = [
    ("serenity", LevelFilter::ERROR),
    ("poise", LevelFilter::ERROR),
    ("twilight_gateway", LevelFilter::ERROR),
    ("twilight_gateway_queue", LevelFilter::WARN),
    ("hyper", LevelFilter::WARN),
    ("hyper_util", LevelFilter::WARN),
    ("reqwest", LevelFilter::WARN),
    ("tokio_websockets", LevelFilter::WARN),
    ("rustls", LevelFilter::WARN),
];

/// Why the log cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be opened.
    #[error("LOG_FILE: cannot write to `{}`; name a file in a directory that this user may write to", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// The process has a log already.
    #[error("the process has a log already")]
    Twice(#[source] SetGlobalDefaultError),
}

/// The running log, for changing it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Log {
    filter: reload::Handle<Targets, Registry>,
    file: Option<LogFile>,
}

impl Log {
    /// Tells as much from now on as `config` says.
    pub fn follow(&self, config: &Config) {
        // It fails only where the log is gone.
        let _ = self.filter.reload(filter(level(config.log_detail), &config.trace_filter));
    }

    /// Opens the file anew, for those who have renamed it.
    pub fn reopen(&self) {
        if let Some(Err(error)) = self.file.as_ref().map(LogFile::reopen) {
            tracing::warn!(%error, "LOG_FILE cannot be opened anew");
        }
    }
}

/// Whether [`start`] has made a log; a thread's own while it begins is none.
static STARTED: AtomicBool = AtomicBool::new(false);

/// Starts the log of the process. Panics go into it too: what they say may hold secrets.
///
/// # Errors
/// If the file cannot be opened, or the process has a log already.
pub fn start(config: &Config) -> Result<Log, LogError> {
    let open = |path: &PathBuf| {
        let failed = |source| LogError::File { path: path.clone(), source };
        LogFile::open(path, log_file::FILE_BYTES_MAX).map_err(failed)
    };
    let file = config.log_file.as_ref().map(open).transpose()?;
    let redact = Redact::new(config.secrets(), Outputs { file: file.clone() });
    let targets = filter(level(config.log_detail), &config.trace_filter);
    let (targets, handle) = reload::Layer::new(targets);
    let subscriber = subscriber(targets, config.log_format, redact);
    tracing::subscriber::set_global_default(subscriber).map_err(LogError::Twice)?;
    std::panic::set_hook(Box::new(log_panic));
    STARTED.store(true, Ordering::Relaxed);
    Ok(Log { filter: handle, file })
}

/// Whether the process has a log, so that nothing needs to be told past it.
#[must_use]
pub fn is_started() -> bool {
    STARTED.load(Ordering::Relaxed)
}

/// Makes what a thread's first line takes of the system's loader, so that no line waits for it while a
/// library holds it: each runtime's threads begin with this. Nothing is written.
pub fn begin_thread() {
    let nowhere = fmt::Subscriber::builder().with_writer(io::sink).finish();
    tracing::subscriber::with_default(nowhere, || tracing::info!("a thread begins"));
}

/// Where lines go: standard error, and the file if there is one.
#[derive(Debug, Clone)]
struct Outputs {
    file: Option<LogFile>,
}

impl Write for Outputs {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(file) = &self.file {
            file.write_line(line);
        }
        io::stderr().write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Outputs {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let what = panic.payload_as_str().unwrap_or("no text");
    tracing::error!(place, what, "a part of the host panicked");
}

fn level(detail: LogDetail) -> LevelFilter {
    match detail {
        LogDetail::Usual => LevelFilter::INFO,
        LogDetail::Debug => LevelFilter::DEBUG,
        LogDetail::Trace => LevelFilter::TRACE,
    }
}

fn subscriber<F, W>(filter: F, format: LogFormat, writer: W) -> impl Subscriber + Send + Sync
where
    F: Filter<Registry> + Send + Sync + 'static,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer).with_ansi(false);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(filter))
}

/// Ours at `level`; everyone else's at `info` at most, unless all is asked for; what is asked for by name
/// in full. Libraries that print secrets stay quiet whatever is asked.
fn filter(level: LevelFilter, trace: &TraceFilter) -> Targets {
    let ours = if trace.all_others { LevelFilter::TRACE } else { level };
    let others = if ours == LevelFilter::TRACE { ours } else { ours.min(LevelFilter::INFO) };
    let named = if trace.all_others { LevelFilter::DEBUG } else { LevelFilter::TRACE };
    let may_be_told = |target: &&String| !QUIET.iter().any(|(quiet, _)| target.starts_with(quiet));
    Targets::new()
        .with_default(others)
        .with_target("lumina_host", ours)
        .with_target("lumina", ours)
        .with_targets(trace.named.iter().filter(may_be_told).map(|target| (target.clone(), named)))
        .with_targets(QUIET.map(|(target, most)| (target, ours.min(most))))
}

#[cfg(test)]
mod tests;
