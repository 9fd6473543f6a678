//! The plugin files, as a start will find them: each is read, and then tried in a process of its own as far as
//! its declaration. No plugin is made.

use super::{
    super::{THIS_PROGRAM, places::nearest_there},
    Finding, Wrong,
};
use crate::{
    chain::chain,
    plugins::{self, Manifest},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
};

/// The files of a directory that look like plugins, in the order of their names.
///
/// # Errors
/// If the directory cannot be read.
pub fn libraries_in(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
    let paths = entries.into_iter().map(|entry| entry.path());
    let is_library = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "so");
    let mut libraries: Vec<PathBuf> = paths.filter(is_library).collect();
    libraries.sort();
    Ok(libraries)
}

/// Looks at the files of a directory. They are tried where working copies will lie, if that place is usable.
pub(super) async fn look(dir: &Path, shadow_dir: Option<&Path>) -> Vec<Finding> {
    let what = format!("plugins in `{}`", dir.display());
    match libraries_in(dir) {
        Err(error) => {
            let fix = "create it or name another one in PLUGIN_DIR";
            let told = format!("the directory cannot be read ({error}): {fix}");
            vec![Finding::new(what, Err(Wrong::passing(told)))]
        }
        Ok(libraries) if libraries.is_empty() => {
            vec![Finding::new(what, Ok("there are none".to_owned()))]
        }
        Ok(libraries) => {
            let mut findings = Vec::new();
            for library in libraries {
                let result = plugin_file(&library, shadow_dir).await;
                // The bot starts without it.
                findings.push(Finding::new("plugin", result.map_err(Wrong::passing)));
            }
            findings
        }
    }
}

async fn plugin_file(library: &Path, shadow_dir: Option<&Path>) -> Result<String, String> {
    // What is wrong names the file.
    let Manifest { name, version, .. } =
        plugins::inspect(library).map_err(|error| chain(&error))?;
    let at = library.display();
    if let Some(dir) = shadow_dir {
        let failed = |why: String| format!("`{at}` would be refused: {why}");
        let copy = Copy::of(library, nearest_there(dir));
        let copy =
            copy.map_err(|error| format!("`{at}` cannot be copied to be tried ({error})"))?;
        let tried = plugins::try_declared(Path::new(THIS_PROGRAM), &copy.0).await;
        tried.map_err(|error| failed(chain(&error)))?;
    }
    Ok(format!("{name} {version} in `{at}`"))
}

/// A copy of a library that is gone when it is dropped: where the file itself lies nothing may be run.
struct Copy(PathBuf);

impl Copy {
    fn of(library: &Path, dir: &Path) -> io::Result<Self> {
        let copy = Self(dir.join(format!(".lumina-check-{}.so", process::id())));
        fs::copy(library, &copy.0)?;
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // It may not have been made.
        let _ = fs::remove_file(&self.0);
    }
}
