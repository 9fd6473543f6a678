//! A newcomer's way through docs/operating.md: its blocks marked `newcomer` are typed as they stand, below
//! an archive fresh from `cargo xtask dist`, with a Discord and a TheTVDB of this machine behind them.
//! What the document says in words is done in between.

use lumina_sandbox::{
    session::{Session, SessionOptions},
    tvdb::API_KEY,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::LazyLock,
    time::Duration,
};
use tempfile::TempDir;

#[path = "newcomer/document.rs"]
mod document;
#[path = "transcripts/layout.rs"]
mod layout;

use document::{blocks_below, commands_in_table, local_links, n_blocks, paths_below};

/// The line that starts the bot; it is typed last in a block, because it does not return.
const START: &str = "./lumina";
/// What the line holds after which the settings are filled in.
const FILL_IN: &str = "# fill in";
/// The lists of the bot that Lumina succeeds.
const FORMER: &[u8] = include_bytes!("tracker/original.db");
/// What the program ends with where settings are missing.
const WRONG_SETTINGS: i32 = 78;
/// How often, and how far apart, it is asked whether the bot serves.
const LOOKS_MAX: u32 = 600;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// Variables that cargo sets for this test and a reader's shell does not have.
const OF_THIS_PACKAGE: [&str; 6] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
    "LD_LIBRARY_PATH",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_newcomer_types_works_as_the_documents_say() {
    let archive = ARCHIVE.as_path();
    let mut newcomer = Newcomer::with(archive).await;
    let install = blocks_below("By hand").pop().expect("it says how to install");
    newcomer.types(&install);
    newcomer.until_serving().await;
    newcomer.session.line("/search query:\"dune harbor\"").await;
    newcomer.session.line("button 1").await;
    newcomer.sees_the_list().await;
    newcomer.looks_after_it();

    let was_broken = newcomer.at.join("plugins/profile.so");
    fs::write(&was_broken, "an older version").expect("it can be written");
    let [update, go_back]: [String; 2] =
        blocks_below("Update").try_into().expect("it says how to update and how to go back");
    newcomer.types(&update);
    newcomer.restarts().await;
    newcomer.sees_the_list().await;
    newcomer.loses_the_list_after_a_copy().await;
    newcomer.types(&go_back);
    // Whoever types it again loses nothing either.
    newcomer.types(&go_back);
    for aside in ["lumina.db", "lumina.db-wal", "lumina.db.~1~"] {
        assert!(newcomer.at.join("data/newer").join(aside).exists(), "{aside} is gone");
    }
    newcomer.types(START);
    newcomer.until_serving().await;
    newcomer.sees_the_list().await;

    let [back_up, restore]: [String; 2] =
        blocks_below("Back up and move").try_into().expect("it says how to do both");
    newcomer.ends();
    newcomer.types(&back_up);
    newcomer.moves(archive);
    let unpack: Vec<&str> = install.lines().take_while(|line| !line.contains(FILL_IN)).collect();
    newcomer.types(&unpack.join("\n"));
    newcomer.brings_settings();
    newcomer.types(&restore);
    newcomer.types(START);
    newcomer.until_serving().await;
    newcomer.sees_the_list().await;
    newcomer.ends();

    fs::write(newcomer.home.path().join("elsewhere/old.db"), FORMER).expect("it can be written");
    newcomer.types(&blocks_below("From the bot that Lumina succeeds").pop().expect("it says how"));
    newcomer.types(START);
    newcomer.until_serving().await;
    newcomer.sees_the_list().await;
    newcomer.ends();
    assert_eq!(n_blocks(), 6, "a block for newcomers is not typed here");
}

