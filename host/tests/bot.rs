//! The whole host as a process against a Discord that enforces its rules, with a plugin that answers in
//! every way there is. Needs the fixtures: `cargo xtask build --fixtures`.
#![expect(clippy::unwrap_used, reason = "what only tests use may panic as tests do")]

#[path = "bot/answers.rs"]
mod answers;
#[path = "bot/bed.rs"]
mod bed;
#[path = "bot/crafted.rs"]
mod crafted;
#[path = "bot/life.rs"]
mod life;
#[path = "bot/moments.rs"]
mod moments;
#[path = "bot/starting.rs"]
mod starting;
#[path = "bot/sudo.rs"]
mod sudo;
