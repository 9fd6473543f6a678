//! The pthread keys that libraries leave behind.
//!
//! Rust's standard library makes one key in each library whose code asks for the current thread, and
//! never deletes it. The key's destructor lies in the library: a thread that ends after the library is
//! gone would jump there; and a process has 1024 keys only. So the program exports a
//! `pthread_key_create` of its own (`build.rs`), which libraries bind to: it notes the destructor, and
//! the keys of a library are deleted with it.

use std::{
    ffi::{c_int, c_void},
    ops::Range,
    sync::atomic::{AtomicPtr, AtomicUsize, Ordering},
};

/// As many keys as glibc has: PTHREAD_KEYS_MAX.
const KEYS_MAX: usize = 1024;

type Destructor = unsafe extern "C" fn(*mut c_void);
type KeyCreate = unsafe extern "C" fn(*mut libc::pthread_key_t, Option<Destructor>) -> c_int;

/// The destructor's address of each key; 0 for none.
static DESTRUCTORS: [AtomicUsize; KEYS_MAX] = [const { AtomicUsize::new(0) }; KEYS_MAX];

/// glibc's function, once it was looked up.
static REAL: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

/// Makes a key as glibc does, and notes whose it is.
///
/// # Safety
/// As glibc's function of this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_key_create(
    key: *mut libc::pthread_key_t,
    destructor: Option<Destructor>,
) -> c_int {
    let Some(real) = real() else { return libc::EAGAIN };
    // SAFETY: the caller keeps the contract of glibc's function, to which the arguments go as they are.
    let result = unsafe { real(key, destructor) };
    if result == 0 {
        // SAFETY: the call has succeeded, so it has written the key to where the caller points.
        let key = unsafe { *key };
        note(key, destructor);
    }
    result
}

/// Deletes the keys whose destructors lie in `library` and returns how many they were.
///
/// No thread may run code of the library any more.
pub(super) fn delete_keys_of(library: &Range<usize>) -> usize {
    let mut deleted = 0;
    for (key, noted) in DESTRUCTORS.iter().enumerate() {
        if library.contains(&noted.load(Ordering::Acquire)) {
            noted.store(0, Ordering::Release);
            // SAFETY: the key was made by the library, whose code runs no more, so nobody uses it.
            unsafe { libc::pthread_key_delete(key as libc::pthread_key_t) };
            deleted += 1;
        }
    }
    deleted
}

fn note(key: libc::pthread_key_t, destructor: Option<Destructor>) {
    let address = destructor.map_or(0, |function| function as *const () as usize);
    if let Some(noted) = DESTRUCTORS.get(key as usize) {
        noted.store(address, Ordering::Release);
    }
}

fn real() -> Option<KeyCreate> {
    let mut found = REAL.load(Ordering::Acquire);
    if found.is_null() {
        // SAFETY: the name ends with a zero; RTLD_NEXT finds the function behind this one.
        found = unsafe { libc::dlsym(libc::RTLD_NEXT, c"pthread_key_create".as_ptr()) };
        REAL.store(found, Ordering::Release);
    }
    if found.is_null() {
        return None;
    }
    // SAFETY: glibc's function of this name has this signature, and the address is not null.
    Some(unsafe { std::mem::transmute::<*mut c_void, KeyCreate>(found) })
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" fn destructor(_value: *mut c_void) {}

    #[test]
    fn the_keys_of_a_range_are_deleted_and_no_others() {
        let mut key = 0;
        // SAFETY: the pointer is to a key, and the destructor does nothing.
        let result = unsafe { pthread_key_create(&raw mut key, Some(destructor)) };
        assert_eq!(result, 0);
        let address = destructor as *const () as usize;
        assert_eq!(delete_keys_of(&(1..2)), 0);
        assert_eq!(delete_keys_of(&(address..address + 1)), 1);
        assert_eq!(delete_keys_of(&(address..address + 1)), 0);
    }
}
