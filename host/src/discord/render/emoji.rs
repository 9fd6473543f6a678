//! Emoji of buttons and options. Where one is none, Discord refuses the whole message.

use super::{Renderer, SHOWN_CHARS_MAX, cut};
use regex::Regex;
use serde_json::{Value, json};
use std::{num::NonZeroU64, sync::LazyLock};
use tracing::warn;

/// Characters of the name of an emoji that somebody made.
const NAME_CHARS_MAX: usize = 32;

/// One emoji of Unicode: a key, a flag, or pictures that joiners make one.
static UNICODE: LazyLock<Regex> = LazyLock::new(|| {
    const KEY: &str = r"[0-9\#*]\x{FE0F}?\x{20E3}";
    const FLAG: &str = r"[\x{1F1E6}-\x{1F1FF}]{2}";
    const PICTURE: &str = concat!(
        r"[\p{Emoji}--[0-9\#*\x{1F1E6}-\x{1F1FF}]](?:\x{FE0F}|\p{Emoji_Modifier})?",
        r"[\x{E0020}-\x{E007F}]*",
    );
    let pattern = format!(r"^(?:{KEY}|{FLAG}|{PICTURE}(?:\x{{200D}}{PICTURE})*)$");
    Regex::new(&pattern).expect("the pattern is right, as a test shows")
});

impl Renderer<'_> {
    /// Writes an emoji; what is none is left out, as the rest is worth sending without.
    pub(super) fn emoji(&self, text: Option<&str>) -> Option<Value> {
        let text = text?;
        let emoji = emoji(text);
        if emoji.is_none() {
            let (plugin, text) = (&self.reader.plugin, cut(text, SHOWN_CHARS_MAX));
            warn!(plugin.id = %plugin, "left out `{text}`, which is no emoji that Discord takes");
        }
        emoji
    }
}

/// Reads an emoji: the character itself, or `name:id` of a custom one, `a:` before it if it moves.
fn emoji(text: &str) -> Option<Value> {
    if UNICODE.is_match(text) {
        return Some(json!({ "name": text }));
    }
    let inner = text.trim_start_matches('<').trim_end_matches('>').trim_start_matches(':');
    let (animated, inner) = inner.strip_prefix("a:").map_or((false, inner), |rest| (true, rest));
    let (name, id) = inner.rsplit_once(':')?;
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let is_name = (1..=NAME_CHARS_MAX).contains(&name.len()) && name.bytes().all(is_letter);
    let is_id = id.parse::<NonZeroU64>().is_ok() && id.bytes().all(|b| b.is_ascii_digit());
    (is_name && is_id).then(|| json!({ "name": name, "id": id, "animated": animated }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_a_character_or_a_name_with_an_id() {
        for text in ["🎬", "◀️", "◀", "☑️", "1️⃣", "🇫🇷", "👩🏽‍🚀", "🕵️‍♂️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️‍🔥"]
        {
            assert_eq!(emoji(text), Some(json!({ "name": text })), "{text}");
        }
        let custom = json!({ "name": "party", "id": "12", "animated": false });
        assert_eq!(emoji("party:12").as_ref(), Some(&custom));
        assert_eq!(emoji("<:party:12>").as_ref(), Some(&custom));
        assert_eq!(emoji("<a:party:12>").expect("one that moves")["animated"], true);
    }

    #[test]
    fn what_discord_would_refuse_is_no_emoji() {
        let long = format!("{}:12", "x".repeat(33));
        for text in
            ["", " ", "smile", ":smile:", "1", "🇫", "🎬🎬", "🎬 ", "→", "a b:12", ":12", "x:0"]
        {
            assert_eq!(emoji(text), None, "{text}");
        }
        assert_eq!((emoji("x:+1"), emoji(&long)), (None, None));
    }
}
