//! Commands as the client checks them before it sends them.

use std::net::SocketAddr;

use serde_json::{Map, Value, json};

use super::birth::{channel_of, member_json};
use super::{ClientRefusal, Invocation, Place};
use crate::discord::id::{ChannelId, GuildId, MessageId, UserId};
use crate::discord::place::USUAL_PERMISSIONS;
use crate::discord::sim::Sim;
use crate::discord::world::World;

const SUB_COMMAND: u64 = 1;
const SUB_COMMAND_GROUP: u64 = 2;
const STRING: u64 = 3;
const INTEGER: u64 = 4;
const BOOLEAN: u64 = 5;
const USER: u64 = 6;
const CHANNEL: u64 = 7;
const ROLE: u64 = 8;
const MENTIONABLE: u64 = 9;
const NUMBER: u64 = 10;
pub(super) const ATTACHMENT: u64 = 11;

/// How long the text in an option may be, unless the command says less.
const TEXT_MAX: u64 = 6_000;

/// Returns the label and the `data` of a slash command.
pub(super) fn build(
    sim: &Sim,
    invocation: &Invocation,
    focused: Option<&str>,
) -> Result<(String, Value), ClientRefusal> {
    let label = invocation.command.join(" ");
    let channel = channel_of(sim, invocation.place, invocation.user);
    let world = sim.world();
    let (name, path) = split(&invocation.command, &label)?;
    let command = offered(&world, channel, name, 1)?;
    let mut level = command;
    let mut groups = Vec::new();
    for step in path {
        level = level["options"]
            .as_array()
            .and_then(|options| options.iter().find(|option| option["name"] == step.as_str()))
            .filter(|option| is_group(option))
            .ok_or_else(|| ClientRefusal::UnknownCommand(label.clone()))?;
        groups.push(level);
    }
    let declared = level["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    if declared.first().is_some_and(is_group) {
        return Err(ClientRefusal::UnknownCommand(label));
    }
    let mut resolved = Resolved::new(sim, &world, channel);
    let mut options = fill_in(declared, &invocation.options, focused, &mut resolved)?;
    for group in groups.iter().rev() {
        options = vec![json!({ "type": group["type"], "name": group["name"], "options": options })];
    }
    let mut data = json!({ "id": command["id"], "name": name, "type": 1 });
    if !options.is_empty() {
        data["options"] = json!(options);
    }
    resolved.put_into(&mut data);
    if let Some(guild) = command.get("guild_id") {
        data["guild_id"] = guild.clone();
    }
    Ok((label, data))
}

fn is_group(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(SUB_COMMAND | SUB_COMMAND_GROUP))
}

fn split<'a>(command: &'a [String], label: &str) -> Result<(&'a str, &'a [String]), ClientRefusal> {
    match command {
        [name, path @ ..] => Ok((name, path)),
        [] => Err(ClientRefusal::UnknownCommand(label.to_owned())),
    }
}

fn guild(world: &World, channel: ChannelId) -> Option<GuildId> {
    world.channels.get(&channel).and_then(|channel| channel.guild())
}

/// Finds a command that the client offers in a channel.
fn offered<'a>(
    world: &'a World,
    channel: ChannelId,
    name: &str,
    kind: u64,
) -> Result<&'a Value, ClientRefusal> {
    let channel = world.channels.get(&channel).ok_or(ClientRefusal::UnknownPlace)?;
    let command = world.commands.find(channel.guild(), name, kind);
    let command = command.ok_or_else(|| ClientRefusal::UnknownCommand(name.to_owned()))?;
    let context = channel.context();
    let here = match command["contexts"].as_array() {
        Some(contexts) => contexts.contains(&json!(context)),
        None => context == 0 || (context == 1 && command["dm_permission"] != false),
    };
    // Where the bot is not, only what people installed for themselves is offered.
    let types = command["integration_types"].as_array();
    let by_user = types.is_some_and(|types| types.contains(&json!(1)));
    let by_guild = types.is_none_or(|types| types.contains(&json!(0)));
    let installed = match context {
        2 => by_user,
        _ => by_user || by_guild,
    };
    if here && installed { Ok(command) } else { Err(ClientRefusal::NotHere(name.to_owned())) }
}

