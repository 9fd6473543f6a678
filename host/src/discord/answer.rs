//! The answers to one interaction, in their order.
//!
//! Discord takes one first answer within three seconds, then edits and further messages for a quarter of
//! an hour. What is right depends on what was sent before; so all answers to one interaction take turns
//! here. The automatic defer comes in between, but for what is being sent.

mod below;
mod draft;
mod error;
mod way;

pub(super) use error::AnswerError;

use super::{
    api::{Api, ApiError, InteractionKey, Payload, Upload},
    backstage::Backstage,
    convert,
    render::{COMPONENTS_V2, Purpose, Reader, Rendered},
};
use draft::Draft;
use lumina_plugin_api::{
    command::Defer,
    reply::{Message, Modal},
};
use serde_json::value::RawValue;
use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tokio::sync::Mutex;
use tracing::{debug, warn};
use way::{Wanted, Way};

/// The largest sum of files in one message (reference, "Uploading Files").
const UPLOAD_BYTES_MAX: usize = 25 * 1024 * 1024;

// Kinds of first answers (reference, "Interaction Callback Type").
const MESSAGE: u8 = 4;
const THINKING: u8 = 5;
const ACKNOWLEDGE: u8 = 6;
const UPDATE: u8 = 7;
const CHOICES: u8 = 8;
const MODAL: u8 = 9;

/// What a user did, as far as answers depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Used a command.
    Command,
    /// Pressed a component.
    Component,
    /// Sent a form; perhaps one that a component opened.
    Modal {
        /// Whether there is a message to change.
        on_message: bool,
    },
}

impl Asked {
    /// Whether there is a message that can be changed in place.
    fn on_message(self) -> bool {
        matches!(self, Self::Component | Self::Modal { on_message: true })
    }
}

/// What has been sent so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing.
    Fresh,
    /// The user sees "thinking…".
    Thinking,
    /// The press was taken note of; nothing of ours is shown.
    Acknowledged,
    /// The answer is shown and may be changed.
    Shown,
    /// The first of several messages is shown; further ones stand below it.
    ShownAmongOthers,
}

/// The answers to one interaction.
#[derive(Debug)]
pub(super) struct Answers {
    key: InteractionKey,
    asked: Asked,
    /// Who sees an answer that was deferred.
    defer: Defer,
    api: Api,
    backstage: Arc<dyn Backstage>,
    /// Whether what a change would change consists of components. Written in turns.
    of_components: AtomicBool,
    /// How many messages Discord takes below the first answer. Written while `stage` is held.
    n_below_left: AtomicUsize,
    /// A turn is held from the writing of an answer until it was sent: that is what keeps the order.
    /// Nobody waits for a turn but who answers the same interaction, and each part of it has its timeout.
    turns: Mutex<()>,
    /// Held while something is sent, the defer too, which waits for no turn.
    stage: Mutex<Stage>,
}

#[expect(clippy::await_holding_invalid_type, reason = "answers are sent in turns; see `turns`")]
impl Answers {
    pub(super) fn new(
        key: InteractionKey,
        asked: Asked,
        defer: Defer,
        api: Api,
        backstage: Arc<dyn Backstage>,
    ) -> Self {
        let (of_components, turns) = (AtomicBool::new(false), Mutex::default());
        let (stage, n_below_left) = (Mutex::new(Stage::Fresh), AtomicUsize::new(usize::MAX));
        Self { key, asked, defer, api, backstage, of_components, n_below_left, turns, stage }
    }

    /// Names the message that was acted on.
    pub(super) fn on(self, message: Option<&RawValue>) -> Self {
        let of_components = message.is_some_and(convert::is_of_components);
        Self { of_components: AtomicBool::new(of_components), ..self }
    }

