//! Messages as a whole: text, embeds, components, files, mentions, and that there is something.

use serde_json::Value;

use super::{Form, attachment, embed, layout, mention};
use crate::discord::error::{ApiError, EMPTY_MESSAGE};
use crate::discord::message::FLAG_COMPONENTS_V2;
use crate::discord::rest::Upload;

const CONTENT_MAX: usize = 2_000;

/// Holds what is known about a message before it is checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draft<'a> {
    pub payload: &'a Value,
    pub uploads: &'a [Upload],
    /// The message as it is, if this is an edit.
    pub current: Option<&'a Value>,
}

impl<'a> Draft<'a> {
    /// Returns a field as it will be: what is sent, else what is there.
    fn field(&self, key: &str) -> &'a Value {
        match (self.payload.get(key), self.current) {
            (Some(sent), _) => sent,
            (None, Some(current)) => &current[key],
            (None, None) => &Value::Null,
        }
    }

    fn is_second_kind(&self) -> bool {
        let has_flag =
            |flags: &Value| flags.as_u64().is_some_and(|flags| flags & FLAG_COMPONENTS_V2 != 0);
        has_flag(&self.payload["flags"])
            || self.current.is_some_and(|current| has_flag(&current["flags"]))
    }

    fn file_names(&self) -> Vec<&'a str> {
        let described = self.payload["attachments"].as_array();
        let kept = self.current.and_then(|current| current["attachments"].as_array());
        let named = described.into_iter().chain(kept).flatten();
        let named = named.filter_map(|entry| entry["filename"].as_str());
        self.uploads.iter().map(|upload| upload.file.name.as_str()).chain(named).collect()
    }

    fn is_empty(&self) -> bool {
        let has_text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
        let has_items = |value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
        !has_text(self.field("content"))
            && !has_items(self.field("embeds"))
            && !has_items(self.field("components"))
            && !has_items(self.field("sticker_ids"))
            && !has_items(self.field("attachments"))
            && self.uploads.is_empty()
            && self.field("poll").is_null()
    }
}

/// Checks a message that is sent, or an edit of one.
pub(crate) fn message(draft: Draft<'_>) -> Result<(), ApiError> {
    let Draft { payload, uploads, current } = draft;
    let mut form = Form::default();
    if !payload.is_object() {
        form.refuse("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        return form.finish();
    }
    form.text(payload, "content", 0..=CONTENT_MAX);
    embed::embeds(&mut form, payload);
    if draft.is_second_kind() {
        no_old_fields(&mut form, draft);
        layout::tree(&mut form, payload, &draft.file_names());
    } else {
        layout::rows(&mut form, payload);
    }
    mention::allowed(&mut form, payload);
    let kept = current.and_then(|current| current["attachments"].as_array());
    let kept = kept.map(Vec::as_slice).unwrap_or_default();
    attachment::attachments(&mut form, payload, uploads, kept);
    form.finish()?;
    if draft.is_empty() { Err(EMPTY_MESSAGE) } else { Ok(()) }
}

fn no_old_fields(form: &mut Form, draft: Draft<'_>) {
    for key in ["content", "embeds", "poll", "sticker_ids"] {
        let is_there = match draft.field(key) {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(list) => !list.is_empty(),
            _ => true,
        };
        if is_there {
            let text = format!(
                "The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            );
            form.refuse_at(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text);
        }
    }
}
