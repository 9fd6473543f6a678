//! The program `lumina-dev` as it is started by hand: a script, piped lines, and what is missing.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

#[path = "transcripts/layout.rs"]
mod layout;

fn lumina_dev(arguments: &[&str], typed: &str) -> Output {
    let mut program = Command::new(layout::layout().join("lumina-dev"));
    let home = tempfile::tempdir().expect("a folder");
    program.args(arguments).env("XDG_STATE_HOME", home.path());
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().expect("it can be run");
    let mut input = child.stdin.take().expect("it is piped");
    // A program that ends early does not read; what it wrote tells why.
    let _ = input.write_all(typed.as_bytes());
    drop(input);
    child.wait_with_output().expect("it ends")
}

fn words(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

#[test]
fn a_script_is_run_and_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("script.txt");
    std::fs::write(&script, "# A remark.\n/ping\nquit\n/ping\n").expect("it can be written");
    let output = lumina_dev(&["--script", script.to_str().expect("UTF-8")], "");
    let shown = words(&output.stdout);
    assert!(output.status.success(), "{shown}{}", words(&output.stderr));
    assert!(shown.starts_with("# A remark.\nmira #general> /ping\nLumina\n  Pong!"), "{shown}");
    assert!(shown.trim_end().ends_with("quit\nBye."), "{shown}");
}

#[test]
fn typed_lines_are_answered_below_two_lines_of_help() {
    let output = lumina_dev(&[], "/ping\n");
    let shown = words(&output.stdout);
    assert!(output.status.success(), "{shown}{}", words(&output.stderr));
    assert!(shown.starts_with("Type /ping"), "{shown}");
    assert!(shown.contains("Pong!"), "{shown}");
}

#[test]
fn what_is_missing_is_named() {
    let nowhere = Path::new("/nowhere/at-all").to_str().expect("UTF-8");
    for arguments in [["--script", nowhere], ["--program", nowhere], ["--plugins", nowhere]] {
        let output = lumina_dev(&arguments, "/ping\n");
        let told = words(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(told.starts_with("lumina-dev: ") && told.contains(nowhere), "{told}");
    }
}
