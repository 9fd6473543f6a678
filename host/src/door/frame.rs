//! What dispatch needs of a raw frame, borrowed from its text. Must never fail on what it does not
//! know: unknown fields, events and kinds pass.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The envelope of a gateway frame.
#[derive(Debug, Deserialize)]
pub struct Frame<'a> {
    /// What kind of frame it is; 0 is an event.
    pub op: u8,
    /// The place in the session's order, for events.
    #[serde(default)]
    pub s: Option<u64>,
    /// The event's name.
    #[serde(borrow, default)]
    pub t: Option<Cow<'a, str>>,
    /// The payload, not parsed yet.
    #[serde(borrow, default)]
    pub d: Option<&'a RawValue>,
}

impl<'a> Frame<'a> {
    /// Reads the envelope; nothing if the text is not a frame.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Reads the head of an interaction; nothing if the frame is another event or is broken.
    #[must_use]
    pub fn interaction(&self) -> Option<Interaction<'a>> {
        if self.t.as_deref() != Some("INTERACTION_CREATE") {
            return None;
        }
        Interaction::parse(self.d?.get())
    }
}

/// What is left of an interaction whose head cannot be read: enough to say so.
#[derive(Deserialize)]
pub struct Stub<'a> {
    /// The interaction's id, a snowflake.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The key to its answers. Never log it.
    #[serde(borrow)]
    pub token: Cow<'a, str>,
    #[serde(borrow, rename = "type", default)]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    locale: Option<&'a RawValue>,
}

impl<'a> Stub<'a> {
    /// Reads what an answer needs; nothing if not even that is there.
    #[must_use]
    pub fn parse(payload: &'a str) -> Option<Self> {
        serde_json::from_str(payload).ok()
    }

    /// Returns the kind, if it is a number of one.
    #[must_use]
    pub fn kind(&self) -> Option<u8> {
        serde_json::from_str(self.kind?.get()).ok()
    }

    /// Returns the language of the user.
    #[must_use]
    pub fn locale(&self) -> Option<&'a str> {
        serde_json::from_str(self.locale?.get()).ok()
    }
}

/// The head of an interaction: what routing and answering need. Parts are parsed by who needs them.
#[derive(Deserialize)]
pub struct Interaction<'a> {
    /// The interaction's id, a snowflake.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The key to its answers. Never log it.
    #[serde(borrow)]
    pub token: Cow<'a, str>,
    /// 2 command, 3 component, 4 autocomplete, 5 modal; others may come.
    #[serde(rename = "type")]
    pub kind: u8,
    /// The application that was called.
    #[serde(borrow, default)]
    pub application_id: Option<Cow<'a, str>>,
    /// The guild, if it happened in one.
    #[serde(borrow, default)]
    pub guild_id: Option<Cow<'a, str>>,
    /// The channel.
    #[serde(borrow, default)]
    pub channel_id: Option<Cow<'a, str>>,
    /// The language of the user.
    #[serde(borrow, default)]
    pub locale: Option<Cow<'a, str>>,
    /// The language of the guild.
    #[serde(borrow, default)]
    pub guild_locale: Option<Cow<'a, str>>,
    /// What the bot may do there.
    #[serde(borrow, default)]
    pub app_permissions: Option<Cow<'a, str>>,
    /// 0 guild, 1 direct message with the bot, 2 private channel.
    #[serde(default)]
    pub context: Option<u8>,
    /// By whose installations the bot is there: under `0` a guild's, under `1` a user's.
    #[serde(borrow, default)]
    pub authorizing_integration_owners: Option<&'a RawValue>,
    /// Who did it, in a guild.
    #[serde(borrow, default)]
    pub member: Option<Member<'a>>,
    /// Who did it, outside of guilds.
    #[serde(borrow, default)]
    pub user: Option<User<'a>>,
    /// What was called.
    #[serde(borrow, default)]
    pub data: Option<Data<'a>>,
    /// The message that a component stands in.
    #[serde(borrow, default)]
    pub message: Option<&'a RawValue>,
}

impl<'a> Interaction<'a> {
    /// Reads the head from the payload of a frame or of an HTTP call; nothing if it is broken.
    #[must_use]
    pub fn parse(payload: &'a str) -> Option<Self> {
        serde_json::from_str(payload).ok()
    }

    /// Returns who did it; nothing if the payload does not say.
    #[must_use]
    pub fn author(&self) -> Option<&User<'a>> {
        self.member.as_ref().and_then(|member| member.user.as_ref()).or(self.user.as_ref())
    }
}

impl std::fmt::Debug for Interaction<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interaction").field("id", &self.id).field("kind", &self.kind).finish()
    }
}

