//! Cuts words to the room there is.

/// How much of a line may be given up so that it ends with a whole word.
const WORD_BYTES_MAX: usize = 24;
const ELLIPSIS: &str = "…";

/// Returns `text` in at most `max` characters; what is cut ends with an ellipsis, and with a whole word
/// where one is near.
///
/// Characters are UTF-16 units: no count of Discord's is larger.
///
/// ```
/// use lumina_plugin_api::text::shorten;
/// assert_eq!(shorten("the long night", 9), "the long…");
/// ```
#[must_use]
pub fn shorten(text: &str, max: usize) -> String {
    if length(text) <= max {
        return text.to_owned();
    }
    let (head, rest) = text.split_at(fitting(text, max.saturating_sub(length(ELLIPSIS))));
    let head = if rest.starts_with(char::is_whitespace) { head } else { whole_words(head) };
    format!("{}{ELLIPSIS}", head.trim_end())
}

/// Returns `text` on one line in at most `max` characters, as [`shorten`].
#[must_use]
pub fn one_line(text: &str, max: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    shorten(&words.join(" "), max)
}

pub(crate) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// How many bytes of `text` fit into `max` characters.
fn fitting(text: &str, max: usize) -> usize {
    let mut used = 0;
    let first_beyond = text.char_indices().find(|(_, letter)| {
        used += letter.len_utf16();
        used > max
    });
    first_beyond.map_or(text.len(), |(at, _)| at)
}

fn whole_words(head: &str) -> &str {
    match head.rfind(char::is_whitespace) {
        Some(end) if head.len() - end <= WORD_BYTES_MAX => &head[..end],
        _ => head,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_ends_with_a_whole_word_where_one_is_near() {
        let long = "x".repeat(40);
        for (text, max, expected) in [
            ("short", 5, "short".to_owned()),
            ("the long night", 14, "the long night".to_owned()),
            ("the long night", 13, "the long…".to_owned()),
            ("the long night", 9, "the long…".to_owned()),
            ("the long night", 8, "the…".to_owned()),
            ("the long", 3, "th…".to_owned()),
            ("🎬🎬🎬", 5, "🎬🎬…".to_owned()),
            ("🎬🎬🎬", 4, "🎬…".to_owned()),
            ("ab", 0, "…".to_owned()),
            (&format!("a {long}"), 30, format!("a {}…", "x".repeat(27))),
        ] {
            assert_eq!(shorten(text, max), expected, "{text} in {max}");
        }
    }
}
