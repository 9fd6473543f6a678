//! Makes words from outside harmless for the place where they stand: shown letter by letter, never
//! read as markdown, never a mention.

use std::borrow::Cow;

/// An invisible character that keeps `@everyone` from being one.
const ZERO_WIDTH_SPACE: char = '\u{200b}';
/// The punctuation that Discord's markdown reads anywhere.
const MARKUP: [char; 9] = ['\\', '*', '_', '~', '`', '|', '[', ']', '<'];

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Markdown over several lines: message texts, descriptions, the values of fields.
    Markdown,
    /// Markdown on one line: titles and names of fields.
    Line,
    /// No markdown, one line: labels, placeholders, captions, choices.
    Plain,
    /// No markdown, several lines: what stands in a text field at first.
    PlainLines,
}

impl Place {
    /// Returns `words` as they must be written here to be read as they are.
    #[must_use]
    pub fn harmless(self, words: &str) -> Cow<'_, str> {
        let one_line = matches!(self, Place::Line | Place::Plain);
        let clean = without_controls(words, one_line);
        match self {
            Place::Plain | Place::PlainLines => clean,
            Place::Markdown | Place::Line => escaped(clean),
        }
    }
}

/// Drops characters that change what stands around them: controls and changes of direction.
fn without_controls(words: &str, one_line: bool) -> Cow<'_, str> {
    let is_bad = |c: char| {
        (c.is_control() && c != '\n')
            || (one_line && c == '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    if !words.contains(is_bad) {
        return Cow::Borrowed(words);
    }
    let space = |c: char| matches!(c, '\n' | '\t' | '\u{2028}' | '\u{2029}');
    let kept = words.chars().filter_map(|c| match c {
        c if is_bad(c) && space(c) => Some(' '),
        c if is_bad(c) => None,
        c => Some(c),
    });
    Cow::Owned(kept.collect())
}

fn escaped(words: Cow<'_, str>) -> Cow<'_, str> {
    let may_matter =
        |c: char| MARKUP.contains(&c) || matches!(c, '@' | '#' | '>' | '-' | '+' | ':' | '.');
    if !words.contains(may_matter) {
        return words;
    }
    let mut out = String::with_capacity(words.len() + 8);
    for (index, line) in words.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        escape_line(line, &mut out);
    }
    Cow::Owned(out)
}

fn escape_line(line: &str, out: &mut String) {
    let block = start_of_block(line);
    for (index, c) in line.char_indices() {
        let rest = &line[index + c.len_utf8()..];
        if MARKUP.contains(&c) || block == Some(index) || (c == ':' && starts_code(rest)) {
            out.push('\\');
        }
        out.push(c);
        if c == '@' && (rest.starts_with("everyone") || rest.starts_with("here")) {
            out.push(ZERO_WIDTH_SPACE);
        }
    }
}

/// Where a line begins a heading, a quote or a list: the character to escape.
fn start_of_block(line: &str) -> Option<usize> {
    let start = line.len() - line.trim_start().len();
    let text = &line[start..];
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.bytes().next()? {
        b'#' | b'>' | b'-' | b'+' => Some(start),
        _ if digits > 0 && text[digits..].starts_with(['.', ')']) => Some(start + digits),
        _ => None,
    }
}

/// Whether a colon begins an address (`://`) or the name of an emoji (`:smile:`).
fn starts_code(rest: &str) -> bool {
    let name = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_+-".contains(b)).count();
    rest.starts_with("//") || (name > 1 && rest[name..].starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_from_outside_are_shown_letter_by_letter() {
        let cases = [
            ("plain words", "plain words"),
            ("**bold** __x__ ~~y~~", "\\*\\*bold\\*\\* \\_\\_x\\_\\_ \\~\\~y\\~\\~"),
            ("# title", "\\# title"),
            ("C# minor - a song", "C# minor - a song"),
            ("> quote\n- item\n12. item", "\\> quote\n\\- item\n12\\. item"),
            ("[a](https://b)", "\\[a\\](https\\://b)"),
            ("<@123> <t:1:R>", "\\<@123> \\<t:1:R>"),
            ("@everyone and @here", "@\u{200b}everyone and @\u{200b}here"),
            (":smile: 12:30 Blade: one", "\\:smile: 12:30 Blade: one"),
            ("`code` ||spoiler||", "\\`code\\` \\|\\|spoiler\\|\\|"),
            ("\u{202e}evil\u{0}", "evil"),
            ("Amélie 千と千尋", "Amélie 千と千尋"),
        ];
        for (words, expected) in cases {
            assert_eq!(Place::Markdown.harmless(words), expected);
        }
    }

    #[test]
    fn a_line_has_no_second_line() {
        assert_eq!(Place::Line.harmless("a\nb*"), "a b\\*");
        assert_eq!(Place::Plain.harmless("a\nb*"), "a b*");
        assert_eq!(Place::PlainLines.harmless("a\nb*"), "a\nb*");
    }
}
