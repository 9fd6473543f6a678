//! The host as a plugin holds it.
//!
//! Plugins may keep this object for ever: it holds nothing that keeps their library alive, and after
//! [`HostShared::close`] it does nothing any more. No panic may leave these functions: it would end the
//! process at the border.

use abi_stable::{
    sabi_trait::TD_Opaque,
    std_types::{RArc, RErr, ROk, RSlice, RStr},
};
use async_ffi::{FfiFuture, FutureExt};
use lumina_plugin_api::{
    abi::{Bytes, HostBox, RawFuture, RawHost, RawHost_TO, RawResult},
    descriptor::Descriptor,
    error::{Error, ErrorKind},
    services::{blob, log::LINE_BYTES_MAX},
    text::Text,
};
use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Once, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::{runtime::Handle, sync::oneshot};

use super::{
    busy::{Busy, Stuck},
    host_side::{Caller, HostSide, LogLevel, LogLine},
    inbox::{Inbox, Message},
    limits::PluginLimits,
    relay::{HostFuture, Relays},
};
use crate::clock::Clock;

/// What one copy of a plugin shares with the host.
pub(super) struct HostShared {
    /// The plugin's name.
    pub(super) plugin: Arc<str>,
    /// Which copy it is.
    pub(super) generation: u64,
    /// What it declares, once it did.
    pub(super) descriptor: OnceLock<Arc<Descriptor>>,
    /// What its thread is busy with.
    pub(super) busy: Arc<Busy>,
    /// The way to its thread.
    pub(super) inbox: Arc<Inbox>,
    /// The host operations it waits for.
    pub(super) relays: Arc<Relays>,
    /// Its tasks beside the calls.
    pub(super) background: AtomicUsize,
    /// That a task of it was refused: told once, as it may run into its bound without end.
    pub(super) task_refused: Once,
    /// That a sleep of it was refused, likewise.
    pub(super) sleep_refused: Once,
    /// Whether the host has ended it: a thread that comes back late is given nothing any more.
    pub(super) is_over: AtomicBool,
    /// Where host operations run.
    pub(super) main: Handle,
    /// The rest of the host.
    pub(super) side: Arc<dyn HostSide>,
    /// The host's clock.
    pub(super) clock: Clock,
    /// Every bound.
    pub(super) limits: Arc<PluginLimits>,
}

#[derive(Clone)]
struct HostObject(Arc<HostShared>);

/// Returns the host as a plugin holds it.
pub(super) fn host_box(shared: Arc<HostShared>) -> HostBox {
    RawHost_TO::from_ptr(RArc::new(HostObject(shared)), TD_Opaque)
}

impl HostShared {
    /// Writes a line to the log in the plugin's name.
    pub(super) fn log(&self, level: LogLevel, target: &str, message: &str) {
        let line = LogLine {
            plugin: &self.plugin,
            generation: self.generation,
            level,
            target,
            message: cut(message),
        };
        // A log that panics must not take the process with it; there is nowhere to tell it.
        let _ = catch_unwind(AssertUnwindSafe(|| self.side.log(line)));
    }

    /// Returns the copy as services know it, once it has declared itself.
    pub(super) fn caller(&self) -> Option<Caller> {
        let descriptor = self.descriptor.get()?.clone();
        Some(Caller { plugin: self.plugin.clone(), generation: self.generation, descriptor })
    }

    /// Returns what its thread does not come back from.
    pub(super) fn stuck(&self) -> Option<Stuck> {
        let (errand, lasting) = self.busy.for_at_least(self.limits.stuck_after)?;
        Some(Stuck { plugin: self.plugin.clone(), errand, lasting, is_serving: false })
    }

    /// Begins no operation any more and drops what wakes the plugin. Belongs on the plugin's thread.
    pub(super) fn close(&self) {
        self.relays.close();
    }

    /// Runs `work` as a task of the host; None if there are too many, or the plugin is ending.
    fn operate<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<HostFuture<T>> {
        if self.is_over.load(Ordering::Acquire) {
            return None;
        }
        self.relays.future(self.limits.services_max, || {
            let (sender, answer) = oneshot::channel();
            let task = self.main.spawn(async move {
                // Nobody waits any more if this fails.
                let _ = sender.send(work.await);
            });
            (answer, task.abort_handle())
        })
    }

    fn check_length(&self, name: &str, n_bytes: usize) -> Result<(), Error> {
        let is_file = name == blob::NAME;
        let limits = &self.limits;
        let max = if is_file { limits.blob_request_bytes } else { limits.message_bytes };
        let detail = || format!("a request of {n_bytes} bytes");
        match n_bytes <= max {
            true => Ok(()),
            false if is_file => {
                let message = Text::key("error-too-large");
                Err(Error::new(ErrorKind::Invalid).message(message).detail(detail()))
            }
            false => Err(Error::internal(detail())),
        }
    }

