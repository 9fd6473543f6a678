//! Files that are no plugins, or no whole ones, or not where they should be.

use crate::bed::{Bed, failure, find, hostile, library, sentence};
use lumina_host::plugins::{self, LoadError, State};
use lumina_plugin_api::abi::API_VERSION;
use object::{Object, ObjectSection, ObjectSegment};
use semver::Version;
use std::{collections::BTreeSet, fs, os::unix::fs::symlink, time::Duration};

/// Where an ELF file says for which machine it is.
const E_MACHINE: usize = 18;
/// ARM, 64 bits.
const EM_AARCH64: u8 = 183;
/// What the system maps at once.
const PAGE: usize = 4_096;
/// How far cuts lie apart where nothing begins or ends; a prime, so that they fall everywhere in a page.
const SAMPLE_STEP: usize = 997;
/// What may be written and by nobody read, not even by root.
const UNREADABLE: &str = "/proc/sys/vm/drop_caches";

fn with_byte(mut bytes: Vec<u8>, at: usize, value: u8) -> Vec<u8> {
    bytes[at] = value;
    bytes
}

/// Replaces a text everywhere: the manifest stands in its section and among the constants.
fn with_text(mut bytes: Vec<u8>, old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    while let Some(at) = find(&bytes, old.as_bytes()) {
        bytes[at..at + new.len()].copy_from_slice(new.as_bytes());
    }
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_plugin_is_refused_with_a_sentence() {
    let bed = Bed::new().await;
    let whole = || library("twin-a");
    let cases = [
        (Vec::new(), "it is empty"),
        (b"#!/bin/sh\n".to_vec(), "not a 64-bit little-endian ELF file"),
        (with_byte(whole(), 4, 1), "not a 64-bit little-endian ELF file"),
        (with_byte(whole(), 5, 2), "not a 64-bit little-endian ELF file"),
        (with_byte(whole(), 16, 2), "not a shared library"),
        (with_byte(whole(), E_MACHINE, EM_AARCH64), "another kind of processor"),
        (with_text(whole(), r#""api":"1."#, r#""api":"9."#), "this host speaks 1."),
        (with_text(whole(), r#""panic":"unw"#, r#""panic":"xxx"#), "panic = \"xxxind\""),
        (with_text(whole(), r#"{"name":"#, r#"["name":"#), "its manifest cannot be read"),
        (with_text(whole(), ".lumina_plugin", ".nothing_here_"), "not a plugin"),
        (fs::read("/proc/self/exe").unwrap(), "not a plugin"),
    ];
    for (bytes, words) in cases {
        bed.install_bytes("twin", &bytes);
        let sentence = sentence(bed.plugins.load("twin").await);
        assert!(sentence.contains(words), "{words}: {sentence}");
        assert!(sentence.ends_with("Nothing serves under this name."), "{sentence}");
        let status = bed.status("twin");
        assert!(failure(&status).contains(words), "{:?}", status.state);
    }
    bed.install("twin", "twin-a");
    bed.load("twin").await;
}

#[test]
fn a_plugin_cut_at_any_length_is_refused_before_it_is_mapped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("twin.so");
    let bytes = library("twin-a");
    fs::write(&path, &bytes).unwrap();
    assert_eq!(plugins::inspect(&path).unwrap().name, "twin");
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    for cut in lengths(&bytes).into_iter().rev() {
        file.set_len(cut as u64).unwrap();
        let refused = plugins::inspect(&path);
        assert!(refused.is_err(), "{cut} of {} bytes pass for a plugin", bytes.len());
    }
}

/// Returns the lengths at which a library is cut: each one in its first and last pages, those around the
/// ends of everything that its tables name, and some between.
fn lengths(bytes: &[u8]) -> BTreeSet<usize> {
    let parsed = object::File::parse(bytes).unwrap();
    let sections = parsed.sections().filter_map(|section| section.file_range());
    let ranges = sections.chain(parsed.segments().map(|segment| segment.file_range()));
    let bounds: Vec<usize> =
        ranges.flat_map(|(offset, size)| [offset as usize, (offset + size) as usize]).collect();
    assert!(bounds.len() > 40, "a library has sections: {bounds:?}");
    let around = bounds.into_iter().flat_map(|bound| bound.saturating_sub(1)..=bound + 1);
    let length = bytes.len();
    let edges = (0..=PAGE).chain(length - PAGE..length);
    let cuts = around.chain(edges).chain((0..length).step_by(SAMPLE_STEP));
    cuts.filter(|cut| *cut < length).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_plugin_does_not_take_the_place_of_the_one_that_serves() {
    let bed = Bed::new().await;
    bed.install("twin", "twin-a");
    bed.load("twin").await;
    let bytes = library("twin-b");
    for cut in [1, 64, bytes.len() / 2, bytes.len() - 1] {
        bed.install_bytes("twin", &bytes[..cut]);
        let sentence = sentence(bed.plugins.reload("twin").await);
        assert!(sentence.ends_with("Version 1.0.0 (copy 1) still serves."), "{sentence}");
        assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
        let status = bed.status("twin");
        assert_eq!((status.state, status.replacement), (State::Serving, None));
        assert!(status.last_failure.is_some());
    }
    bed.install("twin", "twin-b");
    bed.reload("twin").await;
    assert!(bed.status("twin").last_failure.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_readable_file_is_refused_with_a_sentence() {
    let bed = Bed::new().await;
    let path = bed.file("twin");
    let check = async |words: &str| {
        let sentence = sentence(bed.plugins.load("twin").await);
        assert!(sentence.contains(words), "{words}: {sentence}");
    };
    check("there is no file `twin.so`").await;
    fs::create_dir(&path).unwrap();
    check("it is a directory, not a file").await;
    fs::remove_dir(&path).unwrap();
    symlink(&path, &path).unwrap();
    check("its links lead in a circle").await;
    fs::remove_file(&path).unwrap();
    symlink("/nowhere/at/all", &path).unwrap();
    check("it cannot be opened").await;
    fs::remove_file(&path).unwrap();
    symlink(UNREADABLE, &path).unwrap();
    check("it cannot be opened: “Permission denied").await;
    fs::remove_file(&path).unwrap();
    fs::rename(bed.pipe("pipe"), &path).unwrap();
    check("it is a named pipe, not a file").await;
    for name in ["", "../twin", "Twin", "a b", &"x".repeat(33)] {
        let sentence = sentence(bed.plugins.load(name).await);
        assert!(sentence.contains("is no name of a plugin"), "{sentence}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_larger_than_allowed_is_refused() {
    let bed = Bed::with(|limits| limits.file_bytes = 1000).await;
    bed.install("twin", "twin-a");
    let sentence = sentence(bed.plugins.load("twin").await);
    assert!(sentence.contains("more than 1000"), "{sentence}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_loads_in_name_order_and_one_failure_does_not_keep_the_rest() {
    let bed = Bed::new().await;
    assert!(bed.plugins.load_directory(&BTreeSet::new()).await.is_empty());
    bed.install("twin", "twin-a");
    bed.install_hostile("well");
    bed.install("misnamed", "twin-b");
    bed.install_bytes("broken", b"no library");
    let outcomes = bed.plugins.load_directory(&BTreeSet::new()).await;
    let loaded: Vec<_> =
        outcomes.iter().map(|outcome| (outcome.plugin.as_str(), outcome.result.is_ok())).collect();
    let expected = [("broken", false), ("hostile", true), ("misnamed", false), ("twin", true)];
    assert_eq!(loaded, expected);
    let misnamed = &outcomes[2].result.as_ref().unwrap_err().reason;
    assert!(matches!(&**misnamed, LoadError::Stem { name, .. } if name == "twin"), "{misnamed}");
    assert_eq!(bed.plugins.loadable(), ["broken", "misnamed"]);
    let states: Vec<_> = bed.plugins.registry().statuses();
    let states: Vec<_> = states.iter().map(|status| status.state.to_string()).collect();
    assert_eq!(states, ["failed", "serving", "failed", "serving"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_unwanted_stands_as_unloaded_and_can_be_loaded() {
    let bed = Bed::new().await;
    bed.install("twin", "twin-a");
    let unwanted = BTreeSet::from(["twin".to_owned()]);
    assert!(bed.plugins.load_directory(&unwanted).await.is_empty());
    assert_eq!(bed.status("twin").state, State::Unloaded);
    bed.load("twin").await;
    assert_eq!(bed.status("twin").state, State::Serving);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loaded_plugin_survives_what_is_done_to_its_file() {
    let bed = Bed::new().await;
    bed.install("twin", "twin-a");
    bed.load("twin").await;
    // As `cp` does it: into the same file.
    fs::write(bed.file("twin"), library("twin-b")).unwrap();
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
    bed.reload("twin").await;
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin b");
    fs::write(bed.file("twin"), b"").unwrap();
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin b");
    assert!(sentence(bed.plugins.reload("twin").await).contains("it is empty"));
    fs::remove_file(bed.file("twin")).unwrap();
    let gone = sentence(bed.plugins.reload("twin").await);
    assert!(gone.contains("there is no file") && gone.contains("still serves"), "{gone}");
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin b");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_that_ends_its_process_is_caught_by_its_trial() {
    let bed = Bed::with(|limits| limits.probe = Duration::from_secs(3)).await;
    for (mode, words) in [
        ("describe aborts", "it crashed (signal 6)"),
        ("describe exits", "exit code 7"),
        ("describe hangs", "it did not end within 3000 ms"),
        ("describe panics", "could not declare itself: “panicked at"),
    ] {
        bed.install_hostile(mode);
        let sentence = sentence(bed.plugins.load("hostile").await);
        assert!(sentence.contains(words), "{mode}: {sentence}");
    }
    assert_eq!(bed.shadows(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_bytes_are_tried_once() {
    let bed = Bed::new().await;
    bed.install_bytes("hostile", &hostile("well"));
    bed.load("hostile").await;
    bed.reload("hostile").await;
    bed.unload("hostile").await;
    bed.load("hostile").await;
    assert_eq!(bed.trials(), 1);
    bed.install_bytes("hostile", &hostile("start fails"));
    bed.reload("hostile").await;
    assert_eq!(bed.trials(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_built_with_a_newer_minor_version_of_the_api_serves() {
    let bed = Bed::new().await;
    bed.install("twin", "newer");
    let manifest = plugins::inspect(&bed.file("twin")).unwrap();
    let version = |text: &str| Version::parse(text).unwrap();
    assert!(version(&manifest.api) > version(API_VERSION), "{manifest:?}");
    bed.load("twin").await;
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
    bed.install("twin", "twin-b");
    bed.reload("twin").await;
    bed.install("twin", "newer");
    bed.reload("twin").await;
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
}
