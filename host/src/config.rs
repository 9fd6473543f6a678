//! The settings of the host, read once at start from the environment.
//!
//! All problems are found at once and each names its setting. Nothing else in the host reads the
//! environment. Secrets are kept as [`Secret`], so that no log can hold them.

mod spelling;

use crate::secret::Secret;
use lumina_plugin_api::id::UserId;
use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use url::{Host, Url};

/// Every setting that the host reads. `.env.example` and the documentation list the same names.
pub const SETTINGS: [&str; 20] = [
    "BOT_TOKEN",
    "DISCORD_BOT_TOKEN",
    "TVDB_API_KEY",
    "TVDB_API_PIN",
    "DATA_DIR",
    "DATABASE_URL",
    "SQLITE_DATABASE_FILE",
    "PLUGIN_DIR",
    "SHADOW_DIR",
    "OWNER_IDS",
    "REPORT_URL",
    "DISCORD_API_BASE",
    "TVDB_API_BASE",
    "TVDB_RATE_LIMIT_REQUESTS",
    "TVDB_RATE_LIMIT_PERIOD",
    "DEBUG",
    "LOG_FORMAT",
    "SANDBOX_CLOCK",
    "SANDBOX_HTTP",
    "SANDBOX_MOMENTS",
];

/// Where Discord is unless `DISCORD_API_BASE` says otherwise.
const DISCORD_API_BASE: &str = "https://discord.com/api/v10";
/// Where TheTVDB is unless `TVDB_API_BASE` says otherwise.
const TVDB_API_BASE: &str = "https://api4.thetvdb.com/v4";
/// Requests to TheTVDB in one period unless set.
const TVDB_RATE_LIMIT_REQUESTS: u32 = 100;
/// The period of that limit in seconds unless set.
const TVDB_RATE_LIMIT_PERIOD_S: f64 = 5.0;
/// The longest period that makes sense: an hour.
const TVDB_RATE_LIMIT_PERIOD_MAX_S: f64 = 3_600.0;

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
    /// How log lines look.
    pub log_format: LogFormat,
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
        f.write_str(&self.problems.join("\n"))
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
        let mut reader = Reader::new(environment);
        let config = reader.config(program_dir);
        match config {
            Some(config) if reader.problems.is_empty() => Ok((config, reader.warnings())),
            _ => Err(ConfigError { problems: reader.problems }),
        }
    }

    /// Returns what the sandbox may do; nothing unless both bases are on loopback.
    #[must_use]
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.sandbox.as_ref()
    }

    /// Returns the texts that no log may hold.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        let mut secrets = vec![self.bot_token.clone(), self.tvdb_api_key.clone()];
        secrets.extend(self.tvdb_api_pin.clone());
        secrets
    }
}

