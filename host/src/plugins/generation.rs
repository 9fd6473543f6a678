//! One loaded copy of a plugin, as the host holds it: no pointer into the library.
//!
//! A copy that is dropped ends by itself: its thread is told to leave and the reaper takes the rest.

use lumina_plugin_api::{
    descriptor::Descriptor,
    message::{Request, Response},
};
use std::{
    fmt,
    future::Future,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{Builder, JoinHandle},
    time::Duration,
};
use tokio::{sync::oneshot, time::timeout};

use super::{
    busy::{Errand, Stuck},
    error::{CallError, LoadError},
    host_object::HostShared,
    host_side::Caller,
    inbox::{Call, Failure, Message, Outcome},
    library::{Closed, OpenLibrary},
    reaper::{Reaper, Remains},
    relay::{Relay, WakeLine},
    shadow::ShadowFile,
    thread::{Birth, live},
};

/// The longest name that the kernel keeps for a thread.
const THREAD_NAME_BYTES_MAX: usize = 15;

/// Distinguishes the threads of all plugins of this process.
static THREADS: AtomicU64 = AtomicU64::new(0);

/// One loaded copy of a plugin.
pub(super) struct Generation {
    shared: Arc<HostShared>,
    version: String,
    thread_name: Arc<str>,
    reaper: Reaper,
    body: Mutex<Option<Body>>,
    /// The latest deadline of the calls it was given, by the host's clock.
    last_deadline: Mutex<Duration>,
}

/// What the reaper will need.
struct Body {
    thread: JoinHandle<()>,
    library: Arc<OnceLock<OpenLibrary>>,
    shadow: ShadowFile,
}

/// What a copy is made of.
pub(super) struct Conception {
    /// Its version, by its manifest.
    pub(super) version: String,
    /// Its working copy.
    pub(super) shadow: ShadowFile,
    /// The host's side of it.
    pub(super) shared: Arc<HostShared>,
    /// The way to its wake thread.
    pub(super) wakes: (Arc<WakeLine>, std::sync::mpsc::Receiver<Arc<Relay>>),
    /// Who takes what it leaves behind.
    pub(super) reaper: Reaper,
}

/// What a new copy tells of itself.
pub(super) struct FirstWords {
    /// Told when the library was mapped and checked.
    pub(super) opened: oneshot::Receiver<Result<(), LoadError>>,
    /// Told what the plugin declares.
    pub(super) described: oneshot::Receiver<Result<Descriptor, LoadError>>,
}

