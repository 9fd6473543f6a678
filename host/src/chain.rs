//! Errors for the log: whole, and on one line.

use lumina_plugin_api::error::Error as PluginError;
use std::{error::Error, fmt, ops::Deref};

/// What a plugin or a service answered instead, as a cause: an error of the plugin API is none of the
/// standard library's.
#[derive(Debug)]
pub struct Cause(pub PluginError);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail.as_str() {
            "" => write!(f, "{:?}, without a word on why", self.kind),
            detail => f.write_str(detail),
        }
    }
}

impl Error for Cause {}

impl Deref for Cause {
    type Target = PluginError;

    fn deref(&self) -> &PluginError {
        &self.0
    }
}

/// Returns an error with everything that caused it, as one line. What has told its cause already is not
/// repeated.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let told = cause.to_string();
        if !line.ends_with(&told) {
            line.push_str(": ");
            line.push_str(&told);
        }
        source = cause.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{words}")]
    struct Told {
        words: &'static str,
        source: Option<Box<Told>>,
    }

    #[test]
    fn each_cause_is_told_once() {
        let of = |words, source| Some(Box::new(Told { words, source }));
        let file = of("no database", None);
        let error = of("cannot start", of("SQLite says: no database", file)).expect("made above");
        assert_eq!(chain(&*error), "cannot start: SQLite says: no database");
    }
}
