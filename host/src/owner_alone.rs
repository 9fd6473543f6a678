//! Files and directories that only the user whose process makes them may look into: lists and logs name people.
//! What is there already keeps its own permissions.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

/// The owner may read and write a file.
const FILE_MODE: u32 = 0o600;
/// The owner may also enter a directory.
const DIRECTORY_MODE: u32 = 0o700;

/// Returns how such a file is opened for writing.
pub(crate) fn file() -> OpenOptions {
    let mut options = File::options();
    options.mode(FILE_MODE);
    options
}

/// Makes a directory, and those above it, where they are missing.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path)
}
