//! What stands below or inside a message: buttons, menus, containers.
//!
//! One tree serves both of Discord's ways: classic messages (text, embeds, rows) and Components V2
//! (containers, sections, galleries). A message with any V2 component is sent the V2 way; such a message
//! has no embeds and its text becomes its first component.

mod v2;

pub use v2::{Container, Picture, Section, Separator, ShownFile};

use crate::{text::Text, word::words};
use serde::{Deserialize, Serialize};

/// What a press of a component does: which handler of the plugin gets it, with what state, and who may
/// press.
///
/// The state is any serializable value. It travels with the message, so that a press works after a
/// reload, a restart, a year. What does not fit into a custom id (74 characters at most) the host keeps,
/// up to 16 KiB, and finds again by a short key for 180 days, unless the same person has been given a
/// thousand newer ones of the plugin since (those of more than 4 KiB count as several).
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// use serde::{Deserialize, Serialize};
/// #[derive(Serialize, Deserialize)]
/// struct Page(u32);
/// let next = Action::new("page", &Page(2)).pressable_by(Who::Anyone);
/// assert_eq!(next.state, "2");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Action {
    /// Names the plugin's handler: 1 to 16 of `a-z`, `0-9`, `-`.
    pub handler: String,
    /// The state as JSON.
    #[serde(default)]
    pub state: String,
    /// Who may press.
    #[serde(default)]
    pub who: Who,
}

/// Who may press a component.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let vote = Action::new("vote", &()).pressable_by(Who::Anyone);
/// assert_eq!(Action::new("vote", &()).who, Who::Invoker);
/// assert_ne!(vote.who, Who::Invoker);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Who {
    /// Everyone who sees the message.
    Anyone,
    /// Only the user to whose interaction the message answers; others are told so. Also what a choice
    /// that this version does not know is taken for.
    #[default]
    Invoker,
}

words! { Who: "anyone" = Anyone, "invoker" = Invoker; else Invoker }

impl Action {
    /// Makes an action that only the invoker may trigger.
    ///
    /// # Panics
    /// If `state` cannot be written as JSON, such as a map whose keys are not texts.
    #[must_use]
    pub fn new(handler: &str, state: &impl Serialize) -> Self {
        let state = serde_json::to_string(state).expect("a component's state is plain data");
        Self { handler: handler.to_owned(), state, who: Who::Invoker }
    }

    /// Sets who may trigger it.
    #[must_use]
    pub fn pressable_by(mut self, who: Who) -> Self {
        self.who = who;
        self
    }
}

/// A component of a message.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let go = Button::new("Go", Action::new("go", &()));
/// let out = Button::link("Read", "https://example.com");
/// let message = Message::text("Side by side").row([go.clone(), out]).component(go);
/// assert!(matches!(message.components[0], Component::Row(_)));
/// assert!(matches!(message.components[1], Component::Button(_)));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Component {
    /// Up to 5 buttons, or one menu, side by side. A message has at most 5 rows.
    Row(Vec<Component>),
    /// A button; outside a row it gets a row of its own.
    Button(Button),
    /// A menu; outside a row it gets a row of its own.
    Select(Select),
    /// V2: a frame around other components.
    Container(Container),
    /// V2: one to three texts with something beside them.
    Section(Section),
    /// V2: text with markdown.
    Text(Text),
    /// V2: one to ten pictures.
    Gallery(Vec<Picture>),
    /// V2: a small picture, as what stands beside a section.
    Thumbnail(Picture),
    /// V2: a line or a gap.
    Separator(Separator),
    /// V2: a file of the message.
    File(ShownFile),
    /// A component that this version does not know; refused by name.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// A button.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let delete = Button::new("Delete", Action::new("delete", &7))
///     .emoji("🗑️")
///     .style(ButtonStyle::Danger)
///     .disabled(false);
/// let page = Button::link("Its page", "https://example.com");
/// assert_ne!(delete, page);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Button {
    /// Up to 80 characters.
    #[serde(default)]
    pub label: Text,
    /// One emoji: the character itself, or `name:id` of a custom one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// Its color.
    #[serde(default)]
    pub style: ButtonStyle,
    /// Whether it is grey and cannot be pressed.
    #[serde(default)]
    pub disabled: bool,
    /// What a press does; none for links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Where a link leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The color of a button.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ButtonStyle {
    /// Blurple.
    Primary,
    /// Green.
    Success,
    /// Red.
    Danger,
    /// Grey. Also what a style that this version does not know is taken for.
    #[default]
    Secondary,
}

