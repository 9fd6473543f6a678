//! The thread on which a plugin lives, and the second one that wakes it.
//!
//! Everything of the library happens here: mapping, calls, polls, drops, and the conversion of its bytes
//! to bytes of the host. When [`live`] returns nothing of the library is reachable any more, except from
//! threads that the plugin started itself. There are no timers here: who waits for this thread waits
//! with a bound, and drops the receiver when it gives up.

use abi_stable::std_types::{RErr, ROk, RResult, RSlice};
use lumina_plugin_api::{
    abi::{Bytes, PluginBox, PluginModRef, RawResult},
    descriptor::Descriptor,
    error::Error as PluginError,
    services::log::LINE_BYTES_MAX,
};
use std::{
    cell::RefCell,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    rc::Rc,
    sync::{Arc, OnceLock, atomic::Ordering, mpsc::Receiver},
    thread::{Builder, JoinHandle},
};
use tokio::{
    runtime,
    sync::oneshot,
    task::{JoinSet, LocalSet},
};

use super::{
    busy::Errand,
    error::{Cause, LoadError},
    host_object::{HostShared, host_box},
    host_side::LogLevel,
    inbox::{Call, Failure, Message, Outcome},
    library::OpenLibrary,
    relay::{Relay, WakeLine},
    watchdog::{Doing, Watchdog},
};

/// The wake thread calls wakers only.
const WAKE_STACK_BYTES: usize = 256 * 1024;

/// What a plugin's thread begins with.
pub(super) struct Birth {
    /// The working copy to map.
    pub(super) path: PathBuf,
    /// Where the mapped library is left for who closes it.
    pub(super) library: Arc<OnceLock<OpenLibrary>>,
    /// The host's side.
    pub(super) shared: Arc<HostShared>,
    /// Its name.
    pub(super) thread_name: Arc<str>,
    /// The way to the wake thread, and its end.
    pub(super) wakes: (Arc<WakeLine>, Receiver<Arc<Relay>>),
    /// Told while the library is being mapped.
    pub(super) watchdog: Watchdog,
    /// Told when the library was mapped and checked.
    pub(super) opened: oneshot::Sender<Result<(), LoadError>>,
    /// Told what the plugin declares.
    pub(super) described: oneshot::Sender<Result<Descriptor, LoadError>>,
}

/// The whole life of a plugin's thread.
pub(super) fn live(birth: Birth) {
    let Birth { path, library, shared, thread_name, wakes, watchdog, opened, described } = birth;
    let (line, wakes) = wakes;
    let mapping = watchdog.watch(&shared.plugin, &thread_name, Doing::Opening);
    let root = open(&path, &library);
    drop(mapping);
    let root = match root {
        Ok(root) => root,
        Err(error) => {
            let _ = opened.send(Err(error));
            return shared.inbox.close();
        }
    };
    (root.init())(host_box(shared.clone()));
    let _ = opened.send(Ok(()));
    let _ = described.send(describe(root, shared.limits.message_bytes));
    let waker = start_waker(wakes);
    // Whatever happens in there, what follows must happen before the thread ends.
    let served = catch_unwind(AssertUnwindSafe(|| match waker {
        Some(_) => serve(root, &shared),
        None => shared.log(LogLevel::Error, "host", "no second thread can be started"),
    }));
    if served.is_err() {
        shared.log(LogLevel::Error, "host", "the host's part of the plugin's thread panicked");
    }
    shared.close();
    line.close();
    if let Some(waker) = waker {
        // A panic of the wake thread has ended it, which is all that is wanted.
        let _ = waker.join();
    }
    shared.inbox.close();
    (root.fini())();
}

fn open(path: &Path, library: &OnceLock<OpenLibrary>) -> Result<PluginModRef, LoadError> {
    // Kept before it is checked: also what fails the check must be closed by the reaper.
    let mapped = OpenLibrary::map(path)?;
    Ok(library.get_or_init(|| mapped).root()?)
}

