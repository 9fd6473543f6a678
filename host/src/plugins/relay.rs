//! How a host operation wakes the plugin that waits for it.
//!
//! The plugin's own waker is code of the library. The host never stores it where one of its threads
//! could call or drop it: it lies in a [`Relay`], and the relay is what the host's operation wakes. The
//! wake is sent to the plugin's wake thread, which calls the plugin's waker. At the end all relays are
//! closed; a closed relay takes no waker any more, whoever polls.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    task::{Context, Poll, Wake, Waker},
};
use tokio::{sync::oneshot, task::AbortHandle};

/// The way to a plugin's wake thread.
#[derive(Debug)]
pub(super) struct WakeLine {
    sender: Mutex<Option<Sender<Arc<Relay>>>>,
}

/// The waker that the host holds in a plugin's place.
#[derive(Debug)]
pub(super) struct Relay {
    plugin_waker: Mutex<PluginWaker>,
    line: Arc<WakeLine>,
}

#[derive(Debug)]
enum PluginWaker {
    Open(Option<Waker>),
    Closed,
}

/// The relays of one plugin.
#[derive(Debug)]
pub(super) struct Relays {
    line: Arc<WakeLine>,
    /// None when no operation may begin any more.
    open: Mutex<Option<OpenRelays>>,
}

#[derive(Debug, Default)]
struct OpenRelays {
    next: u64,
    by_number: HashMap<u64, Arc<Relay>>,
}

/// A host operation as a plugin waits for it; comes to nothing if the operation or the plugin ended.
pub(super) struct HostFuture<T> {
    answer: oneshot::Receiver<T>,
    task: AbortHandle,
    relay: Arc<Relay>,
    number: u64,
    relays: Arc<Relays>,
}

impl WakeLine {
    /// Makes a line and the end of it for the wake thread.
    pub(super) fn new() -> (Arc<Self>, Receiver<Arc<Relay>>) {
        let (sender, receiver) = mpsc::channel();
        (Arc::new(Self { sender: Mutex::new(Some(sender)) }), receiver)
    }

    /// Lets the wake thread end after what was sent already.
    pub(super) fn close(&self) {
        self.sender().take();
    }

    fn send(&self, relay: Arc<Relay>) {
        if let Some(sender) = &*self.sender() {
            // Without a receiver the plugin has ended.
            let _ = sender.send(relay);
        }
    }

    fn sender(&self) -> MutexGuard<'_, Option<Sender<Arc<Relay>>>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Relay {
    /// Calls the plugin's waker. Belongs on the plugin's wake thread.
    pub(super) fn fire(&self) {
        let waker = match &mut *self.plugin_waker() {
            PluginWaker::Open(waker) => waker.take(),
            PluginWaker::Closed => None,
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes the plugin's waker in; returns false if the relay is closed. Belongs on the plugin's threads.
    fn arm(&self, waker: &Waker) -> bool {
        let fresh = PluginWaker::Open(Some(waker.clone()));
        let mut kept = self.plugin_waker();
        if matches!(*kept, PluginWaker::Closed) {
            drop(kept);
            return false;
        }
        let former = std::mem::replace(&mut *kept, fresh);
        drop(kept);
        drop(former);
        true
    }

    /// Drops the plugin's waker and takes none any more. Belongs on the plugin's threads.
    fn close(&self) {
        let former = std::mem::replace(&mut *self.plugin_waker(), PluginWaker::Closed);
        drop(former);
    }

    fn plugin_waker(&self) -> MutexGuard<'_, PluginWaker> {
        self.plugin_waker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        let line = self.line.clone();
        line.send(self);
    }
}

impl Relays {
    /// Makes the relays of a plugin whose wake thread is at the end of `line`.
    pub(super) fn new(line: Arc<WakeLine>) -> Self {
        Self { line, open: Mutex::new(Some(OpenRelays::default())) }
    }

