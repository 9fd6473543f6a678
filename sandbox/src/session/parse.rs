//! What is typed at the prompt, as data. Nothing is looked up here but words.

mod breaking;

use super::nearest::nearest;
use crate::outside::OutsideFault;
use crate::tvdb::Fault;
use std::time::Duration;

/// Log lines shown when no number is given.
const LOG_LINES_DEFAULT: usize = 20;

/// Commands of a load when no number is given.
const LOAD_DEFAULT: usize = 1_000;

/// The words a line can begin with.
pub const WORDS: [&str; 22] = [
    "button", "select", "pick", "type", "user", "users", "as", "dm", "channel", "channels",
    "commands", "messages", "advance", "tvdb", "outside", "discord", "plugin", "log", "load",
    "restart", "help", "quit",
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
    /// Being someone else from now on.
    User(String),
    /// Who is there.
    Users,
    /// One line as someone else.
    As(String, Box<Line>),
    /// Going to the direct messages with the bot.
    Dm,
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
    /// Commands by many people while one goes on.
    Load(usize),
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
    /// REST answers with errors.
    Errors,
    /// REST is limited globally for a while.
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
    #[error("I do not know `{word}`. Did you mean `{nearest}`? Type `help` to see everything.")]
    Near { word: String, nearest: String },
    #[error(
        "I do not know `{word}`. Commands of the bot begin with `/`; type `help` to see the rest."
    )]
    Unknown { word: String },
    #[error("`{line}` needs more: {usage}")]
    Usage { line: String, usage: &'static str },
    #[error("A quotation mark is open in this line; close it with another `\"`.")]
    OpenQuote,
    #[error("Options are written `name:value`, so `{word}` does not fit behind one.")]
    StrayWord { word: String },
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
    if let Some(command) = line.strip_prefix('/') {
        return Ok(Line::Command(typed(command)?));
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
        "load" => Line::Load(LOAD_DEFAULT),
        "restart" => Line::Restart { hard: false },
        "help" | "?" => Line::Help,
        "quit" | "exit" => Line::Quit,
        _ => return None,
    })
}

fn with_rest(word: &str, rest: &str) -> Result<Line, NotUnderstood> {
    let usage =
        |usage| NotUnderstood::Usage { line: format!("{word} {rest}").trim().into(), usage };
    match word {
        "button" => {
            number(rest).map(Line::Button).ok_or(usage("`button 1` presses the first button"))
        }
        "pick" => number(rest).map(Line::Pick).ok_or(usage("`pick 1` takes the first suggestion")),
        "select" => select(rest).ok_or(usage("`select 2 3` chooses option 3 in menu 2")),
        "type" => match rest.strip_prefix('/') {
            Some(command) => Ok(Line::Type(typed(command)?)),
            None => Err(usage("`type /search query:du` shows suggestions")),
        },
        "user" if !rest.is_empty() => Ok(Line::User(rest.to_owned())),
        "user" => Err(usage("`user noah` makes you Noah; `users` lists everyone")),
        "as" => match rest.split_once(char::is_whitespace) {
            Some((name, line)) => Ok(Line::As(name.to_owned(), Box::new(parse(line)?))),
            None => Err(usage("`as noah /ping` runs one line as Noah")),
        },
        "channel" if !rest.is_empty() => Ok(Line::Channel(rest.to_owned())),
        "channel" => Err(usage("`channel films` goes there; `channels` lists them")),
        "advance" => {
            duration(rest).map(Line::Advance).ok_or(usage("`advance 10s`, also ms, m, h and d"))
        }
        "log" => number(rest).map(Line::Log).ok_or(usage("`log 50` shows the last 50 lines")),
        "restart" if rest == "hard" => Ok(Line::Restart { hard: true }),
        "restart" => Err(usage("`restart` asks the host to end and starts it, `restart hard` kills it")),
        "load" if rest == "wait" => Ok(Line::LoadWait),
        "load" => number(rest)
            .map(Line::Load)
            .ok_or(usage("`load 500` runs 500 commands in the background, `load wait` waits")),
        "tvdb" => breaking::tvdb(rest).ok_or(usage(
            "one of ok, down, slow [2s], 429 [5], 500, html, cut, key, nulls, expire",
        )),
        "outside" => breaking::outside(rest).ok_or(usage("one of ok, down, slow [2s], 500, huge")),
        "discord" => breaking::discord(rest)
            .ok_or(usage("one of ok, drop, reconnect, invalidate, down, slow [2s], 500, 429 [5s]")),
        "plugin" => breaking::plugin(rest).ok_or(usage(
            "list, replace NAME with FILE (or broken, text, empty, garbage, abi, new), restore NAME, \
             remove NAME, add FILE",
        )),
        _ if WORDS.contains(&word) => Err(usage("this word stands alone")),
        _ => Err(unknown(word)),
    }
}

fn unknown(word: &str) -> NotUnderstood {
    match nearest(word, WORDS) {
        Some(nearest) => NotUnderstood::Near { word: word.into(), nearest: nearest.into() },
        None => NotUnderstood::Unknown { word: word.to_owned() },
    }
}

/// Splits a command into its path and its options. A value with spaces stands in quotation marks.
fn typed(text: &str) -> Result<Typed, NotUnderstood> {
    let mut typed = Typed::default();
    for word in words(text)? {
        match word.split_once(':') {
            Some((name, value)) if is_option_name(name) => {
                typed.options.push((name.to_owned(), value.to_owned()));
            }
            _ if typed.options.is_empty() => typed.path.push(word),
            _ => return Err(NotUnderstood::StrayWord { word }),
        }
    }
    Ok(typed)
}

fn is_option_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter))
}

/// Splits at spaces outside of quotation marks; `\"` and `\\` mean themselves, `\n` a new line.
fn words(text: &str) -> Result<Vec<String>, NotUnderstood> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => (quoted, any) = (!quoted, true),
            '\\' if quoted => match letters.next() {
                Some('n') => word.push('\n'),
                Some(next) => word.push(next),
                None => return Err(NotUnderstood::OpenQuote),
            },
            letter if letter.is_whitespace() && !quoted => {
                if any {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            letter => {
                word.push(letter);
                any = true;
            }
        }
    }
    if quoted {
        return Err(NotUnderstood::OpenQuote);
    }
    if any {
        words.push(word);
    }
    Ok(words)
}

fn number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| *number > 0)
}

/// One number is an option of the only menu; more are the menu and its options.
fn select(rest: &str) -> Option<Line> {
    let numbers: Option<Vec<usize>> = rest.split_whitespace().map(number).collect();
    match numbers?.as_slice() {
        [] => None,
        [option] => Some(Line::Select { menu: 1, options: vec![*option] }),
        [menu, options @ ..] => Some(Line::Select { menu: *menu, options: options.to_vec() }),
    }
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
