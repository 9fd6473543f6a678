//! Plays a document: writes its files, runs its commands, compares what they print.

use super::{
    RUN_SECONDS_MAX,
    blocks::{Block, Role, blocks},
    root,
};
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Variables that cargo sets for this test and a reader's shell does not have. Build scripts watch
/// some of them: with them everything would be built again.
const OF_THIS_PACKAGE: [&str; 6] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
    "LD_LIBRARY_PATH",
];

/// One document being played.
struct Stage {
    /// Where things lie that lie beside the repository for a reader.
    beside: PathBuf,
    /// The names of folders beside the repository.
    neighbors: BTreeSet<String>,
    /// What the last run printed.
    printed: String,
}

/// Plays the document `path` with this `text`; says whether there was anything to run.
pub fn play(path: &Path, text: &str) -> bool {
    let blocks = blocks(text);
    if !blocks.iter().any(|block| block.role == Role::Run) {
        return false;
    }
    let mut stage = Stage::set(path, &blocks);
    for block in &blocks {
        stage.act(block, &format!("{}:{}", path.display(), block.line));
    }
    true
}

impl Stage {
    fn set(document: &Path, blocks: &[Block]) -> Self {
        let name = document.file_stem().expect("a document has a name");
        let all = root().join("target/documents");
        let beside = all.join(name);
        drop(fs::remove_dir_all(&beside));
        fs::create_dir_all(&beside).expect("the target folder can be written");
        // All plugins of all documents share what they are built from.
        write(&all.join(".cargo/config.toml"), "[build]\ntarget-dir = \"target\"\n");
        let paths = blocks.iter().filter_map(|block| match &block.role {
            Role::File(path) | Role::Wrote(path) => Some(neighbor(path).0.to_owned()),
            _ => None,
        });
        Self { beside, neighbors: paths.collect(), printed: String::new() }
    }

    fn act(&mut self, block: &Block, place: &str) {
        match &block.role {
            Role::Show | Role::Newcomer => {}
            Role::File(path) => self.write_file(path, &block.text),
            Role::Wrote(path) => {
                let (neighbor, inside) = neighbor(path);
                let written = fs::read_to_string(self.beside.join(neighbor).join(inside));
                assert_eq!(written.expect("a command has written it"), block.text, "{place}");
            }
            Role::Run => self.printed = self.run(&block.text, place),
            Role::Output => assert!(
                is_like(&self.printed, &block.text),
                "{place}: the commands before it print\n{}",
                self.printed
            ),
        }
    }

    fn write_file(&self, path: &str, text: &str) {
        let (neighbor, inside) = neighbor(path);
        let folder = self.beside.join(neighbor);
        if !folder.join("Cargo.lock").exists() {
            // What a plugin is built from are the versions that are proven here.
            let versions = fs::read_to_string(root().join("Cargo.lock")).expect("is there");
            write(&folder.join("Cargo.lock"), &versions);
        }
        write(&folder.join(inside), &self.resolve(text));
    }

    /// Puts real places for those beside the repository.
    fn resolve(&self, text: &str) -> String {
        let lumina = root().to_str().expect("the path of the repository is text");
        let beside = self.beside.to_str().expect("the path of the repository is text");
        let mut text = text.replace("../lumina", lumina);
        for neighbor in &self.neighbors {
            text = text.replace(&format!("../{neighbor}"), &format!("{beside}/{neighbor}"));
        }
        text
    }

    #[expect(clippy::disallowed_methods, reason = "what a shell inherits is no setting of ours")]
    fn run(&self, script: &str, place: &str) -> String {
        let script = self.resolve(script);
        let mut shell = Command::new("timeout");
        shell.args([RUN_SECONDS_MAX, "bash", "-euo", "pipefail", "-c", &script]);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if OF_THIS_PACKAGE.iter().any(|beginning| name.starts_with(beginning)) {
                shell.env_remove(&*name);
            }
        }
        shell.env("PATH", path_with(&layout())).current_dir(root());
        let output = shell.output().expect("bash starts");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{place}: {}\n{script}\n{printed}\n{told}", output.status);
        printed
    }
}

impl Drop for Stage {
    /// Takes what was built beside the repository out of the layout again.
    fn drop(&mut self) {
        for neighbor in &self.neighbors {
            drop(fs::remove_file(layout().join("plugins").join(format!("{neighbor}.so"))));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the gate says where the layout lies")]
fn layout() -> PathBuf {
    let given = env::var_os("LUMINA_LAYOUT").map(PathBuf::from);
    let layout = given.unwrap_or_else(|| root().join("target/lumina/debug"));
    assert!(layout.join("lumina").exists(), "run `cargo xtask build --fixtures` first");
    layout
}

#[expect(clippy::disallowed_methods, reason = "commands are found where they were found before")]
fn path_with(first: &Path) -> std::ffi::OsString {
    let others = env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(first.to_owned()).chain(env::split_paths(&others));
    env::join_paths(all).expect("a path in PATH has no colon")
}

/// Splits a path into the folder beside the repository and the rest.
fn neighbor(path: &str) -> (&str, &str) {
    let inside = path.strip_prefix("../").expect("a document writes beside the repository");
    inside.split_once('/').expect("a file lies in a folder beside the repository")
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file lies in a folder"))
        .and_then(|()| fs::write(path, text))
        .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
}

/// Whether `printed` is `expected`, where `…` stands for anything. Lines may break elsewhere: how
/// long a path is depends on the machine.
fn is_like(printed: &str, expected: &str) -> bool {
    let (printed, expected) = (words(printed), words(expected));
    let mut parts = expected.split('…');
    let first = parts.next().expect("a split has a first part");
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_ellipsis_stands_for_anything() {
    for (printed, expected, like) in [
        ("a 12 ms b\n", "a … ms b", true),
        ("a 12 s b", "a … ms b", false),
        ("a\nb  \nc", "a … c", true),
        ("a b\n  c", "a\n  b c", true),
        ("a b", "a", false),
        ("a b c", "a … b", false),
        ("a", "a\n", true),
    ] {
        assert_eq!(is_like(printed, expected), like, "{printed:?} like {expected:?}");
    }
}
