//! The real host as a process of its own, pointed at the simulated services.
//!
//! It gets exactly the settings named here: nothing of the environment of whoever runs the sandbox
//! reaches it, so that a token or a proxy set there changes nothing.

mod clock_socket;
mod log;
pub mod settings;

pub use log::{HostLog, LINE_BYTES_MAX, LogMark};

use crate::{
    clock::SimClock,
    discord::{GatewayEvent, SimDiscord},
    outside::Outside,
    tvdb::SimTvdb,
};
use anyhow::{Context as _, Result, bail};
use clock_socket::ClockSocket;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    process::{Child, Command},
    task::JoinHandle,
};

/// How long a host may take from its start to its commands being there.
pub const READY_WITHIN: Duration = Duration::from_secs(60);

/// How long a host may take to end when it is asked to.
pub const STOP_WITHIN: Duration = Duration::from_secs(30);

/// How long a host may take to move its clock.
const CLOCK_WITHIN: Duration = Duration::from_secs(5);

/// How often it is looked whether the host is ready.
const READY_POLL: Duration = Duration::from_millis(10);

/// How long the host may take to measure the way to Discord after it is ready.
const MEASURED_WITHIN: Duration = Duration::from_secs(5);

/// What the host writes once it knows the ids of its commands: it registered them, or found them right.
const REGISTERED: [&str; 2] = ["registered the commands", "Discord has the commands already"];

/// Log lines shown when a host does not start.
const LOG_LINES_SHOWN: usize = 20;

/// Time is moved in steps, so that what is due in between happens in its order.
const STEP: Duration = Duration::from_millis(250);

/// Steps at most; a longer way is walked in longer steps.
const STEPS_MAX: u32 = 240;

/// The real time between two steps, in which the host acts on what has become due.
const BETWEEN_STEPS: Duration = Duration::from_millis(2);

/// The real time before the first step, so that no request that is under way runs into its timeout.
const BEFORE_STEPS: Duration = Duration::from_millis(25);

/// What the host writes of a plugin that it could not load.
const NOT_LOADED: &str = "was not loaded: ";

/// What a host is started with.
pub struct HostOptions<'a> {
    /// The program `lumina`.
    pub program: PathBuf,
    /// The folder for its data; it may exist.
    pub data_dir: PathBuf,
    /// The folders with plugins, in order.
    pub plugin_dirs: Vec<PathBuf>,
    /// Its Discord.
    pub discord: &'a SimDiscord,
    /// Its TheTVDB.
    pub tvdb: &'a SimTvdb,
    /// Its outside world.
    pub outside: &'a Outside,
    /// Settings that come on top and win over those made here.
    pub extra_env: Vec<(String, String)>,
}

/// A running host. It is killed when it is dropped.
pub struct HostProcess {
    child: Child,
    log: HostLog,
    clock: SimClock,
    socket: ClockSocket,
    readers: Vec<JoinHandle<()>>,
    /// When it was started, by the clock of its Discord.
    spawned_ms: u64,
}

impl HostProcess {
    /// Starts a host and waits until its commands are registered and its session is up.
    ///
    /// # Errors
    /// When the program cannot be run, ends by itself, or is not ready in [`READY_WITHIN`]; the
    /// error holds what it wrote.
    pub async fn start(options: HostOptions<'_>) -> Result<Self> {
        let discord = options.discord.clone();
        Self::spawn(options)?.until_ready(&discord).await
    }

    /// Waits until its commands are registered and its session at its Discord is up.
    ///
    /// # Errors
    /// When it ends by itself or is not ready in [`READY_WITHIN`]; the error holds what it wrote.
    pub async fn until_ready(mut self, discord: &SimDiscord) -> Result<Self> {
        match tokio::time::timeout(READY_WITHIN, self.ready(discord)).await {
            Ok(Ok(())) => {
                // One that does not measure the way at once is ready all the same.
                let _ = tokio::time::timeout(MEASURED_WITHIN, measured(discord)).await;
                Ok(self)
            }
            Ok(Err(error)) => Err(error),
            Err(_) => bail!("the host was not ready in time:\n{}", self.last_words()),
        }
    }

