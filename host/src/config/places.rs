//! Whether two settings name one file. Nothing is made or opened to find out.

use std::path::{Component, PathBuf};

/// The path that a `sqlite:` address names.
pub(super) fn path_in(url: &str) -> Option<&str> {
    let (scheme, path) = url.split_once(':')?;
    let path = path.strip_prefix("//").unwrap_or(path);
    scheme.eq_ignore_ascii_case("sqlite").then_some(path)?.split('?').next()
}

/// The one name of a file that may be called in several ways, as far as there are links and directories yet.
pub(super) fn place_of(path: &str) -> Option<PathBuf> {
    let mut place = PathBuf::new();
    for part in std::path::absolute(path).ok()?.components() {
        if part == Component::ParentDir {
            place.pop();
            continue;
        }
        place.push(part);
        place = place.canonicalize().unwrap_or(place);
    }
    Some(place)
}
