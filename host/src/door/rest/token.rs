//! Whether Discord takes the bot token, after it was refused for one call: on a bad day Discord, or who
//! stands before it, refuses a token that holds.
//! Must never go on with one that was refused twice: each further refusal counts towards a ban.

use super::{Call, Class, Reply, Request, Rest, SendError};
use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode};
use serde_json::value::RawValue;

/// Where Discord says who we are, which any token that holds may ask.
const WHO_WE_ARE: &str = "users/@me";

/// Whether Discord says that the bot token is wrong.
pub(super) fn is_refused(call: &Call, reply: &Reply) -> bool {
    let is_json = || serde_json::from_slice::<&RawValue>(&reply.body).is_ok();
    call.route.class == Class::Bot && reply.status == StatusCode::UNAUTHORIZED && is_json()
}

impl Rest {
    /// Asks once, within the time of the call that was refused; nothing but a second refusal counts.
    pub(super) async fn refuses_again(&self, refused: &Call) -> bool {
        let route = &refused.route.template;
        tracing::warn!(route, "Discord refused the bot token; asking whether it holds");
        let (method, path) = (Method::GET, WHO_WE_ARE.to_owned());
        let (headers, body, until) = (HeaderMap::new(), Bytes::new(), Some(refused.deadline));
        let question = self.call(Request { method, path, headers, body, until });
        let question = question.expect("the path is one of the interface");
        match self.send_call(&question).await {
            Ok(reply) if is_refused(&question, &reply) => {
                self.limits.refuse_token();
                true
            }
            // Somebody else has asked.
            Err(SendError::TokenRefused) => true,
            _ => false,
        }
    }
}
