//! Makes Discord's message object out of what a bot or a person sends, and applies edits to it.

use serde_json::{Map, Value, json};

use super::intake::Upload;
use crate::discord::files::File;
use crate::discord::id::{ChannelId, GuildId, MessageId, UserId};
use crate::discord::message::Ping;
use crate::discord::timestamp::iso;
use crate::discord::world::World;

/// The types of messages that matter here.
pub(crate) const TYPE_PLAIN: u8 = 0;
pub(crate) const TYPE_REPLY: u8 = 19;
pub(crate) const TYPE_COMMAND: u8 = 20;

/// Holds what a message is besides its payload.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub id: MessageId,
    pub channel: ChannelId,
    pub author: UserId,
    pub kind: u8,
    pub flags: u64,
    /// The object that tells which interaction the message answers.
    pub interaction: Option<Value>,
    pub uploads: &'a [Upload],
}

impl Draft<'_> {
    /// Returns the draft of a message that answers nothing.
    pub(crate) fn plain(id: MessageId, channel: ChannelId, author: UserId) -> Draft<'static> {
        Draft { id, channel, author, kind: TYPE_PLAIN, flags: 0, interaction: None, uploads: &[] }
    }
}

/// Returns the object of a new message.
pub(crate) fn new_body(world: &World, payload: &Value, draft: &Draft<'_>) -> Value {
    let content = payload["content"].as_str().unwrap_or_default().trim();
    let mentioned = user_mentions(content).into_iter();
    let mentions: Vec<Value> =
        mentioned.filter_map(|id| world.users.get(&id)).map(|user| user.to_json()).collect();
    let mut body = json!({
        "id": draft.id,
        "channel_id": draft.channel,
        "type": draft.kind,
        "author": world.user_json(draft.author),
        "content": content,
        "timestamp": iso(draft.id.born_ms()),
        "edited_timestamp": null,
        "tts": payload["tts"].as_bool().unwrap_or(false),
        "pinned": false,
        "mention_everyone": content.contains("@everyone") || content.contains("@here"),
        "mentions": mentions,
        "mention_roles": role_mentions(content).iter().map(u64::to_string).collect::<Vec<_>>(),
        "attachments": attachments(payload, draft.uploads, &[]),
        "embeds": embeds(&payload["embeds"]),
        "components": numbered(&payload["components"]),
        "flags": draft.flags,
    });
    if !payload["nonce"].is_null() {
        body["nonce"] = payload["nonce"].clone();
    }
    if let Some(interaction) = &draft.interaction {
        body["application_id"] = json!(world.application);
        body["webhook_id"] = json!(world.application);
        body["interaction_metadata"] = interaction.clone();
    } else if draft.author.0 == world.application.0 {
        body["application_id"] = json!(world.application);
    }
    body
}

/// Returns a message with the fields of an edit replaced; what the edit leaves out stays.
pub(crate) fn edited(body: &Value, payload: &Value, uploads: &[Upload], now_ms: u64) -> Value {
    let mut body = body.clone();
    if let Some(content) = payload.get("content") {
        body["content"] = json!(content.as_str().unwrap_or_default().trim());
    }
    if let Some(given) = payload.get("embeds") {
        body["embeds"] = embeds(given);
    }
    if let Some(given) = payload.get("components") {
        body["components"] = numbered(given);
    }
    if payload.get("attachments").is_some() || !uploads.is_empty() {
        let kept = body["attachments"].as_array().cloned().unwrap_or_default();
        body["attachments"] = attachments(payload, uploads, &kept);
    }
    body["edited_timestamp"] = json!(iso(now_ms));
    body
}

/// Returns the attachments after a request: kept ones that it names, then new files.
fn attachments(payload: &Value, uploads: &[Upload], kept: &[Value]) -> Value {
    let described = payload["attachments"].as_array();
    let is_kept = |old: &&Value| {
        described.is_none_or(|list| list.iter().any(|entry| same_id(&entry["id"], &old["id"])))
    };
    let mut all: Vec<Value> = kept.iter().filter(is_kept).cloned().collect();
    for upload in uploads {
        let described = described
            .and_then(|list| list.iter().find(|entry| is_index(&entry["id"], upload.index)));
        let File { id, name, content_type, bytes } = &upload.file;
        let name = described.and_then(|entry| entry["filename"].as_str()).unwrap_or(name);
        let url = format!("https://cdn.discordapp.com/attachments/{id}/{name}");
        let mut attachment = json!({
            "id": id, "filename": name, "size": bytes.len(), "url": url, "proxy_url": url,
        });
        if let Some(kind) = content_type {
            attachment["content_type"] = json!(kind);
        }
        if let Some(text) = described.and_then(|entry| entry["description"].as_str()) {
            attachment["description"] = json!(text);
        }
        all.push(attachment);
    }
    Value::Array(all)
}

