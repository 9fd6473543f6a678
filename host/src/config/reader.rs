//! From texts to checked values: collects every problem, and what is odd but no problem.

use super::{
    Config, Environment, LogDetail, LogFormat, Sandbox, TraceFilter, emoji,
    places::{path_in, place_of},
    spelling,
    table::{self, FILE_SUFFIX, Section},
};
use crate::secret::Secret;
use lumina_plugin_api::{id::UserId, services::discord::Emoji};
use std::{
    fs::File,
    io::{self, Read as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use url::{Host, Url};

/// The longest address for reports: Discord takes no longer one on a button (reference, "Button").
const REPORT_URL_BYTES_MAX: usize = 512;
/// The longest period that makes sense: an hour.
const TVDB_RATE_LIMIT_PERIOD_MAX_S: f64 = 3_600.0;
/// The most of a file with a secret that is read: tokens and keys are far shorter.
const SECRET_BYTES_MAX: u64 = 4_096;

/// Collects problems while it reads.
pub(super) struct Reader<'a> {
    environment: &'a Environment,
    problems: Vec<String>,
    warnings: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a Environment, problems: Vec<String>) -> Self {
        Self { environment, problems, warnings: Vec::new() }
    }

    pub(super) fn config(&mut self, program_dir: &Path) -> Option<Config> {
        let bot_token = self.bot_token();
        let tvdb_api_key = self.needed("TVDB_API_KEY", "a key of TheTVDB");
        let data_dir = self.data_dir();
        let (discord_api_base, tvdb_api_base) = self.bases();
        let log_detail = self.log_detail();
        self.warn_of_former();
        let config = Config {
            bot_token,
            tvdb_api_key,
            tvdb_api_pin: self.secret("TVDB_API_PIN"),
            database_url: self.database(),
            plugin_dirs: self.plugin_dirs(program_dir),
            shadow_dir: self.text("SHADOW_DIR").map_or(data_dir.join("shadow"), PathBuf::from),
            owner_ids: self.owner_ids(),
            report_url: self.report_url(),
            emoji: Emoji::new(self.emoji("GROUP_EMOJI"), self.emoji("COMMAND_EMOJI")),
            sandbox: self.sandbox(&discord_api_base, &tvdb_api_base),
            discord_api_base,
            tvdb_api_base,
            tvdb_rate_limit_requests: self.requests(),
            tvdb_rate_limit_period: self.period(),
            log_detail,
            trace_filter: self.trace_filter(log_detail),
            log_format: self.log_format(),
            metrics_addr: self.metrics_addr(),
            log_file: self.text("LOG_FILE").map(PathBuf::from),
            data_dir,
        };
        self.problems.is_empty().then_some(config)
    }

    pub(super) fn into_problems(self) -> Vec<String> {
        self.problems
    }

    /// Returns what is odd, guesses at misspelt names included.
    pub(super) fn into_warnings(self) -> Vec<String> {
        let Self { environment, mut warnings, .. } = self;
        let guesses = spelling::misspelt(environment);
        warnings.extend(
            guesses.map(|(found, meant)| {
                format!("the setting {found} is unknown; was {meant} meant?")
            }),
        );
        warnings
    }

    pub(super) fn data_dir(&self) -> PathBuf {
        PathBuf::from(self.text_or_default("DATA_DIR"))
    }

    pub(super) fn plugin_dirs(&self, program_dir: &Path) -> Vec<PathBuf> {
        match self.text("PLUGIN_DIR") {
            Some(list) => {
                list.split(':').filter(|dir| !dir.is_empty()).map(PathBuf::from).collect()
            }
            None => vec![program_dir.join("plugins")],
        }
    }

    /// An empty value counts as unset.
    fn text(&self, name: &str) -> Option<&'a str> {
        self.environment.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// What is set, or what holds where nothing is.
    fn text_or_default(&self, name: &str) -> &'a str {
        let default = || table::setting(name).map_or("", |setting| setting.default);
        self.text(name).unwrap_or_else(default)
    }

    fn bot_token(&mut self) -> Secret {
        let n_problems = self.problems.len();
        match (self.secret("BOT_TOKEN"), self.secret("DISCORD_BOT_TOKEN")) {
            (Some(short), Some(long)) if short != long => {
                self.problems.push(
                    "BOT_TOKEN and DISCORD_BOT_TOKEN are both set and differ: remove one of them"
                        .to_owned(),
                );
                short
            }
            (Some(token), _) | (None, Some(token)) => token,
            (None, None) => {
                let names = ["BOT_TOKEN", "DISCORD_BOT_TOKEN"];
                self.none(&names, "the token of your bot", n_problems)
            }
        }
    }

    /// A secret without which nothing works.
    fn needed(&mut self, name: &str, what: &str) -> Secret {
        let n_problems = self.problems.len();
        self.secret(name).unwrap_or_else(|| self.none(&[name], what, n_problems))
    }

    /// Stands for a secret that is not there, and says so unless a problem since then has told why.
    fn none(&mut self, names: &[&str], what: &str, n_problems_before: usize) -> Secret {
        if self.problems.len() == n_problems_before {
            self.missing(names, what);
        }
        Secret::new("")
    }

    /// A secret, from the setting or from the file that its other form names.
    fn secret(&mut self, name: &str) -> Option<Secret> {
        let by_file = format!("{name}{FILE_SUFFIX}");
        let (text, path) = (self.text(name), self.text(&by_file));
        let text = match (text, path) {
            (Some(_), Some(_)) => {
                let sentence = format!("{name} and {by_file} are both set: remove one of them");
                self.problems.push(sentence);
                return None;
            }
            (None, Some(path)) => match secret_in(Path::new(path)) {
                Ok(text) => text,
                Err(why) => {
                    self.problems.push(format!("{by_file} names `{path}`, but {why}"));
                    return None;
                }
            },
            (text, None) => text?.to_owned(),
        };
        if is_quoted(&text) {
            self.problems.push(format!(
                "{name} stands in quotation marks, which are taken as a part of it here: leave them out"
            ));
        } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.problem(name);
        }
        Some(Secret::new(text))
    }

    /// Says that a secret is set under none of its names, nor as a file under any.
    fn missing(&mut self, names: &[&str], what: &str) {
        let name = names.first().expect("a setting has a name");
        let forms =
            names.iter().flat_map(|name| ["", FILE_SUFFIX].map(|end| format!("{name}{end}")));
        let why = match spelling::nearest_present(forms, self.environment) {
            Some((near, meant)) => format!(" ({near} is set: is that a misspelling of {meant}?)"),
            None => format!(
                "; write {name}=… into `.env` or the environment, docs/discord-setup.md says where to get it"
            ),
        };
        self.problems.push(format!("{name} is not set: it holds {what}{why}"));
    }

    /// Says that a setting is not what it must be.
    fn problem(&mut self, name: &str) {
        let must_be = table::setting(name).map_or("something else", |setting| setting.must_be);
        self.problems.push(format!("{name} is not understood: it must be {must_be}"));
    }

    fn bases(&mut self) -> (String, String) {
        let mut base = |name: &str| {
            let text = self.text_or_default(name);
            let is_plain = Url::parse(text).is_ok_and(|url| url.scheme() == "http");
            if !is_web_address(text) || (is_plain && !is_loopback(text)) {
                self.problem(name);
            }
            text.to_owned()
        };
        (base("DISCORD_API_BASE"), base("TVDB_API_BASE"))
    }

    /// The database as an address, from whichever of the two settings names it.
    fn database(&mut self) -> Option<String> {
        let (url, file) = (self.text("DATABASE_URL"), self.text("SQLITE_DATABASE_FILE"));
        if url.is_some_and(|url| path_in(url).is_none()) {
            self.problem("DATABASE_URL");
        }
        if file.is_some_and(|file| file.ends_with('/') || file.contains(['?', '#'])) {
            self.problem("SQLITE_DATABASE_FILE");
        }
        if let (Some(url), Some(file)) = (url, file)
            && path_in(url).and_then(place_of) != place_of(file)
        {
            self.problems.push(
                "SQLITE_DATABASE_FILE and DATABASE_URL name two files: remove one of them"
                    .to_owned(),
            );
        }
        url.map(str::to_owned).or_else(|| file.map(|file| format!("sqlite:{file}")))
    }

    fn owner_ids(&mut self) -> Vec<UserId> {
        let list = self.text("OWNER_IDS").unwrap_or_default();
        let parts = list.split([',', ' ', ';']).filter(|part| !part.is_empty());
        let ids: Result<Vec<UserId>, _> = parts.map(str::parse).collect();
        ids.unwrap_or_else(|_| {
            self.problem("OWNER_IDS");
            Vec::new()
        })
    }

    fn report_url(&mut self) -> Option<String> {
        let url = self.text("REPORT_URL")?;
        if !is_web_address(url) || url.len() > REPORT_URL_BYTES_MAX {
            self.problem("REPORT_URL");
        }
        Some(url.to_owned())
    }

    fn emoji(&mut self, name: &str) -> String {
        let text = self.text_or_default(name);
        if !emoji::is_emoji(text) {
            self.problem(name);
        }
        text.to_owned()
    }

    fn requests(&mut self) -> u32 {
        const NAME: &str = "TVDB_RATE_LIMIT_REQUESTS";
        let requests = self.text_or_default(NAME).parse().ok().filter(|number| *number > 0);
        self.or_problem(NAME, requests)
    }

    fn period(&mut self) -> Duration {
        const NAME: &str = "TVDB_RATE_LIMIT_PERIOD";
        let sensible = |seconds: &f64| *seconds > 0.0 && *seconds <= TVDB_RATE_LIMIT_PERIOD_MAX_S;
        let seconds = self.text_or_default(NAME).parse().ok().filter(sensible);
        self.or_problem(NAME, seconds.map(Duration::from_secs_f64))
    }

    /// Without a value that makes sense nothing starts, so that none has to stand for it.
    fn or_problem<T: Default>(&mut self, name: &str, value: Option<T>) -> T {
        value.unwrap_or_else(|| {
            self.problem(name);
            T::default()
        })
    }

    fn log_detail(&mut self) -> LogDetail {
        match self.text_or_default("DEBUG").to_ascii_lowercase().as_str() {
            "0" | "false" | "no" | "off" => LogDetail::Usual,
            "1" | "true" | "yes" | "on" => LogDetail::Debug,
            "trace" => LogDetail::Trace,
            _ => {
                self.problem("DEBUG");
                LogDetail::Usual
            }
        }
    }

    fn trace_filter(&mut self, log_detail: LogDetail) -> TraceFilter {
        let Some(text) = self.text("TRACE_LEVEL_FILTER") else { return TraceFilter::default() };
        if log_detail == LogDetail::Usual {
            let sentence = "TRACE_LEVEL_FILTER has no effect unless DEBUG=1 is set too";
            self.warnings.push(sentence.to_owned());
            return TraceFilter::default();
        }
        let (all_others, list) = match text.strip_prefix('!') {
            Some(list) => (true, list),
            None => (text == "*", text.trim_start_matches('*')),
        };
        let named = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        let named: Vec<String> = named.map(str::to_owned).collect();
        let is_name =
            |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || ":_.-".contains(c));
        if !named.iter().all(is_name) || (text != "*" && named.is_empty()) {
            self.problem("TRACE_LEVEL_FILTER");
        }
        TraceFilter { all_others, named }
    }

    fn log_format(&mut self) -> LogFormat {
        match self.text_or_default("LOG_FORMAT") {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => {
                self.problem("LOG_FORMAT");
                LogFormat::Text
            }
        }
    }

    fn metrics_addr(&mut self) -> Option<SocketAddr> {
        let address = self.text("METRICS_ADDR")?.parse().ok();
        if address.is_none() {
            self.problem("METRICS_ADDR");
        }
        address
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
                self.problem("SANDBOX_HTTP");
                None
            }
        };
        let moments = self.text("SANDBOX_MOMENTS").map(PathBuf::from);
        Some(Sandbox { clock, http, moments })
    }

    /// One sentence for all settings of the former bot that mean nothing here.
    fn warn_of_former(&mut self) {
        let former = table::SETTINGS.iter().filter(|setting| setting.section == Section::Former);
        let names = former.map(|setting| setting.name).filter(|name| self.text(name).is_some());
        let names: Vec<&str> = names.collect();
        if !names.is_empty() {
            let names = names.join(" and ");
            self.warnings.push(format!("{names}: accepted, without effect; you can remove it"));
        }
    }
}

/// The one line in a file, or why there is none, as a part of a sentence.
fn secret_in(path: &Path) -> Result<String, String> {
    let read = || -> io::Result<String> {
        let mut text = String::new();
        File::open(path)?.take(SECRET_BYTES_MAX + 1).read_to_string(&mut text)?;
        Ok(text)
    };
    let text = read().map_err(|error| format!("it cannot be read: {error}"))?;
    match text.trim() {
        "" => Err("it is empty".to_owned()),
        _ if text.len() as u64 > SECRET_BYTES_MAX => Err("it is too long for a secret".to_owned()),
        secret => Ok(secret.to_owned()),
    }
}

/// Whether quotation marks stand around a text, as Docker leaves them where it reads a file of settings.
fn is_quoted(text: &str) -> bool {
    let ends = (text.chars().next(), text.chars().next_back());
    text.len() > 1 && matches!(ends, (Some('"'), Some('"')) | (Some('\''), Some('\'')))
}

fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
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