    /// Tells Discord that an answer will come, unless one was given.
    pub(super) async fn defer(&self) {
        let mut stage = self.stage.lock().await;
        if *stage != Stage::Fresh {
            return;
        }
        let (kind, next) = if self.asked.on_message() {
            (ACKNOWLEDGE, Stage::Acknowledged)
        } else {
            (THINKING, Stage::Thinking)
        };
        let flags = (kind == THINKING && self.defer == Defer::Private).then(|| {
            let mut payload = Payload::default();
            payload.body.insert("flags".to_owned(), (1 << 6).into());
            payload
        });
        match self.api.callback(&self.key, kind, flags).await {
            Ok(()) => *stage = next,
            Err(error) if error.may_have_worked() => *stage = next,
            // That has been told.
            Err(ApiError::TooLate) => {}
            Err(error) => {
                warn!(interaction.id = %self.key.id, error = %super::chain(&error), "could not defer");
            }
        }
    }

    /// Shows the plugin's answer.
    pub(super) async fn message(
        &self,
        reader: &Reader,
        message: &Message,
        private: bool,
    ) -> Result<(), AnswerError> {
        self.show(reader, message, Wanted::Answer { private }).await
    }

    /// Changes the message whose component was pressed; without one it shows a new message, in whose
    /// place a later answer comes.
    pub(super) async fn update(
        &self,
        reader: &Reader,
        message: &Message,
    ) -> Result<(), AnswerError> {
        self.show(reader, message, Wanted::Update).await
    }

    /// Shows a further message.
    pub(super) async fn further(
        &self,
        reader: &Reader,
        message: &Message,
        private: bool,
    ) -> Result<(), AnswerError> {
        self.show(reader, message, Wanted::Further { private }).await
    }

    /// Shows what went wrong, to the user only where that is still possible. It carries no state.
    pub(super) async fn failure(
        &self,
        reader: &Reader,
        message: &Message,
    ) -> Result<(), AnswerError> {
        let _turn = self.turns.lock().await;
        let mut draft = Draft::of_host(reader, message);
        let mut stage = self.stage.lock().await;
        let way = self.way(*stage, Wanted::Further { private: true });
        match self.send(&mut stage, way, &mut draft).await {
            // Rather seen by others than for ever "thinking…".
            Err(_) if *stage == Stage::Thinking => {
                self.send(&mut stage, Way::Replace, &mut draft).await
            }
            sent => sent,
        }
    }

    /// Opens a form.
    pub(super) async fn form(&self, reader: &Reader, modal: &Modal) -> Result<(), AnswerError> {
        let _turn = self.turns.lock().await;
        if matches!(self.asked, Asked::Modal { .. }) {
            return Err(AnswerError::FormAfterForm);
        }
        if *self.stage.lock().await != Stage::Fresh {
            return Err(AnswerError::LateForm);
        }
        let mut rendered = reader.modal(modal)?;
        self.keep(reader, mem::take(&mut rendered.views)).await?;
        // It may have been deferred meanwhile.
        let mut stage = self.stage.lock().await;
        if *stage != Stage::Fresh {
            return Err(AnswerError::LateForm);
        }
        let payload = self.payload(reader, rendered)?;
        self.send_first(&mut stage, MODAL, payload, Stage::Acknowledged).await
    }

    /// Answers that there is nothing to show; where Discord wants something shown, that it is done.
    pub(super) async fn nothing(&self, reader: &Reader, done: &Message) -> Result<(), AnswerError> {
        let _turn = self.turns.lock().await;
        let mut stage = self.stage.lock().await;
        let way = match *stage {
            Stage::Fresh if self.asked.on_message() => {
                self.api.callback(&self.key, ACKNOWLEDGE, None).await?;
                *stage = Stage::Acknowledged;
                return Ok(());
            }
            Stage::Fresh => Way::First { kind: MESSAGE, purpose: Purpose::New { private: true } },
            Stage::Thinking => Way::Replace,
            _ => return Ok(()),
        };
        self.send(&mut stage, way, &mut Draft::of_host(reader, done)).await
    }

