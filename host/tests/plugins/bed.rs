//! A loader with a folder of plugin files, and a host that remembers what it is told.

use futures_util::future::BoxFuture;
use lumina_host::{
    clock::Clock,
    plugins::{
        CallError, Caller, Change, HostSide, LogLine, PluginLimits, PluginStatus, Plugins,
        PluginsOptions, Refusal, Registry, State,
    },
    texts::{Texts, Told},
};
use lumina_plugin_api::{
    descriptor::Descriptor,
    error::Error,
    interaction::CommandCall,
    message::{Request, Response},
    reply::Reply,
    text::Text,
};
use serde_json::Value;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Longer than anything here takes on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Where tests look for a mode in a library, and how long modes are.
const MODE_MARK: &[u8] = b"lumina fixture mode is: ";
const MODE_BYTES: usize = 16;

/// What the service `discord` answers: how fast Discord is.
const LATENCY: &[u8] =
    include_bytes!("../../../plugin-api/tests/messages/discord_latency_answer.json");

/// Tests that count threads and descriptors run alone.
static COMPANY: LazyLock<RwLock<()>> = LazyLock::new(RwLock::default);

#[expect(dead_code, reason = "held, not read")]
enum Turn {
    InCompany(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

/// The bed.
pub struct Bed {
    pub plugins: Arc<Plugins>,
    pub side: Arc<Side>,
    pub clock: Clock,
    pub folder: TempDir,
    _turn: Turn,
}

/// What the host was told.
#[derive(Default)]
pub struct Side {
    pub lines: Mutex<Vec<String>>,
    pub events: Mutex<Vec<String>>,
    pub refuse: Mutex<Option<String>>,
    /// What the host panics at.
    pub panic_at: Mutex<Option<&'static str>>,
    /// How often services were asked.
    pub n_asked: AtomicUsize,
}

impl Bed {
    /// Makes a bed beside others, with short bounds.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// Makes a bed whose bounds differ.
    pub async fn with(change: impl FnOnce(&mut PluginLimits)) -> Self {
        let turn = Turn::InCompany(COMPANY.read().await);
        Self::make(turn, change)
    }

    /// Makes a bed while no other test runs.
    pub async fn alone() -> Self {
        let turn = Turn::Alone(COMPANY.write().await);
        Self::make(turn, |_| {})
    }

    fn make(turn: Turn, change: impl FnOnce(&mut PluginLimits)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("plugins")).unwrap();
        let probe_program = counting_program(folder.path());
        let (side, clock) = (Arc::new(Side::default()), Clock::start());
        let mut limits = PluginLimits::default();
        change(&mut limits);
        let plugins = Plugins::open(PluginsOptions {
            directories: vec![folder.path().join("plugins")],
            shadow_dir: folder.path().join("shadow"),
            hung_note: folder.path().join("hung"),
            probe_program,
            clock: clock.clone(),
            host: side.clone(),
            limits,
        });
        Self { plugins: plugins.unwrap(), side, clock, folder, _turn: turn }
    }

    /// Returns where the file of a plugin lies.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("plugins").join(name).with_extension("so")
    }

    /// Installs bytes as a plugin.
    pub fn install_bytes(&self, name: &str, bytes: &[u8]) {
        let aside = self.folder.path().join("aside");
        fs::write(&aside, bytes).unwrap();
        fs::rename(aside, self.file(name)).unwrap();
    }

    /// Installs a fixture under a name.
    pub fn install(&self, name: &str, fixture: &str) {
        self.install_bytes(name, &library(fixture));
    }

    /// Installs the hostile plugin in a mode.
    pub fn install_hostile(&self, mode: &str) {
        self.install_bytes("hostile", &hostile(mode));
    }

    /// Returns how a plugin stands.
    pub fn status(&self, name: &str) -> PluginStatus {
        self.plugins.registry().status(name).expect("the plugin is known")
    }

    /// Loads a plugin that must load.
    pub async fn load(&self, name: &str) -> Change {
        self.plugins.load(name).await.unwrap_or_else(|refusal| panic!("{}", said(&refusal)))
    }

