//! The end of the process, which no library may hold up.

use std::io::{self, Write};

/// Says last words on standard error and ends the process as [`end_process`] does, without any lock of the
/// standard library's: who holds one may wait for the loader.
pub(super) fn end_process_with(last_words: &[u8], code: u8) -> ! {
    // SAFETY: write(2) reads as many bytes as it is told.
    unsafe { libc::write(libc::STDERR_FILENO, last_words.as_ptr().cast(), last_words.len()) };
    // SAFETY: _exit(2) takes any code and runs nothing of this process.
    unsafe { libc::_exit(code.into()) }
}

/// Ends the process with this code, at once. No code of a library runs any more, and no lock of the
/// system's loader is asked for: a library that hangs in its constructor holds it for ever.
pub fn end_process(code: u8) -> ! {
    // Who does not read it any more does not want it.
    let _ = io::stdout().flush();
    // SAFETY: _exit(2) takes any code and runs nothing of this process.
    unsafe { libc::_exit(code.into()) }
}
