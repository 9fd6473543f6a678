//! Which calls may be sent again when nobody knows whether they have worked, and after what pause.

use super::{Class, Reply, TRIES_MAX};
use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde::Deserialize;
use std::time::Duration;

/// What Discord says of an interaction that has its first answer already.
const ACKNOWLEDGED: u64 = 40_060;

/// Whether a call that may have worked does no harm a second time. Of first answers to an
/// interaction Discord takes one and refuses the next.
pub(super) fn is_safe(method: &Method, class: Class) -> bool {
    *method != Method::POST || class == Class::Callback
}

/// Whether the interaction has its first answer already.
pub(super) fn is_acknowledged(reply: &Reply) -> bool {
    #[derive(Deserialize)]
    struct Refusal {
        code: u64,
    }
    reply.status == StatusCode::BAD_REQUEST
        && serde_json::from_slice(&reply.body).is_ok_and(|Refusal { code }| code == ACKNOWLEDGED)
}

/// What Discord has said to the try whose answer was lost.
pub(super) fn as_first_heard(repeated: Reply) -> Reply {
    Reply { status: StatusCode::NO_CONTENT, body: Bytes::new(), ..repeated }
}

/// The pause before the next try, with jitter, doubled each time.
pub(super) fn pause_after(tries: u32) -> Duration {
    Duration::from_millis(fastrand::u64(100..200) << tries.min(TRIES_MAX))
}
