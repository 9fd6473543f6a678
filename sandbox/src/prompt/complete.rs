//! What TAB offers at each place of a line.

use crate::session::{
    Vocabulary,
    breakage::BREAKAGES,
    parse::{DISCORD_WORDS, OUTSIDE_WORDS, PLUGIN_WORDS, TVDB_WORDS, WORDS},
};
use rustyline::{
    Context, Helper, Highlighter, Hinter, Validator,
    completion::{Completer, Pair},
};
use std::sync::{Arc, Mutex, PoisonError};

/// Completes lines with the words that are known now.
#[derive(Helper, Highlighter, Hinter, Validator)]
pub(super) struct Completion {
    pub(super) vocabulary: Arc<Mutex<Vocabulary>>,
}

impl Completer for Completion {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let vocabulary = self.vocabulary.lock().unwrap_or_else(PoisonError::into_inner);
        let before = line.get(..position).unwrap_or_default();
        let start = before.rfind(' ').map_or(0, |space| space + 1);
        // A value follows an option at once, and a space everything else.
        let space = |word: &str| if word.ends_with(':') { "" } else { " " };
        let pair =
            |word: String| Pair { replacement: format!("{word}{}", space(&word)), display: word };
        Ok((start, offers(before, &vocabulary).into_iter().map(pair).collect()))
    }
}

/// Returns what could stand in the place of the last word.
fn offers(before: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let (done, begun) = before.rsplit_once(' ').unwrap_or(("", before));
    let mut words: Vec<&str> = done.split_whitespace().collect();
    if words.first() == Some(&"type") {
        words.remove(0);
    }
    if words.first() == Some(&"as") && words.len() >= 2 {
        words.drain(..2);
    }
    let begin = |word: &String| word.starts_with(begun) && word != begun;
    candidates(&words, begun, vocabulary).into_iter().filter(begin).collect()
}

fn candidates(words: &[&str], begun: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let all = |known: &[&str]| known.iter().map(|word| (*word).to_owned()).collect();
    match words {
        [] if begun.starts_with('/') => first_words(vocabulary),
        [] => WORDS.iter().map(|word| (*word).to_owned()).chain(first_words(vocabulary)).collect(),
        [command, ..] if command.starts_with('/') => behind_command(words, vocabulary),
        ["user" | "as" | "private"] => vocabulary.users.clone(),
        ["context", .., "on"] => {
            vocabulary.users.iter().cloned().chain(["message".to_owned()]).collect()
        }
        ["context"] => vocabulary.context.iter().map(|name| format!("\"{name}\" on")).collect(),
        ["fill", ..] => vocabulary.fields.iter().map(|name| format!("{name}:")).collect(),
        ["channel"] => vocabulary.channels.clone(),
        ["tvdb"] => all(&TVDB_WORDS),
        ["outside"] => all(&OUTSIDE_WORDS),
        ["discord"] => all(&DISCORD_WORDS),
        ["plugin"] => all(&PLUGIN_WORDS),
        ["plugin", "replace" | "restore" | "remove"] => vocabulary.plugins.clone(),
        ["plugin", "replace", _] => all(&["with"]),
        ["plugin", "replace", _, "with"] => all(&BREAKAGES.map(|breakage| breakage.word)),
        ["load"] => all(&["wait"]),
        _ => Vec::new(),
    }
}

fn first_words(vocabulary: &Vocabulary) -> Vec<String> {
    let first = |path: &str| path.split(' ').next().map(|word| format!("/{word}"));
    let mut words: Vec<String> =
        vocabulary.commands.iter().filter_map(|(path, _)| first(path)).collect();
    words.dedup();
    words
}

/// Offers subcommands, and behind a whole command the options that are not there yet.
fn behind_command(words: &[&str], vocabulary: &Vocabulary) -> Vec<String> {
    let (path, options): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| !word.contains(':'));
    let typed = path.join(" ");
    let typed = typed.trim_start_matches('/');
    let mut offers = Vec::new();
    for (known, names) in &vocabulary.commands {
        if known == typed {
            let missing = |name: &&String| {
                !options.iter().any(|option| option.split(':').next() == Some(name))
            };
            offers.extend(names.iter().filter(missing).map(|name| format!("{name}:")));
        } else if let Some(rest) = known.strip_prefix(&format!("{typed} ")) {
            offers.extend(rest.split(' ').next().map(str::to_owned));
        }
    }
    offers.dedup();
    offers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_offers_what_fits_there() {
        let option = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let vocabulary = Vocabulary {
            commands: vec![
                ("ping".to_owned(), Vec::new()),
                ("search".to_owned(), option(&["query", "type"])),
                ("sudo list".to_owned(), Vec::new()),
                ("sudo load".to_owned(), option(&["plugin"])),
            ],
            users: option(&["mira", "noah"]),
            plugins: option(&["ping", "search"]),
            ..Vocabulary::default()
        };
        for (before, expected) in [
            ("/s", vec!["/search", "/sudo"]),
            ("sel", vec!["select"]),
            ("/sudo l", vec!["list", "load"]),
            ("/sudo load ", vec!["plugin:"]),
            ("/search query:x ", vec!["type:"]),
            ("type /search q", vec!["query:"]),
            ("as noah /p", vec!["/ping"]),
            ("user m", vec!["mira"]),
            ("plugin replace p", vec!["ping"]),
            ("plugin replace ping with b", vec!["broken"]),
            ("tvdb d", vec!["down"]),
        ] {
            assert_eq!(offers(before, &vocabulary), expected, "{before}");
        }
    }
}
