//! Everything after the first answer: edits of it, follow-ups, until the token dies.

use axum::http::Method;
use serde_json::Value;

use super::answer_callback::{judge_pings, owners, post};
use super::compose;
use super::intake::Call;
use super::outcome::Reply;
use super::route::MessageRef;
use crate::discord::check;
use crate::discord::error::{self, ApiError};
use crate::discord::id::{ApplicationId, InteractionId, MessageId};
use crate::discord::message::{FLAG_COMPONENTS_V2, FLAG_EPHEMERAL, FLAG_LOADING};
use crate::discord::sim::Sim;
use crate::discord::violation::Violation;
use crate::discord::world::World;

/// How often an interaction is followed up where the app is installed for one person alone.
const FOLLOW_UPS_OF_ONE_MAX: usize = 5;

/// Finds the interaction of a token that still lives and was answered once.
fn interaction(
    sim: &Sim,
    world: &mut World,
    application: ApplicationId,
    token: &str,
) -> Result<InteractionId, ApiError> {
    if application != world.application {
        return Err(error::UNKNOWN_WEBHOOK);
    }
    let now_ms = sim.now_ms();
    let interaction = world.interactions.by_token(token).ok_or(error::UNKNOWN_WEBHOOK)?;
    if now_ms > interaction.token_dies_ms() {
        let (interaction, label) = (interaction.id, interaction.label.clone());
        sim.violations.record(Violation::AnswerAfterDeath { interaction, label });
        return Err(error::INVALID_WEBHOOK_TOKEN);
    }
    if interaction.first.is_none() {
        return Err(error::UNKNOWN_WEBHOOK);
    }
    Ok(interaction.id)
}

/// Posts a follow-up. The first one after a deferred answer takes its place.
pub(crate) fn follow_up(
    sim: &Sim,
    call: &Call,
    application: ApplicationId,
    token: &str,
) -> Result<Reply, ApiError> {
    let mut world = sim.world();
    let id = interaction(sim, &mut world, application, token)?;
    let found = world.interactions.get(id).ok_or(error::UNKNOWN_WEBHOOK)?;
    let original = found.original.filter(|_| found.deferred);
    let message = match original {
        Some(original) => {
            edit(sim, &mut world, call, original)?;
            original
        }
        None => {
            let is_of_one = owners(&world, found).get("0").is_none();
            if is_of_one && found.followups.len() >= FOLLOW_UPS_OF_ONE_MAX {
                return Err(error::NO_MORE_FOLLOW_UPS);
            }
            check_new(sim, call)?;
            let flags = call.body["flags"].as_u64().unwrap_or_default();
            let flags = flags & (FLAG_EPHEMERAL | FLAG_COMPONENTS_V2 | 1 << 2 | 1 << 12);
            post(sim, &mut world, call, id, &call.body, flags)
        }
    };
    changed(&mut world, id);
    let body = world.messages.get(message).map(|message| message.body().clone());
    Ok(Reply::ok(body.unwrap_or_default()))
}

/// Reads, edits or deletes the first answer or a follow-up.
pub(crate) fn message(
    sim: &Sim,
    call: &Call,
    application: ApplicationId,
    token: &str,
    message: MessageRef,
) -> Result<Reply, ApiError> {
    let mut world = sim.world();
    let id = interaction(sim, &mut world, application, token)?;
    let found = world.interactions.get(id).ok_or(error::UNKNOWN_WEBHOOK)?;
    let known =
        |wanted: &MessageId| found.followups.contains(wanted) || found.original == Some(*wanted);
    let message = match message {
        MessageRef::Original => found.original,
        MessageRef::Id(wanted) => Some(wanted).filter(known),
    };
    let is_there = |id: &MessageId| world.messages.get(*id).is_some_and(|found| !found.deleted);
    let message = message.filter(is_there).ok_or(error::UNKNOWN_MESSAGE)?;
    if call.route.method == Method::DELETE {
        if let Some(found) = world.messages.get_mut(message) {
            found.deleted = true;
        }
        if let Some(interaction) = world.interactions.get_mut(id) {
            interaction.deferred = interaction.deferred && interaction.original != Some(message);
        }
        changed(&mut world, id);
        return Ok(Reply::NO_CONTENT);
    }
    if call.route.method == Method::PATCH {
        edit(sim, &mut world, call, message)?;
        if let Some(interaction) = world.interactions.get_mut(id) {
            interaction.updated |= interaction.source == Some(message);
        }
        changed(&mut world, id);
    }
    let body: Option<Value> = world.messages.get(message).map(|found| found.body().clone());
    Ok(Reply::ok(body.unwrap_or_default()))
}

fn check_new(sim: &Sim, call: &Call) -> Result<(), ApiError> {
    let draft = check::Draft { payload: &call.body, uploads: &call.uploads, current: None };
    check::message(draft)?;
    call.fits_document(sim)
}

fn changed(world: &mut World, id: InteractionId) {
    if let Some(interaction) = world.interactions.get_mut(id) {
        interaction.changed.notify_waiters();
    }
}

/// Edits a message of the bot; a deferred one stops thinking and may notify.
fn edit(sim: &Sim, world: &mut World, call: &Call, id: MessageId) -> Result<(), ApiError> {
    let now_ms = sim.now_ms();
    let message = world.messages.get_mut(id).ok_or(error::UNKNOWN_MESSAGE)?;
    let was_thinking = message.is_thinking();
    let (payload, uploads) = (&call.body, &call.uploads);
    check::message(check::Draft { payload, uploads, current: Some(message.body()) })?;
    call.fits_document(sim)?;
    let mut body = compose::edited(message.body(), &call.body, &call.uploads, now_ms);
    let asked = call.body["flags"].as_u64().unwrap_or_default() & FLAG_COMPONENTS_V2;
    body["flags"] = Value::from(message.flags() & !FLAG_LOADING | asked);
    if was_thinking {
        message.thinking_until_ms = None;
        if !message.is_ephemeral() {
            let allowed = &call.body["allowed_mentions"];
            let guild = world.channels.get(&message.channel).and_then(|channel| channel.guild());
            message.pings = compose::pings(&body, allowed, guild);
            judge_pings(sim, id, allowed, &message.pings);
        }
    }
    message.replace(now_ms, body);
    let interaction = message.interaction.and_then(|id| world.interactions.get_mut(id));
    if let Some(interaction) = interaction {
        interaction.deferred &= interaction.original != Some(id);
    }
    Ok(())
}
