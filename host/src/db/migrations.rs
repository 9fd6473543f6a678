//! The steps that build the tables, as they were at compile time. The rules are in
//! `migrations/README.md`.

use super::DbError;
use sqlx::{
    SqlSafeStr, SqlitePool,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};
use std::path::Path;

macro_rules! step {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../migrations/", $name, ".sql")))
    };
}

/// All steps: the file's name without its ending, and what it says.
const STEPS: &[(&str, &str)] = &[
    step!("20261121120000_plugin_states"),
    step!("20261121120100_views"),
    step!("20261121170000_lists"),
    step!("20261121180000_refresh"),
    step!("20261121190000_local_names"),
    step!("20261121200000_merged_episodes"),
    step!("20261121201000_applications"),
    step!("20261121210000_merged_titles"),
    step!("20261121211000_plugin_keepers"),
    step!("20261121212000_unnumbered_episodes"),
    step!("20261122000000_imported_marks"),
    step!("20261122001000_views_of_people"),
    step!("20261122002000_what_was_kept_before"),
    step!("20261122003000_undos_row_by_row"),
    step!("20261122033000_missing_titles"),
];

/// The version of the last step.
pub(super) fn latest() -> i64 {
    let versions = migrator(STEPS).iter().map(|migration| migration.version).max();
    versions.expect("there are steps")
}

/// Runs the steps that the database has not seen yet.
pub(super) async fn run(pool: &SqlitePool, path: &Path) -> Result<(), DbError> {
    let path = path.to_owned();
    migrator(STEPS).run(pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => DbError::Newer { path, version },
        source => DbError::Migrate { path, source },
    })
}

fn migrator(steps: &[(&'static str, &'static str)]) -> Migrator {
    Migrator::with_migrations(steps.iter().map(|(name, sql)| migration(name, sql)).collect())
}

fn migration(name: &'static str, sql: &'static str) -> Migration {
    let (version, what) = name.split_once('_').expect("a test checks the names of all steps");
    let version = version.parse().expect("a test checks the names of all steps");
    let without_transaction = false;
    let sql = sql.into_sql_str();
    Migration::new(version, what.into(), MigrationType::Simple, sql, without_transaction)
}

/// Makes a database as a host of the first step left it.
#[cfg(test)]
pub(super) async fn run_first_only(pool: &SqlitePool) {
    migrator(&STEPS[..1]).run(pool).await.expect("the first step works");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_a_step_in_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        let names = entries.map(|entry| entry.expect("readable").file_name());
        let names = names.map(|name| name.into_string().expect("plain names"));
        let mut files: Vec<_> =
            names.filter_map(|name| Some(name.strip_suffix(".sql")?.to_owned())).collect();
        files.sort();
        let steps: Vec<_> = STEPS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(steps, files);
    }

    #[test]
    fn every_step_has_a_version_of_fourteen_digits_and_says_what_it_does() {
        for (name, sql) in STEPS {
            let (version, what) = name.split_once('_').expect(name);
            let is_digits = version.len() == 14 && version.bytes().all(|b| b.is_ascii_digit());
            assert!(is_digits && !what.is_empty() && !sql.is_empty(), "{name}");
        }
    }
}
