//! Builds the runnable layout: the program with its plugins beside it.
//!
//! Plugins are built by a cargo call of their own, because the feature that exports their symbol
//! must not reach the crates that only link them. Their symbols are stripped by the linker: a
//! library is read whole and copied at each load.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    cargo::{self, Artifact, Profile},
    install::install,
    newer,
    workspace::{self, Package},
};

/// Tests and benches find the layout through this variable.
pub const LAYOUT_VARIABLE: &str = "LUMINA_LAYOUT";

/// The packages whose programs belong into the layout.
const PROGRAM_PACKAGES: [&str; 2] = ["lumina-host", "lumina-sandbox"];

/// The programs themselves.
const PROGRAMS: [&str; 2] = ["lumina", "lumina-dev"];

/// How much of the layout is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The programs and their plugins.
    Programs,
    /// Those, and the test plugins.
    Fixtures,
}

/// A folder from which Lumina runs.
#[derive(Debug)]
pub struct Layout {
    profile: Profile,
    root: PathBuf,
}

impl Layout {
    /// The layout of `profile`; it may not have been built yet.
    pub fn of(profile: Profile) -> Self {
        let root = workspace::root().join("target/lumina").join(profile.folder());
        Self { profile, root }
    }

    /// How its parts are compiled.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the program `name` lies.
    pub fn program(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Where plugins lie that the host finds by itself.
    pub fn plugins(&self) -> PathBuf {
        self.root.join("plugins")
    }

    /// Where the library of one plugin lies that was built alone, until the host has judged it.
    pub fn built(&self) -> PathBuf {
        self.root.join("built")
    }

    /// Where test plugins lie.
    pub fn fixtures(&self) -> PathBuf {
        self.root.join("fixtures")
    }

    /// Removes every library, so that what lies there afterwards was built from this source.
    ///
    /// # Errors
    /// If a folder cannot be removed.
    pub fn clear_libraries(&self) -> Result<()> {
        for folder in [self.plugins(), self.fixtures()] {
            if folder.exists() {
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("cannot remove `{}`", folder.display()))?;
            }
        }
        Ok(())
    }
}

/// Builds `layout`.
///
/// # Errors
/// If cargo refuses, or a file cannot be written.
pub fn build(layout: &Layout, wanted: Wanted) -> Result<()> {
    build_programs(layout)?;
    build_plugins(layout, &workspace::packages_in("plugins")?, &layout.plugins())?;
    if wanted == Wanted::Fixtures {
        build_plugins(layout, &workspace::packages_in("fixtures")?, &layout.fixtures())?;
        newer::build(layout)?;
    }
    Ok(())
}

/// Builds the libraries of `packages`, all of this repository, into `folder`; returns their paths.
///
/// # Errors
/// If cargo refuses, or a file cannot be written.
pub fn build_plugins(layout: &Layout, packages: &[Package], folder: &Path) -> Result<Vec<PathBuf>> {
    if packages.is_empty() {
        return Ok(Vec::new());
    }
    let mut command = cargo::cargo("build");
    command.arg("--lib").args(profile_flag(layout.profile));
    for package in packages {
        let Package { name, .. } = package;
        let strip = format!("profile.{}.package.{name}.strip=true", layout.profile.name());
        command.args(["--package", name, "--config", &strip]);
        if package.exports() {
            command.args(["--features", &format!("{name}/export")]);
        }
    }
    let artifacts = cargo::run_build(&mut command)?;
    packages.iter().map(|package| install_plugin(package, &artifacts, folder)).collect()
}

/// Installs the library that `package` left among `artifacts` into `folder` under its plugin name.
///
/// # Errors
/// If it left none, or the file cannot be written.
pub fn install_plugin(package: &Package, artifacts: &[Artifact], folder: &Path) -> Result<PathBuf> {
    let Some(library) = artifacts.iter().find(|artifact| artifact.manifest == package.manifest)
    else {
        bail!(
            "package `{}` builds no loadable library: its Cargo.toml needs `[lib]` with \
             `crate-type = [\"cdylib\", \"rlib\"]`",
            package.name
        );
    };
    install(&library.file, folder, &format!("{}.so", package.plugin_name()))
}

/// Builds the programs of the bench where cargo puts them; returns the one that measures.
///
/// # Errors
/// If cargo refuses.
pub fn build_bench(profile: Profile) -> Result<PathBuf> {
    let mut command = cargo::cargo("build");
    command.args(["--package", "lumina-bench", "--bins"]).args(profile_flag(profile));
    let artifacts = cargo::run_build(&mut command)?;
    let bench = artifacts.into_iter().find(|artifact| artifact.target == "lumina-bench");
    Ok(bench.context("cargo built no program `lumina-bench`")?.file)
}

/// The flag with which cargo is told the profile.
pub fn profile_flag(profile: Profile) -> Option<&'static str> {
    (profile == Profile::Release).then_some("--release")
}

/// Builds the programs of `layout`.
///
/// # Errors
/// If cargo refuses, or a file cannot be written.
pub fn build_programs(layout: &Layout) -> Result<()> {
    let mut command = cargo::cargo("build");
    command.arg("--bins").args(profile_flag(layout.profile));
    for package in PROGRAM_PACKAGES {
        command.args(["--package", package]);
    }
    let artifacts = cargo::run_build(&mut command)?;
    for name in PROGRAMS {
        let program = artifacts.iter().find(|artifact| artifact.target == name);
        let program = program.with_context(|| format!("cargo built no program `{name}`"))?;
        install(&program.file, &layout.root, name)?;
    }
    Ok(())
}
