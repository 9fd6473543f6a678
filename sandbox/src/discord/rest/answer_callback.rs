//! The first answer to an interaction: exactly one, within three seconds.

use bytes::Bytes;
use serde_json::{Value, json};

use super::compose::{self, Draft};
use super::intake::{Call, Upload};
use super::outcome::Reply;
use super::route;
use crate::discord::check;
use crate::discord::error::{self, ApiError};
use crate::discord::files::File;
use crate::discord::id::{AttachmentId, InteractionId, MessageId, UserId};
use crate::discord::interaction::{FirstAnswer, Interaction, InteractionKind};
use crate::discord::message::{FLAG_COMPONENTS_V2, FLAG_EPHEMERAL, FLAG_LOADING, Message, Version};
use crate::discord::place::ChannelKind;
use crate::discord::sim::Sim;
use crate::discord::spec;
use crate::discord::violation::Violation;
use crate::discord::world::World;

const MESSAGE: u8 = 4;
const DEFERRED_MESSAGE: u8 = 5;
const DEFERRED_UPDATE: u8 = 6;
const UPDATE: u8 = 7;
const CHOICES: u8 = 8;
const MODAL: u8 = 9;

/// Flags that a bot may set on an answer: suppress embeds, ephemeral, silent, components v2.
const SETTABLE_FLAGS: u64 = 1 << 2 | FLAG_EPHEMERAL | 1 << 12 | FLAG_COMPONENTS_V2;

/// Takes the first answer.
pub(crate) fn answer(
    sim: &Sim,
    call: &Call,
    id: InteractionId,
    token: &str,
) -> Result<Reply, ApiError> {
    let now_ms = sim.now_ms();
    let mut world = sim.world();
    let interaction = world.interactions.by_token(token).filter(|found| found.id == id);
    let interaction = interaction.ok_or(error::UNKNOWN_INTERACTION)?;
    if interaction.first.is_some() {
        let label = interaction.label.clone();
        sim.violations.record(Violation::AnsweredTwice { interaction: id, label });
        return Err(error::ALREADY_ACKNOWLEDGED);
    }
    if now_ms > interaction.first_answer_until_ms() {
        return Err(error::UNKNOWN_INTERACTION);
    }
    let data = &call.body["data"];
    let kind = checked_kind(&call.body, interaction)?;
    let option_kind = interaction.focused_kind;
    let source = interaction.source.and_then(|id| world.messages.get(id));
    check_data(kind, data, &call.uploads, option_kind, source)?;
    call.fits_document(sim)?;
    take(sim, &mut world, call, id, kind, data);
    let interaction = world.interactions.get_mut(id).ok_or(error::UNKNOWN_INTERACTION)?;
    interaction.first = Some(FirstAnswer { kind });
    let changed = interaction.changed.clone();
    let reply = if call.asks("with_response") {
        Reply::ok(described(&world, id, kind))
    } else {
        Reply::NO_CONTENT
    };
    drop(world);
    changed.notify_waiters();
    Ok(reply)
}

/// Returns the type of an answer that this kind of interaction takes.
fn checked_kind(body: &Value, interaction: &Interaction) -> Result<u8, ApiError> {
    let takes: &[u64] = match interaction.kind {
        InteractionKind::Command => &[4, 5, 9],
        InteractionKind::Component => &[4, 5, 6, 7, 9],
        InteractionKind::Autocomplete => &[8],
        InteractionKind::Modal if interaction.source.is_some() => &[4, 5, 6, 7],
        InteractionKind::Modal => &[4, 5],
    };
    let mut form = check::Form::default();
    form.one_of(body, "type", takes);
    form.finish()?;
    Ok(body["type"].as_u64().unwrap_or_default() as u8)
}

