//! Gateway events that a plugin asked for.

use serde::{Deserialize, Serialize};

/// An event as Discord sent it.
///
/// ```
/// use lumina_plugin_api::event::Event;
/// let event: Event = serde_json::from_str(r#"{"name":"TYPING_START","data":{"user_id":"1"}}"#)?;
/// assert_eq!(event.name, "TYPING_START");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// Discord's name: `MESSAGE_CREATE`.
    pub name: String,
    /// Its data, as Discord's reference describes it.
    #[serde(default)]
    pub data: serde_json::Value,
}

impl Event {
    /// Makes an event.
    #[must_use]
    pub fn new(name: &str, data: serde_json::Value) -> Self {
        Self { name: name.to_owned(), data }
    }
}
