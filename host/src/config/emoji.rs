//! What counts as one emoji: it is shown as it is, so nothing else may hide in it.

/// The longest emoji of one character as people see it: a family of four with skin tones, and some room.
const CHARS_MAX: usize = 16;
/// The longest name that Discord takes for an emoji.
const NAME_CHARS_MAX: usize = 32;
/// The longest number of an emoji of a server: those of a 64-bit id.
const ID_DIGITS_MAX: usize = 20;
/// Joins characters to one emoji.
const JOINER: char = '\u{200d}';
/// Makes a symbol of a character.
const AS_SYMBOL: char = '\u{fe0f}';
/// Draws a key around a digit.
const AS_KEY: char = '\u{20e3}';

/// Whether `text` is an emoji: the character itself, `:name:`, `<:name:id>` or `<a:name:id>`.
pub(super) fn is_emoji(text: &str) -> bool {
    let inside = text.strip_prefix(':').and_then(|rest| rest.strip_suffix(':'));
    inside.is_some_and(is_name) || is_custom(text) || is_character(text)
}

fn is_custom(text: &str) -> bool {
    let inside = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let inside = inside.and_then(|rest| rest.strip_prefix("a:").or(rest.strip_prefix(':')));
    let is_id = |id: &str| {
        (1..=ID_DIGITS_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
    };
    inside
        .and_then(|rest| rest.split_once(':'))
        .is_some_and(|(name, id)| is_name(name) && is_id(id))
}

fn is_name(name: &str) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b"_-+~".contains(&letter);
    (1..=NAME_CHARS_MAX).contains(&name.len()) && name.bytes().all(is_letter)
}

/// Whether it is made of the characters that emoji are made of, and of at least one that is seen.
fn is_character(text: &str) -> bool {
    let is_key = text.contains(AS_KEY);
    let belongs = |letter: char| {
        is_symbol(letter)
            || [JOINER, AS_SYMBOL, AS_KEY].contains(&letter)
            || matches!(letter, '\u{e0020}'..='\u{e007f}')
            || (is_key && (letter.is_ascii_digit() || "#*".contains(letter)))
    };
    text.chars().count() <= CHARS_MAX
        && text.chars().all(belongs)
        && (is_key || text.chars().any(is_symbol))
}

/// The blocks of Unicode that hold emoji.
fn is_symbol(letter: char) -> bool {
    matches!(letter,
        '©' | '®' | '‼' | '⁉' | '〰' | '〽' | '㊗' | '㊙'
        | '\u{2100}'..='\u{214f}' // letter-like
        | '\u{2190}'..='\u{21ff}' // arrows
        | '\u{2300}'..='\u{23ff}' // technical
        | '\u{2460}'..='\u{24ff}' // enclosed
        | '\u{25a0}'..='\u{27bf}' // shapes, symbols, dingbats
        | '\u{2900}'..='\u{297f}' // more arrows
        | '\u{2b00}'..='\u{2bff}' // stars and arrows
        | '\u{1f000}'..='\u{1faff}') // all others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_is_taken_in_every_form_that_discord_knows() {
        for text in [
            "📁",
            "▶️",
            "▶",
            "👨‍👩‍👧‍👦",
            "🏴\u{e0067}\u{e0062}\u{e007f}",
            "🇫🇷",
            "1️⃣",
            "❤️",
            "➡️",
            "™️",
            ":file_folder:",
            ":+1:",
            "<:party:123456789012345678>",
            "<a:dance:1>",
        ] {
            assert!(is_emoji(text), "{text}");
        }
    }

    #[test]
    fn words_markdown_mentions_and_halves_are_none() {
        let long = "📁".repeat(CHARS_MAX + 1);
        for text in [
            "",
            "folder",
            ">",
            "**",
            "📁 x",
            "@everyone",
            "<@1>",
            "<:party:>",
            "<:party:1",
            "<:a b:1>",
            "<:p:12x>",
            "::",
            ":a b:",
            "1",
            "\u{200d}",
            "\u{fe0f}",
            "party:12",
            &long,
        ] {
            assert!(!is_emoji(text), "{text}");
        }
    }
}
