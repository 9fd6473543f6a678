//! Keeps Discord's list of commands as what the plugins declare: by difference, in one request.
//!
//! A reload that changes no command costs no request. What an unloaded plugin declared stays for a
//! while, because a reload or a fixed build comes soon; calls of it are answered kindly meanwhile.

use super::{
    Shared,
    admission::{MENU_COMMANDS_MAX, SLASH_COMMANDS_MAX},
    api::{Api, ApiError},
    declare, privacy, sudo,
};
use crate::{clock::Clock, plugins::Registry, texts::Texts};
use lumina_plugin_api::{command::CommandKind, id::CommandId};
use serde_json::Value;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tracing::{info, warn};

/// How long commands of an unloaded plugin stay registered. Discord allows 200 new ones a day.
pub(super) const GRACE: Duration = Duration::from_secs(5 * 60);
/// The pause after a first failure; it doubles with each further one.
const RETRY_FIRST: Duration = Duration::from_secs(5);
/// The longest pause between two tries.
const RETRY_MAX: Duration = Duration::from_secs(5 * 60);

/// A command by its kind, as Discord numbers it, and its name.
type Name = (u8, String);
/// Commands as they are sent.
type Set = BTreeMap<Name, Value>;

/// What is registered, and what stays for a while.
#[derive(Debug, Default)]
pub(super) struct Registration {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What each plugin declared when it was last seen serving.
    declared: BTreeMap<String, Set>,
    /// Plugins that do not serve any more, and when their commands go.
    leaving: BTreeMap<String, Duration>,
    ids: HashMap<Name, CommandId>,
}

impl Registration {
    /// Returns the id of a registered slash command.
    pub(super) fn id(&self, name: &str) -> Option<CommandId> {
        self.lock().ids.get(&(1, name.to_owned())).copied()
    }

    /// Returns the plugin that declared a command and was unloaded a short while ago.
    pub(super) fn left_by(&self, kind: CommandKind, name: &str) -> Option<String> {
        let name = (declare::kind_number(kind)?, name.to_owned());
        let state = self.lock();
        let declares = |plugin: &&String| state.declared.get(*plugin)?.get(&name);
        state.leaving.keys().find(|plugin| declares(plugin).is_some()).cloned()
    }

    /// Returns what is wanted at `now`, and when that changes by itself.
    fn wanted(&self, registry: &Registry, texts: &Texts, now: Duration) -> (Set, Option<Duration>) {
        let mut state = self.lock();
        state.see(registry, texts, now);
        (state.fitting(privacy::declaration(texts.host())), state.leaving.values().min().copied())
    }

