//! What the C library keeps of memory: in how many heaps, and for how long.
//!
//! Threads of plugins come and go and allocate beside all others. Left alone glibc gives threads that
//! meet a heap ("arena") each, up to eight a core, and keeps what is freed between pieces that are
//! still in use; the process would grow with reloads although nothing of the old copies is left.

use std::ffi::c_int;

/// How many heaps there are: the first thread's, and one that all others share. More made the process
/// larger and answered no faster.
const ARENAS_MAX: c_int = 2;

/// Bounds the heaps. Belongs before the first thread is started: a heap stays once it is there.
pub fn bound_heaps() {
    // SAFETY: mallopt(3) with a documented parameter sets a number in the allocator.
    let done = unsafe { libc::mallopt(libc::M_ARENA_MAX, ARENAS_MAX) };
    debug_assert_eq!(done, 1, "glibc knows the parameter");
}

/// Returns every free page to the system. Takes each of the allocator's locks in turn; belongs where a
/// plugin has come or gone.
pub(super) fn give_back() {
    // SAFETY: malloc_trim(3) takes the allocator's own locks and may be called at any time.
    unsafe { libc::malloc_trim(0) };
}
