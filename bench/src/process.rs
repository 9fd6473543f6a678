//! What the kernel says of a process: CPU time, memory, threads, descriptors, mappings.

use anyhow::{Context, Result};
use std::{collections::HashSet, fs, time::Duration};

/// The kernel's ticks a second, fixed at 100 on Linux for what `/proc` shows.
const TICKS_PER_SECOND: u64 = 100;

/// What a process holds at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Resident memory in KiB.
    pub resident_kib: u64,
    /// Anonymous resident memory in KiB: heap, stacks, no file contents.
    pub anonymous_kib: u64,
    /// Threads.
    pub n_threads: u64,
    /// Open descriptors that are no sockets.
    pub n_descriptors: usize,
    /// Open sockets: how many connections a pool keeps depends on how many were needed at once.
    pub n_sockets: usize,
    /// Mappings of files: programs, libraries and what lies beside them.
    pub n_file_mappings: usize,
    /// Mappings of no file: heap and stacks. The allocator opens further arenas where threads meet.
    pub n_anonymous_mappings: usize,
}

/// Returns what the process `pid` holds.
pub fn held(pid: u32) -> Result<Held> {
    let status = read(pid, "status")?;
    let (n_descriptors, n_sockets) = descriptors(pid)?;
    let maps = read(pid, "maps")?;
    let n_file_mappings = maps.lines().filter(|line| line.contains('/')).count();
    Ok(Held {
        resident_kib: number(&status, "VmRSS:")?,
        anonymous_kib: number(&status, "RssAnon:")?,
        n_threads: number(&status, "Threads:")?,
        n_descriptors,
        n_sockets,
        n_file_mappings,
        n_anonymous_mappings: maps.lines().count() - n_file_mappings,
    })
}

/// Returns how many files are mapped whose path contains `part`, counted once each.
pub fn n_mapped(pid: u32, part: &str) -> Result<usize> {
    let maps = read(pid, "maps")?;
    let paths = maps.lines().filter_map(|line| line.find('/').map(|start| &line[start..]));
    Ok(paths.filter(|path| path.contains(part)).collect::<HashSet<_>>().len())
}

/// Returns how many descriptors are open that are no sockets, and how many that are.
fn descriptors(pid: u32) -> Result<(usize, usize)> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).context("cannot list descriptors")?;
    // One that is closed while it is looked at is neither.
    let targets = entries.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    let (sockets, others): (Vec<_>, Vec<_>) =
        targets.partition(|target| target.to_string_lossy().starts_with("socket:"));
    Ok((others.len(), sockets.len()))
}

/// Returns the CPU time that the process `pid` has used so far.
pub fn cpu(pid: u32) -> Result<Duration> {
    let stat = read(pid, "stat")?;
    // The name, in brackets, may hold spaces: count from behind it.
    let behind = stat.rsplit(')').next().unwrap_or_default();
    let field = |index: usize| -> Result<u64> {
        let text = behind.split_whitespace().nth(index).context("a field is missing")?;
        text.parse().context("a field is no number")
    };
    let ticks = field(11)? + field(12)?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

fn read(pid: u32, what: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{what}");
    fs::read_to_string(&path).with_context(|| format!("cannot read `{path}`"))
}

fn number(status: &str, key: &str) -> Result<u64> {
    let line = status.lines().find(|line| line.starts_with(key));
    let word = line.and_then(|line| line.split_whitespace().nth(1));
    word.with_context(|| format!("no `{key}`"))?.parse().with_context(|| format!("`{key}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_holds_memory_threads_and_descriptors() {
        let held = held(std::process::id()).unwrap();
        assert!(held.resident_kib > 0 && held.n_threads > 0 && held.n_descriptors > 0);
        assert!(held.n_file_mappings > 0 && held.n_anonymous_mappings > 0);
        assert!(held.anonymous_kib <= held.resident_kib);
    }

    #[test]
    fn a_library_is_counted_once_however_many_parts_of_it_are_mapped() {
        let pid = std::process::id();
        assert_eq!(n_mapped(pid, "/libc.so.6").unwrap(), 1);
        assert_eq!(n_mapped(pid, "/no-such-library").unwrap(), 0);
    }

    #[test]
    fn cpu_time_grows_with_work() {
        let before = cpu(std::process::id()).unwrap();
        let mut sum = 0_u64;
        while cpu(std::process::id()).unwrap() == before {
            sum = (0..1_000_000).fold(sum, |sum, n| sum.wrapping_mul(31).wrapping_add(n));
        }
        assert_ne!(sum, 1);
    }
}
