//! Writes the smallest plugin there is into a new folder, so that an author begins with one that works.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use crate::workspace;

const MANIFEST: &str = include_str!("../../template/Cargo.toml.txt");
const SOURCE: &str = include_str!("../../template/src/lib.rs");

/// How the templates call the plugin, its command, its struct, and the path to the plugin API.
const NAME: &str = "\"hello\"";
const STRUCT: &str = "Hello";
const API: &str = "../lumina/plugin-api";

/// What a plugin's name does not take over from its package's.
const PREFIX: &str = "lumina-";

/// Where a folder belongs to the workspace of this repository by its place alone.
const MEMBERS: [&str; 2] = ["plugins", "fixtures"];

/// What ends a manifest within this repository, so that cargo does not look for it in the workspace.
const APART: &str =
    "\n# A workspace of its own, apart from the one this folder lies in.\n[workspace]\n";

/// What the host keeps for itself: its commands, and the name under which it answers presses.
const TAKEN: [&str; 3] = ["sudo", "privacy", "host"];

/// What a command, and so a plugin that is called like it, may be called at most.
const NAME_CHARS_MAX: usize = 32;

/// Writes a plugin into `folder`, which must not exist, and returns its name. The package is called like
/// the folder, and the plugin like the package, without a leading `lumina-`.
///
/// It begins with the versions of dependencies that are proven here.
///
/// # Errors
/// If the folder is there, its name is none for a plugin, or a file cannot be written.
pub fn write(folder: &Path) -> Result<String> {
    let folder = std::path::absolute(folder).context("cannot find the current folder")?;
    let package = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = package.strip_prefix(PREFIX).unwrap_or(package);
    if !is_name(name) {
        bail!(
            "a plugin cannot be called `{name}`: a lower-case letter first, then such letters, digits and \
             `-`, {NAME_CHARS_MAX} at most"
        );
    }
    if is_word_of_the_source(&camel(name)) {
        bail!(
            "`{name}` is a word of the plugin API or of Rust: choose another name for the folder"
        );
    }
    if TAKEN.contains(&name) {
        bail!("`{name}` belongs to Lumina itself: choose another name for the folder");
    }
    if workspace::own_plugins()?.iter().any(|own| own.plugin_name() == name) {
        bail!("Lumina has a plugin `{name}` of its own: choose another name for the folder");
    }
    if folder.exists() {
        bail!("`{}` is there already", folder.display());
    }
    let manifest = manifest(package, &plain(&folder))?;
    let source = SOURCE.replace(NAME, &format!("\"{name}\"")).replace(STRUCT, &camel(name));
    // The greeting is no name.
    let source = source.replace(&format!("\"{}, <@", camel(name)), &format!("\"{STRUCT}, <@"));
    let lock = workspace::root().join("Cargo.lock");
    fs::create_dir_all(folder.join("src"))
        .and_then(|()| fs::write(folder.join("Cargo.toml"), manifest))
        .and_then(|()| fs::write(folder.join("src/lib.rs"), source))
        .and_then(|()| fs::copy(lock, folder.join("Cargo.lock")))
        .with_context(|| format!("cannot write into `{}`", folder.display()))?;
    Ok(name.to_owned())
}

/// The manifest of `package` in `folder`, which is without links and dots.
fn manifest(package: &str, folder: &Path) -> Result<String> {
    let root = workspace::root().canonicalize().context("cannot find this repository")?;
    let parent = folder.parent().unwrap_or(folder);
    if MEMBERS.iter().any(|group| parent == root.join(group)) {
        bail!(
            "a plugin in `{}` is one of this repository and looks otherwise, like plugins/ping: see \
             “A plugin of this repository” in docs/plugins.md",
            parent.display()
        );
    }
    let api = from_to(folder, &root.join("plugin-api"));
    let manifest = MANIFEST.replace(NAME, &format!("\"{package}\""));
    let manifest = manifest.replace(API, &api.display().to_string());
    Ok(if folder.starts_with(&root) { manifest + APART } else { manifest })
}

fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let begins = name.starts_with(|letter: char| letter.is_ascii_lowercase());
    begins
        && name.len() <= NAME_CHARS_MAX
        && name.chars().all(|letter| fits(letter) || letter == '-')
}