    /// Reloads a plugin that must reload.
    pub async fn reload(&self, name: &str) -> Change {
        self.plugins.reload(name).await.unwrap_or_else(|refusal| panic!("{}", said(&refusal)))
    }

    /// Unloads a plugin that must unload.
    pub async fn unload(&self, name: &str) -> Change {
        self.plugins.unload(name).await.unwrap_or_else(|refusal| panic!("{}", said(&refusal)))
    }

    /// Calls a command of a plugin; returns the text of the answer.
    pub async fn call(&self, plugin: &str, command: &str) -> Result<String, CallError> {
        self.call_with(plugin, command, &[]).await
    }

    /// Calls a command with options.
    pub async fn call_with(
        &self,
        plugin: &str,
        command: &str,
        options: &[(&str, &str)],
    ) -> Result<String, CallError> {
        let registry = self.plugins.registry();
        let plugin = registry.plugin(plugin).expect("the plugin serves");
        text(plugin.call(&request(command, options), PATIENCE).await?.response)
    }

    /// Returns what of this bed is mapped into the process.
    pub fn mapped(&self) -> usize {
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let folder = self.folder.path().to_str().unwrap();
        maps.lines().filter(|line| line.contains(folder)).count()
    }

    /// Returns how many threads of a plugin there are, of whatever bed.
    pub fn threads_of(&self, plugin: &str) -> usize {
        let threads = fs::read_dir("/proc/self/task").unwrap().flatten();
        let names =
            threads.filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok());
        names.filter(|name| name.trim_end().ends_with(&format!("-{plugin}"))).count()
    }

    /// Returns how many working copies are left.
    pub fn shadows(&self) -> usize {
        self.shadow_files().len()
    }

    /// Returns the working copies that are left.
    pub fn shadow_files(&self) -> Vec<PathBuf> {
        let folders = self.folder.path().join("shadow").read_dir().unwrap();
        let folders = folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
        let files = folders.flat_map(|folder| folder.read_dir().unwrap());
        files.map(|entry| entry.unwrap().path()).collect()
    }

    /// Returns how many libraries were tried in a process of their own.
    pub fn trials(&self) -> usize {
        fs::read_to_string(self.folder.path().join("trials")).unwrap_or_default().lines().count()
    }

    /// Makes a named pipe.
    pub fn pipe(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path.to_str().unwrap().to_owned()
    }

    /// Waits until something holds.
    pub async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !holds(self) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
    }

    /// Waits until nothing of a plugin is left that an end gives back.
    pub async fn until_given_back(&self) {
        self.until("everything is given back", |bed| bed.mapped() == 0 && bed.shadows() == 0).await;
    }
}

impl Side {
    /// Whether a line of the log holds these words.
    pub fn logged(&self, words: &str) -> bool {
        self.lines.lock().unwrap().iter().any(|line| line.contains(words))
    }

    fn may_panic(&self, at: &str) {
        let panics = *self.panic_at.lock().unwrap() == Some(at);
        assert!(!panics, "the host panicked");
    }

    /// Returns which copies began to serve and which ended, in order.
    pub fn events(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }

    fn note(&self, what: &str, caller: &Caller) {
        self.may_panic(what);
        let event = format!("{what} {} {}", caller.plugin, caller.generation);
        self.events.lock().unwrap().push(event);
    }
}

impl HostSide for Side {
    fn log(&self, line: LogLine<'_>) {
        let LogLine { plugin, target, message, .. } = line;
        self.lines.lock().unwrap().push(format!("{plugin} {target}: {message}"));
    }

