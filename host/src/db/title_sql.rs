//! One statement for movies and for series, whose tables are alike; one in which more differs than names stands
//! twice.

/// The statement about titles of a kind: in it `TABLE` is their table, `ID` its key, and `CHECKED_MS` when what is
/// stored of one was last known to be as TheTVDB has it.
macro_rules! title_sql {
    (@ $table:literal $id:literal [$($done:literal)*] TABLE $($rest:tt)*) => {
        title_sql!(@ $table $id [$($done)* $table] $($rest)*)
    };
    (@ $table:literal $id:literal [$($done:literal)*] ID $($rest:tt)*) => {
        title_sql!(@ $table $id [$($done)* $id] $($rest)*)
    };
    (@ $table:literal $id:literal [$($done:literal)*] CHECKED_MS $($rest:tt)*) => {
        title_sql!(@ $table $id [$($done)*
            "CASE WHEN is_outdated OR is_gone THEN fetched_at_ms ELSE max(fetched_at_ms, coalesce(
                 (SELECT max(since_s) * 1000 FROM refreshes), 0)) END"] $($rest)*)
    };
    (@ $table:literal $id:literal [$($done:literal)*] $text:literal $($rest:tt)*) => {
        title_sql!(@ $table $id [$($done)* $text] $($rest)*)
    };
    (@ $table:literal $id:literal [$($done:literal)*]) => { concat!($($done),*) };
    ($kind:expr, $($part:tt)+) => {
        match $kind {
            $crate::tvdb::MediaKind::Movie => title_sql!(@ "movies" "movie_id" [] $($part)+),
            $crate::tvdb::MediaKind::Series => title_sql!(@ "series" "series_id" [] $($part)+),
        }
    };
}

pub(super) use title_sql;
