//! `.ci/floor` proves with the oldest compiler that plugin authors may use, or fails and says what is
//! missing; it never passes without.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

/// Programs that would get a compiler. Here none has one to give.
const SOURCES: [&str; 3] = ["apt-cache", "apt-get", "rustup"];

fn program(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs the script in a copy of what it reads, where nobody serves a compiler.
#[expect(
    clippy::disallowed_methods,
    reason = "programs of the test stand before those of the machine"
)]
fn run_without_sources() -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let place = copy.path();
    for file in [".ci/floor", "plugin-api/Cargo.toml"] {
        fs::create_dir_all(place.join(file).parent().unwrap()).unwrap();
        fs::copy(root.join(file), place.join(file)).unwrap();
    }
    SOURCES.iter().for_each(|name| program(place, name, "exit 1"));
    program(place, "sudo", r#"exec "$@""#);
    let path = format!("{}:{}", place.display(), env::var("PATH").unwrap());
    Command::new(place.join(".ci/floor")).env("PATH", path).output().unwrap()
}

#[test]
fn where_nobody_serves_the_oldest_compiler_the_gate_fails_and_says_what_to_install() {
    let output = run_without_sources();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{output:?}");
    assert!(told.contains("rustup toolchain install 1.85"), "{told}");
}
