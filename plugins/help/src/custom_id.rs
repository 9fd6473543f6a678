//! What a button of the list carries. Whoever presses may have changed it: any number must be fine.

use lumina_plugin_api::prelude::*;
use serde::{Deserialize, Serialize};

/// The handler that the buttons name.
const HANDLER: &str = "page";

/// Past the end of any list; the view stops at the last page.
const BEYOND: usize = usize::MAX;

/// A button below the list, and the page on which it stands.
///
/// Both together, because no two components of a message may carry the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Turn {
    #[serde(rename = "b")]
    pub(crate) button: Button,
    #[serde(rename = "p")]
    pub(crate) from_page: usize,
}

/// The buttons, from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Button {
    First,
    Previous,
    /// Only tells which page this is.
    Here,
    Next,
    Last,
}

impl Turn {
    /// Returns the page to show; it may lie past the end.
    pub(crate) fn page(self) -> usize {
        match self.button {
            Button::First => 0,
            Button::Previous => self.from_page.saturating_sub(1),
            Button::Here => self.from_page,
            Button::Next => self.from_page.saturating_add(1),
            Button::Last => BEYOND,
        }
    }

    /// Returns the action of the button.
    pub(crate) fn action(self) -> Action {
        Action::new(HANDLER, &self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_button_is_written_and_read_and_leads_to_its_page() {
        let cases = [
            (Button::First, r#"{"b":"first","p":7}"#, 0),
            (Button::Previous, r#"{"b":"previous","p":7}"#, 6),
            (Button::Here, r#"{"b":"here","p":7}"#, 7),
            (Button::Next, r#"{"b":"next","p":7}"#, 8),
            (Button::Last, r#"{"b":"last","p":7}"#, BEYOND),
        ];
        for (button, state, page) in cases {
            let turn = Turn { button, from_page: 7 };
            assert_eq!(turn.action().state, state);
            assert_eq!(turn.action().who, Who::Invoker);
            assert_eq!(turn.page(), page);
        }
    }
}
