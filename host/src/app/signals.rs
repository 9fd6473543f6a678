//! What the system tells the host: to end, to end at once, to read the settings again.

use crate::plugins;
use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{info, warn};

/// What a shell adds to the number of the signal that ended a program.
const ENDED_BY: u8 = 128;

/// Resolves at the first SIGTERM or Ctrl-C. A second one ends the process as it is.
///
/// # Errors
/// If the system does not let us listen.
pub(super) fn asked_to_end() -> Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    Ok(async move {
        either(&mut term, &mut interrupt).await;
        info!("asked to end; a second signal ends at once");
        tokio::spawn(async move {
            let second = either(&mut term, &mut interrupt).await;
            warn!("asked twice: ended at once");
            let number = u8::try_from(second.as_raw_value()).expect("signals have small numbers");
            plugins::end_process(ENDED_BY + number);
        });
    })
}

/// SIGHUP, which would end a process that does not listen for it.
pub(super) struct Hangups(Signal);

impl Hangups {
    /// Listens from now on; one that comes early is acted on later.
    ///
    /// # Errors
    /// If the system does not let us listen.
    pub(super) fn listen() -> Result<Self> {
        signal(SignalKind::hangup()).map(Self).context("cannot listen for SIGHUP")
    }

    /// Calls `read_again` at each, for ever.
    pub(super) async fn each(&mut self, read_again: impl Fn()) {
        while self.0.recv().await.is_some() {
            read_again();
        }
    }
}

async fn either(term: &mut Signal, interrupt: &mut Signal) -> SignalKind {
    tokio::select! {
        _ = term.recv() => SignalKind::terminate(),
        _ = interrupt.recv() => SignalKind::interrupt(),
    }
}
