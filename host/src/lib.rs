//! The host of Lumina: it holds the gateway session, the database pool and the TheTVDB client, and
//! serves what plugins declare. Read `ARCHITECTURE.md` first.
//!
//! Inside, `discord → plugins` stand on one side and `services → db, tvdb, rate_limit` on the other;
//! they meet in `app.rs` only.

#[cfg(not(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")))]
compile_error!(
    "Lumina loads and unloads libraries in ways that are tested on x86_64 Linux with glibc only: \
     build it there (target x86_64-unknown-linux-gnu), or in a container of such a system"
);

pub mod app;
pub mod chain;
pub mod clock;
pub mod config;
pub mod control;
pub mod db;
pub mod discord;
pub mod door;
mod http_date;
pub mod incident;
pub mod metrics;
pub mod mounts;
mod owner_alone;
pub mod plugins;
pub mod rate_limit;
mod sandbox_clock;
pub mod secret;
pub mod services;
pub mod telemetry;
pub mod texts;
pub mod tvdb;
