//! Counts what users do, before anything is done for them: what is refused counts as well.

use super::{AUTOCOMPLETE, Arrived, COMPONENT, MODAL};
use crate::discord::{Shared, convert, custom_id::CustomId, privacy, sudo};
use lumina_plugin_api::{command::Limit, error::Error};

/// The name under which commands are counted that nobody serves.
const UNKNOWN: &str = "unknown command";

impl Shared {
    /// Counts one interaction by what is used and who uses it, against the limits.
    pub(super) fn admit_use(&self, arrived: &Arrived<'_>) -> Result<(), Error> {
        match arrived.head.kind {
            COMPONENT | MODAL => self.count_press(arrived),
            AUTOCOMPLETE => self.count_suggestions(arrived),
            _ => self.count_command(arrived),
        }
    }

    fn count_press(&self, arrived: &Arrived<'_>) -> Result<(), Error> {
        let data = arrived.head.data.as_ref();
        let text = data.and_then(|data| data.custom_id.as_deref()).unwrap_or_default();
        let registry = self.plugins.registry();
        // Names that are crafted would each have a window of their own.
        let named = CustomId::parse(text).ok().and_then(|id| registry.plugin(id.plugin));
        let plugin = named.map_or(privacy::HOST, |plugin| plugin.name());
        self.limits.press(plugin, arrived.at.user.id)
    }

    fn count_suggestions(&self, arrived: &Arrived<'_>) -> Result<(), Error> {
        let user = arrived.at.user.id;
        if sudo::is_meant(arrived.head) {
            return self.limits.autocomplete(privacy::HOST, sudo::NAME, user);
        }
        match self.find_command(arrived) {
            Ok(found) => self.limits.autocomplete(found.plugin.name(), &found.command().name, user),
            Err(_) => self.limits.autocomplete(privacy::HOST, UNKNOWN, user),
        }
    }

    fn count_command(&self, arrived: &Arrived<'_>) -> Result<(), Error> {
        let (head, user) = (arrived.head, arrived.at.user.id);
        if sudo::is_meant(head) {
            // Owners may do as they like.
            let is_owner = self.owners.knows(user);
            let limit = if is_owner { Limit::Unlimited } else { Limit::Default };
            return self.limits.command(privacy::HOST, sudo::NAME, &limit, user);
        }
        if privacy::is_meant(head) {
            return self.limits.command(privacy::HOST, privacy::NAME, &privacy::LIMIT, user);
        }
        let Ok(found) = self.find_command(arrived) else {
            return self.limits.command(privacy::HOST, UNKNOWN, &Limit::Default, user);
        };
        let options = head.data.as_ref().and_then(|data| data.options);
        let path = convert::path(options).map(|came| came.path).unwrap_or_default();
        let command = found.command();
        let limit = &command.handling_of(&path).limit;
        self.limits.command(found.plugin.name(), &command.name, limit, user)
    }
}
