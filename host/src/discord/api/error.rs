//! What Discord says when it does not do what was asked.

use crate::{
    clock::UnixMillis,
    door::{Reply, SendError},
};
use serde::Deserialize;
use serde_json::Value;

/// Discord's codes for interactions that cannot be answered any more: unknown webhook, unknown
/// interaction, already acknowledged, invalid webhook token (reference, "JSON Error Codes").
const GONE: [u64; 4] = [10_015, 10_062, ANSWERED, 50_027];
/// Discord's code for a first answer where one was given.
const ANSWERED: u64 = 40_060;
/// Discord's codes for what it does not let the bot do in a place: missing access, missing permissions.
const FORBIDDEN: [u64; 2] = [50_001, 50_013];
/// The code for a thing that is not there: message, user and the like are 10,0xx.
const UNKNOWN: std::ops::Range<u64> = 10_000..10_100;
/// The longest sentence of Discord's that is kept for the log.
const MESSAGE_CHARS_MAX: usize = 300;

/// Why Discord did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(in crate::discord) enum ApiError {
    /// No answer came.
    #[error("Discord could not be asked")]
    Send(#[from] SendError),
    /// The interaction is over.
    #[error("the interaction is over (code {code})")]
    Gone {
        /// Discord's code.
        code: u64,
    },
    /// Its three seconds are over, or nearly so after tries that failed.
    #[error("Discord takes no first answer any more")]
    TooLate,
    /// Discord does not know it.
    #[error("Discord does not know it (code {code})")]
    Unknown {
        /// Discord's code.
        code: u64,
    },
    /// Discord wants to be asked later.
    #[error("Discord asks to wait until {}", until.0)]
    Limited {
        /// When it may be asked again.
        until: UnixMillis,
    },
    /// The bot may not do it there, for whatever reason.
    #[error("Discord does not let the bot do this in this channel (code {code})")]
    Forbidden {
        /// Discord's code.
        code: u64,
    },
    /// Discord refused.
    #[error("Discord refused with status {status}, code {code}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's code; 0 if it sent none.
        code: u64,
        /// Discord's sentence, with the fields that it names.
        message: String,
    },
    /// The answer is of another form than documented.
    #[error("Discord's answer cannot be read")]
    Unreadable(#[source] serde_json::Error),
}

impl ApiError {
    /// Whether Discord, and not what was sent, is at fault.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Send(_) | Self::Refused { status: 500.., .. })
            && !self.may_have_worked()
    }

    /// Whether somebody else has given the first answer: we never give a second one.
    pub(super) fn is_answered_by_another(&self) -> bool {
        matches!(self, Self::Gone { code: ANSWERED })
    }

    /// Whether Discord may have done it nevertheless.
    pub(in crate::discord) fn may_have_worked(&self) -> bool {
        matches!(self, Self::Send(SendError::NoAnswer { may_have_worked: true, .. }))
    }
}

/// Reads why Discord refused, `now`.
pub(super) fn refusal(reply: &Reply, now: UnixMillis) -> ApiError {
    if let Some(wait) = reply.retry_after() {
        let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        return ApiError::Limited { until: UnixMillis(now.0.saturating_add(wait_ms)) };
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Refusal {
        code: u64,
        message: String,
        errors: Value,
    }
    let refusal: Refusal = serde_json::from_slice(&reply.body).unwrap_or_default();
    let code = refusal.code;
    if GONE.contains(&code) {
        return ApiError::Gone { code };
    }
    if UNKNOWN.contains(&code) {
        return ApiError::Unknown { code };
    }
    if FORBIDDEN.contains(&code) {
        return ApiError::Forbidden { code };
    }
    let mut message = refusal.message;
    let mut faults = Vec::new();
    faults_of(&refusal.errors, String::new(), &mut faults);
    if !faults.is_empty() {
        message = format!("{message} ({})", faults.join("; "));
    }
    let message = message.chars().take(MESSAGE_CHARS_MAX).collect();
    ApiError::Refused { status: reply.status.as_u16(), code, message }
}

/// Flattens Discord's tree of form errors: `embeds.0.title: too long`.
fn faults_of(errors: &Value, place: String, faults: &mut Vec<String>) {
    let Some(object) = errors.as_object() else { return };
    for (name, value) in object {
        if let ("_errors", Some(list)) = (name.as_str(), value.as_array()) {
            let sentences = list.iter().filter_map(|fault| fault.get("message")?.as_str());
            faults.extend(sentences.map(|sentence| format!("{place}: {sentence}")));
            continue;
        }
        let dot = if place.is_empty() { "" } else { "." };
        faults_of(value, format!("{place}{dot}{name}"), faults);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::{HeaderMap, StatusCode};
    use serde_json::json;

    fn refused(body: Value) -> ApiError {
        let (status, headers) = (StatusCode::BAD_REQUEST, HeaderMap::new());
        refusal(&Reply { status, headers, body: body.to_string().into() }, UnixMillis(0))
    }

    #[test]
    fn a_refusal_names_the_fields_that_are_wrong() {
        let errors = json!({"data": {"embeds": {"0": {"title": {"_errors":
            [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}]}}}}});
        let error =
            refused(json!({"code": 50035, "message": "Invalid Form Body", "errors": errors}));
        assert_eq!(
            error.to_string(),
            "Discord refused with status 400, code 50035: Invalid Form Body \
             (data.embeds.0.title: Must be 256 or fewer in length.)"
        );
    }

    #[test]
    fn a_limit_holds_from_now_for_as_long_as_discord_says() {
        let body = r#"{"message": "slow", "retry_after": 1.5, "global": true}"#.into();
        let (status, headers) = (StatusCode::TOO_MANY_REQUESTS, HeaderMap::new());
        let error = refusal(&Reply { status, headers, body }, UnixMillis(1_000));
        assert!(matches!(error, ApiError::Limited { until: UnixMillis(2_500) }), "{error:?}");
    }

    #[test]
    fn an_interaction_that_is_over_is_told_from_other_refusals() {
        assert!(matches!(refused(json!({"code": 10_062})), ApiError::Gone { .. }));
        assert!(matches!(refused(json!({"code": 10_013})), ApiError::Unknown { .. }));
        assert!(matches!(refused(json!({"code": 50_013})), ApiError::Forbidden { .. }));
        assert!(matches!(refused(json!("<html>")), ApiError::Refused { code: 0, .. }));
    }
}
