//! The plugin files, as a start will find them: each is read, and then tried in a process of its own as far as
//! its declaration. No plugin is made.

use super::{
    super::{THIS_PROGRAM, database_location, loading::hung_note, places::Aside},
    Finding, Wrong,
};
use crate::{
    chain::chain,
    config::Config,
    db,
    plugins::{self, Found, LoadError, Manifest},
    texts::english,
};
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// Looks at the files of the directories. They are tried where working copies will lie, if that place is usable.
pub(super) async fn look(config: &Config, shadow_dir: Option<&Path>) -> Vec<Finding> {
    let Found { files, problems } = plugins::find(&config.plugin_dirs);
    if files.is_empty() && problems.is_empty() {
        let what = format!("plugins in {}", quoted(&config.plugin_dirs));
        return vec![Finding::new(what, Ok("there are none".to_owned()))];
    }
    let left_out = plugins::left_out(hung_note(config));
    let unloaded = unloaded(config).await;
    let mut findings: Vec<Finding> = problems.iter().map(|(_, why)| left_aside(why)).collect();
    for (name, library) in files {
        findings.push(match plugin_file(&library, shadow_dir).await {
            Ok(_) if left_out.contains(&name) => {
                let why = chain(&LoadError::LeftOut);
                Finding::odd("plugin", format!("`{}` is left out: {why}", library.display()))
            }
            Ok(_) if unloaded.contains(&name) => {
                let at = library.display();
                let fix = format!("`/sudo load plugin:{name}` brings it back");
                Finding::odd(
                    "plugin",
                    format!("`{at}` stays unloaded, as its owner left it: {fix}"),
                )
            }
            Ok(finding) => finding,
            // The bot starts without it.
            Err(why) => Finding::new("plugin", Err(Wrong::passing(why))),
        });
    }
    findings
}

/// What the owner unloaded; what is wrong with the data is told where they lie.
async fn unloaded(config: &Config) -> BTreeSet<String> {
    match database_location(config) {
        Ok(location) => db::unloaded(&location).await.unwrap_or_default(),
        Err(_) => BTreeSet::new(),
    }
}

fn quoted(dirs: &[PathBuf]) -> String {
    let quoted: Vec<String> = dirs.iter().map(|dir| format!("`{}`", dir.display())).collect();
    quoted.join(", ")
}

/// Says what a start does not even try.
fn left_aside(why: &LoadError) -> Finding {
    let told = chain(why);
    match why {
        LoadError::Second { .. } => Finding::odd("plugin", told),
        LoadError::Directory { .. } => {
            let fix = "create it or name another one in PLUGIN_DIR";
            Finding::new("plugins", Err(Wrong::passing(format!("{told}: {fix}"))))
        }
        _ => Finding::new("plugin", Err(Wrong::passing(told))),
    }
}

async fn plugin_file(library: &Path, shadow_dir: Option<&Path>) -> Result<Finding, String> {
    // What is wrong names the file.
    let Manifest { name, version, .. } =
        plugins::inspect(library).map_err(|error| chain(&error))?;
    let at = library.display();
    if let Some(dir) = shadow_dir {
        let failed = |why: String| format!("`{at}` would be refused: {why}");
        let copy = Copy::of(library, dir);
        let copy =
            copy.map_err(|error| format!("`{at}` cannot be copied to be tried ({error})"))?;
        let tried = plugins::try_declared(Path::new(THIS_PROGRAM), &copy.path).await;
        if let Some(what) = tried.map_err(|error| failed(chain(&error)))? {
            let what = english(&what);
            let told = format!("`{at}` declares something without effect: {what}");
            return Ok(Finding::odd("plugin", told));
        }
    }
    Ok(Finding::new("plugin", Ok(format!("{name} {version} in `{at}`"))))
}

/// A copy of a library, gone with this: where the file itself lies nothing may be run. What a check that is
/// killed leaves of it the next start removes, where it looks for its own.
struct Copy {
    path: PathBuf,
    _aside: Aside,
}

impl Copy {
    fn of(library: &Path, dir: &Path) -> io::Result<Self> {
        let aside = Aside::beside(dir)?;
        let path = aside.path.join("tried.so");
        fs::copy(library, &path)?;
        Ok(Self { path, _aside: aside })
    }
}
