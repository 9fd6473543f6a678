//! A library in memory: mapped, checked, and closed by nobody but the reaper.

use abi_stable::{
    StableAbi,
    abi_stability::abi_checking::{CheckingGlobals, check_layout_compatibility_with_globals},
    library::{AbiHeaderRef, LibHeader, RootModule},
    sabi_types::{VersionNumber, VersionStrings},
    type_layout::TypeLayout,
};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use lumina_plugin_api::{
    abi::{PluginModRef, ROOT_SYMBOL},
    text::Text,
};
use std::{
    fmt, io,
    mem::ManuallyDrop,
    ops::Range,
    path::{Path, PathBuf},
    sync::OnceLock,
};
use thiserror::Error;

use super::proc_maps;
use crate::texts::{Told, name, quoted, say_in_english};

/// Why a file that looks like a plugin cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// The system's loader refuses it.
    Open(#[source] libloading::Error),
    /// The kernel shows no mapping of it.
    NotMapped,
    /// The kernel does not say where it is mapped.
    Maps(#[source] io::Error),
    /// It exports no plugin.
    Symbol(#[source] libloading::Error),
    /// The symbol is another library's.
    Elsewhere,
    /// It was built with another `abi_stable`.
    Header(String),
    /// Its types are laid out otherwise.
    Layout(String),
    /// Its root function failed.
    Root(String),
}

say_in_english!(LibraryError);

impl Told for LibraryError {
    fn own(&self) -> Text {
        let with = |key: &str, words: &str| Text::key(key).arg("words", quoted(words));
        match self {
            Self::Open(_) => Text::key("library-open"),
            Self::NotMapped => Text::key("library-not-mapped"),
            Self::Maps(_) => Text::key("library-maps"),
            Self::Symbol(_) => Text::key("library-symbol").arg("symbol", name(ROOT_SYMBOL)),
            Self::Elsewhere => Text::key("library-elsewhere").arg("symbol", name(ROOT_SYMBOL)),
            Self::Header(words) => with("library-header", words),
            Self::Layout(words) => with("library-layout", words),
            Self::Root(words) => with("library-root", words),
        }
    }
}

/// A mapped library. It is never closed by being dropped: see [`OpenLibrary::close`].
pub(super) struct OpenLibrary {
    library: ManuallyDrop<Library>,
    /// Where it is mapped, once the kernel has said so.
    range: OnceLock<Range<usize>>,
    path: PathBuf,
}

/// What closing a library came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closed {
    /// Whether nothing of it is known to be mapped any more.
    pub(super) unmapped: bool,
    /// How many pthread keys of it were deleted.
    pub(super) keys_deleted: usize,
}

impl OpenLibrary {
    /// Maps a working copy, whose path must be new to this process. The library's constructors run here:
    /// this belongs on the plugin's thread.
    ///
    /// # Errors
    /// If the system refuses.
    pub(super) fn map(path: &Path) -> Result<Self, LibraryError> {
        // SAFETY: the file was inspected and tried in another process; that its constructors are
        // harmless is what installing a plugin means.
        let opened = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
        let library = opened.map_err(LibraryError::Open)?;
        let (library, range) = (ManuallyDrop::new(library), OnceLock::new());
        Ok(Self { library, range, path: path.to_owned() })
    }

    /// Returns the library's root module, after its layout was checked.
    ///
    /// The reference is valid until the library is closed, in spite of its type.
    ///
    /// # Errors
    /// What does not fit. Texts of the library are copied into it.
    pub(super) fn root(&self) -> Result<PluginModRef, LibraryError> {
        let header = self.header()?;
        check_layout(header)?;
        // SAFETY: the layout was checked just now.
        let root = unsafe { header.init_root_module_with_unchecked_layout::<PluginModRef>() };
        root.map_err(|error| LibraryError::Root(error.to_string()))
    }

    /// Closes the library. No thread may run its code, and nothing of it may be reachable.
    ///
    /// It stays if nobody says where it is: then its pthread keys cannot be told from those of others,
    /// and threads that end would jump to where it was.
    pub(super) fn close(self) -> Closed {
        let Ok(range) = self.range() else { return Closed { unmapped: false, keys_deleted: 0 } };
        let keys_deleted = super::tls_keys::delete_keys_of(range);
        let Self { library, path, .. } = self;
        // What the system says here cannot be helped; whether it is unmapped is seen below.
        let _ = ManuallyDrop::into_inner(library).close();
        let unmapped = matches!(proc_maps::mapped_range(&path), Ok(None));
        Closed { unmapped, keys_deleted }
    }

    fn range(&self) -> Result<&Range<usize>, LibraryError> {
        if let Some(range) = self.range.get() {
            return Ok(range);
        }
        let range = proc_maps::mapped_range(&self.path).map_err(LibraryError::Maps)?;
        let range = range.ok_or(LibraryError::NotMapped)?;
        Ok(self.range.get_or_init(|| range))
    }

    fn header(&self) -> Result<&'static LibHeader, LibraryError> {
        // SAFETY: the symbol's name carries the version of the border, whose symbol is a `LibHeader`; that
        // starts with the `AbiHeader` to which this type refers.
        let symbol = unsafe { self.library.get::<AbiHeaderRef>(ROOT_SYMBOL.as_bytes()) };
        let symbol = symbol.map_err(LibraryError::Symbol)?;
        let header: AbiHeaderRef = *symbol;
        check_own(self.range()?, symbol.into_raw() as usize)?;
        header.upgrade().map_err(|error| LibraryError::Header(error.to_string()))
    }
}

