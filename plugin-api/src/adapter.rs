//! Between the author's trait and the border: reads and writes the bytes, and lets no panic out.
//!
//! Every way into the author's code goes through [`catch_unwind`]: the call, each poll, each drop. Nothing
//! here may keep a thread-local with a destructor, nor a static that [`fini`] does not empty.

use crate::{
    abi::{
        Bytes, CreateFuture, FfiFuture, HostBox, Identity, PluginBox, RawFuture, RawPlugin,
        RawPlugin_TO, RawResult,
    },
    context::Ctx,
    error::{Error, ErrorKind, Result},
    message::{Request, Response},
    plugin::Plugin,
};
use abi_stable::{
    sabi_trait::TD_Opaque,
    std_types::{RErr, ROk, RResult, RSlice, RStr},
};
use async_ffi::FutureExt;
use std::{
    any::Any,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

/// Where the last panic of this library happened. Emptied by [`fini`].
static LAST_PANIC_LOCATION: Mutex<Option<String>> = Mutex::new(None);

/// A future that unwinds neither when it is polled nor when it is dropped.
pub(crate) struct Guarded<F> {
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Guarded<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Some(Box::pin(future)) }
    }
}

impl<F: Future> Future for Guarded<F> {
    type Output = Result<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = self.future.as_mut() else {
            return Poll::Ready(Err(Error::new(ErrorKind::Panic).detail("polled after its end")));
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match outcome {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => {
                drop_quietly(self.future.take());
                Poll::Ready(Ok(output))
            }
            Err(payload) => {
                drop_quietly(self.future.take());
                Poll::Ready(Err(panic_error(payload)))
            }
        }
    }
}

impl<F> Drop for Guarded<F> {
    fn drop(&mut self) {
        drop_quietly(self.future.take());
    }
}

/// Drops a value of the author; a panic in its destructor ends here.
fn drop_quietly<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(move || drop(value))) {
        drop_payload(payload);
    }
}

/// Drops what a panic carried; that may panic once more, and then is left where it is.
fn drop_payload(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        std::mem::forget(second);
    }
}

fn panic_error(payload: Box<dyn Any + Send>) -> Error {
    let text = panic_text(&*payload).to_owned();
    drop_payload(payload);
    let location = LAST_PANIC_LOCATION.lock().unwrap_or_else(PoisonError::into_inner).take();
    let at = location.map(|location| format!(" at {location}")).unwrap_or_default();
    Error::new(ErrorKind::Panic).detail(format!("panicked{at}: {text}"))
}

fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let own = || payload.downcast_ref::<String>().map(String::as_str);
    let text = payload.downcast_ref::<&str>().copied().or_else(own);
    text.unwrap_or("a panic without a text")
}

fn to_bytes(message: &impl serde::Serialize) -> Bytes {
    serde_json::to_vec(message).unwrap_or_default().into()
}

fn to_raw<T: serde::Serialize>(result: Result<T>) -> RawResult {
    match result {
        Ok(answer) => ROk(to_bytes(&answer)),
        Err(error) => RErr(to_bytes(&error)),
    }
}

struct Adapter<P> {
    /// Always there, until the drop.
    plugin: Option<Arc<P>>,
    ctx: Ctx,
}

impl<P> Drop for Adapter<P> {
    fn drop(&mut self) {
        drop_quietly(self.plugin.take());
    }
}

impl<P: Plugin> RawPlugin for Adapter<P> {
    fn call(&self, request: RSlice<'_, u8>) -> RawFuture {
        let parsed = catch_unwind(|| Request::read(request.as_slice()));
        let request = match parsed {
            Ok(Ok(request)) => request,
            Ok(Err(error)) => {
                let error = Error::new(ErrorKind::Unsupported).detail(error.to_string());
                return std::future::ready(RErr(to_bytes(&error))).into_ffi();
            }
            Err(payload) => {
                return std::future::ready(RErr(to_bytes(&panic_error(payload)))).into_ffi();
            }
        };
        let (plugin, ctx) = (self.plugin.clone(), self.ctx.clone());
        let answer = Guarded::new(async move {
            match plugin {
                Some(plugin) => answer(&*plugin, ctx, request).await,
                None => Err(Error::internal("the plugin has ended")),
            }
        });
        async move { to_raw(answer.await.and_then(|answered| answered)) }.into_ffi()
    }

