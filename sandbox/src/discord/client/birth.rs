//! Lets an interaction be born: kept by Discord and sent to the bot's session.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{ClientRefusal, Place};
use crate::discord::id::{ChannelId, InteractionId, MessageId, UserId};
use crate::discord::interaction::{Interaction, InteractionKind, make_token};
use crate::discord::place::{ALL_PERMISSIONS, Channel, USUAL_PERMISSIONS};
use crate::discord::rest::owners;
use crate::discord::sim::Sim;
use crate::discord::timestamp::iso;
use crate::discord::world::World;

/// How large an upload may be that answers an interaction.
pub const ATTACHMENT_BYTES_MAX: u64 = 10 * 1024 * 1024;

/// Holds an interaction that is about to be sent.
pub(super) struct Birth {
    pub kind: InteractionKind,
    pub type_number: Option<u64>,
    pub user: UserId,
    pub place: Place,
    pub label: String,
    pub data: Value,
    pub locale: Option<String>,
    pub source: Option<MessageId>,
    /// The interaction that opened the form which is sent.
    pub opened_by: Option<InteractionId>,
}

impl Birth {
    pub(super) fn new(
        kind: InteractionKind,
        user: UserId,
        place: Place,
        label: String,
        data: Value,
    ) -> Birth {
        Birth {
            kind,
            type_number: None,
            user,
            place,
            label,
            data,
            locale: None,
            source: None,
            opened_by: None,
        }
    }
}

/// Returns the channel of a place.
pub(super) fn channel_of(sim: &Sim, place: Place, user: UserId) -> ChannelId {
    match place {
        Place::GuildChannel(id) | Place::PrivateChannel(id) => id,
        Place::BotDm => sim.bot_dm(user),
    }
}

/// Returns the place that a channel is.
pub(super) fn place_of(world: &World, id: ChannelId) -> Result<Place, ClientRefusal> {
    let channel = world.channels.get(&id).ok_or(ClientRefusal::UnknownPlace)?;
    Ok(match channel.context() {
        0 => Place::GuildChannel(id),
        1 => Place::BotDm,
        _ => Place::PrivateChannel(id),
    })
}

/// Keeps an interaction and sends it to the bot.
pub(super) fn send(sim: &Sim, birth: Birth) -> Result<InteractionId, ClientRefusal> {
    let channel_id = channel_of(sim, birth.place, birth.user);
    let id = InteractionId(sim.snowflakes.next());
    let mut world = sim.world();
    let channel = world.channels.get(&channel_id).ok_or(ClientRefusal::UnknownPlace)?.clone();
    let interaction = Interaction {
        id,
        token: make_token(id),
        kind: birth.kind,
        user: birth.user,
        channel: channel_id,
        guild: channel.guild(),
        label: birth.label.clone(),
        source: birth.source,
        opened_by: birth.opened_by,
        focused_kind: focused_kind(&birth.data),
        first: None,
        original: None,
        deferred: false,
        choices: Vec::new(),
        modal: None,
        updated: false,
        followups: Vec::new(),
        changed: Arc::new(Notify::new()),
    };
    let payload = payload(&world, &interaction, &channel, birth)?;
    sim.insert_interaction(&mut world, interaction);
    drop(world);
    sim.hub.dispatch("INTERACTION_CREATE", &payload, channel.guild(), 0);
    Ok(id)
}

/// Returns the type of the option that is typed in, however deep it stands; 0 if there is none.
fn focused_kind(data: &Value) -> u64 {
    let options = data["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let own = options.iter().find(|option| option["focused"] == true);
    let own = own.and_then(|option| option["type"].as_u64());
    own.unwrap_or_else(|| options.iter().map(focused_kind).max().unwrap_or_default())
}

fn payload(
    world: &World,
    interaction: &Interaction,
    channel: &Channel,
    birth: Birth,
) -> Result<Value, ClientRefusal> {
    let user = world.users.get(&birth.user).ok_or(ClientRefusal::UnknownUser)?;
    let kind = birth.type_number.unwrap_or(u64::from(birth.kind.number()));
    let mut payload = json!({
        "id": interaction.id,
        "application_id": world.application,
        "type": kind,
        "data": birth.data,
        "channel": channel.partial_json(USUAL_PERMISSIONS),
        "channel_id": channel.id,
        "token": interaction.token,
        "version": 1,
        "app_permissions": channel.bot_permissions(),
        "locale": birth.locale.as_ref().unwrap_or(&user.locale),
        "entitlements": [],
        "authorizing_integration_owners": owners(world, interaction),
        "context": channel.context(),
        "attachment_size_limit": ATTACHMENT_BYTES_MAX,
    });
    match channel.guild().and_then(|id| world.guilds.get(&id)) {
        Some(guild) => {
            payload["guild_id"] = json!(guild.id);
            payload["guild_locale"] = json!(guild.locale);
            payload["guild"] = json!({ "id": guild.id, "locale": guild.locale, "features": [] });
            let is_owner = guild.owner == user.id;
            payload["member"] = member_json(user.to_json(), guild.id.born_ms(), is_owner);
        }
        None => payload["user"] = user.to_json(),
    }
    if let Some(message) = birth.source.and_then(|id| world.messages.get(id)) {
        payload["message"] = message.body().clone();
    }
    Ok(payload)
}

/// Returns the member object of a person in a guild.
pub(super) fn member_json(user: Value, joined_ms: u64, is_owner: bool) -> Value {
    json!({
        "user": user, "nick": null, "avatar": null, "banner": null, "roles": [],
        "joined_at": iso(joined_ms), "premium_since": null, "deaf": false, "mute": false,
        "flags": 0, "pending": false, "communication_disabled_until": null,
        "permissions": if is_owner { ALL_PERMISSIONS } else { USUAL_PERMISSIONS },
        "unusual_dm_activity_until": null,
    })
}
