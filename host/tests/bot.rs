//! The whole host as a process against a Discord that enforces its rules, with a plugin that answers in
//! every way there is. Needs the fixtures: `cargo xtask build --fixtures`.
#![expect(clippy::unwrap_used, reason = "what only tests use may panic as tests do")]

#[path = "bot/answers.rs"]
mod answers;
#[path = "bot/bed.rs"]
mod bed;
#[path = "bot/check.rs"]
mod check;
#[path = "bot/crafted.rs"]
mod crafted;
#[path = "bot/crowd.rs"]
mod crowd;
#[path = "bot/ending.rs"]
mod ending;
#[path = "bot/events.rs"]
mod events;
#[path = "bot/files.rs"]
mod files;
#[path = "bot/forms.rs"]
mod forms;
#[path = "bot/frames.rs"]
mod frames;
#[path = "bot/full.rs"]
mod full;
#[path = "bot/held.rs"]
mod held;
#[path = "bot/kills.rs"]
mod kills;
#[path = "bot/life.rs"]
mod life;
#[path = "bot/logs.rs"]
mod logs;
#[path = "bot/moments.rs"]
mod moments;
#[path = "bot/noexec.rs"]
mod noexec;
#[path = "bot/places.rs"]
mod places;
#[path = "bot/privacy.rs"]
mod privacy;
#[path = "bot/running.rs"]
mod running;
#[path = "bot/secrets.rs"]
mod secrets;
#[path = "bot/single_file.rs"]
mod single_file;
#[path = "bot/starting.rs"]
mod starting;
#[path = "bot/stuck.rs"]
mod stuck;
#[path = "bot/sudo.rs"]
mod sudo;
#[path = "bot/token.rs"]
mod token;
#[path = "bot/troubles.rs"]
mod troubles;
