//! From a file to a copy that could serve; what serves notices nothing.

use lumina_plugin_api::{
    abi::API_VERSION,
    descriptor::Descriptor,
    message::{Create, Previous},
};
use std::{
    future::Future,
    path::Path,
    sync::{
        Arc, Once, OnceLock,
        atomic::{AtomicBool, AtomicUsize},
    },
};
use tokio::{sync::oneshot, time::timeout};

use super::Lifecycle;
use crate::plugins::{
    busy::Busy,
    elf::Manifest,
    error::{Cause, LoadError, Step},
    generation::{Conception, FirstWords, Generation},
    host_object::HostShared,
    inbox::Inbox,
    probe::Prober,
    read_plugin,
    relay::{Relays, WakeLine},
    shadow::{ShadowFile, ShadowFolder},
    slot::Slot,
    status::State,
    watchdog,
};

/// A file that was read and found to be a plugin for this host.
struct Checked {
    manifest: Manifest,
    shadow: ShadowFile,
    fingerprint: u64,
}

impl Lifecycle {
    /// Returns a copy of the plugin in `path` that was made but does not serve.
    ///
    /// # Errors
    /// What went wrong; nothing is left of the copy then, or the reaper has it.
    pub(super) async fn prepare(
        self: &Arc<Self>,
        slot: &Arc<Slot>,
        path: &Path,
        previous: Option<&Generation>,
    ) -> Result<Arc<Generation>, LoadError> {
        let checked = self.check(slot.name(), path).await?;
        slot.note_progress(State::Checked);
        self.prober.probe(checked.shadow.path(), checked.fingerprint).await?;
        slot.note_progress(State::Loading);
        let (generation, words) = self.begin(slot, checked)?;
        match self.bring_up(&generation, words, previous).await {
            Ok(()) => Ok(generation),
            Err(error) => {
                self.discard(slot, generation);
                Err(error)
            }
        }
    }

    async fn check(self: &Arc<Self>, name: &Arc<str>, path: &Path) -> Result<Checked, LoadError> {
        let (lifecycle, name, path) = (self.clone(), name.clone(), path.to_owned());
        let checking = tokio::task::spawn_blocking(move || {
            check_file(
                &lifecycle.prober,
                &lifecycle.shadow,
                lifecycle.limits.file_bytes,
                &name,
                &path,
            )
        });
        let limit = self.limits.read;
        let checked = timeout(limit, checking).await;
        checked
            .map_err(|_| LoadError::Late { step: Step::Read, limit })?
            .map_err(|_| LoadError::Loader)?
    }

    fn begin(
        &self,
        slot: &Slot,
        checked: Checked,
    ) -> Result<(Arc<Generation>, FirstWords), LoadError> {
        let wakes = WakeLine::new();
        let shared = Arc::new(HostShared {
            plugin: slot.name().clone(),
            generation: slot.next_generation(),
            descriptor: OnceLock::new(),
            busy: Arc::new(Busy::new(self.clock.clone())),
            inbox: Arc::new(Inbox::new(self.limits.calls_max)),
            relays: Arc::new(Relays::new(wakes.0.clone())),
            background: AtomicUsize::new(0),
            task_refused: Once::new(),
            sleep_refused: Once::new(),
            is_over: AtomicBool::new(false),
            main: self.main.clone(),
            side: self.side.clone(),
            clock: self.clock.clone(),
            limits: self.limits.clone(),
        });
        Generation::begin(Conception {
            version: checked.manifest.version,
            shadow: checked.shadow,
            shared,
            wakes,
            reaper: self.reaper.clone(),
        })
    }

    async fn bring_up(
        &self,
        generation: &Generation,
        words: FirstWords,
        previous: Option<&Generation>,
    ) -> Result<(), LoadError> {
        self.opened(generation, words.opened).await?;
        let descriptor = self.within(Step::Describe, words.described).await??;
        self.admit(generation, &descriptor)?;
        generation.set_descriptor(descriptor);
        let limit = self.limits.create;
        let made = timeout(limit, generation.create(create_request(previous))).await;
        made.map_err(|_| LoadError::Late { step: Step::Create, limit })?
            .ok_or(LoadError::Ended { step: Step::Create })?
            .map_err(|failure| LoadError::Create(Cause(failure.into_error())))?;
        self.holdup.forget(generation.name());
        Ok(())
    }

    /// Waits until the library is mapped and checked.
    async fn opened(
        &self,
        generation: &Generation,
        mut opened: oneshot::Receiver<Result<(), LoadError>>,
    ) -> Result<(), LoadError> {
        let late = match self.within(Step::Open, &mut opened).await {
            Err(late @ LoadError::Late { .. }) if generation.is_being_mapped() => late,
            opened => return opened?,
        };
        if let Ok(opened) = timeout(watchdog::GRACE, opened).await {
            return opened.map_err(|_| LoadError::Ended { step: Step::Open })?;
        }
        let limit = self.limits.open;
        let held = self.reaper.watchdog().held_for(limit);
        Err(held.map_or(late, |held| LoadError::Hung(self.holdup.held(&held, limit))))
    }

    /// Waits for a word of the plugin's thread.
    async fn within<T>(
        &self,
        step: Step,
        word: impl Future<Output = Result<T, oneshot::error::RecvError>>,
    ) -> Result<T, LoadError> {
        let limit = match step {
            Step::Open => self.limits.open,
            _ => self.limits.describe,
        };
        timeout(limit, word)
            .await
            .map_err(|_| LoadError::Late { step, limit })?
            .map_err(|_| LoadError::Ended { step })
    }

    fn admit(&self, generation: &Generation, descriptor: &Descriptor) -> Result<(), LoadError> {
        let manifest = generation.name();
        if *descriptor.name != **manifest {
            let declared = descriptor.name.clone();
            return Err(LoadError::Identity { manifest: manifest.to_string(), declared });
        }
        let others = self.registry.borrow().without(manifest);
        self.side.admit(descriptor, &others).map_err(LoadError::Admission)
    }
}

fn check_file(
    prober: &Prober,
    shadow: &Arc<ShadowFolder>,
    bytes_max: u64,
    name: &str,
    path: &Path,
) -> Result<Checked, LoadError> {
    let (manifest, bytes) = read_plugin(path, name, bytes_max)?;
    let shadow = shadow.write(name, &bytes)?;
    Ok(Checked { manifest, shadow, fingerprint: prober.fingerprint(&bytes) })
}

fn create_request(previous: Option<&Generation>) -> Vec<u8> {
    let mut request = Create::default();
    API_VERSION.clone_into(&mut request.host_api);
    request.previous = previous.map(|generation| {
        let mut previous = Previous::default();
        generation.version().clone_into(&mut previous.version);
        previous
    });
    serde_json::to_vec(&request).expect("texts can be written as JSON")
}
