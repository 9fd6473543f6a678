//! What the host tells a plugin's thread.
//!
//! A queue of its own instead of a channel: a message may hold code of the plugin (a future it wants
//! to run), and such a message must be dropped on the plugin's thread even when it comes while the
//! thread ends. After [`Inbox::close`] the sender keeps what it could not send.

use async_ffi::FfiFuture;
use lumina_plugin_api::{descriptor::Descriptor, error::Error as PluginError, message::Response};
use std::{
    collections::VecDeque,
    fmt, mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Notify, oneshot};

use super::{
    busy::Errand,
    error::{CallError, Cause},
    host_side::Caller,
    registry::Answer,
};
use crate::texts::said;

/// A message to a plugin's thread.
pub(super) enum Message {
    /// Make the plugin from these bytes.
    Create { request: Vec<u8>, reply: oneshot::Sender<Result<(), Failure>> },
    /// Answer a call.
    Call(Call),
    /// Run this beside the calls.
    Spawn(FfiFuture<()>),
    /// Answer at once, to show that the thread reacts.
    Hello(oneshot::Sender<()>),
    /// Answer when no call runs.
    Idle(oneshot::Sender<()>),
    /// Drop all calls and tasks, then answer.
    Abort(oneshot::Sender<()>),
    /// Let the plugin end what it began, then answer.
    Shutdown(oneshot::Sender<()>),
    /// Leave.
    End,
}

/// A call, in the host's own bytes.
#[derive(Debug)]
pub(super) struct Call {
    /// A JSON request.
    pub(super) request: Vec<u8>,
    /// What the plugin does then.
    pub(super) errand: Errand,
    /// Where the answer goes; when nobody waits there any more the call is dropped.
    pub(super) reply: oneshot::Sender<Outcome>,
    /// Until when its answer is waited for by the host's clock; zero where real time counts.
    pub(super) until: Duration,
}

/// How a call ended, in the host's own bytes.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Which copy answered.
    pub(super) copy: Caller,
    /// A JSON answer, or why there is none.
    pub(super) result: Result<Vec<u8>, Failure>,
}

impl Outcome {
    /// Reads the answer.
    ///
    /// # Errors
    /// If there is none, or it is no message.
    pub(super) fn into_answer(self) -> Result<Answer, CallError> {
        let Self { copy, result } = self;
        let bytes = match result {
            Ok(bytes) => bytes,
            Err(failure) => return Err(failure.of(copy)),
        };
        match Response::read(&bytes) {
            Ok(response) => {
                let Caller { generation, descriptor, .. } = copy;
                Ok(Answer { response, generation, descriptor })
            }
            Err(source) => Err(CallError::Unreadable { plugin: copy.plugin, source }),
        }
    }
}

/// Why a plugin gave no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// It answered with an error.
    Error(PluginError),
    /// Its error is no message.
    Unreadable(serde_json::Error),
    /// Its answer is too long.
    TooLong { bytes: usize, bytes_max: usize },
}

impl Failure {
    /// Returns the failure of `copy` as whoever called it sees it.
    fn of(self, copy: Caller) -> CallError {
        let Caller { plugin, descriptor, .. } = copy;
        match self {
            Self::Error(error) => CallError::Plugin { plugin, error: Cause(error), descriptor },
            Self::Unreadable(source) => CallError::Unreadable { plugin, source },
            Self::TooLong { bytes, bytes_max } => CallError::TooLong { plugin, bytes, bytes_max },
        }
    }

    /// Returns the same with words for whoever loads the plugin, where it has only some for users.
    pub(super) fn in_words(mut self, descriptor: Option<&Descriptor>) -> Self {
        if let (Self::Error(error), Some(descriptor)) = (&mut self, descriptor) {
            error.detail = said(error, descriptor).unwrap_or_default();
        }
        self
    }

    /// Returns the failure as an error of the plugin.
    pub(super) fn into_error(self) -> PluginError {
        match self {
            Self::Error(error) => error,
            Self::Unreadable(source) => PluginError::internal(format!("unreadable: {source}")),
            Self::TooLong { bytes, bytes_max } => {
                PluginError::internal(format!("{bytes} bytes, more than {bytes_max}"))
            }
        }
    }
}

/// Messages to a plugin's thread, in their order.
pub(super) struct Inbox {
    /// None when the thread takes nothing more.
    messages: Mutex<Option<VecDeque<Message>>>,
    came: Notify,
    /// Above so many waiting messages, calls that nobody waits for are thrown out.
    crowded: usize,
}

impl Inbox {
    /// Makes an empty inbox that tidies itself above `crowded` messages.
    pub(super) fn new(crowded: usize) -> Self {
        Self { messages: Mutex::new(Some(VecDeque::new())), came: Notify::new(), crowded }
    }

    /// Puts a message at the end.
    ///
    /// # Errors
    /// The message, if the thread takes nothing more.
    pub(super) fn push(&self, message: Message) -> Result<(), Message> {
        let mut messages = self.messages();
        let Some(queue) = messages.as_mut() else { return Err(message) };
        if queue.len() >= self.crowded {
            queue.retain(|message| !message.is_forsaken());
        }
        queue.push_back(message);
        drop(messages);
        self.came.notify_one();
        Ok(())
    }

    /// Waits for the next message.
    pub(super) async fn next(&self) -> Message {
        loop {
            let message = self.messages().as_mut().and_then(VecDeque::pop_front);
            match message {
                Some(message) => return message,
                None => self.came.notified().await,
            }
        }
    }

    /// Takes nothing more; what still waits is dropped here. Called on the plugin's thread.
    pub(super) fn close(&self) {
        let left = mem::take(&mut *self.messages());
        drop(left);
    }

    fn messages(&self) -> MutexGuard<'_, Option<VecDeque<Message>>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Message {
    /// Whether it is a call that nobody waits for any more. Such a message holds host bytes only.
    fn is_forsaken(&self) -> bool {
        matches!(self, Self::Call(call) if call.reply.is_closed())
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inbox")
    }
}
