//! Builds a test plugin against the plugin API of a later minor version, which this host must load.
//!
//! That version does not exist yet: it is made from this one by adding what the border allows, a field
//! and two methods at the ends. Where the text of the border changes, the places here change with it.

use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    build::{self, Layout},
    cargo, workspace,
};

/// The test plugin that is built once more.
const FIXTURE: &str = "twin-a";

/// The package and the library that come out.
const PACKAGE: &str = "fixture-newer";

/// A text of a file, and what stands there in a later version.
struct Growth {
    file: &'static str,
    old: &'static str,
    new: &'static str,
}

/// How the border grows. The first replaces the version of the API by a later one.
const GROWTHS: [Growth; 5] = [
    Growth { file: "plugin-api/Cargo.toml", old: "\nversion = \"1.1.", new: "\nversion = \"1.2." },
    Growth {
        file: "plugin-api/src/abi.rs",
        old: "    pub fini: extern \"C\" fn(),\n",
        new: "    pub fini: extern \"C\" fn(),\n    /// Added.\n    pub added: extern \"C\" fn(),\n",
    },
    Growth {
        file: "plugin-api/src/abi.rs",
        old: "        fini: crate::adapter::fini,\n",
        new: "        fini: crate::adapter::fini,\n        added: crate::adapter::fini,\n",
    },
    Growth {
        file: "plugin-api/src/abi.rs",
        old: "    fn shutdown(&self) -> FfiFuture<()>;\n",
        new: "    fn shutdown(&self) -> FfiFuture<()>;\n    /// Added.\n    fn added(&self) {}\n",
    },
    Growth {
        file: "plugin-api/src/abi.rs",
        old: "    fn spawn(&self, future: FfiFuture<()>) -> bool;\n",
        new: "    fn spawn(&self, future: FfiFuture<()>) -> bool;\n    /// Added.\n    fn added(&self) {}\n",
    },
];

/// Builds the library into the fixtures of `layout`.
///
/// # Errors
/// If a text is not where it is looked for, cargo refuses, or a file cannot be written.
pub fn build(layout: &Layout) -> Result<()> {
    let root = write_workspace()?;
    let packages = workspace::packages_of(&root.join("Cargo.toml"))?;
    let package = packages.iter().find(|package| package.name == PACKAGE);
    let package = package.context("the later workspace has no plugin")?;
    let mut command = cargo::cargo("build");
    command
        .current_dir(&root)
        .args(["--lib", "--package", PACKAGE, "--features", "export"])
        .args(build::profile_flag(layout.profile()))
        // The dependencies are the same and built already.
        .arg("--target-dir")
        .arg(workspace::root().join("target"));
    let strip = format!("profile.{}.package.{PACKAGE}.strip=true", layout.profile().name());
    let artifacts = cargo::run_build(command.args(["--config", &strip]))?;
    build::install_plugin(package, &artifacts, &layout.fixtures())?;
    Ok(())
}

/// Writes a workspace of the later API and the plugin; what has not changed is left as it is.
fn write_workspace() -> Result<PathBuf> {
    let (here, there) = (workspace::root(), workspace::root().join("target/lumina/newer"));
    let manifest = read(&here.join("Cargo.toml"))?;
    let members = manifest.lines().map(|line| match line.split_once(" = ") {
        Some(("members", _)) => "members = [\"later-api\", \"plugin\"]",
        // Elsewhere than the present one: cargo tells packages apart by version and relative path, and
        // the present one will have this version some day.
        Some(("lumina-plugin-api", _)) => "lumina-plugin-api = { path = \"later-api\" }",
        Some(("default-members" | "exclude", _)) => "",
        _ => line,
    });
    write(&there.join("Cargo.toml"), &members.collect::<Vec<_>>().join("\n"))?;
    write(&there.join("Cargo.lock"), &read(&here.join("Cargo.lock"))?)?;
    copy(here, Path::new("plugin-api"), &there.join("later-api"))?;
    copy(here, &Path::new("fixtures").join(FIXTURE), &there.join("plugin"))?;
    Ok(there)
}

fn copy(root: &Path, folder: &Path, to: &Path) -> Result<()> {
    for file in ["Cargo.toml", "src"] {
        copy_tree(root, &folder.join(file), &to.join(file))?;
    }
    Ok(())
}

fn copy_tree(root: &Path, path: &Path, to: &Path) -> Result<()> {
    let from = root.join(path);
    if !from.is_dir() {
        return write(to, &grown(path, read(&from)?)?);
    }
    let entries = from.read_dir().with_context(|| format!("cannot read `{}`", from.display()))?;
    for entry in entries {
        let name = entry.context("cannot read a folder")?.file_name();
        copy_tree(root, &path.join(&name), &to.join(&name))?;
    }
    Ok(())
}

fn grown(path: &Path, mut text: String) -> Result<String> {
    for Growth { old, new, file } in &GROWTHS {
        if path == Path::new(file) {
            ensure!(text.matches(old).count() == 1, "`{file}` no longer holds `{old}` once");
            text = text.replace(old, new);
        }
    }
    Ok(text.replace(&format!("fixture-{FIXTURE}"), PACKAGE))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Writes a file if its text is another, so that cargo does not build what has not changed.
fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    let folder = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .with_context(|| format!("cannot write `{}`", path.display()))
}
