//! The prompt without its terminal: one typed line in, what a person would see out.
//!
//! A session owns everything it starts: the simulated services, the host and a folder for its data.
//! All of it ends with the session.

mod act;
mod attached;
pub mod breakage;
mod faults;
mod files;
mod form;
mod listing;
mod load;
pub mod markdown;
pub mod nearest;
mod news;
pub mod parse;
mod people;
pub mod plugin_files;
mod plugins;
pub mod registered;
pub mod render;
mod steady;
mod time;

use crate::{
    clock::SimClock,
    discord::{ChannelId, IDENTIFY_INTERVAL_MS, SimDiscord, SimDiscordOptions, UserId},
    host::{HostLog, HostOptions, HostProcess, LogMark},
    outside::Outside,
    tvdb::{SimTvdb, TvdbOptions},
};
use act::Suggested;
use anyhow::{Context as _, Result};
use form::OpenForm;
use load::Load;
use news::Seen;
use parse::Line;
use plugin_files::PluginFiles;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::Instant;

/// How to start a session.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    /// The program `lumina`.
    pub program: PathBuf,
    /// The folder with the built plugins; the session works on copies.
    pub plugins: PathBuf,
    /// The port of the simulated Discord; any free one if not given.
    pub discord_port: Option<u16>,
    /// The port of the simulated TheTVDB; any free one if not given.
    pub tvdb_port: Option<u16>,
    /// Settings of the host that come on top.
    pub extra_env: Vec<(String, String)>,
    /// Whether what differs from run to run is left out of messages, as transcripts need it.
    pub steady: bool,
}

impl SessionOptions {
    /// Returns options for the layout a build leaves: the program with `plugins` beside it.
    #[must_use]
    pub fn of_layout(layout: &Path) -> Self {
        Self {
            program: layout.join("lumina"),
            plugins: layout.join("plugins"),
            discord_port: None,
            tvdb_port: None,
            extra_env: Vec::new(),
            steady: false,
        }
    }
}

/// What the prompt needs to complete a line.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Commands with the names of their options, without the slash.
    pub commands: Vec<(String, Vec<String>)>,
    /// Names of people.
    pub users: Vec<String>,
    /// Names of channels.
    pub channels: Vec<String>,
    /// Names of commands in context menus.
    pub context: Vec<String>,
    /// Names of the fields of the form that is open.
    pub fields: Vec<String>,
    /// Names of plugin files.
    pub plugins: Vec<String>,
    /// Who and where, as in `mira #general`.
    pub place: String,
}

/// What came of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Performed {
    /// What the person who typed it sees.
    pub shown: String,
    /// Whether it was understood and could be done, whatever the bot answered.
    pub is_done: bool,
}

/// A running sandbox with someone at its prompt.
pub struct Session {
    // Declared first, so that it is gone before the services it talks to.
    host: Option<HostProcess>,
    /// What the host has written, or the last one that ran or tried to.
    log: Option<HostLog>,
    /// Where the log ended when the line was typed that is being done.
    line_began: LogMark,
    load: Option<Load>,
    discord: SimDiscord,
    tvdb: SimTvdb,
    outside: Outside,
    plugins: PluginFiles,
    user: UserId,
    channel: ChannelId,
    suggested: Option<Suggested>,
    seen: Seen,
    /// Until when commands may still be registered.
    commands_change_until: Option<Instant>,
    forms: HashMap<UserId, OpenForm>,
    /// Conversations between two people, without the bot.
    private: HashMap<[UserId; 2], ChannelId>,
    /// Those who are only there for a load.
    guests: Vec<UserId>,
    over: bool,
    options: SessionOptions,
    folder: TempDir,
}

impl Session {
    /// Starts the services and the host, and waits until its commands are registered.
    ///
    /// # Errors
    /// When a port is taken, a file is missing, or the host does not come up; the error holds what
    /// it wrote.
    pub async fn start(options: SessionOptions) -> Result<Self> {
        let mut session = Self::without_host(options).await?;
        session.start_host().await?;
        Ok(session)
    }

