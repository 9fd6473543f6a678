//! What the system says of this process and its files.

use std::{fs, path::Path};

/// What stands before the memory that is resident, in kibibytes.
const RESIDENT: &str = "VmRSS:";
/// What stands before the number of threads.
const THREADS: &str = "Threads:";
/// What SQLite adds to the name of its journal.
const JOURNAL: &str = "-wal";

/// Returns the memory that is resident; 0 where the system does not tell.
pub(super) fn memory_bytes() -> u64 {
    status(RESIDENT) * 1_024
}

/// Returns how many threads there are; 0 where the system does not tell.
pub(super) fn n_threads() -> u64 {
    status(THREADS)
}

/// Returns how much room the database takes.
pub(super) fn database_bytes(database: &Path) -> u64 {
    let mut journal = database.as_os_str().to_owned();
    journal.push(JOURNAL);
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    size(database) + size(Path::new(&journal))
}

fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}
