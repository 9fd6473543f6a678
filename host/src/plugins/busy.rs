//! What a plugin's thread is busy with, and for how long.
//!
//! Nobody can look into a thread that does not come back, but what it went into can be noted: around each
//! poll and drop of a future of the plugin. That costs a lock that hardly anybody else wants and a look at
//! the clock, and must never cost more: it is done for each step of each call.

use lumina_plugin_api::{command::CommandKind, message::Request, text::Text};
use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use thiserror::Error;

use crate::{
    clock::Clock,
    texts::{Told, name, quoted, say_in_english},
};

/// From here on a time is told in minutes: seconds are exact enough to read until then.
const TOLD_IN_MINUTES: Duration = Duration::from_secs(120);

/// What code of a plugin is run for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Errand {
    /// The plugin is being made.
    Create,
    /// It begins to serve.
    Start,
    /// It hands over what it knows to the copy after it.
    HandOver,
    /// It takes over what the copy before it knew.
    TakeOver,
    /// A command was used.
    Command(CommandKind, String),
    /// Values for a command are to be suggested.
    Suggestions(String),
    /// A component of this handler was pressed.
    Press(String),
    /// A form of this handler was sent.
    Form(String),
    /// A gateway event came.
    Event(String),
    /// What it keeps about a user is asked for, or is to be deleted.
    Privacy,
    /// It does something beside its calls.
    Task,
    /// It ends.
    End,
    /// Something that this version has no word for.
    Other,
}

/// A copy of a plugin whose thread does not come back from its code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Stuck {
    /// The plugin.
    pub plugin: Arc<str>,
    /// What its thread went into.
    pub errand: Arc<Errand>,
    /// How long ago.
    pub lasting: Duration,
    /// Whether it serves, so that a reload replaces it.
    pub is_serving: bool,
}

say_in_english!(Stuck);

impl Told for Stuck {
    fn own(&self) -> Text {
        match self.is_serving {
            true => Text::key("stuck").arg("what", self.since()).arg("plugin", name(&self.plugin)),
            false => self.since(),
        }
    }
}

impl Stuck {
    /// Returns the part of it that says what the thread is busy with and for how long.
    pub(super) fn since(&self) -> Text {
        Text::key("stuck-for").arg("errand", self.errand.text()).arg("span", span(self.lasting))
    }
}

impl Errand {
    /// Returns what a plugin does that is asked this.
    pub(super) fn of(request: &Request) -> Self {
        match request {
            Request::Start {} => Self::Start,
            Request::Save {} => Self::HandOver,
            Request::Restore { .. } => Self::TakeOver,
            Request::Command(call) => Self::Command(call.kind, call.name.clone()),
            Request::Autocomplete(call) => Self::Suggestions(call.name.clone()),
            Request::Component(press) => Self::Press(press.handler.clone()),
            Request::Modal(submit) => Self::Form(submit.handler.clone()),
            Request::Event(event) => Self::Event(event.name.clone()),
            Request::Export { .. } | Request::Delete { .. } => Self::Privacy,
            _ => Self::Other,
        }
    }

    fn text(&self) -> Text {
        let named = |key: &str, what: &str| Text::key(key).arg("name", name(what));
        match self {
            Self::Create => Text::key("busy-create"),
            Self::Start => Text::key("busy-start"),
            Self::HandOver => Text::key("busy-hand-over"),
            Self::TakeOver => Text::key("busy-take-over"),
            Self::Command(CommandKind::Slash, command) => name(format_args!("`/{command}`")),
            Self::Command(_, command) => quoted(command),
            Self::Suggestions(command) => named("busy-suggestions", command),
            Self::Press(handler) => named("busy-press", handler),
            Self::Form(handler) => named("busy-form", handler),
            Self::Event(event) => named("busy-event", event),
            Self::Privacy => name("`/privacy`"),
            Self::Task => Text::key("busy-task"),
            Self::End => Text::key("busy-end"),
            Self::Other => Text::key("busy-other"),
        }
    }
}

fn span(time: Duration) -> Text {
    let seconds = time.as_secs();
    match time < TOLD_IN_MINUTES {
        true => Text::key("span-seconds").arg("n", seconds as f64),
        false => Text::key("span-minutes").arg("n", (seconds / 60) as f64),
    }
}