fn describe(root: PluginModRef, bytes_max: usize) -> Result<Descriptor, LoadError> {
    match read_answer((root.descriptor())(), bytes_max) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(LoadError::Descriptor),
        Err(failure) => Err(LoadError::Describe(Cause(failure.into_error()))),
    }
}

/// Starts the wake thread. It has no name of its own, so that it inherits the plugin's.
fn start_waker(wakes: Receiver<Arc<Relay>>) -> Option<JoinHandle<()>> {
    let fire_all = move || wakes.iter().for_each(|relay| relay.fire());
    Builder::new().stack_size(WAKE_STACK_BYTES).spawn(fire_all).ok()
}

fn serve(root: PluginModRef, shared: &Arc<HostShared>) {
    let Ok(runtime) = runtime::Builder::new_current_thread().build() else {
        return shared.log(LogLevel::Error, "host", "no runtime can be made for the plugin");
    };
    let local = LocalSet::new();
    local.block_on(&runtime, Work::new(root, shared.clone()).run());
}

/// A plugin at work.
struct Work {
    root: PluginModRef,
    shared: Arc<HostShared>,
    plugin: Rc<RefCell<Option<Rc<PluginBox>>>>,
    calls: JoinSet<()>,
    background: JoinSet<()>,
    idle_waiters: Vec<oneshot::Sender<()>>,
}

impl Work {
    fn new(root: PluginModRef, shared: Arc<HostShared>) -> Self {
        Self {
            root,
            shared,
            plugin: Rc::default(),
            calls: JoinSet::new(),
            background: JoinSet::new(),
            idle_waiters: Vec::new(),
        }
    }

    async fn run(mut self) {
        let inbox = self.shared.inbox.clone();
        loop {
            tokio::select! {
                biased;
                message = inbox.next() => match message {
                    Message::End => break,
                    Message::Abort(done) => self.abort(done).await,
                    other => self.handle(other),
                },
                Some(_) = self.calls.join_next() => self.tell_idle(),
                Some(_) = self.background.join_next() => self.count_background_down(),
            }
        }
        self.calls.shutdown().await;
        self.end_tasks().await;
        let plugin = self.plugin.borrow_mut().take();
        let _visit = self.shared.busy.enter(&Arc::new(Errand::End));
        drop(plugin);
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Create { request, reply } => self.create(request, reply),
            Message::Call(call) => self.call(call),
            Message::Spawn(future) => {
                self.background.spawn_local(self.shared.busy.watched(Errand::Task, future));
            }
            Message::Hello(reply) => {
                // Who asked may have given up, here and below.
                let _ = reply.send(());
            }
            Message::Idle(reply) => {
                self.idle_waiters.push(reply);
                self.tell_idle();
            }
            Message::Shutdown(reply) => self.shutdown(reply),
            Message::Abort(_) | Message::End => {}
        }
    }

    fn create(&mut self, request: Vec<u8>, mut reply: oneshot::Sender<Result<(), Failure>>) {
        let (root, host) = (self.root, host_box(self.shared.clone()));
        let (place, descriptor) = (self.plugin.clone(), self.shared.descriptor.get().cloned());
        self.begin(Errand::Create, async move {
            tokio::select! {
                biased;
                created = (root.create())(host, RSlice::from_slice(&request)) => {
                    let made = keep(created, &place);
                    drop(reply.send(made.map_err(|failure| failure.in_words(descriptor.as_deref()))));
                }
                () = reply.closed() => {}
            }
        });
    }

    fn call(&mut self, call: Call) {
        let Call { request, errand, mut reply, .. } = call;
        let Some(plugin) = self.plugin.borrow().clone() else { return };
        let Some(copy) = self.shared.caller() else { return };
        if reply.is_closed() {
            return;
        }
        let bytes_max = self.shared.limits.message_bytes;
        self.begin(errand, async move {
            let answering = plugin.call(RSlice::from_slice(&request));
            tokio::select! {
                biased;
                answer = answering => {
                    let result = read_answer(answer, bytes_max);
                    drop(reply.send(Outcome { copy, result }));
                }
                () = reply.closed() => {}
            }
        });
    }

    fn shutdown(&mut self, mut reply: oneshot::Sender<()>) {
        let Some(plugin) = self.plugin.borrow().clone() else { return };
        self.begin(Errand::End, async move {
            tokio::select! {
                biased;
                () = plugin.shutdown() => drop(reply.send(())),
                () = reply.closed() => {}
            }
        });
    }

    /// Lets code of the plugin run as a call.
    fn begin(&mut self, errand: Errand, future: impl Future<Output = ()> + 'static) {
        self.calls.spawn_local(self.shared.busy.watched(errand, future));
    }

    /// Drops all calls and tasks here, on the plugin's thread.
    async fn abort(&mut self, done: oneshot::Sender<()>) {
        self.calls.shutdown().await;
        self.end_tasks().await;
        self.shared.background.store(0, Ordering::Release);
        self.tell_idle();
        let _ = done.send(());
    }

    /// Drops the tasks beside the calls. What was to be done later is not done: the log says how much it is.
    async fn end_tasks(&mut self) {
        while self.background.try_join_next().is_some() {}
        let n_tasks = self.background.len();
        if n_tasks > 0 {
            let words = format!("tasks that ended unfinished with this copy: {n_tasks}");
            self.shared.log(LogLevel::Info, "host", &words);
        }
        self.background.shutdown().await;
    }

    fn tell_idle(&mut self) {
        if self.calls.is_empty() {
            for waiter in self.idle_waiters.drain(..) {
                // Who waited may have given up.
                let _ = waiter.send(());
            }
        }
    }

    fn count_background_down(&self) {
        self.shared.background.fetch_sub(1, Ordering::AcqRel);
    }
}

