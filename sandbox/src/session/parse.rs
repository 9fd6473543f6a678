//! What is typed at the prompt, as data. Nothing is looked up here but words.

mod breaking;
mod rest;
mod typed;

use super::nearest::nearest;
use crate::outside::OutsideFault;
use crate::tvdb::Fault;
use rest::with_rest;
use std::{fmt, time::Duration};
pub(super) use typed::is_option_name;
use typed::typed;

/// Log lines shown when no number is given.
const LOG_LINES_DEFAULT: usize = 20;

/// Letters of what was typed that are quoted where it was not understood.
const QUOTED_CHARS_MAX: usize = 60;

/// Commands of a load when no number is given.
const LOAD_DEFAULT: usize = 1_000;

/// Commands of a load at most: some minutes, for nothing but the end of the sandbox ends it earlier.
const LOAD_MAX: usize = 100_000;

/// The command of a load when none is given. It declares itself unlimited, so nobody is refused.
const LOAD_COMMAND: &str = "ping";

/// The words a line can begin with.
pub const WORDS: [&str; 26] = [
    "button", "select", "fill", "context", "pick", "type", "file", "user", "users", "as", "dm",
    "private", "channel", "channels", "commands", "messages", "advance", "tvdb", "outside",
    "discord", "plugin", "log", "load", "restart", "help", "quit",
];

/// The plain words behind `tvdb`.
pub const TVDB_WORDS: [&str; 10] =
    ["ok", "down", "slow", "429", "500", "html", "cut", "key", "nulls", "expire"];

/// The words behind `discord`.
pub const DISCORD_WORDS: [&str; 8] =
    ["ok", "drop", "reconnect", "invalidate", "down", "slow", "500", "429"];

/// The words behind `outside`.
pub const OUTSIDE_WORDS: [&str; 5] = ["ok", "down", "slow", "500", "huge"];

/// The words behind `plugin`.
pub const PLUGIN_WORDS: [&str; 5] = ["list", "replace", "restore", "remove", "add"];

/// One line, understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// Nothing, or a remark.
    Nothing,
    /// A slash command as it was typed: words up to the first option, then options.
    Command(Typed),
    /// Typing in an option, to see suggestions.
    Type(Typed),
    /// Running the typed command with one of the suggestions.
    Pick(usize),
    /// Pressing a button by its number.
    Button(usize),
    /// Choosing options by their numbers in a menu by its number.
    Select {
        /// The menu, from 1.
        menu: usize,
        /// The options, from 1.
        options: Vec<usize>,
    },
    /// Filling in the open form and sending it: fields with what goes into them.
    Fill(Vec<(String, String)>),
    /// Running a command from the context menu of a person or a message.
    Context {
        /// The command, by its whole name.
        command: String,
        /// What it is run on.
        on: ContextTarget,
    },
    /// Looking into a file of the last message that has one, or saving it.
    File {
        /// The file, from 1.
        number: usize,
        /// Where it is saved.
        to: Option<String>,
    },
    /// Being someone else from now on.
    User(String),
    /// Who is there.
    Users,
    /// One line as someone else.
    As(String, Box<Line>),
    /// Going to the direct messages with the bot.
    Dm,
    /// Going to a conversation with someone in which the bot is not.
    Private(String),
    /// Going to a channel.
    Channel(String),
    /// Which channels there are.
    Channels,
    /// Which commands are registered.
    Commands,
    /// What stands in the channel.
    Messages,
    /// Moving time.
    Advance(Duration),
    /// Breaking TheTVDB; `None` makes it whole.
    Tvdb(Option<Fault>),
    /// Making every token of TheTVDB invalid.
    TvdbExpire,
    /// Breaking the outside world; `None` makes it whole.
    Outside(Option<OutsideFault>),
    /// Breaking Discord.
    Discord(DiscordLine),
    /// Changing plugin files.
    Plugin(PluginLine),
    /// What the host wrote last.
    Log(usize),
    /// A command so many times, by many people, while one goes on.
    Load(usize, Typed),
    /// Waiting for the load to end.
    LoadWait,
    /// Ending the host and starting it again.
    Restart {
        /// Killing it instead of asking it to end.
        hard: bool,
    },
    /// What can be typed.
    Help,
    /// The end.
    Quit,
}

/// A slash command as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The words before the first option, the slash taken off.
    pub path: Vec<String>,
    /// Options with their texts.
    pub options: Vec<(String, String)>,
}