/// Collects problems while it reads.
struct Reader<'a> {
    environment: &'a Environment,
    problems: Vec<String>,
    explained: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(environment: &'a Environment) -> Self {
        Self { environment, problems: Vec::new(), explained: Vec::new() }
    }

    fn config(&mut self, program_dir: &Path) -> Option<Config> {
        let token_name =
            if self.text("BOT_TOKEN").is_some() { "BOT_TOKEN" } else { "DISCORD_BOT_TOKEN" };
        let bot_token = self.text(token_name).map(str::to_owned);
        let bot_token = bot_token.or_else(|| self.missing("BOT_TOKEN", "the token of your bot"));
        if bot_token
            .as_ref()
            .is_some_and(|token| !token.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            self.problem(
                token_name,
                "the token alone, without spaces, quotation marks or the word `Bot`",
            );
        }
        let tvdb_api_key = self.text("TVDB_API_KEY").map(str::to_owned);
        let tvdb_api_key =
            tvdb_api_key.or_else(|| self.missing("TVDB_API_KEY", "a key of TheTVDB"));
        let data_dir = PathBuf::from(self.text("DATA_DIR").unwrap_or("./data"));
        let (discord_api_base, tvdb_api_base) = self.bases();
        let config = Config {
            bot_token: Secret::new(bot_token.unwrap_or_default()),
            tvdb_api_key: Secret::new(tvdb_api_key.unwrap_or_default()),
            tvdb_api_pin: self.text("TVDB_API_PIN").map(Secret::new),
            database_url: self.database_url(),
            plugin_dirs: self.plugin_dirs(program_dir),
            shadow_dir: self.text("SHADOW_DIR").map_or(data_dir.join("shadow"), PathBuf::from),
            owner_ids: self.owner_ids(),
            report_url: self.report_url(),
            sandbox: self.sandbox(&discord_api_base, &tvdb_api_base),
            discord_api_base,
            tvdb_api_base,
            tvdb_rate_limit_requests: self.requests(),
            tvdb_rate_limit_period: self.period(),
            log_detail: self.log_detail(),
            log_format: self.log_format(),
            data_dir,
        };
        self.problems.is_empty().then_some(config)
    }

    /// An empty value counts as unset.
    fn text(&self, name: &str) -> Option<&'a str> {
        self.environment.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn missing(&mut self, name: &str, what: &str) -> Option<String> {
        let mut sentence = format!("{name} is not set: it holds {what}");
        if let Some(near) = spelling::nearest_present(name, self.environment) {
            sentence = format!("{sentence} ({near} is set: is that a misspelling of {name}?)");
            self.explained.push(near);
        }
        self.problems.push(sentence);
        None
    }

    fn problem(&mut self, name: &str, wanted: &str) {
        self.problems.push(format!("{name} is not understood: it must be {wanted}"));
    }

    fn bases(&mut self) -> (String, String) {
        let mut base = |name: &str, default: &str| {
            let text = self.text(name).unwrap_or(default);
            if Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
                return text.to_owned();
            }
            self.problem(name, "an http or https address");
            default.to_owned()
        };
        (base("DISCORD_API_BASE", DISCORD_API_BASE), base("TVDB_API_BASE", TVDB_API_BASE))
    }

    fn database_url(&mut self) -> Option<String> {
        let short = self.text("SQLITE_DATABASE_FILE").map(|file| format!("sqlite:{file}"));
        let Some(url) = self.text("DATABASE_URL") else { return short };
        if short.is_some() {
            let instead = "left out where DATABASE_URL is set: both say where the database is";
            self.problem("SQLITE_DATABASE_FILE", instead);
        }
        if !url.starts_with("sqlite:") {
            self.problem("DATABASE_URL", "a `sqlite:` address; other databases are not supported");
        }
        Some(url.to_owned())
    }

    fn plugin_dirs(&self, program_dir: &Path) -> Vec<PathBuf> {
        match self.text("PLUGIN_DIR") {
            Some(list) => {
                list.split(':').filter(|dir| !dir.is_empty()).map(PathBuf::from).collect()
            }
            None => vec![program_dir.join("plugins")],
        }
    }

    fn owner_ids(&mut self) -> Vec<UserId> {
        let list = self.text("OWNER_IDS").unwrap_or_default();
        let parts = list.split([',', ' ', ';']).filter(|part| !part.is_empty());
        let ids: Result<Vec<UserId>, _> = parts.map(str::parse).collect();
        ids.unwrap_or_else(|_| {
            self.problem("OWNER_IDS", "a list of user ids, with commas between them");
            Vec::new()
        })
    }

    fn report_url(&mut self) -> Option<String> {
        let url = self.text("REPORT_URL")?;
        if !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            self.problem("REPORT_URL", "an http or https address");
        }
        Some(url.to_owned())
    }

    fn requests(&mut self) -> u32 {
        let Some(text) = self.text("TVDB_RATE_LIMIT_REQUESTS") else {
            return TVDB_RATE_LIMIT_REQUESTS;
        };
        text.parse().ok().filter(|number| *number > 0).unwrap_or_else(|| {
            self.problem("TVDB_RATE_LIMIT_REQUESTS", "a whole number above zero");
            TVDB_RATE_LIMIT_REQUESTS
        })
    }

    fn period(&mut self) -> Duration {
        let text = self.text("TVDB_RATE_LIMIT_PERIOD");
        let seconds = text.map_or(Some(TVDB_RATE_LIMIT_PERIOD_S), |text| text.parse().ok());
        let sensible = |seconds: &f64| *seconds > 0.0 && *seconds <= TVDB_RATE_LIMIT_PERIOD_MAX_S;
        if let Some(seconds) = seconds.filter(sensible) {
            return Duration::from_secs_f64(seconds);
        }
        self.problem("TVDB_RATE_LIMIT_PERIOD", "a number of seconds above zero, 3600 at most");
        Duration::from_secs_f64(TVDB_RATE_LIMIT_PERIOD_S)
    }

    fn log_detail(&mut self) -> LogDetail {
        match self.text("DEBUG").map(str::to_ascii_lowercase).as_deref() {
            None | Some("0" | "false" | "no" | "off") => LogDetail::Usual,
            Some("1" | "true" | "yes" | "on") => LogDetail::Debug,
            Some("trace") => LogDetail::Trace,
            Some(_) => {
                self.problem("DEBUG", "`1`, `0` or `trace`");
                LogDetail::Usual
            }
        }
    }

    fn log_format(&mut self) -> LogFormat {
        match self.text("LOG_FORMAT") {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                self.problem("LOG_FORMAT", "`text` or `json`");
                LogFormat::Text
            }
        }
    }

    fn sandbox(&mut self, discord_api_base: &str, tvdb_api_base: &str) -> Option<Sandbox> {
        if !(is_loopback(discord_api_base) && is_loopback(tvdb_api_base)) {
            return None;
        }
        let clock = self.text("SANDBOX_CLOCK").map(PathBuf::from);
        let http = self.text("SANDBOX_HTTP").map(str::parse::<SocketAddr>);
        let http = match http {
            Some(Ok(address)) if address.ip().is_loopback() => Some(address),
            None => None,
            Some(_) => {
                self.problem("SANDBOX_HTTP", "a loopback address with a port");
                None
            }
        };
        let moments = self.text("SANDBOX_MOMENTS").map(PathBuf::from);
        Some(Sandbox { clock, http, moments })
    }

    fn warnings(&self) -> Vec<String> {
        let guesses = spelling::misspelt(self.environment);
        let fresh = guesses.filter(|(found, _)| !self.explained.contains(found));
        fresh
            .map(|(found, meant)| format!("the setting {found} is unknown; was {meant} meant?"))
            .collect()
    }
}

/// Whether an address leads to this machine only.
fn is_loopback(base: &str) -> bool {
    match Url::parse(base).ok().as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests;
