//! The one thread that closes libraries.
//!
//! A library may go when its plugin's thread has ended, with every thread-local destructor, and no thread
//! that inherited the plugin's thread name is left; what nobody can tell counts as left. The reaper waits for that without blocking on any
//! one, deletes the library's pthread keys, closes it, looks whether it is still mapped, removes the
//! working copy and gives free memory back. A thread that never ends leaves its library where it is.

use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{Builder, JoinHandle},
    time::Duration,
};
use tokio::sync::oneshot;
use tracing::warn;

use super::{
    heap,
    library::{Closed, OpenLibrary},
    proc_maps,
    shadow::ShadowFile,
    watchdog::{Doing, Watchdog},
};
use crate::chain::chain;

/// How soon the reaper looks again after something came.
const POLL_MIN: Duration = Duration::from_micros(200);
/// How often it looks for a thread that does not end.
const POLL_MAX: Duration = Duration::from_millis(100);

/// What a plugin leaves behind.
pub(super) struct Remains {
    /// Whose they are.
    pub(super) plugin: Arc<str>,
    /// Its thread.
    pub(super) thread: JoinHandle<()>,
    /// The name of its threads, unique in this process.
    pub(super) thread_name: Arc<str>,
    /// Its library, if it came to be mapped.
    pub(super) library: Arc<OnceLock<OpenLibrary>>,
    /// The library's working copy.
    pub(super) shadow: ShadowFile,
    /// Told when everything was given back.
    pub(super) closed: oneshot::Sender<Closed>,
}

/// The way to the reaper's thread, which ends with the last of them. What is not closed by then stays.
#[derive(Debug, Clone)]
pub(super) struct Reaper {
    sender: Sender<Remains>,
    tally: Arc<Tally>,
    is_last: Arc<AtomicBool>,
    watchdog: Watchdog,
}

/// What was given back so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBack {
    /// Copies of plugins that ended with all their threads.
    pub closed: u64,
    /// How many of them left nothing mapped.
    pub unmapped: u64,
    /// How many pthread keys of theirs were deleted.
    pub keys_deleted: u64,
}

#[derive(Debug, Default)]
struct Tally {
    closed: AtomicU64,
    unmapped: AtomicU64,
    keys_deleted: AtomicU64,
}

impl Reaper {
    /// Starts the reaper's thread.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn start() -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let tally = Arc::new(Tally::default());
        let watchdog = Watchdog::start()?;
        let is_last = Arc::new(AtomicBool::default());
        let at =
            Bench { tally: tally.clone(), is_last: is_last.clone(), watchdog: watchdog.clone() };
        Builder::new().name("reaper".to_owned()).spawn(move || reap(&receiver, &at))?;
        Ok(Self { sender, tally, is_last, watchdog })
    }

    /// Lets the libraries be that are given up from now on: they go with the process, and none of their
    /// destructors can hold it up.
    pub(super) fn leave_the_rest(&self) {
        self.is_last.store(true, Ordering::Relaxed);
    }

    /// Whether libraries are left to the end of the process.
    pub(super) fn leaves_the_rest(&self) -> bool {
        self.is_last.load(Ordering::Relaxed)
    }

    /// Returns who watches that the system's loader is not held for ever.
    pub(super) fn watchdog(&self) -> &Watchdog {
        &self.watchdog
    }

    /// Returns what was given back so far.
    pub(super) fn given_back(&self) -> GivenBack {
        GivenBack {
            closed: self.tally.closed.load(Ordering::Relaxed),
            unmapped: self.tally.unmapped.load(Ordering::Relaxed),
            keys_deleted: self.tally.keys_deleted.load(Ordering::Relaxed),
        }
    }

    /// Closes what a plugin leaves behind as soon as that is safe.
    pub(super) fn take(&self, remains: Remains) {
        if let Err(lost) = self.sender.send(remains) {
            // Cannot be: the thread ends only with the last sender. A leak is safe, a close here is not.
            std::mem::forget(lost);
        }
    }
}

impl Tally {
    fn add(&self, closed: Closed) {
        self.closed.fetch_add(1, Ordering::Relaxed);
        self.unmapped.fetch_add(u64::from(closed.unmapped), Ordering::Relaxed);
        self.keys_deleted.fetch_add(closed.keys_deleted as u64, Ordering::Relaxed);
    }
}

/// What the reaper works with.
struct Bench {
    tally: Arc<Tally>,
    is_last: Arc<AtomicBool>,
    watchdog: Watchdog,
}

impl Bench {
    fn close(&self, remains: Remains) {
        let _watched = self.watchdog.watch(&remains.plugin, &remains.thread_name, Doing::Closing);
        remains.close(self.is_last.load(Ordering::Relaxed), &self.tally);
    }
}

fn reap(receiver: &Receiver<Remains>, at: &Bench) {
    let mut waiting: Vec<Remains> = Vec::new();
    let mut is_blind = false;
    let mut pause = POLL_MIN;
    loop {
        match next(receiver, waiting.is_empty(), pause) {
            Ok(remains) => {
                waiting.push(remains);
                pause = POLL_MIN;
            }
            Err(RecvTimeoutError::Timeout) => pause = (pause * 2).min(POLL_MAX),
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let n_waiting = waiting.len();
        let mut sight = Ok(());
        for remains in waiting.extract_if(.., |remains| remains.are_cold(&mut sight)) {
            at.close(remains);
        }
        if waiting.len() < n_waiting {
            heap::give_back();
        }
        tell_blindness(&mut is_blind, &sight);
    }
}

fn next(
    receiver: &Receiver<Remains>,
    nothing_waits: bool,
    pause: Duration,
) -> Result<Remains, RecvTimeoutError> {
    if nothing_waits {
        receiver.recv().map_err(|_| RecvTimeoutError::Disconnected)
    } else {
        receiver.recv_timeout(pause)
    }
}

/// Tells the log, once each time, that nothing can be closed until the system answers again.
fn tell_blindness(was_blind: &mut bool, sight: &io::Result<()>) {
    if let Err(error) = sight
        && !*was_blind
    {
        warn!("it cannot be seen whether threads of plugins have ended: {}", chain(error));
    }
    *was_blind = sight.is_err();
}

impl Remains {
    /// Whether no thread of the plugin is left. It may be if that cannot be seen, which `sight` is told.
    fn are_cold(&self, sight: &mut io::Result<()>) -> bool {
        if !self.thread.is_finished() {
            return false;
        }
        let has_thread = proc_maps::has_thread(&self.thread_name);
        has_thread.map(|has| !has).unwrap_or_else(|error| {
            *sight = Err(error);
            false
        })
    }

    fn close(self, is_last: bool, tally: &Tally) {
        let Self { thread, library, shadow, closed, .. } = self;
        // A panic of the thread has ended it, which is all that is wanted.
        let _ = thread.join();
        let library = Arc::into_inner(library).and_then(OnceLock::into_inner);
        let outcome = match library {
            // Dropping it does not close it.
            Some(_) if is_last => Closed { unmapped: false, keys_deleted: 0 },
            Some(library) => library.close(),
            None => Closed { unmapped: true, keys_deleted: 0 },
        };
        // Counted before anybody can see that it is done.
        tally.add(outcome);
        drop(shadow);
        // Nobody may be waiting for it.
        let _ = closed.send(outcome);
    }
}
