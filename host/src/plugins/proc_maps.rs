//! What the kernel says about this process: which files are mapped where, which threads there are.

use std::{fs, ops::Range, path::Path};

/// Returns the span of addresses over which `path` is mapped; none if it is not.
pub(super) fn mapped_range(path: &Path) -> Option<Range<usize>> {
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    range_in(&maps, path.to_str()?)
}

/// Returns whether a thread of this process has the name.
pub(super) fn has_thread(name: &str) -> bool {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return false };
    threads.flatten().any(|thread| {
        // A thread that ends between the two reads has no name any more.
        fs::read_to_string(thread.path().join("comm")).is_ok_and(|comm| comm.trim_end() == name)
    })
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
        assert!(found);
        assert!(!has_thread("p0-nobody"));
    }
}