    fn shutdown(&self) -> FfiFuture<()> {
        let plugin = self.plugin.clone();
        let ending = Guarded::new(async move {
            if let Some(plugin) = plugin {
                plugin.shutdown().await;
            }
        });
        async move {
            // The panic hook has told the log already.
            let _ = ending.await;
        }
        .into_ffi()
    }
}

async fn answer<P: Plugin>(plugin: &P, ctx: Ctx, request: Request) -> Result<Response> {
    Ok(match request {
        Request::Start {} => done(plugin.start(ctx).await)?,
        Request::Save {} => Response::Saved(plugin.save(ctx).await?),
        Request::Restore { state } => done(plugin.restore(ctx, state).await)?,
        Request::Command(call) => Response::Reply(Box::new(plugin.command(ctx, *call).await?)),
        Request::Autocomplete(call) => Response::Choices(plugin.autocomplete(ctx, *call).await?),
        Request::Component(press) => {
            Response::Reply(Box::new(plugin.component(ctx, *press).await?))
        }
        Request::Modal(submit) => Response::Reply(Box::new(plugin.modal(ctx, *submit).await?)),
        Request::Event(event) => done(plugin.event(ctx, event).await)?,
        Request::Export { user } => Response::Exported(plugin.export(ctx, user).await?),
        Request::Delete { user } => done(plugin.delete(ctx, user).await)?,
        Request::Unknown(request) => {
            let detail = format!("this version does not know the request {}", name_of(&request));
            return Err(Error::new(ErrorKind::Unsupported).detail(detail));
        }
    })
}

fn done(result: Result<()>) -> Result<Response> {
    result.map(|()| Response::Done {})
}

fn name_of(request: &serde_json::Value) -> &str {
    let keys = request.as_object().and_then(|object| object.keys().next());
    keys.map_or("?", String::as_str)
}

/// First call into a library: from here on panics are told to the host instead of standard error.
pub(crate) extern "C" fn init(host: HostBox) {
    std::panic::set_hook(Box::new(move |info| {
        let Some(location) = info.location() else { return };
        let location = format!("{}:{}", location.file(), location.line());
        let line = format!("panic at {location}: {}", panic_text(info.payload()));
        host.log(1, RStr::from("panic"), RStr::from(line.as_str()));
        let mut last = LAST_PANIC_LOCATION.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(location);
    }));
}

/// Last call into a library: gives back what [`init`] took.
pub(crate) extern "C" fn fini() {
    let ended = catch_unwind(|| {
        drop(std::panic::take_hook());
        LAST_PANIC_LOCATION.lock().unwrap_or_else(PoisonError::into_inner).take();
    });
    if let Err(payload) = ended {
        drop_payload(payload);
    }
}

/// Returns what the plugin declares, under the name and version of its package.
pub(crate) extern "C" fn descriptor<P: Plugin + Identity>() -> RawResult {
    let declared = catch_unwind(P::descriptor).map_err(panic_error);
    to_raw(declared.map(|mut descriptor| {
        descriptor.name = P::NAME.to_owned();
        descriptor.version = P::VERSION.to_owned();
        descriptor
    }))
}

/// Makes the plugin.
pub(crate) extern "C" fn create<P: Plugin>(
    host: HostBox,
    _request: RSlice<'_, u8>,
) -> CreateFuture {
    let ctx = Ctx::new(host);
    let given = ctx.clone();
    let creating = Guarded::new(async move { P::create(given).await });
    async move {
        match creating.await.and_then(|created| created) {
            Ok(plugin) => ROk(boxed(plugin, ctx)),
            Err(error) => RErr(to_bytes(&error)),
        }
    }
    .into_ffi()
}

fn boxed<P: Plugin>(plugin: P, ctx: Ctx) -> PluginBox {
    RawPlugin_TO::from_value(Adapter { plugin: Some(Arc::new(plugin)), ctx }, TD_Opaque)
}

const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<RResult<PluginBox, Bytes>>();
};
