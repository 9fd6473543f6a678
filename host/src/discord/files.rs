//! Fetches files that users attached from where Discord keeps them, and from nowhere else.

use super::chain;
use crate::services::blob::too_large;
use bytes::{Bytes, BytesMut};
use lumina_plugin_api::{
    error::{Error, ErrorKind},
    services::blob::BLOB_BYTES_MAX,
};
use std::time::Duration;
use url::Url;

/// Where Discord keeps attachments.
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];
/// How long one file may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Fetches attachments.
#[derive(Debug)]
pub(super) struct Files {
    client: reqwest::Client,
    /// In the sandbox files lie where its Discord is.
    sandbox: Option<Url>,
}

impl Files {
    /// `api_base` counts only where it is on loopback.
    pub(super) fn new(api_base: &str, in_sandbox: bool) -> Result<Self, reqwest::Error> {
        let builder =
            reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
        // No proxy leads to this machine.
        let builder = if in_sandbox { builder.no_proxy() } else { builder };
        let sandbox = in_sandbox.then(|| Url::parse(api_base).ok()).flatten();
        Ok(Self { client: builder.build()?, sandbox })
    }

    /// Returns the bytes of a file.
    ///
    /// # Errors
    /// If it is elsewhere, too large, or does not come.
    pub(super) async fn fetch(&self, address: &str) -> Result<Bytes, Error> {
        let url = Url::parse(address).ok().filter(|url| self.is_discord(url));
        let url = url.ok_or_else(|| Error::internal("the attachment lies outside of Discord"))?;
        let unavailable = |error: reqwest::Error| {
            // The address may hold a signature.
            Error::new(ErrorKind::Unavailable).detail(chain(&error.without_url()))
        };
        let mut answer = self.client.get(url).send().await.map_err(unavailable)?;
        if !answer.status().is_success() {
            let detail = format!("the attachment's server answered {}", answer.status());
            return Err(Error::new(ErrorKind::NotFound).detail(detail));
        }
        let mut bytes = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(unavailable)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > BLOB_BYTES_MAX {
                return Err(too_large("the attachment is larger than it said"));
            }
        }
        Ok(bytes.freeze())
    }

    fn is_discord(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let real = url.scheme() == "https" && HOSTS.contains(&host) && url.port().is_none();
        real || self.sandbox.as_ref().is_some_and(|sandbox| sandbox.origin() == url.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_from_discord_only() {
        let files = |sandbox| Files::new("http://127.0.0.1:4100/api/v10", sandbox).unwrap();
        let is_discord = |sandbox, url: &str| files(sandbox).is_discord(&Url::parse(url).unwrap());
        assert!(is_discord(false, "https://cdn.discordapp.com/attachments/1/2/a.png?ex=3"));
        for url in
            ["http://cdn.discordapp.com/a", "https://evil.example/a", "http://127.0.0.1:4100/a"]
        {
            assert!(!is_discord(false, url), "{url}");
        }
        assert!(is_discord(true, "http://127.0.0.1:4100/a"));
        assert!(!is_discord(true, "http://127.0.0.1:4101/a"));
    }
}
