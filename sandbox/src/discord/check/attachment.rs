//! Files: how many, and that every description belongs to one of them.

use serde_json::Value;

use super::Form;
use crate::discord::rest::Upload;

const FILES_MAX: usize = 10;
const DESCRIPTION_MAX: usize = 1_024;
const NAME_MAX: usize = 1_024;

/// Checks the files of a message; `kept` are the attachments it has already.
pub(super) fn attachments(form: &mut Form, payload: &Value, uploads: &[Upload], kept: &[Value]) {
    let described = form.list(payload, "attachments", 0..=FILES_MAX);
    form.within("attachments", |form| {
        for (index, entry) in described.iter().enumerate() {
            form.within(index, |form| {
                form.text(entry, "filename", 0..=NAME_MAX);
                form.text(entry, "description", 0..=DESCRIPTION_MAX);
                let id = id_text(&entry["id"]);
                let is_new = uploads.iter().any(|upload| upload.index.to_string() == id);
                let is_kept = kept.iter().any(|kept| id_text(&kept["id"]) == id);
                if !is_new && !is_kept {
                    let text = "Unknown attachment";
                    form.refuse_at("id", "ATTACHMENT_NOT_FOUND", text);
                }
            });
        }
        if uploads.len() > FILES_MAX {
            form.refuse_length(&(0..=FILES_MAX));
        }
    });
}

fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}
