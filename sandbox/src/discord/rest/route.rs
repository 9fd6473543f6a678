//! The table of endpoints: what a path means, what it costs, who answers it.

use axum::http::Method;

use super::intake::Call;
use super::outcome::Reply;
use super::{answer_callback, application, channel, webhook};
use crate::discord::error::{self, ApiError};
use crate::discord::id::{
    ApplicationId, ChannelId, CommandId, GuildId, InteractionId, MessageId, UserId,
};
use crate::discord::limits::Bucket;
use crate::discord::sim::Sim;
use crate::discord::spec::Operation;

/// Names a message in the path of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageRef {
    Original,
    Id(MessageId),
}

/// Says which commands a path means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    pub application: ApplicationId,
    pub guild: Option<GuildId>,
}

/// Says what a request asks for, with the ids in its path.
#[derive(Clone, Debug)]
pub(crate) enum Endpoint {
    Gateway,
    GatewayBot,
    Me,
    User(UserId),
    Application,
    OAuthApplication,
    OpenDm,
    Commands(Scope),
    Command(Scope, CommandId),
    Callback(InteractionId, String),
    FollowUp(ApplicationId, String),
    Answer(ApplicationId, String, MessageRef),
    Channel(ChannelId),
    Messages(ChannelId),
    Message(ChannelId, MessageId),
    Typing(ChannelId),
    Guild(GuildId),
}

/// Holds what is known of a request before its body is read.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub endpoint: Endpoint,
    pub method: Method,
    pub bucket: Option<Bucket>,
    pub needs_token: bool,
    pub counts_globally: bool,
}

/// The path of first answers as Discord's document writes it.
const CALLBACK_TEMPLATE: &str = "/interactions/{interaction_id}/{interaction_token}/callback";

/// The operation by which an interaction is answered for the first time.
pub(super) const CALLBACK: Operation<'static> =
    Operation { method: "post", template: CALLBACK_TEMPLATE };

/// Returns the path of an endpoint as Discord's document writes it.
fn template(endpoint: &Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Gateway => "/gateway",
        Endpoint::GatewayBot => "/gateway/bot",
        Endpoint::Me => "/users/@me",
        Endpoint::User(_) => "/users/{user_id}",
        Endpoint::Application => "/applications/@me",
        Endpoint::OAuthApplication => "/oauth2/applications/@me",
        Endpoint::OpenDm => "/users/@me/channels",
        Endpoint::Commands(Scope { guild: None, .. }) => "/applications/{application_id}/commands",
        Endpoint::Commands(_) => "/applications/{application_id}/guilds/{guild_id}/commands",
        Endpoint::Command(Scope { guild: None, .. }, _) => {
            "/applications/{application_id}/commands/{command_id}"
        }
        Endpoint::Command(..) => {
            "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}"
        }
        Endpoint::Callback(..) => CALLBACK_TEMPLATE,
        Endpoint::FollowUp(..) => "/webhooks/{webhook_id}/{webhook_token}",
        Endpoint::Answer(_, _, MessageRef::Original) => {
            "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
        }
        Endpoint::Answer(..) => "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
        Endpoint::Channel(_) => "/channels/{channel_id}",
        Endpoint::Messages(_) => "/channels/{channel_id}/messages",
        Endpoint::Message(..) => "/channels/{channel_id}/messages/{message_id}",
        Endpoint::Typing(_) => "/channels/{channel_id}/typing",
        Endpoint::Guild(_) => "/guilds/{guild_id}",
    }
}

impl Route {
    /// Returns where Discord's document speaks of this request.
    pub(crate) fn operation(&self) -> Operation<'static> {
        let method = match self.method {
            Method::GET => "get",
            Method::PUT => "put",
            Method::POST => "post",
            Method::PATCH => "patch",
            _ => "delete",
        };
        Operation { method, template: template(&self.endpoint) }
    }
}

/// Finds the route of a request.
pub(crate) fn find(method: &Method, segments: &[&str]) -> Result<Route, ApiError> {
    let endpoint = endpoint(segments).ok_or(error::NOT_FOUND)?;
    if !methods(&endpoint).contains(method) {
        return Err(error::METHOD_NOT_ALLOWED);
    }
    let by_token =
        matches!(endpoint, Endpoint::Callback(..) | Endpoint::FollowUp(..) | Endpoint::Answer(..));
    let needs_token = !by_token && !matches!(endpoint, Endpoint::Gateway);
    let bucket = bucket(method, &endpoint);
    // Answers to interactions are outside of the limit for everything, callbacks and webhooks.
    Ok(Route { endpoint, method: method.clone(), bucket, needs_token, counts_globally: !by_token })
}

fn endpoint(segments: &[&str]) -> Option<Endpoint> {
    Some(match *segments {
        ["gateway"] => Endpoint::Gateway,
        ["gateway", "bot"] => Endpoint::GatewayBot,
        ["users", "@me"] => Endpoint::Me,
        ["users", "@me", "channels"] => Endpoint::OpenDm,
        ["users", user] => Endpoint::User(user.parse().ok()?),
        ["applications", "@me"] => Endpoint::Application,
        ["oauth2", "applications", "@me"] => Endpoint::OAuthApplication,
        ["applications", application, ref rest @ ..] => commands(application, rest)?,
        ["interactions", id, token, "callback"] => {
            Endpoint::Callback(id.parse().ok()?, token.to_owned())
        }
        ["webhooks", id, token] => Endpoint::FollowUp(id.parse().ok()?, token.to_owned()),
        ["webhooks", id, token, "messages", message] => {
            Endpoint::Answer(id.parse().ok()?, token.to_owned(), message_ref(message)?)
        }
        ["channels", id] => Endpoint::Channel(id.parse().ok()?),
        ["channels", id, "messages"] => Endpoint::Messages(id.parse().ok()?),
        ["channels", id, "messages", message] => {
            Endpoint::Message(id.parse().ok()?, message.parse().ok()?)
        }
        ["channels", id, "typing"] => Endpoint::Typing(id.parse().ok()?),
        ["guilds", id] => Endpoint::Guild(id.parse().ok()?),
        _ => return None,
    })
}