impl fmt::Debug for OpenLibrary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenLibrary").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Checks that a symbol lies in the library itself: the system also looks in those that it needs.
fn check_own(range: &Range<usize>, address: usize) -> Result<(), LibraryError> {
    if range.contains(&address) { Ok(()) } else { Err(LibraryError::Elsewhere) }
}

fn check_layout(header: &'static LibHeader) -> Result<(), LibraryError> {
    let theirs = header.layout().ok_or_else(|| LibraryError::Layout("it hides it".to_owned()))?;
    let ours = <PluginModRef as StableAbi>::LAYOUT;
    let their_version = version_of(header.version_strings())?;
    let our_version = version_of(<PluginModRef as RootModule>::VERSION_STRINGS)?;
    match their_version <= our_version {
        true => check_growth(theirs, ours),
        false => check_growth(ours, theirs),
    }
}

fn version_of(strings: VersionStrings) -> Result<(u32, u32, u32), LibraryError> {
    let version = VersionNumber::new(strings);
    let version = version.map_err(|error| LibraryError::Header(error.to_string()))?;
    Ok((version.major, version.minor, version.patch))
}

/// Checks that `newer` is `older` or has only grown at its end.
fn check_growth(
    older: &'static TypeLayout,
    newer: &'static TypeLayout,
) -> Result<(), LibraryError> {
    // The checker remembers addresses of what it saw; in the process-wide memory these would outlive the
    // library. So each load has a memory of its own.
    let memory = CheckingGlobals::new();
    check_layout_compatibility_with_globals(older, newer, &memory)
        .map_err(|errors| LibraryError::Layout(errors.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a module with the border of one version.
    macro_rules! border {
        ($version:ident { $($field:tt)* }) => {
            #[expect(dead_code, reason = "only its layout is used")]
            mod $version {
                #[repr(C)]
                #[derive(abi_stable::StableAbi)]
                #[sabi(kind(Prefix(prefix_ref = ModRef)))]
                pub struct Mod {
                    $($field)*
                }
            }
        };
    }

    border!(first { #[sabi(last_prefix_field)] pub one: extern "C" fn() });
    border!(grown { #[sabi(last_prefix_field)] pub one: extern "C" fn(), pub two: extern "C" fn() });
    border!(broken { #[sabi(last_prefix_field)] pub one: extern "C" fn(u8) });

    fn fits(older: &'static TypeLayout, newer: &'static TypeLayout) -> bool {
        check_growth(older, newer).is_ok()
    }

    #[test]
    fn a_symbol_of_another_library_is_refused() {
        // This program is mapped, and neither it nor what it needs lies in this range.
        let range = 0x1000..0x2000;
        let foreign = check_own as *const () as usize;
        for address in [foreign, 0, 0xfff, 0x2000] {
            let refused = check_own(&range, address);
            assert!(matches!(refused, Err(LibraryError::Elsewhere)), "{address:#x}");
        }
        for address in [0x1000, 0x1fff] {
            assert!(check_own(&range, address).is_ok(), "{address:#x}");
        }
    }

    #[test]
    fn a_border_that_grew_at_its_end_fits_in_both_directions_and_a_changed_one_in_none() {
        let first = <first::ModRef as StableAbi>::LAYOUT;
        let grown = <grown::ModRef as StableAbi>::LAYOUT;
        let broken = <broken::ModRef as StableAbi>::LAYOUT;
        assert!(fits(first, first));
        assert!(fits(first, grown), "whichever of the two the host is, the older comes first");
        assert!(!fits(grown, first));
        assert!(!fits(first, broken));
        assert!(!fits(broken, grown));
    }
}
