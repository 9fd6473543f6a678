//! The base address of Discord's REST interface. Must never let the token travel unencrypted, except
//! to loopback, where the sandbox is.

use super::DoorError;
use url::{Host, Url};

/// The version that the whole host speaks.
const DEFAULT_PATH: &str = "/api/v10";

/// A checked base. Its path has no slash at the end.
#[derive(Debug, Clone)]
pub(super) struct Base {
    url: Url,
}

impl Base {
    /// Checks `text`; a missing path means `/api/v10`.
    pub(super) fn parse(text: &str) -> Result<Self, DoorError> {
        let wrong = || DoorError::Base { base: text.to_owned() };
        let mut url = Url::parse(text.trim()).map_err(|_| wrong())?;
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(wrong()),
        };
        if url.host().is_none() || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong());
        }
        if plain && !is_loopback(&url) {
            return Err(DoorError::Insecure { base: text.to_owned() });
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(if path.is_empty() { DEFAULT_PATH } else { &path });
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self { url })
    }

    /// The address of `path` below this base; nothing if the path leads out of it.
    pub(super) fn join(&self, path: &str) -> Option<Url> {
        let url = Url::parse(&format!("{}/{path}", self.url)).ok()?;
        let below = url.path().strip_prefix(self.url.path())?.strip_prefix('/')?;
        let stays = url.origin() == self.url.origin() && url.fragment().is_none();
        (stays && !below.is_empty() && !below.starts_with('/')).then_some(url)
    }

    /// The part of an address made by [`Base::join`] that lies below this base.
    pub(super) fn below<'u>(&self, url: &'u Url) -> &'u str {
        url.path().get(self.url.path().len() + 1..).unwrap_or_default()
    }

    /// The form of a gateway address that a session may use: encrypted, or on loopback if this
    /// base is there too. Without a path, which the gateway library adds.
    pub(super) fn gateway(&self, text: &str) -> Option<String> {
        let url = Url::parse(text).ok()?;
        let allowed = match url.scheme() {
            "wss" => true,
            "ws" => is_loopback(&self.url) && is_loopback(&url),
            _ => false,
        };
        let host = url.host_str()?;
        let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
        (allowed && matches!(url.path(), "" | "/"))
            .then(|| format!("{}://{host}{port}", url.scheme()))
    }
}

/// Whether an address leads to this machine only.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        // `ws` is special to the URL standard too, so a host is always parsed.
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> Base {
        Base::parse(text).expect("a base")
    }

    #[test]
    fn a_missing_path_means_version_ten() {
        for text in
            ["http://127.0.0.1:4100", "http://127.0.0.1:4100/", "http://[::1]:4100/api/v10/"]
        {
            assert_eq!(base(text).url.path(), "/api/v10", "{text}");
        }
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert!(matches!(Base::parse("http://discord.com"), Err(DoorError::Insecure { .. })));
        for wrong in ["", "discord.com", "ftp://127.0.0.1", "https://user:pass@discord.com"] {
            assert!(matches!(Base::parse(wrong), Err(DoorError::Base { .. })), "{wrong}");
        }
    }

    #[test]
    fn no_path_leads_out_of_the_base() {
        let base = base("https://discord.com/api/v10");
        for wrong in ["", "/", "../v9/users", "a/../../v9", "%2e%2e/v9", "//evil.example", "a#b"] {
            assert!(base.join(wrong).is_none(), "{wrong}");
        }
        let url = base.join("users/@me?a=b").expect("a plain path");
        assert_eq!(url.as_str(), "https://discord.com/api/v10/users/@me?a=b");
    }

    #[test]
    fn a_gateway_is_encrypted_or_on_loopback() {
        let real = base("https://discord.com");
        assert_eq!(
            real.gateway("wss://gateway.discord.gg/").as_deref(),
            Some("wss://gateway.discord.gg")
        );
        for wrong in ["ws://gateway.discord.gg", "ws://127.0.0.1:1", "https://a", "", "wss://a/b"] {
            assert_eq!(real.gateway(wrong), None, "{wrong}");
        }
        let sandbox = base("http://127.0.0.1:4100");
        assert_eq!(sandbox.gateway("ws://127.0.0.1:9/").as_deref(), Some("ws://127.0.0.1:9"));
        assert_eq!(sandbox.gateway("ws://gateway.discord.gg"), None);
    }
}
