//! The course of one interaction through its plugin: defer in time, deadline, answer or sentence.

use super::{
    Shared,
    answer::{AnswerError, Answers},
    error_reply::{Blame, Failure},
    open::{Open, TOKEN_LIFE},
    panics, privacy,
    render::Reader,
};
use crate::{
    clock::UnixMillis,
    metrics::{Outcome, Use},
    plugins::{Answer, CallError, Plugin, State},
};
use lumina_plugin_api::{
    descriptor::Descriptor,
    error::{Error, ErrorKind},
    id::InteractionId,
    interaction::Interaction,
    message::{Request, Response},
    reply::{Message, Reply},
    text::Text,
};
use std::{sync::Arc, time::Duration};
use tracing::{debug, warn};

/// The age at which an interaction is deferred: half of the three seconds that Discord gives, so that
/// the defer itself has time to arrive.
pub(super) const DEFER_AGE: Duration = Duration::from_millis(1_500);
/// How old an interaction may be at its receipt: Discord drops it if it has no answer by then.
const ANSWERABLE: Duration = Duration::from_secs(3);
/// The age up to which suggestions are worth waiting for.
pub(super) const SUGGEST_AGE: Duration = Duration::from_millis(2_500);
/// What is kept of an interaction's life for the sentence at its end.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// An interaction given to a plugin.
pub(super) struct Course<'a> {
    /// The interaction.
    pub open: Arc<Open>,
    /// The plugin.
    pub plugin: &'a Plugin,
    /// What it is asked.
    pub request: Request,
    /// How long it may take.
    pub deadline: Duration,
    /// Whether it may be asked twice, where the copy that worked on it was ended.
    pub idempotent: bool,
    /// What was used, for the log.
    pub what: &'a str,
}

impl Shared {
    /// Gives an interaction to its plugin and shows what comes of it.
    pub(super) async fn run(&self, course: Course<'_>) {
        let (open, plugin, what) = (&course.open, course.plugin, course.what);
        let age = self.age(open.at.id, open.received);
        let deadline = course.deadline.min(TOKEN_LIFE.saturating_sub(age + LAST_WORDS));
        self.open.keep(open);
        let blame = Blame { interaction: open.at.id, plugin: plugin.name(), what };
        let work = async {
            match self.unless_cut_off(plugin.name(), ask(&course, deadline)).await {
                Ok(answer) => Box::pin(self.show(open, answer)).await,
                Err(failed) => Err(self.no_answer(failed, plugin.name())),
            }
        };
        let shown = self.in_time(&open.answers, DEFER_AGE.saturating_sub(age), work).await;
        let outcome = match &shown {
            Ok(Shown::Seen) => Outcome::Answered,
            Ok(Shown::Unseen) => Outcome::Lost,
            Err(failure) => Box::pin(self.fail(&open.answers, failure, blame, &open.at)).await,
        };
        self.count(plugin.name(), command_of(&course.request, what), outcome, open.received);
        open.answered();
    }

    /// Waits for a plugin's answer, until the host's own end.
    pub(super) async fn unless_cut_off<T>(
        &self,
        plugin: &str,
        asked: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        let answered = self.cut_off.run_until_cancelled(asked).await;
        answered.unwrap_or_else(|| Err(CallError::Ended { plugin: plugin.into() }))
    }

    /// Does what an answer needs, and defers where it is not there `within` that time. A panic is a
    /// fault of ours, which its user is told.
    pub(super) async fn in_time<T, E: From<Error>>(
        &self,
        answers: &Answers,
        within: Duration,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let mut work = std::pin::pin!(panics::caught(work));
        tokio::select! {
            biased;
            done = &mut work => done,
            () = self.clock.sleep(within) => tokio::join!(Box::pin(answers.defer()), work).1,
        }
    }

