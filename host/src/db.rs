//! The host's own database: what must survive a restart. The only module that names sqlx.
//!
//! A write that was answered is on the disk: WAL with `synchronous=FULL`. Each function answers one
//! question and is named for it; what changes more than one row does so in one transaction.

mod applications;
mod backup;
mod beside;
mod list_export;
mod location;
mod lock;
mod look;
mod marks;
mod measured;
mod merges;
mod migrations;
mod moments;
mod original;
mod plugin_states;
mod profiles;
mod refresh;
mod seasons;
mod title_names;
mod title_sql;
mod titles;
mod trouble;
mod undos;
mod views;

pub use applications::ApplicationId;
pub use beside::{Imported, KeptBeside, KeptUndo, KeptView};
pub use list_export::{ExportedMark, MarkCounts};
pub use location::DatabaseLocation;
pub use lock::DatabaseLock;
pub use look::{is_in_use, owner, unloaded};
pub use marks::{EpisodeMark, List, ManyMarked, MovieData, Press, Scope};
pub use moments::Moment;
pub use original::{ImportCounts, Original, Taken};
pub use profiles::{FavoriteEpisode, MarkedTitle, SeriesStanding, StoredTitle, VisibleTo};
pub use seasons::SeasonStanding;
pub use title_names::NamedTitle;
pub use titles::{CheckedTitle, MarkedEpisode, StoredSeries, WholeSeries, has_regular};
pub use trouble::Trouble;
pub use undos::{TakenBack, UNDOS_PER_USER_MAX};
pub use views::{NewView, VIEW_BYTES_MAX, VIEW_FOR_MAX};

use crate::metrics::DatabaseFigures;
use measured::{Begun, Measured};
use sqlx::{
    Connection as _,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::PathBuf, time::Duration};

/// Connections kept at most: one that writes and one that reads beside it. Each is a thread.
const CONNECTIONS_MAX: u32 = 2;

/// How long a writer waits for another program. A write takes less than a millisecond; a disk may stall.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a question waits for a connection, and who writes for those before.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// `DATABASE_URL` names another kind of database.
    #[error(
        "DATABASE_URL starts with `{scheme}:`, but only SQLite is supported: use `sqlite:` and the \
         path of a file, or leave it out"
    )]
    UnsupportedKind {
        /// What stands before the colon; the rest may hold a password.
        scheme: String,
    },
    /// `DATABASE_URL` names no file.
    #[error("DATABASE_URL names no file: use `sqlite:` and the path of a file, or leave it out")]
    NoFile,
    /// `DATABASE_URL` asks for the file to be opened in another way than the host does.
    #[error(
        "DATABASE_URL has a `?` behind the path, where only `?mode=rwc` may stand: leave out the `?` \
         and what follows it"
    )]
    UnsupportedQuery,
    /// The directory of the database cannot be made.
    #[error("cannot create the directory `{}` for the database", path.display())]
    CreateDirectory {
        /// The directory.
        path: PathBuf,
        /// What the system reported.
        source: std::io::Error,
    },
    /// The lock beside the database cannot be made.
    #[error("cannot lock the database with `{}`: its directory must be writable, so mount a directory and not \
         only the file", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// What the system reported.
        source: std::io::Error,
    },
    /// Another process has the database.
    #[error(
        "the database `{}` is in use by another Lumina: end that one first, or give this one another \
         database", path.display()
    )]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be opened.
    #[error("cannot open the database `{}`: it and its directory must be writable", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite reported.
        source: sqlx::Error,
    },
    /// The file is something else, or damaged.
    #[error(
        "`{}` is no database, or a damaged one: name another file, or restore a backup of it",
        path.display()
    )]
    NoDatabase {
        /// The file.
        path: PathBuf,
        /// What SQLite reported.
        source: sqlx::Error,
    },
    /// The file is the database of the original bot.
    #[error(
        "`{}` is the database of the original bot, and was left as it is: name another file, and take its \
         lists over with `lumina import-original`", path.display()
    )]
    Original {
        /// The file.
        path: PathBuf,
    },
    /// The file is the database of another program.
    #[error(
        "`{}` is the database of another program, and was left as it is: name another file",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The database was used by a newer host.
    #[error(
        "the database `{}` was used by a newer version of Lumina (step {version}): start that \
         version or restore a backup", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The unknown step.
        version: i64,
    },
    /// The copy before a migration failed.
    #[error("cannot copy the database `{}` before changing its tables", path.display())]
    Backup {
        /// The file.
        path: PathBuf,
        /// What SQLite or the system reported.
        source: sqlx::Error,
    },
    /// Old copies stay.
    #[error("cannot remove old copies of the database `{}`", path.display())]
    OldCopies {
        /// The file.
        path: PathBuf,
        /// What the system reported.
        source: std::io::Error,
    },
    /// A migration failed.
    #[error("cannot bring the database `{}` up to date", path.display())]
    Migrate {
        /// The file.
        path: PathBuf,
        /// What SQLite reported.
        source: sqlx::migrate::MigrateError,
    },
    /// A question failed.
    #[error("cannot {question} in the database")]
    Query {
        /// What was to be done.
        question: &'static str,
        /// What SQLite reported.
        source: sqlx::Error,
    },
    /// A file to be imported is something else.
    #[error("`{}` is not the database of the original bot", path.display())]
    NotTheOriginal {
        /// The file.
        path: PathBuf,
        /// What SQLite reported.
        source: sqlx::Error,
    },
    /// A view is larger than allowed.
    #[error("a view of {n_bytes} bytes is larger than {VIEW_BYTES_MAX} bytes")]
    ViewTooLarge {
        /// Its size.
        n_bytes: usize,
    },
}

