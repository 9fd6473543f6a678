//! What the components below a profile carry. Whoever presses may have changed it: any number must be
//! fine, and who may look is asked anew.

use lumina_plugin_api::{prelude::*, services::lists::Section};
use serde::{Deserialize, Serialize};

/// The handler of the buttons.
const TURN: &str = "page";
/// The handler of the menu.
const JUMP: &str = "list";

/// A profile, and a page of it; a page past the end is the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Turn {
    #[serde(rename = "u")]
    pub(crate) user: UserId,
    #[serde(rename = "p", default)]
    pub(crate) page_index: u32,
}

/// Where a press leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// To a page.
    Page(u32),
    /// To where a list begins.
    List(Section),
}

/// The lists in the order in which they are shown, with the values of their options, which are also the
/// keys of their names.
pub(crate) const SECTIONS: [(Section, &str); 3] = [
    (Section::InProgress, "in-progress"),
    (Section::Favorites, "favorites"),
    (Section::Watched, "watched"),
];

impl Turn {
    /// Returns the action of a button.
    pub(crate) fn action(self) -> Action {
        Action::new(TURN, &self)
    }

    /// Returns the action of the menu.
    pub(crate) fn jump(self) -> Action {
        Action::new(JUMP, &self)
    }
}

/// Reads whose profile is to be shown, and where.
///
/// # Errors
/// [`ErrorKind::Outdated`] for what no component of this version carries.
pub(crate) fn read(press: &ComponentPress) -> Result<(UserId, Goal)> {
    let turn: Turn = press.state()?;
    let goal = match press.handler.as_str() {
        TURN => Some(Goal::Page(turn.page_index)),
        JUMP => section(press.values.first().map_or("", String::as_str)).map(Goal::List),
        _ => None,
    };
    let outdated = || Error::new(ErrorKind::Outdated).detail(format!("`{}`", press.handler));
    Ok((turn.user, goal.ok_or_else(outdated)?))
}

fn section(value: &str) -> Option<Section> {
    SECTIONS.iter().find(|(_, word)| *word == value).map(|(section, _)| *section)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina_plugin_api::testing::press;

    #[test]
    fn what_is_carried_is_short_and_read_again() {
        let turn = Turn { user: UserId(7), page_index: 2 };
        assert_eq!(turn.action().state, r#"{"u":"7","p":2}"#);
        let read = |handler: &str, value: &str| {
            read(&press(handler, &turn).value(value).build()).map(|(_, goal)| goal)
        };
        assert_eq!(read("page", "").unwrap(), Goal::Page(2));
        for (section, value) in SECTIONS {
            assert_eq!(read("list", value).unwrap(), Goal::List(section));
        }
        for (handler, value) in [("list", ""), ("list", "loved"), ("turn", "")] {
            assert_eq!(read(handler, value).unwrap_err().kind, ErrorKind::Outdated);
        }
    }
}
