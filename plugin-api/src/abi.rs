//! The border between host and library: one root module, two trait objects, bytes.
//!
//! Frozen. Everything here is checked by `abi_stable` when a library is loaded; what may change is
//! written in `docs/adr/`: fields and methods are only ever added, at the end, after
//! `last_prefix_field`. All other growth happens in the JSON messages of [`crate::message`]. A change
//! that breaks this gives the symbol a new number. `tests/layout.rs` holds the layout still.
#![expect(non_local_definitions, reason = "output of abi_stable's derive macros")]

use crate::plugin::Plugin;
use abi_stable::{
    StableAbi,
    library::{CheckTypeLayout, RootModule, RootModuleResult},
    prefix_type::{PrefixRefTrait, WithMetadata},
    sabi_trait,
    sabi_types::VersionStrings,
    std_types::{RArc, RBox, ROk, RResult, RSlice, RStr, RVec},
};
use std::marker::PhantomData;

#[doc(hidden)]
pub use abi_stable::library::LibHeader;
pub use async_ffi::FfiFuture;

/// The symbol that every library exports; its number is the major version of the border.
pub const ROOT_SYMBOL: &str = "lumina_plugin_v1";

/// The ELF section that holds the manifest, readable without loading the file.
pub const MANIFEST_SECTION: &str = ".lumina_plugin";

/// The version of this crate, which is the version of the border: `major.minor.patch`.
pub const API_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Bytes of a message.
pub type Bytes = RVec<u8>;
/// An answer, or a JSON [`crate::error::Error`].
pub type RawResult = RResult<Bytes, Bytes>;
/// A future whose answer are bytes.
pub type RawFuture = FfiFuture<RawResult>;
/// A plugin as the host holds it.
pub type PluginBox = RawPlugin_TO<'static, RBox<()>>;
/// The host as a plugin holds it.
pub type HostBox = RawHost_TO<'static, RArc<()>>;
/// What `create` comes to: a plugin, or a JSON [`crate::error::Error`].
pub type CreateFuture = FfiFuture<RResult<PluginBox, Bytes>>;

/// What the exported symbol leads to. The order of the calls is the life of a library:
/// `init`, `descriptor`, `create`, …, `fini`.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = PluginModRef)))]
pub struct PluginMod {
    /// Returns the manifest, the same bytes as the ELF section.
    pub manifest: extern "C" fn() -> RStr<'static>,
    /// First call, before any code of the author: takes the panic hook.
    pub init: extern "C" fn(host: HostBox),
    /// Returns the JSON [`crate::descriptor::Descriptor`].
    pub descriptor: extern "C" fn() -> RawResult,
    /// Makes the plugin; the bytes are a JSON [`crate::message::Create`].
    pub create: extern "C" fn(host: HostBox, request: RSlice<'_, u8>) -> CreateFuture,
    /// Last call, after the plugin was dropped: gives back what `init` took.
    #[sabi(last_prefix_field)]
    pub fini: extern "C" fn(),
}

impl RootModule for PluginModRef {
    abi_stable::declare_root_module_statics! {PluginModRef}
    const BASE_NAME: &'static str = "lumina_plugin";
    const NAME: &'static str = "lumina_plugin";
    const VERSION_STRINGS: VersionStrings = abi_stable::package_version_strings!();
}

/// A plugin, called by the host.
#[sabi_trait]
pub trait RawPlugin: Send + Sync {
    /// Answers one message: a JSON [`crate::message::Request`] in, a [`crate::message::Response`] out.
    fn call(&self, request: RSlice<'_, u8>) -> RawFuture;
    /// Lets the plugin end what it began; the last call on it.
    #[sabi(last_prefix_field)]
    fn shutdown(&self) -> FfiFuture<()>;
}

/// The host, called by plugins.
#[sabi_trait]
pub trait RawHost: Clone + Send + Sync {
    /// Writes a line to the host's log; levels are 1 error, 2 warn, 3 info, 4 debug, 5 trace.
    fn log(&self, level: u8, target: RStr<'_>, message: RStr<'_>);
    /// Asks a service of the host; see [`crate::services`].
    fn service(&self, name: RStr<'_>, request: RSlice<'_, u8>) -> RawFuture;
    /// Waits.
    fn sleep(&self, millis: u64) -> FfiFuture<()>;
    /// Runs a future of the plugin beside its calls until it ends or the plugin is unloaded.
    /// Returns false when the plugin is ending already.
    #[sabi(last_prefix_field)]
    fn spawn(&self, future: FfiFuture<()>) -> bool;
}

/// Who a library says it is; implemented by [`export_plugin!`](crate::export_plugin).
pub trait Identity {
    /// The plugin's name: the package's, without the prefix `lumina-`.
    const NAME: &'static str;
    /// The plugin's version: the package's.
    const VERSION: &'static str;
    /// The manifest as JSON.
    const MANIFEST: &'static str;
}

struct Root<P>(PhantomData<P>);

impl<P: Plugin + Identity> Root<P> {
    const MODULE: &'static WithMetadata<PluginMod> = &WithMetadata::new(PluginMod {
        manifest: manifest::<P>,
        init: crate::adapter::init,
        descriptor: crate::adapter::descriptor::<P>,
        create: crate::adapter::create::<P>,
        fini: crate::adapter::fini,
    });
}

