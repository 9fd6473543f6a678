//! Cuts text the way Discord counts it: by code points, not by bytes or UTF-16 units (a maintainer's
//! answer in discord/discord-api-docs#1315).

use std::borrow::Cow;

/// What stands where text was cut.
const ELLIPSIS: char = '…';
/// Joins characters into one picture; nothing may end in it.
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Returns `text` with at most `max` characters; what was cut is marked with an ellipsis.
pub(in crate::discord) fn cut(text: &str, max: usize) -> Cow<'_, str> {
    // No text has more characters than bytes.
    if text.len() <= max || text.char_indices().nth(max).is_none() {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().nth(max.saturating_sub(1)).map_or(0, |(index, _)| index);
    let kept = without_half(&text[..end]);
    let mut out = String::with_capacity(kept.len() + ELLIPSIS.len_utf8());
    out.push_str(kept);
    if max > 0 {
        out.push(ELLIPSIS);
    }
    Cow::Owned(out)
}

/// Drops the first half of a pair at the end: a joiner, or a backslash whose character was cut.
fn without_half(text: &str) -> &str {
    let text = text.trim_end_matches(ZERO_WIDTH_JOINER);
    let backslashes = text.bytes().rev().take_while(|byte| *byte == b'\\').count();
    &text[..text.len() - backslashes % 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_on_a_character_boundary() {
        let cases = [
            ("", 5, ""),
            ("abcde", 5, "abcde"),
            ("abcdef", 5, "abcd…"),
            ("äöüß€", 5, "äöüß€"),
            ("äöüß€x", 5, "äöüß…"),
            ("😀😀😀", 2, "😀…"),
            ("👩\u{200d}🚀 flies", 3, "👩…"),
            ("ab\\*cd", 4, "ab…"),
            ("ab\\\\cd", 5, "ab\\\\…"),
            ("abc", 0, ""),
        ];
        for (text, max, expected) in cases {
            assert_eq!(cut(text, max), expected, "{text} to {max}");
        }
    }

    #[test]
    fn a_cut_text_is_never_longer_than_allowed() {
        for max in 0..40 {
            let text = "a😀\\*é\u{200d}".repeat(10);
            assert!(cut(&text, max).chars().count() <= max);
        }
    }
}
