//! Takes frames from the door and finds who answers: the host's `/sudo`, a plugin, or a kind sentence.
//!
//! Everything is read from the raw frame. Nothing here depends on where an interaction came from, and
//! nothing panics on what it does not know.

mod autocomplete;
mod command;
mod count;
mod press;

use super::{
    Shared,
    answer::{Answers, Asked},
    api::InteractionKey,
    convert::{self, ConvertError},
    dispatch::DEFER_AGE,
    error_reply::{Blame, Failure},
    origin::Installed,
    panics, privacy, sudo,
};
use crate::door::{
    Inbound,
    frame::{self, Frame},
};
use lumina_plugin_api::{
    command::Defer,
    error::{Error, ErrorKind},
    interaction::Interaction,
    text::Text,
};
use std::{ops::Range, sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

/// Interactions in plugins at a time. Each is a task of a few kilobytes; plugins queue a thousand each.
pub(super) const INTERACTIONS_AT_ONCE: usize = 4_096;
/// Sentences of refusal under way at a time, beyond that.
pub(super) const REFUSALS_AT_ONCE: usize = 256;
/// `/sudo` calls at a time: few may use it, and it must work while plugins hang.
pub(super) const SUDO_AT_ONCE: usize = 32;

/// Who answers in figures where no plugin does.
const HOST: &str = "host";

// Kinds of interactions (reference, "Interaction Type").
const COMMAND: u8 = 2;
const COMPONENT: u8 = 3;
const AUTOCOMPLETE: u8 = 4;
const MODAL: u8 = 5;

/// An interaction as it came, its head read.
pub(super) struct Arrived<'a> {
    pub(super) head: &'a frame::Interaction<'a>,
    raw: &'a str,
    key: InteractionKey,
    pub(super) at: Interaction,
    pub(super) received: Duration,
}

/// Hands frames on until the door closes.
pub(super) async fn run(
    shared: Arc<Shared>,
    mut frames: mpsc::Receiver<Inbound>,
    tasks: TaskTracker,
) {
    while let Some(inbound) = frames.recv().await {
        let Some(frame) = Frame::parse(&inbound.text) else {
            warn!("left out a frame that cannot be read");
            continue;
        };
        let (Some(name), Some(payload)) = (frame.t.as_deref(), frame.d) else { continue };
        if name != "INTERACTION_CREATE" {
            shared.events.forward(&shared, name, payload);
            continue;
        }
        let place = range_of(payload.get(), &inbound.text);
        let shared = Arc::clone(&shared);
        tasks.spawn(async move {
            let (raw, received) = (&inbound.text[place], inbound.received);
            let answered = async {
                shared.interaction(raw, received).await;
                Ok(())
            };
            if let Err(error) = panics::caught(answered).await {
                Box::pin(shared.refuse_by_stub(raw, received, error)).await;
            }
        });
    }
}

/// Where `part`, which was borrowed from `whole`, stands in it.
fn range_of(part: &str, whole: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - whole.as_ptr().addr();
    start..start + part.len()
}

impl Shared {
    /// Answers one interaction, whatever it is. Each kind has a box of its own: otherwise the task of the
    /// smallest would be as large as `/sudo`'s, some 25 KiB to ask for and to move.
    pub(super) async fn interaction(&self, raw: &str, received: Duration) {
        let Some(head) = frame::Interaction::parse(raw) else {
            let error = ConvertError::unreadable("head");
            return self.refuse_unread(raw, received, &error).await;
        };
        let arrived = match self.arrived(&head, raw, received) {
            Ok(arrived) => arrived,
            Err(error) => return self.refuse_unread(raw, received, &error).await,
        };
        if let Err(error) = self.admit_use(&arrived) {
            return self.refuse_if_possible(&arrived, error).await;
        }
        if sudo::is_meant(&head) {
            return Box::pin(self.sudo(arrived)).await;
        }
        let Ok(_permit) = self.turns.plugins.try_acquire() else {
            let busy = Error::new(ErrorKind::Unavailable).message(Text::key("error-busy"));
            return self.refuse_if_possible(&arrived, busy).await;
        };
        if privacy::is_meant(&head) {
            return Box::pin(self.privacy(arrived)).await;
        }
        match head.kind {
            COMMAND => Box::pin(self.command(arrived)).await,
            COMPONENT => Box::pin(self.component(arrived)).await,
            AUTOCOMPLETE => Box::pin(self.autocomplete(arrived)).await,
            MODAL => Box::pin(self.modal(arrived)).await,
            kind => {
                debug!(kind, "an interaction of a kind that this version does not know");
                let unknown = ConvertError::unreadable("kind").reply();
                self.refuse_if_possible(&arrived, unknown).await;
            }
        }
    }

