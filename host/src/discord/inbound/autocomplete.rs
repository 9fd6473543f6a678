//! Suggestions while a user types: quick or none, and quiet when something fails.

use super::Arrived;
use crate::{
    discord::{Shared, answer, convert, dispatch::SUGGEST_AGE},
    plugins::Answer,
};
use lumina_plugin_api::{
    interaction::AutocompleteCall,
    message::{Request, Response},
};
use serde_json::Value;
use tracing::debug;

impl Shared {
    pub(super) async fn autocomplete(&self, arrived: Arrived<'_>) {
        let choices = self.suggestions(&arrived).await.unwrap_or_default();
        answer::choices(&self.api, &arrived.key, choices).await;
    }

    /// Asks the plugin; nothing if there is none, or it fails.
    async fn suggestions(&self, arrived: &Arrived<'_>) -> Option<Vec<Value>> {
        let found = self.find_command(arrived).ok()?;
        let (plugin, command) = (&found.plugin, found.command());
        let came = convert::path(arrived.head.data.as_ref()?.options).ok()?;
        let focused = convert::focused(came.options)?;
        let mut call = AutocompleteCall::default();
        call.at = self.as_read(plugin, &arrived.at);
        call.name.clone_from(&command.name);
        call.path = came.path;
        let kind = focused.kind;
        call.focused = focused.option;
        call.typed = focused.text;
        call.raw_options = focused.others;
        let left = SUGGEST_AGE.saturating_sub(self.age(arrived.at.id, arrived.received));
        match plugin.call(&Request::Autocomplete(Box::new(call)), left).await {
            Ok(answer) => self.choices(arrived, answer, kind),
            Err(error) => {
                let (plugin, error) = (plugin.name(), crate::discord::chain(&error));
                debug!(plugin.id = %plugin, error, "no suggestions");
                None
            }
        }
    }

    fn choices(&self, arrived: &Arrived<'_>, answer: Answer, kind: u8) -> Option<Vec<Value>> {
        let Response::Choices(choices) = answer.response else { return None };
        Some(self.reader(&arrived.at, &answer.descriptor).choices(&choices, kind))
    }
}
