//! Refusals as Discord words them: status, JSON code, sentence, and where in the body.

use std::borrow::Cow;

use serde_json::{Value, json};

/// Holds a refusal.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub status: u16,
    pub code: u32,
    pub message: Cow<'static, str>,
    pub errors: Option<Value>,
}

impl ApiError {
    pub(crate) const fn new(status: u16, code: u32, message: &'static str) -> ApiError {
        ApiError { status, code, message: Cow::Borrowed(message), errors: None }
    }

    /// Returns `50035` with the tree that says which field is wrong.
    pub(crate) fn invalid_form(errors: Value) -> ApiError {
        ApiError { errors: Some(errors), ..ApiError::new(400, 50035, "Invalid Form Body") }
    }

    /// Returns Discord's JSON.
    pub(crate) fn to_json(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

pub(crate) const NOT_FOUND: ApiError = ApiError::new(404, 0, "404: Not Found");
pub(crate) const METHOD_NOT_ALLOWED: ApiError = ApiError::new(405, 0, "405: Method Not Allowed");
pub(crate) const UNAUTHORIZED: ApiError = ApiError::new(401, 0, "401: Unauthorized");
pub(crate) const BAD_VERSION: ApiError = ApiError::new(400, 50041, "Invalid API version provided");
pub(crate) const BAD_USER_AGENT: ApiError = ApiError::new(403, 40333, "internal network error");
pub(crate) const BAD_JSON: ApiError =
    ApiError::new(400, 50109, "The request body contains invalid JSON.");
pub(crate) const TOO_LARGE: ApiError = ApiError::new(413, 40005, "Request entity too large");
pub(crate) const UNKNOWN_CHANNEL: ApiError = ApiError::new(404, 10003, "Unknown Channel");
pub(crate) const UNKNOWN_GUILD: ApiError = ApiError::new(404, 10004, "Unknown Guild");
pub(crate) const UNKNOWN_MESSAGE: ApiError = ApiError::new(404, 10008, "Unknown Message");
pub(crate) const UNKNOWN_USER: ApiError = ApiError::new(404, 10013, "Unknown User");
pub(crate) const UNKNOWN_WEBHOOK: ApiError = ApiError::new(404, 10015, "Unknown Webhook");
pub(crate) const UNKNOWN_INTERACTION: ApiError = ApiError::new(404, 10062, "Unknown interaction");
pub(crate) const UNKNOWN_COMMAND: ApiError =
    ApiError::new(404, 10063, "Unknown application command");
pub(crate) const NOT_YOUR_APPLICATION: ApiError =
    ApiError::new(403, 20012, "You are not authorized to perform this action on this application");
pub(crate) const COMMANDS_MAX_REACHED: ApiError =
    ApiError::new(400, 30032, "Maximum number of application commands reached (100).");
pub(crate) const COMMAND_CREATES_MAX_REACHED: ApiError = ApiError::new(
    400,
    30034,
    "Max number of daily application command creates has been reached (200)",
);
pub(crate) const ALREADY_ACKNOWLEDGED: ApiError =
    ApiError::new(400, 40060, "Interaction has already been acknowledged.");
pub(crate) const NO_MORE_FOLLOW_UPS: ApiError = ApiError::new(
    400,
    40094,
    "This interaction has reached the maximum number of follow up messages.",
);
pub(crate) const MISSING_ACCESS: ApiError = ApiError::new(403, 50001, "Missing Access");
pub(crate) const NOT_ANOTHERS_MESSAGE: ApiError =
    ApiError::new(403, 50005, "Cannot edit a message authored by another user");
pub(crate) const EMPTY_MESSAGE: ApiError =
    ApiError::new(400, 50006, "Cannot send an empty message");
pub(crate) const CANNOT_MESSAGE_USER: ApiError =
    ApiError::new(403, 50007, "Cannot send messages to this user");
pub(crate) const MISSING_PERMISSIONS: ApiError = ApiError::new(403, 50013, "Missing Permissions");
pub(crate) const INVALID_WEBHOOK_TOKEN: ApiError =
    ApiError::new(401, 50027, "Invalid Webhook Token");
