//! The answers to one interaction, in their order.
//!
//! Discord takes one first answer within three seconds, then edits and further messages for a quarter of
//! an hour. What is right depends on what was sent before; so all answers to one interaction take turns
//! here, the automatic defer among them.

mod error;

pub(super) use error::AnswerError;

use super::{
    api::{Api, ApiError, InteractionKey, Payload, Upload},
    backstage::Backstage,
    convert,
    render::{COMPONENTS_V2, Purpose, Reader, Rendered},
};
use lumina_plugin_api::{
    command::Defer,
    reply::{Message, Modal},
};
use serde_json::value::RawValue;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::Mutex;
use tracing::{debug, warn};

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
    /// A turn is held while its answer is sent: that is what keeps the order. Nobody waits for a turn
    /// but who answers the same interaction, and what is sent has its timeout.
    stage: Mutex<Stage>,
}

#[expect(clippy::await_holding_invalid_type, reason = "answers are sent in turns; see `stage`")]
impl Answers {
    pub(super) fn new(
        key: InteractionKey,
        asked: Asked,
        defer: Defer,
        api: Api,
        backstage: Arc<dyn Backstage>,
    ) -> Self {
        let (of_components, stage) = (AtomicBool::new(false), Mutex::new(Stage::Fresh));
        Self { key, asked, defer, api, backstage, of_components, stage }
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
        let mut stage = self.stage.lock().await;
        match *stage {
            Stage::Fresh => {
                self.first(&mut stage, MESSAGE, reader, message, Purpose::New { private }).await
            }
            Stage::Thinking => self.fill(&mut stage, reader, message, private).await,
            Stage::Shown => self.replace(&mut stage, reader, message).await,
            Stage::Acknowledged | Stage::ShownAmongOthers => {
                self.below(reader, message, private).await
            }
        }
    }

    /// Changes the message whose component was pressed; without one it shows a new message, in whose
    /// place a later answer comes.
    pub(super) async fn update(
        &self,
        reader: &Reader,
        message: &Message,
    ) -> Result<(), AnswerError> {
        let mut stage = self.stage.lock().await;
        if *stage != Stage::Fresh {
            return self.replace(&mut stage, reader, message).await;
        }
        let (kind, purpose) = self.own_or_update();
        self.first(&mut stage, kind, reader, message, purpose).await
    }

    /// Shows a further message.
    pub(super) async fn further(
        &self,
        reader: &Reader,
        message: &Message,
        private: bool,
    ) -> Result<(), AnswerError> {
        let mut stage = self.stage.lock().await;
        match *stage {
            Stage::Fresh => {
                let purpose = Purpose::New { private };
                self.first(&mut stage, MESSAGE, reader, message, purpose).await?;
            }
            Stage::Thinking => self.fill(&mut stage, reader, message, private).await?,
            _ => return self.below(reader, message, private).await,
        }
        *stage = Stage::ShownAmongOthers;
        Ok(())
    }

    /// Shows what went wrong, to the user only where that is still possible.
    pub(super) async fn failure(
        &self,
        reader: &Reader,
        message: &Message,
    ) -> Result<(), AnswerError> {
        let mut stage = self.stage.lock().await;
        match *stage {
            Stage::Fresh => {
                let purpose = Purpose::New { private: true };
                self.first(&mut stage, MESSAGE, reader, message, purpose).await
            }
            Stage::Thinking => match self.fill(&mut stage, reader, message, true).await {
                // Rather seen by others than for ever "thinking…".
                Err(_) if *stage == Stage::Thinking => {
                    self.replace(&mut stage, reader, message).await
                }
                shown => shown,
            },
            _ => self.below(reader, message, true).await,
        }
    }

