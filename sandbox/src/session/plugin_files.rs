//! The plugin files of a session: copies of the built ones, so that they can be broken.
//!
//! A file is always replaced by renaming a finished one over it, as an installer does.

use super::{
    breakage::{BREAKAGES, Breakage},
    nearest::nearest,
};
use anyhow::{Context as _, Result, bail};
use std::{
    collections::BTreeMap,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The ending of a plugin file.
const ENDING: &str = "so";

/// A folder with plugin files, and the folder they were copied from.
///
/// A file that nobody changed here follows the built one: what was built last is what is loaded.
#[derive(Debug)]
pub struct PluginFiles {
    origin: PathBuf,
    folder: PathBuf,
    plugins: BTreeMap<String, Plugin>,
}

/// What is known of one plugin file.
#[derive(Debug)]
struct Plugin {
    /// The good file it comes from.
    built: PathBuf,
    /// When that was written, and how large it is.
    stamp: Option<Stamp>,
    /// What was done to the copy, as in `half of a library`.
    changed: Option<String>,
}

type Stamp = (SystemTime, u64);

impl PluginFiles {
    /// Copies every plugin of `origin` into `folder`, which is made.
    ///
    /// # Errors
    /// When a folder cannot be read or written.
    pub fn copy(origin: &Path, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create `{}`", folder.display()))?;
        let (origin, folder) = (origin.to_owned(), folder.to_owned());
        let mut files = Self { origin, folder, plugins: BTreeMap::new() };
        for name in names_in(&files.origin)? {
            files.put_back(&name, files.origin.join(&name).with_extension(ENDING))?;
        }
        Ok(files)
    }

    /// Copies what was built since the last time and not changed here; returns a sentence for each.
    ///
    /// # Errors
    /// When a folder cannot be read or written.
    pub fn follow(&mut self) -> Result<Vec<String>> {
        let mut news = Vec::new();
        for name in names_in(&self.origin)? {
            let built = self.origin.join(&name).with_extension(ENDING);
            match self.plugins.get(&name) {
                None => {
                    self.put_back(&name, built)?;
                    news.push(format!(
                        "`{name}.so` was built. `/sudo load plugin:{name}` loads it."
                    ));
                }
                Some(plugin) if plugin.is_behind() => {
                    let before = fs::read(self.path(&name)).ok();
                    self.put_back(&name, built)?;
                    if before != fs::read(self.path(&name)).ok() {
                        news.push(format!(
                            "`{name}.so` was built anew. `/sudo reload plugin:{name}` takes it."
                        ));
                    }
                }
                Some(_) => {}
            }
        }
        Ok(news)
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

    /// Returns the plugins by name, each with what was done to its file here.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> Result<Vec<(String, Option<&str>)>> {
        let mut names = names_in(&self.folder)?;
        names.extend(self.plugins.keys().filter(|name| !self.path(name).exists()).cloned());
        names.sort();
        let changed = |name: &str| self.plugins.get(name)?.changed.as_deref();
        Ok(names.into_iter().map(|name| (name.clone(), changed(&name))).collect())
    }

    /// Puts another file in the place of a plugin, or what a named way makes of the built one, and
    /// returns what it is now.
    ///
    /// # Errors
    /// A sentence when there is no such plugin or file.
    pub fn replace(&mut self, name: &str, with: &str) -> Result<String> {
        let Some(plugin) = self.plugins.get(name) else {
            bail!("There is no plugin file `{name}.so`.{}", self.suggestion(name));
        };
        let (bytes, told) = match Breakage::named(with) {
            Some(breakage) => {
                let whole = fs::read(&plugin.built).with_context(|| not_built(&plugin.built))?;
                (breakage.of(&whole, name), breakage.told.to_owned())
            }
            None => (given(with)?, format!("`{with}`")),
        };
        self.install(name, &bytes)?;
        self.note(name, &told);
        Ok(told)
    }

    /// Puts the built file back, as it is now.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub fn restore(&mut self, name: &str) -> Result<()> {
        let Some(plugin) = self.plugins.get(name) else {
            bail!("There is no built plugin `{name}`.{}", self.suggestion(name));
        };
        let built = plugin.built.clone();
        self.put_back(name, built)
    }

    /// Takes the file of a plugin away.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub fn remove(&mut self, name: &str) -> Result<()> {
        if fs::remove_file(self.path(name)).is_err() {
            bail!("There is no plugin file `{name}.so`.{}", self.suggestion(name));
        }
        self.note(name, "taken away");
        Ok(())
    }

    /// Copies a file into the folder and returns its plugin's name. A path that leads nowhere from
    /// here is tried from the folder in which the folder of built plugins lies.
    ///
    /// # Errors
    /// A sentence when it cannot be read.
    pub fn add(&mut self, file: &Path) -> Result<String> {
        let beside = self.origin.parent().map(|folder| folder.join(file));
        let file = beside.filter(|beside| !file.exists() && beside.exists()).unwrap_or(file.into());
        if file.is_dir() {
            let file = file.display();
            bail!(
                "`{file}` is a folder. `plugin add` takes the library of one plugin, as in `{file}/quiz.so`."
            );
        }
        if !file.is_file() {
            bail!("There is no file `{}`.", file.display());
        }
        let name =
            file.file_stem().and_then(|stem| stem.to_str()).context("That is no file name")?;
        self.put_back(name, file.clone())?;
        Ok(name.to_owned())
    }

    /// Copies the good file `built` into the folder.
    fn put_back(&mut self, name: &str, built: PathBuf) -> Result<()> {
        // Taken first: a file that is written meanwhile is copied once more.
        let stamp = stamp(&built);
        let bytes = fs::read(&built).with_context(|| not_built(&built))?;
        self.install(name, &bytes)?;
        self.plugins.insert(name.to_owned(), Plugin { built, stamp, changed: None });
        Ok(())
    }

    fn note(&mut self, name: &str, changed: &str) {
        if let Some(plugin) = self.plugins.get_mut(name) {
            plugin.changed = Some(changed.to_owned());
        }
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
        let names: Vec<String> = self.plugins.keys().cloned().collect();
        match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!(" Did you mean `{near}`?"),
            None => format!(" There are: {}.", names.join(", ")),
        }
    }
}