/// The member who did it.
#[derive(Debug, Deserialize)]
pub struct Member<'a> {
    /// The user behind the member.
    #[serde(borrow, default)]
    pub user: Option<User<'a>>,
    /// The name in this guild.
    #[serde(borrow, default)]
    pub nick: Option<Cow<'a, str>>,
    /// The ids of the roles.
    #[serde(borrow, default)]
    pub roles: Vec<Cow<'a, str>>,
    /// What the member may do in this channel.
    #[serde(borrow, default)]
    pub permissions: Option<Cow<'a, str>>,
}

/// A user as interactions carry it.
#[derive(Debug, Deserialize)]
pub struct User<'a> {
    /// The id, a snowflake.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The account's name.
    #[serde(borrow, default)]
    pub username: Option<Cow<'a, str>>,
    /// The name shown.
    #[serde(borrow, default)]
    pub global_name: Option<Cow<'a, str>>,
    /// The hash of the picture.
    #[serde(borrow, default)]
    pub avatar: Option<Cow<'a, str>>,
    /// Whether it is a program.
    #[serde(default)]
    pub bot: Option<bool>,
}

/// What was called: a command's name, a component's custom id, and the parts not parsed yet. Its `id`
/// is left unread: a snowflake for commands, a small number for components.
#[derive(Debug, Default, Deserialize)]
pub struct Data<'a> {
    /// The command's name.
    #[serde(borrow, default)]
    pub name: Option<Cow<'a, str>>,
    /// The command's kind: 1 chat input, 2 user, 3 message.
    #[serde(rename = "type", default)]
    pub kind: Option<u8>,
    /// The component's or modal's custom id.
    #[serde(borrow, default)]
    pub custom_id: Option<Cow<'a, str>>,
    /// The user or message that a context-menu command was called on.
    #[serde(borrow, default)]
    pub target_id: Option<Cow<'a, str>>,
    /// A command's options.
    #[serde(borrow, default)]
    pub options: Option<&'a RawValue>,
    /// A select's values.
    #[serde(borrow, default)]
    pub values: Option<&'a RawValue>,
    /// A modal's components.
    #[serde(borrow, default)]
    pub components: Option<&'a RawValue>,
    /// Users, roles, channels, messages and attachments that the rest speaks of.
    #[serde(borrow, default)]
    pub resolved: Option<&'a RawValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_is_read_though_its_id_is_a_number() {
        let text = r#"{"id":"175928847299117063","token":"aw3","type":3,
            "data":{"id":2,"component_type":2,"custom_id":"x"}}"#;
        let press = Interaction::parse(text).expect("an interaction");
        assert_eq!(press.data.expect("data").custom_id.as_deref(), Some("x"));
    }

    #[test]
    fn an_interaction_is_read_from_its_frame() {
        let text = r#"{"t":"INTERACTION_CREATE","s":7,"op":0,"d":{"id":"175928847299117063","token":"aw3",
            "type":2,"new_field":[1],"member":{"user":{"id":"5","username":"ann"},"nick":"\u0041"},
            "data":{"id":"9","name":"p\u0069ng","options":[{"name":"x"}]}}}"#;
        let frame = Frame::parse(text).expect("a frame");
        let interaction = frame.interaction().expect("an interaction");
        assert_eq!((frame.s, interaction.kind), (Some(7), 2));
        assert_eq!(interaction.author().map(|user| &*user.id), Some("5"));
        let data = interaction.data.as_ref().expect("data");
        assert_eq!(data.name.as_deref(), Some("ping"));
        assert_eq!(data.options.map(RawValue::get), Some(r#"[{"name":"x"}]"#));
        assert!(!format!("{interaction:?}").contains("aw3"));
    }

    #[test]
    fn of_an_interaction_that_cannot_be_read_the_way_to_answer_it_is() {
        let text = r#"{"id":"7","token":"aw3","type":4,"locale":"fr","data":"x","guild_id":[]}"#;
        assert!(Interaction::parse(text).is_none());
        let stub = Stub::parse(text).expect("a stub");
        assert_eq!((&*stub.id, stub.kind(), stub.locale()), ("7", Some(4), Some("fr")));
        let odd = Stub::parse(r#"{"id":"7","token":"aw3","type":"x","locale":5}"#).expect("a stub");
        assert_eq!((odd.kind(), odd.locale()), (None, None));
        assert!(Stub::parse(r#"{"id":7,"token":"aw3"}"#).is_none());
    }

    #[test]
    fn what_is_unknown_or_broken_is_no_interaction() {
        for text in [
            r#"{"op":0,"s":1,"t":"SOMETHING_NEW","d":{"id":"1"}}"#,
            r#"{"op":0,"s":1,"t":"INTERACTION_CREATE","d":null}"#,
            r#"{"op":0,"s":1,"t":"INTERACTION_CREATE","d":{"id":1}}"#,
            r#"{"op":11}"#,
        ] {
            let frame = Frame::parse(text).expect("a frame");
            assert!(frame.interaction().is_none(), "{text}");
        }
        assert!(Frame::parse("<html>").is_none());
        assert!(Frame::parse(r#"{"op":0,"d":"#).is_none());
    }
}
