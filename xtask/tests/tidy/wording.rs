//! Rules about words that must not stand in a file.

use super::{
    Finding, Rule,
    source::{Piece, Source},
};

/// Marks of unfinished work. Spelled in two halves: this file is checked as well.
const UNFINISHED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

/// Paths of one machine.
const MACHINE_PATHS: [&str; 3] =
    [concat!("..", "/shared"), concat!("/wo", "rk/"), concat!("/ro", "ot/")];

/// Kinds of files that people here write.
const WRITTEN_HERE: [&str; 6] = [".rs", ".md", ".toml", ".sql", ".ftl", "run"];

/// The rules of this file.
pub const RULES: &[Rule] = &[
    Rule {
        name: "allow",
        check: allow,
        broken_by: &[
            ("a.rs", "#[allow(dead_code)]\nfn a() {}"),
            ("a.rs", "#![allow(dead_code)]"),
            ("a.rs", "#[cfg_attr(test, allow(dead_code))]\nfn a() {}"),
            ("a.rs", "macro_rules! m { () => { #[allow(dead_code)] fn a() {} } }"),
        ],
        kept_by: &[
            ("a.rs", "#[expect(dead_code, reason = \"`allow(it)` would hide more\")]\nfn a() {}"),
            ("a.rs", "/// #[allow(dead_code)]\nfn allow() { allow(); }"),
        ],
    },
    Rule {
        name: "ignored-test",
        check: ignored,
        broken_by: &[
            ("a.rs", "#[test]\n#[ignore]\nfn a() {}"),
            ("a.rs", "#[test]\n#[ignore = \"slow\"]\nfn a() {}"),
            ("a.rs", "//! It.\n//!\n//! ```ignore\n//! a();\n//! ```\n"),
            ("a.rs", "/// ```no_run\n/// a();\n/// ```\nfn a() {}"),
        ],
        kept_by: &[("a.rs", "/// ```\n/// ignore();\n/// ```\n#[test]\nfn ignore() {}")],
    },
    Rule {
        name: "unfinished",
        check: unfinished,
        broken_by: &[("a.rs", concat!("// TO", "DO: later")), ("docs/a.md", concat!("FIX", "ME"))],
        kept_by: &[("a.rs", concat!("fn method_todo() {} // MASTO", "DON")), ("a.json", "{}")],
    },
    Rule {
        name: "machine-path",
        check: machine_paths,
        broken_by: &[
            ("a.json", concat!("\"..", "/shared/x\"")),
            ("a.md", concat!("/wo", "rk/x")),
            ("a.rs", concat!("// /ro", "ot/x")),
        ],
        kept_by: &[("a.md", "shared by all; work/x")],
    },
    Rule {
        name: "plugin-thread",
        check: plugin_threads,
        broken_by: &[
            ("plugins/a/src/lib.rs", "use std::{fmt, thread};"),
            ("plugins/a/src/lib.rs", "fn a() { std::thread::spawn(b); }"),
            ("plugins/a/src/lib.rs", "std::thread_local! { static A: u8 = 0; }"),
            ("plugins/a/src/lib.rs", "use std::env;"),
            ("plugins/a/src/lib.rs", "use tokio::runtime::Runtime;"),
        ],
        kept_by: &[
            ("plugins/a/src/lib.rs", "fn thread(thread: u64) { env!(\"CARGO_PKG_NAME\"); }"),
            ("host/src/a.rs", "use std::thread;"),
        ],
    },
];

fn allow(source: &Source) -> Vec<Finding> {
    attributes(source, |words| words.first() == Some(&"allow") || words.contains(&"allow("))
        .map(|line| Finding {
            line,
            what: "silence a lint with `#[expect(lint, reason = \"…\")]`".to_owned(),
        })
        .collect()
}

fn ignored(source: &Source) -> Vec<Finding> {
    let told = "assert what happens today, and write why it is wrong";
    let attributes = attributes(source, |words| words.first() == Some(&"ignore"));
    attributes
        .chain(unproven_examples(source))
        .map(|line| Finding { line, what: told.to_owned() })
        .collect()
}

/// The lines of documentation examples that are not run.
fn unproven_examples(source: &Source) -> impl Iterator<Item = usize> {
    let is_documentation = |line: &str| line.starts_with("///") || line.starts_with("//!");
    let fence = |line: &str| line.split_once("```").map(|(_, marks)| marks.to_owned());
    let lines = source.text.lines().enumerate().filter(|_| source.is_rust());
    lines.filter_map(move |(index, line)| {
        let line = line.trim_start();
        let marks = fence(line).filter(|_| is_documentation(line))?;
        let unproven = ["ignore", "no_run"].iter().any(|mark| marks.contains(mark));
        unproven.then_some(index + 1)
    })
}

/// The lines of attributes whose words please `is_meant`; `allow(` stands for a nested list.
fn attributes<'a>(
    source: &'a Source,
    is_meant: impl Fn(&[&str]) -> bool + 'a,
) -> impl Iterator<Item = usize> + 'a {
    let tokens = &source.tokens;
    let starts = (0..tokens.len()).filter(|&at| tokens[at].is_sign('#'));
    starts.filter_map(move |at| {
        let inner = tokens.get(at + 1)?.is_sign('!');
        let open = at + 1 + usize::from(inner);
        if !tokens.get(open)?.is_sign('[') {
            return None;
        }
        let words = words_until_closed(source, open);
        is_meant(&words).then_some(tokens[at].line)
    })
}

fn words_until_closed(source: &Source, open: usize) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut words = Vec::new();
    for (token, next) in source.tokens[open..].iter().zip(&source.tokens[open + 1..]) {
        match &token.piece {
            Piece::Sign('[') => depth += 1,
            Piece::Sign(']') => depth -= 1,
            Piece::Word(word) if word == "allow" && next.is_sign('(') && !words.is_empty() => {
                words.push("allow(");
            }
            Piece::Word(word) => words.push(word),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    words
}

fn unfinished(source: &Source) -> Vec<Finding> {
    if !WRITTEN_HERE.iter().any(|end| source.path.ends_with(end)) {
        return vec![];
    }
    let stands_alone = |line: &str, word: &str| {
        line.match_indices(word).any(|(at, _)| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !letter(line[..at].chars().next_back())
                && !letter(line[at + word.len()..].chars().next())
        })
    };
    find_lines(source, |line| UNFINISHED.into_iter().find(|word| stands_alone(line, word)))
}

fn machine_paths(source: &Source) -> Vec<Finding> {
    find_lines(source, |line| MACHINE_PATHS.into_iter().find(|path| line.contains(path)))
}

fn find_lines(source: &Source, find: impl Fn(&str) -> Option<&'static str>) -> Vec<Finding> {
    let lines = source.text.lines().zip(1..);
    lines
        .filter_map(|(text, line)| {
            let word = find(text)?;
            Some(Finding { line, what: format!("`{word}` must not stand here") })
        })
        .collect()
}

fn plugin_threads(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("plugins/") || source.is_tests() {
        return vec![];
    }
    let outlives = ["std::thread", "std::env", "tokio::runtime", "tokio::spawn", "rayon"];
    let is_within = |path: &str, what: &str| {
        path.strip_prefix(what).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let paths = source.paths().into_iter().filter(|(_, path)| {
        path.ends_with("thread_local") || outlives.iter().any(|what| is_within(path, what))
    });
    paths
        .map(|(line, path)| Finding { line, what: format!("`{path}` would outlive the library") })
        .collect()
}
