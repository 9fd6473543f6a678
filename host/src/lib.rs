//! The host of Lumina: it holds the gateway session, the database pool and the TheTVDB client, and
//! serves what plugins declare. Read `ARCHITECTURE.md` first.
//!
//! Inside, `discord → plugins` stand on one side and `services → db, tvdb, rate_limit` on the other;
//! they meet in `app.rs` only.

pub mod clock;
pub mod door;
pub mod secret;
pub mod tvdb;