    /// Asks a service. What it knows without waiting is told at once, on the plugin's thread: that
    /// saves the changes of thread, which cost more than most answers.
    fn ask(&self, name: &str, request: &[u8]) -> Result<Asked, Error> {
        let caller = self.caller().ok_or_else(|| refused("no service before the declaration"))?;
        self.check_length(name, request.len())?;
        let too_many = || refused("too many services asked, or the plugin is ending");
        if self.is_over.load(Ordering::Acquire) || !self.relays.has_room(self.limits.services_max) {
            return Err(too_many());
        }
        let mut work = self.side.service(caller, name.to_owned(), request.to_vec());
        let first = {
            let _inside = self.main.enter();
            work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        };
        match first {
            Poll::Ready(answer) => Ok(Asked::Known(answer)),
            // Polled again as a task, which has a waker of its own.
            Poll::Pending => self.operate(work).map(Asked::Awaited).ok_or_else(too_many),
        }
    }

    /// As [`Self::ask`]; a service that panics is one that ended.
    fn ask_safely(&self, name: &str, request: &[u8]) -> Result<Asked, Error> {
        catch_unwind(AssertUnwindSafe(|| self.ask(name, request))).unwrap_or_else(|_| Err(ended()))
    }
}

type RawAnswer = Result<Vec<u8>, Error>;

/// A service that was asked.
enum Asked {
    Known(RawAnswer),
    Awaited(HostFuture<RawAnswer>),
}

impl RawHost for HostObject {
    fn log(&self, level: u8, target: RStr<'_>, message: RStr<'_>) {
        self.0.log(LogLevel::from_number(level), target.as_str(), message.as_str());
    }

    fn service(&self, name: RStr<'_>, request: RSlice<'_, u8>) -> RawFuture {
        let asked = self.0.ask_safely(name.as_str(), request.as_slice());
        async move {
            to_raw(match asked {
                Ok(Asked::Known(answer)) => answer,
                Ok(Asked::Awaited(answer)) => answer.await.unwrap_or_else(|| Err(ended())),
                Err(error) => Err(error),
            })
        }
        .into_ffi()
    }

    fn sleep(&self, millis: u64) -> FfiFuture<()> {
        let clock = self.0.clock.clone();
        let sleeping =
            self.0.operate(async move { clock.sleep(Duration::from_millis(millis)).await });
        if sleeping.is_none() {
            let words = "sleep refused: too many, or the plugin is ending";
            self.0.sleep_refused.call_once(|| self.0.log(LogLevel::Warn, "host", words));
        }
        async move {
            if let Some(sleeping) = sleeping {
                sleeping.await;
            }
        }
        .into_ffi()
    }

    fn spawn(&self, future: FfiFuture<()>) -> bool {
        if self.0.background.fetch_add(1, Ordering::AcqRel) >= self.0.limits.background_max {
            self.0.background.fetch_sub(1, Ordering::AcqRel);
            let words = "task refused: too many run beside the calls";
            self.0.task_refused.call_once(|| self.0.log(LogLevel::Warn, "host", words));
            return false;
        }
        // A refused message is dropped here, on the plugin's thread that called.
        let sent = self.0.inbox.push(Message::Spawn(future)).is_ok();
        if !sent {
            self.0.background.fetch_sub(1, Ordering::AcqRel);
        }
        sent
    }
}

fn to_raw(answer: RawAnswer) -> RawResult {
    match answer {
        Ok(bytes) => ROk(bytes.into()),
        Err(error) => RErr(to_bytes(&error)),
    }
}

fn ended() -> Error {
    refused("the service ended, or the plugin is ending")
}

fn refused(detail: &str) -> Error {
    Error::new(ErrorKind::Unavailable).detail(detail)
}

fn to_bytes(error: &Error) -> Bytes {
    serde_json::to_vec(error).unwrap_or_default().into()
}

/// Returns as much of a line as is kept.
fn cut(line: &str) -> &str {
    &line[..line.floor_char_boundary(LINE_BYTES_MAX)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let line = "é".repeat(LINE_BYTES_MAX);
        assert_eq!(cut(&line).len(), LINE_BYTES_MAX);
        let odd = format!("x{line}");
        assert_eq!(cut(&odd).len(), LINE_BYTES_MAX - 1);
        assert_eq!(cut("short"), "short");
    }
}
