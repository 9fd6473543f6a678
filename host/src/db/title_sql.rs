//! One statement for movies and for series, whose tables are alike; one in which more differs than names stands
//! twice.

/// The statement about titles of a kind: in it `TABLE` is their table, and `ID` its key.
macro_rules! title_sql {
    (@ $table:literal $id:literal [$($done:literal)*] TABLE $($rest:tt)*) => {
        title_sql!(@ $table $id [$($done)* $table] $($rest)*)
    };
    (@ $table:literal $id:literal [$($done:literal)*] ID $($rest:tt)*) => {
        title_sql!(@ $table $id [$($done)* $id] $($rest)*)
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
