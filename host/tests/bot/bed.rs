//! A Discord, a TheTVDB, and a host between them.

use lumina_sandbox::{
    discord::{
        Answer, InteractionId, Invocation, Message, MessageId, Place, SimDiscord,
        SimDiscordOptions, Target, UserId,
    },
    host::{HostOptions, HostProcess},
    outside::Outside,
    tvdb::{SimTvdb, TvdbOptions},
};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Longer than anything here takes on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How far time moves at once: far less than the half second between the defer and its end.
const STEP: Duration = Duration::from_millis(50);
/// Half a minute and more.
const STEPS_MAX: usize = 1_000;
/// The real time that the host gets for each step.
const BETWEEN_STEPS: Duration = Duration::from_millis(25);

/// Less than the age at which the host defers; the rest passes by itself.
const NOT_YET_DEFERRED: Duration = Duration::from_millis(1_300);
/// Discord's flag of a message that says that somebody is thinking.
const LOADING: u64 = 1 << 7;

/// The bed. The host is killed with it.
pub struct Bed {
    pub discord: SimDiscord,
    pub tvdb: SimTvdb,
    pub outside: Outside,
    pub folder: TempDir,
    pub host: Option<HostProcess>,
    /// What is started: the host, or something that starts it.
    pub program: PathBuf,
    _turn: Turn,
}

/// A test with thousands of users runs alone: the others would be answered too late.
static COMPANY: LazyLock<RwLock<()>> = LazyLock::new(RwLock::default);

#[expect(dead_code, reason = "held, not read")]
enum Turn {
    InCompany(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

impl Bed {
    /// Starts everything with the fixture installed.
    pub async fn new() -> Self {
        // Tests restart the host faster than a new process may know that it may identify.
        let options = SimDiscordOptions { identify_interval_ms: 0, ..SimDiscordOptions::default() };
        let mut bed = Self::without_host(options).await;
        bed.start(&[]).await;
        bed
    }

    /// Makes a bed whose host is not started yet.
    pub async fn without_host(options: SimDiscordOptions) -> Self {
        Self::make(Turn::InCompany(COMPANY.read().await), options).await
    }

    /// Makes a bed while no other test runs, whose host is not started yet.
    pub async fn alone(options: SimDiscordOptions) -> Self {
        Self::make(Turn::Alone(COMPANY.write().await), options).await
    }

    async fn make(turn: Turn, options: SimDiscordOptions) -> Self {
        let clock = options.clock.clone();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("plugins")).unwrap();
        let bed = Self {
            discord: SimDiscord::start(options).await.unwrap(),
            tvdb: SimTvdb::start(TvdbOptions { clock, ..TvdbOptions::default() }).await.unwrap(),
            outside: Outside::start().await.unwrap(),
            folder,
            host: None,
            program: PathBuf::from(env!("CARGO_BIN_EXE_lumina")),
            _turn: turn,
        };
        bed.install("answers");
        bed
    }

    /// Starts everything with these fixtures beside the usual one.
    pub async fn with(fixtures: &[&str]) -> Self {
        let mut bed = Self::without_host(SimDiscordOptions::default()).await;
        for name in fixtures {
            bed.install(name);
        }
        bed.start(&[]).await;
        bed
    }

    /// Installs a fixture.
    pub fn install(&self, name: &str) {
        self.install_bytes(name, &std::fs::read(library("fixtures", name)).unwrap());
    }

    /// Installs a plugin of Lumina's own.
    pub fn install_plugin(&self, name: &str) {
        self.install_bytes(name, &std::fs::read(library("plugins", name)).unwrap());
    }

    /// Installs bytes as a plugin.
    pub fn install_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.path().join("plugins").join(name).with_extension("so");
        std::fs::write(path, bytes).unwrap();
    }

