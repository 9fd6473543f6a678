//! Looks at the bytes of a library without running any of it.
//!
//! The dynamic loader trusts a file: a cut one ends the process with SIGBUS. So everything that it will
//! map must be shown to lie inside the bytes before it sees them.

use lumina_plugin_api::{
    abi::{API_VERSION, MANIFEST_SECTION},
    text::Text,
};
use object::{
    LittleEndian,
    elf::{EM_X86_64, ET_DYN, FileHeader64, PT_LOAD},
    read::elf::{FileHeader, ProgramHeader, SectionHeader, SectionTable},
};
use semver::Version;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::texts::{Told, name, say_in_english};

type Header = FileHeader64<LittleEndian>;

/// The longest name of a plugin: a command's name has the same bound.
const NAME_BYTES_MAX: usize = 32;

/// The longest manifest that is read; ours have some 80 bytes.
const MANIFEST_BYTES_MAX: usize = 4096;

/// Who a library says it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The plugin's name.
    pub name: String,
    /// The plugin's version.
    pub version: String,
    /// The version of the plugin API that it was built with.
    pub api: String,
    /// How it handles panics; only `unwind` can be caught.
    pub panic: String,
}

/// Why a file is no plugin for this host.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InspectError {
    /// It is no library of this kind of system.
    NotElf(#[source] object::Error),
    /// It is for other machines.
    Machine(u16),
    /// It is a program or an object file.
    NotShared(u16),
    /// Something lies outside the file.
    Cut {
        /// What.
        part: Part,
        /// Where it should end.
        end: u64,
        /// Where the file ends.
        length: u64,
    },
    /// Its tables contradict themselves.
    Damaged(#[source] object::Error),
    /// A segment cannot be mapped as it says.
    Segment,
    /// It has nothing to run.
    Empty,
    /// It is some other library.
    NoManifest,
    /// Its manifest cannot be read.
    Manifest(#[source] serde_json::Error),
    /// Its manifest is too long.
    ManifestLength(usize),
    /// Its name cannot be used.
    Name(String),
    /// Its version of the API is no version.
    Version(String),
    /// It speaks another border.
    Major {
        /// Its version.
        theirs: String,
    },
    /// Its panics cannot be caught.
    Panic(String),
}

/// What is looked for in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The table of segments.
    Segments,
    /// A segment.
    Segment,
    /// The table of sections.
    Sections,
    /// A section.
    Section,
}

say_in_english!(InspectError);

impl Told for InspectError {
    fn own(&self) -> Text {
        match self {
            Self::NotElf(_) => Text::key("elf-not"),
            Self::Machine(theirs) => {
                Text::key("elf-machine").arg("theirs", name(theirs)).arg("ours", name(EM_X86_64))
            }
            Self::NotShared(kind) => Text::key("elf-not-shared").arg("kind", name(kind)),
            Self::Cut { part, end, length } => Text::key("elf-cut")
                .arg("part", part.text())
                .arg("end", name(end))
                .arg("length", name(length)),
            Self::Damaged(_) => Text::key("elf-damaged"),
            Self::Segment => Text::key("elf-segment"),
            Self::Empty => Text::key("elf-empty"),
            Self::NoManifest => Text::key("elf-no-manifest").arg("section", name(MANIFEST_SECTION)),
            Self::Manifest(_) => Text::key("elf-manifest"),
            Self::ManifestLength(bytes) => Text::key("elf-manifest-length")
                .arg("bytes", name(bytes))
                .arg("max", name(MANIFEST_BYTES_MAX)),
            Self::Name(theirs) => Text::key("elf-name").arg("name", name(theirs)),
            Self::Version(version) => Text::key("elf-version").arg("version", name(version)),
            Self::Major { theirs } => {
                Text::key("elf-major").arg("theirs", name(theirs)).arg("ours", name(API_VERSION))
            }
            Self::Panic(panic) => Text::key("elf-panic").arg("panic", name(panic)),
        }
    }
}

impl Part {
    fn text(self) -> Text {
        Text::key(match self {
            Self::Segments => "elf-part-segments",
            Self::Segment => "elf-part-segment",
            Self::Sections => "elf-part-sections",
            Self::Section => "elf-part-section",
        })
    }
}

/// Returns whether `name` can be a plugin's name.
#[must_use]
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.bytes().all(allowed)
}

/// Checks that `bytes` are a whole plugin for this host and returns who it says it is.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn inspect_bytes(bytes: &[u8]) -> Result<Manifest, InspectError> {
    let header = Header::parse(bytes).map_err(InspectError::NotElf)?;
    check_kind(header)?;
    check_segments(header, bytes)?;
    let sections = sections(header, bytes)?;
    let manifest = read_manifest(manifest_bytes(&sections, bytes)?)?;
    check_manifest(&manifest)?;
    Ok(manifest)
}

fn check_kind(header: &Header) -> Result<(), InspectError> {
    let endian = header.endian().map_err(InspectError::NotElf)?;
    match (header.e_machine(endian), header.e_type(endian)) {
        (EM_X86_64, ET_DYN) => Ok(()),
        (EM_X86_64, other) => Err(InspectError::NotShared(other)),
        (other, _) => Err(InspectError::Machine(other)),
    }
}