    /// Returns `answer` as a future for the plugin; dropping it aborts `task`. None if there are
    /// `relays_max` already, or the plugin is ending.
    pub(super) fn future<T>(
        self: &Arc<Self>,
        relays_max: usize,
        begin: impl FnOnce() -> (oneshot::Receiver<T>, AbortHandle),
    ) -> Option<HostFuture<T>> {
        let relay = Arc::new(Relay {
            plugin_waker: Mutex::new(PluginWaker::Open(None)),
            line: self.line.clone(),
        });
        let number = self.enter(relay.clone(), relays_max)?;
        let (answer, task) = begin();
        Some(HostFuture { answer, task, relay, number, relays: self.clone() })
    }

    /// Whether one more operation may begin beside fewer than `relays_max`.
    pub(super) fn has_room(&self, relays_max: usize) -> bool {
        self.open().as_ref().is_some_and(|open| open.by_number.len() < relays_max)
    }

    /// Closes every relay; no operation can begin afterwards. Belongs on the plugin's thread.
    pub(super) fn close(&self) {
        let open = self.open().take().unwrap_or_default();
        open.by_number.values().for_each(|relay| relay.close());
    }

    fn enter(&self, relay: Arc<Relay>, relays_max: usize) -> Option<u64> {
        let mut open = self.open();
        let open = open.as_mut()?;
        if open.by_number.len() >= relays_max {
            return None;
        }
        open.next += 1;
        open.by_number.insert(open.next, relay);
        Some(open.next)
    }

    fn leave(&self, number: u64) {
        if let Some(open) = self.open().as_mut() {
            open.by_number.remove(&number);
        }
    }

    fn open(&self) -> MutexGuard<'_, Option<OpenRelays>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Future for HostFuture<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        if !self.relay.arm(context.waker()) {
            return Poll::Ready(None);
        }
        let waker = Waker::from(self.relay.clone());
        let mut context = Context::from_waker(&waker);
        Pin::new(&mut self.answer).poll(&mut context).map(Result::ok)
    }
}

impl<T> Drop for HostFuture<T> {
    fn drop(&mut self) {
        self.task.abort();
        self.relay.close();
        self.relays.leave(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn begin(answer: oneshot::Receiver<u8>) -> (oneshot::Receiver<u8>, AbortHandle) {
        (answer, tokio::spawn(std::future::pending::<()>()).abort_handle())
    }

    #[tokio::test]
    async fn a_wake_takes_the_line_and_a_closed_relay_keeps_no_waker() {
        let (line, received) = WakeLine::new();
        let relays = Arc::new(Relays::new(line));
        let (sender, answer) = oneshot::channel();
        let mut future = relays.future(1, || begin(answer)).unwrap();
        let counter = Arc::new(Counter::default());
        let waker = Waker::from(counter.clone());
        let mut context = Context::from_waker(&waker);
        assert!(Pin::new(&mut future).poll(&mut context).is_pending());

        sender.send(7).unwrap();
        assert_eq!(
            counter.0.load(Ordering::SeqCst),
            0,
            "the host must not call the plugin's waker"
        );
        received.try_recv().unwrap().fire();
        assert_eq!(counter.0.load(Ordering::SeqCst), 1);
        assert_eq!(Pin::new(&mut future).poll(&mut context), Poll::Ready(Some(7)));

        relays.close();
        assert_eq!(Pin::new(&mut future).poll(&mut context), Poll::Ready(None));
        drop(waker);
        assert_eq!(Arc::strong_count(&counter), 1, "no relay holds the waker any more");
    }

    #[tokio::test]
    async fn relays_are_counted_and_refused_at_the_end() {
        let (line, _received) = WakeLine::new();
        let relays = Arc::new(Relays::new(line));
        let first = relays.future(1, || begin(oneshot::channel().1));
        assert!(first.is_some());
        assert!(relays.future(1, || begin(oneshot::channel().1)).is_none());
        drop(first);
        assert!(relays.future(1, || begin(oneshot::channel().1)).is_some());
        relays.close();
        assert!(relays.future(1, || begin(oneshot::channel().1)).is_none());
    }
}
