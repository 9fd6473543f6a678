//! `lumina plugin inspect`, the program: what it says of good files and of bad ones, and how it ends.

use crate::bed::{hostile, library};
use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Output},
};

/// Where an ELF file says for how many bits and for which machine it is.
const EI_CLASS: usize = 4;
const E_MACHINE: usize = 18;
/// 32 bits; ARM, 64 bits.
const ELFCLASS32: u8 = 1;
const EM_AARCH64: u8 = 183;

fn inspect(file: &Path) -> Output {
    let mut lumina = Command::new(env!("CARGO_BIN_EXE_lumina"));
    lumina.env_clear().args(["plugin", "inspect"]).arg(file).output().unwrap()
}

fn with_byte(at: usize, value: u8) -> Vec<u8> {
    let mut bytes = library("twin-a");
    bytes[at] = value;
    bytes
}

/// Checks that a file is refused with one line that names it and holds these words, and nothing else.
fn check_refused(file: &Path, words: &str) {
    let Output { status, stdout, stderr } = inspect(file);
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{words}: {said}");
    assert!(stdout.is_empty(), "{words}: {}", String::from_utf8_lossy(&stdout));
    assert!(said.starts_with("lumina: ") && said.lines().count() == 1, "{words}: {said}");
    assert!(said.contains(file.to_str().unwrap()) && said.contains(words), "{words}: {said}");
}

#[test]
fn the_program_says_what_a_plugin_file_is_without_loading_it() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, line) in [
        ("twin.so", library("twin-a"), "twin 1.0.0, a plugin for version 1."),
        // It would end the process that loads it.
        ("hostile.so", hostile("describe aborts"), "hostile 1.0.0, a plugin for version 1."),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let Output { status, stdout, stderr } = inspect(&file);
        let said = String::from_utf8(stdout).unwrap();
        assert!(status.success() && stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
        assert!(said.starts_with(line) && said.ends_with("of the plugin API\n"), "{said}");
    }
}

#[test]
fn the_program_refuses_bad_files_with_a_sentence_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("twin.so");
    let whole = library("twin-a");
    for (bytes, words) in [
        (Vec::new(), "it is empty"),
        (b"#!/bin/sh\n".to_vec(), "not a 64-bit little-endian ELF file"),
        (whole[..3].to_vec(), "not a 64-bit little-endian ELF file"),
        (whole[..whole.len() / 2].to_vec(), "it is cut short"),
        (whole[..whole.len() - 1].to_vec(), "it is cut short"),
        (with_byte(EI_CLASS, ELFCLASS32), "not a 64-bit little-endian ELF file"),
        (with_byte(E_MACHINE, EM_AARCH64), "another kind of processor"),
        (fs::read("/proc/self/exe").unwrap(), "it is a library, but not a plugin"),
    ] {
        fs::write(&file, bytes).unwrap();
        check_refused(&file, words);
    }
    check_refused(folder.path(), "it is a directory, not a file");
    check_refused(&folder.path().join("nowhere.so"), "it cannot be opened: No such file");
    check_refused(Path::new("/dev/null"), "it is a device, not a file");
    let circle = folder.path().join("circle.so");
    symlink(&circle, &circle).unwrap();
    check_refused(&circle, "its links lead in a circle");
}

#[test]
fn the_program_refuses_a_plugin_whose_file_has_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("misnamed.so");
    fs::write(&file, library("twin-a")).unwrap();
    check_refused(&file, "holds the plugin `twin` and must be called `twin.so`");
}