fn same_id(left: &Value, right: &Value) -> bool {
    let text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    text(left) == text(right)
}

fn is_index(id: &Value, index: u64) -> bool {
    same_id(id, &json!(index))
}

fn embeds(given: &Value) -> Value {
    let Some(list) = given.as_array() else { return json!([]) };
    let dressed = list.iter().map(|embed| {
        let mut embed = without_nulls(embed);
        if let Some(embed) = embed.as_object_mut() {
            embed.entry("type").or_insert(json!("rich"));
        }
        embed
    });
    dressed.collect()
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let said = map.iter().filter(|(_, value)| !value.is_null());
            let said = said.map(|(key, value)| (key.clone(), without_nulls(value)));
            Value::Object(said.collect::<Map<String, Value>>())
        }
        Value::Array(list) => list.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// Returns a component tree in which every component has a number, as Discord gives it.
pub(crate) fn numbered(given: &Value) -> Value {
    let Some(list) = given.as_array() else { return json!([]) };
    let mut tree: Vec<Value> = list.iter().map(without_nulls).collect();
    let mut next = 1;
    tree.iter_mut().for_each(|component| number(component, &mut next));
    Value::Array(tree)
}

fn number(component: &mut Value, next: &mut u64) {
    let Some(object) = component.as_object_mut() else { return };
    object.entry("id").or_insert_with(|| json!(*next));
    *next += 1;
    for key in ["components", "accessory", "component"] {
        match object.get_mut(key) {
            Some(Value::Array(children)) => children.iter_mut().for_each(|c| number(c, next)),
            Some(child) => number(child, next),
            None => {}
        }
    }
}

fn ids_between<'a>(text: &'a str, open: &'a str) -> impl Iterator<Item = u64> + 'a {
    text.split(open).skip(1).filter_map(|rest| rest.split_once('>')?.0.parse().ok())
}

fn user_mentions(text: &str) -> Vec<UserId> {
    let mut ids: Vec<UserId> =
        ids_between(text, "<@").chain(ids_between(text, "<@!")).map(UserId).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn role_mentions(text: &str) -> Vec<u64> {
    let mut ids: Vec<u64> = ids_between(text, "<@&").collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Returns all text of a message that can notify: its content and its text displays.
fn notifying_text(body: &Value) -> String {
    let mut text = body["content"].as_str().unwrap_or_default().to_owned();
    let tree = body["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    for display in crate::discord::message::interactive(tree, |kind| kind == 10) {
        text.push('\n');
        text.push_str(display["content"].as_str().unwrap_or_default());
    }
    text
}

/// Returns whom a message notifies, given what the sender allows.
pub(crate) fn pings(body: &Value, allowed: &Value, guild: Option<GuildId>) -> Vec<Ping> {
    let text = notifying_text(body);
    let allows = |kind: &str, id: Option<String>| {
        if allowed.is_null() {
            return true;
        }
        let parsed = allowed["parse"].as_array();
        let listed = allowed[kind].as_array();
        parsed.is_some_and(|parsed| parsed.contains(&json!(kind)))
            || id.is_some_and(|id| listed.is_some_and(|ids| ids.contains(&json!(id))))
    };
    let users = user_mentions(&text).into_iter();
    let mut pings: Vec<Ping> =
        users.filter(|id| allows("users", Some(id.to_string()))).map(Ping::User).collect();
    let roles = role_mentions(&text).into_iter();
    pings.extend(roles.filter(|id| allows("roles", Some(id.to_string()))).map(Ping::Role));
    let says_everyone = text.contains("@everyone") || text.contains("@here");
    if guild.is_some() && says_everyone && allows("everyone", None) {
        pings.push(Ping::Everyone);
    }
    pings
}
