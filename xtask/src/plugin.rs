//! Builds one plugin: of this repository by its name, or a stranger's by its folder.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

use crate::{
    build::{self, Layout},
    cargo,
    workspace::{self, Package},
};

/// Builds `plugin` and returns where its library lies, in `out` or in the plugins of `layout`.
///
/// # Errors
/// If there is no such plugin, cargo refuses, or a file cannot be written.
pub fn build(plugin: &Path, layout: &Layout, out: Option<&Path>) -> Result<PathBuf> {
    let folder = match out {
        Some(out) => std::path::absolute(out).context("cannot find the current folder")?,
        None => layout.plugins(),
    };
    let ours = workspace::packages_in("plugins")?;
    match ours.into_iter().find(|package| is_meant(package, plugin)) {
        Some(package) => {
            let built = build::build_plugins(layout, &[package], &folder)?;
            built.into_iter().next().context("cargo built no library")
        }
        None => build_foreign(&foreign(plugin)?, layout, &folder),
    }
}

fn is_meant(package: &Package, plugin: &Path) -> bool {
    plugin.as_os_str() == package.plugin_name()
        || plugin.canonicalize().is_ok_and(|folder| folder == package.folder())
}

fn foreign(folder: &Path) -> Result<Package> {
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.canonicalize().with_context(|| {
        format!("`{}` is no plugin of this repository and no package", folder.display())
    })?;
    let packages = workspace::packages_of(&manifest)?;
    let package = packages.into_iter().find(|package| package.manifest == manifest);
    let package = package.with_context(|| format!("`{}` is no package", folder.display()))?;
    if !package.exports() {
        bail!(
            "package `{}` cannot export its plugin: its Cargo.toml needs `[features]` with \
             `export = []`",
            package.name
        );
    }
    Ok(package)
}

fn build_foreign(package: &Package, layout: &Layout, folder: &Path) -> Result<PathBuf> {
    let profile = layout.profile();
    let mut command = cargo::cargo("build");
    command
        .current_dir(package.folder())
        .args(["--lib", "--features", "export", "--package", &package.name])
        .args(build::profile_flag(profile))
        .args(["--config", &format!("profile.{}.strip=true", profile.name())]);
    let artifacts = cargo::run_build(&mut command)?;
    build::install_plugin(package, &artifacts, folder)
}
