//! One host for one database: a second one would answer the same presses twice.

use super::{DatabaseLocation, DbError};
use crate::owner_alone;
use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// How the name of the lock ends.
const LOCK: &str = ".lock";

/// Keeps other hosts away from a database until it is released or the process ends, however it ends.
/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct DatabaseLock {
    path: PathBuf,
    file: Arc<File>,
}

impl DatabaseLock {
    /// Takes the lock beside the database, whose directory is made if it is missing. Whatever link leads
    /// to the file, its lock is the same.
    ///
    /// # Errors
    /// If the place cannot be written, or another host has the database.
    pub fn take(location: &DatabaseLocation) -> Result<Self, DbError> {
        let path = behind_links(location.path())?;
        let beside = beside(&path, LOCK);
        let failed = |source| DbError::Lock { path: beside.clone(), source };
        let file = File::options().create(true).truncate(false).write(true).open(&beside);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path, file: Arc::new(file) }),
            Err(TryLockError::WouldBlock) => Err(DbError::InUse { path }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Returns the database.
    #[must_use]
    pub fn database(&self) -> &Path {
        &self.path
    }

    /// Lets others in. The file stays: who removed it could let two in.
    pub(super) fn release(&self) {
        // What fails here is done by the end of the process.
        let _ = self.file.unlock();
    }
}

/// Returns the file itself. One that is missing is made: a link may lead to where nothing is yet, and an
/// empty file is an empty database. SQLite gives its journal the same permissions.
fn behind_links(named: &Path) -> Result<PathBuf, DbError> {
    create_directory_of(named)?;
    let failed =
        |source: io::Error| DbError::Open { path: named.to_owned(), source: source.into() };
    if !named.exists() {
        let made = owner_alone::file().create(true).append(true).open(named);
        made.map_err(failed)?;
    }
    named.canonicalize().map_err(failed)
}

fn create_directory_of(file: &Path) -> Result<(), DbError> {
    let Some(directory) = file.parent().filter(|parent| !parent.as_os_str().is_empty()) else {
        return Ok(());
    };
    owner_alone::make_directory(directory)
        .map_err(|source| DbError::CreateDirectory { path: directory.to_owned(), source })
}

/// Whether somebody holds the lock. None is made to find out.
pub(super) fn is_taken(database: &Path) -> bool {
    let Ok(path) = database.canonicalize() else { return false };
    let lock = File::open(beside(&path, LOCK));
    lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Returns the path of what lies beside a database under its name and an ending.
pub(super) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::symlink};

    #[test]
    fn one_file_has_one_lock_whatever_it_is_called_and_before_it_is_there() {
        for is_there in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let (file, link) = (folder.path().join("lumina.db"), folder.path().join("link.db"));
            let (dir, below) = (folder.path().join("dir"), folder.path().join("dir/lumina.db"));
            symlink(folder.path(), dir).unwrap();
            symlink("lumina.db", &link).unwrap();
            if is_there {
                fs::write(&file, "").unwrap();
            }
            let dotted = folder.path().join("dir/./lumina.db");
            let names = [file, link, below, dotted].map(DatabaseLocation::file);
            for taken in &names {
                let lock = DatabaseLock::take(taken).unwrap();
                for name in &names {
                    let refused = DatabaseLock::take(name).unwrap_err();
                    assert!(
                        matches!(refused, DbError::InUse { .. }),
                        "{taken:?} {name:?} {refused}"
                    );
                    assert!(is_taken(name.path()), "{taken:?} {name:?}");
                }
                drop(lock);
            }
        }
    }
}
