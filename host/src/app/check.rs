//! `lumina check`: everything that can be wrong before a start, said at once. Changes nothing, and makes no
//! plugin.

mod places;
mod plugin_files;

use super::{ANSWER_TIME, belonging, catalogue, database_location, open_door};
use crate::{
    chain::chain,
    clock::Clock,
    config::{Config, Sources},
    db,
    discord::Identity,
    tvdb::{Catalogue as _, Search, TvdbError},
};
pub use plugin_files::libraries_in;

/// What is looked for to see whether TheTVDB takes the key.
const SOMETHING_KNOWN: &str = "star";

/// What is done where nobody answers.
const LOOK_AT_NETWORK: &str = "look at the network, a proxy or a firewall of this machine";

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// How it is.
    pub verdict: Verdict,
    /// What is well, or what is not and how it is put right.
    pub told: String,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it must be.
    Well,
    /// A start succeeds, but hardly as it was meant.
    Odd,
    /// A start fails, or something is missing afterwards.
    Wrong,
}

impl Finding {
    fn new(what: impl Into<String>, result: Result<String, String>) -> Self {
        let (verdict, told) = match result {
            Ok(told) => (Verdict::Well, told),
            Err(told) => (Verdict::Wrong, told),
        };
        Self { what: what.into(), verdict, told }
    }

    fn odd(what: impl Into<String>, told: String) -> Self {
        Self { what: what.into(), verdict: Verdict::Odd, told }
    }
}

/// Looks at what needs no network: settings, places, plugin files. Without settings there is nothing
/// else to look at.
#[must_use]
pub async fn on_this_machine(sources: &Sources) -> (Option<Config>, Vec<Finding>) {
    let (config, warnings) = match sources.read() {
        Ok(read) => read,
        Err(error) => {
            let wrong = |problem| Finding::new("settings", Err(problem));
            return (None, error.problems.into_iter().map(wrong).collect());
        }
    };
    let mut findings = vec![Finding::new("settings", Ok("understood".to_owned()))];
    findings.extend(warnings.into_iter().map(|warning| Finding::odd("settings", warning)));
    findings.extend(places::look(&config).await);
    let is_wrong = |what: &str| {
        findings.iter().any(|finding| finding.what == what && finding.verdict == Verdict::Wrong)
    };
    // Without a place for working copies nothing can be tried, and that has been told.
    let place = (!is_wrong("DATA_DIR") && !is_wrong("SHADOW_DIR")).then_some(&*config.shadow_dir);
    for dir in &config.plugin_dirs {
        findings.extend(plugin_files::look(dir, place).await);
    }
    (Some(config), findings)
}

/// Asks Discord whether it takes the token, which must be of the bot that the data belong to, and TheTVDB
/// whether it takes the key.
pub async fn elsewhere(config: &Config) -> Vec<Finding> {
    let clock = Clock::start();
    let (identity, tvdb) = tokio::join!(discord(config, &clock), tvdb(config, &clock));
    let belonging = belonging(config, identity.as_ref().ok()).await;
    let discord = identity.map(|_| "takes the token".to_owned());
    let mut findings = vec![Finding::new("Discord", discord)];
    findings.extend(belonging.map(|result| Finding::new("data", result)));
    findings.push(Finding::new("TheTVDB", tvdb));
    findings
}

/// Nothing to tell where there are no data that could be another bot's.
async fn belonging(config: &Config, identity: Option<&Identity>) -> Option<Result<String, String>> {
    let location = database_location(config).ok()?;
    // What is wrong with the file itself was told where it lies.
    let owner = db::owner(&location).await.ok().flatten()?;
    let compared = belonging::compare(config, Some(owner), identity?);
    Some(compared.map(|()| "belong to this bot".to_owned()).map_err(|error| error.to_string()))
}

async fn discord(config: &Config, clock: &Clock) -> Result<Identity, String> {
    let door = open_door(config, clock).map_err(|error| format!("{error:#}"))?;
    match clock.timeout(ANSWER_TIME, Identity::fetch(&door, clock)).await {
        Ok(Ok(identity)) => Ok(identity),
        Ok(Err(error)) => Err(chain(&error)),
        Err(_) => Err(format!("`{}` does not answer: {LOOK_AT_NETWORK}", config.discord_api_base)),
    }
}

async fn tvdb(config: &Config, clock: &Clock) -> Result<String, String> {
    let catalogue = catalogue(config, clock).map_err(|error| format!("{error:#}"))?;
    let search = Search { text: SOMETHING_KNOWN.to_owned(), kind: None, limit: 1 };
    match clock.timeout(ANSWER_TIME, catalogue.search(search)).await {
        Ok(Ok(_)) => Ok("takes the key".to_owned()),
        // It says what to do.
        Ok(Err(error @ TvdbError::WrongKey)) => Err(error.to_string()),
        Ok(Err(error)) => Err(format!("{}: {LOOK_AT_NETWORK}", chain(&error))),
        Err(_) => Err(format!("`{}` does not answer: {LOOK_AT_NETWORK}", config.tvdb_api_base)),
    }
}
