//! Files that plugins keep for a quarter of an hour, named by id. Each plugin sees its own only.

use super::Asked;
use crate::clock::Clock;
use bytes::Bytes;
use lumina_plugin_api::{
    descriptor::Service,
    error::{Error, ErrorKind},
    services::blob::{BLOB_BYTES_MAX, BlobId, DROP, GET, NAME, PUT},
    text::Text,
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How long a file is kept: as long as an interaction can be answered.
pub const KEPT_FOR: Duration = Duration::from_secs(15 * 60);

/// What one plugin may keep: three files of the largest size, or many small ones.
pub const PLUGIN_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What all plugins together may keep.
pub const TOTAL_BYTES_MAX: usize = 128 * 1024 * 1024;

/// How many files one plugin may keep; small ones cost more than their bytes.
pub const PLUGIN_BLOBS_MAX: usize = 1_000;

/// The files of all plugins.
#[derive(Debug)]
pub struct Blobs {
    clock: Clock,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// By plugin and number; numbers grow, so that those of a plugin are in order of age.
    files: BTreeMap<(String, u64), File>,
    n_made: u64,
    total_bytes: usize,
}

#[derive(Debug)]
struct File {
    bytes: Bytes,
    ends: Duration,
}

impl Blobs {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, kept: Mutex::default() }
    }

    /// Keeps `bytes` for `plugin`.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] if they are too many, [`ErrorKind::Limited`] if the plugin, or all
    /// together, keep too much already.
    pub fn put(&self, plugin: &str, bytes: Bytes) -> Result<BlobId, Error> {
        if bytes.len() > BLOB_BYTES_MAX {
            let detail = format!("a file of {} bytes is larger than {BLOB_BYTES_MAX}", bytes.len());
            return Err(too_large(detail));
        }
        let mut kept = self.swept();
        kept.check_room(plugin, bytes.len())?;
        kept.n_made += 1;
        kept.total_bytes += bytes.len();
        let key = (plugin.to_owned(), kept.n_made);
        let id = BlobId::new(format!("{:x}", kept.n_made));
        kept.files.insert(key, File { bytes, ends: self.clock.monotonic() + KEPT_FOR });
        Ok(id)
    }

    /// Returns a file of `plugin`; `None` if there is none of that name, or not any more.
    #[must_use]
    pub fn get(&self, plugin: &str, id: &BlobId) -> Option<Bytes> {
        let key = key(plugin, id)?;
        self.swept().files.get(&key).map(|file| file.bytes.clone())
    }

    /// Drops a file of `plugin` before its time.
    pub fn remove(&self, plugin: &str, id: &BlobId) {
        if let Some(key) = key(plugin, id) {
            self.lock().retain(|other, _| *other != key);
        }
    }

    /// Drops all files of `plugin`.
    pub fn forget(&self, plugin: &str) {
        self.lock().retain(|(owner, _), _| owner != plugin);
    }

    pub(super) fn answer(&self, asked: Asked<'_>) -> Result<Vec<u8>, Error> {
        asked.declares(Service::Blob, NAME)?;
        let plugin = asked.plugin().to_owned();
        let unknown = asked.unknown(NAME);
        let mut request = Bytes::from(asked.request);
        if request.is_empty() {
            return Err(unknown);
        }
        let (letter, content) = (request.split_to(1)[0], request);
        let id = || BlobId::new(String::from_utf8_lossy(&content));
        match letter {
            PUT => Ok(self.put(&plugin, content)?.as_str().as_bytes().to_vec()),
            GET => self.get(&plugin, &id()).map(|bytes| bytes.to_vec()).ok_or_else(gone),
            DROP => {
                self.remove(&plugin, &id());
                Ok(Vec::new())
            }
            _ => Err(unknown),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn swept(&self) -> MutexGuard<'_, Kept> {
        let now = self.clock.monotonic();
        let mut kept = self.lock();
        kept.retain(|_, file| file.ends > now);
        kept
    }
}

