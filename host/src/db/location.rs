//! Where the database is: a file, named by a path or by `DATABASE_URL`.

use super::DbError;
use std::path::{Path, PathBuf};

/// What addresses of SQLite often end in: opened for reading and writing, made if it is missing.
const CREATES_IF_MISSING: &str = "mode=rwc";

/// The place of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseLocation(PathBuf);

impl DatabaseLocation {
    /// The database in this file.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Reads `sqlite:path` or `sqlite://path`; the path is taken as it stands, up to a `?`.
    ///
    /// Behind the `?` only `mode=rwc` may stand: it is what the host does anyway.
    ///
    /// # Errors
    /// If it names another kind of database, or no file, or asks for the file to be opened otherwise.
    pub fn parse(url: &str) -> Result<Self, DbError> {
        let (scheme, rest) = url.trim().split_once(':').unwrap_or(("", url));
        if !scheme.eq_ignore_ascii_case("sqlite") {
            return Err(DbError::UnsupportedKind { scheme: scheme.to_owned() });
        }
        let path = without_query(rest.strip_prefix("//").unwrap_or(rest))?;
        // In memory nothing would survive a restart, which is all that the database is for.
        let is_file = !path.is_empty() && path != ":memory:" && !path.ends_with('/');
        if is_file { Ok(Self::file(path)) } else { Err(DbError::NoFile) }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

fn without_query(path: &str) -> Result<&str, DbError> {
    match path.split_once('?') {
        None => Ok(path),
        Some((path, CREATES_IF_MISSING)) => Ok(path),
        Some(_) => Err(DbError::UnsupportedQuery),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_url_names_a_file() {
        for (url, path) in [
            ("sqlite:///data/lumina.db", "/data/lumina.db"),
            ("sqlite://./data/lumina.db", "./data/lumina.db"),
            ("sqlite:lumina.db", "lumina.db"),
            ("SQLite:/a b/100%#.db", "/a b/100%#.db"),
            ("sqlite://lumina.db?mode=rwc", "lumina.db"),
        ] {
            let location = DatabaseLocation::parse(url).expect(url);
            assert_eq!(location.path(), Path::new(path));
        }
    }

    #[test]
    fn another_database_is_refused_with_a_sentence_and_without_its_password() {
        let error =
            DatabaseLocation::parse("postgres://me:hunter2@db/lumina").expect_err("refused");
        let text = error.to_string();
        assert!(text.contains("only SQLite is supported") && !text.contains("hunter2"), "{text}");
        assert!(DatabaseLocation::parse("./lumina.db").is_err());
    }

    #[test]
    fn a_query_that_would_change_how_the_file_is_opened_is_refused_with_a_sentence() {
        for query in ["mode=ro", "mode=memory", "mode=rwc&key=hunter2", "", "MODE=RWC", "#.db"] {
            let url = format!("sqlite://lumina.db?{query}");
            let error = DatabaseLocation::parse(&url).expect_err(&url);
            let text = error.to_string();
            assert!(text.contains("only `?mode=rwc`") && !text.contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn a_url_without_a_file_is_refused() {
        for url in
            ["sqlite:", "sqlite://", "sqlite::memory:", "sqlite:///data/", "sqlite:?mode=rwc"]
        {
            assert!(matches!(DatabaseLocation::parse(url), Err(DbError::NoFile)), "{url}");
        }
    }
}