#[test]
fn what_the_documents_name_in_opt_lies_in_the_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(ARCHIVE.as_path()).args(["--strip-components", "1"]);
    assert!(tar.current_dir(folder.path()).status().expect("there is `tar`").success());
    let named = paths_below("/opt/lumina/");
    assert!(named.len() > 3, "{named:?}");
    for path in named {
        assert!(folder.path().join(&path).exists(), "`{path}` is not in the archive");
    }
    for document in documents_in(folder.path()) {
        let text = fs::read_to_string(&document).expect("a document is text");
        let beside = document.parent().expect("it lies in the archive");
        for target in local_links(&text) {
            let there = beside.join(target).exists();
            assert!(there, "{}: `{target}` is not in the archive", document.display());
        }
    }
}

/// The documents of the archive: at its top and in `docs`.
fn documents_in(archive: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = [archive.to_owned(), archive.join("docs")].map(fs::read_dir).into_iter();
    let paths = entries.flat_map(|entries| entries.expect("a folder of the archive"));
    let paths = paths.map(|entry| entry.expect("an entry can be read").path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "md"))
}

/// Where the archive lies, packed once for all tests.
static ARCHIVE: LazyLock<PathBuf> = LazyLock::new(packed);

#[expect(clippy::disallowed_methods, reason = "what cargo inherits is no setting of ours")]
fn packed() -> PathBuf {
    let mut cargo = Command::new("cargo");
    for (name, _) in env::vars_os() {
        if OF_THIS_PACKAGE.iter().any(|part| name.to_string_lossy().starts_with(part)) {
            cargo.env_remove(name);
        }
    }
    let output = cargo.args(["xtask", "dist", "--debug"]).output().expect("there is cargo");
    assert!(output.status.success(), "{}", said(&output));
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// Someone who has the document and the archive.
struct Newcomer {
    bot: Option<Child>,
    session: Session,
    /// The folder in which the next line is typed.
    at: PathBuf,
    /// The folder that was moved from.
    before: PathBuf,
    home: TempDir,
}

impl Newcomer {
    async fn with(archive: &Path) -> Self {
        let options = SessionOptions::of_layout(&layout::layout());
        let session = Session::without_host(options).await.expect("the sandbox starts");
        let home = tempfile::tempdir().expect("a folder");
        let at = home.path().join("here");
        let newcomer = Self { bot: None, session, before: at.clone(), at, home };
        newcomer.downloads(archive);
        newcomer
    }

    fn downloads(&self, archive: &Path) {
        fs::create_dir(&self.at).expect("a folder can be made");
        let checksum = PathBuf::from(format!("{}.sha256", archive.display()));
        for file in [archive, &checksum] {
            let name = file.file_name().expect("a file has a name");
            fs::copy(file, self.at.join(name)).expect("it was packed");
        }
    }

    /// Types the lines of a block, each of which must work.
    fn types(&mut self, block: &str) {
        for line in block.lines() {
            if line == START {
                self.starts();
                continue;
            }
            let output = self.line(line);
            assert!(output.status.success(), "`{line}`: {}", said(&output));
            if line.contains(FILL_IN) {
                self.fills_in(line);
            }
        }
    }

    fn line(&mut self, line: &str) -> Output {
        let mut shell = self.prepared(Command::new("bash"));
        // Where a line has gone to is where the next one is typed.
        let where_to = self.home.path().join("where");
        let script = format!("trap 'pwd > \"$0\"' EXIT\n{line}");
        shell.args(["-euo", "pipefail", "-c", &script]).arg(&where_to);
        let output = shell.output().expect("there is `bash`");
        let gone_to = fs::read_to_string(&where_to).expect("the shell has written it");
        self.at = PathBuf::from(gone_to.trim_end());
        output
    }

    /// Prepares what is run as in a shell that knows nothing but where Discord and TheTVDB are.
    #[expect(
        clippy::disallowed_methods,
        reason = "programs are found where they were found before"
    )]
    fn prepared(&self, mut command: Command) -> Command {
        let paths = env::vars_os().filter(|(name, _)| name == "PATH");
        command.env_clear().envs(paths);
        command.env("DISCORD_API_BASE", self.session.discord().base());
        command.env("TVDB_API_BASE", self.session.tvdb().base());
        command.current_dir(&self.at);
        command
    }

    /// Writes the settings that a line names into `.env`. Before that they are what is missing.
    fn fills_in(&mut self, line: &str) {
        let checked = self.line("./lumina check");
        assert_eq!(checked.status.code(), Some(WRONG_SETTINGS), "{}", said(&checked));
        let path = self.at.join(".env");
        let mut settings = fs::read_to_string(&path).expect("a line has made it");
        for (name, value) in
            [("BOT_TOKEN", self.session.discord().token()), ("TVDB_API_KEY", API_KEY)]
        {
            assert!(line.contains(name), "`{line}` does not say `{name}`");
            assert!(said(&checked).contains(&format!("{name} is not set")), "{}", said(&checked));
            settings = settings.replace(&format!("{name}=\n"), &format!("{name}={value}\n"));
        }
        fs::write(&path, settings).expect("it can be written");
    }

    fn starts(&mut self) {
        let mut bot = self.prepared(Command::new(START));
        bot.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.bot = Some(bot.spawn().expect("it can be run"));
    }

    async fn until_serving(&mut self) {
        for _ in 0..LOOKS_MAX {
            let is_healthy = self.line("./lumina health").status.success();
            if is_healthy && !self.session.discord().commands(None).is_empty() {
                return;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        panic!("it does not serve: {}", said(&self.line("./lumina health")));
    }

    /// Ends the bot as a service manager does.
    fn ends(&mut self) {
        let mut bot = self.bot.take().expect("it runs");
        let kill = ["-c", "kill \"$0\"", &bot.id().to_string()];
        assert!(Command::new("sh").args(kill).status().expect("there is a shell").success());
        assert!(bot.wait().expect("it was started here").success());
    }

    async fn restarts(&mut self) {
        self.ends();
        self.starts();
        self.until_serving().await;
    }

    /// Leaves a copy beside the database as an update does, takes the list off, and kills the bot, whose
    /// journal stays.
    async fn loses_the_list_after_a_copy(&mut self) {
        self.ends();
        let database = self.at.join("data/lumina.db");
        fs::copy(&database, self.at.join("data/lumina.db.before-1")).expect("it is there");
        self.starts();
        self.until_serving().await;
        self.session.line("/search query:\"dune harbor\"").await;
        self.session.line("button 1").await;
        let shown = self.session.line("/profile").await;
        assert!(!shown.contains("Dune Harbor"), "{shown}");
        let mut bot = self.bot.take().expect("it runs");
        bot.kill().expect("it runs");
        bot.wait().expect("it was started here");
        assert!(self.at.join("data/lumina.db-wal").exists(), "it left its journal");
    }

    async fn sees_the_list(&mut self) {
        let shown = self.session.line("/profile").await;
        assert!(shown.contains("Dune Harbor"), "{shown}");
    }

    /// Types each command of the table while the bot runs.
    fn looks_after_it(&mut self) {
        let commands = commands_in_table("Look after it");
        assert!(commands.len() > 3, "{commands:?}");
        for command in commands {
            let output = self.line(&format!("./{command}"));
            // It is for data that no running bot uses.
            let is_refused = command == "lumina adopt";
            assert_eq!(output.status.success(), !is_refused, "`{command}`: {}", said(&output));
        }
    }

    /// Goes to a folder elsewhere with the archive and what was backed up.
    fn moves(&mut self, archive: &Path) {
        self.before = self.at.clone();
        self.at = self.home.path().join("elsewhere");
        self.downloads(archive);
        let backup = "data.tar.gz";
        let from = self.before.with_file_name(backup);
        fs::rename(from, self.at.join(backup)).expect("it was backed up");
    }

    fn brings_settings(&self) {
        fs::copy(self.before.join(".env"), self.at.join(".env")).expect("they were filled in");
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        if let Some(bot) = &mut self.bot {
            // One that has ended already is what is wanted.
            let _ = bot.kill();
            let _ = bot.wait();
        }
    }
}