impl Kept {
    fn retain(&mut self, keep: impl Fn(&(String, u64), &File) -> bool) {
        self.files.retain(|key, file| keep(key, file));
        self.total_bytes = self.files.values().map(|file| file.bytes.len()).sum();
    }

    fn check_room(&self, plugin: &str, n_bytes: usize) -> Result<(), Error> {
        let own = self.files.iter().filter(|((owner, _), _)| owner == plugin);
        let (n_own, own_bytes) =
            own.fold((0, 0), |(n, bytes), (_, file)| (n + 1, bytes + file.bytes.len()));
        let is_full = n_own >= PLUGIN_BLOBS_MAX
            || own_bytes + n_bytes > PLUGIN_BYTES_MAX
            || self.total_bytes + n_bytes > TOTAL_BYTES_MAX;
        let detail =
            || format!("plugin `{plugin}` keeps {n_own} files of {own_bytes} bytes already");
        if is_full { Err(Error::new(ErrorKind::Limited).detail(detail())) } else { Ok(()) }
    }
}

/// The host's sentence, which passes through plugins to the user.
pub(crate) fn too_large(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid).message(Text::key("error-too-large")).detail(detail)
}

fn key(plugin: &str, id: &BlobId) -> Option<(String, u64)> {
    let number = u64::from_str_radix(id.as_str(), 16).ok()?;
    Some((plugin.to_owned(), number))
}

fn gone() -> Error {
    Error::new(ErrorKind::NotFound).detail("the file is not kept, or not any more")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bench() -> (Blobs, Clock) {
        let clock = Clock::start();
        (Blobs::new(clock.clone()), clock)
    }

    #[test]
    fn a_file_comes_back_whole_to_its_plugin_only() {
        let (blobs, _clock) = bench();
        let id = blobs.put("a", Bytes::from_static(&[0, 255, 10])).expect("kept");
        assert_eq!(blobs.get("a", &id).as_deref(), Some(&[0, 255, 10][..]));
        assert_eq!(blobs.get("b", &id), None);
        blobs.remove("b", &id);
        assert!(blobs.get("a", &id).is_some());
        blobs.remove("a", &id);
        assert_eq!(blobs.get("a", &id), None);
    }

    #[test]
    fn a_file_ends_after_a_quarter_of_an_hour() {
        let (blobs, clock) = bench();
        let id = blobs.put("a", Bytes::from_static(b"x")).expect("kept");
        clock.run_ahead(KEPT_FOR);
        assert_eq!(blobs.get("a", &id), None);
        assert_eq!(blobs.lock().total_bytes, 0);
    }

    #[test]
    fn a_plugin_keeps_a_bounded_number_of_bytes_and_files() {
        let (blobs, _clock) = bench();
        let large = Bytes::from(vec![0; BLOB_BYTES_MAX]);
        for _ in 0..3 {
            blobs.put("a", large.clone()).expect("kept");
        }
        assert_eq!(blobs.put("a", large.clone()).expect_err("full").kind, ErrorKind::Limited);
        blobs.put("b", large).expect("another has room of its own");
        for _ in 0..PLUGIN_BLOBS_MAX {
            blobs.put("c", Bytes::new()).expect("kept");
        }
        assert_eq!(blobs.put("c", Bytes::new()).expect_err("full").kind, ErrorKind::Limited);
        blobs.forget("c");
        blobs.put("c", Bytes::new()).expect("kept");
    }

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let (blobs, _clock) = bench();
        let error = blobs.put("a", Bytes::from(vec![0; BLOB_BYTES_MAX + 1])).expect_err("refused");
        assert_eq!(error.kind, ErrorKind::Invalid);
    }

    #[test]
    fn ids_that_are_none_name_nothing() {
        let (blobs, _clock) = bench();
        blobs.put("a", Bytes::from_static(b"x")).expect("kept");
        for id in ["", "0", "-1", "zz", "ffffffffffffffffffff", "../1", "\u{1f4a5}"] {
            assert_eq!(blobs.get("a", &BlobId::new(id)), None, "{id}");
        }
    }
}
