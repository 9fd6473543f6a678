//! Discord's OpenAPI document: a second opinion on what bots send, a first one on our answers.
//!
//! Validators are made when first needed and kept for the life of the process.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Registry, ValidationError, Validator};
use serde_json::{Value, json};

use super::error::ApiError;

const DOCUMENT: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/specs/discord-openapi.json"));

/// Under which address the document is known to its own references.
const ADDRESS: &str = "https://discord.invalid/openapi.json";

static PARSED: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(DOCUMENT).expect("the document in specs/ is JSON"));

static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
    let resource = jsonschema::Draft::Draft202012.create_resource(PARSED.clone());
    let registry = Registry::new().add(ADDRESS, resource).expect("the address is a URI");
    registry.prepare().expect("the document refers to nothing outside")
});

type Validators = HashMap<String, Option<Arc<Validator>>>;

static VALIDATORS: LazyLock<Mutex<Validators>> = LazyLock::new(Mutex::default);

/// Names a request in the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'a> {
    /// The method in small letters.
    pub method: &'a str,
    /// The path with its parameters in braces.
    pub template: &'a str,
}

/// Checks a request body; `Ok` where the document says nothing.
pub(crate) fn check_request(operation: Operation<'_>, body: &Value) -> Result<(), ApiError> {
    let pointer = format!("{}/requestBody/content/application~1json/schema", path(operation));
    let Some(validator) = validator(&pointer) else { return Ok(()) };
    let body = as_documented(body, "");
    let broken: Vec<_> = validator.iter_errors(&body).collect();
    if broken.is_empty() {
        return Ok(());
    }
    let mut errors = json!({});
    for error in broken.iter().map(tightest) {
        let mut node = &mut errors;
        for key in error.instance_path().as_str().split('/').filter(|key| !key.is_empty()) {
            node = &mut node[key];
        }
        let text = format!("Does not fit Discord's OpenAPI document: {}", error.masked());
        node["_errors"] = json!([{ "code": "OPENAPI_MISMATCH", "message": text }]);
    }
    Err(ApiError::invalid_form(errors))
}

/// Returns what is wrong with an answer of ours.
pub(crate) fn check_answer(operation: Operation<'_>, status: u16, body: &Value) -> Vec<String> {
    let pointer =
        format!("{}/responses/{status}/content/application~1json/schema", path(operation));
    let Some(validator) = validator(&pointer) else { return Vec::new() };
    let errors = validator.iter_errors(body);
    let describe = |error: &ValidationError<'_>| {
        let error = tightest(error);
        format!("{}: {}", error.instance_path(), error.masked())
    };
    errors.map(|error| describe(&error)).collect()
}

/// Returns what keeps the branch that fits best from fitting, where a schema has branches.
fn tightest<'a>(error: &'a ValidationError<'a>) -> &'a ValidationError<'a> {
    let branches = match error.kind() {
        ValidationErrorKind::AnyOf { context } => context,
        ValidationErrorKind::OneOfNotValid { context } => context,
        _ => return error,
    };
    let depth = |error: &&ValidationError<'_>| error.instance_path().as_str().matches('/').count();
    let meant = branches.iter().filter(|branch| is_meant(branch, error.instance_path().as_str()));
    let deepest = meant.flatten().map(tightest).max_by_key(depth);
    let any = || branches.iter().flatten().map(tightest).max_by_key(depth);
    deepest.or_else(any).unwrap_or(error)
}

/// Returns whether a branch is for a value of this type, as its JSON or its field `type` tells.
fn is_meant(branch: &[ValidationError<'_>], place: &str) -> bool {
    let is_other_type = |error: &ValidationError<'_>| {
        let is_here = error.instance_path().as_str() == place;
        is_here && matches!(error.kind(), ValidationErrorKind::Type { .. })
    };
    let is_other_kind = |error: &ValidationError<'_>| {
        error.instance_path().as_str().strip_prefix(place) == Some("/type")
    };
    !branch.iter().any(|error| is_other_type(error) || is_other_kind(error))
}

/// Returns a body as the document would have it written. Discord takes ids as numbers too and
/// permissions as text; every library relies on one or the other.
fn as_documented(body: &Value, key: &str) -> Value {
    match body {
        Value::Object(map) => {
            let spell = |(name, value): (&String, &Value)| {
                let place = if name == "id" { key } else { name };
                (name.clone(), as_documented(value, place))
            };
            Value::Object(map.iter().map(spell).collect())
        }
        Value::Array(list) => list.iter().map(|item| as_documented(item, key)).collect(),
        Value::Number(id) if IDS.contains(&key) => Value::String(id.to_string()),
        Value::String(bits) if key == "default_member_permissions" => {
            bits.parse::<u64>().map_or_else(|_| body.clone(), Value::from)
        }
        other => other.clone(),
    }
}

/// Under which names numbers are ids.
const IDS: [&str; 4] = ["attachments", "users", "roles", "message_id"];

/// Returns the pointer to an operation, as it stands behind a `#`.
fn path(operation: Operation<'_>) -> String {
    let escaped = operation.template.replace('~', "~0").replace('/', "~1");
    format!("/paths/{escaped}/{}", operation.method)
}

fn validator(pointer: &str) -> Option<Arc<Validator>> {
    let mut validators = VALIDATORS.lock().expect("no holder of this lock panics");
    if let Some(known) = validators.get(pointer) {
        return known.clone();
    }
    let made = PARSED.pointer(pointer).is_some().then(|| {
        let encoded = pointer.replace('{', "%7B").replace('}', "%7D");
        let schema = json!({ "$ref": format!("{ADDRESS}#{encoded}") });
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        let validator = options.with_registry(&REGISTRY).build(&schema);
        Arc::new(validator.expect("schemas of the document compile"))
    });
    validators.insert(pointer.to_owned(), made.clone());
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLBACK: Operation<'static> = Operation {
        method: "post",
        template: "/interactions/{interaction_id}/{interaction_token}/callback",
    };

    #[test]
    fn the_document_takes_a_good_answer_and_refuses_a_bad_one() {
        let good = json!({ "type": 4, "data": { "content": "pong" } });
        check_request(CALLBACK, &good).unwrap();
        let bad = json!({ "type": 4, "data": { "content": 7 } });
        assert_eq!(check_request(CALLBACK, &bad).unwrap_err().code, 50035);
    }
}