/// Checks what comes with an answer.
fn check_data(
    kind: u8,
    data: &Value,
    uploads: &[Upload],
    option_kind: u64,
    source: Option<&Message>,
) -> Result<(), ApiError> {
    let in_data = |error: ApiError| ApiError {
        errors: error.errors.map(|errors| json!({ "data": errors })),
        ..error
    };
    match kind {
        MESSAGE => {
            let draft = check::Draft { payload: data, uploads, current: None };
            check::message(draft).map_err(in_data)
        }
        UPDATE if data.is_null() => Ok(()),
        UPDATE => {
            let current = source.map(Message::body);
            check::message(check::Draft { payload: data, uploads, current }).map_err(in_data)
        }
        CHOICES => check::choices(data, option_kind),
        MODAL => check::modal(data),
        _ => Ok(()),
    }
}

/// Returns how Discord would refuse an answer that is checked alone: it brings files of these names, and
/// suggests for an option of this type.
pub(crate) fn refusal(answer: &Value, files: &[&str], option_kind: u64) -> Option<ApiError> {
    let upload = |(index, name): (u64, &&str)| {
        let (id, name) = (AttachmentId(index), (*name).to_owned());
        Upload { index, file: File { id, name, content_type: None, bytes: Bytes::new() } }
    };
    let uploads: Vec<Upload> = (0..).zip(files).map(upload).collect();
    let kind = answer["type"].as_u64().unwrap_or_default() as u8;
    let checked = check_data(kind, &answer["data"], &uploads, option_kind, None);
    checked.and_then(|()| spec::check_request(route::CALLBACK, answer)).err()
}

fn flags(data: &Value) -> u64 {
    data["flags"].as_u64().unwrap_or_default() & SETTABLE_FLAGS
}

fn take(sim: &Sim, world: &mut World, call: &Call, id: InteractionId, kind: u8, data: &Value) {
    match kind {
        MESSAGE => drop(post(sim, world, call, id, data, flags(data))),
        DEFERRED_MESSAGE => {
            let loading = flags(data) & FLAG_EPHEMERAL | FLAG_LOADING;
            let message = post(sim, world, call, id, &json!({}), loading);
            if let Some(interaction) = world.interactions.get_mut(id) {
                interaction.deferred = true;
                let until_ms = interaction.token_dies_ms();
                world.thinking.push(until_ms, message);
                if let Some(message) = world.messages.get_mut(message) {
                    message.thinking_until_ms = Some(until_ms);
                }
            }
        }
        DEFERRED_UPDATE => point_at_source(world, id),
        UPDATE => {
            point_at_source(world, id);
            update_source(sim, world, call, id, data);
        }
        CHOICES => {
            let choices = data["choices"].as_array().cloned().unwrap_or_default();
            if let Some(interaction) = world.interactions.get_mut(id) {
                interaction.choices = choices;
            }
        }
        MODAL => {
            if let Some(interaction) = world.interactions.get_mut(id) {
                interaction.modal = Some(data.clone());
            }
        }
        _ => {}
    }
}

fn point_at_source(world: &mut World, id: InteractionId) {
    if let Some(interaction) = world.interactions.get_mut(id) {
        interaction.original = interaction.source;
    }
}

fn update_source(sim: &Sim, world: &mut World, call: &Call, id: InteractionId, data: &Value) {
    let source = world.interactions.get(id).and_then(|interaction| interaction.source);
    if let Some(message) = source.and_then(|id| world.messages.get_mut(id)) {
        let mut body = compose::edited(message.body(), data, &call.uploads, sim.now_ms());
        // Once set, it stays.
        body["flags"] = json!(message.flags() | flags(data) & FLAG_COMPONENTS_V2);
        message.replace(sim.now_ms(), body);
    }
    if let Some(interaction) = world.interactions.get_mut(id) {
        interaction.updated = true;
    }
}

/// Returns the object that tells which interaction a message answers.
pub(crate) fn metadata(world: &World, interaction: &Interaction) -> Value {
    let mut metadata = json!({
        "id": interaction.id,
        "type": interaction.kind.number(),
        "user": world.user_json(interaction.user),
        "authorizing_integration_owners": owners(world, interaction),
    });
    match interaction.kind {
        InteractionKind::Command => metadata["name"] = json!(interaction.label),
        InteractionKind::Component => {
            metadata["interacted_message_id"] = json!(interaction.source);
        }
        InteractionKind::Modal => {
            let opener = interaction.opened_by.and_then(|id| world.interactions.get(id));
            metadata["triggering_interaction_metadata"] =
                opener.map_or(Value::Null, |opener| self::metadata(world, opener));
        }
        InteractionKind::Autocomplete => {}
    }
    metadata
}

