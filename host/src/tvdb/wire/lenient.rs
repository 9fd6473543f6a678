//! Reading fields that may hold anything: what does not fit counts as missing.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

/// The longest text that is kept of one field, in characters. Overviews of 6,000 are seen.
const TEXT_CHARS_MAX: usize = 16_384;

/// The items of an array that could be read, and how many there were.
#[derive(Debug)]
pub(in crate::tvdb) struct List<T> {
    pub(in crate::tvdb) items: Vec<T>,
    pub(in crate::tvdb) n_items: usize,
    /// Whether it was an array, if perhaps an empty one.
    pub(in crate::tvdb) is_array: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), n_items: 0, is_array: false }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = Vec::<Value>::deserialize(deserializer)?;
        let n_items = values.len();
        let items = values.into_iter().filter_map(|value| T::deserialize(value).ok()).collect();
        Ok(Self { items, n_items, is_array: true })
    }
}

/// Reads a `T`, or the default if the value is anything else.
pub(super) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).unwrap_or_default())
}

/// Reads a list; anything that is no array is an empty one.
pub(super) fn loose<'de, D, T>(deserializer: D) -> Result<List<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    object(deserializer)
}

/// Reads a text or a number as text; trimmed, bounded, without control characters but ends of lines,
/// and never empty.
pub(super) fn text<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => tidied(&text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Reads a text that is one line, such as a name.
pub(super) fn line<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(text(deserializer)?.map(one_line))
}

/// Reads a whole number, also one written as text.
pub(super) fn number<'de, D>(deserializer: D) -> Result<Option<u32>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(text(deserializer)?.and_then(|text| text.parse().ok()))
}

fn tidied(text: &str) -> Option<String> {
    let text = text.trim();
    let kept = text.chars().filter(|c| !c.is_control() || c.is_whitespace()).take(TEXT_CHARS_MAX);
    let text: String = kept.collect();
    (!text.chars().all(is_unseen)).then_some(text)
}

/// Whether nothing of a character is seen. A text of such alone is as good as none: where it is shown,
/// they are left out or nobody can point at it.
fn is_unseen(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
}
