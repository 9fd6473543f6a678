//! Working copies of libraries: what is mapped is never the file that an operator replaces.
//!
//! Each load writes the very bytes that were inspected to a path that this process never used before:
//! the dynamic loader would return the old library for a path it knows. The copies of a process lie in
//! a folder of its own, held by a lock, so that the next start can tell which folders nobody uses.

use lumina_plugin_api::text::Text;
use std::{
    ffi::CString,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    mem::MaybeUninit,
    os::unix::{ffi::OsStrExt, fs::DirBuilderExt, fs::OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use thiserror::Error;

use crate::texts::{Told, name, say_in_english};

/// Readable and executable by the host alone, writable by nobody.
const COPY_MODE: u32 = 0o500;
/// For the host alone.
const FOLDER_MODE: u32 = 0o700;
/// How the lock of a folder ends.
const LOCK_EXTENSION: &str = "lock";
/// How many folder names are tried.
const FOLDERS_TRIED_MAX: usize = 100;

/// Distinguishes the folders of one process.
static FOLDERS: AtomicU64 = AtomicU64::new(0);

/// Why there are no working copies.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ShadowError {
    /// The folder cannot be used.
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nothing in it may be run.
    NoExec {
        /// The folder.
        path: PathBuf,
    },
    /// Who removes the copies cannot begin.
    Thread(#[source] io::Error),
    /// A copy cannot be written.
    Write {
        /// The copy.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

say_in_english!(ShadowError);

impl Told for ShadowError {
    fn own(&self) -> Text {
        let at = |key: &str, path: &Path| Text::key(key).arg("path", name(path.display()));
        match self {
            Self::Folder { path, .. } => at("shadow-folder", path),
            Self::NoExec { path } => at("shadow-noexec", path),
            Self::Thread(_) => Text::key("shadow-thread"),
            Self::Write { path, .. } => at("shadow-write", path),
        }
    }
}

/// The folder of this process for working copies.
#[derive(Debug)]
pub(super) struct ShadowFolder {
    path: PathBuf,
    lock_path: PathBuf,
    copies: AtomicU64,
    /// Locked as long as the folder is used.
    _lock: File,
}

/// A working copy; removed with its last owner.
#[derive(Debug)]
pub(super) struct ShadowFile {
    path: PathBuf,
    _folder: Arc<ShadowFolder>,
}

impl ShadowFolder {
    /// Makes a folder below `directory` and removes those that ended processes left there.
    ///
    /// # Errors
    /// If nothing can be written or run there.
    pub(super) fn open(directory: &Path) -> Result<Self, ShadowError> {
        let failed = |source| ShadowError::Folder { path: directory.to_owned(), source };
        fs::create_dir_all(directory).map_err(failed)?;
        let directory = directory.canonicalize().map_err(failed)?;
        if is_noexec(&directory).map_err(failed)? {
            return Err(ShadowError::NoExec { path: directory });
        }
        remove_stale(&directory).map_err(failed)?;
        Self::create(&directory).map_err(failed)
    }

    /// Writes a working copy of the plugin `name`.
    ///
    /// # Errors
    /// If it cannot be written; nothing is left of it then.
    pub(super) fn write(
        self: &Arc<Self>,
        name: &str,
        bytes: &[u8],
    ) -> Result<ShadowFile, ShadowError> {
        let number = self.copies.fetch_add(1, Ordering::Relaxed);
        let path = self.path.join(format!("{name}.{number}.so"));
        let failed = |source| ShadowError::Write { path: path.clone(), source };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(COPY_MODE);
        let mut file = options.open(&path).map_err(failed)?;
        let copy = ShadowFile { path: path.clone(), _folder: self.clone() };
        file.write_all(bytes).map_err(failed)?;
        Ok(copy)
    }

    fn create(directory: &Path) -> io::Result<Self> {
        let process = std::process::id();
        for _ in 0..FOLDERS_TRIED_MAX {
            let name = format!("{process}-{}", FOLDERS.fetch_add(1, Ordering::Relaxed));
            if let Some(folder) = Self::claim(directory, &name)? {
                return Ok(folder);
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Takes the name, unless another process of the same number has it.
    fn claim(directory: &Path, name: &str) -> io::Result<Option<Self>> {
        let lock_path = directory.join(name).with_extension(LOCK_EXTENSION);
        let lock = match OpenOptions::new().write(true).create_new(true).open(&lock_path) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            Err(error) => return Err(error),
        };
        if lock.try_lock().is_err() {
            return Ok(None);
        }
        let path = directory.join(name);
        DirBuilder::new().mode(FOLDER_MODE).create(&path)?;
        Ok(Some(Self { path, lock_path, copies: AtomicU64::new(0), _lock: lock }))
    }
}

impl Drop for ShadowFolder {
    fn drop(&mut self) {
        // What cannot be removed now is removed at the next start.
        let _ = fs::remove_dir_all(&self.path);
        let _ = fs::remove_file(&self.lock_path);
    }
}

impl ShadowFile {
    /// Returns where the copy lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ShadowFile {
    fn drop(&mut self) {
        // What cannot be removed now is removed with the folder.
        let _ = fs::remove_file(&self.path);
    }
}

fn remove_stale(directory: &Path) -> io::Result<()> {
    for entry in directory.read_dir()? {
        let lock_path = entry?.path();
        if lock_path.extension().is_some_and(|extension| extension == LOCK_EXTENSION) {
            remove_if_stale(&lock_path);
        }
    }
    Ok(())
}

/// Removes the folder of `lock_path` if nobody holds the lock. What cannot be removed is left.
fn remove_if_stale(lock_path: &Path) {
    let Ok(lock) = File::open(lock_path) else { return };
    if lock.try_lock().is_ok() {
        let _ = fs::remove_dir_all(lock_path.with_extension(""));
        let _ = fs::remove_file(lock_path);
    }
}

fn is_noexec(directory: &Path) -> io::Result<bool> {
    let path = CString::new(directory.as_os_str().as_bytes())?;
    let mut answer = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: `path` ends with a zero and `answer` has room for what is written.
    let failed = unsafe { libc::statvfs(path.as_ptr(), answer.as_mut_ptr()) };
    if failed != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has succeeded, so it has filled in the whole answer.
    let answer = unsafe { answer.assume_init() };
    Ok(answer.f_flag & libc::ST_NOEXEC != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mounts::Mounts;
    use std::{collections::BTreeMap, process::Command};

    #[test]
    fn copies_have_paths_of_their_own_and_go_with_their_owners() {
        let directory = tempfile::tempdir().unwrap();
        let folder = Arc::new(ShadowFolder::open(directory.path()).unwrap());
        let one = folder.write("ping", b"1").unwrap();
        let two = folder.write("ping", b"2").unwrap();
        assert_ne!(one.path(), two.path());
        assert_eq!(fs::read(two.path()).unwrap(), b"2");
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists());
        drop((two, folder));
        assert_eq!(directory.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn folders_of_ended_processes_are_removed_and_those_in_use_kept() {
        let directory = tempfile::tempdir().unwrap();
        let used = ShadowFolder::open(directory.path()).unwrap();
        let stale = directory.path().join("1-7");
        fs::create_dir(&stale).unwrap();
        fs::write(stale.with_extension(LOCK_EXTENSION), "").unwrap();
        let _second = ShadowFolder::open(directory.path()).unwrap();
        assert!(!stale.exists());
        assert!(used.path.exists());
    }

    #[test]
    fn a_file_system_without_programs_is_noticed() {
        let table = fs::read_to_string("/proc/self/mounts").unwrap();
        let last_of_each: BTreeMap<_, _> = table.lines().filter_map(mount).collect();
        let mut n_without_programs = 0;
        for (path, noexec) in last_of_each {
            let path = Path::new(path);
            if let Ok(noticed) = is_noexec(path) {
                assert_eq!(noticed, noexec, "{path:?}");
                assert_eq!(Mounts::read().forbids_programs(path), noexec, "{path:?}");
            }
            if noexec && path.is_dir() {
                let opened = ShadowFolder::open(path);
                assert!(matches!(opened, Err(ShadowError::NoExec { .. })), "{opened:?}");
                n_without_programs += 1;
            }
        }
        if n_without_programs == 0 {
            again_beside_one("plugins::shadow::tests::a_file_system_without_programs_is_noticed");
        }
    }

    /// Runs a test of this program once more where such a file system is mounted, on a machine that has
    /// none of its own.
    fn again_beside_one(test: &str) {
        const MOUNT: &str = "mount -t tmpfs -o noexec none \"$0\" && exec \"$@\"";
        let directory = tempfile::tempdir().unwrap();
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--mount", "sh", "-c", MOUNT]);
        unshare.arg(directory.path()).arg(std::env::current_exe().unwrap());
        let output = unshare.args(["--exact", test]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{output:?}");
    }

    /// A line is `device path type options …`.
    fn mount(line: &str) -> Option<(&str, bool)> {
        let mut words = line.split(' ').skip(1);
        let (path, options) = (words.next()?, words.nth(1)?);
        Some((path, options.split(',').any(|option| option == "noexec")))
    }
}
