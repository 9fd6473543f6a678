//! One plugin: written anew, built, inspected, taken away again. It is one of this repository, meant by
//! its name, or a stranger's, meant by its folder.

pub mod new;

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    build::{self, Layout},
    cargo,
    install::install,
    workspace::{self, Package},
};

/// Builds `plugin`; returns where its library lies, in `out` or in the plugins of `layout`, and what the host
/// says to it. What the host would refuse replaces nothing.
///
/// # Errors
/// If there is no such plugin, cargo or the host refuses, or a file cannot be written.
pub fn build(plugin: &Path, layout: &Layout, out: Option<&Path>) -> Result<(PathBuf, String)> {
    let folder = match out {
        Some(out) => std::path::absolute(out).context("cannot find the current folder")?,
        None => layout.plugins(),
    };
    let ours = workspace::packages_in("plugins")?;
    let built = match ours.into_iter().find(|package| is_meant(package, plugin)) {
        Some(package) => {
            let built = build::build_plugins(layout, &[package], &layout.built())?;
            built.into_iter().next().context("cargo built no library")?
        }
        None => {
            let package = foreign(plugin)?;
            if folder == layout.plugins() {
                replaces_none_of(&workspace::own_plugins()?, &package)?;
            }
            build_foreign(&package, layout)?
        }
    };
    put(&built, &folder, |library| inspect(library, layout))
}

/// Puts a library into `folder` if `judge` has something good to say to it; returns where it lies, and that.
fn put(
    built: &Path,
    folder: &Path,
    judge: impl FnOnce(&Path) -> Result<String>,
) -> Result<(PathBuf, String)> {
    let name = built.file_name().and_then(|name| name.to_str()).context("a library has a name")?;
    let said = judge(built)?;
    Ok((install(built, folder, name)?, said))
}

/// Returns what the host says to `library`, which it reads, and tries in a process of its own as far as its
/// declaration.
fn inspect(library: &Path, layout: &Layout) -> Result<String> {
    // One that was built before may not know what this source knows.
    build::build_programs(layout)?;
    let host = layout.program("lumina");
    let mut told = Vec::new();
    let mut command = cargo::program(&host);
    command.args(["plugin", "inspect"]).arg(library);
    cargo::for_each_line(&mut command, |line| told.push(line.to_owned()))
        .with_context(|| format!("the host would refuse `{}`", library.display()))?;
    let mut trial = cargo::program(&host);
    trial.args(["plugin", "probe", "--declared", "--strict"]).arg(library);
    // What it says for the host is not for people.
    cargo::for_each_line(&mut trial, |_| {})
        .with_context(|| format!("the trial of `{}` failed", library.display()))?;
    Ok(told.join("\n"))
}

/// Takes the library of the plugin `name` out of `layout` and returns where it lay.
///
/// # Errors
/// If there is none; the error says which there are.
pub fn remove(name: &str, layout: &Layout) -> Result<PathBuf> {
    let library = layout.plugins().join(format!("{name}.so"));
    if fs::remove_file(&library).is_ok() {
        return Ok(library);
    }
    let entries = fs::read_dir(layout.plugins()).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".so").map(str::to_owned))
        .collect();
    names.sort();
    bail!("there is no `{}`; there are: {}", library.display(), names.join(", "))
}

fn is_meant(package: &Package, plugin: &Path) -> bool {
    plugin.as_os_str() == package.plugin_name()
        || plugin.canonicalize().is_ok_and(|folder| folder == package.folder())
}

fn foreign(folder: &Path) -> Result<Package> {
    let Ok(manifest) = folder.join("Cargo.toml").canonicalize() else {
        bail!(
            "`{}` is no plugin of this repository and no folder with a Cargo.toml",
            folder.display()
        );
    };
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

/// Refuses a package that would take the place of a plugin of this repository.
fn replaces_none_of(own: &[Package], package: &Package) -> Result<()> {
    let name = package.plugin_name();
    if own.iter().any(|own| own.plugin_name() == name) {
        bail!(
            "the package `{}` would take the place of Lumina's own plugin `{name}`: call it otherwise in \
             its Cargo.toml, or build it into another folder with `--out FOLDER`",
            package.name
        );
    }
    Ok(())
}

fn build_foreign(package: &Package, layout: &Layout) -> Result<PathBuf> {
    let profile = layout.profile();
    let mut command = cargo::cargo("build");
    command
        .current_dir(package.folder())
        .args(["--lib", "--features", "export", "--package", &package.name])
        .args(build::profile_flag(profile))
        .args(["--config", &format!("profile.{}.strip=true", profile.name())]);
    let artifacts = cargo::run_build(&mut command)?;
    build::install_plugin(package, &artifacts, &layout.built())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_the_host_would_refuse_replaces_nothing() {
        let place = tempfile::tempdir().unwrap();
        let (built, folder) = (place.path().join("quiz.so"), place.path().join("plugins"));
        fs::write(&built, "new").unwrap();
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("quiz.so"), "good").unwrap();
        let lies_there = || fs::read_to_string(folder.join("quiz.so")).unwrap();

        assert!(put(&built, &folder, |_| bail!("no plugin")).is_err());
        assert_eq!(lies_there(), "good");
        let (library, said) = put(&built, &folder, |_| Ok("a plugin".to_owned())).unwrap();
        assert_eq!((library, said.as_str()), (folder.join("quiz.so"), "a plugin"));
        assert_eq!(lies_there(), "new");
    }

    #[test]
    fn a_folder_without_a_package_is_named_as_what_it_is() {
        let place = tempfile::tempdir().unwrap();
        let error = foreign(place.path()).unwrap_err();
        assert!(format!("{error:#}").ends_with("no folder with a Cargo.toml"), "{error:#}");
    }

    #[test]
    fn a_package_that_would_replace_a_plugin_of_lumina_is_refused() {
        let package = |name: &str| Package {
            name: name.to_owned(),
            manifest: PathBuf::from("/somewhere/Cargo.toml"),
            features: vec![],
        };
        let own = [package("lumina-ping"), package("fixture-answers")];
        for name in ["ping", "lumina-ping", "answers"] {
            let refusal = replaces_none_of(&own, &package(name)).unwrap_err().to_string();
            assert!(refusal.contains("`--out FOLDER`"), "{refusal}");
        }
        assert!(replaces_none_of(&own, &package("quiz")).is_ok());
    }
}
