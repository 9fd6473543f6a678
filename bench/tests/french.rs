//! A few reloads of the real `profile` against the built layout, each with French answers.

use std::process::Command;

#[test]
fn who_reads_french_reads_french_during_and_after_every_reload() {
    let mut french = Command::new(env!("CARGO_BIN_EXE_lumina-bench"));
    let output = french.args(["french", "--reloads", "30"]).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.starts_with("30 reloads of profile.so"), "{shown}");
}