words! { ButtonStyle:
    "primary" = Primary, "success" = Success, "danger" = Danger, "secondary" = Secondary;
    else Secondary
}

impl Button {
    /// Makes a button.
    #[must_use]
    pub fn new(label: impl Into<Text>, action: Action) -> Self {
        Self { label: label.into(), action: Some(action), ..Self::default() }
    }

    /// Makes a button that opens a page.
    #[must_use]
    pub fn link(label: impl Into<Text>, url: impl Into<String>) -> Self {
        Self { label: label.into(), url: Some(url.into()), ..Self::default() }
    }

    /// Sets the emoji.
    #[must_use]
    pub fn emoji(mut self, emoji: &str) -> Self {
        self.emoji = Some(emoji.to_owned());
        self
    }

    /// Sets the color.
    #[must_use]
    pub fn style(mut self, style: ButtonStyle) -> Self {
        self.style = style;
        self
    }

    /// Makes it grey when `disabled`.
    #[must_use]
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

impl From<Button> for Component {
    fn from(button: Button) -> Self {
        Component::Button(button)
    }
}

/// A menu.
///
/// ```
/// use lumina_plugin_api::{component::SelectKind, prelude::*};
/// let film = SelectOption::new("Film", "movie").description("Two hours").emoji("🎬").selected(true);
/// let show = SelectOption::new("Show", "series");
/// let kinds = Select::options(vec![film, show], Action::new("kind", &())).placeholder("What?");
/// let people = Select::new(SelectKind::Users, Action::new("who", &())).values(1, 3).disabled(true);
/// assert_eq!((kinds.max, people.max), (1, 3));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Select {
    /// What can be chosen.
    pub kind: SelectKind,
    /// What a choice does.
    pub action: Action,
    /// Shown while nothing is chosen, up to 150 characters.
    #[serde(default)]
    pub placeholder: Text,
    /// The fewest values, 0 to 25.
    #[serde(default = "one")]
    pub min: u8,
    /// The most values, 1 to 25.
    #[serde(default = "one")]
    pub max: u8,
    /// Whether it is grey and cannot be used.
    #[serde(default)]
    pub disabled: bool,
}

fn one() -> u8 {
    1
}

/// What can be chosen in a menu.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SelectKind {
    /// Options of the plugin, 1 to 25.
    Options(Vec<SelectOption>),
    /// Users.
    Users,
    /// Roles.
    Roles,
    /// Users and roles.
    Mentionables,
    /// Channels of the given Discord types; none means any.
    Channels(Vec<u8>),
    /// A kind that this version does not know; refused by name.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// An option of a menu.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SelectOption {
    /// 1 to 100 characters.
    pub label: Text,
    /// What the plugin gets, 1 to 100 characters, no two alike in a menu.
    pub value: String,
    /// A second line, up to 100 characters.
    #[serde(default)]
    pub description: Text,
    /// One emoji.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// Whether it is chosen at first.
    #[serde(default)]
    pub selected: bool,
}

impl SelectOption {
    /// Makes an option.
    #[must_use]
    pub fn new(label: impl Into<Text>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), ..Self::default() }
    }

    /// Sets the second line.
    #[must_use]
    pub fn description(mut self, description: impl Into<Text>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets the emoji.
    #[must_use]
    pub fn emoji(mut self, emoji: &str) -> Self {
        self.emoji = Some(emoji.to_owned());
        self
    }

    /// Chooses it at first when `selected`.
    #[must_use]
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }
}

impl Select {
    /// Makes a menu of any kind in which one value is chosen.
    #[must_use]
    pub fn new(kind: SelectKind, action: Action) -> Self {
        Self { kind, action, placeholder: Text::default(), min: 1, max: 1, disabled: false }
    }

    /// Makes a menu of the plugin's own options.
    #[must_use]
    pub fn options(options: Vec<SelectOption>, action: Action) -> Self {
        Self::new(SelectKind::Options(options), action)
    }

    /// Sets what is shown while nothing is chosen.
    #[must_use]
    pub fn placeholder(mut self, placeholder: impl Into<Text>) -> Self {
        self.placeholder = placeholder.into();
        self
    }

    /// Sets the fewest and most values.
    #[must_use]
    pub fn values(mut self, min: u8, max: u8) -> Self {
        (self.min, self.max) = (min, max);
        self
    }

    /// Makes it grey when `disabled`.
    #[must_use]
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

impl From<Select> for Component {
    fn from(select: Select) -> Self {
        Component::Select(select)
    }
}