    fn learn(&self, registered: &[Value]) {
        let ids = registered.iter().filter_map(|command| {
            let id = command["id"].as_str()?.parse().ok()?;
            Some((name_of(command)?, id))
        });
        self.lock().ids = ids.collect();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns what the plugins that serve declare, and of the others what Discord has room for, the
    /// latest to leave first.
    fn fitting(&self, privacy: Value) -> Set {
        let own = [(sudo::NAME, sudo::declaration()), (privacy::NAME, privacy)];
        let own = own.map(|(name, declaration)| ((1, name.to_owned()), declaration));
        let mut set = Set::from(own);
        let is_leaving = |plugin: &String| self.leaving.contains_key(plugin);
        for (_, commands) in self.declared.iter().filter(|(plugin, _)| !is_leaving(plugin)) {
            set.extend(commands.clone());
        }
        let mut leaving: Vec<_> = self.leaving.iter().collect();
        leaving.sort_by_key(|(_, until)| Reverse(**until));
        let lingering = leaving.into_iter().filter_map(|(plugin, _)| self.declared.get(plugin));
        for (name, command) in lingering.flatten() {
            if set.keys().filter(|(kind, _)| *kind == name.0).count() < max_of(name.0) {
                set.entry(name.clone()).or_insert_with(|| command.clone());
            }
        }
        set
    }

    /// Notes who serves and who has gone.
    fn see(&mut self, registry: &Registry, texts: &Texts, now: Duration) {
        let gone: Vec<String> = self
            .declared
            .keys()
            .filter(|plugin| registry.plugin(plugin).is_none())
            .cloned()
            .collect();
        for plugin in gone {
            self.leaving.entry(plugin).or_insert(now + GRACE);
        }
        for plugin in registry.plugins() {
            let own = texts.of(plugin.descriptor());
            let commands = plugin.descriptor().commands.iter();
            let commands = commands.map(|command| declare::command(command, &own));
            let set = commands.filter_map(|json| Some((name_of(&json)?, json))).collect();
            self.leaving.remove(&**plugin.name());
            self.declared.insert(plugin.name().to_string(), set);
        }
        let over: Vec<String> = self
            .leaving
            .iter()
            .filter(|(_, until)| **until <= now)
            .map(|(plugin, _)| plugin.clone())
            .collect();
        for plugin in over {
            self.leaving.remove(&plugin);
            self.declared.remove(&plugin);
        }
    }
}

/// How many commands of a kind Discord registers.
fn max_of(kind: u8) -> usize {
    if kind == 1 { SLASH_COMMANDS_MAX } else { MENU_COMMANDS_MAX }
}

fn name_of(command: &Value) -> Option<Name> {
    let kind = command["type"].as_u64().and_then(|kind| u8::try_from(kind).ok()).unwrap_or(1);
    Some((kind, command["name"].as_str()?.to_owned()))
}

/// Keeps the registration in step with the plugins, for ever.
pub(super) async fn run(shared: &Shared) {
    let mut plugins = shared.plugins.watch();
    let mut pause = RETRY_FIRST;
    // Discord is asked only when something else is wanted: most reloads change no command.
    let mut registered = None;
    loop {
        plugins.mark_unchanged();
        let now = shared.clock.monotonic();
        let (wanted, changes) = shared.registration.wanted(&plugins.borrow(), &shared.texts, now);
        let mut wake = changes;
        if registered.as_ref() != Some(&wanted) {
            match sync(shared, &wanted).await {
                Ok(()) => (pause, registered) = (RETRY_FIRST, Some(wanted)),
                Err(error) => {
                    let error = super::chain(&error);
                    warn!(error, again_s = pause.as_secs(), "commands are not registered yet");
                    wake = Some(changes.unwrap_or(Duration::MAX).min(now + pause));
                    (pause, registered) = ((pause * 2).min(RETRY_MAX), None);
                }
            }
        }
        tokio::select! {
            changed = plugins.changed() => if changed.is_err() { return },
            () = until(&shared.clock, wake) => {}
        }
    }
}

async fn until(clock: &Clock, moment: Option<Duration>) {
    match moment {
        Some(moment) => clock.sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

async fn sync(shared: &Shared, wanted: &Set) -> Result<(), ApiError> {
    let path = format!("applications/{}/commands", shared.application.id);
    let registered: Vec<Value> =
        shared.api.get_json(format!("{path}?with_localizations=true")).await?;
    let current: Set = registered
        .iter()
        .filter_map(|command| Some((name_of(command)?, declare::normal(command))))
        .collect();
    if current == *wanted {
        shared.registration.learn(&registered);
        info!(commands = wanted.len(), "Discord has the commands already");
        return Ok(());
    }
    let registered = put(&shared.api, path, wanted).await?;
    shared.registration.learn(&registered);
    info!(commands = wanted.len(), "registered the commands with Discord");
    Ok(())
}

async fn put(api: &Api, path: String, wanted: &Set) -> Result<Vec<Value>, ApiError> {
    let list: Vec<Value> = wanted.values().cloned().collect();
    let body = api.put(path, &list).await?;
    serde_json::from_slice(&body).map_err(ApiError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slash(names: std::ops::Range<u32>) -> Set {
        names.map(|n| ((1, format!("c{n:03}")), Value::from(n))).collect()
    }

    #[test]
    fn commands_that_linger_leave_room_for_those_that_serve() {
        let mut state = State::default();
        for (plugin, commands) in [("new", 0..60), ("late", 60..90), ("early", 90..120)] {
            state.declared.insert(plugin.to_owned(), slash(commands));
        }
        state.leaving.insert("early".to_owned(), Duration::from_secs(1));
        state.leaving.insert("late".to_owned(), Duration::from_secs(2));
        let set = state.fitting(Value::Null);
        assert_eq!(set.len(), 100);
        let has = |name: &str| set.contains_key(&(1, name.to_owned()));
        assert!(
            has(sudo::NAME)
                && has(privacy::NAME)
                && (0..98).all(|n| has(&format!("c{n:03}")))
                && !has("c098")
        );
    }

    #[test]
    fn of_two_commands_of_a_name_the_one_that_serves_is_registered() {
        let mut state = State::default();
        state.declared.insert("new".to_owned(), slash(0..1));
        let old = Set::from([((1, "c000".to_owned()), Value::Null)]);
        state.declared.insert("old".to_owned(), old);
        state.leaving.insert("old".to_owned(), Duration::ZERO);
        assert_eq!(state.fitting(Value::Null)[&(1, "c000".to_owned())], Value::from(0));
    }
}
