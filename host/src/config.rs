//! The settings of the host, read once at start from the environment.
//!
//! All problems are found at once; each names its setting and says what to change. Nothing else in the
//! host reads the environment. Secrets are kept as [`Secret`], so that no log can hold them.
//!
//! - `table`: every setting, once; `document`: what is written from it
//! - `env_file`: the file `.env`; `reader`: from texts to checked values; `spelling`: guesses; `emoji`:
//!   what one is

pub mod document;
mod emoji;
mod env_file;
mod places;
mod reader;
mod spelling;
pub mod table;

pub use env_file::EnvFile;

use crate::secret::Secret;
use lumina_plugin_api::{id::UserId, services::discord::Emoji};
use reader::Reader;
use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// The settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The bot token, without the word `Bot`.
    pub bot_token: Secret,
    /// The key of TheTVDB.
    pub tvdb_api_key: Secret,
    /// The PIN of a TheTVDB subscriber, if one is used.
    pub tvdb_api_pin: Option<Secret>,
    /// Where everything that must survive lies.
    pub data_dir: PathBuf,
    /// The database, a `sqlite:` address; without one it is a file in `data_dir`.
    pub database_url: Option<String>,
    /// Where plugins lie; the first file of a name wins.
    pub plugin_dirs: Vec<PathBuf>,
    /// Where copies of loaded libraries lie.
    pub shadow_dir: PathBuf,
    /// Owners beside those that Discord names.
    pub owner_ids: Vec<UserId>,
    /// Where users report errors.
    pub report_url: Option<String>,
    /// What stands before commands and groups in lists.
    pub emoji: Emoji,
    /// Base of Discord's REST interface.
    pub discord_api_base: String,
    /// Base of TheTVDB's interface.
    pub tvdb_api_base: String,
    /// How many requests to TheTVDB fit into one period.
    pub tvdb_rate_limit_requests: u32,
    /// That period.
    pub tvdb_rate_limit_period: Duration,
    /// How much the log tells.
    pub log_detail: LogDetail,
    /// What the log tells in full beside that.
    pub trace_filter: TraceFilter,
    /// How log lines look.
    pub log_format: LogFormat,
    /// The file that the log goes to, beside standard error.
    pub log_file: Option<PathBuf>,
    /// Where Prometheus reads figures.
    pub metrics_addr: Option<SocketAddr>,
    sandbox: Option<Sandbox>,
}

/// How much the log tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogDetail {
    /// Each step of a life, and what went wrong.
    #[default]
    Usual,
    /// Each interaction too.
    Debug,
    /// Everything, libraries included.
    Trace,
}

/// Parts that the log tells of in full.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceFilter {
    /// Whether those are meant that are not named.
    pub all_others: bool,
    /// Names of parts, as they stand in the log.
    pub named: Vec<String>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What the sandbox may do with a host that speaks to loopback only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sandbox {
    /// The socket that drives the clock.
    pub clock: Option<PathBuf>,
    /// Where the outside hosts of plugins lead.
    pub http: Option<SocketAddr>,
    /// The socket that is told of each moment of a change of the database.
    pub moments: Option<PathBuf>,
}

/// The environment as plain data.
pub type Environment = BTreeMap<String, String>;

/// Returns the environment of this process; what is not text is left out.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where settings are read")]
pub fn environment() -> Environment {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
}

/// What is wrong with the settings, all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// One sentence each, naming the setting.
    pub problems: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [problem] => f.write_str(problem),
            problems => {
                f.write_str("the settings cannot be used:")?;
                problems.iter().try_for_each(|problem| write!(f, "\n- {problem}"))
            }
        }
    }
}

/// Where settings come from: the environment, and a file that fills in what is not set there.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The environment of the process.
    pub environment: Environment,
    /// The file.
    pub file: EnvFile,
    /// Where the program lies.
    pub program_dir: PathBuf,
}

/// Where things lie, for commands that need no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Where everything that must survive lies.
    pub data_dir: PathBuf,
    /// Where plugins lie.
    pub plugin_dirs: Vec<PathBuf>,
}

impl Sources {
    /// Reads the settings; the file is read anew each time. Returns warnings beside them.
    ///
    /// # Errors
    /// [`ConfigError`] with all problems.
    pub fn read(&self) -> Result<(Config, Vec<String>), ConfigError> {
        let (environment, problems) = self.merged();
        Config::read_with(&environment, &self.program_dir, problems)
    }

    /// Reads where things lie; nothing else is needed or checked.
    ///
    /// # Errors
    /// [`ConfigError`] if the file cannot be read.
    pub fn places(&self) -> Result<Places, ConfigError> {
        let (environment, problems) = self.merged();
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        let reader = Reader::new(&environment, Vec::new());
        let plugin_dirs = reader.plugin_dirs(&self.program_dir);
        Ok(Places { data_dir: reader.data_dir(), plugin_dirs })
    }

    /// Returns what the settings are set to now, unchecked, to see what has changed since.
    #[must_use]
    pub fn texts(&self) -> Environment {
        self.merged().0
    }

    fn merged(&self) -> (Environment, Vec<String>) {
        let mut problems = Vec::new();
        let mut merged = env_file::read(&self.file, &mut problems);
        let set = self.environment.iter().filter(|(_, value)| !value.trim().is_empty());
        merged.extend(set.map(|(name, value)| (name.clone(), value.clone())));
        (merged, problems)
    }
}

impl Config {
    /// Reads the settings. `program_dir` is where the program lies. Returns warnings beside them.
    ///
    /// # Errors
    /// [`ConfigError`] with all problems.
    pub fn read(
        environment: &Environment,
        program_dir: &Path,
    ) -> Result<(Self, Vec<String>), ConfigError> {
        Self::read_with(environment, program_dir, Vec::new())
    }

    fn read_with(
        environment: &Environment,
        program_dir: &Path,
        problems: Vec<String>,
    ) -> Result<(Self, Vec<String>), ConfigError> {
        let mut reader = Reader::new(environment, problems);
        let config = reader.config(program_dir);
        match config {
            Some(config) => Ok((config, reader.into_warnings())),
            None => Err(ConfigError { problems: reader.into_problems() }),
        }
    }

    /// Returns what the sandbox may do; nothing unless both bases are on loopback.
    #[must_use]
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.sandbox.as_ref()
    }

    /// Returns the names of the secrets that another configuration has otherwise, wherever they are read
    /// from.
    pub fn other_secrets(&self, other: &Self) -> impl Iterator<Item = &'static str> {
        let token = self.bot_token != other.bot_token;
        let key = self.tvdb_api_key != other.tvdb_api_key;
        let pin = self.tvdb_api_pin != other.tvdb_api_pin;
        let secrets = [("BOT_TOKEN", token), ("TVDB_API_KEY", key), ("TVDB_API_PIN", pin)];
        secrets.into_iter().filter(|(_, is_other)| *is_other).map(|(name, _)| name)
    }

    /// Returns the texts that no log may hold.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        let mut secrets = vec![self.bot_token.clone(), self.tvdb_api_key.clone()];
        secrets.extend(self.tvdb_api_pin.clone());
        secrets
    }
}

#[cfg(test)]
mod tests;
