//! Files that a person at the prompt sends: picked by their path, as a client picks them.

use crate::discord::ATTACHMENT_BYTES_MAX;
use std::{fs, io, path::Path};

/// A file that was picked.
#[derive(Debug)]
pub(super) struct Picked {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Why a file cannot be sent; each is a sentence for the person who picked it.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotPicked {
    #[error("The file `{path}` cannot be read: {source}.")]
    Read { path: String, source: io::Error },
    #[error("`{path}` is no file.")]
    NoFile { path: String },
    #[error("Discord takes files of at most {} MiB, and `{path}` is larger.", ATTACHMENT_BYTES_MAX >> 20)]
    TooLarge { path: String },
}

/// Reads a file. Nothing that could be without an end is read: no pipe, no device.
pub(super) fn picked(typed: &str) -> Result<Picked, NotPicked> {
    let (path, owned) = (Path::new(typed), || typed.to_owned());
    let unread = |source| NotPicked::Read { path: owned(), source };
    let about = fs::metadata(path).map_err(unread)?;
    let name = path.file_name().and_then(|name| name.to_str());
    let Some(name) = name.filter(|_| about.is_file()) else {
        return Err(NotPicked::NoFile { path: owned() });
    };
    if about.len() > ATTACHMENT_BYTES_MAX {
        return Err(NotPicked::TooLarge { path: owned() });
    }
    Ok(Picked { name: name.to_owned(), bytes: fs::read(path).map_err(unread)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_would_not_take_is_not_sent() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
        fs::write(path("small.txt"), "abc").expect("it can be written");
        let large = fs::File::create(path("large")).expect("it can be made");
        large.set_len(ATTACHMENT_BYTES_MAX + 1).expect("it can be long");

        let file = picked(&path("small.txt")).expect("a small file");
        assert_eq!((file.name.as_str(), file.bytes.as_slice()), ("small.txt", &b"abc"[..]));
        assert!(matches!(picked(&path("large")), Err(NotPicked::TooLarge { .. })));
        assert!(matches!(picked(&path("missing")), Err(NotPicked::Read { .. })));
        assert!(matches!(picked(&path("")), Err(NotPicked::NoFile { .. })));
        assert!(matches!(picked("/dev/zero"), Err(NotPicked::NoFile { .. })));
    }
}
