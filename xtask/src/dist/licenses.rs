//! The licenses of all that is compiled into the program and its plugins, as their authors wrote them.

use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::Path,
};

use crate::{cargo, workspace};

/// Beginnings of the names of files with licenses.
const NAMES: [&str; 4] = ["LICENSE", "LICENCE", "COPYING", "NOTICE"];
/// The target whose dependencies count.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Packages that are built into what is packed, beside all plugins.
const PROGRAM: &str = "lumina-host";

/// Returns one text: every package with its license, then each license text once.
///
/// # Errors
/// If cargo cannot tell what the packages are.
pub fn text() -> Result<String> {
    let metadata = metadata()?;
    let packages = reached(&metadata)?;
    let mut list = String::new();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages {
        let field = |name: &str| package[name].as_str().unwrap_or_default();
        let name = format!("{} {}", field("name"), field("version"));
        list.push_str(&format!("{name}: {} {}\n", field("license"), field("repository")));
        let manifest = Path::new(field("manifest_path"));
        for text in texts_in(manifest.parent().context("a manifest lies in a folder")?)? {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    let mut out = format!("Lumina contains these packages:\n\n{list}");
    for (text, names) in texts {
        let names: Vec<String> = names.into_iter().collect();
        out.push_str(&format!("\n{}\n{}\n\n{text}\n", "-".repeat(78), names.join(", ")));
    }
    Ok(out)
}

fn metadata() -> Result<Value> {
    let mut command = cargo::cargo("metadata");
    command.args(["--format-version=1", "--locked", "--filter-platform", TARGET]);
    let mut answer = String::new();
    cargo::for_each_line(&mut command, |line| answer.push_str(line))?;
    serde_json::from_str(&answer).context("cannot read cargo's metadata")
}

/// The packages of others that the program and the plugins are built from, by name.
fn reached(metadata: &Value) -> Result<Vec<&Value>> {
    let all = |value: &'static str, of: &Value| of[value].as_array().cloned().unwrap_or_default();
    let nodes = all("nodes", &metadata["resolve"]);
    let nodes: HashMap<&str, &Value> =
        nodes.iter().filter_map(|node| Some((node["id"].as_str()?, node))).collect();
    let packages = metadata["packages"].as_array().context("cargo's metadata has no packages")?;
    let plugins = workspace::packages_in("plugins")?;
    let is_packed =
        |name: &str| name == PROGRAM || plugins.iter().any(|plugin| plugin.name == name);
    let packed = packages.iter().filter(|package| package["name"].as_str().is_some_and(is_packed));
    let mut open: Vec<&str> = packed.filter_map(|package| package["id"].as_str()).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id)
            && let Some(node) = nodes.get(id)
        {
            open.extend(built_from(node));
        }
    }
    let is_theirs = |package: &&Value| !package["source"].is_null();
    let mut reached: Vec<&Value> = packages
        .iter()
        .filter(|package| package["id"].as_str().is_some_and(|id| seen.contains(id)))
        .filter(is_theirs)
        .collect();
    reached.sort_by_key(|package| (package["name"].as_str(), package["version"].as_str()));
    Ok(reached)
}

/// The packages whose code goes into that of `node`: neither those of tests nor of build scripts.
fn built_from(node: &Value) -> impl Iterator<Item = &str> {
    let dependencies = node["deps"].as_array().into_iter().flatten();
    let usual = dependencies.filter(|dependency| {
        let kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
        kinds.into_iter().any(|kind| kind["kind"].is_null())
    });
    usual.filter_map(|dependency| dependency["pkg"].as_str())
}

fn texts_in(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder);
    let entries = entries.with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut texts = Vec::new();
    for entry in entries {
        let path = entry.context("cannot read an entry")?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let name = name.to_ascii_uppercase();
        if path.is_file() && NAMES.iter().any(|beginning| name.starts_with(beginning)) {
            let bytes = fs::read(&path);
            let bytes = bytes.with_context(|| format!("cannot read `{}`", path.display()))?;
            texts.push(String::from_utf8_lossy(&bytes).trim().to_owned());
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_is_built_from_is_listed_and_what_only_tests_need_is_not() {
        let text = text().unwrap();
        assert!(text.contains("\ntokio 1.") && text.contains("Apache License"));
        assert!(!text.contains("\nproptest ") && !text.contains("\nlumina-host "));
    }
}
