//! What is wrong with a database that does not do what it is asked, as far as someone can do something
//! about it.

use super::DbError;

// SQLite's primary result codes (reference, "Result and Error Codes").
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const IO_ERROR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
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
}

fn of(error: &sqlx::Error) -> Trouble {
    let code = match error {
        // All connections wait for the same lock.
        sqlx::Error::PoolTimedOut => return Trouble::Busy,
        sqlx::Error::Io(_) => return Trouble::Disk,
        sqlx::Error::Database(error) => error.code().and_then(|code| code.parse::<i32>().ok()),
        _ => None,
    };
    match code.map(|code| code & PRIMARY_MASK) {
        Some(BUSY | LOCKED) => Trouble::Busy,
        Some(FULL) => Trouble::Full,
        Some(READ_ONLY) => Trouble::ReadOnly,
        Some(CORRUPT | NO_DATABASE) => Trouble::Damaged,
        Some(IO_ERROR) => Trouble::Disk,
        _ => Trouble::Other,
    }
}