    fn service(
        &self,
        caller: Caller,
        name: String,
        request: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, Error>> {
        self.n_asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            match name.as_str() {
                "echo" => Ok(request),
                "discord" => Ok(LATENCY.to_vec()),
                "lists" => Ok(stored_answer(&request)),
                "panic" => panic!("a service panicked"),
                "second-copy" if caller.generation > 1 => Ok(request),
                _ => std::future::pending().await,
            }
        })
    }

    fn admit(&self, _descriptor: &Descriptor, others: &Registry) -> Result<(), Text> {
        assert!(others.plugin(&_descriptor.name).is_none(), "others are others");
        self.may_panic("admitting");
        self.refuse.lock().unwrap().clone().map_or(Ok(()), |why| Err(Text::from(why)))
    }

    fn serving(&self, caller: &Caller) {
        self.note("serving", caller);
    }

    fn ended(&self, caller: &Caller) {
        self.note("ended", caller);
    }
}

/// Returns what is stored as the answer of the lists to a request of this kind.
fn stored_answer(request: &[u8]) -> Vec<u8> {
    let request: Value = serde_json::from_slice(request).unwrap();
    let kind = request.as_object().unwrap().keys().next().unwrap();
    let name = match kind.as_str() {
        "set_visibility" => return b"null".to_vec(),
        kind => format!("lists_answer_{kind}.json"),
    };
    fs::read(messages().join(name)).unwrap()
}

/// Returns where the bytes of all messages are stored.
pub fn messages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugin-api/tests/messages")
}

/// Returns a program that does as `lumina` does and counts how often.
fn counting_program(folder: &Path) -> PathBuf {
    let (program, trials) = (folder.join("lumina"), folder.join("trials"));
    let lumina = env!("CARGO_BIN_EXE_lumina");
    let script = format!("#!/bin/sh\necho >> '{}'\nexec '{lumina}' \"$@\"\n", trials.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    program
}

/// Returns how many descriptors this process has open.
pub fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Returns a request for a command.
pub fn request(command: &str, options: &[(&str, &str)]) -> Request {
    let mut call = CommandCall::default();
    command.clone_into(&mut call.name);
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    call.raw_options = options.collect();
    Request::Command(Box::new(call))
}

/// Returns the text of an answer.
pub fn text(response: Response) -> Result<String, CallError> {
    let Response::Reply(reply) = response else { panic!("no reply: {response:?}") };
    let Reply::Message { message, .. } = *reply else { panic!("no message: {reply:?}") };
    match message.content {
        Text::Literal(words) => Ok(words),
        other => panic!("no plain text: {other:?}"),
    }
}

/// Returns what the owner reads of a refusal: the reason with its whole chain, and what still serves.
pub fn sentence(result: Result<Change, Refusal>) -> String {
    said(&result.expect_err("it is refused"))
}

/// Returns what the owner reads below what was done.
pub fn notes(change: &Change) -> Vec<String> {
    change.notes.iter().map(|note| Texts::default().say(note, "en-US")).collect()
}

fn said(refusal: &Refusal) -> String {
    Texts::default().say(&refusal.text(), "en-US")
}

/// Returns the reason why a plugin failed.
pub fn failure(status: &PluginStatus) -> String {
    assert_eq!(status.state, State::Failed);
    last_failure(status)
}

/// Returns the reason of the last load or reload that failed.
pub fn last_failure(status: &PluginStatus) -> String {
    let failure = status.last_failure.as_ref().expect("something has failed");
    Texts::default().say(&failure.text(), "en-US")
}

/// Returns the bytes of a fixture.
pub fn library(name: &str) -> Vec<u8> {
    let path = layout().join("fixtures").join(name).with_extension("so");
    fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; build it with `cargo xtask build --fixtures`", path.display())
    })
}

/// Returns the bytes of the hostile plugin in a mode.
pub fn hostile(mode: &str) -> Vec<u8> {
    let mut bytes = library("hostile");
    let at = find(&bytes, MODE_MARK).expect("the fixture has a mode") + MODE_MARK.len();
    let padded = format!("{mode:MODE_BYTES$}");
    bytes[at..at + MODE_BYTES].copy_from_slice(padded.as_bytes());
    bytes
}

/// Returns where `needle` stands.
pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[expect(clippy::disallowed_methods, reason = "how the gate says where the fixtures are")]
fn layout() -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/lumina/debug");
    std::env::var_os("LUMINA_LAYOUT").map_or(default, PathBuf::from)
}
