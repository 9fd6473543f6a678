//! Places that cannot hold what they are given, refused with what to change.

use crate::{
    config::Config,
    db::{DatabaseLocation, DatabaseLock},
    mounts::Mounts,
    owner_alone,
};
use anyhow::{Context, Result, bail};
use std::{
    fs::{self, DirEntry, File, TryLockError},
    io,
    path::{Path, PathBuf},
    process,
};

/// The file in the data directory that a host keeps locked while it runs.
const DATA_DIR_LOCK: &str = "lumina.lock";

/// Where the guide of the former bot mounts its database, and where that bot has it by itself.
const FORMER_DATABASES: [&str; 2] = ["/app/database.db", "./database.db"];

/// How many of them are removed at a start: each is a process that was killed.
const LEFT_ASIDE_MAX: usize = 100;
/// How the name of a directory aside begins; what follows is the number of a process.
const ASIDE: &str = ".lumina-aside-";

/// A directory for who only looks, where the host's own are not there yet; gone with this. The system
/// lets go of its lock however the process ends, so that others can tell what was left behind.
#[derive(Debug)]
pub(super) struct Aside {
    /// The directory.
    pub(super) path: PathBuf,
    _lock: File,
}

impl Aside {
    /// Returns the settings of a host that leaves nothing behind: what is missing is made aside.
    ///
    /// # Errors
    /// If nothing can be made beside what is missing either.
    pub(super) fn instead(config: &Config, database: &Path) -> Result<(Config, Option<Self>)> {
        let mut config = config.clone();
        let (is_kept, is_shadowed) = (database.exists(), config.shadow_dir.exists());
        if is_kept && is_shadowed {
            return Ok((config, None));
        }
        let aside = Self::beside(&config.data_dir);
        let aside =
            aside.with_context(|| format!("cannot write to `{}`", config.data_dir.display()))?;
        if !is_kept {
            (config.database_url, config.data_dir) = (None, aside.path.clone());
        }
        if !is_shadowed {
            config.shadow_dir = aside.path.join("shadow");
        }
        Ok((config, Some(aside)))
    }

    /// Returns the settings of who tries something on a copy of the database, or on a new one where there
    /// is none.
    ///
    /// # Errors
    /// If a host runs on the database, or it cannot be copied.
    pub(super) fn with_copy(config: &Config, from: &DatabaseLocation) -> Result<(Config, Self)> {
        let mut config = config.clone();
        let failed = || format!("cannot copy the database `{}`", from.path().display());
        let aside = Self::beside(&config.data_dir);
        let aside =
            aside.with_context(|| format!("cannot write to `{}`", config.data_dir.display()))?;
        if from.path().exists() {
            // Nobody writes to it meanwhile.
            let lock =
                DatabaseLock::take(from).with_context(|| super::database::no_database(&config))?;
            copy_database(lock.database(), &aside.path.join(super::database::DATABASE_FILE))
                .with_context(failed)?;
        }
        (config.database_url, config.data_dir) = (None, aside.path.clone());
        Ok((config, aside))
    }

