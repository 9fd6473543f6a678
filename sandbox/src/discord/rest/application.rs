//! The application: who it is, where its gateway is, and which commands it has registered.

use axum::http::Method;
use serde_json::{Value, json};

use super::intake::Call;
use super::outcome::Reply;
use super::route::Scope;
use crate::discord::check;
use crate::discord::command::{Stored, normal_form};
use crate::discord::error::{self, ApiError};
use crate::discord::id::{CommandId, UserId};
use crate::discord::sim::Sim;
use crate::discord::world::World;

/// How many slash commands one scope may have.
const CHAT_INPUT_MAX: usize = 100;

/// How many context-menu commands of each kind one scope may have.
const CONTEXT_MENU_MAX: usize = 15;

pub(crate) fn gateway(sim: &Sim) -> Reply {
    Reply::ok(json!({ "url": format!("ws://{}", sim.address) }))
}

pub(crate) fn gateway_bot(sim: &Sim) -> Reply {
    let quota = sim.hub.quota.lock().expect("no holder of this lock panics");
    let (remaining, reset_after) = quota.left(sim.now_ms(), &sim.options);
    Reply::ok(json!({
        "url": format!("ws://{}", sim.address),
        "shards": sim.options.recommended_shards,
        "session_start_limit": {
            "total": sim.options.identifies_per_day,
            "remaining": remaining,
            "reset_after": reset_after,
            "max_concurrency": sim.options.max_concurrency,
        },
    }))
}

pub(crate) fn me(sim: &Sim) -> Reply {
    let mut me = sim.world().bot().to_json();
    me["mfa_enabled"] = json!(false);
    me["locale"] = json!("en-US");
    me["verified"] = json!(true);
    me["email"] = Value::Null;
    Reply::ok(me)
}

pub(crate) fn user(sim: &Sim, id: UserId) -> Result<Reply, ApiError> {
    let world = sim.world();
    world.users.get(&id).map(|user| Reply::ok(user.to_json())).ok_or(error::UNKNOWN_USER)
}

pub(crate) fn application(sim: &Sim) -> Reply {
    let world = sim.world();
    let team = sim.team_json(&world);
    let owner =
        if team.is_null() { world.people().next().map(|user| user.to_json()) } else { None };
    let owner = owner.unwrap_or_else(|| team_as_user(&world));
    let flags = flags(sim);
    Reply::ok(json!({
        "id": world.application, "name": "Lumina", "icon": null, "description": "",
        "type": null, "bot": world.bot().to_json(), "summary": "", "bot_public": true,
        "bot_require_code_grant": false, "verify_key": "00".repeat(32), "flags": flags,
        "flags_new": flags.to_string(), "owner": owner, "team": team, "redirect_uris": [],
        "interactions_endpoint_url": null, "role_connections_verification_url": null,
        "approximate_guild_count": world.guilds.len(), "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [], "integration_types_config": {"0": {}, "1": {}},
        "event_webhooks_status": 1,
    }))
}

/// Returns the flags that tell which privileged intents are switched on: those of a bot that was not
/// verified.
fn flags(sim: &Sim) -> u64 {
    // Presences, members, message contents (documentation, "Application Flags").
    let privileged = [(1 << 8, 1 << 13), (1 << 1, 1 << 15), (1 << 15, 1 << 19)];
    let on = privileged.iter().filter(|(intent, _)| sim.intents_off() & intent == 0);
    on.map(|(_, flag)| flag).sum()
}

/// Discord gives the owner of a team's application as a user named after the team.
fn team_as_user(world: &World) -> Value {
    let mut owner = world.bot().to_json();
    owner["username"] = json!(format!("team{}", world.application));
    owner["bot"] = json!(false);
    owner["flags"] = json!(1024);
    owner
}

fn check_scope(world: &World, scope: Scope) -> Result<(), ApiError> {
    if scope.application != world.application {
        return Err(error::NOT_YOUR_APPLICATION);
    }
    match scope.guild {
        Some(guild) if !world.guilds.contains_key(&guild) => Err(error::MISSING_ACCESS),
        _ => Ok(()),
    }
}

