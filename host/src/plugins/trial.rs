//! What `lumina plugin probe` does: loads a library as far as its declaration, in a process that may end.

use abi_stable::{
    sabi_trait::TD_Opaque,
    std_types::{RArc, RErr, ROk, RSlice, RStr},
};
use async_ffi::{FfiFuture, FutureExt};
use lumina_plugin_api::{
    abi::{HostBox, RawFuture, RawHost, RawHost_TO},
    descriptor::Descriptor,
    text::Text,
};
use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
    sync::mpsc,
    thread,
};

use super::{
    elf::inspect_bytes,
    error::LoadError,
    finder::{self, FileError},
    library::OpenLibrary,
    limits::PluginLimits,
    process_end::end_process_with,
    watchdog::{FAILED, GRACE},
};
use crate::{
    chain::{Cause, chain},
    texts::Told,
};

/// A host that does nothing.
#[derive(Clone)]
struct NoHost;

/// Does the whole of `lumina plugin probe FILE`: what is wrong goes to standard error as one line for
/// people, and to standard output as one for the host, which tells it in the owner's language. `admit` says
/// what is wrong with a declaration.
#[must_use]
pub fn run_trial(path: &Path, admit: impl FnOnce(&Descriptor) -> Result<(), Text>) -> ExitCode {
    let declared = try_library(path);
    match declared.and_then(|declared| admit(&declared).map_err(LoadError::Admission)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without anyone who reads it the exit code has to do.
            let _ = writeln!(io::stderr(), "{}", chain(&error));
            let reason = serde_json::to_string(&error.text());
            let _ = reason.map(|reason| writeln!(io::stdout(), "{reason}"));
            ExitCode::FAILURE
        }
    }
}

/// Ends this process, which is there for a trial alone, when it has taken too long: a little later than a host
/// says so, for whoever started it may have no patience of its own, or be gone.
pub fn bound_trial() {
    let limit = PluginLimits::default().probe;
    let last_words = format!("the trial did not end within {} ms\n", limit.as_millis());
    let (begin, begun) = mpsc::channel();
    thread::spawn(move || {
        // The library is loaded after this: while it holds the loader no thread begins.
        let _ = begin.send(());
        thread::sleep(limit + GRACE);
        end_process_with(last_words.as_bytes(), FAILED)
    });
    let _ = begun.recv();
}

/// Tries the library at `path` in this process, which should end soon after: the library stays mapped.
///
/// # Errors
/// Why it cannot be used. It may also end the process, or hang.
fn try_library(path: &Path) -> Result<Descriptor, LoadError> {
    let unread = |source| LoadError::File { path: path.to_owned(), source };
    let bytes = finder::read(path, PluginLimits::default().file_bytes).map_err(unread)?;
    inspect_bytes(&bytes).map_err(|source| LoadError::Inspect { path: path.to_owned(), source })?;
    // Must not be dropped before the texts of the library were read; it never closes by itself.
    // The kernel names what is mapped by its whole path.
    let whole = path.canonicalize().map_err(|source| unread(FileError::Open(source)))?;
    let library = OpenLibrary::map(&whole)?;
    let root = library.root()?;
    let host: HostBox = RawHost_TO::from_ptr(RArc::new(NoHost), TD_Opaque);
    (root.init())(host);
    match (root.descriptor())() {
        ROk(bytes) => serde_json::from_slice(&bytes).map_err(LoadError::Descriptor),
        RErr(bytes) => {
            let error = serde_json::from_slice(&bytes).map_err(LoadError::Descriptor)?;
            Err(LoadError::Describe(Cause(error)))
        }
    }
}

impl RawHost for NoHost {
    fn log(&self, _level: u8, _target: RStr<'_>, _message: RStr<'_>) {}

    fn service(&self, _name: RStr<'_>, _request: RSlice<'_, u8>) -> RawFuture {
        std::future::pending().into_ffi()
    }

    fn sleep(&self, _millis: u64) -> FfiFuture<()> {
        std::future::pending().into_ffi()
    }

    fn spawn(&self, _future: FfiFuture<()>) -> bool {
        false
    }
}