impl Generation {
    /// Starts the thread of a new copy, which maps the library and asks what it declares.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn begin(conception: Conception) -> Result<(Arc<Self>, FirstWords), LoadError> {
        let Conception { version, shadow, shared, wakes, reaper } = conception;
        let library = Arc::new(OnceLock::new());
        let (opened, opened_receiver) = oneshot::channel();
        let (described, described_receiver) = oneshot::channel();
        let path = shadow.path().to_owned();
        let thread_name = thread_name(&shared.plugin);
        let birth = Birth {
            path,
            library: library.clone(),
            shared: shared.clone(),
            thread_name: thread_name.clone(),
            wakes,
            watchdog: reaper.watchdog().clone(),
            opened,
            described,
        };
        let thread = Builder::new().name(thread_name.to_string()).spawn(move || live(birth));
        let thread = thread.map_err(LoadError::Thread)?;
        let body = Mutex::new(Some(Body { thread, library, shadow }));
        let words = FirstWords { opened: opened_receiver, described: described_receiver };
        Ok((
            Arc::new(Self {
                shared,
                version,
                thread_name,
                reaper,
                body,
                last_deadline: Mutex::default(),
            }),
            words,
        ))
    }

    /// Returns the plugin's name.
    pub(super) fn name(&self) -> &Arc<str> {
        &self.shared.plugin
    }

    /// Returns the name of its thread, unique in this process.
    pub(super) fn thread_name(&self) -> &Arc<str> {
        &self.thread_name
    }

    /// Returns which copy it is.
    pub(super) fn number(&self) -> u64 {
        self.shared.generation
    }

    /// Returns its version, by its manifest.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Returns what it declares, once it did.
    pub(super) fn descriptor(&self) -> Option<&Arc<Descriptor>> {
        self.shared.descriptor.get()
    }

    /// Notes what it declares.
    pub(super) fn set_descriptor(&self, descriptor: Descriptor) {
        self.shared.descriptor.get_or_init(|| Arc::new(descriptor));
    }

    /// Returns the copy as the rest of the host knows it, once it has declared itself.
    pub(super) fn caller(&self) -> Option<Caller> {
        self.shared.caller()
    }

    /// Returns what its thread does not come back from.
    pub(super) fn stuck(&self) -> Option<Stuck> {
        self.shared.stuck()
    }

    /// Whether the system's loader has its library and has not given it back yet.
    pub(super) fn is_being_mapped(&self) -> bool {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        body.as_ref().is_some_and(|body| body.library.get().is_none() && !body.thread.is_finished())
    }

    /// Sends a message to its thread; returns false if the thread takes nothing more.
    pub(super) fn tell(&self, message: Message) -> bool {
        self.shared.inbox.push(message).is_ok()
    }

    /// Gives its thread a call; returns false if the thread takes nothing more.
    pub(super) fn give(&self, call: Call) -> bool {
        let mut last = self.last_deadline.lock().unwrap_or_else(PoisonError::into_inner);
        *last = call.until.max(*last);
        drop(last);
        self.tell(Message::Call(call))
    }

    /// Returns when the last of the calls that it was given is waited for no more, by the host's clock.
    pub(super) fn last_deadline(&self) -> Duration {
        *self.last_deadline.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the plugin; None if its thread has ended.
    pub(super) async fn create(&self, request: Vec<u8>) -> Option<Result<(), Failure>> {
        let (reply, made) = oneshot::channel();
        self.tell(Message::Create { request, reply });
        made.await.ok()
    }

    /// Returns what this very copy answers, within `limit` of real time.
    ///
    /// # Errors
    /// As any call.
    pub(super) async fn ask(
        &self,
        request: &Request,
        limit: Duration,
    ) -> Result<Response, CallError> {
        let plugin = &self.shared.plugin;
        let (call, answered) = call(request)
            .map_err(|source| CallError::Request { plugin: plugin.clone(), source })?;
        self.tell(Message::Call(call));
        self.read(answered, limit, false).await
    }

    /// Returns what came through `answered` within `limit` of real time. Whether the copy serves is told
    /// where its thread does not come back.
    ///
    /// # Errors
    /// As any call.
    pub(super) async fn read(
        &self,
        answered: oneshot::Receiver<Outcome>,
        limit: Duration,
        is_serving: bool,
    ) -> Result<Response, CallError> {
        let plugin = &self.shared.plugin;
        match timeout(limit, answered).await {
            Err(_) => Err(CallError::Late {
                plugin: plugin.clone(),
                deadline: limit,
                stuck: self.stuck().map(|stuck| Stuck { is_serving, ..stuck }),
            }),
            Ok(Err(_)) => Err(CallError::Ended { plugin: plugin.clone() }),
            Ok(Ok(outcome)) => outcome.into_answer().map(|answer| answer.response),
        }
    }

    /// Waits until its thread answers a message; returns false if it did not within `limit`.
    pub(super) async fn react(
        &self,
        message: fn(oneshot::Sender<()>) -> Message,
        limit: Duration,
    ) -> bool {
        let (reply, done) = oneshot::channel();
        self.tell(message(reply));
        matches!(timeout(limit, done).await, Ok(Ok(())))
    }

    /// Lets its thread leave, and the reaper take the rest when it has. None if that was done before.
    pub(super) fn bury(&self) -> Option<impl Future<Output = Option<Closed>> + use<>> {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        self.shared.is_over.store(true, Ordering::Release);
        self.tell(Message::End);
        let (closed, given_back) = oneshot::channel();
        let Body { thread, library, shadow } = body;
        let (plugin, thread_name) = (self.shared.plugin.clone(), self.thread_name.clone());
        self.reaper.take(Remains { plugin, thread, thread_name, library, shadow, closed });
        Some(async { given_back.await.ok() })
    }
}

impl Drop for Generation {
    fn drop(&mut self) {
        drop(self.bury());
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.shared.plugin, self.number())
    }
}

/// Returns a call of the host's own and where its outcome comes out.
pub(super) fn call(
    request: &Request,
) -> Result<(Call, oneshot::Receiver<Outcome>), serde_json::Error> {
    let (errand, request) = (Errand::of(request), serde_json::to_vec(request)?);
    let (reply, answered) = oneshot::channel();
    Ok((Call { request, errand, reply, until: Duration::ZERO }, answered))
}

/// Returns a name that no other thread of this process has or had, as the kernel keeps it.
fn thread_name(plugin: &str) -> Arc<str> {
    let mut name = format!("p{}-{plugin}", THREADS.fetch_add(1, Ordering::Relaxed));
    name.truncate(THREAD_NAME_BYTES_MAX);
    name.into()
}