/// Lists, replaces or adds commands.
pub(crate) fn commands(sim: &Sim, call: &Call, scope: Scope) -> Result<Reply, ApiError> {
    let mut world = sim.world();
    check_scope(&world, scope)?;
    if call.route.method == Method::GET {
        return Ok(Reply::ok(json!(world.commands.list(scope.guild))));
    }
    if call.route.method == Method::POST {
        check::command(&call.body)?;
        call.fits_document(sim)?;
        return create(sim, &mut world, &call.body, scope);
    }
    check::commands(&call.body)?;
    call.fits_document(sim)?;
    let given = call.body.as_array().map(Vec::as_slice).unwrap_or_default();
    let old = world.commands.list(scope.guild).to_vec();
    let stored: Vec<Value> = given.iter().map(|one| store(sim, scope, one, &old)).collect();
    within_numbers(&stored)?;
    let n_new = stored.iter().filter(|one| same(&old, one).is_none()).count();
    if !world.commands.count_creates(sim.now_ms(), n_new) {
        return Err(error::COMMAND_CREATES_MAX_REACHED);
    }
    *world.commands.scope_mut(scope.guild) = stored.clone();
    Ok(Reply::ok(Value::Array(stored)))
}

fn create(sim: &Sim, world: &mut World, given: &Value, scope: Scope) -> Result<Reply, ApiError> {
    let mut all = world.commands.list(scope.guild).to_vec();
    let stored = store(sim, scope, given, &all);
    let existing = all.iter().position(|old| is_same(old, &stored));
    match existing {
        Some(index) => all[index] = stored.clone(),
        None => all.push(stored.clone()),
    }
    within_numbers(&all)?;
    if existing.is_none() && !world.commands.count_creates(sim.now_ms(), 1) {
        return Err(error::COMMAND_CREATES_MAX_REACHED);
    }
    *world.commands.scope_mut(scope.guild) = all;
    Ok(if existing.is_some() { Reply::ok(stored) } else { Reply::created(stored) })
}

fn within_numbers(commands: &[Value]) -> Result<(), ApiError> {
    let count = |kind: u64| commands.iter().filter(|command| command["type"] == kind).count();
    let too_many =
        count(1) > CHAT_INPUT_MAX || count(2) > CONTEXT_MENU_MAX || count(3) > CONTEXT_MENU_MAX;
    if too_many { Err(error::COMMANDS_MAX_REACHED) } else { Ok(()) }
}

fn is_same(left: &Value, right: &Value) -> bool {
    left["name"] == right["name"] && left["type"] == right["type"]
}

fn same<'a>(commands: &'a [Value], wanted: &Value) -> Option<&'a Value> {
    commands.iter().find(|command| is_same(command, wanted))
}

/// Returns a command as it will be kept. One that stays keeps its id, and its version if equal.
fn store(sim: &Sim, scope: Scope, given: &Value, old: &[Value]) -> Value {
    let probe = json!({ "name": given["name"], "type": given["type"].as_u64().unwrap_or(1) });
    let same = same(old, &probe);
    let number = |value: &Value| value.as_str().and_then(|text| text.parse::<u64>().ok());
    let fresh = sim.snowflakes.next();
    let id = same.and_then(|same| number(&same["id"])).unwrap_or(fresh);
    let version = same.and_then(|same| number(&same["version"])).unwrap_or(fresh);
    let make = |version| {
        let (application, guild) = (scope.application, scope.guild);
        normal_form(given, &Stored { id: CommandId(id), version, application, guild })
    };
    let unchanged = make(version);
    if same.is_none_or(|same| *same == unchanged) { unchanged } else { make(fresh) }
}

/// Reads, changes or removes one command.
pub(crate) fn command(
    sim: &Sim,
    call: &Call,
    scope: Scope,
    id: CommandId,
) -> Result<Reply, ApiError> {
    let mut world = sim.world();
    check_scope(&world, scope)?;
    let id_text = id.to_string();
    let all = world.commands.scope_mut(scope.guild);
    let index = all.iter().position(|command| command["id"] == id_text.as_str());
    let index = index.ok_or(error::UNKNOWN_COMMAND)?;
    if call.route.method == Method::DELETE {
        all.remove(index);
        return Ok(Reply::NO_CONTENT);
    }
    if call.route.method == Method::PATCH {
        let mut merged = all[index].clone();
        for (key, value) in call.body.as_object().into_iter().flatten() {
            merged[key] = value.clone();
        }
        check::command(&merged)?;
        call.fits_document(sim)?;
        let (application, guild) = (scope.application, scope.guild);
        let stored = Stored { id, version: sim.snowflakes.next(), application, guild };
        all[index] = normal_form(&merged, &stored);
    }
    Ok(Reply::ok(all[index].clone()))
}
