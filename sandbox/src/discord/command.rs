//! Registered commands in the form in which Discord gives them back.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::id::{ApplicationId, CommandId, GuildId};

/// How many new commands an application may register within [`CREATES_WINDOW_MS`].
pub const CREATES_PER_DAY: usize = 200;

/// Over how long new commands are counted.
pub const CREATES_WINDOW_MS: u64 = 24 * 60 * 60 * 1_000;

/// Holds every registered command; `None` is the global scope.
#[derive(Debug, Default)]
pub(crate) struct CommandBook {
    scopes: HashMap<Option<GuildId>, Vec<Value>>,
    creates_ms: Vec<u64>,
}

impl CommandBook {
    pub(crate) fn list(&self, scope: Option<GuildId>) -> &[Value] {
        self.scopes.get(&scope).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn scope_mut(&mut self, scope: Option<GuildId>) -> &mut Vec<Value> {
        self.scopes.entry(scope).or_default()
    }

    /// Finds what a client in the given guild would offer: the guild's own command first.
    pub(crate) fn find(&self, guild: Option<GuildId>, name: &str, kind: u64) -> Option<&Value> {
        let is_it = |command: &&Value| command["name"] == name && command["type"] == kind;
        let own = guild.and_then(|id| self.list(Some(id)).iter().find(is_it));
        own.or_else(|| self.list(None).iter().find(is_it))
    }

    /// Counts new commands; false, and nothing counted, if the day's number is used up.
    pub(crate) fn count_creates(&mut self, now_ms: u64, n_new: usize) -> bool {
        self.creates_ms.retain(|at_ms| at_ms + CREATES_WINDOW_MS > now_ms);
        if self.creates_ms.len() + n_new > CREATES_PER_DAY {
            return false;
        }
        self.creates_ms.extend(std::iter::repeat_n(now_ms, n_new));
        true
    }
}

/// Says what Discord adds to a command that it stores.
pub(crate) struct Stored {
    pub id: CommandId,
    pub version: u64,
    pub application: ApplicationId,
    pub guild: Option<GuildId>,
}

/// Returns a command with Discord's defaults added and empty things left out.
pub(crate) fn normal_form(given: &Value, stored: &Stored) -> Value {
    let kind = given["type"].as_u64().unwrap_or(1);
    let mut command = Map::new();
    let mut put = |key: &str, value: Value| command.insert(key.to_owned(), value);
    put("id", json!(stored.id));
    put("application_id", json!(stored.application));
    put("version", json!(stored.version.to_string()));
    put("type", json!(kind));
    put("name", given["name"].clone());
    put("name_localizations", localizations(&given["name_localizations"]));
    put("description", json!(given["description"].as_str().unwrap_or_default()));
    put("description_localizations", localizations(&given["description_localizations"]));
    put("default_member_permissions", permissions(&given["default_member_permissions"]));
    put("nsfw", json!(given["nsfw"].as_bool().unwrap_or(false)));
    match stored.guild {
        Some(guild) => drop(put("guild_id", json!(guild))),
        None => {
            let contexts = given.get("contexts").cloned().unwrap_or(Value::Null);
            let in_dms = given["dm_permission"].as_bool();
            let in_dms = in_dms.unwrap_or_else(|| contexts_allow_dms(&contexts));
            put("dm_permission", json!(in_dms));
            put("contexts", contexts);
        }
    }
    let types = given.get("integration_types").filter(|types| types.is_array());
    put("integration_types", types.cloned().unwrap_or_else(|| json!([0])));
    if let Some(options) = given["options"].as_array().filter(|options| !options.is_empty()) {
        put("options", options.iter().map(option_normal_form).collect());
    }
    Value::Object(command)
}

fn contexts_allow_dms(contexts: &Value) -> bool {
    contexts.as_array().is_none_or(|contexts| contexts.contains(&json!(1)))
}

fn localizations(given: &Value) -> Value {
    given.as_object().filter(|map| !map.is_empty()).map_or(Value::Null, |map| json!(map))
}

fn permissions(given: &Value) -> Value {
    match given {
        Value::Number(number) => json!(number.to_string()),
        other => other.clone(),
    }
}

/// Returns an option with what is false, empty or null left out, as Discord does.
fn option_normal_form(given: &Value) -> Value {
    let Some(given) = given.as_object() else { return given.clone() };
    let mut option = Map::new();
    for (key, value) in given {
        let said = match value {
            Value::Null | Value::Bool(false) => false,
            Value::Array(items) => !items.is_empty(),
            Value::Object(map) => !map.is_empty(),
            _ => true,
        };
        if said {
            option.insert(key.clone(), value.clone());
        }
    }
    if let Some(Value::Array(options)) = option.get_mut("options") {
        *options = options.iter().map(option_normal_form).collect();
    }
    Value::Object(option)
}
