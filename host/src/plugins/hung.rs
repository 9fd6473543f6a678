//! A library that never comes out of its constructor or destructor here, though its trial did.
//!
//! The system's loader lets in one library at a time, so that such a one locks it for ever: no other can
//! be loaded or closed, and threads begin no more. Only another process mends that. Whatever is done
//! until this one ends must need no new thread, no library and no answer of the reaper.

use lumina_plugin_api::text::Text;
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};
use thiserror::Error;
use tokio::sync::watch;
use tracing::warn;

use super::{
    elf::is_name,
    watchdog::{Doing, Holder},
};
use crate::texts::{Told, english, name, say_in_english};

/// What is read of the note: more names than anyone has plugins.
const NOTE_BYTES_MAX: u64 = 64 * 1024;

/// What holds the system's loader for ever.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Hung {
    /// A library that is being opened.
    Opening {
        /// Its plugin.
        plugin: String,
        /// What it was given.
        limit: Duration,
        /// Whether the next host knows of it.
        is_noted: bool,
    },
    /// A library that is being closed.
    Closing {
        /// Its plugin.
        plugin: String,
    },
}

say_in_english!(Hung);

impl Told for Hung {
    fn own(&self) -> Text {
        match self {
            Self::Opening { plugin, limit, .. } => Text::key("hung-opening")
                .arg("plugin", name(plugin))
                .arg("limit", name(limit.as_millis())),
            Self::Closing { plugin } => Text::key("hung-closing").arg("plugin", name(plugin)),
        }
    }
}

impl Hung {
    /// Returns what becomes of this host, and of the plugin in the next one.
    #[must_use]
    pub fn outlook(&self) -> Text {
        match self {
            Self::Opening { is_noted: true, .. } => Text::key("hung-left-out"),
            Self::Opening { is_noted: false, .. } => Text::key("hung-not-noted"),
            Self::Closing { .. } => Text::key("hung-ends"),
        }
    }

    /// Returns the whole for the log and for who started the host.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (Self::Opening { plugin, .. } | Self::Closing { plugin }) = self;
        let text = Text::key("hung-sentence").arg("plugin", name(plugin));
        english(&text.arg("what", self.own()).arg("outlook", self.outlook()))
    }

    /// Whether the next host would hang as this one does.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Opening { is_noted: false, .. })
    }
}

/// Whether the loader is held, and the note for the next host.
#[derive(Debug)]
pub(super) struct Holdup {
    hung: watch::Sender<Option<Hung>>,
    note: PathBuf,
}

impl Holdup {
    /// Takes where the note lies.
    pub(super) fn new(note: PathBuf) -> Self {
        Self { hung: watch::Sender::new(None), note }
    }

    /// Notes that the library of `plugin` did not come out of its constructor within `limit`. The file is
    /// written here and now: a thread for it might not begin.
    pub(super) fn opening(&self, plugin: &str, limit: Duration) -> Hung {
        let is_noted = self.leave_out(plugin);
        self.now(Hung::Opening { plugin: plugin.to_owned(), limit, is_noted })
    }

    /// Lets the next host leave a plugin out; returns whether that was written.
    pub(super) fn leave_out(&self, plugin: &str) -> bool {
        let mut noted = self.noted();
        noted.insert(plugin.to_owned());
        let written = write(&self.note, &noted);
        if let Err(error) = &written {
            warn!(%error, "`{}` cannot be written", self.note.display());
        }
        written.is_ok()
    }

    /// Notes that the library of `plugin` does not come out of its destructor.
    pub(super) fn closing(&self, plugin: &str) -> Hung {
        self.now(Hung::Closing { plugin: plugin.to_owned() })
    }

    /// Notes who has held the loader for `limit`.
    pub(super) fn held(&self, holder: &Holder, limit: Duration) -> Hung {
        match holder.doing {
            Doing::Opening => self.opening(&holder.plugin, limit),
            Doing::Closing => self.closing(&holder.plugin),
        }
    }

    /// Returns what holds the loader.
    pub(super) fn hung(&self) -> Option<Hung> {
        self.hung.borrow().clone()
    }

    /// Returns what holds the loader, as soon as something does.
    pub(super) async fn until_hung(&self) -> Hung {
        let mut watch = self.hung.subscribe();
        let hung = watch.wait_for(Option::is_some).await;
        hung.ok().and_then(|hung| hung.clone()).expect("the sender is in `self`")
    }

    /// Returns the plugins that ended an earlier host.
    pub(super) fn noted(&self) -> BTreeSet<String> {
        read(&self.note).unwrap_or_else(|error| {
            warn!(%error, "`{}` cannot be read", self.note.display());
            BTreeSet::new()
        })
    }

    /// Forgets a plugin that was made.
    pub(super) fn forget(&self, plugin: &str) {
        let mut noted = self.noted();
        if noted.remove(plugin)
            && let Err(error) = write(&self.note, &noted)
        {
            warn!(%error, "`{}` cannot be written", self.note.display());
        }
    }

    fn now(&self, hung: Hung) -> Hung {
        self.hung.send_replace(Some(hung.clone()));
        hung
    }
}

/// Returns the names in a note; none where there is no note.
fn read(note: &Path) -> io::Result<BTreeSet<String>> {
    let file = match File::open(note) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        opened => opened?,
    };
    let mut text = String::new();
    file.take(NOTE_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text.lines().filter(|line| is_name(line)).map(str::to_owned).collect())
}

/// Writes a note that is there whole or not at all; removes it where it would be empty.
fn write(note: &Path, names: &BTreeSet<String>) -> io::Result<()> {
    if names.is_empty() {
        return fs::remove_file(note);
    }
    let text: String = names.iter().map(|name| format!("{name}\n")).collect();
    let aside = note.with_extension("new");
    fs::write(&aside, text)?;
    fs::rename(aside, note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hung_is_noted_until_it_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let holdup = Holdup::new(folder.path().join("note"));
        assert!(holdup.noted().is_empty() && holdup.hung().is_none());
        let limit = Duration::from_secs(1);
        assert!(!holdup.opening("search", limit).is_lasting());
        assert!(!holdup.opening("ping", limit).is_lasting());
        let next = Holdup::new(folder.path().join("note"));
        assert_eq!(next.noted(), ["ping", "search"].map(str::to_owned).into());
        next.forget("search");
        next.forget("other");
        assert_eq!(next.noted(), ["ping".to_owned()].into());
        next.forget("ping");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_noted_would_hang_again() {
        let folder = tempfile::tempdir().unwrap();
        let holdup = Holdup::new(folder.path().join("missing/note"));
        assert!(holdup.opening("ping", Duration::from_secs(1)).is_lasting());
        assert!(!holdup.closing("ping").is_lasting());
    }

    #[test]
    fn a_note_of_somebody_else_names_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let note = folder.path().join("note");
        fs::write(&note, "../x\nPING\n\nping\n").unwrap();
        assert_eq!(Holdup::new(note.clone()).noted(), ["ping".to_owned()].into());
        fs::write(&note, [0xff, 0xfe]).unwrap();
        assert!(Holdup::new(note).noted().is_empty());
    }
}