extern "C" fn manifest<P: Identity>() -> RStr<'static> {
    RStr::from_str(P::MANIFEST)
}

/// Returns the root module of a plugin that is linked in, for tests of the border.
#[doc(hidden)]
#[must_use]
pub fn module<P: Plugin + Identity>() -> PluginModRef {
    PluginModRef(Root::<P>::MODULE.static_as_prefix())
}

extern "C" fn root<P: Plugin + Identity>() -> RootModuleResult {
    let module = module::<P>();
    // SAFETY: the pointer is to a static module whose layout the header names.
    ROk(unsafe { module.to_prefix_ref().cast() })
}

/// Returns the static that the loader looks for; called by [`export_plugin!`](crate::export_plugin).
#[doc(hidden)]
#[must_use]
pub const fn header<P: Plugin + Identity>() -> LibHeader {
    // SAFETY: `root` returns a `PluginModRef`, the type whose layout is put into the header.
    unsafe { LibHeader::from_constructor::<PluginModRef>(root::<P>, CheckTypeLayout::Yes) }
}

/// Returns a package's name without the prefix `lumina-`.
#[doc(hidden)]
#[must_use]
pub const fn plugin_name(package: &'static str) -> &'static str {
    const PREFIX: &[u8] = b"lumina-";
    let bytes = package.as_bytes();
    let mut index = 0;
    while index < PREFIX.len() {
        if index >= bytes.len() || bytes[index] != PREFIX[index] {
            return package;
        }
        index += 1;
    }
    // `str::split_at` is no constant function for the oldest compiler that authors may have.
    let (_, name) = bytes.split_at(PREFIX.len());
    match std::str::from_utf8(name) {
        Ok(name) => name,
        Err(_) => package,
    }
}

/// Returns how long the texts of `parts` are together, in bytes.
#[doc(hidden)]
#[must_use]
pub const fn length(parts: &[&str]) -> usize {
    let (mut total, mut index) = (0, 0);
    while index < parts.len() {
        total += parts[index].len();
        index += 1;
    }
    total
}

/// Returns the texts of `parts` one after the other; `N` is their [`length`].
#[doc(hidden)]
#[must_use]
pub const fn joined<const N: usize>(parts: &[&str]) -> [u8; N] {
    let mut out = [0; N];
    let (mut at, mut index) = (0, 0);
    while index < parts.len() {
        let bytes = parts[index].as_bytes();
        let mut offset = 0;
        while offset < bytes.len() {
            out[at] = bytes[offset];
            at += 1;
            offset += 1;
        }
        index += 1;
    }
    out
}

/// Names a plugin and, under the crate's feature `export`, exports it from the library.
///
/// Once a library, with the type that implements [`Plugin`]. The plugin's name is the package's name
/// without the prefix `lumina-`, its version the package's. The crate needs `crate-type = ["cdylib",
/// "rlib"]` and a feature `export = []`, which `cargo xtask plugin build` switches on: so the crate can be
/// a library of its own tests, beside other plugins, without two of the same symbol.
///
/// See the example at the top of this [crate].
#[macro_export]
macro_rules! export_plugin {
    ($plugin:ty) => {
        $crate::export_plugin!($plugin, $crate::abi::plugin_name(env!("CARGO_PKG_NAME")));
    };
    // Not for plugins: two packages of one name, for tests of reloads.
    ($plugin:ty, $name:expr) => {
        const _: () = {
            const PARTS: &[&str] = &[
                "{\"name\":\"",
                $name,
                "\",\"version\":\"",
                env!("CARGO_PKG_VERSION"),
                "\",\"api\":\"",
                $crate::abi::API_VERSION,
                "\",\"panic\":\"unwind\"}\n",
            ];
            const BYTES: [u8; $crate::abi::length(PARTS)] = $crate::abi::joined(PARTS);

            impl $crate::abi::Identity for $plugin {
                const NAME: &'static str = $name;
                const VERSION: &'static str = env!("CARGO_PKG_VERSION");
                const MANIFEST: &'static str = match ::core::str::from_utf8(&BYTES) {
                    Ok(text) => text,
                    Err(_) => panic!("joined texts are UTF-8"),
                };
            }

            #[cfg(not(panic = "unwind"))]
            compile_error!("a plugin must be built with panic = \"unwind\"");

            #[cfg(feature = "export")]
            #[used]
            #[unsafe(link_section = ".lumina_plugin")]
            // Linkers drop what nobody names, and older compilers do not keep them from it.
            #[unsafe(export_name = "lumina_plugin_manifest")]
            static MANIFEST: [u8; BYTES.len()] = BYTES;

            #[cfg(feature = "export")]
            #[unsafe(export_name = "lumina_plugin_v1")]
            static ROOT: $crate::abi::LibHeader = $crate::abi::header::<$plugin>();
        };
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_named_as_its_package_without_the_prefix() {
        assert_eq!(plugin_name("lumina-ping"), "ping");
        assert_eq!(plugin_name("weather"), "weather");
        assert_eq!(plugin_name("lumina-"), "");
        assert_eq!(plugin_name("lum"), "lum");
    }

    #[test]
    fn the_symbol_carries_the_major_version() {
        let major = API_VERSION.split('.').next().unwrap();
        assert_eq!(ROOT_SYMBOL, format!("lumina_plugin_v{major}"));
    }
}
