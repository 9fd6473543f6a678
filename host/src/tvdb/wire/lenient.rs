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
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), n_items: 0 }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = Vec::<Value>::deserialize(deserializer)?;
        let n_items = values.len();
        let items = values.into_iter().filter_map(|value| T::deserialize(value).ok()).collect();
        Ok(Self { items, n_items })
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
    (!text.trim().is_empty()).then_some(text)
}
