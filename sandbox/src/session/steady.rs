//! Takes out of a message what differs from run to run, so that transcripts can be compared:
//! measured times, moments, ports and the folder of the session.

use serde_json::Value;

/// Units behind which a number is a measurement.
const UNITS: [&str; 3] = [" ms", " µs", " s "];

/// Behind these words stand sizes and offsets of files.
const SIZE_WORDS: [&str; 2] = ["byte ", "has "];
/// Numbers this long are, there.
const LONG_DIGITS: usize = 5;
/// Whole numbers this long are snowflakes, which hold a moment.
const SNOWFLAKE_DIGITS: usize = 17;

/// Changes every text in a message.
pub(super) fn value(value: &mut Value, folder: &str) {
    match value {
        Value::String(text) => *text = self::text(text, folder),
        Value::Array(items) => items.iter_mut().for_each(|item| self::value(item, folder)),
        Value::Object(fields) => fields.values_mut().for_each(|field| self::value(field, folder)),
        _ => {}
    }
}

/// Changes one text.
pub(super) fn text(text: &str, folder: &str) -> String {
    let text = text.replace(folder, "/sandbox");
    let mut steady = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(letter) = rest.chars().next() {
        let taken = match letter {
            '<' => moment(rest, &mut steady),
            '0'..='9' => number(rest, &mut steady),
            _ => None,
        };
        let taken = taken.unwrap_or_else(|| {
            steady.push(letter);
            letter.len_utf8()
        });
        rest = &rest[taken..];
    }
    steady
}

/// `<t:1700000000:R>` is some time.
fn moment(text: &str, steady: &mut String) -> Option<usize> {
    let end = text.strip_prefix("<t:")?.find('>')? + 4;
    steady.push_str("(some time)");
    Some(end)
}

/// Takes a number, with a decimal comma or a point that may be escaped; what stands before it tells ports and parts of
/// addresses from sizes.
fn number(text: &str, steady: &mut String) -> Option<usize> {
    let part = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '\\');
    let end = text.find(|letter| !part(letter)).unwrap_or(text.len());
    let number = text[..end].trim_end_matches(['.', ',', '\\']);
    let behind = &text[number.len()..];
    let measured = number.contains(['.', ',']) && UNITS.iter().any(|unit| behind.starts_with(unit));
    let whole = number.bytes().all(|byte| byte.is_ascii_digit());
    let snowflake = whole && number.len() >= SNOWFLAKE_DIGITS && steady.ends_with(' ');
    let long = whole && number.len() >= LONG_DIGITS;
    let size = long && SIZE_WORDS.iter().any(|word| steady.ends_with(word));
    let port = steady.ends_with("127.0.0.1:");
    let shown = if measured || size || snowflake {
        "…"
    } else if port {
        "PORT"
    } else {
        number
    };
    steady.push_str(shown);
    Some(number.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_hidden() {
        for (shown, expected) in [
            ("Pong! 12.34 ms, 0.50 ms inside.", "Pong! … ms, … ms inside."),
            ("Pong ! 12,34 ms, à 3, 4 s.", "Pong ! … ms, à 3, 4 s."),
            (r"Pong\! 12\.34 ms\.", r"Pong\! … ms\."),
            ("http://127.0.0.1:4711/x/310101.png", "http://127.0.0.1:PORT/x/310101.png"),
            ("version 0.1.0 has 12 episodes.", "version 0.1.0 has 12 episodes."),
            ("since <t:1790000000:R>, <@1>", "since (some time), <@1>"),
            ("/tmp/x/plugins/ping.so", "/sandbox/plugins/ping.so"),
            ("ends at byte 1869568, has 988644.", "ends at byte …, has …."),
            ("series-310101", "series-310101"),
            ("Is 310101 a movie?", "Is 310101 a movie?"),
        ] {
            assert_eq!(text(shown, "/tmp/x"), expected);
        }
    }
}
