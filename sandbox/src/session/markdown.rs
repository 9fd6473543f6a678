//! Discord's markdown as a person sees it, in plain text.
//!
//! Formatting that takes effect disappears; what was escaped stays readable as it was typed. So a
//! star on the screen proves that a star was meant. Characters that would confuse a terminal are
//! shown by name.

mod moment;

/// Turns ids into names; what it does not know stays a number.
pub trait Names {
    /// Returns the name of a user without the `@`.
    fn user(&self, id: &str) -> Option<String>;
    /// Returns the name of a channel without the `#`.
    fn channel(&self, id: &str) -> Option<String>;
    /// Returns who or what can be chosen in a menu of Discord's kind of number `menu_kind`, where
    /// the menu does not list it itself.
    fn offered(&self, menu_kind: u64) -> Vec<String> {
        let _ = menu_kind;
        Vec::new()
    }
    /// Returns the time in seconds since 1970.
    fn now_s(&self) -> i64;
    /// Returns the language of whoever reads, as in `fr`.
    fn locale(&self) -> &str {
        "en-US"
    }
}

/// Returns a text as it reads on the screen.
#[must_use]
pub fn plain(text: &str, names: &dyn Names) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut in_block = false;
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            shown.push('\n');
        }
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            shown.push_str(line);
        } else if in_block {
            shown.push_str(line);
        } else {
            shown.push_str(&line_start(line));
            inline(without_marker(line), names, &mut shown);
        }
    }
    visible(&shown)
}

/// Returns a text with control and direction characters replaced by their names.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push('\n'),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => {
                // A joiner inside an emoji is part of it; everything else is made visible.
                if letter == '\u{200d}' {
                    shown.push(letter);
                } else {
                    shown.push_str(&format!("‹{:04x}›", u32::from(letter)));
                }
            }
            letter if letter.is_control() => {
                shown.push_str(&format!("‹{:02x}›", u32::from(letter)));
            }
            letter => shown.push(letter),
        }
    }
    shown
}

const LINE_MARKERS: [(&str, &str); 8] = [
    ("### ", "### "),
    ("## ", "## "),
    ("# ", "# "),
    ("-# ", "(small) "),
    (">>> ", "│ "),
    ("> ", "│ "),
    ("- ", "• "),
    ("* ", "• "),
];

fn line_start(line: &str) -> String {
    let marker = LINE_MARKERS.iter().find(|(marker, _)| line.starts_with(marker));
    marker.map(|(_, shown)| (*shown).to_owned()).unwrap_or_default()
}

fn without_marker(line: &str) -> &str {
    let marker = LINE_MARKERS.iter().find(|(marker, _)| line.starts_with(marker));
    marker.map_or(line, |(marker, _)| &line[marker.len()..])
}

/// Pairs of marks that format what stands between them, longest first.
const PAIRS: [&str; 7] = ["***", "**", "__", "~~", "||", "*", "_"];

fn inline(text: &str, names: &dyn Names, shown: &mut String) {
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let taken = match letter {
            '\\' => escaped(rest, shown),
            '`' => code(rest, shown),
            '<' => tag(rest, names, shown),
            '[' => link(rest, names, shown),
            '*' | '_' | '~' | '|' => pair(rest, names, shown),
            _ => None,
        };
        let taken = taken.unwrap_or_else(|| {
            shown.push(letter);
            letter.len_utf8()
        });
        rest = &rest[taken..];
    }
}

/// Shows what a backslash protects: every sign of ASCII can be protected.
fn escaped(text: &str, shown: &mut String) -> Option<usize> {
    let protected = text.chars().nth(1).filter(char::is_ascii_punctuation)?;
    shown.push(protected);
    Some(1 + protected.len_utf8())
}

fn code(text: &str, shown: &mut String) -> Option<usize> {
    let end = text[1..].find('`').filter(|length| *length > 0)? + 2;
    shown.push_str(&text[..end]);
    Some(end)
}

