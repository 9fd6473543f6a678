//! Puts a file where the host may be reading it.

use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Puts a copy of `file` into `folder` under `name` and returns its path.
///
/// The copy appears by rename, whole: a running host that has the former file open or mapped keeps
/// it, and one that reads the folder never sees half a file.
///
/// # Errors
/// If a folder or file cannot be written.
pub fn install(file: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot create the folder `{}`", folder.display()))?;
    let unfinished = folder.join(format!(".{name}.{}", std::process::id()));
    let finished = folder.join(name);
    fs::copy(file, &unfinished)
        .and_then(|_| fs::rename(&unfinished, &finished))
        .with_context(|| format!("cannot install `{}`", finished.display()))?;
    Ok(finished)
}
