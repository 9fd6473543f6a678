//! A short soak against the built layout: what the long one proves must hold from the first reload on.

use std::process::Command;

#[test]
fn reloads_under_load_lose_no_answer_and_leave_no_copy() {
    let mut soak = Command::new(env!("CARGO_BIN_EXE_lumina-bench"));
    let output = soak.args(["soak", "--reloads", "100", "--answers", "10"]).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{shown}\n{error}");
    let row = shown.lines().find(|line| line.starts_with("| ") && !line.contains("commands"));
    let figures: Vec<&str> = row.unwrap().split('|').map(str::trim).collect();
    let [_, commands, of_a, of_b, decided, lost, unmapped, ..] = figures.as_slice() else {
        panic!("no row of figures: {shown}");
    };
    assert_eq!((*lost, *unmapped), ("0", "100"), "{shown}");
    let figures = [commands, of_a, of_b, decided];
    let [commands, of_a, of_b, decided] = figures.map(|n| n.parse::<u64>().unwrap());
    assert_eq!(commands, of_a + of_b, "{shown}");
    assert!(decided >= 800, "too few answers tell which copy gave them: {shown}");
    assert!(commands >= 1_000 && of_a > 0 && of_b > 0, "too few answers: {shown}");
}
