//! The licenses of all that is compiled into the program and its plugins, as their authors wrote them.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{cargo, workspace};

/// Beginnings of the names of files with licenses.
const NAMES: [&str; 4] = ["LICENSE", "LICENCE", "COPYING", "NOTICE"];
/// The texts of licenses that some packages only name, by what they call them.
const USUAL: [(&str, &str); 3] = [
    ("MIT", include_str!("../../dist/licenses/MIT.txt")),
    ("ISC", include_str!("../../dist/licenses/ISC.txt")),
    ("Zlib", include_str!("../../dist/licenses/Zlib.txt")),
];
/// The target whose dependencies count.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Packages that are built into what is packed, beside all plugins.
const PROGRAM: &str = "lumina-host";
/// Where a toolchain keeps the licenses of the standard library, which is compiled into everything.
const STANDARD_LIBRARY: &str = "share/doc/rust/COPYRIGHT-library.html";

/// Returns one text: every package with its license, then each license text once.
///
/// # Errors
/// If cargo cannot tell what the packages are, or one has no license that is known.
pub fn text() -> Result<String> {
    let metadata = metadata()?;
    let packages = reached(&metadata)?;
    let mut list = String::new();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages {
        let field = |name: &str| package[name].as_str().unwrap_or_default();
        let name = format!("{} {}", field("name"), field("version"));
        list.push_str(&format!("{name}: {} {}\n", field("license"), field("repository")));
        for text in texts_of(package)? {
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

/// Returns the page with the licenses of Rust's standard library, which every toolchain brings along.
///
/// # Errors
/// If this toolchain does not.
pub fn of_standard_library() -> Result<PathBuf> {
    let mut sysroot = String::new();
    cargo::for_each_line(Command::new("rustc").args(["--print", "sysroot"]), |line| {
        sysroot.push_str(line);
    })?;
    let page = Path::new(&sysroot).join(STANDARD_LIBRARY);
    ensure!(page.is_file(), "`{}` is missing: use a toolchain of rustup", page.display());
    Ok(page)
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

/// The license texts of a package: its own, or where it brings none, the usual one with its authors.
fn texts_of(package: &Value) -> Result<Vec<String>> {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
    let mut texts = Vec::new();
    gather(manifest.parent().context("a manifest lies in a folder")?, &mut texts)?;
    if texts.is_empty() {
        let usual = usual_text(package);
        texts.push(usual.with_context(|| format!("{} brings no license", package["name"]))?);
    }
    Ok(texts)
}

fn usual_text(package: &Value) -> Option<String> {
    let offered = package["license"].as_str()?;
    let mut ids = offered.split([' ', '/']);
    let text = ids.find_map(|id| USUAL.iter().find(|(usual, _)| *usual == id))?.1;
    let authors: Vec<&str> =
        package["authors"].as_array()?.iter().filter_map(Value::as_str).collect();
    Some(format!("Copyright (c) {}\n\n{}", authors.join(", "), text.trim()))
}

/// Takes the license texts in `folder` and below, where what was taken from others has its own.
fn gather(folder: &Path, texts: &mut Vec<String>) -> Result<()> {
    let entries = fs::read_dir(folder);
    let entries = entries.with_context(|| format!("cannot read `{}`", folder.display()))?;
    for entry in entries {
        let entry = entry.context("cannot read an entry")?;
        let (path, kind) = (entry.path(), entry.file_type().context("cannot look at an entry")?);
        if kind.is_dir() {
            gather(&path, texts)?;
        } else if kind.is_file() && holds_a_license(&path) {
            let bytes = fs::read(&path);
            let bytes = bytes.with_context(|| format!("cannot read `{}`", path.display()))?;
            texts.push(String::from_utf8_lossy(&bytes).trim().to_owned());
        }
    }
    Ok(())
}

fn holds_a_license(path: &Path) -> bool {
    let in_folder = path.parent().is_some_and(|folder| folder.ends_with("LICENSES"));
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = name.to_ascii_uppercase();
    // A program may be called `license.rs`.
    let is_source = name.ends_with(".RS") || name.ends_with(".C") || name.ends_with(".H");
    in_folder || !is_source && NAMES.iter().any(|beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_program_is_built_from_is_listed_and_what_only_tests_need_is_not() {
        let text = text().unwrap();
        assert!(text.contains("\ntokio 1.") && text.contains("Apache License"));
        assert!(!text.contains("\nproptest ") && !text.contains("\nlumina-host "));
    }

    #[test]
    fn a_package_that_brings_no_license_gets_the_usual_one_with_its_authors() {
        let package = |license: &str| json!({ "license": license, "authors": ["Mira", "Noah"] });
        let text = usual_text(&package("Apache-2.0/MIT")).unwrap();
        assert!(text.starts_with("Copyright (c) Mira, Noah\n\nPermission is hereby granted"));
        assert_eq!(usual_text(&package("Other")), None);
    }

    #[test]
    fn files_with_licenses_are_told_from_others() {
        for (path, expected) in [
            ("a/LICENSE-MIT", true),
            ("a/license.md", true),
            ("a/LICENSES/CC0-1.0.txt", true),
            ("a/src/license.rs", false),
            ("a/README.md", false),
        ] {
            assert_eq!(holds_a_license(Path::new(path)), expected, "{path}");
        }
    }
}
