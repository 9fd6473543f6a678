//! `lumina check`: everything that can be wrong before a start, said at once. Changes nothing, and makes no
//! plugin.

mod places;
mod plugin_files;
mod wrong;

use super::{ANSWER_TIME, belonging, catalogue, database_location, open_door};
use crate::{
    chain::chain,
    clock::Clock,
    config::{Config, Sources},
    db,
    discord::Identity,
    tvdb::{Catalogue as _, Search, TvdbError},
};
use std::fmt;
use wrong::Wrong;

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

/// How something is, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it must be.
    Well,
    /// A start succeeds, but hardly as it was meant.
    Odd,
    /// A start fails, or something is missing afterwards.
    Wrong,
    /// A start fails, and each one will until someone changes something.
    Lasting,
}

impl Finding {
    fn new(what: impl Into<String>, result: Result<String, Wrong>) -> Self {
        let (verdict, told) = match result {
            Ok(told) => (Verdict::Well, told),
            Err(Wrong { told, is_lasting: false }) => (Verdict::Wrong, told),
            Err(Wrong { told, is_lasting: true }) => (Verdict::Lasting, told),
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
            let wrong = |problem| Finding::new("settings", Err(Wrong::lasting(problem)));
            return (None, error.problems.into_iter().map(wrong).collect());
        }
    };
    let mut findings = vec![Finding::new("settings", Ok("understood".to_owned()))];
    findings.extend(warnings.into_iter().map(|warning| Finding::odd("settings", warning)));
    findings.extend(places::look(&config).await);
    let is_wrong = |what: &str| {
        findings.iter().any(|finding| finding.what == what && finding.verdict >= Verdict::Wrong)
    };
    // Without a place for working copies nothing can be tried, and that has been told.
    let place = (!is_wrong("DATA_DIR") && !is_wrong("SHADOW_DIR")).then_some(&*config.shadow_dir);
    findings.extend(plugin_files::look(&config, place).await);
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
async fn belonging(config: &Config, identity: Option<&Identity>) -> Option<Result<String, Wrong>> {
    let location = database_location(config).ok()?;
    // What is wrong with the file itself was told where it lies.
    let owner = db::owner(&location).await.ok().flatten()?;
    let compared = belonging::compare(config, Some(owner), identity?);
    Some(compared.map(|()| "belong to this bot".to_owned()).map_err(Wrong::of))
}

async fn discord(config: &Config, clock: &Clock) -> Result<Identity, Wrong> {
    let door = open_door(config, clock).map_err(Wrong::of)?;
    match clock.timeout(ANSWER_TIME, Identity::fetch(&door, clock)).await {
        Ok(fetched) => fetched.map_err(Wrong::of),
        Err(_) => Err(unanswered(&config.discord_api_base)),
    }
}

/// The bot starts without TheTVDB, so that nothing here keeps it from that.
async fn tvdb(config: &Config, clock: &Clock) -> Result<String, Wrong> {
    let catalogue = catalogue(config, clock).map_err(Wrong::of)?;
    let search = Search { text: SOMETHING_KNOWN.to_owned(), kind: None, limit: 1 };
    match clock.timeout(ANSWER_TIME, catalogue.search(search)).await {
        Ok(Ok(_)) => Ok("takes the key".to_owned()),
        // It says what to do.
        Ok(Err(error @ TvdbError::WrongKey)) => Err(Wrong::passing(error.to_string())),
        Ok(Err(error)) => Err(Wrong::passing(format!("{}: {LOOK_AT_NETWORK}", chain(&error)))),
        Err(_) => Err(unanswered(&config.tvdb_api_base)),
    }
}

fn unanswered(base: &impl fmt::Display) -> Wrong {
    Wrong::passing(format!("`{base}` does not answer: {LOOK_AT_NETWORK}"))
}