    /// Shows a plugin's answer.
    async fn show(&self, open: &Open, answer: Answer) -> Result<Shown, Failure> {
        let reply = match answer.response {
            Response::Reply(reply) => *reply,
            _ => return Err(Error::internal("the plugin answered with no reply").into()),
        };
        let reader = self.reader(&open.at, &answer.descriptor);
        let answers = &open.answers;
        let shown = match &reply {
            Reply::Message { message, private } => {
                answers.message(&reader, message, *private).await
            }
            Reply::Update { message } => self.update(answers, &open.at, &reader, message).await,
            Reply::Modal(modal) => answers.form(&reader, modal).await,
            Reply::Nothing => {
                let done = Message::text(
                    self.texts.say(&Text::key("done"), self.texts.host().reading(&open.at)),
                );
                answers.nothing(&reader, &done).await
            }
            other => {
                let name = serde_json::to_value(other).ok();
                let name = name.and_then(|value| value.as_object()?.keys().next().cloned());
                let detail = format!("no reply `{}` in this version", name.unwrap_or_default());
                return Err(Error::new(ErrorKind::Unsupported).detail(detail).into());
            }
        };
        match shown {
            Ok(()) => Ok(Shown::Seen),
            Err(error) if error.is_over() => {
                let error = super::chain(&error);
                debug!(interaction.id = %open.at.id, error, "dropped an answer that came too late");
                Ok(Shown::Unseen)
            }
            Err(error) => Err(error.reply(&open.at).into()),
        }
    }

    /// Changes the message that was pressed. Where it was deleted, what it would have said above all is
    /// told to the user alone: what was pressed is done.
    pub(super) async fn update(
        &self,
        answers: &Answers,
        at: &Interaction,
        reader: &Reader,
        message: &Message,
    ) -> Result<(), AnswerError> {
        let shown = answers.update(reader, message).await;
        if !shown.as_ref().is_err_and(AnswerError::is_of_deleted) {
            return shown;
        }
        if message.content.is_empty() {
            let done = Message::text(Text::key("done-unseen"));
            return answers.failure(&self.host_reader(at), &done).await;
        }
        answers.failure(reader, &Message::text(message.content.clone())).await
    }

    /// Says why a plugin gave no answer.
    fn no_answer(&self, failed: CallError, plugin: &str) -> Failure {
        let is_gone = matches!(failed, CallError::NotServing { .. } | CallError::Ended { .. });
        let mut failure = Failure::of_call(failed, &self.texts);
        if is_gone {
            failure.error.message = Some(self.absence_of(plugin));
        }
        failure
    }

    /// Says why a plugin does not serve: it is being switched, or nobody has loaded it.
    pub(super) fn absence_of(&self, plugin: &str) -> Text {
        let status = self.plugins.registry().status(plugin);
        absence(status.map(|status| status.state))
    }

    /// Counts an interaction that has ended, where anyone wants to know, and whether it was seen.
    pub(super) fn count(&self, plugin: &str, command: &str, outcome: Outcome, received: Duration) {
        self.sight.note(outcome == Outcome::Lost);
        if let Some(metrics) = &self.metrics {
            let took = self.clock.monotonic().saturating_sub(received);
            metrics.ended(Use { plugin, command }, outcome, took);
        }
    }

    /// Tells a user what went wrong; returns what became of the interaction.
    pub(super) async fn fail(
        &self,
        answers: &Answers,
        failure: &Failure,
        blame: Blame<'_>,
        at: &Interaction,
    ) -> Outcome {
        let message = self.replies.message(failure, blame, self.texts.host().reading(at));
        let reader = self.host_reader(at);
        let Err(error) = answers.failure(&reader, &message).await else {
            return outcome_of(failure);
        };
        let is_over = error.is_over();
        let error = super::chain(&error);
        if is_over {
            // Why has been told.
            debug!(interaction.id = %blame.interaction, error, "nobody waits any more");
        } else {
            warn!(interaction.id = %blame.interaction, error, "could not tell the user what went wrong");
        }
        Outcome::Lost
    }

