//! `allowed_mentions`: what it may hold, and what excludes what.

use serde_json::Value;

use super::Form;

const IDS_MAX: usize = 100;
const KINDS: [&str; 3] = ["roles", "users", "everyone"];

/// Checks the allowed mentions of a message.
pub(super) fn allowed(form: &mut Form, payload: &Value) {
    let allowed = &payload["allowed_mentions"];
    if allowed.is_null() {
        return;
    }
    form.within("allowed_mentions", |form| {
        let parse = form.list(allowed, "parse", 0..=KINDS.len());
        form.within("parse", |form| {
            for (index, kind) in parse.iter().enumerate() {
                if !kind.as_str().is_some_and(|kind| KINDS.contains(&kind)) {
                    let text = "Value must be one of {'roles', 'users', 'everyone'}.";
                    form.within(index, |form| form.refuse("BASE_TYPE_CHOICES", text));
                }
            }
        });
        for key in ["users", "roles"] {
            let ids = form.list(allowed, key, 0..=IDS_MAX);
            let parses_all = parse.iter().any(|kind| kind == key);
            if parses_all && !ids.is_empty() {
                let text = format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive.");
                form.refuse("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text);
            }
        }
    });
}
