//! What operators look up by what they see: the host says it in these words.

use super::root;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where the table stands.
const DOCUMENT: &str = "docs/operating.md";
const HEADING: &str = "## What to do when";
/// Where tests of a module stand: `tests.rs`, `rules.rs`, and the files in folders of that name.
const TESTS: [&str; 2] = ["tests", "rules"];
/// What the host puts together from parts, or somebody else says.
const NOT_AS_IT_STANDS: [&str; 2] = ["BOT_TOKEN is not set", "The application did not respond"];

#[test]
fn what_operators_look_up_stands_in_the_host_as_they_read_it() {
    let mut said = fs::read_to_string(root().join("host/locales/en.ftl")).expect("it is there");
    for source in sources_below(&root().join("host/src")) {
        let source = fs::read_to_string(source).expect("a source is text");
        said.push_str(&joined(&without_tests_and_comments(&source)));
    }
    let document = fs::read_to_string(root().join(DOCUMENT)).expect("it is there");
    let (_, table) = document.split_once(HEADING).expect("it has that table");
    let cells = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let symptoms: Vec<&str> = cells.flat_map(quoted).collect();
    assert!(symptoms.len() > 20, "{symptoms:?}");
    for symptom in symptoms.into_iter().filter(|symptom| !NOT_AS_IT_STANDS.contains(symptom)) {
        for part in symptom.split('…').map(str::trim) {
            assert!(said.contains(part), "{DOCUMENT}: the host never says `{part}`");
        }
    }
}

fn sources_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the repository can be read");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    let is_said = |path: &PathBuf| {
        path.file_stem().is_none_or(|name| !TESTS.iter().any(|tests| name == *tests))
    };
    let below = |path: PathBuf| if path.is_dir() { sources_below(&path) } else { vec![path] };
    paths.filter(is_said).flat_map(below).collect()
}

/// Leaves what the host can say: tests stand last in a file.
fn without_tests_and_comments(source: &str) -> String {
    let said = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = said.split_inclusive('\n');
    lines.filter(|line| !line.trim_start().starts_with("//")).collect()
}

/// Joins the lines of texts that go on in the next one.
fn joined(source: &str) -> String {
    let mut lines = source.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start())
}

/// What a cell quotes: between backticks, one or two, or between quotation marks.
fn quoted(cell: &str) -> Vec<&str> {
    let mut quotes = Vec::new();
    let mut rest = cell;
    while let Some(at) = rest.find(['`', '“']) {
        rest = &rest[at..];
        let (open, close) = [("``", "``"), ("`", "`"), ("“", "”")]
            .into_iter()
            .find(|(open, _)| rest.starts_with(open))
            .expect("one of them was found");
        let Some((quote, after)) = rest[open.len()..].split_once(close) else { break };
        quotes.push(quote.trim());
        rest = after;
    }
    quotes
}

#[test]
fn quotes_are_found_and_texts_of_many_lines_are_joined() {
    let source =
        "//! no\nlet a = \"yes\"; // yes\n    /// no\n#[cfg(test)]\nmod tests {\n    \"no\"\n}\n";
    assert_eq!(without_tests_and_comments(source), "let a = \"yes\"; // yes\n");
    assert_eq!(quoted("`a b`, or ``c `d` `` and “e”"), ["a b", "c `d`", "e"]);
    assert_eq!(joined("\"one \\\n    two\""), "\"one two\"");
}
