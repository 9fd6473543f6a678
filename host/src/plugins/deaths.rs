//! Loads that the process did not survive: a library may end it or crash it after a trial that went
//! well, and whatever starts the host again would do so for ever.
//!
//! What is being loaded is marked in a file, which only a process that lives on removes.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tracing::{info, warn};

/// How often in a row the process may end while it loads one plugin. Once may be an accident: somebody
/// ended it at that moment.
const DEATHS_MAX: u32 = 2;
/// What is read of a mark: a number and a name.
const MARK_BYTES_MAX: u64 = 256;

/// The mark of what is being loaded.
#[derive(Debug)]
pub(super) struct Deaths {
    mark: PathBuf,
    /// During whose load the process ended last, and how often in a row.
    last: Mutex<Option<(String, u32)>>,
}

/// A load under way: its end was seen when this is dropped.
#[derive(Debug)]
pub(super) struct Loading<'a> {
    deaths: &'a Deaths,
    plugin: String,
}

impl Deaths {
    /// Takes where the mark lies.
    pub(super) fn new(mark: PathBuf) -> Self {
        Self { mark, last: Mutex::default() }
    }

    /// Looks whether the last process ended in the middle of a load; returns the plugin if that has
    /// happened too often.
    pub(super) fn look_back(&self) -> Option<String> {
        let (plugin, deaths) = read(&self.mark)?;
        warn!(plugin.id = %plugin, deaths, "Lumina ended while it loaded the plugin `{plugin}`");
        if deaths >= DEATHS_MAX {
            let _ = fs::remove_file(&self.mark);
            return Some(plugin);
        }
        *self.last() = Some((plugin, deaths));
        None
    }

    /// Marks what is being loaded now. The file is written here: a library may end the process at once.
    pub(super) fn loading(&self, plugin: &str) -> Loading<'_> {
        info!(plugin.id = %plugin, "loading plugin `{plugin}`");
        let last = self.last();
        let before = last.as_ref().filter(|(name, _)| name == plugin).map_or(0, |(_, n)| *n);
        if let Err(error) = fs::write(&self.mark, format!("{}\n{plugin}\n", before + 1)) {
            warn!(%error, "`{}` cannot be written", self.mark.display());
        }
        Loading { deaths: self, plugin: plugin.to_owned() }
    }

    fn last(&self) -> MutexGuard<'_, Option<(String, u32)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        // Where it could not be written that was told.
        let _ = fs::remove_file(&self.deaths.mark);
        self.deaths.last().take_if(|(name, _)| *name == self.plugin);
    }
}

/// Returns the number and the name in a mark.
fn read(mark: &Path) -> Option<(String, u32)> {
    let mut text = String::new();
    let read =
        File::open(mark).and_then(|file| file.take(MARK_BYTES_MAX).read_to_string(&mut text));
    if let Err(error) = read {
        if error.kind() != io::ErrorKind::NotFound {
            warn!(%error, "`{}` cannot be read", mark.display());
        }
        return None;
    }
    let (deaths, plugin) = text.trim_end().split_once('\n')?;
    Some((plugin.to_owned(), deaths.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem;

    #[test]
    fn who_dies_twice_in_a_row_at_one_plugin_leaves_it_out() {
        let folder = tempfile::tempdir().unwrap();
        let host = || Deaths::new(folder.path().join("mark"));
        assert_eq!(host().look_back(), None);
        mem::forget(host().loading("search"));
        let second = host();
        assert_eq!(second.look_back(), None, "once may be an accident");
        drop(second.loading("help"));
        mem::forget(second.loading("search"));
        let third = host();
        assert_eq!(third.look_back().as_deref(), Some("search"));
        drop(third.loading("help"));
        assert_eq!(host().look_back(), None, "it was told");
    }

    #[test]
    fn a_load_that_the_host_outlives_ends_the_row() {
        let folder = tempfile::tempdir().unwrap();
        let host = || Deaths::new(folder.path().join("mark"));
        mem::forget(host().loading("search"));
        let second = host();
        assert_eq!(second.look_back(), None);
        drop(second.loading("search"));
        mem::forget(second.loading("search"));
        assert_eq!(host().look_back(), None, "it was loaded in between");
    }

    #[test]
    fn deaths_at_different_plugins_are_not_added() {
        let folder = tempfile::tempdir().unwrap();
        let host = || Deaths::new(folder.path().join("mark"));
        for plugin in ["help", "search", "help"] {
            let host = host();
            assert_eq!(host.look_back(), None);
            mem::forget(host.loading(plugin));
        }
        fs::write(folder.path().join("mark"), [0xff]).unwrap();
        assert_eq!(host().look_back(), None);
    }
}
