//! What documents say is run: their commands, the plugins they show, the links between them.
//!
//! In a document a block marked ```` ```sh run ```` is run in the root of the repository with the
//! layout's programs at hand; a block marked `file=PATH` is written first; a block marked `output`
//! is what the run before it must print, where `…` stands for anything; a block marked `newcomer` is
//! typed by `sandbox/tests/newcomer.rs`, in its order. A path that begins with
//! `../` lies beside the repository for the reader, and in `target/documents` for the gate. Commands stand
//! in blocks called `sh` and nowhere else, so that each is run or has a reason why not.

#[path = "documents/blocks.rs"]
mod blocks;
#[path = "documents/play.rs"]
mod play;
#[path = "documents/symptoms.rs"]
mod symptoms;

use blocks::{Block, Role, blocks};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The longest that all commands of one block may take together, in seconds: a build from nothing.
const RUN_SECONDS_MAX: &str = "900";

/// Commands that the gate does not run from a document, and where they are proven instead.
const PROVEN_ELSEWHERE: &[(&str, &str)] = &[
    ("cargo xtask test", "is what runs this"),
    ("cargo xtask lint", "is a part of what runs this"),
    ("cargo xtask sandbox", "waits for somebody to type; sandbox/tests types"),
    ("export ", "sets what the next line needs"),
    (".ci/run", "is what runs this"),
    ("cp .env.example .env", "sandbox/tests/newcomer.rs types it"),
    ("mkdir -p more-plugins", "makes an empty folder"),
    ("sha256sum --check lumina-*.tar.gz.sha256", "sandbox/tests/newcomer.rs types it"),
    (
        "mkdir /opt/lumina && tar -xzf lumina-*.tar.gz",
        "sandbox/tests/newcomer.rs unpacks it elsewhere",
    ),
    (
        "cp /opt/lumina/",
        "sandbox/tests/newcomer.rs looks whether the archive holds what lies in /opt/lumina",
    ),
];

/// Commands that the gate neither runs nor proves in another way, and why. It looks only whether xtask
/// knows them. `CONTRIBUTING.md` says to run them by hand, and when.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "cargo xtask build --release",
        "optimizing takes longer than all tests; debug is the same code",
    ),
    ("target/lumina/release/lumina", "needs that build, and a token; host/tests run the program"),
    ("cargo xtask bench", "needs that build too, and measures, which a test never does"),
    ("cargo deny check advisories", "needs the network"),
    ("docker compose", "needs Docker, and the network for the image it begins with"),
    ("docker run", "needs Docker, and the network for its image"),
    ("useradd", "changes the machine that proves this"),
    ("install -m 0640 -g lumina", "needs the user that the line before it adds"),
    ("systemctl", "needs systemd, and changes the machine that proves this"),
    ("journalctl", "needs that service to run"),
];

/// A document of this repository.
struct Document {
    path: PathBuf,
    text: String,
}

#[test]
fn links_between_documents_lead_somewhere() {
    for document in documents() {
        let folder = document.path.parent().expect("a document lies in a folder");
        for target in local_links(&document.text) {
            let file = target.split('#').next().expect("a split has a first part");
            let there = folder.join(file).exists();
            assert!(there, "{}: the link `{target}` leads nowhere", document.path.display());
        }
    }
}

#[test]
fn every_command_in_a_document_is_run_or_proven_elsewhere() {
    for document in documents() {
        for block in blocks(&document.text).iter().filter(|block| block.is_unrun_shell()) {
            for command in block.text.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let mut known = PROVEN_ELSEWHERE.iter().chain(LEFT_OUT);
                let known = known.any(|(known, _)| command.starts_with(known));
                let place = format!("{}:{}: `{command}`", document.path.display(), block.line);
                assert!(known, "{place}: mark the block `run`, or say where it is proven");
                if let Some(task) = command.strip_prefix("cargo xtask ") {
                    assert!(is_a_task(task), "{place}: there is no such task");
                }
            }
        }
    }
}

