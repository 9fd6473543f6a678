//! What earlier imports took over, whatever TheTVDB has merged it into since: a number in the file and the one
//! that was noted may be different numbers of the same.

use super::{OriginalKind, OriginalRow};
use crate::db::merges::STEPS_MAX;
use serde_json::json;
use sqlx::{Sqlite, Transaction};
use std::collections::{HashMap, HashSet};

/// What no import brings in again.
pub(super) struct Before {
    /// Who had everything deleted.
    kept_out: HashSet<i64>,
    /// What a number became.
    merged: HashMap<(OriginalKind, i64), i64>,
}

/// A row by what it became: whose, in which list, and what.
type Place = (i64, i64, OriginalKind, i64);

impl Before {
    pub(super) async fn read(
        transaction: &mut Transaction<'static, Sqlite>,
    ) -> Result<Self, sqlx::Error> {
        let kept_out: Vec<i64> = sqlx::query_scalar("SELECT user_id FROM kept_out_users")
            .fetch_all(&mut **transaction)
            .await?;
        let mut merged = HashMap::new();
        for (kind, sql) in [
            (
                OriginalKind::Movie,
                "SELECT movie_id, merged_into_id FROM movies WHERE merged_into_id IS NOT NULL",
            ),
            (
                OriginalKind::Series,
                "SELECT series_id, merged_into_id FROM series WHERE merged_into_id IS NOT NULL",
            ),
            (
                OriginalKind::Episode,
                "SELECT episode_id, merged_into_id FROM episodes WHERE merged_into_id IS NOT NULL",
            ),
        ] {
            let pairs: Vec<(i64, i64)> = sqlx::query_as(sql).fetch_all(&mut **transaction).await?;
            merged.extend(pairs.into_iter().map(|(from, into)| ((kind, from), into)));
        }
        Ok(Self { kept_out: kept_out.into_iter().collect(), merged })
    }

    pub(super) fn is_kept_out(&self, row: &OriginalRow) -> bool {
        self.kept_out.contains(&row.user)
    }

    /// The rows that were never taken over, of people who do not stay out.
    pub(super) async fn fresh(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        rows: &[OriginalRow],
    ) -> Result<Vec<OriginalRow>, sqlx::Error> {
        let known = self.known(transaction, rows).await?;
        let fresh = rows.iter().filter(|row| {
            !self.is_kept_out(row)
                && !known.contains(&self.place(row.user, row.list, row.kind, row.id))
        });
        Ok(fresh.copied().collect())
    }

    /// What was taken over of the people in `rows`.
    async fn known(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        rows: &[OriginalRow],
    ) -> Result<HashSet<Place>, sqlx::Error> {
        let users: HashSet<i64> = rows.iter().map(|row| row.user).collect();
        let noted: Vec<(i64, i64, String, i64)> = sqlx::query_as(
            "SELECT user_id, list, kind, item_id FROM imported_marks
             WHERE user_id IN (SELECT value FROM json_each(?))",
        )
        .bind(json!(users).to_string())
        .fetch_all(&mut **transaction)
        .await?;
        let place = |(user, list, kind, id): (i64, i64, String, i64)| {
            Some(self.place(user, list, OriginalKind::of(&kind)?, id))
        };
        Ok(noted.into_iter().filter_map(place).collect())
    }

    fn place(&self, user: i64, list: i64, kind: OriginalKind, id: i64) -> Place {
        let mut last = id;
        for _ in 0..STEPS_MAX {
            match self.merged.get(&(kind, last)) {
                Some(into) => last = *into,
                None => break,
            }
        }
        (user, list, kind, last)
    }
}
