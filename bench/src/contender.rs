//! The bots that are measured, each with a simulated Discord of its own.

use crate::layout::Layout;
use anyhow::{Context, Result};
use lumina_sandbox::{
    discord::{SimDiscord, SimDiscordOptions},
    host::{HostOptions, HostProcess},
    outside::Outside,
    tvdb::SimTvdb,
};
use std::{path::PathBuf, process::Stdio, time::Duration};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// How long a bare bot may take to register its command.
const READY_WITHIN: Duration = Duration::from_secs(30);
const READY_POLL: Duration = Duration::from_millis(5);

/// A bot that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contender {
    /// Lumina, with `/ping` in a plugin library.
    Lumina,
    /// The smallest bot with poise.
    Poise,
    /// The smallest bot with serenity.
    Serenity,
}

impl Contender {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 3] = [Self::Lumina, Self::Poise, Self::Serenity];

    /// Returns the name for a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lumina => "lumina, ping.so",
            Self::Poise => "bare poise bot",
            Self::Serenity => "bare serenity bot",
        }
    }

    /// Starts it against a simulated Discord that has `n_guilds` guilds.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start(self, layout: &Layout, n_guilds: usize) -> Result<Running> {
        let discord = SimDiscord::start(quick_discord(n_guilds)).await?;
        match self {
            Self::Lumina => {
                let plugins = vec![layout.plugins()];
                let lumina = Lumina::start(layout, plugins, discord.clone()).await?;
                Ok(Running { discord, bot: Bot::Lumina(Box::new(lumina)) })
            }
            Self::Poise => bare(layout.bare("bare-poise"), discord).await,
            Self::Serenity => bare(layout.bare("bare-serenity"), discord).await,
        }
    }
}

/// Returns a Discord that spends its time on the rules that every bot meets, not on its journal.
pub fn quick_discord(n_guilds: usize) -> SimDiscordOptions {
    SimDiscordOptions {
        n_guilds,
        check_openapi: false,
        // The little that tells when a bot is ready.
        journal_max: 64,
        ..SimDiscordOptions::default()
    }
}

/// A bot that runs.
pub struct Running {
    /// Its Discord.
    pub discord: SimDiscord,
    bot: Bot,
}

enum Bot {
    Lumina(Box<Lumina>),
    Bare(Child),
}

impl Running {
    /// Returns the number of its process.
    ///
    /// # Errors
    /// When it has ended.
    pub fn pid(&self) -> Result<u32> {
        let pid = match &self.bot {
            Bot::Lumina(lumina) => lumina.host.pid(),
            Bot::Bare(child) => child.id(),
        };
        pid.context("the bot has ended")
    }
}

/// A Lumina with all that it talks to.
pub struct Lumina {
    /// The process.
    pub host: HostProcess,
    /// Its TheTVDB.
    pub tvdb: SimTvdb,
    _outside: Outside,
    _data: TempDir,
}

impl Lumina {
    /// Starts it with the plugins of some folders.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start(
        layout: &Layout,
        plugin_dirs: Vec<PathBuf>,
        discord: SimDiscord,
    ) -> Result<Self> {
        let data = TempDir::new().context("cannot create a folder for data")?;
        Self::start_with(layout, plugin_dirs, discord, data, &[]).await
    }

    /// Starts it with data that are there already, and with settings.
    ///
    /// # Errors
    /// As [`Lumina::start`].
    pub async fn start_with(
        layout: &Layout,
        plugin_dirs: Vec<PathBuf>,
        discord: SimDiscord,
        data: TempDir,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let set = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let tvdb = SimTvdb::start(Default::default()).await?;
        let outside = Outside::start().await?;
        let host = HostProcess::start(HostOptions {
            program: layout.program(),
            data_dir: data.path().to_owned(),
            plugin_dirs,
            discord: &discord,
            tvdb: &tvdb,
            outside: &outside,
            extra_env: settings.iter().map(set).collect(),
        });
        Ok(Self { host: host.await?, tvdb, _outside: outside, _data: data })
    }
}

async fn bare(program: PathBuf, discord: SimDiscord) -> Result<Running> {
    let base = discord.base();
    let child = Command::new(&program)
        .env_clear()
        .env("DISCORD_BASE", base.trim_end_matches("/api/v10"))
        .env("BOT_TOKEN", discord.token())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot run `{}`", program.display()))?;
    let registered = async {
        while discord.commands(None).is_empty() {
            tokio::time::sleep(READY_POLL).await;
        }
    };
    tokio::time::timeout(READY_WITHIN, registered).await.context("the bot registers nothing")?;
    Ok(Running { discord, bot: Bot::Bare(child) })
}
