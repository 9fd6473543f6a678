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
                self.plugins.remove(&name)?;
                format!("`{name}.so` is gone. `plugin restore {name}` puts it back.")
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
        let task = if self.can_be_loaded(name).await { "load" } else { "reload" };
        format!("Now type `/sudo {task} plugin:{name}`.")
    }

    /// Whether the bot suggests a plugin to its owner as one to load, which it does not while it serves.
    async fn can_be_loaded(&self, name: &str) -> bool {
        let invocation = Invocation {
            user: self.discord.owner(),
            place: Place::GuildChannel(self.discord.default_channel()),
            command: vec!["sudo".to_owned(), "load".to_owned()],
            options: vec![("plugin".to_owned(), json!(name))],
            locale: None,
        };
        let Ok(interaction) = self.discord.autocomplete(invocation, "plugin") else { return false };
        match self.discord.answer(interaction, SUGGESTED_WITHIN).await {
            Answer::Choices(choices) => choices.iter().any(|choice| choice["value"] == name),
            _ => false,
        }
    }
}