/// Whether a struct of this name would stand in the way of what the source means by it, other than in
/// comments and strings.
fn is_word_of_the_source(name: &str) -> bool {
    let code = SOURCE.lines().filter(|line| !line.starts_with("//"));
    let mut words = code
        .flat_map(|line| line.split('"').step_by(2))
        .flat_map(|code| code.split(|letter: char| !letter.is_alphanumeric()));
    name != STRUCT && words.any(|word| word == name)
}

/// `quiz-night` is `QuizNight`.
fn camel(name: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    name.split('-').filter(|part| !part.is_empty()).map(capital).collect()
}

/// Resolves links and dots of the folder's parent; the folder itself is not there yet.
fn plain(folder: &Path) -> PathBuf {
    let parent = folder.parent().and_then(|parent| parent.canonicalize().ok());
    match (parent, folder.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => folder.to_owned(),
    }
}

/// The way from a folder to a path, both absolute, as a manifest writes it.
fn from_to(folder: &Path, path: &Path) -> PathBuf {
    let same = folder.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(same).map(|_| Component::ParentDir);
    up.chain(path.components().skip(same)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_another_folder_goes_up_and_down() {
        let way = |from: &str, to: &str| from_to(Path::new(from), Path::new(to));
        assert_eq!(way("/a/hello", "/a/clone/plugin-api"), Path::new("../clone/plugin-api"));
        assert_eq!(way("/a/b/hello", "/a/c/plugin-api"), Path::new("../../c/plugin-api"));
    }

    #[test]
    fn a_plugin_is_called_like_its_folder_and_its_struct_like_it() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("quiz-night");
        assert_eq!(write(&folder).unwrap(), "quiz-night");
        let source = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        assert!(source.contains("export_plugin!(QuizNight)"), "{source}");
        assert!(source.contains("Command::slash(\"quiz-night\""), "{source}");
        assert!(source.contains("\"Hello, <@{}>!\""), "{source}");
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("name = \"quiz-night\""), "{manifest}");
        assert!(!manifest.contains("[workspace]"), "{manifest}");
        assert!(write(&folder).unwrap_err().to_string().contains("is there already"));
        for name in ["Quiz Night", "9lives"] {
            let refusal = write(&place.path().join(name)).unwrap_err().to_string();
            assert!(refusal.contains("a lower-case letter first"), "{refusal}");
        }
    }

    #[test]
    fn the_prefix_of_a_package_is_not_part_of_its_plugins_name() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("lumina-quiz");
        assert_eq!(write(&folder).unwrap(), "quiz");
        let source = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        assert!(source.contains("Command::slash(\"quiz\""), "{source}");
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("name = \"lumina-quiz\""), "{manifest}");
    }

    #[test]
    fn names_of_plugins_of_this_repository_are_refused() {
        let place = tempfile::tempdir().unwrap();
        for name in ["ping", "lumina-search", "answers", "sudo", "lumina-privacy", "host"] {
            let refusal = write(&place.path().join(name)).unwrap_err().to_string();
            assert!(refusal.ends_with("choose another name for the folder"), "{refusal}");
        }
        for name in ["reply", "command", "plugin", "result", "ctx", "self"] {
            let refusal = write(&place.path().join(name)).unwrap_err().to_string();
            assert!(refusal.contains("is a word of the plugin API"), "{refusal}");
        }
        for name in ["say", "says", "hello"] {
            assert_eq!(write(&place.path().join(name)).unwrap(), name);
        }
        let refusal = write(&workspace::root().join("plugins/quiz")).unwrap_err().to_string();
        assert!(refusal.contains("like plugins/ping"), "{refusal}");
    }

    #[test]
    fn a_plugin_inside_this_repository_stands_apart_from_its_workspace() {
        let place = tempfile::tempdir_in(workspace::root().join("xtask")).unwrap();
        let folder = place.path().join("quiz");
        write(&folder).unwrap();
        let packages = workspace::packages_of(&folder.join("Cargo.toml")).unwrap();
        let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["quiz"]);
    }
}
