//! Ends the process where the system's loader is held and nobody else can.
//!
//! While a library hangs in its constructor or destructor, each thread that first uses a thread-local
//! with a destructor waits for the loader too (glibc's `__cxa_thread_atexit_impl`): one of the runtime that
//! has not logged yet does so with its first line, and with it everything may stand still. The host ends
//! by itself where it can; this thread, which needs nothing of the loader, ends it where it cannot.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::Builder,
    time::{Duration, Instant},
};

use super::process_end::end_process_with;

/// How long the loader may be busy with one library, in real time. The host gives up after 10 s and [`GRACE`],
/// and has ended 9 s later, if it can.
const BUSY_MAX: Duration = Duration::from_secs(25);
/// How long a library that took too long may still come out: the whole process may have been paused
/// meanwhile, and goes on now.
pub(super) const GRACE: Duration = Duration::from_secs(1);
/// What the process ends with: a restart mends it.
pub(super) const FAILED: u8 = 1;

/// The way to the thread, which lives as long as the process.
#[derive(Debug, Clone)]
pub(super) struct Watchdog(Arc<Watched>);

#[derive(Debug, Default)]
struct Watched {
    uses: Mutex<Uses>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Uses {
    next: u64,
    /// The oldest first: that one holds the loader, and the others wait for it.
    under_way: BTreeMap<u64, Holder>,
}

/// One use of the loader.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    /// Whose library it is.
    pub(super) plugin: Arc<str>,
    /// The name of the copy's thread, unique in this process.
    pub(super) thread_name: Arc<str>,
    /// What is being done.
    pub(super) doing: Doing,
    /// Since when it may have had the loader, in real time: none was older from then on.
    since: Instant,
    /// What is said if it takes too long, made while memory can be had.
    last_words: Arc<str>,
}

/// What the loader is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// A library is being opened.
    Opening,
    /// A library is being closed.
    Closing,
}

/// The loader is being used until this is dropped.
#[derive(Debug)]
pub(super) struct Use<'a> {
    watched: &'a Watched,
    number: u64,
}

impl Watchdog {
    /// Starts the thread.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn start() -> io::Result<Self> {
        let watched = Arc::new(Watched::default());
        let theirs = Arc::clone(&watched);
        Builder::new().name("watchdog".to_owned()).spawn(move || theirs.watch())?;
        Ok(Self(watched))
    }

    /// Watches one use of the loader, for a copy of a plugin.
    #[expect(
        clippy::disallowed_methods,
        reason = "the loader is held in real time, not in a clock's"
    )]
    pub(super) fn watch(&self, plugin: &Arc<str>, thread_name: &Arc<str>, doing: Doing) -> Use<'_> {
        let last_words = format!(
            "lumina: the library of the plugin `{plugin}` holds the system's loader, and with it everything: \
             Lumina ends now, and has to be started again\n"
        );
        let busy = Holder {
            plugin: Arc::clone(plugin),
            thread_name: Arc::clone(thread_name),
            doing,
            since: Instant::now(),
            last_words: last_words.into(),
        };
        let mut uses = self.0.uses();
        let number = uses.next;
        uses.next += 1;
        uses.under_way.insert(number, busy);
        self.0.changed.notify_one();
        Use { watched: &self.0, number }
    }

    /// Returns who has the loader, if that lasts for `limit` already.
    pub(super) fn held_for(&self, limit: Duration) -> Option<Holder> {
        let uses = self.0.uses();
        let (_, oldest) = uses.under_way.first_key_value()?;
        (oldest.since.elapsed() >= limit).then(|| oldest.clone())
    }
}

impl Drop for Use<'_> {
    fn drop(&mut self) {
        self.watched.uses().end(self.number);
        self.watched.changed.notify_one();
    }
}

impl Watched {
    fn uses(&self) -> MutexGuard<'_, Uses> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) {
        let mut uses = self.uses();
        loop {
            let is_idle = |uses: &mut Uses| uses.under_way.is_empty();
            uses = self.changed.wait_while(uses, is_idle).unwrap_or_else(PoisonError::into_inner);
            let oldest = uses.oldest();
            let is_same = |uses: &mut Uses| uses.oldest() == oldest;
            let mut is_over = true;
            for limit in [BUSY_MAX, GRACE] {
                let waited = self.changed.wait_timeout_while(uses, limit, is_same);
                let (now, result) = waited.unwrap_or_else(PoisonError::into_inner);
                uses = now;
                is_over &= result.timed_out();
            }
            if let Some((_, busy)) = uses.under_way.first_key_value().filter(|_| is_over) {
                end_process_with(busy.last_words.as_bytes(), FAILED);
            }
        }
    }
}

impl Uses {
    /// Ends a use: the next one has the loader from now on.
    #[expect(
        clippy::disallowed_methods,
        reason = "the loader is held in real time, not in a clock's"
    )]
    fn end(&mut self, number: u64) {
        let was_oldest = self.oldest() == Some(number);
        self.under_way.remove(&number);
        if let Some(mut next) = self.under_way.first_entry().filter(|_| was_oldest) {
            next.get_mut().since = Instant::now();
        }
    }

    fn oldest(&self) -> Option<u64> {
        self.under_way.keys().next().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn who_waits_for_the_loader_does_not_hold_it() {
        const LIMIT: Duration = Duration::from_millis(10);
        let watchdog = Watchdog::start().unwrap();
        let names = ["search", "ping"].map(Arc::<str>::from);
        let [first, second] = &names;
        let closing = watchdog.watch(first, first, Doing::Closing);
        let opening = watchdog.watch(second, second, Doing::Opening);
        thread::sleep(LIMIT);
        let holder = watchdog.held_for(LIMIT).unwrap();
        assert_eq!((&holder.plugin, holder.doing), (first, Doing::Closing));
        drop(closing);
        let all_the_time = Duration::from_secs(60);
        assert!(watchdog.held_for(all_the_time).is_none());
        let since =
            |watchdog: &Watchdog| watchdog.0.uses().under_way.values().next().unwrap().since;
        assert!(since(&watchdog) > holder.since + LIMIT, "it waited until now");
        drop(opening);
        assert!(watchdog.held_for(Duration::ZERO).is_none());
    }
}
