//! The log: lines to standard error, as text or JSON.
//!
//! It must never hold a token: libraries that print whole requests are kept quiet whatever the level,
//! and what is written passes a filter that blanks secrets and interaction tokens.

mod redact;

use crate::config::{Config, LogDetail, LogFormat};
use redact::Redact;
use tracing::{Subscriber, level_filters::LevelFilter, subscriber::SetGlobalDefaultError};
use tracing_subscriber::{
    Layer, Registry,
    filter::Targets,
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
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

/// Starts the log of the process.
///
/// # Errors
/// If the process has one already.
pub fn start(config: &Config) -> Result<(), SetGlobalDefaultError> {
    let level = match config.log_detail {
        LogDetail::Usual => LevelFilter::INFO,
        LogDetail::Debug => LevelFilter::DEBUG,
        LogDetail::Trace => LevelFilter::TRACE,
    };
    let redact = Redact::new(config.secrets(), std::io::stderr);
    tracing::subscriber::set_global_default(subscriber(level, config.log_format, redact))
}

fn subscriber<W>(level: LevelFilter, format: LogFormat, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer).with_ansi(false);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(filter(level)))
}

/// Ours at `level`; everyone else's at `info` at most, unless all is asked for.
fn filter(level: LevelFilter) -> Targets {
    let others = if level == LevelFilter::TRACE { level } else { level.min(LevelFilter::INFO) };
    Targets::new()
        .with_default(others)
        .with_target("lumina_host", level)
        .with_target("lumina", level)
        .with_targets(QUIET.map(|(target, most)| (target, level.min(most))))
}

#[cfg(test)]
mod tests;
