//! A host that a test writes: services are closures, time stands still until it is moved.

use crate::{
    abi::{FfiFuture, HostBox, RawFuture, RawHost, RawHost_TO},
    context::Ctx,
    error::{Error, ErrorKind, Result},
    services::{blob, clock, limits, lists},
    testing::FakeLists,
};
use abi_stable::{
    sabi_trait::TD_Opaque,
    std_types::{RArc, RErr, ROk, RSlice, RStr},
};
use async_ffi::FutureExt;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::HashMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

/// When a test begins, in milliseconds since 1970: 2026-01-01 UTC.
const START_MS: i64 = 1_767_225_600_000;

type Served = Arc<dyn Fn(&[u8]) -> Result<Vec<u8>> + Send + Sync>;

/// A host for tests. Cheap to clone; clones are the same host.
///
/// ```
/// use lumina_plugin_api::{prelude::*, services::catalogue, testing::TestHost};
/// let host = TestHost::new().serving(catalogue::NAME, |_: catalogue::Request| {
///     Err::<(), _>(Error::new(ErrorKind::Unavailable))
/// });
/// let ctx = host.ctx();
/// ```
#[derive(Clone)]
pub struct TestHost {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    now_ms: i64,
    sleepers: Vec<Waker>,
    services: HashMap<String, Served>,
    blobs: HashMap<String, Vec<u8>>,
    n_blobs_made: usize,
    background: Vec<FfiFuture<()>>,
    log: Vec<String>,
}

impl Default for TestHost {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TestHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestHost")
    }
}

impl TestHost {
    /// Makes a host whose clock, limits (which allow everything) and blobs work; every other service
    /// is [`ErrorKind::Unsupported`] until [`TestHost::serving`] gives it an answer.
    #[must_use]
    pub fn new() -> Self {
        let shared = Shared {
            now_ms: START_MS,
            sleepers: Vec::new(),
            services: HashMap::new(),
            blobs: HashMap::new(),
            n_blobs_made: 0,
            background: Vec::new(),
            log: Vec::new(),
        };
        let host = Self { shared: Arc::new(Mutex::new(shared)) };
        host.serving(limits::NAME, |_: limits::Request| Ok(limits::Verdict::default()))
    }

    /// Lets `answer` play the service `name`.
    #[must_use]
    pub fn serving<Q, A>(
        self,
        name: &str,
        answer: impl Fn(Q) -> Result<A> + Send + Sync + 'static,
    ) -> Self
    where
        Q: DeserializeOwned,
        A: Serialize,
    {
        let served: Served = Arc::new(move |request| {
            let request = serde_json::from_slice(request)?;
            Ok(serde_json::to_vec(&answer(request)?)?)
        });
        self.lock().services.insert(name.to_owned(), served);
        self
    }

    /// Lets `lists` play the service of that name.
    #[must_use]
    pub fn lists(self, lists: FakeLists) -> Self {
        let lists = Mutex::new(lists);
        self.serving(lists::NAME, move |request| {
            lists.lock().unwrap_or_else(PoisonError::into_inner).answer(request)
        })
    }

    /// Returns the handle that a plugin is given.
    #[must_use]
    pub fn ctx(&self) -> Ctx {
        Ctx::new(self.raw())
    }

