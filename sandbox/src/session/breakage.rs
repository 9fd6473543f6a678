//! Ways to make another plugin file out of a built one: broken, or only different.

/// A named way, for `plugin replace NAME with WAY`.
#[derive(Debug, Clone, Copy)]
pub struct Breakage {
    /// The word.
    pub word: &'static str,
    /// What the file is then, for the person who typed it.
    pub told: &'static str,
    make: fn(&[u8], &str) -> Vec<u8>,
}

/// All named ways.
pub const BREAKAGES: [Breakage; 7] = [
    Breakage { word: "broken", told: "half of a library", make: |file, _| half(file) },
    Breakage { word: "truncated", told: "half of a library", make: |file, _| half(file) },
    Breakage { word: "text", told: "a text", make: |_, _| TEXT.as_bytes().to_vec() },
    Breakage { word: "empty", told: "empty", make: |_, _| Vec::new() },
    Breakage { word: "garbage", told: "64 KiB of nonsense", make: |_, _| garbage() },
    Breakage {
        word: "abi",
        told: "a library that was built for another API",
        make: |file, name| with_next_digit(file, name, b"\"api\":\"", Digit::First),
    },
    Breakage {
        word: "new",
        told: "a good library with another version number",
        make: |file, name| with_next_digit(file, name, b"\"version\":\"", Digit::Last),
    },
];

const TEXT: &str = "This is a text, not a library.\n";

/// How large a [`garbage`] file is.
const GARBAGE_BYTES: usize = 64 << 10;

/// How far behind the name in a manifest its other fields are looked for.
const MANIFEST_BYTES_MAX: usize = 256;

impl Breakage {
    /// Finds a way by its word.
    #[must_use]
    pub fn named(word: &str) -> Option<Breakage> {
        BREAKAGES.into_iter().find(|breakage| breakage.word == word)
    }

    /// Makes the other file.
    #[must_use]
    pub fn of(self, file: &[u8], plugin: &str) -> Vec<u8> {
        (self.make)(file, plugin)
    }
}

fn half(file: &[u8]) -> Vec<u8> {
    file[..file.len() / 2].to_vec()
}

fn garbage() -> Vec<u8> {
    (0..=u8::MAX).cycle().take(GARBAGE_BYTES).collect()
}

/// Which digit of a version counts on.
#[derive(Clone, Copy)]
enum Digit {
    First,
    Last,
}

/// Counts a digit on in a field of the plugin's manifest, wherever the manifest stands in the file.
fn with_next_digit(file: &[u8], plugin: &str, field: &[u8], digit: Digit) -> Vec<u8> {
    let mut changed = file.to_vec();
    let begin = format!("{{\"name\":\"{plugin}\",");
    let mut from = 0;
    while let Some(at) = find(&changed[from..], begin.as_bytes()).map(|at| from + at) {
        from = at + begin.len();
        let end = changed.len().min(from + MANIFEST_BYTES_MAX);
        let Some(value) = find(&changed[from..end], field).map(|at| from + at + field.len()) else {
            continue;
        };
        let length = find(&changed[value..], b"\"").unwrap_or(0);
        let place = match digit {
            Digit::First => value,
            Digit::Last => value + length.saturating_sub(1),
        };
        if changed[place].is_ascii_digit() {
            changed[place] = b'0' + (changed[place] - b'0' + 1) % 10;
        }
    }
    changed
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"\x7fELF {\"name\":\"ping\",\"version\":\"0.1.9\",\"api\":\"1.0\"}\n \
        {\"name\":\"pong\",\"version\":\"0.1.9\",\"api\":\"1.0\"}";

    fn check(word: &str, expected: &[u8]) {
        let made = Breakage::named(word).expect("it is a word").of(FILE, "ping");
        assert_eq!(String::from_utf8_lossy(&made), String::from_utf8_lossy(expected));
    }

    #[test]
    fn only_the_named_plugins_manifest_changes() {
        check(
            "new",
            b"\x7fELF {\"name\":\"ping\",\"version\":\"0.1.0\",\"api\":\"1.0\"}\n \
            {\"name\":\"pong\",\"version\":\"0.1.9\",\"api\":\"1.0\"}",
        );
        check(
            "abi",
            b"\x7fELF {\"name\":\"ping\",\"version\":\"0.1.9\",\"api\":\"2.0\"}\n \
            {\"name\":\"pong\",\"version\":\"0.1.9\",\"api\":\"1.0\"}",
        );
        check("empty", b"");
        assert!(Breakage::named("nonsense").is_none());
    }
}
