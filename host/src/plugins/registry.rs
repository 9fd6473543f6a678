//! What serves at a moment: an immutable picture that is replaced as a whole.
//!
//! Whoever took a picture may keep it for the time of one interaction. A [`Plugin`] of an older picture
//! still leads to whatever copy serves now: the way there is the slot, which a reload switches.

use lumina_plugin_api::{
    command::CommandKind,
    descriptor::Descriptor,
    message::{Request, Response},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{error::CallError, slot::Slot, status::PluginStatus};

/// The plugins that serve, and what is known of the others.
#[derive(Debug, Default)]
pub struct Registry {
    plugins: BTreeMap<String, Plugin>,
    commands: BTreeMap<String, Vec<(CommandKind, Plugin)>>,
    slots: BTreeMap<String, Arc<Slot>>,
}

/// A plugin that serves.
#[derive(Debug, Clone)]
pub struct Plugin {
    name: Arc<str>,
    descriptor: Arc<Descriptor>,
    generation: u64,
    slot: Arc<Slot>,
}

/// An answer of a plugin, and which copy gave it.
#[derive(Debug)]
pub struct Answer {
    /// The answer.
    pub response: Response,
    /// The copy.
    pub generation: u64,
    /// What the copy declares: its texts are the ones to read the answer with.
    pub descriptor: Arc<Descriptor>,
}

impl Registry {
    /// Takes a picture of `slots`.
    pub(super) fn picture(slots: &BTreeMap<String, Arc<Slot>>) -> Self {
        let serving = slots.values().filter_map(Plugin::serving_in);
        let plugins = serving.map(|plugin| (plugin.name.to_string(), plugin)).collect();
        let commands = commands_of(&plugins);
        Self { plugins, commands, slots: slots.clone() }
    }

    /// Returns the picture without one plugin.
    pub(super) fn without(&self, name: &str) -> Self {
        let mut slots = self.slots.clone();
        slots.remove(name);
        Self::picture(&slots)
    }

    /// Returns the plugin `name`, if it serves.
    #[must_use]
    pub fn plugin(&self, name: &str) -> Option<&Plugin> {
        self.plugins.get(name)
    }

    /// Returns the plugins that serve, by name.
    pub fn plugins(&self) -> impl Iterator<Item = &Plugin> {
        self.plugins.values()
    }

    /// Returns the plugin that declares the command `name` of this kind.
    #[must_use]
    pub fn command(&self, kind: CommandKind, name: &str) -> Option<&Plugin> {
        let same_name = self.commands.get(name)?;
        same_name.iter().find(|(candidate, _)| *candidate == kind).map(|(_, plugin)| plugin)
    }

    /// Returns how every plugin stands right now, by name, those that do not serve included.
    #[must_use]
    pub fn statuses(&self) -> Vec<PluginStatus> {
        self.slots.values().map(|slot| slot.status()).collect()
    }

    /// Returns how the plugin `name` stands right now.
    #[must_use]
    pub fn status(&self, name: &str) -> Option<PluginStatus> {
        self.slots.get(name).map(|slot| slot.status())
    }
}

impl Plugin {
    fn serving_in(slot: &Arc<Slot>) -> Option<Self> {
        let generation = slot.serving()?;
        Some(Self {
            name: slot.name().clone(),
            descriptor: generation.descriptor()?.clone(),
            generation: generation.number(),
            slot: slot.clone(),
        })
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Returns what the copy of this picture declares.
    #[must_use]
    pub fn descriptor(&self) -> &Arc<Descriptor> {
        &self.descriptor
    }

    /// Returns which copy the picture shows.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns what the plugin answers.
    ///
    /// The call goes to the copy that serves now. During a switch it waits and then goes to the new
    /// copy, or to the old one if the switch was given up. Dropping the future ends the call in the
    /// plugin, and so does the deadline, which counts by the host's clock.
    ///
    /// # Errors
    /// What the plugin answered instead, or why there is no answer.
    pub async fn call(&self, request: &Request, deadline: Duration) -> Result<Answer, CallError> {
        self.slot.call(request, deadline).await
    }

    /// As [`Plugin::call`], for what may be asked twice without harm: if the copy was ended during the
    /// call, the copy that serves then is asked, once and within the same deadline.
    ///
    /// # Errors
    /// What the plugin answered instead, or why there is no answer.
    pub async fn call_idempotent(
        &self,
        request: &Request,
        deadline: Duration,
    ) -> Result<Answer, CallError> {
        self.slot.call_idempotent(request, deadline).await
    }
}

fn commands_of(plugins: &BTreeMap<String, Plugin>) -> BTreeMap<String, Vec<(CommandKind, Plugin)>> {
    let mut commands: BTreeMap<String, Vec<(CommandKind, Plugin)>> = BTreeMap::new();
    for plugin in plugins.values() {
        for command in &plugin.descriptor.commands {
            let same_name = commands.entry(command.name.clone()).or_default();
            if same_name.iter().all(|(kind, _)| *kind != command.kind) {
                same_name.push((command.kind, plugin.clone()));
            }
        }
    }
    commands
}
