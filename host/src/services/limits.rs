//! Limits of a plugin's own, counted beside the host's.

use super::{Asked, written};
use crate::rate_limit::{Counted, LimitKey, RateLimits, Verdict};
use lumina_plugin_api::{
    descriptor::Service,
    error::Error,
    services::limits::{NAME, Request, Verdict as Answer},
};

/// The longest key; as `plugin_api::services::limits` promises.
const KEY_BYTES_MAX: usize = 100;

pub(super) fn answer(asked: &Asked<'_>, limits: &RateLimits) -> Result<Vec<u8>, Error> {
    asked.declares(Service::Limits, NAME)?;
    let Request::Count { key, window } = asked.read(NAME)? else {
        return Err(asked.unknown(NAME));
    };
    if key.len() > KEY_BYTES_MAX {
        let detail = format!("the key of a limit is longer than {KEY_BYTES_MAX} bytes");
        return Err(Error::internal(detail));
    }
    let (plugin, counted) = (asked.plugin().to_owned(), Counted::Own(key));
    let retry_at_ms = match limits.count(LimitKey { plugin, counted, user: None }, window) {
        Verdict::Allowed => None,
        Verdict::Denied { until } => Some(until.0),
    };
    written(&Answer::new(retry_at_ms))
}