impl Plugin {
    /// Whether the built file is another than the one that was copied, which nobody changed here.
    fn is_behind(&self) -> bool {
        self.changed.is_none() && self.stamp != stamp(&self.built)
    }
}

fn stamp(file: &Path) -> Option<Stamp> {
    let about = fs::metadata(file).ok()?;
    Some((about.modified().ok()?, about.len()))
}

fn not_built(file: &Path) -> String {
    format!("Cannot read the built plugin `{}`", file.display())
}

/// Reads what stands behind `with` and is none of the words for a file.
fn given(path: &str) -> Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let words = BREAKAGES.map(|breakage| breakage.word);
            let near = nearest(path, words).map(|near| format!(" Did you mean `{near}`?"));
            let near = near.unwrap_or_default();
            let words = words.join(", ");
            bail!("`{path}` is no file and none of the words for one: {words}.{near}")
        }
        read => read.with_context(|| format!("cannot read `{path}`")),
    }
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
        let mut files = PluginFiles::copy(&origin, &place.path().join("copy")).unwrap();
        assert_eq!(files.names().unwrap(), ["ping"]);
        let file = files.path("ping");
        let now = || fs::read(&file).unwrap();
        files.replace("ping", "broken").unwrap();
        assert_eq!(now(), b"01234");
        files.replace("ping", "truncated").unwrap();
        assert_eq!(now(), b"01234", "half of the built file, not of the half");
        let about_ping = ("ping".to_owned(), Some("half of a library"));
        assert_eq!(files.list().unwrap(), [about_ping]);
        files.replace("ping", "empty").unwrap();
        assert!(now().is_empty());
        files.restore("ping").unwrap();
        assert_eq!(now(), b"0123456789");
        let refusal = files.replace("pin", "broken").unwrap_err().to_string();
        assert_eq!(refusal, "There is no plugin file `pin.so`. Did you mean `ping`?");
        let refusal = files.replace("ping", "brokn").unwrap_err().to_string();
        let words = "broken, truncated, text, empty, garbage, abi, new";
        assert_eq!(
            refusal,
            format!(
                "`brokn` is no file and none of the words for one: {words}. Did you mean `broken`?"
            )
        );
        let refusal = files.add(Path::new("/nowhere/quiz.so")).unwrap_err().to_string();
        assert_eq!(refusal, "There is no file `/nowhere/quiz.so`.");
        let folder = place.path().display();
        let refusal = files.add(place.path()).unwrap_err().to_string();
        let takes =
            format!("`plugin add` takes the library of one plugin, as in `{folder}/quiz.so`.");
        assert_eq!(refusal, format!("`{folder}` is a folder. {takes}"));
        files.remove("ping").unwrap();
        assert!(files.names().unwrap().is_empty());
    }

    #[test]
    fn what_is_built_meanwhile_is_taken_unless_it_was_changed_here() {
        let place = tempfile::tempdir().unwrap();
        let origin = place.path().join("built");
        fs::create_dir(&origin).unwrap();
        fs::write(origin.join("ping.so"), b"first").unwrap();
        let mut files = PluginFiles::copy(&origin, &place.path().join("copy")).unwrap();
        assert!(files.follow().unwrap().is_empty());

        fs::write(origin.join("ping.so"), b"the second").unwrap();
        fs::write(origin.join("pong.so"), b"new").unwrap();
        assert_eq!(
            files.follow().unwrap(),
            [
                "`ping.so` was built anew. `/sudo reload plugin:ping` takes it.",
                "`pong.so` was built. `/sudo load plugin:pong` loads it.",
            ]
        );
        assert_eq!(fs::read(files.path("ping")).unwrap(), b"the second");
        assert_eq!(fs::read(files.path("pong")).unwrap(), b"new");

        files.replace("ping", "empty").unwrap();
        fs::write(origin.join("ping.so"), b"a third one").unwrap();
        assert!(files.follow().unwrap().is_empty());
        assert!(fs::read(files.path("ping")).unwrap().is_empty());
        files.restore("ping").unwrap();
        assert_eq!(fs::read(files.path("ping")).unwrap(), b"a third one");
    }
}
