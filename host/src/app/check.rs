//! `lumina check`: everything that can be wrong before a start, said at once. Changes nothing.

use super::{catalogue, database_location, open_door, places::nearest_there};
use crate::{
    chain::chain,
    clock::Clock,
    config::{Config, Sources},
    discord::Identity,
    mounts::Mounts,
    plugins,
    tvdb::{Catalogue as _, Search},
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long Discord and TheTVDB may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// What is looked for to see whether TheTVDB takes the key.
const SOMETHING_KNOWN: &str = "star";

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// What is well, or what is wrong and how it is put right.
    pub result: Result<String, String>,
}

impl Finding {
    fn new(what: impl Into<String>, result: Result<String, String>) -> Self {
        Self { what: what.into(), result }
    }
}

/// Looks at what needs no network: settings, places, plugin files. Without settings there is nothing
/// else to look at.
#[must_use]
pub fn on_this_machine(sources: &Sources) -> (Option<Config>, Vec<Finding>) {
    let (config, warnings) = match sources.read() {
        Ok(read) => read,
        Err(error) => {
            let wrong = |problem| Finding::new("settings", Err(problem));
            return (None, error.problems.into_iter().map(wrong).collect());
        }
    };
    let mut findings = vec![Finding::new("settings", Ok("understood".to_owned()))];
    findings.extend(warnings.into_iter().map(|warning| Finding::new("settings", Ok(warning))));
    let mounts = Mounts::read();
    findings.push(Finding::new("DATA_DIR", writable(&config.data_dir)));
    findings.push(Finding::new("database", database(&config, &mounts)));
    findings.push(Finding::new("SHADOW_DIR", shadow(&config, &mounts)));
    for dir in &config.plugin_dirs {
        findings.extend(plugin_files(dir));
    }
    (Some(config), findings)
}

/// Asks Discord whether it takes the token, and TheTVDB whether it takes the key.
pub async fn elsewhere(config: &Config) -> Vec<Finding> {
    let clock = Clock::start();
    let (discord, tvdb) = tokio::join!(discord(config, &clock), tvdb(config, &clock));
    vec![Finding::new("Discord", discord), Finding::new("TheTVDB", tvdb)]
}

/// The files of a directory that look like plugins, in the order of their names.
///
/// # Errors
/// If the directory cannot be read.
pub fn libraries_in(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
    let paths = entries.into_iter().map(|entry| entry.path());
    let is_library = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "so");
    let mut libraries: Vec<PathBuf> = paths.filter(is_library).collect();
    libraries.sort();
    Ok(libraries)
}

fn writable(dir: &Path) -> Result<String, String> {
    let fix = "create it and let the user that runs Lumina write to it, or name another directory";
    let there = nearest_there(dir);
    match write_and_remove(there) {
        Ok(()) if there == dir => Ok(format!("`{}` can be written to", dir.display())),
        Ok(()) => Ok(format!("`{}` is not there yet and can be made", dir.display())),
        Err(error) => Err(format!("`{}` cannot be written to ({error}): {fix}", dir.display())),
    }
}

/// Makes a file and removes it again.
fn write_and_remove(dir: &Path) -> std::io::Result<()> {
    let path = dir.join(format!(".lumina-check-{}", std::process::id()));
    fs::write(&path, "check")?;
    fs::remove_file(&path)
}

fn database(config: &Config, mounts: &Mounts) -> Result<String, String> {
    let location = database_location(config).map_err(|error| format!("{error:#}"))?;
    super::places::refuse_single_file(location.path(), mounts)
        .map_err(|error| error.to_string())?;
    let dir = location.path().parent().filter(|dir| !dir.as_os_str().is_empty());
    writable(dir.unwrap_or(Path::new(".")))?;
    if location.path().exists() {
        writable_file(location.path())?;
    }
    Ok(format!("`{}`", location.path().display()))
}

/// A file of another user in a directory of one's own: as after a start as root.
fn writable_file(path: &Path) -> Result<(), String> {
    let opened = fs::OpenOptions::new().append(true).open(path);
    opened.map(drop).map_err(|error| {
        let fix = "let it belong to the user that runs Lumina";
        format!("`{}` cannot be written to ({error}): {fix}", path.display())
    })
}

fn shadow(config: &Config, mounts: &Mounts) -> Result<String, String> {
    super::places::refuse_noexec(&config.shadow_dir, mounts).map_err(|error| error.to_string())?;
    writable(&config.shadow_dir)
}

fn plugin_files(dir: &Path) -> Vec<Finding> {
    let what = format!("plugins in `{}`", dir.display());
    match libraries_in(dir) {
        Err(error) => {
            let fix = "create it or name another one in PLUGIN_DIR";
            vec![Finding::new(what, Err(format!("the directory cannot be read ({error}): {fix}")))]
        }
        Ok(libraries) if libraries.is_empty() => {
            vec![Finding::new(what, Ok("there are none".to_owned()))]
        }
        Ok(libraries) => libraries.iter().map(|library| plugin_file(library)).collect(),
    }
}

fn plugin_file(library: &Path) -> Finding {
    let found = plugins::inspect(library);
    let found = found.map(|manifest| format!("{} {}", manifest.name, manifest.version));
    let what = format!("plugin `{}`", library.display());
    Finding::new(what, found.map_err(|error| chain(&error)))
}

async fn discord(config: &Config, clock: &Clock) -> Result<String, String> {
    let door = open_door(config, clock).map_err(|error| format!("{error:#}"))?;
    match clock.timeout(ANSWER_TIME, Identity::fetch(&door, clock)).await {
        Ok(Ok(_)) => Ok("takes the token".to_owned()),
        Ok(Err(error)) => Err(chain(&error)),
        Err(_) => Err(format!(
            "`{}` does not answer: look at the network, a proxy or a firewall of this machine",
            config.discord_api_base
        )),
    }
}

async fn tvdb(config: &Config, clock: &Clock) -> Result<String, String> {
    let catalogue = catalogue(config, clock).map_err(|error| format!("{error:#}"))?;
    let search = Search { text: SOMETHING_KNOWN.to_owned(), kind: None, limit: 1 };
    match clock.timeout(ANSWER_TIME, catalogue.search(search)).await {
        Ok(Ok(_)) => Ok("takes the key".to_owned()),
        Ok(Err(error)) => {
            Err(format!("{}: look at TVDB_API_KEY, and at the network", chain(&error)))
        }
        Err(_) => Err(format!("`{}` does not answer", config.tvdb_api_base)),
    }
}