/// The open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    pool: Measured,
    lock: DatabaseLock,
    watcher: moments::Watcher,
}

impl Database {
    /// Opens the database, makes it if it is missing, and brings it up to date. Before the tables of an
    /// older host are changed, a copy is kept beside the file.
    ///
    /// # Errors
    /// If the place cannot be written, another host has the database, the file is none or another
    /// program's, or a newer host has used it.
    pub async fn open(location: &DatabaseLocation) -> Result<Self, DbError> {
        Self::open_locked(DatabaseLock::take(location)?).await
    }

    /// Opens the database whose lock was taken, as [`Database::open`] does.
    ///
    /// # Errors
    /// As there.
    pub async fn open_locked(lock: DatabaseLock) -> Result<Self, DbError> {
        let path = lock.database();
        // Before a byte of it is changed.
        look::at(path).await?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = pool_options(CONNECTIONS_MAX)
            // Where the disk is full SQLite ends a transaction by itself, and sqlx believes that it goes
            // on: such a connection begins no other.
            .before_acquire(|connection, _| {
                let is_usable = !connection.is_in_transaction();
                Box::pin(async move { Ok(is_usable) })
            })
            .connect_with(options)
            .await
            .map_err(|source| trouble::of_opening(path, source))?;
        backup::before_migrations(&pool, path).await?;
        migrations::run(&pool, path).await?;
        let pool = Measured::new(pool);
        Ok(Self { pool, lock, watcher: moments::Watcher::default() })
    }

    /// Tells `tell` what is changed, at each moment of it.
    #[must_use]
    pub fn watched(self, tell: impl Fn(&str, Moment) + Send + Sync + 'static) -> Self {
        Self { watcher: moments::Watcher::new(tell), ..self }
    }

    /// Returns what is counted of the work.
    #[must_use]
    pub fn figures(&self) -> &DatabaseFigures {
        self.pool.figures()
    }

    /// Closes the file after what is under way has ended, and lets another host have it.
    pub async fn close(&self) {
        self.pool.close().await;
        self.lock.release();
    }

    /// Begins a transaction that may write from its first statement on, so that it never has to be
    /// given up because another wrote in between.
    async fn begin(&self, question: &'static str) -> Result<Begun, DbError> {
        self.watcher.tell(question, Moment::Asked);
        let begun = self.pool.begin_writing().await.map_err(failed(question))?;
        self.watcher.tell(question, Moment::Begun);
        Ok(begun)
    }

    /// Keeps what a transaction has changed: afterwards it is on the disk.
    async fn commit(&self, transaction: Begun, question: &'static str) -> Result<(), DbError> {
        self.watcher.tell(question, Moment::Committing);
        self.pool.commit(transaction).await.map_err(failed(question))?;
        self.watcher.tell(question, Moment::Committed);
        Ok(())
    }
}

/// Returns the options of a pool that keeps what it has opened, without the upkeep of sqlx: in 0.9.0 it can
/// count without end, which takes a thread of the runtime for ever (transact-rs/sqlx#3645, mended by #4289).
#[expect(clippy::disallowed_methods, reason = "the one place that makes them")]
fn pool_options(n_connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(n_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Names what failed.
fn failed(question: &'static str) -> impl FnOnce(sqlx::Error) -> DbError {
    move |source| DbError::Query { question, source }
}

#[cfg(test)]
mod tests;
