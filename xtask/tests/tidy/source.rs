//! The files of this repository, cut into words where they are Rust.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Names of what was built, fetched or written by the running bot.
const FOREIGN: [&str; 8] =
    [".git", ".env", "target", "node_modules", "venv", ".venv", "__pycache__", "data"];

/// One piece of Rust. Comments are gone; a documentation comment is a text in an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A name or keyword.
    Word(String),
    /// `::`
    Colons,
    /// Any other sign, brackets included.
    Sign(char),
    /// A number or text.
    Literal,
}

/// A piece and its line, counted from one.
#[derive(Debug, Clone)]
pub struct Token {
    /// What it is.
    pub piece: Piece,
    /// Where it stands.
    pub line: usize,
}

impl Token {
    /// Whether this is the name or keyword `word`.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(&self.piece, Piece::Word(found) if found == word)
    }

    /// Whether this is `sign`.
    pub fn is_sign(&self, sign: char) -> bool {
        self.piece == Piece::Sign(sign)
    }
}

/// One text file.
pub struct Source {
    /// Its path from the root of the repository, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Its tokens, if it is Rust.
    pub tokens: Vec<Token>,
    /// Its syntax tree, if it is Rust.
    pub tree: Option<syn::File>,
}

impl Source {
    /// Reads `text` as the content of `path`.
    pub fn new(path: &str, text: &str) -> Self {
        let mut tokens = Vec::new();
        let mut tree = None;
        if path.ends_with(".rs") {
            let stream: TokenStream = text.parse().unwrap_or_else(|e| panic!("{path}: {e}"));
            flatten(stream.clone(), &mut tokens);
            tree = Some(syn::parse2(stream).unwrap_or_else(|e| panic!("{path}: {e}")));
        }
        Self { path: path.to_owned(), text: text.to_owned(), tokens, tree }
    }

    /// Whether the file is Rust.
    pub fn is_rust(&self) -> bool {
        self.tree.is_some()
    }

    /// Whether the whole file is made of tests.
    pub fn is_tests(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// Returns every path of names (`std::thread::spawn`) with its line, `use` lists spelled out.
    pub fn paths(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            at = read_path(&self.tokens, at, "", &mut found).max(at + 1);
        }
        found
    }
}

/// Returns all text files of this repository.
pub fn all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask has a parent");
    let mut files = Vec::new();
    collect(root, &mut files);
    files.sort();
    files.iter().filter_map(|file| read(root, file)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository can be read") {
        let entry = entry.expect("an entry can be read");
        let kind = entry.file_type().expect("an entry has a type");
        let name = entry.file_name();
        if FOREIGN.iter().any(|foreign| name == *foreign) {
            continue;
        }
        if kind.is_file() {
            files.push(entry.path());
        } else if kind.is_dir() {
            collect(&entry.path(), files);
        }
    }
}

fn read(root: &Path, file: &Path) -> Option<Source> {
    let text = String::from_utf8(fs::read(file).ok()?).ok()?;
    let path = file.strip_prefix(root).expect("the file lies below the root");
    Some(Source::new(&path.to_string_lossy(), &text))
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut after_colon = false;
    for tree in stream {
        let line = tree.span().start().line;
        let mut joined = false;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = brackets(group.delimiter());
                tokens.push(Token { piece: Piece::Sign(open), line });
                flatten(group.stream(), tokens);
                let line = group.span_close().start().line;
                tokens.push(Token { piece: Piece::Sign(close), line });
            }
            TokenTree::Ident(name) => {
                tokens.push(Token { piece: Piece::Word(name.to_string()), line });
            }
            TokenTree::Punct(sign) if sign.as_char() == ':' && after_colon => {
                tokens.last_mut().expect("a colon came before").piece = Piece::Colons;
            }
            TokenTree::Punct(sign) => {
                joined = sign.as_char() == ':' && sign.spacing() == Spacing::Joint;
                tokens.push(Token { piece: Piece::Sign(sign.as_char()), line });
            }
            TokenTree::Literal(_) => tokens.push(Token { piece: Piece::Literal, line }),
        }
        after_colon = joined;
    }
}

fn brackets(delimiter: Delimiter) -> (char, char) {
    match delimiter {
        Delimiter::Parenthesis => ('(', ')'),
        Delimiter::Brace => ('{', '}'),
        Delimiter::Bracket => ('[', ']'),
        Delimiter::None => (' ', ' '),
    }
}

/// Reads the path that begins at `at` into `found`, each with `before` in front; returns what follows.
fn read_path(
    tokens: &[Token],
    mut at: usize,
    before: &str,
    found: &mut Vec<(usize, String)>,
) -> usize {
    let mut path = before.to_owned();
    while let Some(Token { piece: Piece::Word(word), line }) = tokens.get(at) {
        path = if path.is_empty() { word.clone() } else { format!("{path}::{word}") };
        at += 1;
        if tokens.get(at).is_none_or(|token| token.piece != Piece::Colons) {
            found.push((*line, path));
            return at;
        }
        at += 1;
    }
    if tokens.get(at).is_some_and(|token| token.is_sign('{')) && !path.is_empty() {
        return read_list(tokens, at + 1, &path, found);
    }
    at
}

fn read_list(
    tokens: &[Token],
    mut at: usize,
    before: &str,
    found: &mut Vec<(usize, String)>,
) -> usize {
    while tokens.get(at).is_some_and(|token| !token.is_sign('}')) {
        at = read_path(tokens, at, before, found).max(at + 1);
    }
    at + 1
}

#[test]
fn paths_are_spelled_out() {
    let source = Source::new("a.rs", "use std::{fs, thread::{self, spawn}}; fn f() { a::b(c) }");
    let paths: Vec<String> = source.paths().into_iter().map(|(_, path)| path).collect();
    for expected in ["std::fs", "std::thread::self", "std::thread::spawn", "a::b", "c"] {
        assert!(paths.iter().any(|path| path == expected), "{expected} in {paths:?}");
    }
}
