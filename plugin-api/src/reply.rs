//! What a user sees: messages, embeds, forms.
//!
//! Discord's limits (reference, "Message Resource") are enforced by the host, which cuts text that is too
//! long on a character boundary with an ellipsis and logs the cut.

mod modal;

pub use modal::{FileInput, Input, Modal, ModalField, TextInput};

use crate::{
    component::Component,
    id::{RoleId, UserId},
    services::blob::BlobId,
    text::Text,
};
use serde::{Deserialize, Serialize};

/// The answer to an interaction.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let reply = Reply::message(
///     Message::text("Found it").embed(Embed::new().title("Dune").color(0x5865F2)),
/// )
/// .private();
/// assert!(matches!(reply, Reply::Message { private: true, .. }));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reply {
    /// A new message.
    Message {
        /// The message.
        message: Message,
        /// Whether only the user sees it; so it stays where the host has deferred for all to see. Where
        /// it has deferred privately, nobody else sees the answer either way.
        #[serde(default)]
        private: bool,
    },
    /// The message whose component was pressed changes in place; for presses and forms.
    Update {
        /// The message as it shall be.
        message: Message,
    },
    /// A form opens; for commands and presses.
    Modal(Modal),
    /// Nothing visible happens; for presses, and where the plugin has answered by
    /// [`crate::services::discord`].
    #[default]
    Nothing,
    /// A reply that this version does not know; refused by name.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

impl Reply {
    /// Answers with a message that everyone in the channel sees.
    #[must_use]
    pub fn message(message: Message) -> Self {
        Reply::Message { message, private: false }
    }

    /// Answers with text that everyone in the channel sees.
    #[must_use]
    pub fn text(text: impl Into<Text>) -> Self {
        Self::message(Message::text(text))
    }

    /// Changes the message whose component was pressed.
    #[must_use]
    pub fn update(message: Message) -> Self {
        Reply::Update { message }
    }

    /// Lets only the user see the message.
    #[must_use]
    pub fn private(mut self) -> Self {
        if let Reply::Message { private, .. } = &mut self {
            *private = true;
        }
        self
    }
}

/// A message.
///
/// ```
/// use lumina_plugin_api::prelude::*;
/// let message = Message::text("<@7> and <@&8>, look")
///     .embed(Embed::new().title("Dune"))
///     .row([Button::new("More", Action::new("more", &()))])
///     .mention_user(UserId(7))
///     .mention_role(RoleId(8));
/// assert_eq!(message.mentions.users, [UserId(7)]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Message {
    /// Up to 2,000 characters.
    pub content: Text,
    /// Up to 10, with 6,000 characters in all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub embeds: Vec<Embed>,
    /// What stands below the text, or, the V2 way, instead of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// Up to 10 files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// Who may be pinged; no one unless named here.
    pub mentions: Mentions,
}

/// Who a message may ping.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Mentions {
    /// These users.
    pub users: Vec<UserId>,
    /// These roles.
    pub roles: Vec<RoleId>,
    /// `@everyone` and `@here`.
    pub everyone: bool,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct File {
    /// Its bytes, put there with [`crate::services::blob`].
    pub blob: BlobId,
    /// Its name with extension.
    pub filename: String,
    /// What it shows, for who cannot see it; up to 1,024 characters.
    #[serde(default)]
    pub description: Text,
}

impl File {
    /// Names a file for a message.
    #[must_use]
    pub fn new(blob: BlobId, filename: impl Into<String>) -> Self {
        Self { blob, filename: filename.into(), description: Text::default() }
    }
}

impl Message {
    /// Makes an empty message to add to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a message of text.
    #[must_use]
    pub fn text(text: impl Into<Text>) -> Self {
        Self { content: text.into(), ..Self::default() }
    }

    /// Adds an embed.
    #[must_use]
    pub fn embed(mut self, embed: Embed) -> Self {
        self.embeds.push(embed);
        self
    }

    /// Adds a component below.
    #[must_use]
    pub fn component(mut self, component: impl Into<Component>) -> Self {
        self.components.push(component.into());
        self
    }