    /// Starts the services alone.
    ///
    /// # Errors
    /// When a port is taken or a file is missing.
    pub async fn without_host(options: SessionOptions) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot create a folder for the data")?;
        let plugins = PluginFiles::copy(&options.plugins, &folder.path().join("plugins"))?;
        let clock = SimClock::new();
        let discord = SimDiscord::start(SimDiscordOptions {
            port: options.discord_port,
            clock: clock.clone(),
            ..SimDiscordOptions::default()
        })
        .await
        .context("cannot start the simulated Discord")?;
        let tvdb = SimTvdb::start(TvdbOptions {
            port: options.tvdb_port.unwrap_or(0),
            clock,
            ..TvdbOptions::default()
        })
        .await
        .context("cannot start the simulated TheTVDB")?;
        let outside = Outside::start().await.context("cannot start the outside world")?;
        Ok(Self {
            host: None,
            log: None,
            line_began: LogMark::default(),
            load: None,
            user: discord.owner(),
            channel: discord.default_channel(),
            discord,
            tvdb,
            outside,
            plugins,
            suggested: None,
            seen: Seen::default(),
            commands_change_until: None,
            forms: HashMap::new(),
            private: HashMap::new(),
            guests: Vec::new(),
            over: false,
            options,
            folder,
        })
    }

    /// Starts the host, with the data an earlier one of this session has left.
    ///
    /// # Errors
    /// When it does not come up; the error holds what it wrote.
    pub async fn start_host(&mut self) -> Result<()> {
        let options = HostOptions {
            program: self.options.program.clone(),
            data_dir: self.data_dir(),
            plugin_dirs: vec![self.plugins.folder().to_owned()],
            discord: &self.discord,
            tvdb: &self.tvdb,
            outside: &self.outside,
            extra_env: self.options.extra_env.clone(),
        };
        let starting = HostProcess::spawn(options)?;
        self.log = Some(starting.log().clone());
        self.host = Some(starting.until_ready(&self.discord).await?);
        Ok(())
    }

    /// Returns the folder in which the host keeps its data.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Ends the host as a service manager does and returns whether it ended well.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn stop_host(&mut self) -> Result<bool> {
        match self.host.take() {
            Some(host) => Ok(host.stop().await?.success()),
            None => Ok(true),
        }
    }

    /// Does what a line says and returns what the person who typed it sees.
    pub async fn line(&mut self, line: &str) -> String {
        self.perform_line(line).await.shown
    }

    /// Does what a line says; tells apart what was done from what could not be.
    pub async fn perform_line(&mut self, line: &str) -> Performed {
        let news = self.follow_builds();
        self.line_began = self.log.as_ref().map(HostLog::mark).unwrap_or_default();
        let done = match parse::parse(line) {
            Ok(line) => Box::pin(self.perform(line)).await,
            Err(sentence) => Err(sentence.into()),
        };
        let is_done = done.is_ok();
        let shown = done.unwrap_or_else(|error| listing::sentence(&format!("{error:#}")));
        let mut parts = news;
        parts.push(shown);
        parts.extend(self.news());
        parts.extend(self.finished_load().await);
        parts.extend(self.host_has_ended());
        parts.retain(|part| !part.is_empty());
        Performed { shown: parts.join("\n"), is_done }
    }

    /// Takes plugins that were built meanwhile. A transcript is not to depend on that.
    fn follow_builds(&mut self) -> Vec<String> {
        if self.options.steady {
            return Vec::new();
        }
        // A folder that is being built anew is followed at the next line.
        self.plugins.follow().unwrap_or_default()
    }

    /// Returns a sentence for each plugin that the running host could not load at its start.
    #[must_use]
    pub fn refused_plugins(&self) -> Vec<String> {
        let mut refused = self.host.as_ref().map(HostProcess::refused_plugins).unwrap_or_default();
        if self.options.steady {
            let folder = self.folder.path().to_string_lossy();
            refused.iter_mut().for_each(|sentence| *sentence = steady::text(sentence, &folder));
        }
        refused
    }

    /// Returns whether `quit` was typed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Returns the simulated Discord.
    #[must_use]
    pub fn discord(&self) -> &SimDiscord {
        &self.discord
    }

    /// Returns the simulated TheTVDB.
    #[must_use]
    pub fn tvdb(&self) -> &SimTvdb {
        &self.tvdb
    }

    /// Returns the host, while it runs.
    #[must_use]
    pub fn host(&self) -> Option<&HostProcess> {
        self.host.as_ref()
    }

    /// Returns the words that can be completed now.
    #[must_use]
    pub fn vocabulary(&self) -> Vocabulary {
        let commands = self.discord.commands(None);
        let with_options = registered::all_paths(&commands).into_iter().map(|(path, command)| {
            let names = registered::options(command).iter();
            (path, names.filter_map(|o| Some(o["name"].as_str()?.to_owned())).collect())
        });
        Vocabulary {
            commands: with_options.collect(),
            users: self.people().into_iter().map(|user| user.name).collect(),
            channels: self.channel_names().into_iter().map(|(name, _)| name).collect(),
            context: registered::in_context_menus(&commands).map(|(n, _)| n.to_owned()).collect(),
            fields: self.fields_to_fill(),
            plugins: self.plugins.names().unwrap_or_default(),
            place: format!("{} {}", self.user_name(), self.channel_name()),
        }
    }

    async fn perform(&mut self, line: Line) -> Result<String> {
        match line {
            Line::Nothing => Ok(String::new()),
            Line::Command(typed) => self.run_command(&typed).await,
            Line::Type(typed) => self.type_in(&typed).await,
            Line::Pick(number) => self.pick(number).await,
            Line::Button(number) => self.press(number).await,
            Line::Select { menu, options } => self.choose(menu, &options).await,
            Line::Fill(values) => self.fill(&values).await,
            Line::File { number, to: None } => self.show_file(number),
            Line::File { number, to: Some(path) } => self.save_file(number, &path),
            Line::Context { command, on } => self.run_context(&command, &on).await,
            Line::User(name) => self.become_user(&name),
            Line::Users => Ok(self.list_users()),
            Line::As(name, line) => self.as_user(&name, *line).await,
            Line::Dm => Ok(self.go_to_dm()),
            Line::Private(name) => self.go_to_private(&name),
            Line::Channel(name) => self.go_to_channel(&name),
            Line::Channels => Ok(self.list_channels()),
            Line::Commands => Ok(self.list_commands().await),
            Line::Messages => Ok(self.list_messages()),
            Line::Advance(by) => self.advance(by).await,
            Line::Tvdb(fault) => Ok(self.break_tvdb(fault)),
            Line::TvdbExpire => Ok(self.expire_tvdb_tokens()),
            Line::Outside(fault) => Ok(self.break_outside(fault)),
            Line::Discord(what) => Ok(self.break_discord(what)),
            Line::Plugin(what) => self.change_plugin(what).await,
            Line::Log(n) => Ok(self.list_log(n)),
            Line::Load(n, typed) => self.start_load(n, &typed).await,
            Line::LoadWait => self.wait_for_load().await,
            Line::Restart { hard } => self.restart(hard).await,
            Line::Help => Ok(listing::HELP.trim_end().to_owned()),
            Line::Quit => {
                self.over = true;
                Ok(crate::prompt::GOODBYE.to_owned())
            }
        }
    }

    async fn as_user(&mut self, name: &str, line: Line) -> Result<String> {
        let (user, channel) = (self.user, self.channel);
        self.become_user(name)?;
        let shown = Box::pin(self.perform(line)).await;
        (self.user, self.channel) = (user, channel);
        shown
    }

    async fn restart(&mut self, hard: bool) -> Result<String> {
        match self.host.take() {
            Some(host) if hard => host.kill().await?,
            Some(host) => drop(host.stop().await?),
            None => {}
        }
        // Discord lets a bot begin one session in so much time; nobody is to wait for that.
        self.discord.clock().advance(Duration::from_millis(IDENTIFY_INTERVAL_MS));
        self.start_host().await?;
        let mut lines = vec!["The host has started again.".to_owned()];
        lines.extend(self.refused_plugins());
        Ok(lines.join("\n"))
    }

    /// Returns what to say when the host has ended by itself.
    fn host_has_ended(&mut self) -> Option<String> {
        let status = self.host.as_mut()?.ended()?;
        Some(format!(
            "The host has ended by itself ({status}). `log` shows its last words, `restart` starts it."
        ))
    }
}

/// Log lines shown of a session in which something panicked.
const LAST_LINES: usize = 60;

impl Drop for Session {
    #[expect(clippy::print_stderr, reason = "a test that fails shows what the host wrote last")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the host's last words:\n{}", self.list_log(LAST_LINES));
        }
    }
}

#[cfg(test)]
mod tests;
