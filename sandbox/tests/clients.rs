//! Unmodified discord.js and discord.py live in the simulated Discord as they do in the real one.
//!
//! A simulation that only our own bot understands would prove nothing. Both libraries connect,
//! register, answer, defer, edit, resume and meet a 429 here, and break no rule.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use lumina_sandbox::discord::{
    Answer, FormValue, GatewayEvent, InteractionId, Invocation, Place, RestFault, SimDiscord,
    SimDiscordOptions, Span, Target,
};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long a library may take for one step, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// Runs a tool, or says how to get it.
async fn run(program: &Path, arguments: &[&str], folder: &Path, hint: &str) {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(folder).output().await;
    let output = output.unwrap_or_else(|error| panic!("cannot run {program:?} ({error}): {hint}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program:?} {arguments:?} fails: {errors}\n{hint}");
}

/// Returns a folder for a client, made anew when what it is made of has changed.
///
/// `None` for the second value if it is ready; else the file to write when it is.
fn folder(name: &str, ingredients: &str) -> (PathBuf, Option<PathBuf>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let done = folder.join("made-of.txt");
    if std::fs::read_to_string(&done).is_ok_and(|made_of| made_of == ingredients) {
        return (folder, None);
    }
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    (folder, Some(done))
}

async fn node() -> Command {
    let hint = "install Node.js with `apt-get install nodejs npm`";
    let lock = include_str!("clients/package-lock.json");
    let (folder, done) = folder("discord-js", lock);
    if let Some(done) = done {
        for file in ["package.json", "package-lock.json"] {
            std::fs::copy(Path::new(SOURCES).join(file), folder.join(file)).unwrap();
        }
        run(Path::new("npm"), &["ci", "--no-audit", "--no-fund"], &folder, hint).await;
        std::fs::write(done, lock).unwrap();
    }
    // A module finds its packages beside itself, so it is copied each time.
    let script = folder.join("discord_js.mjs");
    std::fs::copy(Path::new(SOURCES).join("discord_js.mjs"), &script).unwrap();
    run(Path::new("node"), &["--version"], &folder, hint).await;
    let mut command = Command::new("node");
    command.arg(script);
    command
}

async fn python() -> Command {
    let hint = "install Python with `apt-get install python3 python3-venv`";
    let requirements = include_str!("clients/requirements.txt");
    let (folder, done) = folder("discord-py", requirements);
    let python = folder.join("venv/bin/python");
    if let Some(done) = done {
        run(Path::new("python3"), &["-m", "venv", "venv"], &folder, hint).await;
        let list = format!("{SOURCES}/requirements.txt");
        run(&python, &["-m", "pip", "install", "--quiet", "-r", &list], &folder, hint).await;
        std::fs::write(done, requirements).unwrap();
    }
    let mut command = Command::new(python);
    command.arg(format!("{SOURCES}/discord_py.py"));
    command
}

struct Library {
    discord: SimDiscord,
    lines: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Library {
    async fn start(mut command: Command) -> Library {
        let discord = SimDiscord::start(SimDiscordOptions::default()).await.unwrap();
        let api = discord.base().replace("/v10", "");
        let gateway = api.replace("http://", "ws://").replace("/api", "/");
        command.env("DISCORD_API", api).env("DISCORD_GATEWAY", gateway);
        command.env("DISCORD_TOKEN", discord.token());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Library { discord, lines, _process: process }
    }

    async fn says(&mut self, expected: &str) {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
        let line = line.unwrap_or_else(|_| panic!("it never says `{expected}`")).unwrap();
        assert_eq!(line.as_deref(), Some(expected));
    }

    fn run(&self, command: &str) -> InteractionId {
        self.discord.invoke(self.invocation(command)).unwrap()
    }

    fn invocation(&self, command: &str) -> Invocation {
        Invocation {
            user: self.discord.users()[1].id,
            place: Place::GuildChannel(self.discord.default_channel()),
            command: vec![command.to_owned()],
            options: Vec::new(),
            locale: None,
        }
    }

    /// Waits for the outcome; when there is none, prints what the library did instead.
    async fn answer(&self, interaction: InteractionId) -> Answer {
        let answer = self.discord.answer(interaction, PATIENCE).await;
        if !answer.is_final() || matches!(answer, Answer::NoAnswer) {
            panic!(
                "{answer:?}\n{:#?}\n{:#?}\n{:#?}",
                self.discord.violations(),
                self.discord.gateway_journal(),
                self.discord.journal().iter().rev().take(4).collect::<Vec<_>>(),
            );
        }
        answer
    }

    async fn text(&self, interaction: InteractionId) -> String {
        let answer = self.answer(interaction).await;
        let message = answer.message().unwrap_or_else(|| panic!("no message but {answer:?}"));
        message.content().to_owned()
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let wait = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let done = tokio::time::timeout(PATIENCE, wait).await;
    done.unwrap_or_else(|_| panic!("it never comes that {what}"));
}

async fn answers_and_edits(library: &Library) {
    assert_eq!(library.discord.commands(None).len(), 7);
    assert_eq!(library.text(library.run("ping")).await, "Pong!");
    let slow = library.run("slow");
    let Answer::Message(message) = library.answer(slow).await else { panic!() };
    assert_eq!((message.content(), message.history.len()), ("Done.", 2));
    assert!(message.is_ephemeral());
    until("the follow-up is there", || library.discord.followups(slow).len() == 1).await;
    let Answer::Message(message) = library.answer(library.run("file")).await else { panic!() };
    assert_eq!(message.body()["attachments"][0]["size"], 4);
}

async fn is_pressed_filled_in_and_typed_to(library: &Library) {
    let user = library.discord.users()[1].id;
    let Answer::Message(message) = library.answer(library.run("buttons")).await else { panic!() };
    let pressed = library.discord.press(message.id, &Target::Position(1), user).unwrap();
    assert_eq!(library.text(pressed).await, "Pressed");
    let form = library.run("form");
    let Answer::Modal(_) = library.answer(form).await else { panic!() };
    let values = [("title".to_owned(), FormValue::Text("Dune".to_owned()))];
    let sent = library.discord.submit_modal(form, &values).unwrap();
    assert_eq!(library.text(sent).await, "Got Dune");
    let mut typing = library.invocation("find");
    typing.options = vec![("query".to_owned(), json!("du"))];
    let typed = library.discord.autocomplete(typing, "query").unwrap();
    let Answer::Choices(choices) = library.answer(typed).await else { panic!() };
    assert_eq!(choices[0]["name"], "du!");
}

async fn meets_a_429(library: &Library) {
    let span = Duration::from_millis(200);
    let faults = library.discord.faults();
    let path = format!("/channels/{}/messages", library.discord.default_channel());
    faults.rest_at(&path, RestFault::SharedLimit(span), Span::Requests(1));
    assert_eq!(library.text(library.run("say")).await, "Done.");
    let tries = library.discord.journal();
    let tries = tries.iter().filter(|entry| entry.path.ends_with("/messages"));
    let statuses: Vec<u16> = tries.map(|entry| entry.status).collect();
    assert_eq!(statuses, [429, 200]);
}

async fn resumes(library: &mut Library) {
    library.discord.drop_connections();
    library.says("resumed").await;
    let events = library.discord.gateway_journal();
    let connected =
        |event: &GatewayEvent| *event == GatewayEvent::Connected { at_resume_url: true };
    assert!(events.iter().any(|entry| connected(&entry.event)));
    let identified = |event: &GatewayEvent| matches!(event, GatewayEvent::Identified { .. });
    assert_eq!(events.iter().filter(|entry| identified(&entry.event)).count(), 1);
    assert_eq!(library.text(library.run("ping")).await, "Pong!");
}

async fn lives_here(command: Command) {
    let mut library = Library::start(command).await;
    library.says("ready").await;
    answers_and_edits(&library).await;
    is_pressed_filled_in_and_typed_to(&library).await;
    meets_a_429(&library).await;
    resumes(&mut library).await;
    assert_eq!(library.discord.violations(), []);
    assert_eq!(library.discord.document_mismatches(), [] as [String; 0]);
}

#[tokio::test]
async fn discord_js_lives_in_the_simulated_discord() {
    lives_here(node().await).await;
}

#[tokio::test]
async fn discord_py_lives_in_the_simulated_discord() {
    lives_here(python().await).await;
}
