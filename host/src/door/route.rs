//! Which limits a request stands under: its class, its route and its top-level resource.
//! Must never keep an interaction token, only its hash.

use hyper::Method;
use std::hash::{BuildHasher, RandomState};

/// A path segment of digits at least this long is a snowflake.
const SNOWFLAKE_DIGITS_MIN: usize = 15;
/// Tokens of interactions and webhooks are longer than any other third segment below `webhooks`.
const TOKEN_CHARS_MIN: usize = 40;

/// What kind of limits a request stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The answer within three seconds: no bucket, no global limit.
    Callback,
    /// Edits and follow-ups under a token of their own: a bucket, no global limit.
    Token,
    /// Everything under the bot token: a bucket and the global limit.
    Bot,
}

/// A request's place among the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    /// Which limits count.
    pub(super) class: Class,
    /// Method and path with ids and tokens taken out; safe to log.
    pub(super) template: String,
    /// Hash of the top-level resource: each has limits of its own.
    pub(super) major: u64,
}

impl Route {
    /// Finds the place of `method path`; `path` has neither base nor leading slash.
    pub(super) fn of(method: &Method, path: &str, hasher: &RandomState) -> Self {
        let path = path.split(['?', '#']).next().unwrap_or(path);
        let segments: Vec<&str> = path.split('/').collect();
        let class = class(&segments);
        let mut template = String::with_capacity(path.len() + 8);
        template.push_str(method.as_str());
        for (index, segment) in segments.iter().enumerate() {
            template.push('/');
            template.push_str(if is_variable(&segments, index) { ":" } else { segment });
        }
        Self { class, template, major: hasher.hash_one(major(&segments)) }
    }
}

fn class(segments: &[&str]) -> Class {
    match segments {
        ["interactions", _, _, "callback"] => Class::Callback,
        ["webhooks", _, token, ..] if token.len() >= TOKEN_CHARS_MIN => Class::Token,
        _ => Class::Bot,
    }
}

/// The segments that name the resource whose limits are counted apart.
fn major<'a>(segments: &'a [&'a str]) -> &'a [&'a str] {
    match segments {
        ["webhooks" | "interactions", _, _, ..] => &segments[1..3],
        ["channels" | "guilds" | "webhooks", _, ..] => &segments[1..2],
        _ => &[],
    }
}

/// Whether a segment is an id, a token or an emoji, which the route does not depend on.
fn is_variable(segments: &[&str], index: usize) -> bool {
    let segment = segments[index];
    let top = matches!(segments[0], "channels" | "guilds" | "webhooks" | "interactions");
    let token = matches!(segments[0], "webhooks" | "interactions") && index == 2;
    let id = segment.len() >= SNOWFLAKE_DIGITS_MIN && segment.bytes().all(|b| b.is_ascii_digit());
    let emoji = index > 0 && segments[index - 1] == "reactions";
    (top && index == 1) || token || id || emoji
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTA6YWJjZGVm";

    fn check(method: &Method, path: &str, class: Class, template: &str) {
        let route = Route::of(method, path, &RandomState::new());
        assert_eq!((route.class, route.template.as_str()), (class, template), "{path}");
    }

    #[test]
    fn routes_lose_their_ids_and_tokens() {
        let (id, post) = ("175928847299117063", &Method::POST);
        check(
            post,
            &format!("interactions/{id}/{TOKEN}/callback?a=1"),
            Class::Callback,
            "POST/interactions/:/:/callback",
        );
        check(post, &format!("webhooks/{id}/{TOKEN}"), Class::Token, "POST/webhooks/:/:");
        check(
            &Method::PATCH,
            &format!("webhooks/{id}/{TOKEN}/messages/@original"),
            Class::Token,
            "PATCH/webhooks/:/:/messages/@original",
        );
        check(
            &Method::GET,
            &format!("channels/{id}/messages/{id}"),
            Class::Bot,
            "GET/channels/:/messages/:",
        );
        check(
            &Method::PUT,
            &format!("channels/1/messages/{id}/reactions/x%3A1/@me"),
            Class::Bot,
            "PUT/channels/:/messages/:/reactions/:/@me",
        );
        check(
            &Method::PUT,
            &format!("applications/{id}/commands"),
            Class::Bot,
            "PUT/applications/:/commands",
        );
        check(&Method::GET, "gateway/bot", Class::Bot, "GET/gateway/bot");
        check(&Method::GET, "", Class::Bot, "GET/");
    }

    #[test]
    fn top_level_resources_are_apart_and_others_are_not() {
        let hasher = RandomState::new();
        let major = |path: &str| Route::of(&Method::GET, path, &hasher).major;
        assert_ne!(major("channels/1/messages"), major("channels/2/messages"));
        assert_eq!(major("channels/1/messages"), major("channels/1/pins"));
        assert_eq!(major("users/1"), major("users/2"));
        assert_ne!(major("webhooks/1/a"), major("webhooks/1/b"));
    }
}
