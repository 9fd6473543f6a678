//! What is said where the database does not do what it is asked: what the user can do, and what the log needs.

use crate::db::{DbError, Trouble};
use lumina_plugin_api::{
    error::{Error, ErrorKind},
    text::Text,
};

/// The keys of what is said of each trouble that someone can do something about.
struct Words {
    busy: &'static str,
    full: &'static str,
    read_only: &'static str,
    damaged: &'static str,
}

const LISTS: Words = Words {
    busy: "lists-busy",
    full: "lists-full",
    read_only: "lists-read-only",
    damaged: "lists-damaged",
};

const UNSHOWN: Words = Words {
    busy: "unshown-busy",
    full: "unshown-full",
    read_only: "unshown-read-only",
    damaged: "unshown-damaged",
};

/// Why the lists cannot be read or changed.
pub(crate) fn told(error: DbError) -> Error {
    in_words(error, &LISTS)
}

/// Why an answer cannot be shown. What a plugin has changed until then is on the disk.
pub(crate) fn unshown(error: DbError) -> Error {
    in_words(error, &UNSHOWN)
}

fn in_words(error: DbError, words: &Words) -> Error {
    let key = match error.trouble() {
        Trouble::Busy => words.busy,
        Trouble::Full => words.full,
        Trouble::ReadOnly => words.read_only,
        Trouble::Damaged | Trouble::Disk => words.damaged,
        Trouble::Other => return Error::from(error),
    };
    let detail = Error::from(error).detail;
    Error::new(ErrorKind::Unavailable).message(Text::key(key)).detail(detail)
}
