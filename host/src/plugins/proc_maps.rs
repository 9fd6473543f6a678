//! What the kernel says about this process: which files are mapped where, which threads there are.
//!
//! It may say nothing at all, where no descriptor is left to ask with: that is an error here, and must
//! never be taken for an answer.

use std::{fs, io, ops::Range, path::Path};

/// Returns the span of addresses over which `path` is mapped; none if it is not.
///
/// # Errors
/// If the kernel does not say.
pub(super) fn mapped_range(path: &Path) -> io::Result<Option<Range<usize>>> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let path = path.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
    Ok(range_in(&maps, path))
}

/// Returns whether a thread of this process has the name.
///
/// # Errors
/// If the kernel does not say.
pub(super) fn has_thread(name: &str) -> io::Result<bool> {
    has_thread_in(Path::new("/proc/self/task"), name)
}

fn has_thread_in(threads: &Path, name: &str) -> io::Result<bool> {
    for thread in threads.read_dir()? {
        if name_of(&thread?.path())?.as_deref() == Some(name.as_bytes()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the name of a thread; none if it has ended meanwhile.
fn name_of(thread: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(thread.join("comm")) {
        Ok(name) => Ok(Some(name.trim_ascii_end().to_owned())),
        Err(error) if is_gone(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a thread ended before its file was opened, or before it was read.
fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(libc::ESRCH)
}

fn range_in(maps: &str, path: &str) -> Option<Range<usize>> {
    let ranges = maps.lines().filter_map(|line| line_range(line, path));
    ranges.reduce(|all, next| all.start.min(next.start)..all.end.max(next.end))
}

/// A line is `start-end permissions offset device inode    path`, perhaps with ` (deleted)` behind.
fn line_range(line: &str, path: &str) -> Option<Range<usize>> {
    let mapped = line.splitn(6, ' ').nth(5)?.trim_start();
    let rest = mapped.strip_prefix(path)?;
    if !rest.is_empty() && rest != " (deleted)" {
        return None;
    }
    let (start, end) = line.split(' ').next()?.split_once('-')?;
    Some(usize::from_str_radix(start, 16).ok()?..usize::from_str_radix(end, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPS: &str = "\
7f00a000-7f00b000 r--p 00000000 fe:01 100                        /x/a.0.so
7f00b000-7f00f000 r-xp 00001000 fe:01 100                        /x/a.0.so (deleted)
7f010000-7f011000 rw-p 00000000 00:00 0
7f020000-7f021000 r--p 00000000 fe:01 101                        /x/a.0.so.bak
";

    #[test]
    fn the_lines_of_a_file_make_one_span() {
        assert_eq!(range_in(MAPS, "/x/a.0.so"), Some(0x7f00_a000..0x7f00_f000));
        assert_eq!(range_in(MAPS, "/x/a.1.so"), None);
    }

    #[test]
    fn this_thread_is_found_by_its_name() {
        let found = std::thread::Builder::new().name("p0-proc-maps".into());
        let found = found.spawn(|| has_thread("p0-proc-maps")).unwrap().join().unwrap();
        assert!(found.unwrap());
        assert!(!has_thread("p0-nobody").unwrap());
    }

    #[test]
    fn a_thread_that_has_ended_is_none_and_one_that_cannot_be_read_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        has_thread_in(&folder.path().join("none"), "p0").expect_err("there is no such folder");
        let ended = folder.path().join("1");
        fs::create_dir(&ended).unwrap();
        assert!(!has_thread_in(folder.path(), "p0").unwrap());
        fs::create_dir(ended.join("comm")).unwrap();
        has_thread_in(folder.path(), "p0").expect_err("a folder cannot be read");
    }
}
