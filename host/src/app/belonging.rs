//! Whose data these are: a bot that finds the data of another one says so, and leaves them alone.

use super::{
    ANSWER_TIME, UNANSWERED,
    database::{database_location, database_setting, open_database},
    open_door,
};
use crate::{
    clock::Clock,
    config::Config,
    db::{ApplicationId, Database},
    discord::Identity,
};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// The data belong to another bot.
#[derive(Debug, thiserror::Error)]
#[error(
    "the data in `{}` belong to the bot with the application id {owner}, and BOT_TOKEN is of {ours}: set \
     the token of {owner}, or name another place in {setting}; to let {ours} go on with these data, run \
     `lumina adopt` once",
    database.display()
)]
pub struct OthersData {
    database: PathBuf,
    /// What says where that is.
    setting: &'static str,
    owner: ApplicationId,
    ours: ApplicationId,
}

/// Refuses data that belong to another bot than the one of the token.
///
/// # Errors
/// [`OthersData`], or if the database cannot be read.
pub(super) async fn refuse_others(
    config: &Config,
    database: &Database,
    identity: &Identity,
) -> Result<()> {
    let owner = database.application().await.context("the database cannot be used")?;
    Ok(compare(config, owner, identity)?)
}

/// Compares whose data these are with who we are.
///
/// # Errors
/// [`OthersData`] if they are another bot's.
pub(super) fn compare(
    config: &Config,
    owner: Option<ApplicationId>,
    identity: &Identity,
) -> Result<(), OthersData> {
    let ours = application(identity);
    match owner.filter(|owner| *owner != ours) {
        Some(owner) => {
            let (database, setting) = (real_database(config), database_setting(config));
            Err(OthersData { database, setting, owner, ours })
        }
        None => Ok(()),
    }
}

/// Remembers at the first start whose data these are.
///
/// # Errors
/// If the database cannot be used.
pub(super) async fn remember(
    database: &Database,
    identity: &Identity,
    clock: &Clock,
) -> Result<()> {
    if database.application().await?.is_none() {
        database.remember_application(application(identity), clock.now()).await?;
    }
    Ok(())
}

/// Lets the bot of the token have the data of another; returns what to tell the operator.
///
/// # Errors
/// If the database cannot be used, a host runs on it, or Discord refuses the token or does not answer.
pub async fn adopt(config: &Config) -> Result<String> {
    let clock = Clock::start();
    let database = open_database(config).await?;
    let door = open_door(config, &clock)?;
    let identity = clock.timeout(ANSWER_TIME, Identity::fetch(&door, &clock)).await;
    let ours = application(&identity.context(UNANSWERED)??);
    let owner = database.application().await?;
    if owner != Some(ours) {
        database.remember_application(ours, clock.now()).await?;
    }
    database.close().await;
    Ok(told(config, owner, ours))
}

fn told(config: &Config, owner: Option<ApplicationId>, ours: ApplicationId) -> String {
    let database = real_database(config);
    let place = database.display();
    match owner {
        Some(owner) if owner == ours => {
            format!("The data in `{place}` belong to {ours} already.\n")
        }
        Some(owner) => {
            format!("The data in `{place}` belonged to {owner} and belong to {ours} now.\n")
        }
        None => format!("The data in `{place}` belong to {ours} now.\n"),
    }
}

/// Returns the file itself that is there, whatever leads to it.
fn real_database(config: &Config) -> PathBuf {
    let named = database_location(config).map(|location| location.path().to_owned());
    let named = named.unwrap_or_else(|_| config.data_dir.clone());
    named.canonicalize().unwrap_or(named)
}

fn application(identity: &Identity) -> ApplicationId {
    ApplicationId(identity.application_number())
}