fn fill_in(
    declared: &[Value],
    given: &[(String, Value)],
    focused: Option<&str>,
    resolved: &mut Resolved<'_>,
) -> Result<Vec<Value>, ClientRefusal> {
    let find = |name: &str| declared.iter().find(|option| option["name"] == name);
    let mut filled = Vec::new();
    for (name, value) in given {
        let option = find(name).ok_or_else(|| ClientRefusal::UnknownOption(name.clone()))?;
        let is_focused = focused == Some(name);
        if is_focused && option["autocomplete"] != true {
            return Err(bad(name, "one that completes"));
        }
        // While somebody types, the client sends what is there, finished or not.
        if focused.is_none() {
            check(option, name, value, resolved)?;
        }
        let mut entry = json!({ "name": name, "type": option["type"], "value": value });
        if is_focused {
            entry["focused"] = json!(true);
        }
        filled.push(entry);
    }
    if let Some(focused) = focused {
        let is_there = given.iter().any(|(name, _)| name == focused);
        return if is_there {
            Ok(filled)
        } else {
            Err(ClientRefusal::MissingOption(focused.into()))
        };
    }
    let missing = declared.iter().find(|option| {
        option["required"] == true && given.iter().all(|(name, _)| option["name"] != name.as_str())
    });
    match missing.and_then(|option| option["name"].as_str()) {
        Some(name) => Err(ClientRefusal::MissingOption(name.to_owned())),
        None => Ok(filled),
    }
}

fn bad(option: &str, expected: &str) -> ClientRefusal {
    ClientRefusal::BadOption { option: option.to_owned(), expected: expected.to_owned() }
}

fn check(
    option: &Value,
    name: &str,
    value: &Value,
    resolved: &mut Resolved<'_>,
) -> Result<(), ClientRefusal> {
    if let Some(choices) = option["choices"].as_array() {
        let is_choice = choices.iter().any(|choice| choice["value"] == *value);
        return if is_choice { Ok(()) } else { Err(bad(name, "one of its choices")) };
    }
    match option["type"].as_u64().unwrap_or_default() {
        STRING => check_text(option, name, value),
        INTEGER if value.as_i64().is_none() => Err(bad(name, "a whole number")),
        NUMBER if value.as_f64().is_none() => Err(bad(name, "a number")),
        INTEGER | NUMBER => check_range(option, name, value),
        BOOLEAN if !value.is_boolean() => Err(bad(name, "true or false")),
        BOOLEAN => Ok(()),
        kind => resolved.add(kind, value).ok_or_else(|| bad(name, "somebody or something here")),
    }
}

fn check_text(option: &Value, name: &str, value: &Value) -> Result<(), ClientRefusal> {
    let text = value.as_str().ok_or_else(|| bad(name, "text"))?;
    let length = text.chars().count() as u64;
    let min = option["min_length"].as_u64().unwrap_or(0);
    let max = option["max_length"].as_u64().unwrap_or(TEXT_MAX);
    if (min..=max).contains(&length) {
        return Ok(());
    }
    Err(bad(name, &format!("text of {min} to {max} characters")))
}

fn check_range(option: &Value, name: &str, value: &Value) -> Result<(), ClientRefusal> {
    let number = value.as_f64().unwrap_or_default();
    let fits = option["min_value"].as_f64().is_none_or(|min| number >= min)
        && option["max_value"].as_f64().is_none_or(|max| number <= max);
    if fits { Ok(()) } else { Err(bad(name, &ranged(option))) }
}

/// Says which numbers an option takes.
fn ranged(option: &Value) -> String {
    let kind = if option["type"] == INTEGER { "a whole number" } else { "a number" };
    match (option.get("min_value"), option.get("max_value")) {
        (Some(min), Some(max)) => format!("{kind} from {min} to {max}"),
        (Some(min), None) => format!("{kind} of at least {min}"),
        (None, Some(max)) => format!("{kind} of at most {max}"),
        (None, None) => kind.to_owned(),
    }
}

/// Collects the objects behind the ids in the options.
pub(super) struct Resolved<'a> {
    address: SocketAddr,
    world: &'a World,
    guild: Option<GuildId>,
    kinds: Value,
}