    /// Adds components side by side.
    #[must_use]
    pub fn row(mut self, components: impl IntoIterator<Item = impl Into<Component>>) -> Self {
        self.components.push(Component::Row(components.into_iter().map(Into::into).collect()));
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    /// Allows the message to ping a user.
    #[must_use]
    pub fn mention_user(mut self, user: UserId) -> Self {
        self.mentions.users.push(user);
        self
    }

    /// Allows the message to ping a role.
    #[must_use]
    pub fn mention_role(mut self, role: RoleId) -> Self {
        self.mentions.roles.push(role);
        self
    }
}

/// A framed part of a message.
///
/// ```
/// use lumina_plugin_api::{prelude::*, reply::Caption};
/// let embed = Embed::new()
///     .author(Caption::new("The catalogue").icon("https://example.com/icon.png"))
///     .title("Dune Harbor")
///     .url("https://example.com/dune-harbor")
///     .description("A town under sand.")
///     .field("Overview", "Every season the sand takes one street more.")
///     .inline_field("Year", "1987")
///     .image("https://example.com/poster.png")
///     .thumbnail("https://example.com/small.png")
///     .footer(Caption::new("Nothing is cut"))
///     .timestamp_ms(1_790_000_000_000)
///     .color(0x5865F2);
/// assert_eq!(embed.fields.len(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Embed {
    /// Up to 256 characters.
    pub title: Text,
    /// Where the title leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Up to 4,096 characters.
    pub description: Text,
    /// The color of its edge, `0xRRGGBB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<u32>,
    /// Up to 25.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// The line above the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Caption>,
    /// The line at the bottom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<Caption>,
    /// The URL of a large picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The URL of a small picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// A moment shown in the reader's time zone, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp_ms: Option<i64>,
}

/// A name and a value in an embed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Field {
    /// Up to 256 characters.
    pub name: Text,
    /// Up to 1,024 characters.
    pub value: Text,
    /// Whether others may stand beside it.
    pub inline: bool,
}

/// A small line of an embed, with a picture.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Caption {
    /// Up to 2,048 characters in a footer, 256 for an author.
    pub text: Text,
    /// The URL of a small round picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
}

impl Caption {
    /// Makes a line without a picture.
    #[must_use]
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), icon: None }
    }

    /// Sets the URL of its picture.
    #[must_use]
    pub fn icon(mut self, url: impl Into<String>) -> Self {
        self.icon = Some(url.into());
        self
    }
}

impl Embed {
    /// Makes an empty embed to add to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the title.
    #[must_use]
    pub fn title(mut self, title: impl Into<Text>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets where the title leads.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Sets the text.
    #[must_use]
    pub fn description(mut self, description: impl Into<Text>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets the color of the edge, `0xRRGGBB`.
    #[must_use]
    pub fn color(mut self, color: u32) -> Self {
        self.color = Some(color);
        self
    }

    /// Adds a field of full width.
    #[must_use]
    pub fn field(mut self, name: impl Into<Text>, value: impl Into<Text>) -> Self {
        self.fields.push(Field { name: name.into(), value: value.into(), inline: false });
        self
    }

    /// Adds a field that others may stand beside.
    #[must_use]
    pub fn inline_field(mut self, name: impl Into<Text>, value: impl Into<Text>) -> Self {
        self.fields.push(Field { name: name.into(), value: value.into(), inline: true });
        self
    }

    /// Sets the line above the title.
    #[must_use]
    pub fn author(mut self, author: Caption) -> Self {
        self.author = Some(author);
        self
    }

    /// Sets the moment shown at the bottom, in milliseconds since 1970.
    #[must_use]
    pub fn timestamp_ms(mut self, moment_ms: i64) -> Self {
        self.timestamp_ms = Some(moment_ms);
        self
    }

    /// Sets the line at the bottom.
    #[must_use]
    pub fn footer(mut self, footer: Caption) -> Self {
        self.footer = Some(footer);
        self
    }

    /// Sets the large picture.
    #[must_use]
    pub fn image(mut self, url: impl Into<String>) -> Self {
        self.image = Some(url.into());
        self
    }

    /// Sets the small picture.
    #[must_use]
    pub fn thumbnail(mut self, url: impl Into<String>) -> Self {
        self.thumbnail = Some(url.into());
        self
    }
}
