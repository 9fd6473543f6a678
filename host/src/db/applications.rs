//! Which application of Discord the data belong to.

use super::{Database, DbError, failed, look};
use crate::clock::UnixMillis;
use sqlx::{Executor, Sqlite, SqlitePool};
use std::fmt;

/// An application of Discord, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApplicationId(pub u64);

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Database {
    /// The application that the data belong to; none before the first start.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn application(&self) -> Result<Option<ApplicationId>, DbError> {
        latest(&self.pool).await.map_err(failed("read to which bot the data belong"))
    }

    /// Remembers that the data belong to `application` from now on.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn remember_application(
        &self,
        application: ApplicationId,
        now: UnixMillis,
    ) -> Result<(), DbError> {
        // Later than what was there before, also after the system's clock was set back.
        sqlx::query(
            "INSERT INTO applications (application_id, since_ms)
             VALUES (?1, max(?2, (SELECT coalesce(max(since_ms), 0) + 1 FROM applications)))
             ON CONFLICT (application_id) DO UPDATE SET since_ms = excluded.since_ms",
        )
        .bind(application.0.cast_signed())
        .bind(now.0)
        .execute(&self.pool)
        .await
        .map_err(failed("remember to which bot the data belong"))?;
        Ok(())
    }
}

/// The application that the data belong to, also where the tables are not made yet.
pub(super) async fn owner(pool: &SqlitePool) -> Result<Option<ApplicationId>, sqlx::Error> {
    if look::has_table(pool, "applications").await? { latest(pool).await } else { Ok(None) }
}

async fn latest(
    database: impl Executor<'_, Database = Sqlite>,
) -> Result<Option<ApplicationId>, sqlx::Error> {
    let latest = "SELECT application_id FROM applications ORDER BY since_ms DESC LIMIT 1";
    let found: Option<i64> = sqlx::query_scalar(latest).fetch_optional(database).await?;
    Ok(found.map(|id| ApplicationId(id.cast_unsigned())))
}