    /// Writes a message and keeps its states, and then sends it by what was sent before.
    async fn show(
        &self,
        reader: &Reader,
        message: &Message,
        wanted: Wanted,
    ) -> Result<(), AnswerError> {
        let _turn = self.turns.lock().await;
        let likely = self.way(*self.stage.lock().await, wanted);
        let mut draft = self.draft(reader, message, self.purpose(likely)).await?;
        let mut stage = self.stage.lock().await;
        let way = self.way(*stage, wanted);
        self.check_room(way, wanted)?;
        self.send(&mut stage, way, &mut draft).await?;
        if matches!(wanted, Wanted::Further { .. }) && !matches!(way, Way::Below { .. }) {
            *stage = Stage::ShownAmongOthers;
        }
        Ok(())
    }

    async fn send(
        &self,
        stage: &mut Stage,
        way: Way,
        draft: &mut Draft<'_>,
    ) -> Result<(), AnswerError> {
        let payload = self.payload(draft.reader, draft.rendered(self.purpose(way))?)?;
        match way {
            Way::First { kind, .. } => self.first(stage, kind, payload).await,
            Way::Replace => self.replace(stage, payload).await,
            Way::Instead => self.instead(stage, payload).await,
            Way::Below { .. } => self.below(payload).await,
        }
    }

    async fn first(
        &self,
        stage: &mut Stage,
        kind: u8,
        payload: Payload,
    ) -> Result<(), AnswerError> {
        let next = if kind == UPDATE { Stage::Acknowledged } else { Stage::Shown };
        let of_components = is_of_components(&payload);
        let sent = self.send_first(stage, kind, payload, next).await;
        if *stage == next {
            self.of_components.store(of_components, Ordering::Relaxed);
        }
        sent
    }

    async fn send_first(
        &self,
        stage: &mut Stage,
        kind: u8,
        payload: Payload,
        next: Stage,
    ) -> Result<(), AnswerError> {
        let sent = self.api.callback(&self.key, kind, Some(payload)).await;
        if sent.as_ref().is_err_and(ApiError::may_have_worked) || sent.is_ok() {
            *stage = next;
        }
        Ok(sent?)
    }

    async fn replace(&self, stage: &mut Stage, payload: Payload) -> Result<(), AnswerError> {
        let of_components = is_of_components(&payload);
        self.api.edit_original(&self.key, payload).await?;
        self.of_components.store(of_components, Ordering::Relaxed);
        if *stage == Stage::Thinking {
            *stage = Stage::Shown;
        }
        Ok(())
    }

    /// Removes the "thinking…" that everyone sees, and shows the message to the user alone.
    async fn instead(&self, stage: &mut Stage, payload: Payload) -> Result<(), AnswerError> {
        match self.api.delete_original(&self.key).await {
            // Somebody else has removed it.
            Ok(()) | Err(ApiError::Unknown { .. }) => *stage = Stage::Acknowledged,
            Err(error) => return Err(error.into()),
        }
        self.below(payload).await
    }

    /// Fetches the files, before anything is sent.
    fn payload(&self, reader: &Reader, rendered: Rendered) -> Result<Payload, AnswerError> {
        let mut files: Vec<Upload> = Vec::with_capacity(rendered.files.len());
        for file in rendered.files {
            let bytes = self.backstage.blob(&reader.plugin, &file.blob);
            let bytes =
                bytes.ok_or_else(|| AnswerError::FileGone { name: file.filename.clone() })?;
            files.push((file.filename, bytes));
        }
        let n_bytes = files.iter().map(|(_, bytes)| bytes.len()).sum();
        if n_bytes > UPLOAD_BYTES_MAX {
            return Err(AnswerError::FilesTooLarge { n_bytes });
        }
        Ok(Payload { body: rendered.body, files })
    }
}

fn is_of_components(payload: &Payload) -> bool {
    let flags = payload.body.get("flags").and_then(serde_json::Value::as_u64);
    flags.is_some_and(|flags| flags & COMPONENTS_V2 != 0)
}

/// Answers an autocomplete, once and quietly.
pub(super) async fn choices(api: &Api, key: &InteractionKey, choices: Vec<serde_json::Value>) {
    let mut payload = Payload::default();
    payload.body.insert("choices".to_owned(), choices.into());
    if let Err(error) = api.callback(key, CHOICES, Some(payload)).await {
        debug!(interaction.id = %key.id, error = %super::chain(&error), "suggestions were not taken");
    }
}