fn message_ref(text: &str) -> Option<MessageRef> {
    match text {
        "@original" => Some(MessageRef::Original),
        id => id.parse().ok().map(MessageRef::Id),
    }
}

fn commands(application: &str, rest: &[&str]) -> Option<Endpoint> {
    let application = application.parse().ok()?;
    let scope = |guild| Scope { application, guild };
    Some(match *rest {
        ["commands"] => Endpoint::Commands(scope(None)),
        ["commands", id] => Endpoint::Command(scope(None), id.parse().ok()?),
        ["guilds", guild, "commands"] => Endpoint::Commands(scope(Some(guild.parse().ok()?))),
        ["guilds", guild, "commands", id] => {
            Endpoint::Command(scope(Some(guild.parse().ok()?)), id.parse().ok()?)
        }
        _ => return None,
    })
}

fn methods(endpoint: &Endpoint) -> &'static [Method] {
    match endpoint {
        Endpoint::Commands(_) => &[Method::GET, Method::PUT, Method::POST],
        Endpoint::Command(..) | Endpoint::Message(..) | Endpoint::Answer(..) => {
            &[Method::GET, Method::PATCH, Method::DELETE]
        }
        Endpoint::Messages(_) => &[Method::GET, Method::POST],
        Endpoint::Callback(..)
        | Endpoint::FollowUp(..)
        | Endpoint::OpenDm
        | Endpoint::Typing(_) => &[Method::POST],
        _ => &[Method::GET],
    }
}

/// Returns the bucket of a request. Discord does not publish these numbers; they are the ones
/// that bots have read from its headers for years.
fn bucket(method: &Method, endpoint: &Endpoint) -> Option<Bucket> {
    let bucket = |name, limit, period_ms, major| Some(Bucket { name, limit, period_ms, major });
    match endpoint {
        Endpoint::Gateway | Endpoint::Callback(..) => None,
        Endpoint::GatewayBot => bucket("gateway bot", 2, 5_000, 0),
        Endpoint::Messages(channel) if method == Method::POST => {
            bucket("create message", 5, 5_000, channel.0)
        }
        Endpoint::Message(channel, _) if method == Method::PATCH => {
            bucket("edit message", 5, 5_000, channel.0)
        }
        Endpoint::Message(channel, _) if method == Method::DELETE => {
            bucket("delete message", 5, 1_000, channel.0)
        }
        Endpoint::Messages(channel) | Endpoint::Message(channel, _) => {
            bucket("read messages", 5, 1_000, channel.0)
        }
        Endpoint::FollowUp(_, token) | Endpoint::Answer(_, token, _) => {
            bucket("interaction webhook", 5, 2_000, token_major(token))
        }
        Endpoint::Commands(_) | Endpoint::Command(..) if method != Method::GET => {
            bucket("write commands", 5, 20_000, 0)
        }
        Endpoint::OpenDm => bucket("open dm", 10, 10_000, 0),
        Endpoint::Typing(channel) => bucket("typing", 5, 5_000, channel.0),
        Endpoint::Channel(channel) => bucket("channel", 10, 10_000, channel.0),
        Endpoint::Guild(guild) => bucket("guild", 10, 10_000, guild.0),
        _ => bucket("read", 30, 30_000, 0),
    }
}

fn token_major(token: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    hasher.finish()
}

/// Answers a request that has passed every gate.
pub(crate) fn handle(sim: &Sim, call: Call) -> Result<Reply, ApiError> {
    match call.route.endpoint.clone() {
        Endpoint::Gateway => Ok(application::gateway(sim)),
        Endpoint::GatewayBot => Ok(application::gateway_bot(sim)),
        Endpoint::Me => Ok(application::me(sim)),
        Endpoint::User(id) => application::user(sim, id),
        Endpoint::Application | Endpoint::OAuthApplication => Ok(application::application(sim)),
        Endpoint::OpenDm => channel::open_dm(sim, &call),
        Endpoint::Commands(scope) => application::commands(sim, &call, scope),
        Endpoint::Command(scope, id) => application::command(sim, &call, scope, id),
        Endpoint::Callback(id, token) => answer_callback::answer(sim, &call, id, &token),
        Endpoint::FollowUp(application, token) => {
            webhook::follow_up(sim, &call, application, &token)
        }
        Endpoint::Answer(application, token, message) => {
            webhook::message(sim, &call, application, &token, message)
        }
        Endpoint::Channel(id) => channel::channel(sim, id),
        Endpoint::Messages(id) => channel::messages(sim, &call, id),
        Endpoint::Message(id, message) => channel::message(sim, &call, id, message),
        Endpoint::Typing(id) => channel::typing(sim, id),
        Endpoint::Guild(id) => channel::guild(sim, id),
    }
}
