//! The pool of connections, which counts how long what is asked of it takes. Who changes something waits
//! here for those before: SQLite would let them try again and again, each with a connection that nobody else
//! can read with meanwhile.

use super::ACQUIRE_TIMEOUT;
use crate::metrics::DatabaseFigures;
use futures_util::{
    FutureExt as _, TryFutureExt as _,
    future::BoxFuture,
    stream::{BoxStream, StreamExt as _, TryStreamExt as _},
};
use sqlx::{
    Either, Error, Execute, Executor, SqlStr, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo},
};
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// SQLite lets one write at a time.
const WRITERS_MAX: usize = 1;

/// The pool. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pool: SqlitePool,
    writers: Arc<Semaphore>,
    figures: DatabaseFigures,
}

/// A transaction, and the turn of the one that writes.
#[derive(Debug)]
pub(super) struct Begun {
    // Declared first, so that its end begins before the turn is over.
    transaction: Transaction<'static, Sqlite>,
    _turn: Option<OwnedSemaphorePermit>,
}

#[cfg(test)]
impl Begun {
    pub(super) async fn rollback(self) -> Result<(), Error> {
        self.transaction.rollback().await
    }
}

impl Deref for Begun {
    type Target = Transaction<'static, Sqlite>;

    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}

impl DerefMut for Begun {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.transaction
    }
}

impl Measured {
    pub(super) fn new(pool: SqlitePool) -> Self {
        let writers = Arc::new(Semaphore::new(WRITERS_MAX));
        Self { pool, writers, figures: DatabaseFigures::default() }
    }

    pub(super) fn figures(&self) -> &DatabaseFigures {
        &self.figures
    }

    /// Begins a transaction that reads.
    pub(super) async fn begin(&self) -> Result<Begun, Error> {
        let transaction = self.figures.begins.count_result(self.pool.begin()).await?;
        Ok(Begun { transaction, _turn: None })
    }

    /// Begins a transaction that writes, after those before it.
    pub(super) async fn begin_writing(&self) -> Result<Begun, Error> {
        let begun = async {
            let turn = self.turn().await?;
            let transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            Ok(Begun { transaction, _turn: Some(turn) })
        };
        self.figures.begins.count_result(begun).await
    }

    /// Ends a transaction, and lets the next one write.
    pub(super) async fn commit(&self, begun: Begun) -> Result<(), Error> {
        let Begun { transaction, _turn } = begun;
        self.figures.commits.count_result(transaction.commit()).await
    }

    /// Waits for those who write.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, Error> {
        let turn = Arc::clone(&self.writers).acquire_owned();
        let turn = tokio::time::timeout(ACQUIRE_TIMEOUT, turn).await;
        turn.map_err(|_late| Error::PoolTimedOut)?.map_err(|_closed| Error::PoolClosed)
    }

    /// Takes a connection, as whoever holds it for long.
    #[cfg(test)]
    pub(super) async fn acquire(&self) -> Result<sqlx::pool::PoolConnection<Sqlite>, Error> {
        self.pool.acquire().await
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

impl<'p> Executor<'p> for &'p Measured {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        // What is fetched whole leads here too.
        let all = (&self.pool).fetch_many(query).try_collect::<Vec<_>>();
        let all = self.figures.questions.count_result(all);
        all.map_ok(|rows| futures_util::stream::iter(rows.into_iter().map(Ok)))
            .try_flatten_stream()
            .boxed()
    }

    /// Does what changes something.
    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<SqliteQueryResult, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let done = async {
            let _turn = self.turn().await?;
            self.pool.execute(query).await
        };
        self.figures.questions.count_result(done).boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        self.figures.questions.count_result((&self.pool).fetch_optional(query)).boxed()
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, Error>>
    where
        'p: 'e,
    {
        (&self.pool).prepare_with(sql, parameters)
    }
}
