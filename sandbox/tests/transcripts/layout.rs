//! Where the built program and its plugins lie.

use std::path::{Path, PathBuf};

/// Returns where the built program and its plugins lie.
#[expect(clippy::disallowed_methods, reason = "xtask names the layout by the environment alone")]
pub(super) fn layout() -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/lumina/debug");
    let layout = std::env::var_os("LUMINA_LAYOUT").map_or(built, PathBuf::from);
    assert!(
        layout.join("lumina").exists(),
        "there is no program in `{}`: run `cargo xtask build` first",
        layout.display()
    );
    layout
}