fn check_segments(header: &Header, bytes: &[u8]) -> Result<(), InspectError> {
    let endian = LittleEndian;
    let entry = u64::from(header.e_phentsize(endian));
    let table = entry.saturating_mul(u64::from(header.e_phnum(endian)));
    check_inside(Part::Segments, header.e_phoff(endian), table, bytes)?;
    let segments = header.program_headers(endian, bytes).map_err(InspectError::Damaged)?;
    if segments.iter().all(|segment| segment.p_type(endian) != PT_LOAD) {
        return Err(InspectError::Empty);
    }
    for segment in segments {
        let in_file = segment.p_filesz(endian);
        check_inside(Part::Segment, segment.p_offset(endian), in_file, bytes)?;
        if segment.p_type(endian) == PT_LOAD && in_file > segment.p_memsz(endian) {
            return Err(InspectError::Segment);
        }
    }
    Ok(())
}

fn sections<'a>(
    header: &Header,
    bytes: &'a [u8],
) -> Result<SectionTable<'a, Header>, InspectError> {
    let endian = LittleEndian;
    let entry = u64::from(header.e_shentsize(endian));
    let table = entry.saturating_mul(u64::from(header.e_shnum(endian)));
    check_inside(Part::Sections, header.e_shoff(endian), table, bytes)?;
    let sections = header.sections(endian, bytes).map_err(InspectError::Damaged)?;
    for section in sections.iter() {
        if let Some((offset, size)) = section.file_range(endian) {
            check_inside(Part::Section, offset, size, bytes)?;
        }
    }
    Ok(sections)
}

fn check_inside(part: Part, offset: u64, size: u64, bytes: &[u8]) -> Result<(), InspectError> {
    let length = bytes.len() as u64;
    let end = offset.saturating_add(size);
    if end > length { Err(InspectError::Cut { part, end, length }) } else { Ok(()) }
}

fn manifest_bytes<'a>(
    sections: &SectionTable<'a, Header>,
    bytes: &'a [u8],
) -> Result<&'a [u8], InspectError> {
    let found = sections.section_by_name(LittleEndian, MANIFEST_SECTION.as_bytes());
    let (_, section) = found.ok_or(InspectError::NoManifest)?;
    section.data(LittleEndian, bytes).map_err(InspectError::Damaged)
}

fn read_manifest(section: &[u8]) -> Result<Manifest, InspectError> {
    // The manifest is one line; linkers and sanitizers may pad the section behind it.
    let line = section.split(|byte| *byte == b'\n').next().unwrap_or(section);
    if line.len() > MANIFEST_BYTES_MAX {
        return Err(InspectError::ManifestLength(line.len()));
    }
    serde_json::from_slice(line).map_err(InspectError::Manifest)
}

fn check_manifest(manifest: &Manifest) -> Result<(), InspectError> {
    if !is_name(&manifest.name) {
        return Err(InspectError::Name(manifest.name.clone()));
    }
    let theirs =
        Version::parse(&manifest.api).map_err(|_| InspectError::Version(manifest.api.clone()))?;
    if theirs.major != ours().major {
        return Err(InspectError::Major { theirs: manifest.api.clone() });
    }
    if manifest.panic != "unwind" {
        return Err(InspectError::Panic(manifest.panic.clone()));
    }
    Ok(())
}

fn ours() -> Version {
    Version::parse(API_VERSION).expect("cargo takes only versions")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(manifest: &str, expected: &str) {
        let result = read_manifest(manifest.as_bytes()).and_then(|read| check_manifest(&read));
        let shown = match result {
            Ok(()) => "fine".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(shown.contains(expected), "{manifest}: {shown}");
    }

    #[test]
    fn manifests_are_read_and_refused_by_what_is_wrong_with_them() {
        check(r#"{"name":"ping","version":"1","api":"1.9.0","panic":"unwind","new":1}"#, "fine");
        check(
            "{\"name\":\"a\",\"version\":\"1\",\"api\":\"1.0.0\",\"panic\":\"unwind\"}\n\0\0",
            "fine",
        );
        check(r#"{"name":"ping","version":"1","api":"2.0.0","panic":"unwind"}"#, "rebuild it");
        check(r#"{"name":"ping","version":"1","api":"one","panic":"unwind"}"#, "no version");
        check(r#"{"name":"ping","version":"1","api":"1.0.0","panic":"abort"}"#, "abort");
        check(r#"{"name":"../x","version":"1","api":"1.0.0","panic":"unwind"}"#, "../x");
        check(r#"{"name":"","version":"1","api":"1.0.0","panic":"unwind"}"#, "lower case");
        check("nonsense", "cannot be read");
        check(&"x".repeat(5000), "more than 4096");
    }

    #[test]
    fn what_is_no_elf_file_is_refused() {
        for bytes in [&b""[..], b"\x7fELF", b"MZ", &[0; 4096]] {
            assert!(matches!(inspect_bytes(bytes), Err(InspectError::NotElf(_))), "{bytes:?}");
        }
    }
}
