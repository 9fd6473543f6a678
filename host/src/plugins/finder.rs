//! Finds plugin files and reads them whole, without trusting what lies there.

use lumina_plugin_api::text::Text;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{File, OpenOptions},
    io::{self, Read},
    os::unix::fs::{FileTypeExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use thiserror::Error;

use super::error::LoadError;
use crate::texts::{Told, name, say_in_english};

/// How the file of a plugin ends.
const EXTENSION: &str = "so";

/// Why a file cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    /// The system refuses.
    Open(#[source] io::Error),
    /// Links lead in a circle.
    LinkLoop,
    /// It is something else.
    NotAFile(NoFile),
    /// Nothing is in it.
    Empty,
    /// It is too large.
    TooLarge {
        /// What it has.
        bytes: u64,
        /// What is allowed.
        bytes_max: u64,
    },
    /// Reading stopped.
    Read(#[source] io::Error),
}

/// What stands where a file should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFile {
    /// A directory.
    Directory,
    /// A named pipe.
    Pipe,
    /// A device.
    Device,
    /// A socket, or a device that is not there.
    Socket,
}

say_in_english!(FileError);

impl Told for FileError {
    fn own(&self) -> Text {
        Text::key(match self {
            Self::Open(_) => "file-open",
            Self::LinkLoop => "file-link-loop",
            Self::NotAFile(NoFile::Directory) => "file-directory",
            Self::NotAFile(NoFile::Pipe) => "file-pipe",
            Self::NotAFile(NoFile::Device) => "file-device",
            Self::NotAFile(NoFile::Socket) => "file-socket",
            Self::Empty => "file-empty",
            Self::TooLarge { bytes, bytes_max } => {
                return Text::key("file-large")
                    .arg("bytes", name(bytes))
                    .arg("max", name(bytes_max));
            }
            Self::Read(_) => "file-read",
        })
    }
}

/// What lies in the plugin directories.
#[derive(Debug, Default)]
pub struct Found {
    /// The file of each name, the first in the order of the directories.
    pub files: BTreeMap<String, PathBuf>,
    /// What was left aside, with the name it would have had.
    pub problems: Vec<(String, LoadError)>,
}

/// Returns the files that could be plugins, by their stem.
#[must_use]
pub fn find(directories: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for directory in each_once(directories) {
        match files_in(directory) {
            Ok(files) => files.into_iter().for_each(|path| found.add(path)),
            Err(source) => {
                let path = directory.clone();
                let name = directory.display().to_string();
                found.problems.push((name, LoadError::Directory { path, source }));
            }
        }
    }
    found
}

/// Returns the file of the plugin `name`: the first in the order of the directories.
///
/// # Errors
/// If no directory has it.
pub(super) fn find_one(directories: &[PathBuf], name: &str) -> Result<PathBuf, LoadError> {
    let mut candidates =
        directories.iter().map(|directory| directory.join(format!("{name}.{EXTENSION}")));
    candidates.find(|path| path.symlink_metadata().is_ok()).ok_or_else(|| LoadError::Missing {
        name: name.to_owned(),
        directories: directories.to_vec(),
    })
}

/// Returns the bytes of a regular file of at most `bytes_max` bytes.
///
/// # Errors
/// What it is instead, or why it cannot be read.
pub(super) fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    let file = open(path)?;
    check_file(&file, bytes_max)?;
    read_whole(file, bytes_max)
}

impl Found {
    fn add(&mut self, path: PathBuf) {
        let stem = path.file_stem().unwrap_or_default();
        let Some(stem) = stem.to_str().map(str::to_owned) else {
            let name = stem.to_string_lossy().into_owned();
            self.problems.push((name.clone(), LoadError::Name(name)));
            return;
        };
        match self.files.get(&stem) {
            None => drop(self.files.insert(stem, path)),
            Some(first) => {
                let problem = LoadError::Second { path, first: first.clone() };
                self.problems.push((stem, problem));
            }
        }
    }
}

/// Returns the directories without those that come again under whatever name.
fn each_once(directories: &[PathBuf]) -> impl Iterator<Item = &PathBuf> {
    let mut seen = BTreeSet::new();
    directories.iter().filter(move |path| {
        let place = path.canonicalize();
        seen.insert(place.unwrap_or_else(|_| path.to_path_buf()))
    })
}

