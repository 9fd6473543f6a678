//! What is wrong with a database that does not do what it is asked, as far as someone can do something
//! about it.

use super::DbError;
use std::path::Path;

// SQLite's primary result codes (reference, "Result and Error Codes").
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const IO_ERROR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const NO_DATABASE: i32 = 26;
/// The primary code is the lowest byte of an extended one.
const PRIMARY_MASK: i32 = 0xff;

/// Why a question failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Someone else holds it for longer than we wait: it passes.
    Busy,
    /// There is no room left on the disk.
    Full,
    /// The file, or the disk, cannot be written.
    ReadOnly,
    /// What is in the file makes no sense.
    Damaged,
    /// The disk fails.
    Disk,
    /// Something else: a fault of ours.
    Other,
}

impl DbError {
    /// What is wrong, for whoever tells the user or the owner what to do.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Query { source, .. } => of(source),
            Self::InUse { .. } => Trouble::Busy,
            _ => Trouble::Other,
        }
    }

    /// Whether opening the database fails in the same way until someone changes something.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::UnsupportedKind { .. }
            | Self::NoFile
            | Self::UnsupportedQuery
            | Self::Newer { .. }
            | Self::Original { .. }
            | Self::Foreign { .. }
            | Self::NoDatabase { .. } => true,
            Self::Open { source, .. } => {
                matches!(code(source), Some(READ_ONLY | CANNOT_OPEN))
            }
            _ => false,
        }
    }
}

/// Names why a file cannot be opened.
pub(super) fn of_opening(path: &Path, source: sqlx::Error) -> DbError {
    let path = path.to_owned();
    match of(&source) {
        Trouble::Damaged => DbError::NoDatabase { path, source },
        _ => DbError::Open { path, source },
    }
}

fn of(error: &sqlx::Error) -> Trouble {
    match error {
        // All connections are taken, or all who write wait for the same lock.
        sqlx::Error::PoolTimedOut => return Trouble::Busy,
        sqlx::Error::Io(_) => return Trouble::Disk,
        _ => {}
    }
    match code(error) {
        Some(BUSY | LOCKED) => Trouble::Busy,
        Some(FULL) => Trouble::Full,
        Some(READ_ONLY) => Trouble::ReadOnly,
        Some(CORRUPT | NO_DATABASE) => Trouble::Damaged,
        Some(IO_ERROR) => Trouble::Disk,
        _ => Trouble::Other,
    }
}

/// SQLite's primary code.
fn code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?.parse::<i32>().ok()?;
    Some(code & PRIMARY_MASK)
}
