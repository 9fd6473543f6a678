//! A copy of the database beside it, made before a newer host changes its tables.

use super::{Database, DbError, lock::beside, look, migrations};
use crate::{clock::UnixMillis, owner_alone};
use sqlx::SqlitePool;
use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    time::Duration,
};

/// What stands in the name of a copy before the step that it was made for.
const MARK: &str = ".before-";
/// How many copies are kept: those of the last updates, and of some that were tried again.
const COPIES_MAX: usize = 5;
/// How long a copy is kept beside a newer one: whoever wants to go back does so within weeks, and what people
/// had deleted since is still in it.
const COPY_FOR: Duration = Duration::from_secs(42 * 24 * 3_600);
/// Files are compared in pieces of this size.
const PIECE_BYTES: usize = 64 * 1024;

/// A copy that was made before.
#[derive(Debug)]
struct Copy {
    path: PathBuf,
    /// The step that it was made for, and which of the copies for that step it is.
    order: (i64, u32),
}

/// Copies the database if it has seen some steps but not all. A copy of the same state is not made twice:
/// the last one may be from a start that failed afterwards.
pub(super) async fn before_migrations(pool: &SqlitePool, path: &Path) -> Result<(), DbError> {
    let Some(version) = latest_step(pool).await.map_err(failed(path))? else { return Ok(()) };
    let latest = migrations::latest();
    if version >= latest {
        return Ok(());
    }
    let kept = copy_for(pool, path, latest).await.map_err(failed(path))?;
    if let Some(copy) = kept {
        tracing::info!(db.copy = %copy.display(), "kept a copy of the database before changing its tables");
    }
    Ok(())
}

impl Database {
    /// Removes the copies that are too old to go back to. The newest stays, however old it is.
    ///
    /// # Errors
    /// If one cannot be removed.
    pub async fn sweep_copies(&self, now: UnixMillis) -> Result<(), DbError> {
        let path = self.lock.database();
        remove_older(path, now)
            .map_err(|source| DbError::OldCopies { path: path.to_owned(), source })
    }
}

fn remove_older(path: &Path, now: UnixMillis) -> io::Result<()> {
    let mut copies = copies_of(path)?;
    copies.pop();
    for copy in copies {
        let made = UnixMillis::of(fs::metadata(&copy.path)?.modified()?);
        if now.since(made) > COPY_FOR {
            remove(&copy)?;
        }
    }
    Ok(())
}

fn remove(copy: &Copy) -> io::Result<()> {
    fs::remove_file(&copy.path)?;
    tracing::info!(db.copy = %copy.path.display(), "removed an old copy of the database");
    Ok(())
}

/// Makes a copy for the step `latest`, unless the last one is the same, and removes the oldest of too many.
async fn copy_for(
    pool: &SqlitePool,
    path: &Path,
    latest: i64,
) -> Result<Option<PathBuf>, sqlx::Error> {
    let part = beside(path, &format!("{MARK}{latest}.part"));
    write_to(pool, &part).await?;
    let mut copies = copies_of(path)?;
    if let Some(last) = copies.last()
        && are_alike(&last.path, &part)?
    {
        fs::remove_file(&part)?;
        return Ok(None);
    }
    let of_step = copies.iter().filter(|copy| copy.order.0 == latest);
    let n = of_step.map(|copy| copy.order.1).max().map_or(1, |n| n.saturating_add(1));
    let copy = Copy { path: beside(path, &name(latest, n)), order: (latest, n) };
    fs::rename(&part, &copy.path)?;
    let made = copy.path.clone();
    copies.push(copy);
    let n_too_many = copies.len().saturating_sub(COPIES_MAX);
    for old in copies.drain(..n_too_many) {
        remove(&old)?;
    }
    Ok(Some(made))
}

fn name(step: i64, n: u32) -> String {
    if n == 1 { format!("{MARK}{step}") } else { format!("{MARK}{step}.{n}") }
}

/// The copies beside the database, the oldest first. Whatever else stands there is none of ours.
fn copies_of(path: &Path) -> io::Result<Vec<Copy>> {
    let (Some(directory), Some(own)) = (path.parent(), path.file_name().and_then(OsStr::to_str))
    else {
        return Ok(Vec::new());
    };
    let mut copies = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if let Some(order) = entry.file_name().to_str().and_then(|name| order_of(name, own)) {
            copies.push(Copy { path: entry.path(), order });
        }
    }
    copies.sort_by_key(|copy| copy.order);
    Ok(copies)
}

/// Reads the name of a copy of the database `own`.
fn order_of(copy: &str, own: &str) -> Option<(i64, u32)> {
    let (step, n) = match copy.strip_prefix(own)?.strip_prefix(MARK)? {
        rest if rest.contains('.') => rest.split_once('.')?,
        rest => (rest, "1"),
    };
    Some((step.parse().ok()?, n.parse().ok()?))
}

/// Whether two files have the same bytes.
fn are_alike(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    let (mut piece, mut same) = (vec![0; PIECE_BYTES], vec![0; PIECE_BYTES]);
    loop {
        let n_bytes = one.read(&mut piece)?;
        if n_bytes == 0 {
            return Ok(true);
        }
        other.read_exact(&mut same[..n_bytes])?;
        if piece[..n_bytes] != same[..n_bytes] {
            return Ok(false);
        }
    }
}

/// The latest step that the database has seen; `None` if it is new.
pub(super) async fn latest_step(pool: &SqlitePool) -> Result<Option<i64>, sqlx::Error> {
    if !look::has_table(pool, "_sqlx_migrations").await? {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(pool).await
}

/// Writes the database under a name of its own, so that a copy with the right name is always whole.
async fn write_to(pool: &SqlitePool, part: &Path) -> Result<(), sqlx::Error> {
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let name = part.to_str().ok_or_else(|| io::Error::other("the path is not UTF-8"))?;
    // SQLite writes into an empty file, and leaves it as it was made.
    owner_alone::file().create_new(true).write(true).open(part)?;
    let written = sqlx::query("VACUUM INTO ?").bind(name).execute(pool).await;
    if written.is_err() {
        // A piece of a copy helps nobody, least of all where the disk is full.
        let _ = fs::remove_file(part);
    }
    written?;
    Ok(File::open(part)?.sync_all()?)
}

fn failed(path: &Path) -> impl FnOnce(sqlx::Error) -> DbError {
    let path = path.to_owned();
    move |source| DbError::Backup { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_told_from_what_else_stands_beside_a_database() {
        for (name, order) in [
            ("lumina.db.before-20261121210000", Some((20_261_121_210_000, 1))),
            ("lumina.db.before-20261121210000.12", Some((20_261_121_210_000, 12))),
            ("lumina.db.before-20261121210000.part", None),
            ("lumina.db.before-20261121210000.2.lock", None),
            ("lumina.db.before-the-move", None),
            ("other.db.before-20261121210000", None),
            ("lumina.db", None),
        ] {
            assert_eq!(order_of(name, "lumina.db"), order, "{name}");
        }
    }
}
