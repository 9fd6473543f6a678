//! Presses of components and sent forms: the custom id says whose they are and who handles them.

use super::{Arrived, command::unreadable};
use crate::{
    discord::{
        Shared,
        answer::{Answers, Asked},
        convert::{self, Resolved},
        custom_id::{CustomId, NO_HANDLER, State},
        dispatch::{Course, DEFER_AGE},
        open::Open,
        origin::Origin,
    },
    plugins::Plugin,
};
use lumina_plugin_api::{
    command::{Defer, Handling},
    error::{Error, ErrorKind},
    interaction::{ComponentPress, Interaction, ModalSubmit},
    message::Request,
    text::Text,
};
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// How long a press or a form may take: as long as a command that declares nothing.
const DEADLINE: Duration = Duration::from_millis(Handling::DEADLINE_MS);

/// Who handles a press, and with what state.
struct Target {
    plugin: Plugin,
    handler: String,
    state: String,
    state_version: u8,
}

impl Shared {
    pub(super) async fn component(&self, arrived: Arrived<'_>) {
        let asked = Asked::Component;
        if is_idle(&arrived) {
            let answers = self.answers(&arrived, asked, Defer::Private);
            return answers.defer().await;
        }
        let answers = self.answers(&arrived, asked, Defer::Private);
        let target = match self.target_in_time(&arrived, &answers).await {
            Ok(target) => target,
            Err(error) => return self.refuse_with(&arrived, &answers, error, "component").await,
        };
        let at = self.as_read(&target.plugin, &arrived.at);
        match press(at, &arrived, &target) {
            Ok(press) => {
                let request = Request::Component(Box::new(press));
                self.run_press(arrived, &target, answers, request).await;
            }
            Err(error) => self.refuse_with(&arrived, &answers, error, &target.handler).await,
        }
    }

    pub(super) async fn modal(&self, arrived: Arrived<'_>) {
        let asked = Asked::Modal { on_message: arrived.head.message.is_some() };
        let answers = self.answers(&arrived, asked, Defer::Private);
        let target = match self.target_in_time(&arrived, &answers).await {
            Ok(target) => target,
            Err(error) => return self.refuse_with(&arrived, &answers, error, "form").await,
        };
        let at = self.as_read(&target.plugin, &arrived.at);
        match submit(at, &arrived, &target) {
            Ok(submit) => {
                let request = Request::Modal(Box::new(submit));
                self.run_press(arrived, &target, answers, request).await;
            }
            Err(error) => self.refuse_with(&arrived, &answers, error, &target.handler).await,
        }
    }

    async fn run_press(
        &self,
        arrived: Arrived<'_>,
        target: &Target,
        answers: Answers,
        request: Request,
    ) {
        let data = arrived.head.data.as_ref();
        let resolved = data.and_then(|data| Resolved::parse(data.resolved).ok());
        let open = Arc::new(Open {
            answers,
            plugin: Arc::clone(target.plugin.name()),
            origin: Origin::of(arrived.head, &arrived.at),
            received: arrived.received,
            attachments: resolved.map(|all| all.attachments()).unwrap_or_default(),
            at: arrived.at,
            answered: AtomicBool::default(),
        });
        let (plugin, what) = (&target.plugin, &target.handler);
        // What a press does is not declared.
        let idempotent = false;
        self.run(Course { open, plugin, request, deadline: DEADLINE, idempotent, what }).await;
    }

    /// As [`Shared::target`]; defers where a state that is kept takes long to be read.
    async fn target_in_time(
        &self,
        arrived: &Arrived<'_>,
        answers: &Answers,
    ) -> Result<Target, Error> {
        let age = self.age(arrived.at.id, arrived.received);
        self.in_time(answers, DEFER_AGE.saturating_sub(age), self.target(arrived)).await
    }

    /// Reads the custom id and checks who pressed.
    async fn target(&self, arrived: &Arrived<'_>) -> Result<Target, Error> {
        let data = arrived.head.data.as_ref();
        let text = data.and_then(|data| data.custom_id.as_deref()).unwrap_or_default();
        let id = CustomId::parse(text)
            .map_err(|error| Error::new(ErrorKind::Outdated).detail(error.to_string()))?;
        let user = arrived.at.user.id;
        if id.owner.is_some_and(|owner| owner != user) {
            let message = Text::key("error-denied-invoker");
            return Err(Error::new(ErrorKind::Denied).message(message).detail("not the invoker"));
        }
        let registry = self.plugins.registry();
        let plugin = registry.plugin(id.plugin).cloned().ok_or_else(|| {
            let message = self.absence_of(id.plugin);
            let detail = format!("plugin `{}` does not serve", id.plugin);
            Error::new(ErrorKind::Unavailable).message(message).detail(detail)
        })?;
        // A newer version wrote it, which was taken back since.
        if id.version > plugin.descriptor().state_version {
            return Err(Error::new(ErrorKind::Outdated).detail("the state is of a newer version"));
        }
        let state = match id.state {
            State::Inline(state) => state.to_owned(),
            State::Kept(key) => self.backstage.view(id.plugin, key).await?.ok_or_else(|| {
                Error::new(ErrorKind::Outdated).detail("the state is not kept any more")
            })?,
        };
        let (handler, state_version) = (id.handler.to_owned(), id.version);
        Ok(Target { plugin, handler, state, state_version })
    }
}

/// Whether it is something that cannot be pressed: only a crafted press gets here.
fn is_idle(arrived: &Arrived<'_>) -> bool {
    let data = arrived.head.data.as_ref();
    let text = data.and_then(|data| data.custom_id.as_deref()).unwrap_or_default();
    CustomId::parse(text).is_ok_and(|id| id.handler == NO_HANDLER)
}

fn press(at: Interaction, arrived: &Arrived<'_>, target: &Target) -> Result<ComponentPress, Error> {
    let data = arrived.head.data.as_ref().ok_or_else(|| unreadable("data"))?;
    let resolved = Resolved::parse(data.resolved).map_err(|error| error.reply())?;
    let message = arrived.head.message.ok_or_else(|| unreadable("message"))?;
    let mut press = ComponentPress::default();
    press.message = convert::message(message).map_err(|error| error.reply())?;
    if let Some(values) = data.values {
        press.values = serde_json::from_str(values.get()).map_err(|_| unreadable("values"))?;
    }
    for id in &press.values {
        press.users.extend(resolved.user(id));
        press.roles.extend(resolved.role(id));
        press.channels.extend(resolved.channel(id));
    }
    press.handler.clone_from(&target.handler);
    press.raw_state.clone_from(&target.state);
    press.state_version = target.state_version;
    press.at = at;
    Ok(press)
}

fn submit(at: Interaction, arrived: &Arrived<'_>, target: &Target) -> Result<ModalSubmit, Error> {
    let data = arrived.head.data.as_ref().ok_or_else(|| unreadable("data"))?;
    let resolved = Resolved::parse(data.resolved).map_err(|error| error.reply())?;
    let mut submit = ModalSubmit::default();
    submit.fields =
        convert::read_form(data.components, &resolved).map_err(|error| error.reply())?;
    if let Some(message) = arrived.head.message {
        submit.message = Some(convert::message(message).map_err(|error| error.reply())?);
    }
    submit.handler.clone_from(&target.handler);
    submit.raw_state.clone_from(&target.state);
    submit.state_version = target.state_version;
    submit.at = at;
    Ok(submit)
}