    /// Opens a form.
    pub(super) async fn form(&self, reader: &Reader, modal: &Modal) -> Result<(), AnswerError> {
        let mut stage = self.stage.lock().await;
        if matches!(self.asked, Asked::Modal { .. }) {
            return Err(AnswerError::FormAfterForm);
        }
        if *stage != Stage::Fresh {
            return Err(AnswerError::LateForm);
        }
        let rendered = reader.modal(modal)?;
        let payload = self.prepared(reader, rendered).await?;
        self.send_first(&mut stage, MODAL, payload, Stage::Acknowledged).await
    }

    /// Answers that there is nothing to show; where Discord wants something shown, that it is done.
    pub(super) async fn nothing(&self, reader: &Reader, done: &Message) -> Result<(), AnswerError> {
        let mut stage = self.stage.lock().await;
        match *stage {
            Stage::Fresh if self.asked.on_message() => {
                self.api.callback(&self.key, ACKNOWLEDGE, None).await?;
                *stage = Stage::Acknowledged;
                Ok(())
            }
            Stage::Fresh => {
                let purpose = Purpose::New { private: true };
                self.first(&mut stage, MESSAGE, reader, done, purpose).await
            }
            Stage::Thinking => self.replace(&mut stage, reader, done).await,
            _ => Ok(()),
        }
    }

    /// The first answer changes the message that was pressed, or is one as the declaration wants it.
    fn own_or_update(&self) -> (u8, Purpose) {
        if self.asked.on_message() {
            (UPDATE, self.replacement())
        } else {
            (MESSAGE, Purpose::New { private: self.defer == Defer::Private })
        }
    }

    fn replacement(&self) -> Purpose {
        Purpose::Replacement { of_components: self.of_components.load(Ordering::Relaxed) }
    }

    async fn first(
        &self,
        stage: &mut Stage,
        kind: u8,
        reader: &Reader,
        message: &Message,
        purpose: Purpose,
    ) -> Result<(), AnswerError> {
        let payload = self.rendered(reader, message, purpose).await?;
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

    async fn replace(
        &self,
        stage: &mut Stage,
        reader: &Reader,
        message: &Message,
    ) -> Result<(), AnswerError> {
        let payload = self.rendered(reader, message, self.replacement()).await?;
        let of_components = is_of_components(&payload);
        self.api.edit_original(&self.key, payload).await?;
        self.of_components.store(of_components, Ordering::Relaxed);
        if *stage == Stage::Thinking {
            *stage = Stage::Shown;
        }
        Ok(())
    }

    /// Puts a message in the place of "thinking…". Discord lets it be no more private than that was; so
    /// one that everyone sees is removed first, where the message is for the user alone.
    async fn fill(
        &self,
        stage: &mut Stage,
        reader: &Reader,
        message: &Message,
        private: bool,
    ) -> Result<(), AnswerError> {
        if !private || self.defer == Defer::Private {
            return self.replace(stage, reader, message).await;
        }
        let payload = self.rendered(reader, message, Purpose::New { private }).await?;
        match self.api.delete_original(&self.key).await {
            // Somebody else has removed it.
            Ok(()) | Err(ApiError::Unknown { .. }) => *stage = Stage::Acknowledged,
            Err(error) => return Err(error.into()),
        }
        Ok(self.api.follow_up(&self.key, payload).await?)
    }

    async fn below(
        &self,
        reader: &Reader,
        message: &Message,
        private: bool,
    ) -> Result<(), AnswerError> {
        let payload = self.rendered(reader, message, Purpose::New { private }).await?;
        Ok(self.api.follow_up(&self.key, payload).await?)
    }

    async fn rendered(
        &self,
        reader: &Reader,
        message: &Message,
        purpose: Purpose,
    ) -> Result<Payload, AnswerError> {
        self.prepared(reader, reader.message(message, purpose)?).await
    }

    /// Keeps the states that did not fit and fetches the files, before anything is sent.
    async fn prepared(&self, reader: &Reader, rendered: Rendered) -> Result<Payload, AnswerError> {
        for view in rendered.views {
            let kept = self.backstage.keep_view(&reader.plugin, reader.invoker, view).await;
            kept.map_err(AnswerError::view)?;
        }
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
