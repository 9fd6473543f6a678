//! Breaks every rule of `RULES.md`, one test for each row, and reads the error that Discord sends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod rules {
    pub mod answers;
    pub mod commands;
    pub mod components;
    pub mod containers;
    pub mod document;
    pub mod forms;
    pub mod gateway;
    pub mod http;
    pub mod messages;
    pub mod outcomes;
    pub mod support;
}

use std::collections::BTreeSet;
use std::path::Path;

use rules::support::RULES;

/// Returns the names of the tests in a file: functions, and entries of `refused!`.
fn tests_in(source: &str) -> BTreeSet<String> {
    let name_of = |line: &str| {
        let function = line.strip_prefix("async fn ").and_then(|rest| rest.strip_suffix("() {"));
        let is_entry = line.starts_with("    ") && !line.starts_with("     ");
        let entry = if is_entry { line.trim().split_once(" =>") } else { None };
        function.or(entry.map(|(name, _)| name)).map(str::to_owned)
    };
    let is_name =
        |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    source.lines().filter_map(name_of).filter(is_name).collect()
}

#[test]
fn every_row_has_its_test_and_every_test_its_row() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut tests = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_stem().is_some_and(|stem| stem != "support" && stem != "outcomes") {
            tests.extend(tests_in(&std::fs::read_to_string(path).unwrap()));
        }
    }
    let rows: BTreeSet<String> = RULES.keys().map(|name| (*name).to_owned()).collect();
    let without_test: Vec<_> = rows.difference(&tests).collect();
    let without_row: Vec<_> = tests.difference(&rows).collect();
    assert!(without_test.is_empty(), "rows without a test: {without_test:#?}");
    assert!(without_row.is_empty(), "tests without a row: {without_row:#?}");
}