#[test]
fn commands_stand_in_blocks_that_are_called_so() {
    for document in documents() {
        for block in blocks(&document.text) {
            if let Some(command) = block.hidden_command() {
                let place = format!("{}:{}", document.path.display(), block.line);
                panic!(
                    "{place}: `{command}` is a command: the block is `sh`, not `{}`",
                    block.language
                );
            }
        }
    }
}

#[test]
fn what_the_gate_leaves_out_exists_and_is_named_with_its_reason() {
    let contributing = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("it is there");
    for (command, _) in LEFT_OUT {
        assert!(contributing.contains(command), "CONTRIBUTING.md says nothing of `{command}`");
        if let Some(task) = command.strip_prefix("cargo xtask ") {
            assert!(is_a_task(task), "there is no task `{task}`");
        }
    }
}

#[test]
fn what_documents_run_works_as_they_say() {
    let documents = documents();
    let played = documents.iter().filter(|document| play::play(&document.path, &document.text));
    assert!(played.count() > 0, "no document runs anything");
}

/// Whether xtask knows the task that begins `words`, up to a comment or what goes to the program.
fn is_a_task(words: &str) -> bool {
    let words = words.split(" #").next().expect("a split has a first part");
    let words = words.split(" -- ").next().expect("a split has a first part");
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask.args(words.split_whitespace()).arg("--help").stdout(Stdio::null()).stderr(Stdio::null());
    xtask.status().is_ok_and(|status| status.success())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository")
}

/// All documents people read: at the top, in `docs`, and one for each package.
fn documents() -> Vec<Document> {
    let mut folders = vec![root().to_owned(), root().join("docs"), root().join("docs/adr")];
    for group in [root().to_owned(), root().join("plugins")] {
        let entries = fs::read_dir(group).expect("a folder of the repository can be read");
        let folder = entries.map(|entry| entry.expect("an entry can be read").path());
        folders.extend(folder.filter(|folder| folder.join("Cargo.toml").exists()));
    }
    let files = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let paths = files.map(|file| file.expect("an entry can be read").path());
    let written = paths.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let read = |path: PathBuf| Document {
        text: fs::read_to_string(&path).expect("a document is text"),
        path,
    };
    written.map(read).collect()
}

/// The targets of links that stay in this repository.
fn local_links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://") && !target.starts_with('#'))
}

#[test]
fn links_are_found() {
    let text = "[a](docs/a.md#b), [c](https://example.org), [d](#e)";
    assert_eq!(local_links(text).collect::<Vec<_>>(), ["docs/a.md#b"]);
}

#[test]
fn a_task_that_does_not_exist_is_found() {
    assert!(is_a_task("sandbox -- --script docs/a.txt"));
    assert!(is_a_task("test reload # the tests about reloading"));
    assert!(!is_a_task("sandboxes"));
    assert!(!is_a_task("build --releases"));
}

#[test]
fn a_block_that_is_not_run_is_seen() {
    let unrun = |mark: &str| {
        let text = format!("```{mark}\nls\n```\n");
        blocks(&text).iter().any(Block::is_unrun_shell)
    };
    assert!(unrun("sh"));
    assert!(!unrun("sh run") && !unrun("rust") && !unrun("sh file=../a.sh"));
    assert_eq!(blocks("```sh run\nls\n```")[0].role, Role::Run);
}

#[test]
fn a_command_is_found_in_a_block_that_is_called_something_else() {
    let found = |marks: &str, line: &str| {
        let text = format!("```{marks}\nfirst\n{line}\n```\n");
        blocks(&text)[0].hidden_command().is_some()
    };
    for command in ["docker compose up", "$ ls", "  sudo reboot", "./lumina", "tar -xzf a.tar.gz"] {
        assert!(found("text", command) && found("", command) && found("console", command));
        assert!(!found("sh", command) && !found("text output", command), "{command}");
    }
    for output in ["mira #general> /ping", "lumina: ready", "dockers", "BOT_TOKEN=x", "$5"] {
        assert!(!found("text", output), "{output}");
    }
}
