//! What is ready before an answer is sent: it is written, and the states are kept that did not fit into
//! its components. That may take long, so that it must never be done while the defer has to wait.

use super::{AnswerError, Answers};
use crate::discord::{
    backstage::View,
    render::{Purpose, Reader, RenderError, Rendered},
};
use lumina_plugin_api::{
    error::{Error, ErrorKind},
    reply::Message,
    text::Text,
};
use std::{mem, time::Duration};

/// How long the states of one message may take to be kept. One waits 5 s for a database that somebody
/// holds, and milliseconds otherwise.
const KEEP_TIME: Duration = Duration::from_secs(8);

/// A message that is ready to be sent.
pub(super) struct Draft<'a> {
    pub(super) reader: &'a Reader,
    message: &'a Message,
    written: Option<(Purpose, Rendered)>,
}

impl<'a> Draft<'a> {
    /// A message of the host's own, which carries no states.
    pub(super) fn of_host(reader: &'a Reader, message: &'a Message) -> Self {
        Self { reader, message, written: None }
    }

    /// Returns it as it is sent for a purpose.
    pub(super) fn rendered(&mut self, purpose: Purpose) -> Result<Rendered, RenderError> {
        match self.written.take() {
            Some((written_for, rendered)) if written_for == purpose => Ok(rendered),
            // It was deferred since. The same states have the same keys, and are kept.
            _ => self.reader.message(self.message, purpose),
        }
    }
}

impl Answers {
    /// Writes a message for what is likely its purpose, and keeps its states.
    pub(super) async fn draft<'a>(
        &self,
        reader: &'a Reader,
        message: &'a Message,
        likely: Purpose,
    ) -> Result<Draft<'a>, AnswerError> {
        let mut rendered = reader.message(message, likely)?;
        self.keep(reader, mem::take(&mut rendered.views)).await?;
        Ok(Draft { reader, message, written: Some((likely, rendered)) })
    }

    /// Keeps the states that did not fit.
    pub(super) async fn keep(&self, reader: &Reader, views: Vec<View>) -> Result<(), AnswerError> {
        if views.is_empty() {
            return Ok(());
        }
        let keeping = async {
            for view in views {
                self.backstage.keep_view(&reader.plugin, reader.invoker, view).await?;
            }
            Ok(())
        };
        let kept = self.api.within(KEEP_TIME, keeping).await;
        kept.unwrap_or_else(|_| Err(late())).map_err(AnswerError::view)
    }
}

fn late() -> Error {
    let detail = format!("the states of a message took longer than {KEEP_TIME:?}");
    Error::new(ErrorKind::Unavailable).message(Text::key("unshown-busy")).detail(detail)
}
