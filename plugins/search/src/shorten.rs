//! Cuts words from outside to the room there is.

use lumina_plugin_api::services::catalogue::Title;

/// How much of a line may be given up so that it ends with a whole word.
const WORD_BYTES_MAX: usize = 24;
const ELLIPSIS: &str = "…";

/// Returns `text` in at most `max` characters; what is cut ends with an ellipsis.
///
/// Characters are UTF-16 units: no count of Discord's is larger.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    if length(text) <= max {
        return text.to_owned();
    }
    let (head, rest) = text.split_at(fitting(text, max.saturating_sub(length(ELLIPSIS))));
    let head = if rest.starts_with(char::is_whitespace) { head } else { whole_words(head) };
    format!("{}{ELLIPSIS}", head.trim_end())
}

/// Returns `text` on one line in at most `max` characters.
pub(crate) fn one_line(text: &str, max: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    shorten(&words.join(" "), max)
}

/// Returns the name of `title` on one line in at most `max` characters, with the English one behind it
/// where that is another; if there is not enough room, both are cut.
pub(crate) fn name(title: &Title, max: usize) -> String {
    const BRACKETS: usize = " ()".len();
    let (own, english) = (one_line(&title.name, usize::MAX), english_name(title));
    if english.is_empty() || english == own {
        return shorten(&own, max);
    }
    let room = max.saturating_sub(BRACKETS);
    let half = room / 2;
    let own = shorten(&own, half.max(room.saturating_sub(length(&english))));
    let english = shorten(&english, room.saturating_sub(length(&own)));
    format!("{own} ({english})")
}

fn english_name(title: &Title) -> String {
    one_line(title.english_name.as_deref().unwrap_or_default(), usize::MAX)
}

fn length(text: &str) -> usize {
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
    use lumina_plugin_api::services::catalogue::{MediaId, MediaKind};

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

    #[test]
    fn both_names_of_a_title_get_their_share() {
        let check = |own: &str, english: Option<&str>, max, expected: &str| {
            let mut title = Title::new(MediaId::new(MediaKind::Movie, 1), own, "");
            title.english_name = english.map(str::to_owned);
            assert_eq!(name(&title, max), expected);
            assert!(length(expected) <= max);
        };
        check("Dune", None, 20, "Dune");
        check("Dune", Some("Dune"), 20, "Dune");
        check("Dune", Some(" "), 20, "Dune");
        check("Du\nne", Some("Du ne"), 20, "Du ne");
        check("Düne", Some("Dune"), 20, "Düne (Dune)");
        check(&"a".repeat(40), Some("Dune"), 20, "aaaaaaaaaaaa… (Dune)");
        check("Düne", Some(&"b".repeat(40)), 20, "Düne (bbbbbbbbbbbb…)");
        check(&"a".repeat(40), Some(&"b".repeat(40)), 21, "aaaaaaaa… (bbbbbbbb…)");
    }
}
