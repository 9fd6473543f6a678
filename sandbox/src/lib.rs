//! A Discord and a TheTVDB on loopback that enforce the rules of the real ones, and the prompt that
//! drives a real host against them.
//!
//! The sandbox stands outside: it starts the host as a process and imports none of its internals.

pub mod catalogue;
pub mod clock;
pub mod discord;
pub mod host;
pub mod loopback;
pub mod outside;
pub mod prompt;
pub mod session;
pub mod tvdb;
