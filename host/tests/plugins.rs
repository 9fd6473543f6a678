//! Plugins from their files to their end, good ones and hostile ones, with real libraries.
//!
//! The libraries are built by `cargo xtask build --fixtures`.

#[path = "plugins/bed.rs"]
mod bed;
#[path = "plugins/ending.rs"]
mod ending;
#[path = "plugins/faults.rs"]
mod faults;
#[path = "plugins/files.rs"]
mod files;
#[path = "plugins/reload.rs"]
mod reload;
