//! What the owner reads of each failure, and what the log has of it.

use super::*;
use crate::{
    plugins::{FileError, Hung, InspectError, LibraryError, NoFile, Part, ProbeError, ShadowError},
    texts::Texts,
};
use lumina_plugin_api::{descriptor::Descriptor, error::Error as PluginError};
use std::{io, sync::Arc, time::Duration};

/// Words of the system, which nobody translates.
const SYSTEM: &str = "Permission denied";

fn said(error: &impl Told, locale: &str) -> String {
    Texts::default().say(&error.text(), locale)
}

fn denied() -> io::Error {
    io::Error::other(SYSTEM)
}

fn file(source: FileError) -> LoadError {
    LoadError::File { path: "/p/a.so".into(), source }
}

fn inspect(source: InspectError) -> LoadError {
    LoadError::Inspect { path: "/p/a.so".into(), source }
}

fn no_json() -> serde_json::Error {
    serde_json::from_str::<u8>("x").expect_err("it is no number")
}

/// One of each, and of each that something of ours explains.
fn all() -> Vec<LoadError> {
    let path = || "/p/a.so".into();
    let open = Duration::from_secs(10);
    let crowd = Text::key("crowd-zombies").arg("plugin", name("a")).arg("zombies", name(2));
    let mut all = vec![
        LoadError::Name("Ä".to_owned()),
        LoadError::Missing { name: "a".to_owned(), directories: vec!["/p".into(), "/q".into()] },
        LoadError::Loaded,
        LoadError::NotLoaded,
        LoadError::Crowded { copies: vec![crowd.clone(), crowd] },
        LoadError::Stem { path: path(), name: "b".to_owned() },
        LoadError::Second { path: path(), first: "/o/a.so".into() },
        LoadError::Directory { path: path(), source: denied() },
        LoadError::Descriptor(no_json()),
        LoadError::Identity { manifest: "a".to_owned(), declared: "b".to_owned() },
        LoadError::Admission(Text::key("admit-service")),
        LoadError::Describe(Cause(PluginError::internal(SYSTEM))),
        LoadError::Create(Cause(PluginError::internal(""))),
        LoadError::Late { step: Step::Open, limit: Duration::from_millis(1_500) },
        LoadError::Ended { step: Step::Create },
        LoadError::Thread(denied()),
        LoadError::Hung(Hung::Opening { plugin: "a".to_owned(), limit: open, is_noted: true }),
        LoadError::Hung(Hung::Closing { plugin: "b".to_owned() }),
        LoadError::LeftOut,
        LoadError::Loader,
        LoadError::Closing,
    ];
    all.extend(files());
    all.extend(inspections());
    all.extend(libraries());
    all.extend(calls().into_iter().map(LoadError::Save));
    all
}

fn files() -> Vec<LoadError> {
    let kinds = [NoFile::Directory, NoFile::Pipe, NoFile::Device, NoFile::Socket];
    let mut all: Vec<_> = kinds.map(|kind| file(FileError::NotAFile(kind))).into();
    let large = FileError::TooLarge { bytes: 2, bytes_max: 1 };
    let others = [FileError::Open(denied()), FileError::LinkLoop, FileError::Empty, large];
    all.extend(others.map(file));
    all.push(file(FileError::Read(denied())));
    all
}

fn inspections() -> Vec<LoadError> {
    let words = || "x".to_owned();
    let parts = [Part::Segments, Part::Segment, Part::Sections, Part::Section];
    let cut = |part| inspect(InspectError::Cut { part, end: 9, length: 8 });
    let mut all: Vec<_> = parts.map(cut).into();
    let others = [
        InspectError::Machine(3),
        InspectError::NotShared(2),
        InspectError::Segment,
        InspectError::Empty,
        InspectError::NoManifest,
        InspectError::Manifest(no_json()),
        InspectError::ManifestLength(9_999),
        InspectError::Name(words()),
        InspectError::Version(words()),
        InspectError::Major { theirs: words() },
        InspectError::Panic(words()),
    ];
    all.extend(others.map(inspect));
    all
}