fn keep(
    created: RResult<PluginBox, Bytes>,
    place: &RefCell<Option<Rc<PluginBox>>>,
) -> Result<(), Failure> {
    match created {
        ROk(plugin) => {
            *place.borrow_mut() = Some(Rc::new(plugin));
            Ok(())
        }
        RErr(error) => Err(read_error(&error.into_vec())),
    }
}

fn read_answer(answer: RawResult, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    match own(answer) {
        Ok(bytes) if bytes.len() > bytes_max => {
            Err(Failure::TooLong { bytes: bytes.len(), bytes_max })
        }
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(read_error(&error)),
    }
}

/// Takes bytes of the library over into bytes of the host.
fn own(answer: RawResult) -> Result<Vec<u8>, Vec<u8>> {
    match answer {
        ROk(bytes) => Ok(bytes.into_vec()),
        RErr(error) => Err(error.into_vec()),
    }
}

fn read_error(bytes: &[u8]) -> Failure {
    match serde_json::from_slice::<PluginError>(bytes) {
        Ok(mut error) => {
            // It ends in the log, as a line of the plugin's would.
            error.detail.truncate(error.detail.floor_char_boundary(LINE_BYTES_MAX));
            Failure::Error(error)
        }
        Err(source) => Failure::Unreadable(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plugin_says_of_its_fault_is_kept_as_far_as_a_line_of_the_log_goes() {
        for detail in ["é".repeat(1_500_000), format!("x{}", "é".repeat(LINE_BYTES_MAX))] {
            let bytes = serde_json::to_vec(&PluginError::internal(&detail)).unwrap();
            let Failure::Error(error) = read_error(&bytes) else { panic!("it is one") };
            assert!(error.detail.len() <= LINE_BYTES_MAX, "{} bytes", error.detail.len());
            assert!(error.detail.len() > LINE_BYTES_MAX - 4 && detail.starts_with(&error.detail));
        }
        let short = serde_json::to_vec(&PluginError::internal("short")).unwrap();
        let Failure::Error(error) = read_error(&short) else { panic!("it is one") };
        assert_eq!(error.detail, "short");
    }
}
