//! What this repository consists of, as cargo tells it.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

use crate::cargo;

/// Packages are called `lumina-ping` or `fixture-hang`, their libraries `ping.so` and `hang.so`.
const PACKAGE_PREFIXES: [&str; 2] = ["lumina-", "fixture-"];

/// One package of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name in Cargo.toml.
    pub name: String,
    /// Its Cargo.toml.
    pub manifest: PathBuf,
    /// The names of its features.
    pub features: Vec<String>,
}

impl Package {
    /// What the plugin of this package is called, and the stem of its file.
    pub fn plugin_name(&self) -> &str {
        let short = PACKAGE_PREFIXES.iter().find_map(|prefix| self.name.strip_prefix(prefix));
        short.unwrap_or(&self.name)
    }

    /// The folder of the package.
    pub fn folder(&self) -> &Path {
        self.manifest.parent().expect("a manifest lies in a folder")
    }

    /// Whether the package can export the symbol that the host looks for.
    pub fn exports(&self) -> bool {
        self.features.iter().any(|feature| feature == "export")
    }
}

/// The root of this repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Returns the packages of this repository that lie directly in the folder `group`, by name.
///
/// # Errors
/// If cargo cannot read the workspace.
pub fn packages_in(group: &str) -> Result<Vec<Package>> {
    let group = root().join(group);
    let mut packages = packages_of(&root().join("Cargo.toml"))?;
    packages.retain(|package| package.folder().parent() == Some(&group));
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}

/// Returns the plugins of this repository, those for tests among them.
///
/// # Errors
/// If cargo cannot read the workspace.
pub fn own_plugins() -> Result<Vec<Package>> {
    let mut own = packages_in("plugins")?;
    own.extend(packages_in("fixtures")?);
    Ok(own)
}

/// Returns the packages of the workspace to which `manifest` belongs.
///
/// # Errors
/// If cargo cannot read it.
pub fn packages_of(manifest: &Path) -> Result<Vec<Package>> {
    let mut command = cargo::cargo("metadata");
    command.args(["--no-deps", "--format-version=1", "--manifest-path"]).arg(manifest);
    let mut answer = String::new();
    cargo::for_each_line(&mut command, |line| answer.push_str(line))?;
    let metadata: Value = serde_json::from_str(&answer).context("cannot read cargo's metadata")?;
    let packages = metadata["packages"].as_array().context("cargo's metadata has no packages")?;
    packages.iter().map(|value| package(value).context("a package lacks its name")).collect()
}

fn package(value: &Value) -> Option<Package> {
    Some(Package {
        name: value["name"].as_str()?.to_owned(),
        manifest: value["manifest_path"].as_str()?.into(),
        features: value["features"].as_object()?.keys().cloned().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_called_like_its_package_without_the_prefix() {
        let called = |name: &str| Package {
            name: name.to_owned(),
            manifest: PathBuf::from("/somewhere/Cargo.toml"),
            features: vec![],
        };
        assert_eq!(called("lumina-ping").plugin_name(), "ping");
        assert_eq!(called("fixture-hang").plugin_name(), "hang");
        assert_eq!(called("quiz").plugin_name(), "quiz");
    }
}
