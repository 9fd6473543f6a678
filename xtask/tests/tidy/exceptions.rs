//! Where a house rule does not serve the reader, and why.

/// One file, or all below one folder, that need not keep one rule.
#[derive(Debug)]
pub struct Exception {
    /// The name of the rule.
    pub rule: &'static str,
    /// A file, or a folder with a slash at its end.
    pub path: &'static str,
    /// Why the rule would not help there.
    pub reason: &'static str,
}

/// All exceptions. Keep it short.
pub const EXCEPTIONS: &[Exception] = &[];

/// Returns the position of the exception that covers `path` for `rule`.
pub fn excuse(rule: &str, path: &str) -> Option<usize> {
    EXCEPTIONS.iter().position(|exception| {
        let covered = match exception.path.strip_suffix('/') {
            Some(_) => path.starts_with(exception.path),
            None => path == exception.path,
        };
        exception.rule == rule && covered
    })
}
