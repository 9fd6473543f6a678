//! The log as a file that never fills the disk: at a size it is renamed, and a few old ones are kept.

use crate::owner_alone;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The size at which a file is renamed: a day of lines of each interaction on a busy server.
pub(super) const FILE_BYTES_MAX: u64 = 10 << 20;
/// How many renamed files are kept. With the current one they take 60 MiB at most.
pub(super) const OLD_FILES_MAX: u32 = 5;

/// The file. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct LogFile(Arc<Mutex<Rotated>>);

#[derive(Debug)]
struct Rotated {
    path: PathBuf,
    file: File,
    size_bytes: u64,
    size_bytes_max: u64,
    is_failing: bool,
}

impl LogFile {
    /// Opens the file, and makes it and its directory if they are missing, for nobody else to look into.
    pub(super) fn open(path: &Path, size_bytes_max: u64) -> io::Result<Self> {
        let (file, size_bytes) = open(path)?;
        let path = path.to_owned();
        let rotated = Rotated { path, file, size_bytes, size_bytes_max, is_failing: false };
        Ok(Self(Arc::new(Mutex::new(rotated))))
    }

    /// Opens the file anew, for those who have renamed it.
    pub(super) fn reopen(&self) -> io::Result<()> {
        let mut rotated = self.rotated();
        (rotated.file, rotated.size_bytes) = open(&rotated.path)?;
        Ok(())
    }

    /// Writes one line. A disk that is full costs lines, told once on standard error; the host goes on.
    pub(super) fn write_line(&self, line: &[u8]) {
        let mut rotated = self.rotated();
        match rotated.write(line) {
            Ok(()) => rotated.is_failing = false,
            Err(error) if !rotated.is_failing => {
                rotated.is_failing = true;
                let path = rotated.path.display();
                // Where that is closed too nobody can be told.
                let _ = writeln!(io::stderr(), "lumina: LOG_FILE `{path}` loses lines: {error}");
            }
            Err(_) => {}
        }
    }

    fn rotated(&self) -> MutexGuard<'_, Rotated> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rotated {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.size_bytes > 0 && self.size_bytes + line.len() as u64 > self.size_bytes_max {
            self.rotate()?;
        }
        self.file.write_all(line)?;
        self.size_bytes += line.len() as u64;
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        for number in (1..OLD_FILES_MAX).rev() {
            let older = numbered(&self.path, number + 1);
            ignore_missing(fs::rename(numbered(&self.path, number), older))?;
        }
        ignore_missing(fs::rename(&self.path, numbered(&self.path, 1)))?;
        let readers = self.file.metadata()?.permissions();
        (self.file, self.size_bytes) = open(&self.path)?;
        self.file.set_permissions(readers)
    }
}

fn open(path: &Path) -> io::Result<(File, u64)> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        owner_alone::make_directory(folder)?;
    }
    let file = owner_alone::file().create(true).append(true).open(path)?;
    let size_bytes = file.metadata()?.len();
    Ok((file, size_bytes))
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    PathBuf::from(name)
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    #[test]
    fn files_are_renamed_at_their_size_and_only_a_few_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logs/lumina.log");
        let log = LogFile::open(&path, 10).unwrap();
        for number in 0..20 {
            log.write_line(format!("line {number:02}\n").as_bytes());
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "line 19\n");
        assert_eq!(fs::read_to_string(numbered(&path, 1)).unwrap(), "line 18\n");
        let n_files = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(n_files, 1 + OLD_FILES_MAX as usize);
    }

    #[test]
    fn who_may_read_the_file_may_read_the_one_after_it() {
        const GROUP_TOO: u32 = 0o640;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lumina.log");
        let log = LogFile::open(&path, 10).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(GROUP_TOO)).unwrap();
        log.write_line(b"one line\n");
        log.write_line(b"another\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "another\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, GROUP_TOO);
    }

    #[test]
    fn a_file_goes_on_where_it_ended_and_one_renamed_by_others_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lumina.log");
        LogFile::open(&path, 100).unwrap().write_line(b"one\n");
        let log = LogFile::open(&path, 100).unwrap();
        log.write_line(b"two\n");
        fs::rename(&path, folder.path().join("theirs")).unwrap();
        log.reopen().unwrap();
        log.write_line(b"three\n");
        assert_eq!(fs::read_to_string(folder.path().join("theirs")).unwrap(), "one\ntwo\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
    }
}
