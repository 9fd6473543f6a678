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

/// Returns an error with everything that caused it, as one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line.push_str(": ");
        line.push_str(&cause.to_string());
        source = cause.source();
    }
    line
}
