//! What the old copy hands to the new one, while calls wait.

use lumina_plugin_api::{
    error::ErrorKind,
    message::{Request, Response},
    text::Text,
};
use serde_json::Value;
use tracing::warn;

use super::Lifecycle;
use crate::plugins::{
    error::{CallError, LoadError, Step},
    generation::Generation,
    inbox::Message,
};

/// What the old copy leaves.
enum Legacy {
    /// Nothing, as it wished.
    Nothing,
    /// This.
    State(Value),
    /// Nothing, because it does not react.
    Lost,
}

impl Lifecycle {
    /// Waits for the calls that run in `old`, and hands its state to `new`. Returns what is lost, as
    /// sentences.
    ///
    /// # Errors
    /// Why the old copy must go on serving.
    pub(super) async fn hand_over(
        &self,
        old: &Generation,
        new: &Generation,
    ) -> Result<Vec<Text>, LoadError> {
        let mut notes = Vec::new();
        let is_idle = old.react(Message::Idle, self.limits.switch_wait).await;
        let legacy = self.save(old).await?;
        if matches!(legacy, Legacy::Lost) {
            warn!(plugin.id = %old.name(), "the old copy does not react; its state is lost");
            notes.push(lost(old));
        } else if !is_idle {
            warn!(
                plugin.id = %old.name(),
                "calls outlive the switch; what they change in memory from here on is lost"
            );
            notes.push(Text::key("sudo-note-outlives"));
        }
        if let Legacy::State(state) = legacy {
            self.restore(new, state).await?;
        }
        match new.react(Message::Hello, self.limits.stuck_after).await {
            true => Ok(notes),
            false => Err(LoadError::Late { step: Step::Switch, limit: self.limits.stuck_after }),
        }
    }

    async fn save(&self, old: &Generation) -> Result<Legacy, LoadError> {
        if !old.react(Message::Hello, self.limits.stuck_after).await {
            return Ok(Legacy::Lost);
        }
        match old.ask(&Request::Save {}, self.limits.hand_over).await {
            Ok(Response::Saved(Value::Null)) => Ok(Legacy::Nothing),
            Ok(Response::Saved(state)) => Ok(Legacy::State(state)),
            Ok(_) => Ok(Legacy::Nothing),
            Err(error) if is_unsupported(&error) => Ok(Legacy::Nothing),
            Err(error) => Err(LoadError::Save(error)),
        }
    }

    async fn restore(&self, new: &Generation, state: Value) -> Result<(), LoadError> {
        let restored = new.ask(&Request::Restore { state }, self.limits.hand_over).await;
        restored.map(drop).map_err(LoadError::Restore)
    }
}

/// Says what becomes of a copy that does not react.
fn lost(old: &Generation) -> Text {
    let Some(stuck) = old.stuck() else { return Text::key("sudo-note-state-lost") };
    Text::key("sudo-note-replaced-zombie")
        .arg("what", stuck.since())
        .arg("outlook", Text::key("zombie-outlook"))
}

fn is_unsupported(error: &CallError) -> bool {
    matches!(error, CallError::Plugin { error, .. } if error.kind == ErrorKind::Unsupported)
}
