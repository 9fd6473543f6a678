//! Where the built programs and libraries lie: what `cargo xtask build --release` leaves.

use anyhow::{Context, Result, ensure};
use std::path::PathBuf;

/// The folder with `lumina`, its plugins and its fixtures.
#[derive(Debug, Clone)]
pub struct Layout {
    folder: PathBuf,
    bare: PathBuf,
}

impl Layout {
    /// Finds it from this program's own place, `target/release`.
    ///
    /// # Errors
    /// When nothing was built there.
    pub fn find() -> Result<Self> {
        let own = std::env::current_exe().context("cannot find this program")?;
        let bare = own.parent().context("this program lies in no folder")?.to_owned();
        let profile = bare.file_name().context("this program lies at the root")?;
        let target = bare.parent().context("no target folder")?;
        let folder = target.join("lumina").join(profile);
        let layout = Self { folder, bare };
        ensure!(
            layout.program().is_file(),
            "`{}` is missing: run `cargo xtask bench`, which builds it",
            layout.program().display()
        );
        Ok(layout)
    }

    /// Returns the program `lumina`.
    pub fn program(&self) -> PathBuf {
        self.folder.join("lumina")
    }

    /// Returns the folder of the plugins.
    pub fn plugins(&self) -> PathBuf {
        self.folder.join("plugins")
    }

    /// Returns a library made for tests.
    pub fn fixture(&self, name: &str) -> PathBuf {
        self.folder.join("fixtures").join(name).with_extension("so")
    }

    /// Returns one of the bare bots.
    pub fn bare(&self, name: &str) -> PathBuf {
        self.bare.join(name)
    }
}
