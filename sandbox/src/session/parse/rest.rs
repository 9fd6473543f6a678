//! What stands behind the first word of a line.

use super::{
    ContextTarget, DISCORD_WORDS, LOAD_COMMAND, LOAD_DEFAULT, LOAD_MAX, Line, NotUnderstood,
    OUTSIDE_WORDS, PLUGIN_WORDS, TVDB_WORDS, WORDS, breaking, duration, number, parse,
    typed::typed, typed::words, unknown,
};
use crate::session::nearest::nearest;

const CONTEXT: &str = "`context \"NAME\" on noah` runs a command on a person, \
     `context \"NAME\" on message` on the last message, `on message 2` on the one before";

const LOAD: &str = "`load 500` runs /ping 500 times in the background, `load 500 /search query:du` \
     another command, 100000 times at most; `load wait` waits for the end";

const FILE: &str = "`file 1` shows the first file of the last message that has one, `file 1 to copy.txt` \
     saves it";

/// What fits behind a word that takes nothing.
const NOTHING: &str = "nothing, the word stands alone";

/// Understands a line of a first word and a rest.
pub(super) fn with_rest(word: &str, rest: &str) -> Result<Line, NotUnderstood> {
    if !WORDS.contains(&word) {
        return Err(unknown(word));
    }
    let not = |usage| refused(word, rest, &[], usage);
    match word {
        "button" => number(rest).map(Line::Button).ok_or(not("`button 1` presses the first one")),
        "pick" => number(rest).map(Line::Pick).ok_or(not("`pick 1` takes the first suggestion")),
        "select" => select(rest).ok_or(not("`select 2 3` chooses option 3 in menu 2")),
        "fill" => fill(rest),
        "context" => context(rest)?.ok_or(not(CONTEXT)),
        "file" => file(rest)?.ok_or(not(FILE)),
        "type" => match rest.strip_prefix('/') {
            Some(command) => Ok(Line::Type(typed(command)?)),
            None => Err(not("`type /search query:du` shows suggestions")),
        },
        "as" => match rest.split_once(char::is_whitespace) {
            Some((name, line)) => Ok(Line::As(name.to_owned(), Box::new(parse(line)?))),
            None => Err(not("`as noah /ping` runs one line as Noah")),
        },
        "user" | "private" | "channel" => place(word, rest),
        "advance" => {
            duration(rest).map(Line::Advance).ok_or(not("`advance 10s`, also ms, m, h and d"))
        }
        "log" => number(rest).map(Line::Log).ok_or(not("`log 50` shows the last 50 lines")),
        "restart" if rest == "hard" => Ok(Line::Restart { hard: true }),
        "restart" => Err(not("nothing to ask the host to end and start it, `hard` to kill it")),
        "load" if rest == "wait" => Ok(Line::LoadWait),
        "load" => load(rest)?.ok_or(not(LOAD)),
        "tvdb" | "outside" | "discord" | "plugin" => broken(word, rest),
        _ => Err(not(NOTHING)),
    }
}

/// Understands `500`, `/help` and `500 /search query:dune`.
fn load(rest: &str) -> Result<Option<Line>, NotUnderstood> {
    let (n, command) = match rest.split_once('/') {
        Some((n, command)) => (n.trim(), command),
        None => (rest, LOAD_COMMAND),
    };
    let n = if n.is_empty() { Some(LOAD_DEFAULT) } else { number(n).filter(|n| *n <= LOAD_MAX) };
    let Some(n) = n else { return Ok(None) };
    Ok(Some(Line::Load(n, typed(command)?)))
}

fn place(word: &str, rest: &str) -> Result<Line, NotUnderstood> {
    let name = rest.to_owned();
    match word {
        _ if rest.is_empty() => Err(refused(
            word,
            rest,
            &[],
            match word {
                "user" => "`user noah` makes you Noah; `users` lists everyone",
                "private" => "`private noah` goes to a conversation with Noah, without the bot",
                _ => "`channel films` goes there; `channels` lists them",
            },
        )),
        "user" => Ok(Line::User(name)),
        "private" => Ok(Line::Private(name)),
        _ => Ok(Line::Channel(name)),
    }
}

