//! The loopback front: an HTTP address that a client library takes for Discord.
//! It shows a random key instead of the token, and must never see the token.

use super::{Door, DoorError};

/// The front's address and key. The front closes when this is dropped.
pub struct Front {
    /// Where the client library sends its requests, for example `http://127.0.0.1:40123`.
    pub url: String,
    /// What it sends as its bot token.
    pub key: String,
}

impl Front {
    pub(super) async fn open(_door: Door) -> Result<Self, DoorError> {
        Ok(Self { url: "http://127.0.0.1:9".to_owned(), key: String::new() })
    }
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Front").field("url", &self.url).finish_non_exhaustive()
    }
}