    fn arrived<'a>(
        &self,
        head: &'a frame::Interaction<'a>,
        raw: &'a str,
        received: Duration,
    ) -> Result<Arrived<'a>, ConvertError> {
        let at = convert::interaction(head)?;
        let application = head.application_id.as_deref().and_then(|id| id.parse().ok());
        let application = application.unwrap_or(self.application.id);
        let key = InteractionKey::new(at.id, application, &head.token, received);
        Ok(Arrived { head, raw, key, at, received })
    }

    async fn sudo(&self, arrived: Arrived<'_>) {
        let Ok(_permit) = self.turns.sudo.try_acquire() else {
            let busy = Error::new(ErrorKind::Unavailable).message(Text::key("error-busy"));
            return self.refuse_if_possible(&arrived, busy).await;
        };
        let Some(sudo) = self.sudo.get().filter(|_| sudo::is_known(arrived.head)) else {
            return self.refuse(&arrived, ConvertError::UnknownPath.reply(), sudo::NAME).await;
        };
        let age = self.age(arrived.at.id, arrived.received);
        let defer_at = self.clock.monotonic() + DEFER_AGE.saturating_sub(age);
        let dispatched = sudo.dispatch(arrived.raw, defer_at).await;
        let outcome = match dispatched {
            Ok(outcome) => outcome,
            Err(error) => {
                let error = Error::internal(super::chain(&error));
                let (answers, at) =
                    (self.answers(&arrived, Asked::Command, Defer::Private), &arrived.at);
                let blame = Blame { interaction: at.id, plugin: sudo::NAME, what: sudo::NAME };
                self.fail(&answers, &Failure::from(error), blame, at).await
            }
        };
        if arrived.head.kind == COMMAND {
            self.count(HOST, sudo::NAME, outcome, arrived.received);
        }
    }

    pub(super) fn answers(&self, arrived: &Arrived<'_>, asked: Asked, defer: Defer) -> Answers {
        let backstage = Arc::clone(&self.backstage);
        let answers = Answers::new(arrived.key.clone(), asked, defer, self.api.clone(), backstage);
        let installed = Installed::read(arrived.head.authorizing_integration_owners);
        answers.on(arrived.head.message).brought_by(installed)
    }

    /// Says a sentence where nothing but the way to say it can be read.
    async fn refuse_unread(&self, raw: &str, received: Duration, error: &ConvertError) {
        self.refuse_by_stub(raw, received, error.reply()).await;
    }

    /// Says a sentence with what little of an interaction the sentence needs.
    async fn refuse_by_stub(&self, raw: &str, received: Duration, error: Error) {
        let Some((stub, id)) = frame::Stub::parse(raw).and_then(|stub| {
            let id = stub.id.parse().ok()?;
            Some((stub, id))
        }) else {
            warn!(error = error.detail, "left out an interaction that cannot be read");
            return;
        };
        // Something may have been answered before.
        if let Some(open) = self.open.of(id) {
            let blame = Blame { interaction: id, plugin: &open.plugin, what: "interaction" };
            self.fail(&open.answers, &Failure::from(error), blame, &open.at).await;
            return;
        }
        let Ok(_permit) = self.turns.refusals.try_acquire() else {
            warn!("left out an interaction: too many are under way");
            return;
        };
        let key = InteractionKey::new(id, self.application.id, &stub.token, received);
        if stub.kind() == Some(AUTOCOMPLETE) {
            return super::answer::choices(&self.api, &key, Vec::new()).await;
        }
        let mut at = Interaction::default();
        (at.id, at.locale) = (id, stub.locale().unwrap_or("en-US").to_owned());
        let backstage = Arc::clone(&self.backstage);
        let answers =
            Answers::new(key, Asked::Command, Defer::Private, self.api.clone(), backstage);
        let blame = Blame { interaction: id, plugin: "", what: "interaction" };
        self.fail(&answers, &Failure::from(error), blame, &at).await;
    }

    /// Says a sentence in the place of a plugin, unless too many of them are under way.
    async fn refuse_if_possible(&self, arrived: &Arrived<'_>, error: Error) {
        match self.turns.refusals.try_acquire() {
            Ok(_permit) => Box::pin(self.refuse(arrived, error, "host")).await,
            Err(_) => warn!("left out an interaction: too many are under way"),
        }
    }

    /// Says a sentence in the place of a plugin.
    pub(super) async fn refuse(&self, arrived: &Arrived<'_>, error: Error, what: &str) {
        if arrived.head.kind == AUTOCOMPLETE {
            return super::answer::choices(&self.api, &arrived.key, Vec::new()).await;
        }
        let answers = self.answers(arrived, Asked::Command, Defer::Private);
        self.refuse_with(arrived, &answers, error, what).await;
    }

    /// Says a sentence in the place of a plugin, where something may have been answered before.
    async fn refuse_with(
        &self,
        arrived: &Arrived<'_>,
        answers: &Answers,
        error: Error,
        what: &str,
    ) {
        let blame = Blame { interaction: arrived.at.id, plugin: "", what };
        let command = match arrived.head.kind {
            COMMAND => what,
            // Who refuses them may name what stands in their ids, and those are without number.
            COMPONENT => "press",
            MODAL => "form",
            _ => "other",
        };
        let outcome = self.fail(answers, &Failure::from(error), blame, &arrived.at).await;
        self.count(HOST, command, outcome, arrived.received);
    }
}
