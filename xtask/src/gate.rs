//! The proof: every check in order, quick ones first, the first failure ends it.

use anyhow::{Context, Result};
use std::{
    path::Path,
    time::{Duration, Instant},
};

use crate::{
    build::{self, LAYOUT_VARIABLE, Layout, Wanted},
    cargo::{self, Profile},
    print, tools, workspace,
};

/// How long all tests together may take, in seconds: several times what they need. A test that hangs
/// ends the proof instead of holding it up.
const TESTS_SECONDS_MAX: &str = "3600";

/// One part of the proof.
struct Step {
    name: &'static str,
    run: fn() -> Result<()>,
}

const TOOLS: Step = Step { name: "tools", run: tools::need_all };
const LINT_TOOLS: Step = Step { name: "tools", run: tools::need_linters };
const FORMAT: Step = Step { name: "format", run: format };
const TIDY: Step = Step { name: "house rules", run: tidy };
const DENY: Step = Step { name: "licenses, bans, sources", run: deny };
const CLIPPY: Step = Step { name: "lints", run: clippy };
const LAYOUT: Step = Step { name: "layout with plugins and fixtures", run: layout };
const DOCUMENTATION: Step = Step { name: "documentation", run: documentation };

/// Proves everything, or runs the tests whose name contains `filter`.
///
/// # Errors
/// Names the step that failed.
pub fn test(filter: Option<&str>) -> Result<()> {
    let started = now();
    let steps: &[Step] = match filter {
        None => &[TOOLS, FORMAT, TIDY, DENY, CLIPPY, LAYOUT, DOCUMENTATION],
        Some(_) => &[LAYOUT],
    };
    run_all(steps)?;
    let n_tests = timed("tests", || tests(filter))?;
    let done = if filter.is_some() { "the filtered tests passed" } else { "everything passed" };
    print(&format!("\n{done}: {n_tests} tests, {} in all", seconds(started.elapsed())));
    Ok(())
}

/// Checks formatting, house rules and lints.
///
/// # Errors
/// Names the step that failed.
pub fn lint() -> Result<()> {
    run_all(&[LINT_TOOLS, FORMAT, TIDY, CLIPPY])
}

fn run_all(steps: &[Step]) -> Result<()> {
    steps.iter().try_for_each(|step| timed(step.name, step.run))
}

fn timed<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    print(&format!("\n== {name}"));
    let started = now();
    let result = work().with_context(|| format!("{name}: failed"))?;
    print(&format!("== {name}: passed in {}", seconds(started.elapsed())));
    Ok(result)
}

fn format() -> Result<()> {
    cargo::run(cargo::cargo("fmt").args(["--all", "--check"]))
        .context("`cargo fmt --all` puts it right")
}

fn tidy() -> Result<()> {
    cargo::run(cargo::cargo("test").args(["--quiet", "--workspace", "--test", "tidy"]))
}

fn deny() -> Result<()> {
    cargo::run(cargo::cargo("deny").args(["check", "licenses", "bans", "sources"]))
}

fn clippy() -> Result<()> {
    let scope = ["--locked", "--workspace", "--all-targets"];
    cargo::run(cargo::cargo("clippy").args(scope).args(["--", "-D", "warnings"]))
}

fn layout() -> Result<()> {
    let layout = Layout::of(Profile::Debug);
    layout.clear_libraries()?;
    build::build(&layout, Wanted::Fixtures)
}

fn documentation() -> Result<()> {
    let mut command = cargo::cargo("doc");
    command.args(["--workspace", "--no-deps", "--features", "lumina-plugin-api/testing"]);
    cargo::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Runs unit, integration, end-to-end and documentation tests and returns how many passed.
fn tests(filter: Option<&str>) -> Result<u64> {
    let mut command = cargo::program(Path::new("timeout"));
    command.args([TESTS_SECONDS_MAX, "cargo", "test", "--workspace", "--no-fail-fast"]);
    command.args(filter).current_dir(workspace::root());
    command.env(LAYOUT_VARIABLE, Layout::of(Profile::Debug).root()).env("INSTA_UPDATE", "no");
    let mut n_passed = 0;
    cargo::for_each_line(&mut command, |line| {
        print(line);
        n_passed += passed(line).unwrap_or(0);
    })?;
    Ok(n_passed)
}

/// How many tests passed, if `line` is the closing line of a test program.
fn passed(line: &str) -> Option<u64> {
    let counts = line.strip_prefix("test result: ")?;
    let (before, _) = counts.split_once(" passed")?;
    before.rsplit(' ').next()?.parse().ok()
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[expect(clippy::disallowed_methods, reason = "the host's clock is for the host")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_program_is_counted() {
        let line = "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out";
        assert_eq!(passed(line), Some(12));
        assert_eq!(passed("test clock::tests::a_timeout ... ok"), None);
    }
}
