//! The places that settings name, as the host will use them. What is tried is undone at once.

use super::{
    super::{
        database_location,
        places::{nearest_there, refuse_former_file, refuse_noexec, refuse_single_file},
    },
    Finding, Verdict, Wrong,
};
use crate::{
    config::Config,
    control,
    db::{self, DbError},
    mounts::Mounts,
};
use std::{
    fs, io,
    net::{SocketAddr, TcpListener},
    path::Path,
    process,
};

/// What ends the sentences about a directory.
const FIX: &str =
    "create it and let the user that runs Lumina write to it, or name another directory";

/// Looks at every place that a start needs.
pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let mounts = Mounts::read();
    let is_running = control::ask(&config.data_dir).is_ok();
    let data_dir = Finding::new("DATA_DIR", writable(&config.data_dir));
    let is_usable = data_dir.verdict < Verdict::Wrong;
    // What lies below a directory that cannot be used is told with it.
    let is_told = |path: &Path| !is_usable && path.starts_with(&config.data_dir);
    let mut findings = vec![data_dir];
    let location = database_location(config).map(|location| location.path().to_owned());
    if !location.is_ok_and(|path| is_told(&path)) {
        findings.push(Finding::new("database", database(config, &mounts, is_running).await));
    }
    if !is_told(&config.shadow_dir) {
        findings.push(Finding::new("SHADOW_DIR", shadow(config, &mounts)));
    }
    let log_file = config.log_file.as_deref();
    findings.extend(log_file.map(|path| Finding::new("LOG_FILE", file(path))));
    let metrics = config.metrics_addr.map(|address| metrics(address, is_running));
    findings.extend(metrics.map(|result| Finding::new("METRICS_ADDR", result)));
    findings
}

fn writable(dir: &Path) -> Result<String, Wrong> {
    let there = nearest_there(dir);
    if !there.is_dir() {
        let what = "is a file, where a directory must be: name another directory";
        return Err(Wrong::lasting(format!("`{}` {what}", there.display())));
    }
    match write_and_remove(there) {
        Ok(()) if there == dir => Ok(format!("`{}` can be written to", dir.display())),
        Ok(()) => Ok(format!("`{}` is not there yet and can be made", dir.display())),
        Err(error) => {
            let told = format!("`{}` cannot be written to ({error}): {FIX}", dir.display());
            Err(Wrong::because(told, error))
        }
    }
}

/// Makes a file and removes it again.
fn write_and_remove(dir: &Path) -> io::Result<()> {
    let path = dir.join(format!(".lumina-check-{}", process::id()));
    fs::write(&path, "check")?;
    fs::remove_file(&path)
}

async fn database(config: &Config, mounts: &Mounts, is_running: bool) -> Result<String, Wrong> {
    let location = database_location(config).map_err(Wrong::of)?;
    let path = location.path();
    refuse_former_file(config, mounts).map_err(Wrong::of)?;
    refuse_single_file(path, mounts).map_err(Wrong::of)?;
    if db::is_in_use(&location) {
        return if is_running {
            Ok(format!("`{}`, in use by the Lumina that runs here", path.display()))
        } else {
            Err(Wrong::of(DbError::InUse { path: path.to_owned() }))
        };
    }
    let told = file(path)?;
    db::owner(&location).await.map_err(Wrong::of)?;
    Ok(told)
}

/// A file that may be missing yet. One may belong to another user in a directory of one's own: as after a
/// start as root.
fn file(path: &Path) -> Result<String, Wrong> {
    if !path.exists() {
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        writable(dir.unwrap_or(Path::new(".")))?;
        return Ok(format!("`{}` is not there yet and can be made", path.display()));
    }
    match fs::OpenOptions::new().append(true).open(path) {
        Ok(_) => Ok(format!("`{}` can be written to", path.display())),
        Err(error) => {
            let fix = "let it be a file that belongs to the user that runs Lumina";
            let told = format!("`{}` cannot be written to ({error}): {fix}", path.display());
            Err(Wrong::because(told, error))
        }
    }
}

fn shadow(config: &Config, mounts: &Mounts) -> Result<String, Wrong> {
    refuse_noexec(&config.shadow_dir, mounts).map_err(Wrong::of)?;
    writable(&config.shadow_dir)
}

fn metrics(address: SocketAddr, is_running: bool) -> Result<String, Wrong> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(format!("`{address}` is free")),
        Err(error) if is_running && error.kind() == io::ErrorKind::AddrInUse => {
            Ok(format!("`{address}` is taken, and a Lumina runs here"))
        }
        Err(error) => {
            let fix = "choose an address of this machine and a free port";
            Err(Wrong::because(format!("cannot listen on `{address}` ({error}): {fix}"), error))
        }
    }
}
