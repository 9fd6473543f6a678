//! One host for one database: a second one would answer the same presses twice.

use super::DbError;
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Keeps other hosts away from the database until it is released or the process ends, however it ends.
#[derive(Debug, Clone)]
pub(super) struct Lock(Arc<File>);

impl Lock {
    /// Takes the lock beside the database.
    pub(super) fn take(database: &Path) -> Result<Self, DbError> {
        let path = beside(database);
        let failed = |source| DbError::Lock { path: path.clone(), source };
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Arc::new(file))),
            Err(TryLockError::WouldBlock) => Err(DbError::InUse { path: database.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Lets others in. The file stays: who removed it could let two in.
    pub(super) fn release(&self) {
        // What fails here is done by the end of the process.
        let _ = self.0.unlock();
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
