//! Channels, their messages, direct messages and guilds.

use axum::http::Method;
use serde_json::{Value, json};

use super::answer_callback::judge_pings;
use super::compose::{self, Draft};
use super::intake::Call;
use super::outcome::Reply;
use crate::discord::check;
use crate::discord::error::{self, ApiError};
use crate::discord::id::{ChannelId, GuildId, MessageId, UserId};
use crate::discord::message::{FLAG_COMPONENTS_V2, Message, Version};
use crate::discord::place::BotAccess;
use crate::discord::sim::Sim;
use crate::discord::world::World;

/// How many messages one request reads unless told otherwise, and at most.
const READ_DEFAULT: usize = 50;
const READ_MAX: usize = 100;

pub(crate) fn open_dm(sim: &Sim, call: &Call) -> Result<Reply, ApiError> {
    let recipient = call.body["recipient_id"].as_str().and_then(|id| id.parse::<UserId>().ok());
    let user = recipient.ok_or(error::UNKNOWN_USER)?;
    match sim.world().users.get(&user) {
        None => return Err(error::UNKNOWN_USER),
        Some(user) if user.is_bot => return Err(error::CANNOT_MESSAGE_USER),
        Some(_) => {}
    }
    channel(sim, sim.bot_dm(user))
}

/// Checks that the bot sees a channel, and may write if it wants to.
fn check_access(world: &World, id: ChannelId, writes: bool) -> Result<(), ApiError> {
    let channel = world.channels.get(&id).ok_or(error::UNKNOWN_CHANNEL)?;
    match channel.bot_access {
        BotAccess::Hidden => Err(error::MISSING_ACCESS),
        BotAccess::ReadOnly if writes => Err(error::MISSING_PERMISSIONS),
        BotAccess::Full | BotAccess::ReadOnly => Ok(()),
    }
}

pub(crate) fn channel(sim: &Sim, id: ChannelId) -> Result<Reply, ApiError> {
    let world = sim.world();
    check_access(&world, id, false)?;
    let channel = world.channels.get(&id).ok_or(error::UNKNOWN_CHANNEL)?;
    Ok(Reply::ok(world.channel_json(channel)))
}

pub(crate) fn typing(sim: &Sim, id: ChannelId) -> Result<Reply, ApiError> {
    check_access(&sim.world(), id, true)?;
    Ok(Reply::NO_CONTENT)
}

pub(crate) fn guild(sim: &Sim, id: GuildId) -> Result<Reply, ApiError> {
    let world = sim.world();
    world.guilds.get(&id).map(|guild| Reply::ok(guild.to_json())).ok_or(error::UNKNOWN_GUILD)
}

/// Reads messages of a channel, newest first, or posts one.
pub(crate) fn messages(sim: &Sim, call: &Call, id: ChannelId) -> Result<Reply, ApiError> {
    let mut world = sim.world();
    let posts = call.route.method == Method::POST;
    check_access(&world, id, posts)?;
    if posts {
        let draft = check::Draft { payload: &call.body, uploads: &call.uploads, current: None };
        check::message(draft)?;
        call.fits_document(sim)?;
        let body = post(sim, &mut world, call, id);
        let guild = world.channels.get(&id).and_then(|channel| channel.guild());
        drop(world);
        sim.announce_message(&body, guild);
        return Ok(Reply::ok(body));
    }
    let limit = call.query_value("limit").and_then(|limit| limit.parse().ok());
    let limit = limit.unwrap_or(READ_DEFAULT).clamp(1, READ_MAX);
    let seen = world.messages.of_channel(id).filter(|message| !message.deleted);
    // By this endpoint nobody sees what was said privately, not even who said it.
    let seen = seen.filter(|message| message.only_for.is_none());
    let mut seen: Vec<Value> = seen.map(|message| message.body().clone()).collect();
    seen.reverse();
    seen.truncate(limit);
    Ok(Reply::ok(json!(seen)))
}

fn post(sim: &Sim, world: &mut World, call: &Call, channel: ChannelId) -> Value {
    let id = MessageId(sim.snowflakes.next());
    let author = UserId(world.application.0);
    let flags = call.body["flags"].as_u64().unwrap_or_default();
    let flags = flags & (FLAG_COMPONENTS_V2 | 1 << 2 | 1 << 12);
    let draft = Draft { flags, uploads: &call.uploads, ..Draft::plain(id, channel, author) };
    let body = compose::new_body(world, &call.body, &draft);
    let guild = world.channels.get(&channel).and_then(|channel| channel.guild());
    let allowed = &call.body["allowed_mentions"];
    let pings = compose::pings(&body, allowed, guild);
    judge_pings(sim, id, allowed, &pings);
    world.messages.insert(Message {
        id,
        channel,
        author,
        interaction: None,
        only_for: None,
        history: vec![Version { at_ms: sim.now_ms(), body: body.clone().into() }],
        deleted: false,
        pings,
        thinking_until_ms: None,
    });
    body
}

/// Reads, edits or deletes a message.
pub(crate) fn message(
    sim: &Sim,
    call: &Call,
    channel: ChannelId,
    id: MessageId,
) -> Result<Reply, ApiError> {
    let mut world = sim.world();
    check_access(&world, channel, call.route.method != Method::GET)?;
    let bot = UserId(world.application.0);
    let message = world.messages.get_mut(id);
    let message = message
        .filter(|message| message.channel == channel && !message.deleted)
        .filter(|message| message.only_for.is_none())
        .ok_or(error::UNKNOWN_MESSAGE)?;
    if call.route.method == Method::DELETE {
        message.deleted = true;
        return Ok(Reply::NO_CONTENT);
    }
    if call.route.method == Method::PATCH {
        if message.author != bot {
            return Err(error::NOT_ANOTHERS_MESSAGE);
        }
        let now_ms = sim.now_ms();
        let (payload, uploads) = (&call.body, &call.uploads);
        check::message(check::Draft { payload, uploads, current: Some(message.body()) })?;
        call.fits_document(sim)?;
        let body = compose::edited(message.body(), &call.body, &call.uploads, now_ms);
        message.replace(now_ms, body);
    }
    Ok(Reply::ok(message.body().clone()))
}