fn files_in(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in directory.read_dir()? {
        let path = entry?.path();
        let is_hidden =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.extension().is_some_and(|extension| extension == EXTENSION) && !is_hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn open(path: &Path) -> Result<File, FileError> {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    options.open(path).map_err(|error| match error.raw_os_error() {
        Some(libc::ELOOP) => FileError::LinkLoop,
        Some(libc::ENXIO) => FileError::NotAFile(NoFile::Socket),
        _ => FileError::Open(error),
    })
}

fn check_file(file: &File, bytes_max: u64) -> Result<(), FileError> {
    let metadata = file.metadata().map_err(FileError::Read)?;
    let kind = metadata.file_type();
    if !kind.is_file() {
        return Err(FileError::NotAFile(if kind.is_dir() {
            NoFile::Directory
        } else if kind.is_fifo() {
            NoFile::Pipe
        } else {
            NoFile::Device
        }));
    }
    match metadata.len() {
        0 => Err(FileError::Empty),
        bytes if bytes > bytes_max => Err(FileError::TooLarge { bytes, bytes_max }),
        _ => Ok(()),
    }
}

fn read_whole(file: impl Read, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    // One more than allowed, because the file may grow while it is read.
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(FileError::Read)?;
    match bytes.len() as u64 {
        0 => Err(FileError::Empty),
        read if read > bytes_max => Err(FileError::TooLarge { bytes: read, bytes_max }),
        _ => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        ffi::OsStr,
        fs,
        os::unix::{ffi::OsStrExt, fs::symlink},
    };

    fn refusal(path: &Path) -> String {
        read(path, 10).expect_err("it is refused").to_string()
    }

    #[test]
    fn only_regular_files_of_a_fit_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("fine"), "0123456789").unwrap();
        fs::write(at("large"), "0123456789+").unwrap();
        fs::write(at("empty"), "").unwrap();
        symlink(at("loop"), at("loop")).unwrap();
        symlink(at("fine"), at("link")).unwrap();
        assert_eq!(read(&at("fine"), 10).unwrap(), b"0123456789");
        assert_eq!(read(&at("link"), 10).unwrap(), b"0123456789");
        assert_eq!(refusal(&at("large")), "it has 11 bytes, more than 10");
        assert_eq!(refusal(&at("empty")), "it is empty");
        assert_eq!(refusal(&at("loop")), "its links lead in a circle");
        assert_eq!(refusal(folder.path()), "it is a directory, not a file");
        assert_eq!(refusal(Path::new("/dev/null")), "it is a device, not a file");
        assert_eq!(refusal(&at("nowhere")), "it cannot be opened");
    }

    /// A disk that fails after its first bytes.
    struct Failing(bool);

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(io::Error::from_raw_os_error(libc::EIO));
            }
            buffer[0] = 1;
            Ok(1)
        }
    }

    #[test]
    fn a_file_whose_reading_fails_or_that_grows_meanwhile_is_refused() {
        let failed = read_whole(Failing(false), 10).unwrap_err();
        assert!(
            matches!(&failed, FileError::Read(error) if error.raw_os_error() == Some(libc::EIO))
        );
        assert_eq!(failed.to_string(), "it cannot be read");
        let grown = read_whole(io::repeat(1), 10).unwrap_err();
        assert_eq!(grown.to_string(), "it has 11 bytes, more than 10");
        assert_eq!(read_whole(io::empty(), 10).unwrap_err().to_string(), "it is empty");
    }

    #[test]
    fn a_file_whose_name_is_no_text_is_told_and_used_by_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let broken = OsStr::from_bytes(b"\xffping.so");
        fs::write(folder.path().join(broken), "").unwrap();
        let found = find(&[folder.path().to_owned()]);
        assert!(found.files.is_empty(), "{found:?}");
        let [(name, LoadError::Name(given))] = &found.problems[..] else { panic!("{found:?}") };
        assert!(name.ends_with("ping") && given == name, "{name} {given}");
    }

    #[test]
    fn a_folder_that_is_named_twice_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.so"), "").unwrap();
        let link = folder.path().join("link");
        symlink(folder.path(), &link).unwrap();
        let twice = [folder.path().to_owned(), folder.path().join("."), link];
        let found = find(&twice);
        assert_eq!(found.files["a"], folder.path().join("a.so"));
        assert!(found.problems.is_empty(), "{found:?}");
    }

    #[test]
    fn the_first_file_of_a_name_is_used_and_the_second_is_told() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(one.path().join("b.so"), "").unwrap();
        fs::write(two.path().join("b.so"), "").unwrap();
        fs::write(two.path().join("a.so"), "").unwrap();
        fs::write(two.path().join(".hidden.so"), "").unwrap();
        fs::write(two.path().join("notes.txt"), "").unwrap();
        let directories = [one.path().to_owned(), two.path().to_owned(), "/nowhere".into()];
        let found = find(&directories);
        let names: Vec<_> = found.files.keys().map(String::as_str).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(found.files["b"], one.path().join("b.so"));
        let problems: Vec<_> = found.problems.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(problems, ["b", "/nowhere"]);
        assert_eq!(find_one(&directories, "a").unwrap(), two.path().join("a.so"));
    }
}
