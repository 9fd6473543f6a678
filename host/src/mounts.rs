//! What the system says of the places where files lie: mounted alone, or without leave to run programs.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What is mounted, as this process sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mounts(Vec<Mount>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Mount {
    point: PathBuf,
    forbids_programs: bool,
}

impl Mounts {
    /// Reads them; none where the system does not tell.
    #[must_use]
    pub fn read() -> Self {
        Self::parse(&fs::read_to_string("/proc/self/mountinfo").unwrap_or_default())
    }

    /// Reads lines as `proc_pid_mountinfo(5)` describes them.
    pub(crate) fn parse(text: &str) -> Self {
        let mount = |line: &str| {
            let mut fields = line.split(' ');
            let point = PathBuf::from(unescaped(fields.nth(4)?));
            let forbids_programs = fields.next()?.split(',').any(|option| option == "noexec");
            Some(Mount { point, forbids_programs })
        };
        Self(text.lines().filter_map(mount).collect())
    }

    /// Whether exactly `path` is mounted: a single file of another file system, for example.
    #[must_use]
    pub fn is_mount_point(&self, path: &Path) -> bool {
        let real = real_path(path);
        self.0.iter().any(|mount| mount.point == real)
    }

    /// Whether libraries and programs below `path` cannot be run.
    #[must_use]
    pub fn forbids_programs(&self, path: &Path) -> bool {
        let real = real_path(path);
        let above = self.0.iter().filter(|mount| real.starts_with(&mount.point));
        // Of mounts on the same point the last one counts.
        let nearest = above.max_by_key(|mount| mount.point.components().count());
        nearest.is_some_and(|mount| mount.forbids_programs)
    }
}

/// The path without links, as far as it exists.
fn real_path(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = path.ancestors().find_map(|part| {
        let real = fs::canonicalize(part).ok()?;
        Some(real.join(path.strip_prefix(part).ok()?))
    });
    // Joining nothing leaves a slash at the end, which is no part of a path.
    existing.map_or(path, |real| real.components().collect())
}

/// Spaces and the like stand as `\040` there.
fn unescaped(field: &str) -> String {
    let mut text = String::new();
    let mut rest = field;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let code = after.get(..3).and_then(|code| u8::from_str_radix(code, 8).ok());
        match code {
            Some(code) => {
                text.push(char::from(code));
                rest = &after[3..];
            }
            None => {
                text.push('\\');
                rest = after;
            }
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
22 1 0:20 / / rw,relatime - overlay overlay rw
23 22 0:21 / /nowhere rw,nosuid,noexec - ext4 /dev/a rw
24 22 0:22 /a /nowhere/a\\040b/database.db rw,relatime - ext4 /dev/a rw
25 22 0:23 / /nowhere/programs rw - ext4 /dev/b rw
";

    #[test]
    fn a_file_that_is_mounted_alone_is_seen() {
        let mounts = Mounts::parse(TABLE);
        assert!(mounts.is_mount_point(Path::new("/nowhere/a b/database.db")));
        assert!(!mounts.is_mount_point(Path::new("/nowhere/a b/other.db")));
        assert!(mounts.is_mount_point(Path::new("/")));
    }

    #[test]
    fn the_nearest_mount_says_whether_programs_run() {
        let mounts = Mounts::parse(TABLE);
        assert!(mounts.forbids_programs(Path::new("/nowhere/shadow")));
        assert!(!mounts.forbids_programs(Path::new("/nowhere/programs/shadow")));
        assert!(!mounts.forbids_programs(Path::new("/elsewhere")));
    }
}
