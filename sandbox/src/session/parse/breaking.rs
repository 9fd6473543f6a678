//! The words behind `tvdb`, `outside`, `discord` and `plugin`.

use super::{DiscordLine, Line, PluginLine, duration};
use crate::{outside::OutsideFault, tvdb::Fault};
use std::time::Duration;

/// How late a slow service answers when no time is given.
const SLOW_DEFAULT: Duration = Duration::from_millis(1_500);

/// Seconds in `Retry-After` when none are given.
const RETRY_AFTER_DEFAULT_S: u64 = 2;

/// What makes a service whole. `help` names the first; the others are what people type against `down`.
const WHOLE_WORDS: [&str; 3] = ["ok", "up", "on"];

fn is_whole(word: &str) -> bool {
    WHOLE_WORDS.contains(&word)
}

fn slow(rest: &str) -> Option<Duration> {
    if rest.is_empty() { Some(SLOW_DEFAULT) } else { duration(rest) }
}

/// Splits off the first word. Most stand alone: what is behind those is not understood.
fn split(rest: &str) -> (&str, &str) {
    let (word, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    (word, behind.trim())
}

/// Whether something can stand behind a word that breaks a service.
pub(super) fn takes_more(word: &str, first: &str) -> bool {
    matches!((word, first), (_, "slow") | ("tvdb" | "discord", "429") | ("discord", "500"))
}

pub(super) fn tvdb(rest: &str) -> Option<Line> {
    let (word, rest) = split(rest);
    if !rest.is_empty() && !takes_more("tvdb", word) {
        return None;
    }
    Some(Line::Tvdb(match word {
        whole if is_whole(whole) => None,
        "down" => Some(Fault::Down),
        "reset" => Some(Fault::Reset),
        "slow" => Some(Fault::Slow(slow(rest)?)),
        "429" => {
            let seconds =
                if rest.is_empty() { RETRY_AFTER_DEFAULT_S } else { rest.parse().ok()? };
            Some(Fault::TooManyRequests { retry_after_s: Some(seconds) })
        }
        "500" => Some(Fault::ServerError),
        "html" => Some(Fault::Html),
        "cut" => Some(Fault::CutShort),
        "key" => Some(Fault::WrongKey),
        "nulls" => Some(Fault::NullLists),
        "expire" => return Some(Line::TvdbExpire),
        _ => return None,
    }))
}

pub(super) fn outside(rest: &str) -> Option<Line> {
    let (word, rest) = split(rest);
    if !rest.is_empty() && !takes_more("outside", word) {
        return None;
    }
    Some(Line::Outside(match word {
        whole if is_whole(whole) => None,
        "down" => Some(OutsideFault::Down),
        "slow" => Some(OutsideFault::Slow(slow(rest)?)),
        "500" => Some(OutsideFault::ServerError),
        "huge" => Some(OutsideFault::Huge),
        _ => return None,
    }))
}

pub(super) fn discord(rest: &str) -> Option<Line> {
    let (word, rest) = split(rest);
    if !rest.is_empty() && !takes_more("discord", word) {
        return None;
    }
    Some(Line::Discord(match word {
        whole if is_whole(whole) => DiscordLine::Ok,
        "drop" => DiscordLine::Drop,
        "reconnect" => DiscordLine::Reconnect,
        "invalidate" => DiscordLine::Invalidate,
        "down" => DiscordLine::Down,
        "slow" => DiscordLine::Slow(slow(rest)?),
        "500" if rest.is_empty() => DiscordLine::Errors(None),
        "500" => DiscordLine::Errors(Some(rest.parse().ok().filter(|times| *times > 0)?)),
        "429" => DiscordLine::Limited(slow(rest)?),
        _ => return None,
    }))
}

pub(super) fn plugin(rest: &str) -> Option<Line> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let line = match words.as_slice() {
        [] | ["list"] => PluginLine::List,
        ["replace", name, "with", with] | ["replace", name, with] if *with != "with" => {
            PluginLine::Replace { name: (*name).to_owned(), with: (*with).to_owned() }
        }
        ["restore", name] => PluginLine::Restore((*name).to_owned()),
        ["remove", name] => PluginLine::Remove((*name).to_owned()),
        ["add", file] => PluginLine::Add((*file).to_owned()),
        _ => return None,
    };
    Some(Line::Plugin(line))
}
