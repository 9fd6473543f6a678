//! How often one user may use what: what a command declares, else the host's defaults.

use crate::rate_limit::{AUTOCOMPLETES, COMMANDS, Counted, LimitKey, PRESSES, RateLimits, Verdict};
use lumina_plugin_api::{
    command::{Limit, Window},
    error::{Error, ErrorKind},
    id::UserId,
    text::Text,
};
use std::sync::Arc;

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
        command: &str,
        limit: &Limit,
        user: UserId,
    ) -> Result<(), Error> {
        let window = match limit {
            Limit::Unlimited => return Ok(()),
            Limit::Window(window) => *window,
            _ => COMMANDS,
        };
        self.count(plugin, Counted::Command(command.to_owned()), window, user)
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
                let error = Error::new(ErrorKind::Limited).retry_at_ms(until.0);
                if !window.counts_refused {
                    return Err(error);
                }
                // Rounded up: a second too late is true.
                let when = Text::from(format!("<t:{}:R>", until.seconds() + 1));
                Err(error.message(Text::key("error-limited-insisting").arg("when", when)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use std::time::Duration;

    fn limits() -> (UserLimits, Clock) {
        let clock = Clock::start();
        (UserLimits::new(Arc::new(RateLimits::new(clock.clone()))), clock)
    }

    #[test]
    fn a_command_has_thirty_uses_in_ten_seconds_unless_it_declares_otherwise() {
        let (limits, clock) = limits();
        let used = |limit: &Limit, user: u64| limits.command("p", "c", limit, UserId(user));
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
