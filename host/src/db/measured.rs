//! The pool of connections, which counts how long what is asked of it takes.

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

/// The pool. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pool: SqlitePool,
    figures: DatabaseFigures,
}

impl Measured {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool, figures: DatabaseFigures::default() }
    }

    pub(super) fn figures(&self) -> &DatabaseFigures {
        &self.figures
    }

    /// Begins a transaction that reads.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        self.figures.begins.count_result(self.pool.begin()).await
    }

    /// Begins a transaction that writes, after those before it.
    pub(super) async fn begin_writing(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        self.figures.begins.count_result(self.pool.begin_with("BEGIN IMMEDIATE")).await
    }

    pub(super) async fn commit(
        &self,
        transaction: Transaction<'static, Sqlite>,
    ) -> Result<(), Error> {
        self.figures.commits.count_result(transaction.commit()).await
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
        // Execute and fetch_all lead here too.
        let all = (&self.pool).fetch_many(query).try_collect::<Vec<_>>();
        let all = self.figures.questions.count_result(all);
        all.map_ok(|rows| futures_util::stream::iter(rows.into_iter().map(Ok)))
            .try_flatten_stream()
            .boxed()
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
