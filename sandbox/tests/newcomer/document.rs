//! What docs/operating.md says to type.

use std::collections::BTreeSet;

const DOCUMENT: &str = include_str!("../../../docs/operating.md");
const UNIT: &str = include_str!("../../../xtask/dist/lumina.service");
const IMAGE: &str = include_str!("../../../Dockerfile");

/// What opens and closes a block that is typed.
const OPEN: &str = "```sh newcomer";
const CLOSE: &str = "```";

/// Returns how many blocks the document has for newcomers.
pub fn n_blocks() -> usize {
    DOCUMENT.lines().filter(|line| *line == OPEN).count()
}

/// Returns the blocks that stand below a heading, up to the next heading.
pub fn blocks_below(heading: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = section(heading);
    while lines.any(|line| line == OPEN) {
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != CLOSE).collect();
        blocks.push(block.join("\n"));
    }
    blocks
}

/// Returns the commands in the first column of a table below a heading.
pub fn commands_in_table(heading: &str) -> Vec<&'static str> {
    let command = |line: &'static str| line.strip_prefix("| `")?.split('`').next();
    section(heading).filter_map(command).collect()
}

/// Returns what is named below a folder, in the document, the unit file and the image.
pub fn paths_below(folder: &str) -> BTreeSet<String> {
    let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_'));
    let texts = [DOCUMENT, UNIT, IMAGE].into_iter();
    let named = texts.flat_map(|text| text.split(folder).skip(1));
    let paths = named.map(|rest| rest.split(ends).next().unwrap_or_default().to_owned());
    paths.filter(|path| !path.is_empty()).collect()
}

/// Returns the files that a document links to.
pub fn local_links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.contains("://") && !target.is_empty())
}

fn section(heading: &str) -> impl Iterator<Item = &'static str> {
    let is_heading = |line: &str| line.starts_with("## ") || line.starts_with("### ");
    let mut lines = DOCUMENT.lines();
    let found =
        lines.any(|line| is_heading(line) && line.trim_start_matches('#').trim() == heading);
    assert!(found, "docs/operating.md has no heading `{heading}`");
    lines.take_while(move |line| !is_heading(line))
}
