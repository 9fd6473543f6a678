//! Packs what an operator unpacks: the program with its plugins, the licenses of everything in it, a unit
//! file, completions, the manual page, and a checksum beside the archive.

mod licenses;

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    build::{self, Layout, Wanted},
    cargo::{self, Profile},
    install::install,
    workspace,
};

/// The machine that the program is built for.
const MACHINE: &str = "x86_64-linux-gnu";

/// Files of the repository that go into the archive as they are, and where.
const FILES: [(&str, &str); 9] = [
    ("CHANGELOG.md", ""),
    ("LICENSE-APACHE", ""),
    ("LICENSE-MIT", ""),
    (".env.example", ""),
    ("xtask/dist/lumina.service", ""),
    ("docs/operating.md", "docs"),
    ("docs/discord-setup.md", "docs"),
    ("docs/settings.md", "docs"),
    ("docs/grafana-dashboard.json", "docs"),
];

/// The shells that get completions, and what their files are called.
const SHELLS: [(&str, &str); 3] = [("bash", "lumina"), ("zsh", "_lumina"), ("fish", "lumina.fish")];

/// Builds `layout` and packs it; returns the archive. Its checksum lies beside it.
///
/// # Errors
/// If something cannot be built, read or written.
pub fn pack(layout: &Layout) -> Result<PathBuf> {
    build::build(layout, Wanted::Programs)?;
    let name = name_of(layout.profile());
    let dist = workspace::root().join("target/dist");
    let folder = dist.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot clear `{}`", folder.display()))?;
    }
    fill(layout, &folder)?;
    let archive = dist.join(format!("{name}.tar.gz"));
    archive_of(&dist, &name, &archive)?;
    write_checksum(&dist, &archive)?;
    Ok(archive)
}

/// An archive for a trial never takes the place of one that people get.
fn name_of(profile: Profile) -> String {
    let suffix = match profile {
        Profile::Release => "",
        Profile::Debug => "-debug",
    };
    format!("lumina-{}-{MACHINE}{suffix}", env!("CARGO_PKG_VERSION"))
}

fn fill(layout: &Layout, folder: &Path) -> Result<()> {
    let program = layout.program("lumina");
    install(&program, folder, "lumina")?;
    for package in workspace::packages_in("plugins")? {
        let file = format!("{}.so", package.plugin_name());
        install(&layout.plugins().join(&file), &folder.join("plugins"), &file)?;
    }
    for (file, below) in FILES {
        let path = workspace::root().join(file);
        let name = path.file_name().and_then(|name| name.to_str()).context("a file has a name")?;
        install(&path, &folder.join(below), name)?;
    }
    write(&folder.join("THIRD-PARTY-LICENSES.txt"), licenses::text()?.as_bytes())?;
    install(&licenses::of_standard_library()?, folder, "RUST-LIBRARY-LICENSES.html")?;
    write(&folder.join("man/lumina.1"), &output(&program, &["man"])?)?;
    for (shell, file) in SHELLS {
        let text = output(&program, &["completions", shell])?;
        write(&folder.join("completions").join(file), &text)?;
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

fn output(program: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = cargo::program(program).args(arguments).output();
    let output = output.with_context(|| format!("cannot start `{}`", program.display()))?;
    if !output.status.success() {
        bail!("`{} {}` ended with {}", program.display(), arguments.join(" "), output.status);
    }
    Ok(output.stdout)
}

/// The same files make the same archive: sorted, owned by nobody, of no moment.
fn archive_of(dist: &Path, name: &str, archive: &Path) -> Result<()> {
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"]);
    tar.args(["--use-compress-program", "gzip -n -9", "--create", "--file"]).arg(archive);
    tar.args(["--mode", "u+rwX,go+rX,go-w"]);
    cargo::run(tar.arg("--directory").arg(dist).arg(name)).context("the archive was not made")
}

fn write_checksum(dist: &Path, archive: &Path) -> Result<()> {
    let name = archive.file_name().and_then(|name| name.to_str()).context("it has a name")?;
    let sum = Command::new("sha256sum").arg(name).current_dir(dist).output();
    let sum = sum.context("cannot start `sha256sum`")?;
    if !sum.status.success() {
        bail!("`sha256sum` ended with {}", sum.status);
    }
    write(&dist.join(format!("{name}.sha256")), &sum.stdout)
}

#[cfg(test)]
mod tests {
    const UNIT: &str = include_str!("../dist/lumina.service");

    fn value(name: &str) -> &str {
        let mut lines = UNIT.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
    }

    #[test]
    fn the_service_waits_for_the_volumes_of_its_program_and_of_its_data() {
        let program =
            value("ExecStart").split("/lumina ").next().expect("a split has a first part");
        let data = value("Environment").strip_prefix("DATA_DIR=").expect("it says where they are");
        let awaited: Vec<&str> = value("RequiresMountsFor").split(' ').collect();
        assert_eq!(awaited, [program, data]);
    }
}