    /// Returns the time of the host's clock, in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.lock().now_ms
    }

    /// Moves the clock; what slept long enough goes on.
    pub fn advance(&self, duration: Duration) {
        let sleepers = {
            let mut shared = self.lock();
            shared.now_ms += i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
            std::mem::take(&mut shared.sleepers)
        };
        sleepers.into_iter().for_each(Waker::wake);
    }

    /// Lets what the plugin spawned run as far as it can; returns how much of it is left.
    pub fn run_background(&self) -> usize {
        let mut running = std::mem::take(&mut self.lock().background);
        let mut context = Context::from_waker(Waker::noop());
        running.retain_mut(|future| Pin::new(future).poll(&mut context).is_pending());
        let mut shared = self.lock();
        shared.background.append(&mut running);
        shared.background.len()
    }

    /// Returns the lines that were logged so far: level, colon, text.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.lock().log.clone()
    }

    /// Returns the host as it stands at the border, for tests of the border.
    #[doc(hidden)]
    #[must_use]
    pub fn raw(&self) -> HostBox {
        RawHost_TO::from_ptr(RArc::new(self.clone()), TD_Opaque)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, name: &str, request: &[u8]) -> Result<Vec<u8>> {
        let served = self.lock().services.get(name).cloned();
        match (served, name) {
            (Some(served), _) => served(request),
            (None, clock::NAME) => Ok(serde_json::to_vec(&clock::Now::new(self.now_ms()))?),
            (None, blob::NAME) => self.blob(request),
            (None, _) => {
                Err(Error::new(ErrorKind::Unsupported).detail(format!("no service `{name}`")))
            }
        }
    }

    fn blob(&self, request: &[u8]) -> Result<Vec<u8>> {
        let (letter, content) = request.split_first().ok_or_else(|| Error::internal("empty"))?;
        let mut shared = self.lock();
        let id = String::from_utf8_lossy(content).into_owned();
        match *letter {
            blob::PUT => {
                let id = format!("blob-{}", shared.n_blobs_made);
                shared.n_blobs_made += 1;
                shared.blobs.insert(id.clone(), content.to_vec());
                Ok(id.into_bytes())
            }
            blob::GET => shared.blobs.get(&id).cloned().ok_or(Error::new(ErrorKind::NotFound)),
            _ => Ok(shared.blobs.remove(&id).map(|_| Vec::new()).unwrap_or_default()),
        }
    }
}

impl RawHost for TestHost {
    fn log(&self, level: u8, _target: RStr<'_>, message: RStr<'_>) {
        self.lock().log.push(format!("{level}: {message}"));
    }

    fn service(&self, name: RStr<'_>, request: RSlice<'_, u8>) -> RawFuture {
        let answer = match self.answer(name.as_str(), request.as_slice()) {
            Ok(answer) => ROk(answer.into()),
            Err(error) => RErr(serde_json::to_vec(&error).unwrap_or_default().into()),
        };
        std::future::ready(answer).into_ffi()
    }

    fn sleep(&self, millis: u64) -> FfiFuture<()> {
        let until_ms = self.now_ms().saturating_add_unsigned(millis);
        Sleep { host: self.clone(), until_ms }.into_ffi()
    }

    fn spawn(&self, future: FfiFuture<()>) -> bool {
        self.lock().background.push(future);
        true
    }
}

struct Sleep {
    host: TestHost,
    until_ms: i64,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut shared = self.host.lock();
        if shared.now_ms >= self.until_ms {
            return Poll::Ready(());
        }
        shared.sleepers.push(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn what_sleeps_goes_on_when_the_clock_is_moved() {
        let (host, woke) = (TestHost::new(), Arc::new(AtomicBool::new(false)));
        let (ctx, flag) = (host.ctx(), Arc::clone(&woke));
        host.ctx().spawn(async move {
            ctx.sleep(Duration::from_secs(60)).await;
            flag.store(true, Ordering::SeqCst);
        });
        assert_eq!(host.run_background(), 1);
        host.advance(Duration::from_secs(60));
        assert_eq!(host.run_background(), 0);
        assert!(woke.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn blobs_come_back_until_they_are_dropped() {
        let ctx = TestHost::new().ctx();
        let id = ctx.blob().put(b"png").await.unwrap();
        assert_eq!(ctx.blob().get(&id).await.unwrap(), b"png");
        ctx.blob().drop(&id).await.unwrap();
        assert_eq!(ctx.blob().get(&id).await.unwrap_err().kind, ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn the_name_of_a_dropped_blob_is_never_given_again() {
        let ctx = TestHost::new().ctx();
        let (first, second) = (ctx.blob().put(b"1").await.unwrap(), ctx.blob().put(b"2").await);
        ctx.blob().drop(&first).await.unwrap();
        ctx.blob().put(b"3").await.unwrap();
        assert_eq!(ctx.blob().get(&second.unwrap()).await.unwrap(), b"2");
    }
}
