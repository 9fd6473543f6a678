//! Files that no module declares: they are never compiled, and look as if they were.

use crate::source::Source;
use std::collections::HashSet;

/// Returns the files below `src` that nothing declares.
pub fn undeclared(sources: &[Source]) -> Vec<&str> {
    let declared: HashSet<String> = sources.iter().flat_map(declared).collect();
    let modules = sources.iter().map(|source| source.path.as_str()).filter(|path| is_module(path));
    modules.filter(|path| !declared.contains(*path)).collect()
}

/// Whether a file must be declared by another one.
fn is_module(path: &str) -> bool {
    let Some((_, inside)) = path.split_once("/src/") else { return false };
    inside.ends_with(".rs")
        && !matches!(inside, "lib.rs" | "main.rs")
        && !inside.starts_with("bin/")
}

/// Returns where the modules that a file declares lie.
fn declared(source: &Source) -> impl Iterator<Item = String> {
    let path = source.path.as_str();
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let is_root = stem.ends_with("/lib") || stem.ends_with("/main") || stem.contains("/src/bin/");
    let folder =
        if is_root { stem.rsplit_once('/').map_or("", |(folder, _)| folder) } else { stem };
    let items = source.tree.iter().flat_map(|tree| &tree.items);
    items.filter_map(move |item| match item {
        syn::Item::Mod(module) => Some(format!("{folder}/{}.rs", module.ident)),
        _ => None,
    })
}

#[test]
fn a_file_that_no_module_declares_is_found() {
    let sources = [
        Source::new("host/src/lib.rs", "mod door;"),
        Source::new("host/src/door.rs", "#[cfg(test)] mod tests;"),
        Source::new("host/src/door/tests.rs", ""),
        Source::new("host/src/door/left.rs", ""),
        Source::new("host/tests/door/rest.rs", ""),
    ];
    assert_eq!(undeclared(&sources), ["host/src/door/left.rs"]);
}
