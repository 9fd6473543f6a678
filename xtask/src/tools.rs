//! The programs that the proof needs beside a Rust toolchain.
//!
//! A missing one is named together with the command that installs it. Nothing is ever skipped for
//! want of a tool: a proof with holes proves nothing.

use anyhow::{Result, bail};
use std::process::{Command, Stdio};

/// A program and how to get it.
#[derive(Debug)]
struct Tool {
    name: &'static str,
    /// A call that ends well where the tool is present.
    probe: &'static [&'static str],
    install: &'static str,
}

/// What the checks of format and lints need.
const LINTERS: [Tool; 2] = [
    Tool {
        name: "rustfmt",
        probe: &["cargo", "fmt", "--version"],
        install: "rustup component add rustfmt",
    },
    Tool {
        name: "clippy",
        probe: &["cargo", "clippy", "--version"],
        install: "rustup component add clippy",
    },
];

/// What the rest of the proof needs.
const PROVERS: [Tool; 5] = [
    Tool {
        name: "a C compiler",
        probe: &["cc", "--version"],
        install: "sudo apt-get install --yes gcc libc6-dev",
    },
    Tool {
        name: "cargo-deny",
        probe: &["cargo", "deny", "--version"],
        install: "cargo install --locked cargo-deny@0.20.2",
    },
    Tool {
        name: "node",
        probe: &["node", "--version"],
        install: "sudo apt-get install --yes nodejs",
    },
    Tool { name: "npm", probe: &["npm", "--version"], install: "sudo apt-get install --yes npm" },
    Tool {
        name: "python3 with venv",
        probe: &["python3", "-c", "import ensurepip, venv"],
        install: "sudo apt-get install --yes python3-venv",
    },
];

/// Checks that formatter and linter are there.
///
/// # Errors
/// Names each missing one with its install command.
pub fn need_linters() -> Result<()> {
    need(&LINTERS)
}

/// Checks that everything is there that the whole proof needs.
///
/// # Errors
/// Names each missing one with its install command.
pub fn need_all() -> Result<()> {
    need(LINTERS.iter().chain(&PROVERS))
}

fn need<'a>(tools: impl IntoIterator<Item = &'a Tool>) -> Result<()> {
    let missing: Vec<String> = tools
        .into_iter()
        .filter(|tool| !is_present(tool))
        .map(|tool| format!("\n  {} is missing; install it with: {}", tool.name, tool.install))
        .collect();
    if !missing.is_empty() {
        bail!("tools are missing{}", missing.concat());
    }
    Ok(())
}

fn is_present(tool: &Tool) -> bool {
    let [program, arguments @ ..] = tool.probe else { return true };
    let mut probe = Command::new(program);
    probe.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_tool_is_named_with_its_install_command() {
        let absent = |name| Tool { name, probe: &["no-such-tool"], install: "get it" };
        let error = need(&[absent("one"), absent("two")]).expect_err("both are missing");
        let text = error.to_string();
        assert!(text.contains("one is missing; install it with: get it"), "{text}");
        assert!(text.contains("two is missing"), "{text}");
    }

    #[test]
    fn a_tool_that_is_there_is_not_missing() {
        assert!(
            need(&[Tool { name: "cargo", probe: &["cargo", "--version"], install: "" }]).is_ok()
        );
    }
}