    /// Returns how old an interaction is: by Discord's clock, and never less than the time since it
    /// arrived.
    pub(super) fn age(&self, id: InteractionId, received: Duration) -> Duration {
        let here = self.clock.monotonic().saturating_sub(received);
        age(self.door.discord_now().since(UnixMillis(id.created_ms())), here)
    }

    /// Returns how the words of a copy of a plugin are read, by what the copy declares.
    pub(super) fn reader(&self, at: &Interaction, copy: &Descriptor) -> Reader {
        let texts = self.texts.of(copy);
        Reader {
            plugin: copy.name.clone(),
            state_version: copy.state_version,
            locale: texts.reading(at).to_owned(),
            texts,
            invoker: at.user.id,
        }
    }

    /// Returns an interaction as `plugin` is given it: with the language in which its words are read.
    pub(super) fn as_read(&self, plugin: &Plugin, at: &Interaction) -> Interaction {
        let mut at = at.clone();
        at.reading_locale = Some(self.texts.of(plugin.descriptor()).reading(&at).to_owned());
        at
    }

    /// Returns how the host's own words are read.
    pub(super) fn host_reader(&self, at: &Interaction) -> Reader {
        let texts = Arc::clone(self.texts.host());
        Reader {
            plugin: privacy::HOST.to_owned(),
            state_version: 0,
            locale: texts.reading(at).to_owned(),
            texts,
            invoker: at.user.id,
        }
    }
}

/// Returns how old an interaction is, `there` by Discord's clock and `here` since its receipt. A clock that
/// is wrong makes it no older than what can still be answered, and takes nothing of the plugin's time.
fn age(there: Duration, here: Duration) -> Duration {
    there.min(here + ANSWERABLE).max(here)
}

/// Asks the plugin, twice at most where that does no harm.
async fn ask(course: &Course<'_>, deadline: Duration) -> Result<Answer, CallError> {
    let Course { plugin, request, idempotent, .. } = course;
    if *idempotent {
        plugin.call_idempotent(request, deadline).await
    } else {
        plugin.call(request, deadline).await
    }
}

/// What was used, for figures: names that plugins declare only.
fn command_of<'a>(request: &Request, what: &'a str) -> &'a str {
    match request {
        Request::Command(_) => what,
        Request::Component(_) => "press",
        Request::Modal(_) => "form",
        _ => "other",
    }
}

/// What is said where a plugin that stands there gave no answer.
fn absence(state: Option<State>) -> Text {
    Text::key(match state {
        Some(State::Found | State::Checked | State::Loading | State::Serving) => {
            "error-switched-off"
        }
        Some(State::Failed) => "error-broken",
        _ => "error-unloaded",
    })
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Seen,
    /// Nobody can see it any more, or nobody knows.
    Unseen,
}

fn outcome_of(failure: &Failure) -> Outcome {
    match failure.error.kind {
        ErrorKind::Internal => Outcome::Failed,
        _ => Outcome::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_by_years_makes_an_interaction_seconds_older_at_most() {
        let s = Duration::from_secs;
        assert_eq!(age(s(1), s(0)), s(1));
        assert_eq!(age(s(0), s(2)), s(2));
        assert_eq!(age(s(3_000_000_000), s(0)), s(3));
        assert_eq!(age(s(3_000_000_000), s(60)), s(63));
    }

    #[test]
    fn what_is_being_switched_is_told_from_what_nobody_has_loaded_and_from_what_failed() {
        let is_passing = |state| absence(state) == Text::key("error-switched-off");
        let passing = [State::Found, State::Checked, State::Loading, State::Serving];
        assert!(passing.into_iter().all(|state| is_passing(Some(state))));
        let lasting = [State::Draining, State::Unloaded, State::Failed, State::Zombie];
        assert!(!lasting.into_iter().any(|state| is_passing(Some(state))) && !is_passing(None));
        let is_broken = |state| absence(Some(state)) == Text::key("error-broken");
        assert!(is_broken(State::Failed) && !is_broken(State::Unloaded));
    }
}
