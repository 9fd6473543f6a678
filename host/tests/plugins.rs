//! Plugins from their files to their end, good ones and hostile ones, with real libraries.
//!
//! The libraries are built by `cargo xtask build --fixtures`.
#![expect(clippy::unwrap_used, reason = "what only tests use may panic as tests do")]

#[path = "plugins/bed.rs"]
mod bed;
#[path = "plugins/crowd.rs"]
mod crowd;
#[path = "plugins/ending.rs"]
mod ending;
#[path = "plugins/faults.rs"]
mod faults;
#[path = "plugins/files.rs"]
mod files;
#[path = "plugins/inspect.rs"]
mod inspect;
#[path = "plugins/promise.rs"]
mod promise;
#[path = "plugins/reload.rs"]
mod reload;
#[path = "plugins/stuck.rs"]
mod stuck;
