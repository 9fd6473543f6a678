//! Messages: text, embeds and components the classic way, or components alone the V2 way.

use super::{FilePart, Object, Reader, RenderError, Rendered, Renderer, component};
use crate::texts::Place;
use lumina_plugin_api::reply::{File, Mentions, Message};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tracing::warn;

const CONTENT_CHARS_MAX: usize = 2_000;
const FILES_MAX: usize = 10;
const FILE_DESCRIPTION_CHARS_MAX: usize = 1_024;
const FILENAME_CHARS_MAX: usize = 100;
/// Ids in one list of `allowed_mentions`.
const MENTIONS_MAX: usize = 100;
/// Only the user sees it.
const EPHEMERAL: u64 = 1 << 6;
/// The message consists of components.
pub(in crate::discord) const COMPONENTS_V2: u64 = 1 << 15;

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::discord) enum Purpose {
    /// It is new; perhaps only the user sees it.
    New {
        /// Whether only the user sees it.
        private: bool,
    },
    /// It takes the place of what stands there, of which nothing must be left.
    Replacement {
        /// Whether that consists of components: Discord lets such a message be nothing else any more.
        of_components: bool,
    },
}

impl Reader {
    /// Writes a message.
    pub(in crate::discord) fn message(
        &self,
        message: &Message,
        purpose: Purpose,
    ) -> Result<Rendered, RenderError> {
        let mut renderer = Renderer::new(self);
        let files = files(&message.files)?;
        renderer.filenames = files.iter().map(|file| file.filename.clone()).collect();
        let is_v2 = message.components.iter().any(component::is_v2)
            || purpose == (Purpose::Replacement { of_components: true });
        let replaces = matches!(purpose, Purpose::Replacement { .. });
        let mut body = Object::new();
        if is_v2 {
            renderer.v2_body(message, &mut body, replaces)?;
        } else {
            renderer.classic_body(message, &mut body)?;
        }
        renderer.tell_exceeded();
        let mut flags = if is_v2 { COMPONENTS_V2 } else { 0 };
        if purpose == (Purpose::New { private: true }) {
            flags |= EPHEMERAL;
        }
        if flags != 0 {
            body.insert("flags".to_owned(), flags.into());
        }
        if !files.is_empty() || replaces {
            body.insert("attachments".to_owned(), renderer.attachments(&message.files));
        }
        body.insert("allowed_mentions".to_owned(), renderer.mentions(&message.mentions));
        Ok(Rendered { body, files, views: renderer.views })
    }
}

impl Renderer<'_> {
    fn classic_body(&mut self, message: &Message, body: &mut Object) -> Result<(), RenderError> {
        let content =
            self.text_if_any(&message.content, Place::Markdown, CONTENT_CHARS_MAX, "content");
        let embeds = self.embeds(&message.embeds)?;
        let components = self.classic(&message.components)?;
        let is_empty = content.is_none() && embeds.is_empty() && components.is_empty();
        if is_empty && message.files.is_empty() {
            return Err(RenderError::Empty { what: "the message" });
        }
        body.insert("content".to_owned(), content.unwrap_or_default().into());
        body.insert("embeds".to_owned(), embeds.into());
        body.insert("components".to_owned(), components.into());
        Ok(())
    }

    fn v2_body(
        &mut self,
        message: &Message,
        body: &mut Object,
        replaces: bool,
    ) -> Result<(), RenderError> {
        if !message.embeds.is_empty() && !message.components.iter().any(component::is_v2) {
            return Err(RenderError::EmbedOverComponents);
        }
        if !message.embeds.is_empty() {
            return Err(RenderError::Misplaced {
                what: "an embed",
                place: "a message of components",
            });
        }
        let mut components = Vec::new();
        if !message.content.is_empty() {
            components.extend(self.v2_text(&message.content)?);
        }
        components.extend(self.v2(&message.components)?);
        if components.is_empty() {
            return Err(RenderError::Empty { what: "the message" });
        }
        if replaces {
            body.insert("content".to_owned(), Value::Null);
            body.insert("embeds".to_owned(), json!([]));
        }
        body.insert("components".to_owned(), components.into());
        Ok(())
    }

    fn attachments(&self, files: &[File]) -> Value {
        let attachment = |(id, file): (usize, &File)| {
            let mut object = Object::new();
            object.insert("id".to_owned(), id.into());
            object.insert("filename".to_owned(), file.filename.clone().into());
            let (text, max) = (&file.description, FILE_DESCRIPTION_CHARS_MAX);
            if let Some(text) = self.text_if_any(text, Place::Plain, max, "file description") {
                object.insert("description".to_owned(), text.into());
            }
            Value::Object(object)
        };
        files.iter().enumerate().map(attachment).collect()
    }

    /// Always explicit: without it Discord pings whoever the text names.
    fn mentions(&self, mentions: &Mentions) -> Value {
        let parse: &[&str] = if mentions.everyone { &["everyone"] } else { &[] };
        let users: BTreeSet<String> = mentions.users.iter().map(ToString::to_string).collect();
        let roles: BTreeSet<String> = mentions.roles.iter().map(ToString::to_string).collect();
        let mut object = Object::new();
        object.insert("parse".to_owned(), parse.into());
        for (name, ids) in [("users", users), ("roles", roles)] {
            if ids.len() > MENTIONS_MAX {
                let plugin = &self.reader.plugin;
                warn!(plugin.id = %plugin, n = ids.len(), "left out {name} to mention beyond {MENTIONS_MAX}");
            }
            if !ids.is_empty() {
                object.insert(name.to_owned(), ids.into_iter().take(MENTIONS_MAX).collect());
            }
        }
        Value::Object(object)
    }
}

fn files(files: &[File]) -> Result<Vec<FilePart>, RenderError> {
    RenderError::check_max("files", files.len(), FILES_MAX)?;
    let mut parts: Vec<FilePart> = Vec::with_capacity(files.len());
    for file in files {
        let name = &file.filename;
        let fits = |c: char| c.is_alphanumeric() || "-_.() ".contains(c);
        let taken = parts.iter().any(|part| part.filename == *name);
        if name.trim().is_empty()
            || name.chars().count() > FILENAME_CHARS_MAX
            || taken
            || !name.chars().all(fits)
        {
            return Err(RenderError::bad("the name of a file", name));
        }
        parts.push(FilePart { blob: file.blob.clone(), filename: name.clone() });
    }
    Ok(parts)
}
