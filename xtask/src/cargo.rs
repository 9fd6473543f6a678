//! Calls of cargo and of what it built.
//!
//! A call made from inside `cargo run` must not inherit the variables that describe `xtask` itself:
//! build scripts watch them, and every such call would build half of the dependencies again.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::workspace;

/// Variables with these beginnings describe the running package, not the machine.
const PACKAGE_VARIABLES: [&str; 6] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
    "OUT_DIR",
];

/// How cargo compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Debug,
    /// Quick to run.
    Release,
}

impl Profile {
    /// The folder cargo gives this profile.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    /// The name of this profile in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "dev",
            Self::Release => "release",
        }
    }
}

/// One file that cargo built.
#[derive(Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The Cargo.toml it was built from.
    pub manifest: PathBuf,
    /// The name of the library or program.
    pub target: String,
    /// Where it lies.
    pub file: PathBuf,
}

/// Begins a call of `cargo TASK` in the root of the workspace.
pub fn cargo(task: &str) -> Command {
    let mut command = program(Path::new("cargo"));
    command.current_dir(workspace::root()).arg(task);
    command
}

/// Begins a call of `path` without the variables that describe `xtask`.
#[expect(clippy::disallowed_methods, reason = "what a program inherits is no setting of ours")]
pub fn program(path: &Path) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        if describes_a_package(&name) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs `command` with our own input and output.
///
/// # Errors
/// If it cannot start or does not end well.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    if !status.success() {
        bail!("`{}` ended with {status}", in_words(command));
    }
    Ok(())
}

/// Runs `command`, a build, and returns what it left: programs and loadable libraries.
///
/// # Errors
/// If it cannot start or does not end well.
pub fn run_build(command: &mut Command) -> Result<Vec<Artifact>> {
    let mut artifacts = Vec::new();
    for_each_line(command.arg("--message-format=json-render-diagnostics"), |line| {
        artifacts.extend(serde_json::from_str(line).ok().and_then(|message| artifact(&message)));
    })?;
    Ok(artifacts)
}

/// Runs `command` and hands on each line of its output while it runs.
///
/// # Errors
/// If it cannot start or does not end well.
pub fn for_each_line(command: &mut Command, mut take: impl FnMut(&str)) -> Result<()> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let output = child.stdout.take().expect("the output was asked for one line above");
    for line in BufReader::new(output).lines() {
        take(&line.context("cannot read the output")?);
    }
    let status = child.wait().context("cannot wait for the end")?;
    if !status.success() {
        bail!("`{}` ended with {status}", in_words(command));
    }
    Ok(())
}

fn describes_a_package(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    PACKAGE_VARIABLES.iter().any(|beginning| name.starts_with(beginning))
}

fn in_words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn artifact(message: &Value) -> Option<Artifact> {
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
    let library = files.into_iter().find(|file| file.ends_with(".so"));
    Some(Artifact {
        manifest: message["manifest_path"].as_str()?.into(),
        target: message["target"]["name"].as_str()?.to_owned(),
        file: message["executable"].as_str().or(library)?.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_loadable_library_is_an_artifact_and_an_rlib_is_not() {
        let built = |files: &[&str]| {
            artifact(&json!({
                "reason": "compiler-artifact", "manifest_path": "ping/Cargo.toml",
                "target": { "name": "lumina_ping" }, "filenames": files, "executable": null,
            }))
            .map(|artifact| artifact.file)
        };
        assert_eq!(built(&["libping.rlib", "libping.so"]), Some("libping.so".into()));
        assert_eq!(built(&["libping.rlib"]), None);
    }

    #[test]
    fn variables_of_the_running_package_are_not_handed_on() {
        assert!(describes_a_package(OsStr::new("CARGO_PKG_NAME")));
        assert!(!describes_a_package(OsStr::new("CARGO_TARGET_DIR")));
        assert!(!describes_a_package(OsStr::new("CARGO_HOME")));
    }
}
