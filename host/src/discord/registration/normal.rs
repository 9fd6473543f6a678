//! Whether the commands that Discord has are those that are wanted.
//!
//! Discord adds ids, versions and defaults to what it was sent, and answers lists in its own order; so
//! both sides are brought into one form first. What Discord adds tomorrow must not look like a difference.

use serde_json::{Map, Value};

/// The keys of a command, an option or a choice that this host sends. All others are Discord's.
const SENT: [&str; 19] = [
    "autocomplete",
    "channel_types",
    "choices",
    "contexts",
    "default_member_permissions",
    "description",
    "description_localizations",
    "integration_types",
    "max_length",
    "max_value",
    "min_length",
    "min_value",
    "name",
    "name_localizations",
    "nsfw",
    "options",
    "required",
    "type",
    "value",
];

/// Keys whose lists mean the same in any order.
const UNORDERED: [&str; 3] = ["channel_types", "contexts", "integration_types"];

/// Whether registering `wanted` would change nothing about `current`.
pub(in crate::discord) fn same(wanted: &[Value], current: &[Value]) -> bool {
    normal_set(wanted) == normal_set(current)
}

fn normal_set(commands: &[Value]) -> Vec<Value> {
    let mut set: Vec<Value> = commands.iter().map(normal).collect();
    set.sort_by_key(|command| (command["type"].to_string(), command["name"].to_string()));
    set
}

/// Returns what was sent of `value`, without what says as much as its absence.
fn normal(value: &Value) -> Value {
    let Value::Object(object) = value else { return value.clone() };
    let mut kept = Map::new();
    for (key, value) in object.iter().filter(|(key, _)| SENT.contains(&key.as_str())) {
        let value = field(key, value);
        if !says_nothing(&value) {
            kept.insert(key.clone(), value);
        }
    }
    Value::Object(kept)
}

fn field(key: &str, value: &Value) -> Value {
    match value {
        // The keys in there are languages.
        Value::Object(_) if key.ends_with("_localizations") => value.clone(),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(normal).collect();
            if UNORDERED.contains(&key) {
                items.sort_by_key(Value::to_string);
            }
            Value::Array(items)
        }
        Value::Number(number) => number.as_f64().map_or_else(|| value.clone(), Value::from),
        _ => value.clone(),
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wanted() -> Value {
        json!({
            "name": "a", "type": 1, "description": "A", "contexts": [0, 1, 2], "nsfw": false,
            "integration_types": [0, 1], "default_member_permissions": null,
            "options": [{"type": 4, "name": "n", "description": "N", "min_value": 1,
                         "required": false}],
        })
    }

    #[test]
    fn what_discord_adds_is_no_difference() {
        let current = json!({
            "id": "7", "application_id": "1", "version": "9", "name": "a", "type": 1,
            "description": "A", "contexts": [2, 1, 0], "nsfw": false, "integration_types": [1, 0],
            "default_member_permissions": null, "name_localizations": null, "dm_permission": true,
            "description_localizations": {}, "color_of_tomorrow": "red",
            "options": [{"type": 4, "name": "n", "description": "N", "min_value": 1.0}],
        });
        assert!(same(&[wanted()], &[current]));
    }

    #[test]
    fn each_change_is_a_difference() {
        let changes = [
            ("description", json!("B")),
            ("nsfw", json!(true)),
            ("contexts", json!([0])),
            ("description_localizations", json!({"fr": "B"})),
            ("default_member_permissions", json!("8")),
            ("options", json!([])),
        ];
        for (key, value) in changes {
            let mut changed = wanted();
            changed[key] = value;
            assert!(!same(&[wanted()], &[changed]), "{key}");
        }
        assert!(!same(&[wanted()], &[]));
    }

    #[test]
    fn the_order_of_commands_is_no_difference() {
        let mut other = wanted();
        other["name"] = json!("b");
        assert!(same(&[wanted(), other.clone()], &[other, wanted()]));
    }
}