    /// Starts a host without waiting for anything.
    ///
    /// # Errors
    /// When the program cannot be run or its data folder not be made.
    pub fn spawn(options: HostOptions<'_>) -> Result<Self> {
        std::fs::create_dir_all(&options.data_dir)
            .with_context(|| format!("cannot create `{}`", options.data_dir.display()))?;
        let path = options.data_dir.join("sandbox-clock.sock");
        if path.exists() {
            std::fs::remove_file(&path)
                .with_context(|| format!("cannot remove `{}`", path.display()))?;
        }
        let clock = options.discord.clock().clone();
        let spawned_ms = clock.now_ms();
        let socket = ClockSocket::listen(&path, clock.clone())?;
        let mut child = command(&options, &path)
            .spawn()
            .with_context(|| format!("cannot run `{}`", options.program.display()))?;
        let log = HostLog::new();
        let stdout = child.stdout.take().map(|stream| tokio::spawn(log.clone().read(stream)));
        let stderr = child.stderr.take().map(|stream| tokio::spawn(log.clone().read(stream)));
        let readers = stdout.into_iter().chain(stderr).collect();
        Ok(Self { child, log, clock, socket, readers, spawned_ms })
    }

    /// Returns what the host has written.
    #[must_use]
    pub fn log(&self) -> &HostLog {
        &self.log
    }

    /// Returns the number of the process, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Returns a sentence for each plugin that could not be loaded so far.
    #[must_use]
    pub fn refused_plugins(&self) -> Vec<String> {
        let lines = self.log.since(LogMark::default());
        lines.iter().filter_map(|line| refused_plugin(line)).collect()
    }

    /// Waits until the host writes a line with a text, from its start on.
    ///
    /// # Errors
    /// When it does not in time; the error holds what it wrote last.
    pub async fn wait_for_log(&self, text: &str, within: Duration) -> Result<String> {
        let line = self.log.wait_for(LogMark::default(), text, within).await;
        line.with_context(|| format!("the host did not write `{text}`:\n{}", self.last_words()))
    }

    /// Moves time forward for everyone, and waits until the host's clock has come along.
    ///
    /// # Errors
    /// When the host does not follow.
    pub async fn advance(&self, by: Duration) -> Result<()> {
        // What was answered a moment ago is still on its way to the host.
        tokio::time::sleep(BEFORE_STEPS).await;
        let step = STEP.max(by / STEPS_MAX);
        let mut left = by;
        while !left.is_zero() {
            let now = left.min(step);
            self.clock.advance(now);
            if !self.socket.reached(self.clock.offset_ms(), CLOCK_WITHIN).await {
                bail!("the host does not follow the clock:\n{}", self.last_words());
            }
            tokio::time::sleep(BETWEEN_STEPS).await;
            left -= now;
        }
        Ok(())
    }

    /// Asks the host to end, as a service manager does; [`HostProcess::exit`] waits for it.
    ///
    /// # Errors
    /// When the shell cannot be run.
    pub async fn interrupt(&self) -> Result<()> {
        match self.child.id() {
            Some(pid) => terminate(pid).await,
            None => Ok(()),
        }
    }

    /// Asks the host to end, as a service manager does, and waits for it.
    ///
    /// # Errors
    /// When it does not end in [`STOP_WITHIN`]; it is killed then.
    pub async fn stop(mut self) -> Result<ExitStatus> {
        self.interrupt().await?;
        match tokio::time::timeout(STOP_WITHIN, self.child.wait()).await {
            Ok(status) => status.context("cannot wait for the host"),
            Err(_) => bail!("the host did not end when asked:\n{}", self.last_words()),
        }
    }

