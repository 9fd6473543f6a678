//! The parts of Components V2: frames, sections, pictures, gaps.

use super::Component;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A frame around other components.
///
/// ```
/// use lumina_plugin_api::{component::{Container, Picture, Section, Separator, ShownFile}, prelude::*};
/// let poster = Component::Thumbnail(Picture::new("https://example.com/poster.png"));
/// let title = Section::new(vec!["# Dune".into(), "Sand.".into()], poster);
/// let gap = Component::Separator(Separator::default());
/// let file = ShownFile::new("list.txt");
/// let card = Container::new(vec![title.into(), gap, file.into()]).accent_color(0x5865F2);
/// assert_eq!(card.components.len(), 3);
/// assert_eq!(Message::new().component(card).components.len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Container {
    /// What stands in it.
    pub components: Vec<Component>,
    /// The color of its edge, `0xRRGGBB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent_color: Option<u32>,
    /// Whether it is covered until clicked.
    #[serde(default)]
    pub spoiler: bool,
}

impl Container {
    /// Makes a frame around `components`.
    #[must_use]
    pub fn new(components: Vec<Component>) -> Self {
        Self { components, ..Self::default() }
    }

    /// Sets the color of its edge.
    #[must_use]
    pub fn accent_color(mut self, color: u32) -> Self {
        self.accent_color = Some(color);
        self
    }
}

impl From<Container> for Component {
    fn from(container: Container) -> Self {
        Component::Container(container)
    }
}

/// One to three texts with something beside them.
///
/// ```
/// use lumina_plugin_api::{component::Section, prelude::*};
/// let more = Button::new("More", Action::new("more", &()));
/// let section = Section::new(vec!["A line beside a button".into()], more);
/// assert!(matches!(*section.accessory, Component::Button(_)));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Section {
    /// One to three texts.
    pub texts: Vec<Text>,
    /// A button or a thumbnail.
    pub accessory: Box<Component>,
}

impl Section {
    /// Puts `accessory` beside `texts`.
    #[must_use]
    pub fn new(texts: Vec<Text>, accessory: impl Into<Component>) -> Self {
        Self { texts, accessory: Box::new(accessory.into()) }
    }
}

impl From<Section> for Component {
    fn from(section: Section) -> Self {
        Component::Section(section)
    }
}

/// A picture in a gallery, or beside a section.
///
/// ```
/// use lumina_plugin_api::{component::Picture, prelude::*};
/// let mut picture = Picture::new("attachment://week.png");
/// picture.description = "Your week in hours".into();
/// assert_eq!(Message::new().component(Component::Gallery(vec![picture])).components.len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Picture {
    /// An `https` URL, or `attachment://name` of a file of the message.
    pub url: String,
    /// What it shows, for who cannot see it; up to 1,024 characters.
    #[serde(default)]
    pub description: Text,
    /// Whether it is covered until clicked.
    #[serde(default)]
    pub spoiler: bool,
}

impl Picture {
    /// Names a picture.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }
}

/// A line or a gap between components.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Separator {
    /// Whether a line is drawn.
    #[serde(default)]
    pub line: bool,
    /// Whether the gap is large.
    #[serde(default)]
    pub large: bool,
}

/// A file of the message, shown where it stands.
///
/// ```
/// use lumina_plugin_api::{component::ShownFile, prelude::*};
/// let message = Message::new().component(ShownFile::new("list.txt"));
/// assert!(matches!(message.components[0], Component::File(_)));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShownFile {
    /// Its name in [`Message::files`](crate::reply::Message::files).
    pub filename: String,
    /// Whether it is covered until clicked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spoiler: bool,
}

impl ShownFile {
    /// Names a file of the message.
    #[must_use]
    pub fn new(filename: impl Into<String>) -> Self {
        Self { filename: filename.into(), spoiler: false }
    }
}

impl From<ShownFile> for Component {
    fn from(file: ShownFile) -> Self {
        Component::File(file)
    }
}
