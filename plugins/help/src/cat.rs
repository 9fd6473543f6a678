//! The picture of a cat beside the list: kept for a while, and never worth an error.

use lumina_plugin_api::prelude::*;
use serde::Deserialize;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who has the pictures.
pub(crate) const HOST: &str = "api.thecatapi.com";
/// Where one is picked at random.
const URL: &str = "https://api.thecatapi.com/v1/images/search";
/// The longest wait for one; the list must not feel slow because of a cat.
const TIMEOUT_MS: u64 = 1_000;
/// How long one is shown before another is asked for: the pages of one reader show the same.
const KEPT_MS: i64 = 10 * 60 * 1_000;
/// How long nobody is asked after a failure, so that not every reader waits in vain.
const FAILURE_KEPT_MS: i64 = 60 * 1_000;
/// Discord takes no longer URLs.
const URL_CHARS_MAX: usize = 2_048;

/// The cat of the moment.
#[derive(Debug, Default)]
pub(crate) struct Cats {
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    url: Option<String>,
    asked_ms: i64,
}

#[derive(Deserialize)]
struct Image {
    url: String,
}

impl Cats {
    /// Returns the URL of a picture, if one can be had in time.
    pub(crate) async fn current(&self, ctx: &Ctx) -> Option<String> {
        let now_ms = ctx.clock().now_ms().await.ok()?;
        if let Some(kept) = self.lock().as_ref().filter(|kept| kept.is_fresh(now_ms)) {
            return kept.url.clone();
        }
        let url = ask(ctx).await;
        *self.lock() = Some(Kept { url: url.clone(), asked_ms: now_ms });
        url
    }

    fn lock(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn is_fresh(&self, now_ms: i64) -> bool {
        let kept_ms = if self.url.is_some() { KEPT_MS } else { FAILURE_KEPT_MS };
        (0..kept_ms).contains(&now_ms.saturating_sub(self.asked_ms))
    }
}

async fn ask(ctx: &Ctx) -> Option<String> {
    match picked(ctx).await {
        Ok(url) => url.filter(|url| is_usable(url)),
        Err(error) => {
            ctx.log().debug(format!("no cat beside the list: {error}"));
            None
        }
    }
}

async fn picked(ctx: &Ctx) -> Result<Option<String>> {
    let images: Vec<Image> = ctx.http().get(URL, Some(TIMEOUT_MS)).await?.json()?;
    Ok(images.into_iter().next().map(|image| image.url))
}

/// Discord refuses the whole message for a bad URL.
fn is_usable(url: &str) -> bool {
    url.starts_with("https://")
        && url.len() <= URL_CHARS_MAX
        && url.chars().all(|letter| letter.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_url_that_discord_takes_is_shown() {
        assert!(is_usable("https://cdn2.thecatapi.com/images/1b.gif"));
        let long = format!("https://a/{}", "b".repeat(URL_CHARS_MAX));
        for url in ["", "http://a/b", "javascript:a", "https://a/b c", "https://a/\n", &long] {
            assert!(!is_usable(url), "{url}");
        }
    }
}
