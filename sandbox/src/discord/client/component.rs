//! Buttons and menus as the client lets people use them.

use serde_json::{Value, json};

use super::birth::{Birth, place_of};
use super::invocation::{ATTACHMENT, resolve};
use super::{ClientRefusal, Target};
use crate::discord::id::{MessageId, UserId};
use crate::discord::interaction::InteractionKind;
use crate::discord::message::Message;
use crate::discord::sim::Sim;

const LINK_STYLE: u64 = 5;
const PREMIUM_STYLE: u64 = 6;
pub(super) const STRING_SELECT: u64 = 3;
const FILE_UPLOAD: u64 = 19;

fn visible(
    world: &crate::discord::world::World,
    id: MessageId,
    user: UserId,
) -> Result<&Message, ClientRefusal> {
    let message = world.messages.get(id).filter(|message| message.visible_to(user));
    message.ok_or(ClientRefusal::UnknownMessage)
}

fn pick<'a>(components: Vec<&'a Value>, target: &Target) -> Result<&'a Value, ClientRefusal> {
    let found = match target {
        Target::Position(position) => {
            position.checked_sub(1).and_then(|index| components.get(index).copied())
        }
        Target::CustomId(id) => {
            components.into_iter().find(|component| component["custom_id"] == id.as_str())
        }
    };
    let component = found.ok_or(ClientRefusal::UnknownComponent)?;
    if component["disabled"] == true { Err(ClientRefusal::Disabled) } else { Ok(component) }
}

/// Returns the interaction of a press.
pub(super) fn press(
    sim: &Sim,
    id: MessageId,
    target: &Target,
    user: UserId,
) -> Result<Birth, ClientRefusal> {
    let world = sim.world();
    let message = visible(&world, id, user)?;
    let button = pick(message.buttons(), target)?;
    if matches!(button["style"].as_u64(), Some(LINK_STYLE | PREMIUM_STYLE)) {
        return Err(ClientRefusal::IsLink);
    }
    let custom_id = button["custom_id"].as_str().unwrap_or_default().to_owned();
    let data = json!({ "custom_id": custom_id, "component_type": 2, "id": button["id"] });
    let place = place_of(&world, message.channel)?;
    let kind = InteractionKind::Component;
    Ok(Birth { source: Some(id), ..Birth::new(kind, user, place, custom_id, data) })
}

/// Returns the interaction of a choice in a menu.
pub(super) fn select(
    sim: &Sim,
    id: MessageId,
    target: &Target,
    values: &[String],
    user: UserId,
) -> Result<Birth, ClientRefusal> {
    let world = sim.world();
    let message = visible(&world, id, user)?;
    let menu = pick(message.selects(), target)?;
    check_values(menu, values)?;
    let kind = menu["type"].as_u64().unwrap_or_default();
    let custom_id = menu["custom_id"].as_str().unwrap_or_default().to_owned();
    let mut data = json!({
        "custom_id": custom_id, "component_type": kind, "values": values, "id": menu["id"],
    });
    if kind != STRING_SELECT {
        let resolved = resolve(sim, &world, message.channel, option_kind(kind), values);
        data["resolved"] = resolved.ok_or(ClientRefusal::BadSelection)?;
    }
    let place = place_of(&world, message.channel)?;
    let kind = InteractionKind::Component;
    Ok(Birth { source: Some(id), ..Birth::new(kind, user, place, custom_id, data) })
}

/// Returns the type of option that takes what a kind of menu, or a field for files, offers.
pub(super) fn option_kind(menu_kind: u64) -> u64 {
    match menu_kind {
        5 => 6,
        6 => 8,
        7 => 9,
        FILE_UPLOAD => ATTACHMENT,
        _ => 7,
    }
}

/// Checks how many values are chosen, and that a menu of strings offers them.
pub(super) fn check_values(menu: &Value, values: &[String]) -> Result<(), ClientRefusal> {
    let min = menu["min_values"].as_u64().unwrap_or(1);
    let max = menu["max_values"].as_u64().unwrap_or(1);
    let fits = (min..=max).contains(&(values.len() as u64));
    let offered = match menu["options"].as_array() {
        Some(options) => values
            .iter()
            .all(|value| options.iter().any(|option| option["value"] == value.as_str())),
        None => true,
    };
    if fits && offered { Ok(()) } else { Err(ClientRefusal::BadSelection) }
}
