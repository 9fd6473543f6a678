//! What one try means: for the call, and for the limits.

use super::{
    Call, Reply, Rest, SendError,
    limited::{Limited, Scope},
    repeat,
};
use crate::door::{
    limits::{Permit, Seen, single},
    route::Class,
};
use hyper::StatusCode;
use std::{sync::atomic::Ordering, time::Duration};

/// Why a try brought no answer.
pub(super) struct Trouble {
    pub(super) why: &'static str,
    pub(super) may_have_worked: bool,
}

/// What happens after a try.
pub(super) enum Next {
    Done(Result<Reply, SendError>),
    /// Try again after the pause; the result stands if there is no time or leave to.
    Again(Duration, Result<Reply, SendError>),
}

impl Rest {
    /// Decides what follows, and learns what the answer says about limits.
    pub(super) fn judge(
        &self,
        call: &Call,
        permit: Permit<'_>,
        tried: Result<Reply, Trouble>,
        tries: u32,
    ) -> Next {
        let result = match tried {
            Ok(reply) if reply.status == StatusCode::TOO_MANY_REQUESTS => {
                let pause = self.learn_limited(call, permit, &reply);
                return Next::Again(pause, Ok(reply));
            }
            Ok(reply) if reply.status.is_server_error() => Ok(reply),
            Ok(reply) => {
                self.learn_answer(permit, &reply);
                if tries > 1
                    && call.route.class == Class::Callback
                    && repeat::is_acknowledged(&reply)
                {
                    return Next::Done(Ok(repeat::as_first_heard(reply)));
                }
                match foreign(&reply) {
                    Some(trouble) => Err(trouble),
                    None => return Next::Done(Ok(reply)),
                }
            }
            Err(trouble) => Err(trouble),
        };
        let worked_perhaps = result.as_ref().err().is_none_or(|trouble| trouble.may_have_worked);
        log_trouble(call, tries, &result);
        let result = result.map_err(SendError::from);
        if worked_perhaps && !repeat::is_safe(&call.request.method, call.route.class) {
            return Next::Done(result);
        }
        Next::Again(repeat::pause_after(tries), result)
    }

    /// What any answer but 429 and 5xx says about limits.
    fn learn_answer(&self, permit: Permit<'_>, reply: &Reply) {
        permit.answered(&Seen::read(&reply.headers), None);
        if matches!(reply.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            self.limits.count_invalid();
        }
    }

    /// What a 429 says; the pause is what the limits do not enforce by themselves.
    fn learn_limited(&self, call: &Call, permit: Permit<'_>, reply: &Reply) -> Duration {
        let limited = Limited::read(reply);
        self.n_limited.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(
            route = call.route.template,
            scope = ?limited.scope,
            retry_after_ms = limited.retry_after.as_millis(),
            "Discord asks to slow down"
        );
        if limited.scope != Scope::Shared {
            self.limits.count_invalid();
        }
        match limited.scope {
            Scope::Everything => {
                drop(permit);
                self.limits.pause(limited.retry_after);
            }
            // The headers of a shared limit speak of another bucket.
            Scope::Shared => permit.answered(&Seen::Absent, Some(limited.retry_after)),
            Scope::Own => {
                permit.answered(&Seen::read(&reply.headers), Some(limited.retry_after));
            }
        }
        if call.route.class == Class::Callback { limited.retry_after } else { Duration::ZERO }
    }
}

impl From<Trouble> for SendError {
    fn from(Trouble { why, may_have_worked }: Trouble) -> Self {
        Self::NoAnswer { why, may_have_worked }
    }
}

/// A page that stands where Discord's answer should be: it says nothing about the call.
fn foreign(reply: &Reply) -> Option<Trouble> {
    let content_type = single(&reply.headers, "content-type").unwrap_or_default();
    let page = reply.status.is_success() && content_type.starts_with("text/html");
    page.then_some(Trouble { why: "a web page came instead", may_have_worked: true })
}

/// Notes a try without an answer; whoever called logs what came of all.
fn log_trouble(call: &Call, tries: u32, result: &Result<Reply, Trouble>) {
    let route = &call.route.template;
    match result {
        Ok(reply) => tracing::debug!(
            route,
            tries,
            status = reply.status.as_u16(),
            "Discord answered with a failure of its own"
        ),
        Err(trouble) => tracing::debug!(route, tries, "no answer from Discord: {}", trouble.why),
    }
}