fn broken(word: &str, rest: &str) -> Result<Line, NotUnderstood> {
    let (line, known, usage): (_, &[&str], _) = match word {
        "tvdb" => (
            breaking::tvdb(rest),
            &TVDB_WORDS,
            "ok, down, slow [2s], 429 [5], 500, html, cut, key, nulls; or expire, which ends its token",
        ),
        "outside" => (breaking::outside(rest), &OUTSIDE_WORDS, "ok, down, slow [2s], 500, huge"),
        "discord" => (
            breaking::discord(rest),
            &DISCORD_WORDS,
            "ok, down, slow [2s], 500 [3], 429 [5s]; or drop, reconnect, invalidate, which happen once",
        ),
        _ => (breaking::plugin(rest), &PLUGIN_WORDS, plugin_usage(rest)),
    };
    let first = rest.split_whitespace().next().unwrap_or_default();
    let stands_alone =
        word != "plugin" && known.contains(&first) && !breaking::takes_more(word, first);
    let usage = if stands_alone { NOTHING } else { usage };
    line.ok_or(refused(word, rest, known, usage))
}

fn plugin_usage(rest: &str) -> &'static str {
    match rest.split_whitespace().next() {
        Some("replace") => {
            "`plugin replace ping with broken`, or with text, empty, garbage, abi (built for another \
             API), new (another version), or the path of a file"
        }
        Some("restore") => "`plugin restore ping` puts the built file back",
        Some("remove") => "`plugin remove ping` takes the file away",
        Some("add") => "`plugin add FILE` copies a library from its path",
        Some("list") => NOTHING,
        _ => "list, replace NAME with WHAT, restore NAME, remove NAME, add FILE",
    }
}

/// Says what is missing, or what was not understood and what was probably meant.
fn refused(word: &str, rest: &str, known: &[&str], usage: &'static str) -> NotUnderstood {
    let (word, rest) = (word.to_owned(), rest.to_owned());
    if rest.is_empty() {
        return NotUnderstood::NeedsMore { word, usage };
    }
    let (first, behind) = rest.split_once(' ').unwrap_or((&rest, ""));
    if known.contains(&first) {
        let word = format!("{word} {first}");
        return match behind {
            "" => NotUnderstood::NeedsMore { word, usage },
            behind => {
                NotUnderstood::Rest { word, rest: behind.to_owned(), hint: String::new(), usage }
            }
        };
    }
    let near = nearest(first, known.iter().copied()).filter(|near| *near != first);
    let hint = near.map(|near| format!(" Did you mean `{word} {near}`?")).unwrap_or_default();
    NotUnderstood::Rest { word, rest, hint, usage }
}

fn fill(rest: &str) -> Result<Line, NotUnderstood> {
    const USAGE: &str = "`fill name:Ann` puts `Ann` into the field `name` and sends the form";
    let typed = typed(rest)?;
    match typed.path.first() {
        None => Ok(Line::Fill(typed.options)),
        Some(_) => Err(refused("fill", rest, &[], USAGE)),
    }
}

/// Understands `"Who is it" on noah` and `Quote on message 2`.
fn context(rest: &str) -> Result<Option<Line>, NotUnderstood> {
    let words = words(rest)?;
    let Some(at) = words.iter().rposition(|word| word == "on").filter(|at| *at > 0) else {
        return Ok(None);
    };
    let target: Vec<&str> = words[at + 1..].iter().map(String::as_str).collect();
    let on = match target.as_slice() {
        ["message"] => ContextTarget::Message(1),
        ["message", n] => match number(n) {
            Some(number) => ContextTarget::Message(number),
            None => return Ok(None),
        },
        [name] => ContextTarget::User((*name).to_owned()),
        _ => return Ok(None),
    };
    Ok(Some(Line::Context { command: words[..at].join(" "), on }))
}

/// Understands `1` and `1 to "a copy.txt"`.
fn file(rest: &str) -> Result<Option<Line>, NotUnderstood> {
    let words = words(rest)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (n, to) = match words.as_slice() {
        [n] => (*n, None),
        [n, "to", path] => (*n, Some((*path).to_owned())),
        _ => return Ok(None),
    };
    Ok(number(n).map(|number| Line::File { number, to }))
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