fn libraries() -> Vec<LoadError> {
    let (words, path) = (|| "x".to_owned(), || "/p/a.so".into());
    let libraries = [
        LibraryError::NotMapped,
        LibraryError::Maps(denied()),
        LibraryError::Elsewhere,
        LibraryError::Header(words()),
        LibraryError::Layout(words()),
        LibraryError::Root(words()),
    ];
    let probes = [
        ProbeError::Start { program: path(), source: denied() },
        ProbeError::Follow(denied()),
        ProbeError::Signal(6),
        ProbeError::Refused { why: LibraryError::NotMapped.text() },
        ProbeError::Exit(7),
        ProbeError::Late(Duration::from_millis(5)),
    ];
    let shadows = [
        ShadowError::Folder { path: path(), source: denied() },
        ShadowError::NoExec { path: path() },
        ShadowError::Thread(denied()),
        ShadowError::Write { path: path(), source: denied() },
    ];
    let mut all: Vec<_> = libraries.map(LoadError::Library).into();
    all.extend(probes.map(LoadError::Probe));
    all.extend(shadows.map(LoadError::Shadow));
    all
}

fn calls() -> Vec<CallError> {
    let plugin: Arc<str> = "p".into();
    let error = |words: &str| CallError::Plugin {
        plugin: Arc::clone(&plugin),
        error: Cause(PluginError::internal(words)),
        descriptor: Arc::new(Descriptor::new("d")),
    };
    let deadline = Duration::from_millis(9);
    vec![
        error(SYSTEM),
        error(""),
        CallError::NotServing { plugin: Arc::clone(&plugin) },
        CallError::Ended { plugin: Arc::clone(&plugin) },
        CallError::Late { plugin: Arc::clone(&plugin), deadline, stuck: None },
        CallError::Busy { plugin: Arc::clone(&plugin), calls: 3 },
        CallError::Unreadable { plugin: Arc::clone(&plugin), source: no_json() },
        CallError::TooLong { plugin: Arc::clone(&plugin), bytes: 9, bytes_max: 8 },
        CallError::Request { plugin: Arc::clone(&plugin), source: no_json() },
    ]
}

#[test]
fn the_owner_reads_the_whole_of_each_failure_in_a_language_of_theirs() {
    for error in all() {
        let (english, french) = (said(&error, "en-US"), said(&error, "fr"));
        assert_ne!(french, english);
        for text in [&english, &french] {
            let key = text.split([' ', '“']).find(|word| is_key(word));
            assert_eq!((key, text.contains("{ $")), (None, false), "{text}");
        }
        let own = chain(&error);
        let own = own.split(':').next().unwrap_or_default();
        assert!(english.starts_with(own) && !french.contains(own), "{own}: {french}");
    }
}

/// Whether a key was shown, which is what happens where a text is missing.
fn is_key(word: &str) -> bool {
    ["load-", "file-", "elf-", "library-", "probe-", "shadow-", "call-", "admit-", "crowd-"]
        .iter()
        .any(|start| word.starts_with(start))
}

#[test]
fn words_of_the_system_and_of_plugins_stay_as_they_are_and_are_marked() {
    let failed = file(FileError::Open(denied()));
    assert_eq!(
        said(&failed, "en-US"),
        format!("`/p/a.so` cannot be used: it cannot be opened: “{SYSTEM}”")
    );
    assert_eq!(
        said(&failed, "fr"),
        format!("`/p/a.so` ne peut pas être utilisé : il ne peut pas être ouvert : « {SYSTEM} »")
    );
    assert_eq!(chain(&failed), format!("`/p/a.so` cannot be used: it cannot be opened: {SYSTEM}"));
    let save = LoadError::Save(calls().remove(0));
    assert!(said(&save, "fr").ends_with(&format!("une erreur : « {SYSTEM} »")), "{save:?}");
}

#[test]
fn each_error_of_a_chain_says_its_own_and_leaves_its_cause_to_the_cause() {
    let call = calls().remove(0);
    assert_eq!(call.to_string(), "plugin `p` answered with an error");
    assert_eq!(chain(&call), format!("plugin `p` answered with an error: {SYSTEM}"));
    let described = LoadError::Describe(Cause(PluginError::internal(SYSTEM)));
    assert_eq!(chain(&described), format!("the plugin could not declare itself: {SYSTEM}"));
}
