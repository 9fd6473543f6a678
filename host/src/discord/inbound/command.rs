//! Commands: typed with a slash, or chosen in the context menu of a user or a message.

use super::Arrived;
use crate::{
    discord::{
        Shared,
        answer::Asked,
        convert::{self, ConvertError, Resolved},
        dispatch::Course,
        open::Open,
        origin::Origin,
        permissions,
    },
    plugins::Plugin,
};
use lumina_plugin_api::{
    command::{Command, CommandKind, Handling},
    error::{Error, ErrorKind},
    interaction::CommandCall,
    message::Request,
    text::Text,
};
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// Names a kind of command by Discord's number.
pub(in crate::discord) fn kind_of(number: Option<u8>) -> CommandKind {
    match number {
        None | Some(1) => CommandKind::Slash,
        Some(2) => CommandKind::User,
        Some(3) => CommandKind::Message,
        Some(_) => CommandKind::Unknown,
    }
}

/// A command that a plugin declares.
pub(super) struct Found {
    pub plugin: Plugin,
    pub index: usize,
}

impl Found {
    pub(super) fn command(&self) -> &Command {
        &self.plugin.descriptor().commands[self.index]
    }
}

impl Shared {
    /// Finds the plugin that declares what was called.
    pub(super) fn find_command(&self, arrived: &Arrived<'_>) -> Result<Found, Error> {
        let data = arrived.head.data.as_ref();
        let name = data.and_then(|data| data.name.as_deref()).unwrap_or_default();
        let kind = kind_of(data.and_then(|data| data.kind));
        let registry = self.plugins.registry();
        let found = registry.command(kind, name).and_then(|plugin| {
            let mut commands = plugin.descriptor().commands.iter();
            let index =
                commands.position(|command| command.kind == kind && command.name == name)?;
            Some(Found { plugin: plugin.clone(), index })
        });
        found.ok_or_else(|| {
            let detail = format!("no plugin serves the command `{name}`");
            let (kind, text) = match self.registration.left_by(kind, name) {
                Some(plugin) => (ErrorKind::Unavailable, self.absence_of(&plugin)),
                None => (ErrorKind::Outdated, Text::key("error-unknown-command")),
            };
            Error::new(kind).message(text).detail(detail)
        })
    }

    pub(super) async fn command(&self, arrived: Arrived<'_>) {
        let found = match self.find_command(&arrived) {
            Ok(found) => found,
            Err(error) => return self.refuse(&arrived, error, "unknown command").await,
        };
        let (call, handling) = match self.call_of(&arrived, &found) {
            Ok(both) => both,
            Err(error) => return self.refuse(&arrived, error, &found.command().name).await,
        };
        let open = Arc::new(Open {
            answers: self.answers(&arrived, Asked::Command, handling.defer),
            plugin: Arc::clone(found.plugin.name()),
            origin: Origin::of(arrived.head, &arrived.at),
            received: arrived.received,
            attachments: resolved(&arrived).map(|all| all.attachments()).unwrap_or_default(),
            at: arrived.at,
            answered: AtomicBool::default(),
        });
        let (deadline, plugin) = (Duration::from_millis(handling.deadline_ms), &found.plugin);
        let what = &found.command().name;
        let request = Request::Command(Box::new(call));
        let idempotent = handling.idempotent;
        self.run(Course { open, plugin, request, deadline, idempotent, what }).await;
    }

    /// Reads and checks a call.
    fn call_of<'f>(
        &self,
        arrived: &Arrived<'_>,
        found: &'f Found,
    ) -> Result<(CommandCall, &'f Handling), Error> {
        let command = found.command();
        let data = arrived.head.data.as_ref().ok_or_else(|| unreadable("data"))?;
        let came = convert::path(data.options).map_err(|error| error.reply())?;
        let handling = command.handling_of(&came.path);
        let needed = handling.bot_permissions | found.plugin.descriptor().bot_permissions;
        permissions::check_bot(&arrived.at, needed)?;
        let resolved = Resolved::parse(data.resolved).map_err(|error| error.reply())?;
        let mut call = CommandCall::default();
        call.path.clone_from(&came.path);
        call.raw_options =
            convert::read_options(command, came, &resolved).map_err(|error| error.reply())?;
        call.name.clone_from(&command.name);
        call.kind = command.kind;
        let target = data.target_id.as_deref();
        match command.kind {
            CommandKind::User => call.target_user = target.and_then(|id| resolved.user(id)),
            CommandKind::Message => {
                call.target_message = target.and_then(|id| resolved.message(id))
            }
            _ => {}
        }
        if command.kind != CommandKind::Slash
            && call.target_user.is_none()
            && call.target_message.is_none()
        {
            return Err(unreadable("target"));
        }
        call.at = self.as_read(&found.plugin, &arrived.at);
        Ok((call, handling))
    }
}

pub(super) fn unreadable(part: &'static str) -> Error {
    ConvertError::unreadable(part).reply()
}

fn resolved<'a>(arrived: &Arrived<'a>) -> Option<Resolved<'a>> {
    let raw = arrived.head.data.as_ref()?.resolved?;
    Resolved::parse(Some(raw)).ok()
}