/// Says by whose installations the bot is there. Everyone has installed it; in the messages to the bot the
/// guild's installation has no number.
pub(crate) fn owners(world: &World, interaction: &Interaction) -> Value {
    let user = interaction.user;
    match world.channels.get(&interaction.channel).map(|channel| &channel.kind) {
        Some(ChannelKind::Guild(guild)) => json!({ "0": guild, "1": user }),
        Some(ChannelKind::BotDm(_)) => json!({ "0": "0", "1": user }),
        Some(ChannelKind::Private(_)) | None => json!({ "1": user }),
    }
}

/// Posts a message that answers an interaction; the first one becomes `@original`.
pub(crate) fn post(
    sim: &Sim,
    world: &mut World,
    call: &Call,
    id: InteractionId,
    payload: &Value,
    flags: u64,
) -> MessageId {
    let message_id = MessageId(sim.snowflakes.next());
    let Some(interaction) = world.interactions.get(id) else { return message_id };
    let (channel, user, guild) = (interaction.channel, interaction.user, interaction.guild);
    let is_first = interaction.first.is_none();
    let author = UserId(world.application.0);
    let draft = Draft {
        id: message_id,
        channel,
        author,
        kind: if is_first { compose::TYPE_COMMAND } else { compose::TYPE_REPLY },
        flags,
        interaction: Some(metadata(world, interaction)),
        uploads: &call.uploads,
    };
    let body = compose::new_body(world, payload, &draft);
    let is_private = flags & FLAG_EPHEMERAL != 0;
    let allowed = &payload["allowed_mentions"];
    let pings = if is_private { Vec::new() } else { compose::pings(&body, allowed, guild) };
    judge_pings(sim, message_id, allowed, &pings);
    world.messages.insert(Message {
        id: message_id,
        channel,
        author,
        interaction: Some(id),
        only_for: is_private.then_some(user),
        history: vec![Version { at_ms: sim.now_ms(), body: body.into() }],
        deleted: false,
        pings,
        thinking_until_ms: None,
    });
    if let Some(interaction) = world.interactions.get_mut(id) {
        if is_first {
            interaction.original = Some(message_id);
        } else {
            interaction.followups.push(message_id);
        }
    }
    message_id
}

/// Records a ping for which the sender had not asked.
pub(crate) fn judge_pings(
    sim: &Sim,
    message: MessageId,
    allowed: &Value,
    pings: &[crate::discord::message::Ping],
) {
    if allowed.is_null() && !pings.is_empty() {
        sim.violations.record(Violation::Mention { message, pings: pings.to_vec() });
    }
}

/// Returns what Discord answers to `with_response=true`.
fn described(world: &World, id: InteractionId, kind: u8) -> Value {
    let Some(interaction) = world.interactions.get(id) else { return Value::Null };
    let message = interaction.original.and_then(|id| world.messages.get(id));
    let mut callback = json!({ "id": id, "type": interaction.kind.number() });
    // The document knows a deferred message as a message that is still loading.
    let created = if kind == DEFERRED_MESSAGE { MESSAGE } else { kind };
    let mut resource = json!({ "type": created });
    if let Some(message) = message {
        callback["response_message_id"] = json!(message.id);
        callback["response_message_loading"] = json!(message.is_thinking());
        callback["response_message_ephemeral"] = json!(message.is_ephemeral());
        resource["message"] = message.body().clone();
    }
    let mut described = json!({ "interaction": callback });
    if matches!(kind, MESSAGE | DEFERRED_MESSAGE | UPDATE) {
        described["resource"] = resource;
    }
    described
}