impl<'a> Resolved<'a> {
    pub(super) fn new(sim: &Sim, world: &'a World, channel: ChannelId) -> Self {
        let guild = guild(world, channel);
        Self { address: sim.address, world, guild, kinds: json!({}) }
    }

    /// Adds what was collected to an interaction's `data`.
    pub(super) fn put_into(self, data: &mut Value) {
        if self.kinds.as_object().is_some_and(|kinds| !kinds.is_empty()) {
            data["resolved"] = self.kinds;
        }
    }

    /// Looks up an id for a type of option; nothing if nobody and nothing has it.
    pub(super) fn add(&mut self, kind: u64, value: &Value) -> Option<()> {
        let id = value.as_str()?;
        match kind {
            USER => self.add_user(id),
            CHANNEL => self.add_channel(id),
            ROLE => self.add_role(id),
            MENTIONABLE => self.add_user(id).or_else(|| self.add_role(id)),
            ATTACHMENT => self.add_file(id),
            _ => None,
        }
    }

    fn put(&mut self, kind: &str, id: &str, object: Value) {
        let kinds = self.kinds.as_object_mut().expect("it is made as an object");
        let map = kinds.entry(kind).or_insert_with(|| Value::Object(Map::new()));
        map[id] = object;
    }

    fn add_user(&mut self, id: &str) -> Option<()> {
        let user = self.world.users.get(&id.parse().ok()?)?;
        self.put("users", id, user.to_json());
        if let Some(guild) = self.guild {
            let mut member = member_json(Value::Null, guild.born_ms(), false);
            for key in ["user", "deaf", "mute"] {
                member.as_object_mut()?.remove(key);
            }
            self.put("members", id, member);
        }
        Some(())
    }

    fn add_file(&mut self, id: &str) -> Option<()> {
        let file = self.world.files.get(id.parse().ok()?)?;
        self.put("attachments", id, file.to_json(self.address));
        Some(())
    }

    fn add_channel(&mut self, id: &str) -> Option<()> {
        let channel = self.world.channels.get(&id.parse().ok()?)?;
        self.put("channels", id, channel.partial_json(USUAL_PERMISSIONS));
        Some(())
    }

    fn add_role(&mut self, id: &str) -> Option<()> {
        let guild = self.world.guilds.get(&self.guild?)?.to_json();
        let roles = guild["roles"].as_array()?;
        let role = roles.iter().find(|role| role["id"] == id)?;
        self.put("roles", id, role.clone());
        Some(())
    }
}

/// Returns the objects behind ids of users, roles or channels; `None` if one is not there.
pub(super) fn resolve(
    sim: &Sim,
    world: &World,
    channel: ChannelId,
    kind: u64,
    ids: &[String],
) -> Option<Value> {
    let mut resolved = Resolved::new(sim, world, channel);
    for id in ids {
        resolved.add(kind, &json!(id))?;
    }
    Some(resolved.kinds)
}

/// Returns the `data` of a context-menu command on a user.
pub(super) fn on_user(
    sim: &Sim,
    user: UserId,
    place: Place,
    command: &str,
    on: UserId,
) -> Result<Value, ClientRefusal> {
    let channel = channel_of(sim, place, user);
    let world = sim.world();
    let command = offered(&world, channel, command, 2)?;
    let resolved = resolve(sim, &world, channel, USER, &[on.to_string()]);
    let resolved = resolved.ok_or(ClientRefusal::UnknownUser)?;
    Ok(json!({
        "id": command["id"], "name": command["name"], "type": 2, "target_id": on,
        "resolved": resolved,
    }))
}

/// Returns the `data` of a context-menu command on a message.
pub(super) fn on_message(
    sim: &Sim,
    user: UserId,
    place: Place,
    command: &str,
    on: MessageId,
) -> Result<Value, ClientRefusal> {
    let channel = channel_of(sim, place, user);
    let world = sim.world();
    let command = offered(&world, channel, command, 3)?;
    let message = world.messages.get(on).filter(|message| message.visible_to(user));
    let message = message.ok_or(ClientRefusal::UnknownMessage)?;
    Ok(json!({
        "id": command["id"], "name": command["name"], "type": 3, "target_id": on,
        "resolved": { "messages": { on.to_string(): message.body() } },
    }))
}
