//! Emoji of buttons and options: one of Unicode's, or one that somebody made, by its id.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Form;

/// One emoji as Unicode writes them: a key, a flag, or pictures that joiners make one. The sign that asks
/// for color may be left out everywhere.
static EMOJI: LazyLock<Regex> = LazyLock::new(|| {
    let key = r"[0-9\#*]\x{FE0F}?\x{20E3}";
    let flag = r"[\x{1F1E6}-\x{1F1FF}]{2}";
    let picture = r"[\p{Emoji}--[0-9\#*\x{1F1E6}-\x{1F1FF}]](?:\x{FE0F}|\p{Emoji_Modifier})?[\x{E0020}-\x{E007F}]*";
    let pattern = format!(r"^(?:{key}|{flag}|{picture}(?:\x{{200D}}{picture})*)$");
    Regex::new(&pattern).expect("the pattern is right")
});

/// Checks the emoji of a component or option, if it has one. Whose ids there are is not simulated.
pub(super) fn emoji(form: &mut Form, component: &Value) {
    let emoji = &component["emoji"];
    if emoji.is_null() || !emoji["id"].is_null() {
        return;
    }
    if !EMOJI.is_match(emoji["name"].as_str().unwrap_or_default()) {
        let code = "BUTTON_COMPONENT_INVALID_EMOJI";
        form.within("emoji", |form| form.refuse_at("name", code, "Invalid emoji"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_of_unicode_are_told_from_words_and_from_several() {
        let emoji =
            ["🎬", "◀️", "◀", "↩️", "☑️", "1️⃣", "#⃣", "🇫🇷", "👩🏽‍🚀", "🕵️‍♂️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏽", "©", "❤️‍🔥"];
        for text in emoji {
            assert!(EMOJI.is_match(text), "{text}");
        }
        for text in
            ["", " ", "smile", ":smile:", "1", "#", "🇫", "🎬🎬", "🎬 ", "a🎬", "→", "\u{fe0f}"]
        {
            assert!(!EMOJI.is_match(text), "{text}");
        }
    }
}
