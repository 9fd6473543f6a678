//! What is typed behind `plugin`: files are changed, and what to type next is said.

use super::{Session, parse::PluginLine};
use crate::discord::{Answer, Invocation, Place};
use anyhow::Result;
use serde_json::json;
use std::{path::Path, time::Duration};

/// How long the bot may take to say what can be loaded; without an answer `reload` is the better guess.
const SUGGESTED_WITHIN: Duration = Duration::from_secs(1);

impl Session {
    pub(super) async fn change_plugin(&mut self, what: PluginLine) -> Result<String> {
        Ok(match what {
            PluginLine::List => self.list_plugins()?,
            PluginLine::Replace { name, with } => {
                let told = self.plugins.replace(&name, &with)?;
                format!("`{name}.so` is {told} now. {}", self.now_type(&name).await)
            }
            PluginLine::Restore(name) => {
                self.plugins.restore(&name)?;
                format!("`{name}.so` is as it was built. {}", self.now_type(&name).await)
            }
            PluginLine::Remove(name) => {
                // Without its file nothing can be loaded any more.
                let serves = self.serves(&name).await;
                self.plugins.remove(&name)?;
                let gone = format!("`{name}.so` is gone. `plugin restore {name}` puts it back.");
                if serves { format!("{gone} {}", still_serves(&name)) } else { gone }
            }
            PluginLine::Add(file) => {
                let name = self.plugins.add(Path::new(&file))?;
                format!("`{name}.so` is there now. {}", self.now_type(&name).await)
            }
        })
    }

    fn list_plugins(&self) -> Result<String> {
        let line = |(name, changed): (String, Option<&str>)| match changed {
            Some(changed) => format!("{name:<12} {changed}; `plugin restore {name}` puts it back"),
            None => name,
        };
        Ok(self.plugins.list()?.into_iter().map(line).collect::<Vec<_>>().join("\n"))
    }

    /// Returns how the host is made to take a plugin's file as it is now.
    async fn now_type(&self, name: &str) -> String {
        let task = if self.is_suggested("load", name).await { "load" } else { "reload" };
        format!("Now type `/sudo {task} plugin:{name}`.")
    }

    /// Whether a plugin whose file is there serves: what failed can be unloaded too, and then also be loaded.
    async fn serves(&self, name: &str) -> bool {
        self.is_suggested("unload", name).await && !self.is_suggested("load", name).await
    }

    async fn is_suggested(&self, task: &str, name: &str) -> bool {
        self.suggested(task, name).await.iter().any(|plugin| plugin == name)
    }

    /// Returns the plugins that the bot suggests to its owner behind `/sudo load` or another task: the files
    /// of those that do not serve there, behind `unload` those that serve or failed.
    pub(super) async fn suggested(&self, task: &str, begun: &str) -> Vec<String> {
        let invocation = Invocation {
            user: self.discord.owner(),
            place: Place::GuildChannel(self.discord.default_channel()),
            command: vec!["sudo".to_owned(), task.to_owned()],
            options: vec![("plugin".to_owned(), json!(begun))],
            locale: None,
        };
        let Ok(interaction) = self.discord.autocomplete(invocation, "plugin") else {
            return Vec::new();
        };
        let answer = self.discord.answer(interaction, SUGGESTED_WITHIN).await;
        let Answer::Choices(choices) = answer else { return Vec::new() };
        choices.iter().filter_map(|choice| choice["value"].as_str().map(str::to_owned)).collect()
    }
}

/// Says what the loss of a file changes for a plugin that is loaded.
fn still_serves(name: &str) -> String {
    format!("The copy that is loaded goes on serving; `/sudo unload plugin:{name}` ends it.")
}
