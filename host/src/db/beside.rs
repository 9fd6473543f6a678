//! What is kept about one person besides their lists: little of it is shown anywhere, and all of it is theirs
//! to take along.

use super::{Database, DbError, failed, marks::List, undos};
use crate::{
    clock::UnixMillis,
    tvdb::{EpisodeId, SeriesId},
};
use lumina_plugin_api::id::UserId;
use serde::de::DeserializeOwned;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

/// What is kept about someone besides their lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptBeside {
    /// Changes that can still be taken back.
    pub undos: Vec<KeptUndo>,
    /// What was imported, whatever became of it.
    pub imported: Vec<Imported>,
    /// Whether imports leave them out, because they had everything deleted.
    pub is_kept_out: bool,
    /// What components of messages carry for them.
    pub views: Vec<KeptView>,
    /// The plugins that they loaded or unloaded last.
    pub switched_plugins: Vec<String>,
}

/// A change that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptUndo {
    /// The list that it changed.
    pub list: List,
    /// The series it was about.
    pub series: SeriesId,
    /// Until when.
    pub until: UnixMillis,
    /// The episodes that it marked.
    pub added: Vec<EpisodeId>,
    /// The episodes whose marks it took, with their dates; `None` stands for the series as a whole.
    pub removed: Vec<(Option<EpisodeId>, Option<UnixMillis>)>,
}

/// What was imported into one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The list.
    pub list: List,
    /// `movie`, `series` or `episode`.
    pub kind: String,
    /// TheTVDB's numbers, as it counts that kind.
    pub numbers: Vec<u64>,
}

/// What a component carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptView {
    /// The plugin that made it.
    pub plugin: String,
    /// What it carries, as the plugin wrote it.
    pub state: String,
    /// Until when it is kept.
    pub until: UnixMillis,
}

impl Database {
    /// Everything about `user` that is not in their lists.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn kept_beside_lists(&self, user: UserId) -> Result<KeptBeside, DbError> {
        const QUESTION: &str = "read what is kept about a user besides lists";
        let mut transaction = self.pool.begin().await.map_err(failed(QUESTION))?;
        let kept = read(&mut transaction, user.0.cast_signed()).await.map_err(failed(QUESTION))?;
        self.pool.commit(transaction).await.map_err(failed(QUESTION))?;
        Ok(kept)
    }
}

async fn read(
    transaction: &mut Transaction<'static, Sqlite>,
    user_id: i64,
) -> Result<KeptBeside, sqlx::Error> {
    let undos = rows(
        transaction,
        "SELECT u.list, u.series_id, u.expires_at_ms,
             json_group_array(r.episode_id) FILTER (WHERE r.was_added) AS added,
             json_group_array(json_array(r.episode_id, r.added_at_ms))
                 FILTER (WHERE NOT r.was_added) AS removed
         FROM undos u JOIN undo_rows r USING (undo_id) WHERE u.user_id = ?
         GROUP BY u.undo_id ORDER BY u.undo_id",
        user_id,
    );
    let undos = undos.await?.iter().map(undo).collect::<Result<_, _>>()?;
    let imported = rows(
        transaction,
        "SELECT list, kind, json_group_array(item_id) AS ids FROM imported_marks
         WHERE user_id = ? GROUP BY list, kind ORDER BY list, kind",
        user_id,
    );
    let imported = imported.await?.iter().map(imported_row).collect::<Result<_, _>>()?;
    let views = rows(
        transaction,
        "SELECT plugin_name, state, expires_at_ms FROM views WHERE user_id = ?
         ORDER BY plugin_name, expires_at_ms, view_key",
        user_id,
    );
    let views = views.await?.iter().map(view).collect::<Result<_, _>>()?;
    let kept_out = rows(transaction, "SELECT 1 FROM kept_out_users WHERE user_id = ?", user_id);
    let is_kept_out = !kept_out.await?.is_empty();
    let switched = rows(
        transaction,
        "SELECT plugin_name FROM plugin_states WHERE changed_by_id = ? ORDER BY plugin_name",
        user_id,
    );
    let switched = switched.await?;
    let switched_plugins = switched.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok(KeptBeside { undos, imported, is_kept_out, views, switched_plugins })
}

async fn rows(
    transaction: &mut Transaction<'static, Sqlite>,
    sql: &'static str,
    user_id: i64,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    sqlx::query(sql).bind(user_id).fetch_all(&mut **transaction).await
}

fn undo(row: &SqliteRow) -> Result<KeptUndo, sqlx::Error> {
    let removed: Vec<(i64, Option<i64>)> = listed(row, "removed")?;
    let removed = removed.into_iter().map(|(id, added)| {
        let episode = (id != undos::WHOLE).then(|| EpisodeId(id.cast_unsigned()));
        (episode, added.map(UnixMillis))
    });
    Ok(KeptUndo {
        list: List::of_number(row.try_get("list")?),
        series: SeriesId(row.try_get::<i64, _>("series_id")?.cast_unsigned()),
        until: UnixMillis(row.try_get("expires_at_ms")?),
        added: listed::<u64>(row, "added")?.into_iter().map(EpisodeId).collect(),
        removed: removed.collect(),
    })
}

fn imported_row(row: &SqliteRow) -> Result<Imported, sqlx::Error> {
    let list = List::of_number(row.try_get("list")?);
    Ok(Imported { list, kind: row.try_get("kind")?, numbers: listed(row, "ids")? })
}

fn view(row: &SqliteRow) -> Result<KeptView, sqlx::Error> {
    let state: Vec<u8> = row.try_get("state")?;
    Ok(KeptView {
        plugin: row.try_get("plugin_name")?,
        state: String::from_utf8_lossy(&state).into_owned(),
        until: UnixMillis(row.try_get("expires_at_ms")?),
    })
}

/// Reads a column that SQLite wrote as a list of JSON.
fn listed<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<Vec<T>, sqlx::Error> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))
}