/// What a plugin's thread is in, if it is in code of the plugin.
#[derive(Debug)]
pub(super) struct Busy {
    clock: Clock,
    inside: Mutex<Option<Inside>>,
}

#[derive(Debug)]
struct Inside {
    errand: Arc<Errand>,
    since: Duration,
}

impl Busy {
    /// Takes the clock that tells how long.
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, inside: Mutex::default() }
    }

    /// Notes that the thread goes into the plugin's code, until the returned guard is dropped.
    pub(super) fn enter(&self, errand: &Arc<Errand>) -> impl Drop + use<'_> {
        let inside = Inside { errand: errand.clone(), since: self.clock.monotonic() };
        *self.inside() = Some(inside);
        Visit(self)
    }

    /// Returns a future that notes when the thread is in `future`.
    pub(super) fn watched<F: Future>(self: &Arc<Self>, errand: Errand, future: F) -> Watched<F> {
        Watched { future: Some(future), errand: Arc::new(errand), busy: self.clone() }
    }

    /// Returns what the thread has been in for at least `limit`, and for how long.
    pub(super) fn for_at_least(&self, limit: Duration) -> Option<(Arc<Errand>, Duration)> {
        let inside = self.inside();
        let Inside { errand, since } = inside.as_ref()?;
        let lasting = self.clock.monotonic().saturating_sub(*since);
        (lasting >= limit).then(|| (errand.clone(), lasting))
    }

    fn inside(&self) -> MutexGuard<'_, Option<Inside>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread is in the plugin's code until this is dropped.
struct Visit<'a>(&'a Busy);

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        *self.0.inside() = None;
    }
}

pin_project! {
    /// A future of a plugin, which is polled and dropped under the eyes of [`Busy`].
    pub(super) struct Watched<F> {
        #[pin]
        future: Option<F>,
        errand: Arc<Errand>,
        busy: Arc<Busy>,
    }

    impl<F> PinnedDrop for Watched<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _visit = this.busy.enter(this.errand);
            this.future.set(None);
        }
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let _visit = this.busy.enter(this.errand);
        let future = this.future.as_mut().as_pin_mut().expect("it goes when this is dropped");
        future.poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{future::pending, task::Waker};

    #[test]
    fn a_thread_is_busy_while_it_polls_or_drops_and_not_while_it_waits() {
        let clock = Clock::start();
        let busy = Arc::new(Busy::new(clock.clone()));
        let minute = Duration::from_secs(60);
        let look = |busy: &Busy| busy.for_at_least(minute).map(|(errand, _)| errand);
        struct Looks<G: Fn()>(G);
        impl<G: Fn()> Drop for Looks<G> {
            fn drop(&mut self) {
                (self.0)();
            }
        }
        let in_drop = Looks(|| {
            clock.run_ahead(clock.monotonic() + minute);
            assert_eq!(look(&busy).as_deref(), Some(&Errand::Task));
        });
        let mut waiting = Box::pin(busy.watched(Errand::Task, async {
            let _in_drop = in_drop;
            clock.run_ahead(clock.monotonic() + minute);
            assert_eq!(look(&busy).as_deref(), Some(&Errand::Task));
            pending::<()>().await;
        }));
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        clock.run_ahead(clock.monotonic() + minute);
        assert_eq!(look(&busy), None);
        drop(waiting);
        assert_eq!(look(&busy), None);
    }

    #[test]
    fn how_long_is_told_in_words() {
        let stuck = |seconds| Stuck {
            plugin: "ping".into(),
            errand: Arc::new(Errand::Command(CommandKind::Slash, "bad".to_owned())),
            lasting: Duration::from_secs(seconds),
            is_serving: true,
        };
        let start = "its thread has not come back for ";
        let end = ", busy with `/bad`; `/sudo reload plugin:ping` replaces it";
        for (seconds, span) in [(1, "1 second"), (119, "119 seconds"), (200, "3 minutes")] {
            assert_eq!(stuck(seconds).to_string(), format!("{start}{span}{end}"));
        }
        let left = Stuck { is_serving: false, ..stuck(1) }.to_string();
        assert_eq!(left, format!("{start}1 second, busy with `/bad`"), "no reload replaces it");
    }
}