    /// Ends the host at once.
    ///
    /// # Errors
    /// When it has ended already and cannot be waited for.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await.context("cannot kill the host")
    }

    /// Returns the status of a host that has ended by itself.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits until the host ends by itself, and until all it wrote was read.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn exit(&mut self, within: Duration) -> Result<ExitStatus> {
        let status = tokio::time::timeout(within, self.child.wait()).await;
        let status = status.context("the host goes on")?.context("cannot wait for the host")?;
        for reader in self.readers.drain(..) {
            // A reader ends with the stream it reads.
            let _ = reader.await;
        }
        Ok(status)
    }

    async fn ready(&mut self, discord: &SimDiscord) -> Result<()> {
        loop {
            if let Some(status) = self.child.try_wait().context("cannot look at the host")? {
                self.exit(STOP_WITHIN).await?;
                bail!("the host ended by itself ({status}):\n{}", self.last_words());
            }
            if identified_since(discord, self.spawned_ms) && self.knows_its_commands() {
                return Ok(());
            }
            tokio::time::sleep(READY_POLL).await;
        }
    }

    /// Whether the host has said that Discord has its commands.
    fn knows_its_commands(&self) -> bool {
        let said = self.log.since(LogMark::default());
        said.iter().any(|line| REGISTERED.iter().any(|words| line.contains(words)))
    }

    fn last_words(&self) -> String {
        self.log.tail(LOG_LINES_SHOWN).join("\n")
    }
}

/// Reads what stands in the log of a plugin that was not loaded, without the fields behind it.
fn refused_plugin(line: &str) -> Option<String> {
    let (before, reason) = line.split_once(NOT_LOADED)?;
    let plugin = before.rsplit_once("plugin `")?.1.split('`').next()?;
    let fields = reason.rsplit_once(" plugin.id=").or_else(|| reason.split_once("\","));
    let reason = fields.map_or(reason, |(reason, _)| reason);
    Some(format!("The plugin `{plugin}` {NOT_LOADED}{reason}."))
}

/// Waits until every session has had a heartbeat acknowledged; what is sent to it from then on
/// arrives behind that.
async fn measured(discord: &SimDiscord) {
    while discord.sessions().iter().any(|session| session.n_heartbeats == 0) {
        tokio::time::sleep(READY_POLL).await;
    }
}

fn identified_since(discord: &SimDiscord, since_ms: u64) -> bool {
    let journal = discord.gateway_journal();
    journal
        .iter()
        .rev()
        .take_while(|entry| entry.at_ms >= since_ms)
        .any(|entry| matches!(entry.event, GatewayEvent::Identified { .. }))
}

fn command(options: &HostOptions<'_>, clock_socket: &Path) -> Command {
    let mut command = Command::new(&options.program);
    command
        .arg("run")
        .env_clear()
        .env("BOT_TOKEN", options.discord.token())
        .env("TVDB_API_KEY", crate::tvdb::API_KEY)
        .env("DISCORD_API_BASE", options.discord.base())
        .env("TVDB_API_BASE", options.tvdb.base())
        .env("DATA_DIR", &options.data_dir)
        .env("PLUGIN_DIR", joined(&options.plugin_dirs))
        .env("SANDBOX_CLOCK", clock_socket)
        .env("SANDBOX_HTTP", options.outside.address().to_string())
        .envs(options.extra_env.iter().map(|(name, value)| (name, value)))
        .current_dir(&options.data_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Ctrl-C at the prompt is for the prompt; the host is ended by whoever started it.
        .process_group(0)
        .kill_on_drop(true);
    command
}

/// Joins folders as the setting `PLUGIN_DIR` wants them.
fn joined(folders: &[PathBuf]) -> OsString {
    let mut joined = OsString::new();
    for folder in folders {
        if !joined.is_empty() {
            joined.push(":");
        }
        joined.push(folder);
    }
    joined
}

/// Sends SIGTERM by the shell's own `kill`, which needs neither unsafe code nor another program.
async fn terminate(pid: u32) -> Result<()> {
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill \"$0\"", &pid.to_string()]).stderr(Stdio::null());
    // A process that is gone already is what was wanted.
    shell.status().await.map(drop).context("cannot run `sh`")
}

#[cfg(test)]
mod tests;
