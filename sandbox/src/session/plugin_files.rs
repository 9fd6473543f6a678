//! The plugin files of a session: copies of the built ones, so that they can be broken.
//!
//! A file is always replaced by renaming a finished one over it, as an installer does.

use super::{
    breakage::{BREAKAGES, Breakage},
    nearest::nearest,
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The ending of a plugin file.
const ENDING: &str = "so";

/// A folder with plugin files, and the folder they were copied from.
#[derive(Debug)]
pub struct PluginFiles {
    origin: PathBuf,
    folder: PathBuf,
}

impl PluginFiles {
    /// Copies every plugin of `origin` into `folder`, which is made.
    ///
    /// # Errors
    /// When a folder cannot be read or written.
    pub fn copy(origin: &Path, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create `{}`", folder.display()))?;
        let files = Self { origin: origin.to_owned(), folder: folder.to_owned() };
        for name in names_in(origin)? {
            files.restore(&name)?;
        }
        Ok(files)
    }

    /// Returns the folder the host loads from.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the names of the plugins in the folder, sorted.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn names(&self) -> Result<Vec<String>> {
        names_in(&self.folder)
    }

    /// Puts another file in the place of a plugin, or what a named way makes of the present one, and
    /// returns what it is now.
    ///
    /// # Errors
    /// A sentence when there is no such plugin or file.
    pub fn replace(&self, name: &str, with: &str) -> Result<String> {
        let current = self.path(name);
        if !current.exists() {
            bail!("There is no plugin file `{name}.so`.{}", self.suggestion(name));
        }
        let (bytes, told) = match Breakage::named(with) {
            Some(breakage) => {
                let whole = fs::read(&current).context("cannot read the plugin file")?;
                (breakage.of(&whole, name), breakage.told.to_owned())
            }
            None => (fs::read(with).with_context(|| no_such_file(with))?, format!("`{with}`")),
        };
        self.install(name, &bytes)?;
        Ok(told)
    }

    /// Puts the built file back, as it is now.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub fn restore(&self, name: &str) -> Result<()> {
        let origin = self.origin.join(name).with_extension(ENDING);
        let bytes = fs::read(&origin)
            .with_context(|| format!("there is no built plugin `{}`", origin.display()))?;
        self.install(name, &bytes)
    }

    /// Takes the file of a plugin away.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub fn remove(&self, name: &str) -> Result<()> {
        fs::remove_file(self.path(name))
            .with_context(|| format!("there is no plugin file `{name}.so`"))
    }

    /// Copies a file into the folder and returns its plugin's name.
    ///
    /// # Errors
    /// A sentence when it cannot be read.
    pub fn add(&self, file: &Path) -> Result<String> {
        let name =
            file.file_stem().and_then(|stem| stem.to_str()).context("that is no file name")?;
        let bytes = fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
        self.install(name, &bytes)?;
        Ok(name.to_owned())
    }

    fn install(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let unfinished = self.folder.join(format!(".{name}.unfinished"));
        fs::write(&unfinished, bytes)
            .and_then(|()| fs::rename(&unfinished, self.path(name)))
            .with_context(|| format!("cannot write `{}`", self.path(name).display()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name).with_extension(ENDING)
    }

    fn suggestion(&self, name: &str) -> String {
        let names = self.names().unwrap_or_default();
        match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!(" Did you mean `{near}`?"),
            None => format!(" There are: {}.", names.join(", ")),
        }
    }
}

fn no_such_file(path: &str) -> String {
    let words = BREAKAGES.map(|breakage| breakage.word).join(", ");
    format!("There is no file `{path}`, and the words for one are {words}")
}

fn names_in(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder `{}`", folder.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_broken_and_put_back() {
        let place = tempfile::tempdir().unwrap();
        let origin = place.path().join("built");
        fs::create_dir(&origin).unwrap();
        fs::write(origin.join("ping.so"), b"0123456789").unwrap();
        fs::write(origin.join("notes.txt"), b"").unwrap();
        let files = PluginFiles::copy(&origin, &place.path().join("copy")).unwrap();
        assert_eq!(files.names().unwrap(), ["ping"]);
        let now = || fs::read(files.path("ping")).unwrap();
        files.replace("ping", "broken").unwrap();
        assert_eq!(now(), b"01234");
        files.replace("ping", "empty").unwrap();
        assert!(now().is_empty());
        files.restore("ping").unwrap();
        assert_eq!(now(), b"0123456789");
        let refusal = files.replace("pin", "broken").unwrap_err().to_string();
        assert_eq!(refusal, "There is no plugin file `pin.so`. Did you mean `ping`?");
        files.remove("ping").unwrap();
        assert!(files.names().unwrap().is_empty());
    }
}
