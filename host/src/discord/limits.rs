//! How often one user may use what: what a command declares, else the host's defaults.

use crate::{
    clock::UnixMillis,
    rate_limit::{AUTOCOMPLETES, COMMANDS, Counted, LimitKey, PRESSES, RateLimits, Verdict},
};
use lumina_plugin_api::{
    command::{Limit, Window},
    error::{Error, ErrorKind},
    id::UserId,
    text::Text,
};
use std::sync::Arc;

/// From here on a window is told in minutes.
const SECONDS_PER_MINUTE: u64 = 60;

/// Counts what users do.
#[derive(Debug)]
pub(super) struct UserLimits {
    limits: Arc<RateLimits>,
}

impl UserLimits {
    pub(super) fn new(limits: Arc<RateLimits>) -> Self {
        Self { limits }
    }

    /// Counts one use of a command.
    pub(super) fn command(
        &self,
        plugin: &str,
        command: Counted,
        limit: &Limit,
        user: UserId,
    ) -> Result<(), Error> {
        let window = match limit {
            Limit::Unlimited => return Ok(()),
            Limit::Window(window) => *window,
            _ => COMMANDS,
        };
        self.count(plugin, command, window, user)
    }

    /// Counts one press of a component or one sent form.
    pub(super) fn press(&self, plugin: &str, user: UserId) -> Result<(), Error> {
        self.count(plugin, Counted::Presses, PRESSES, user)
    }

    /// Counts one question for suggestions; beyond the limit there are none.
    pub(super) fn autocomplete(
        &self,
        plugin: &str,
        command: &str,
        user: UserId,
    ) -> Result<(), Error> {
        let counted = Counted::Autocompletes(command.to_owned());
        self.count(plugin, counted, AUTOCOMPLETES, user)
    }

    fn count(
        &self,
        plugin: &str,
        counted: Counted,
        window: Window,
        user: UserId,
    ) -> Result<(), Error> {
        let key = LimitKey { plugin: plugin.to_owned(), counted, user: Some(user) };
        match self.limits.count(key, window) {
            Verdict::Allowed => Ok(()),
            Verdict::Denied { until } => {
                let message = told(window, until);
                Err(Error::new(ErrorKind::Limited).message(message).retry_at_ms(until.0))
            }
        }
    }
}

/// Says how often is too often, and when it is possible again.
fn told(window: Window, until: UnixMillis) -> Text {
    let seconds = window.period_ms.div_ceil(1_000);
    let (unit, n) = match seconds / SECONDS_PER_MINUTE {
        minutes if minutes > 0 && seconds.is_multiple_of(SECONDS_PER_MINUTE) => {
            ("span-minutes", minutes)
        }
        _ => ("span-seconds", seconds),
    };
    // Rounded up: a second too late is true.
    let when = format!("<t:{}:R>", until.seconds() + 1);
    let key =
        if window.counts_refused { "error-limited-insisting" } else { "error-limited-window" };
    Text::key(key)
        .arg("calls", window.calls)
        .arg("span", Text::key(unit).arg("n", u32::try_from(n).unwrap_or(u32::MAX)))
        .arg("when", Text::from(when))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Clock, texts::Texts};
    use std::time::Duration;

    fn limits() -> (UserLimits, Clock) {
        let clock = Clock::start();
        (UserLimits::new(Arc::new(RateLimits::new(clock.clone()))), clock)
    }

    #[test]
    fn a_command_has_thirty_uses_in_ten_seconds_unless_it_declares_otherwise() {
        let (limits, clock) = limits();
        let used = |limit: &Limit, user: u64| {
            limits.command("p", Counted::command("c"), limit, UserId(user))
        };
        for _ in 0..30 {
            used(&Limit::Default, 1).unwrap();
        }
        assert_eq!(used(&Limit::Default, 1).unwrap_err().kind, ErrorKind::Limited);
        used(&Limit::Default, 2).unwrap();
        for _ in 0..100 {
            used(&Limit::Unlimited, 1).unwrap();
        }
        clock.run_ahead(Duration::from_secs(11));
        used(&Limit::Default, 1).unwrap();
        used(&Limit::window(1, 60_000), 3).unwrap();
        assert!(used(&Limit::window(1, 60_000), 3).is_err());
    }

    #[test]
    fn who_is_refused_reads_how_often_is_too_often_and_when_it_is_over() {
        let until = UnixMillis(1_001);
        let Limit::Window(insisting) = Limit::sliding(2, 8_000) else { panic!("it is one") };
        for (window, locale, said) in [
            (Window::new(1, 1_000), "en-US", "once in 1 second at most. Try again <t:2:R>."),
            (insisting, "en-US", "2 times in 8 seconds at most. Try again <t:2:R>. Insisting"),
            (Window::new(10, 3_600_000), "en-US", "10 times in 60 minutes at most."),
            (insisting, "fr", "2 fois en 8 secondes au plus. Réessayez <t:2:R>. Insister"),
        ] {
            let sentence = Texts::default().say(&told(window, until), locale);
            assert!(sentence.contains(said), "{sentence}");
        }
    }

    #[test]
    fn presses_and_suggestions_have_limits_of_their_own() {
        let (limits, _clock) = limits();
        for _ in 0..100 {
            limits.press("p", UserId(1)).unwrap();
        }
        assert!(limits.press("p", UserId(1)).is_err());
        let suggest = || limits.autocomplete("p", "c", UserId(1));
        let suggested = (0..61).filter(|_| suggest().is_ok()).count();
        assert_eq!(suggested, 60);
    }
}
