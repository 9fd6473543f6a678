//! Places that cannot hold what they are given, refused with what to change.

use crate::mounts::Mounts;
use anyhow::{Result, bail};
use std::path::Path;

/// Refuses a database that is mounted as a single file: its journal would lie outside the mount, and be
/// lost with the container while the database stays.
///
/// # Errors
/// If it is.
pub(super) fn refuse_single_file(database: &Path, mounts: &Mounts) -> Result<()> {
    if mounts.is_mount_point(database) {
        bail!(
            "the database `{0}` is mounted as a single file, so that its journal cannot be kept beside \
             it: mount the directory that holds it instead (`./data:/data`, with the file in `./data`) \
             and set SQLITE_DATABASE_FILE or DATA_DIR to match",
            database.display()
        );
    }
    Ok(())
}

/// Refuses a directory for plugins' working copies that runs no programs.
///
/// # Errors
/// If it is mounted `noexec`.
pub(super) fn refuse_noexec(shadow_dir: &Path, mounts: &Mounts) -> Result<()> {
    if mounts.forbids_programs(shadow_dir) {
        bail!(
            "`{}` is mounted `noexec`, so that no plugin can be loaded from there: set SHADOW_DIR to a \
             directory that allows programs, or mount it with `exec`",
            shadow_dir.display()
        );
    }
    Ok(())
}
