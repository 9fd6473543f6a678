//! Breaks text into lines of a bounded width.

use super::{TEXT_LINES_MAX, WIDTH};

/// Returns a text in lines that fit the screen behind an indent, the last one saying how much more
/// there is if there is too much.
pub(super) fn indented(text: &str, indent: &str) -> Vec<String> {
    let room = WIDTH - indent.chars().count();
    let all: Vec<String> = text.split('\n').flat_map(|line| wrapped(line, room)).collect();
    let hidden = all.len().saturating_sub(TEXT_LINES_MAX);
    let mut shown: Vec<String> = all
        .iter()
        .take(TEXT_LINES_MAX)
        .map(|line| format!("{indent}{line}").trim_end().to_owned())
        .collect();
    if hidden > 0 {
        shown.push(format!("{indent}… ({hidden} more lines)"));
    }
    shown
}

/// Returns a line as far as it fits the screen behind an indent.
pub(super) fn cut(line: &str, indent: &str) -> String {
    let room = WIDTH - indent.chars().count();
    if line.chars().count() <= room {
        return line.to_owned();
    }
    let shown: String = line.chars().take(room - 1).collect();
    format!("{}…", shown.trim_end().trim_end_matches('…'))
}

/// Returns one line broken at spaces; a word that is too long for a line is not broken.
fn wrapped(line: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            lines.push(String::new());
            used = 0;
        }
        let last = lines.last_mut().expect("there is always a line");
        if used > 0 {
            last.push(' ');
            used += 1;
        }
        last.push_str(word);
        used += length;
    }
    lines
}