fn pair(text: &str, names: &dyn Names, shown: &mut String) -> Option<usize> {
    let mark = PAIRS.iter().find(|mark| text.starts_with(*mark))?;
    let inside = &text[mark.len()..];
    let end = closing(inside, mark).filter(|end| !inside[..*end].trim().is_empty())?;
    let within = &inside[..end];
    let after = inside[end + mark.len()..].chars().next();
    let alphanumeric = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let takes_effect = match *mark {
        "*" => !within.starts_with(' ') && !within.ends_with(' '),
        "_" => !alphanumeric(shown.chars().last()) && !alphanumeric(after),
        _ => true,
    };
    if !takes_effect {
        return None;
    }
    if *mark == "||" {
        shown.push_str("▒▒▒");
    } else {
        inline(within, names, shown);
    }
    Some(end + 2 * mark.len())
}

/// Finds where a mark is closed, passing over what is protected.
fn closing(text: &str, mark: &str) -> Option<usize> {
    let mut protected = false;
    text.char_indices().find_map(|(at, letter)| {
        let was_protected = protected;
        protected = letter == '\\' && !was_protected;
        (!was_protected && text[at..].starts_with(mark)).then_some(at)
    })
}

fn link(text: &str, names: &dyn Names, shown: &mut String) -> Option<usize> {
    let middle = closing(text, "](")?;
    let address = &text[middle + 2..];
    let end = address.find(')')?;
    let address = &address[..end];
    if !address.starts_with("http") {
        return None;
    }
    inline(&text[1..middle], names, shown);
    shown.push_str(&format!(" ({address})"));
    Some(middle + 2 + end + 1)
}

fn tag(text: &str, names: &dyn Names, shown: &mut String) -> Option<usize> {
    let end = text.find('>')?;
    let inside = &text[1..end];
    let name = if let Some(id) = inside.strip_prefix("@&") {
        number(id).then(|| format!("@role-{id}"))
    } else if let Some(id) = inside.strip_prefix('@') {
        number(id).then(|| format!("@{}", names.user(id).unwrap_or_else(|| id.to_owned())))
    } else if let Some(id) = inside.strip_prefix('#') {
        number(id).then(|| format!("#{}", names.channel(id).unwrap_or_else(|| id.to_owned())))
    } else if let Some(command) = inside.strip_prefix('/') {
        command.rsplit_once(':').filter(|(_, id)| number(id)).map(|(name, _)| format!("/{name}"))
    } else if let Some(time) = inside.strip_prefix("t:") {
        moment::read(time, names.now_s(), names.locale())
    } else if let Some(emoji) = inside.strip_prefix(':') {
        emoji.rsplit_once(':').filter(|(_, id)| number(id)).map(|(name, _)| format!(":{name}:"))
    } else if inside.starts_with("http") {
        Some(inside.to_owned())
    } else {
        None
    };
    shown.push_str(&name?);
    Some(end + 1)
}

fn number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Names for Fixed {
        fn user(&self, id: &str) -> Option<String> {
            (id == "1").then(|| "Mira".to_owned())
        }
        fn channel(&self, id: &str) -> Option<String> {
            (id == "2").then(|| "films".to_owned())
        }
        fn now_s(&self) -> i64 {
            1_000
        }
    }

    #[test]
    fn what_takes_effect_disappears_and_what_is_escaped_stays() {
        for (typed, seen) in [
            ("plain", "plain"),
            ("**bold** and *thin*", "bold and thin"),
            (r"\*\*not bold\*\*", "**not bold**"),
            ("2 * 3 * 4 _", "2 * 3 * 4 _"),
            ("||secret||", "▒▒▒"),
            ("[here](https://a.example/b)", "here (https://a.example/b)"),
            (r"\[here](https://a.example)", "[here](https://a.example)"),
            ("<@1> in <#2>, <@9>", "@Mira in #films, @9"),
            (r"\<@1>", "<@1>"),
            ("</sudo list:77>", "/sudo list"),
            ("<t:1008:R> <t:940:R>", "in 8 seconds 1 minute ago"),
            ("`**code**`", "`**code**`"),
            ("# big\n> said\n- item", "# big\n│ said\n• item"),
            ("a\u{202e}b\u{7}c", "a‹202e›b‹07›c"),
            ("<script> & <", "<script> & <"),
            ("snake_case_name and _thin_", "snake_case_name and thin"),
        ] {
            assert_eq!(plain(typed, &Fixed), seen, "{typed}");
        }
    }
}