    /// Makes it in a directory, or in the nearest above it that is there.
    ///
    /// # Errors
    /// If nothing can be made there.
    pub(super) fn beside(dir: &Path) -> io::Result<Self> {
        let path = nearest_there(dir).join(format!("{ASIDE}{}", process::id()));
        // In a container each process may have the number of the one that was killed before.
        remove_if_left(&path);
        fs::create_dir(&path)?;
        let lock = File::open(&path)?;
        lock.try_lock()?;
        Ok(Self { path, _lock: lock })
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // Nobody needs what cannot be removed.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes what an `invite` or a `check` that was killed has left in a directory, or where that was to be made.
pub(super) fn remove_left_aside(dir: &Path) {
    for dir in [Some(dir), dir.parent()].into_iter().flatten() {
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        let aside = entries.filter(is_aside).take(LEFT_ASIDE_MAX);
        aside.for_each(|entry| remove_if_left(&entry.path()));
    }
}

/// Whether it is a directory, and no link to one, with such a name.
fn is_aside(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let process = name.to_str().and_then(|name| name.strip_prefix(ASIDE));
    process.is_some_and(|process| process.parse::<u32>().is_ok())
        && entry.file_type().is_ok_and(|kind| kind.is_dir())
}

/// Whoever uses it holds its lock. What cannot be removed is left.
fn remove_if_left(path: &Path) {
    let lock = File::open(path);
    if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
        let _ = fs::remove_dir_all(path);
    }
}

/// Copies a database that nobody has open, with what stands in its journal.
fn copy_database(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    match fs::copy(journal(from), journal(to)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn journal(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Makes the data directory where it is missing, for nobody else to look into. One that is there stays as it
/// is.
///
/// # Errors
/// If it cannot be made.
pub(super) fn make_data_dir(data_dir: &Path) -> Result<()> {
    let made = owner_alone::make_directory(data_dir);
    made.with_context(|| {
        format!("DATA_DIR: `{}` cannot be made; name a directory that can be", data_dir.display())
    })
}

/// Keeps other hosts away from the data directory until it is dropped: the database may lie elsewhere, but
/// the socket of `lumina health` and the copies of plugins are there.
#[derive(Debug)]
#[expect(dead_code, reason = "held, not read")]
pub(super) struct DataDirLock(File);

impl DataDirLock {
    /// Takes the lock in a directory that is there.
    ///
    /// # Errors
    /// If the directory cannot be written, or another host has it.
    pub(super) fn take(data_dir: &Path) -> Result<Self> {
        let path = data_dir.join(DATA_DIR_LOCK);
        let failed =
            || format!("cannot lock DATA_DIR with `{}`: it must be writable", path.display());
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.with_context(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => bail!(
                "the data directory `{}` is in use by another Lumina: end that one first, or give this \
                 one another DATA_DIR",
                data_dir.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).with_context(failed),
        }
    }
}

/// Returns the directory, or the nearest above it that is there.
pub(super) fn nearest_there(dir: &Path) -> &Path {
    let there = dir.ancestors().find(|dir| dir.exists());
    there.unwrap_or(Path::new("."))
}

/// Why a place cannot hold what it is given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    /// The database is mounted as a single file: its journal would lie outside the mount, and be lost with
    /// the container while the database stays.
    #[error(
        "the database `{}` is mounted as a single file, so that its journal cannot be kept beside \
         it: mount the directory that holds it instead (`./data:/data`, with the file in `./data`) \
         and set SQLITE_DATABASE_FILE or DATA_DIR to match", .0.display()
    )]
    SingleFile(PathBuf),
    /// The directory for plugins' working copies runs no programs.
    #[error(
        "`{}` is mounted `noexec`, so that no plugin can be loaded from there: set SHADOW_DIR to a \
         directory that allows programs, or mount it with `exec`", .0.display()
    )]
    NoExec(PathBuf),
}

/// Refuses a database that is mounted as a single file.
///
/// # Errors
/// [`Unfit::SingleFile`].
pub(super) fn refuse_single_file(database: &Path, mounts: &Mounts) -> Result<(), Unfit> {
    if mounts.is_mount_point(database) {
        return Err(Unfit::SingleFile(database.to_owned()));
    }
    Ok(())
}

/// Refuses the same where the former bot had it, unless the settings name a database: a host would begin
/// with an empty one beside it, without a word.
///
/// # Errors
/// [`Unfit::SingleFile`].
pub(super) fn refuse_former_file(config: &Config, mounts: &Mounts) -> Result<(), Unfit> {
    if config.database_url.is_some() {
        return Ok(());
    }
    FORMER_DATABASES.iter().try_for_each(|place| refuse_single_file(Path::new(place), mounts))
}

/// Refuses a directory for plugins' working copies that runs no programs.
///
/// # Errors
/// [`Unfit::NoExec`].
pub(super) fn refuse_noexec(shadow_dir: &Path, mounts: &Mounts) -> Result<(), Unfit> {
    if mounts.forbids_programs(shadow_dir) {
        return Err(Unfit::NoExec(shadow_dir.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_mounted_where_the_former_bot_had_it_is_refused_unless_another_is_named() {
        let config = |more: &[(&str, &str)]| {
            let needed = [("BOT_TOKEN", "token"), ("TVDB_API_KEY", "key")];
            let pairs = needed.iter().chain(more);
            let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            Config::read(&pairs.collect(), Path::new("/opt/lumina")).unwrap().0
        };
        let mounts = Mounts::parse("24 22 0:22 /a /app/database.db rw - ext4 /dev/a rw\n");
        let refused = refuse_former_file(&config(&[]), &mounts);
        assert_eq!(refused, Err(Unfit::SingleFile("/app/database.db".into())));
        let named = config(&[("SQLITE_DATABASE_FILE", "/data/lumina.db")]);
        assert_eq!(refuse_former_file(&named, &mounts), Ok(()));
    }

    #[test]
    fn what_was_left_aside_is_removed_and_what_is_used_or_another_s_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        fs::create_dir(&data_dir).unwrap();
        let used = Aside::beside(&data_dir).unwrap();
        let left = [folder.path().join(".lumina-aside-1"), data_dir.join(".lumina-aside-2")];
        let others = [".lumina-aside-", ".lumina-aside-mine"].map(|name| data_dir.join(name));
        for dir in left.iter().chain(&others) {
            fs::create_dir_all(dir.join("shadow")).unwrap();
        }
        let link = data_dir.join(".lumina-aside-3");
        std::os::unix::fs::symlink(&others[0], &link).unwrap();
        remove_left_aside(&data_dir);
        assert!(left.iter().all(|dir| !dir.exists()));
        assert!(others.iter().all(|dir| dir.join("shadow").exists()) && link.exists());
        assert!(used.path.exists());
    }
}