    fn options(&self, extra: &[(&str, &str)]) -> HostOptions<'_> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        HostOptions {
            program: self.program.clone(),
            data_dir: self.folder.path().join("data"),
            plugin_dirs: vec![self.folder.path().join("plugins")],
            discord: &self.discord,
            tvdb: &self.tvdb,
            outside: &self.outside,
            extra_env: extra.iter().map(own).collect(),
        }
    }

    /// Starts the host and waits until it serves.
    pub async fn start(&mut self, extra: &[(&str, &str)]) {
        let host = HostProcess::start(self.options(extra)).await.unwrap();
        self.host = Some(host);
    }

    /// Starts the host and waits for nothing.
    pub fn spawn(&self, extra: &[(&str, &str)]) -> HostProcess {
        HostProcess::spawn(self.options(extra)).unwrap()
    }

    /// Starts another host with the same token and other data, and waits for nothing.
    pub fn spawn_another(&self) -> HostProcess {
        let data_dir = self.folder.path().join("other-data");
        HostProcess::spawn(HostOptions { data_dir, ..self.options(&[]) }).unwrap()
    }

    /// Asks the host to end, and waits for it.
    pub async fn stop(&mut self) -> std::process::ExitStatus {
        self.host.take().expect("the host runs").stop().await.unwrap()
    }

    /// Returns a person by name.
    pub fn person(&self, name: &str) -> UserId {
        self.discord.user_named(name).expect("a default person").id
    }

    /// Returns the first channel of the first guild.
    pub fn channel(&self) -> Place {
        Place::GuildChannel(self.discord.default_channel())
    }

    /// Runs a command in the first channel.
    pub fn invoke(&self, who: &str, command: &str, options: &[(&str, Value)]) -> InteractionId {
        self.invoke_in(self.channel(), who, command, options)
    }

    /// Runs a command somewhere.
    pub fn invoke_in(
        &self,
        place: Place,
        who: &str,
        command: &str,
        options: &[(&str, Value)],
    ) -> InteractionId {
        let own = |(name, value): &(&str, Value)| ((*name).to_owned(), value.clone());
        let invocation = Invocation {
            user: self.person(who),
            place,
            command: command.split(' ').map(str::to_owned).collect(),
            options: options.iter().map(own).collect(),
            locale: None,
        };
        let sent = self.discord.invoke(invocation);
        sent.unwrap_or_else(|refusal| panic!("{refusal}\n{}", self.log()))
    }

    /// Runs `/answer` as the owner and waits for what comes of it.
    pub async fn answer(&self, how: &str) -> Message {
        self.shown(self.invoke("mira", "answer", &[("how", how.into())])).await
    }

    /// Presses a button of a message.
    pub fn press(&self, who: &str, message: MessageId, button: usize) -> InteractionId {
        let button = Target::Position(button);
        self.discord.press(message, &button, self.person(who)).unwrap()
    }

    /// Waits in real time until an interaction has come to something.
    pub async fn outcome(&self, interaction: InteractionId) -> Answer {
        self.discord.answer(interaction, PATIENCE).await
    }

    /// Waits in real time for a message.
    pub async fn shown(&self, interaction: InteractionId) -> Message {
        let answer = self.outcome(interaction).await;
        answer
            .message()
            .cloned()
            .unwrap_or_else(|| panic!("no message: {answer:?}\n{}", self.log()))
    }

    /// Moves time forward until an interaction has come to its end.
    pub async fn settled(&self, interaction: InteractionId) -> Answer {
        let is_over = |bed: &Self| bed.discord.answer_now(interaction).is_final();
        self.as_time_passes("the interaction settles", is_over).await;
        self.discord.answer_now(interaction)
    }

    /// Waits until an interaction is deferred; returns its age at that moment.
    pub async fn deferred_at_ms(&self, interaction: InteractionId) -> u64 {
        let host = self.host.as_ref().expect("the host runs");
        host.advance(NOT_YET_DEFERRED).await.unwrap();
        let message = |bed: &Self| bed.discord.answer_now(interaction).message().cloned();
        self.until("it is deferred", |bed| message(bed).is_some()).await;
        let first = message(self).expect("seen just now").history.swap_remove(0);
        assert!(
            first.body["flags"].as_u64().is_some_and(|flags| flags & LOADING != 0),
            "{first:?}"
        );
        first.at_ms - interaction.born_ms()
    }

    /// Moves time forward until something holds.
    pub async fn as_time_passes(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        self.in_steps_of(STEP, what, holds).await;
    }

    /// Moves time forward in steps until something holds.
    pub async fn in_steps_of(&self, step: Duration, what: &str, holds: impl Fn(&Self) -> bool) {
        let host = self.host.as_ref().expect("the host runs");
        for _ in 0..STEPS_MAX {
            if holds(self) {
                return;
            }
            host.advance(step).await.unwrap();
            tokio::time::sleep(BETWEEN_STEPS).await;
        }
        panic!("never: {what}\n{}", self.log());
    }

    /// Waits until something holds.
    pub async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !holds(self) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
    }

    /// Checks that the bot broke none of Discord's rules.
    pub fn is_clean(&self) {
        let violations = self.discord.violations();
        assert!(violations.is_empty(), "{violations:#?}\n{}", self.log());
    }

    /// Returns what the host has written.
    pub fn log(&self) -> String {
        self.host.as_ref().map(|host| host.log().tail(10_000).join("\n")).unwrap_or_default()
    }
}

/// Returns all that a person reads in a message.
pub fn text_of(message: &Message) -> String {
    let embeds = message.embeds().iter().map(ToString::to_string);
    std::iter::once(message.content().to_owned()).chain(embeds).collect::<Vec<_>>().join("\n")
}

/// Returns where a built library lies.
pub fn library(folder: &str, name: &str) -> PathBuf {
    let path = layout().join(folder).join(name).with_extension("so");
    assert!(path.exists(), "build {} with `cargo xtask build --fixtures`", path.display());
    path
}

#[expect(clippy::disallowed_methods, reason = "how the gate says where the fixtures are")]
pub fn layout() -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/lumina/debug");
    std::env::var_os("LUMINA_LAYOUT").map_or(default, PathBuf::from)
}