impl fmt::Display for Typed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "/{}", self.path.join(" "))?;
        for (name, value) in &self.options {
            match value.contains(char::is_whitespace) {
                true => write!(formatter, " {name}:\"{value}\"")?,
                false => write!(formatter, " {name}:{value}")?,
            }
        }
        Ok(())
    }
}

/// What a context-menu command is run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextTarget {
    /// A person, by name.
    User(String),
    /// A message, counted from the last one, which is 1.
    Message(usize),
}

/// What can be done to Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscordLine {
    /// Everything works.
    Ok,
    /// The gateway's connections break.
    Drop,
    /// Every connection is asked to reconnect.
    Reconnect,
    /// Every session is invalid.
    Invalidate,
    /// REST is gone.
    Down,
    /// REST answers late.
    Slow(Duration),
    /// REST answers with errors, so many times or until told otherwise.
    Errors(Option<u32>),
    /// REST is limited globally for a while, once.
    Limited(Duration),
}

/// What can be done to plugin files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginLine {
    /// Which files there are.
    List,
    /// Putting something else in the place of a file.
    Replace {
        /// The plugin.
        name: String,
        /// A path, or a word like `broken`.
        with: String,
    },
    /// Putting the original back.
    Restore(String),
    /// Taking the file away.
    Remove(String),
    /// Putting a file into the folder under its own name.
    Add(String),
}

/// Why a line was not understood; each is a sentence for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is its documentation")]
pub enum NotUnderstood {
    #[error(
        "I do not know `{word}`. Did you mean `{nearest}`? Commands of the bot begin with `/`; type `help` \
         to see the rest."
    )]
    Near { word: String, nearest: String },
    #[error(
        "I do not know `{word}`. Commands of the bot begin with `/`; type `help` to see the rest."
    )]
    Unknown { word: String },
    #[error("Type a command behind the `/`, as in `/ping`; `commands` lists them.")]
    NoCommand,
    #[error("`{word}` needs more: {usage}.")]
    NeedsMore { word: String, usage: &'static str },
    #[error("I do not understand `{rest}` behind `{word}`.{hint} What fits there: {usage}.")]
    Rest { word: String, rest: String, hint: String, usage: &'static str },
    #[error("A quotation mark is open in this line; close it with another `\"`.")]
    OpenQuote,
    #[error("`{name}:` stands there twice, and it takes one value. Leave one of them out.")]
    Twice { name: String },
    #[error(
        "`{words}` belongs to no option. A value with spaces stands in quotation marks: `{quoted}`."
    )]
    StrayWords { words: String, quoted: String },
}

/// Understands one line.
///
/// # Errors
/// A sentence for the person who typed it.
pub fn parse(line: &str) -> Result<Line, NotUnderstood> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(Line::Nothing);
    }
    match line.strip_prefix('/') {
        Some("") => return Err(NotUnderstood::NoCommand),
        Some(command) => return Ok(Line::Command(typed(command)?)),
        None => {}
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    simple(word, rest).map_or_else(|| with_rest(word, rest.trim()), Ok)
}

fn simple(word: &str, rest: &str) -> Option<Line> {
    if !rest.trim().is_empty() {
        return None;
    }
    Some(match word {
        "users" => Line::Users,
        "dm" => Line::Dm,
        "channels" => Line::Channels,
        "commands" => Line::Commands,
        "messages" => Line::Messages,
        "log" => Line::Log(LOG_LINES_DEFAULT),
        "load" => Line::Load(LOAD_DEFAULT, typed(LOAD_COMMAND).ok()?),
        "restart" => Line::Restart { hard: false },
        "help" | "?" => Line::Help,
        "quit" | "exit" => Line::Quit,
        _ => return None,
    })
}

/// Returns the sentence for a word nobody knows.
fn unknown(word: &str) -> NotUnderstood {
    match nearest(word, WORDS) {
        Some(nearest) => NotUnderstood::Near { word: word.into(), nearest: nearest.into() },
        None => NotUnderstood::Unknown { word: short(word) },
    }
}

/// Returns as much of a text as is shown of it where it is quoted.
#[must_use]
pub fn short(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| *number > 0)
}

/// Returns a time like `250ms`, `10s`, `5m`, `2h` or `1d`.
fn duration(text: &str) -> Option<Duration> {
    let split = text.find(|letter: char| !letter.is_ascii_digit())?;
    let amount: u64 = text[..split].parse().ok()?;
    let unit_ms = match text[split..].trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    amount.checked_mul(unit_ms).map(Duration::from_millis)
}

#[cfg(test)]
mod tests;
