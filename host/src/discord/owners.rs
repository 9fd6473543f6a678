//! Who owns the bot: the owner of the application, the accepted members of its team that may do more than
//! read, and those in the settings.

use super::{
    api::{Api, ApiError, ApplicationId},
    live::Live,
    start::Identity,
};
use crate::clock::Clock;
use lumina_plugin_api::id::UserId;
use serde::Deserialize;
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tracing::warn;

/// How long Discord's answer is taken as true: who leaves the team loses `/sudo` within it.
const FRESH_FOR: Duration = Duration::from_secs(5 * 60);
/// How long Discord may take to say it: `/sudo` must be answered in three seconds.
const ASKING_TIME: Duration = Duration::from_secs(1);
/// The membership of who has accepted the invitation (reference, "Membership State Enum").
const ACCEPTED: u8 = 2;

/// The application as Discord knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The bot's id as a user.
    pub bot: UserId,
    /// What was switched on for it, as Discord's bits.
    pub flags: u64,
    /// Who owns it.
    pub owners: HashSet<UserId>,
}

#[derive(Deserialize)]
struct RawApplication {
    // Read as any snowflake is.
    id: UserId,
    #[serde(default)]
    flags: u64,
    #[serde(default)]
    bot: Option<RawUser>,
    #[serde(default)]
    owner: Option<RawUser>,
    #[serde(default)]
    team: Option<RawTeam>,
}

#[derive(Deserialize)]
struct RawUser {
    id: UserId,
}

#[derive(Deserialize)]
struct RawTeam {
    owner_user_id: Option<UserId>,
    #[serde(default)]
    members: Vec<RawMember>,
}

#[derive(Deserialize)]
struct RawMember {
    membership_state: u8,
    #[serde(default)]
    role: String,
    user: RawUser,
}

impl Application {
    /// Asks Discord.
    pub(super) async fn fetch(api: &Api) -> Result<Self, ApiError> {
        api.get_json::<RawApplication>("applications/@me").await.map(Self::from)
    }
}

impl From<RawApplication> for Application {
    fn from(raw: RawApplication) -> Self {
        let owners = match raw.team {
            // The owner of a team's application is a user named after the team, who is nobody.
            Some(team) => {
                let may = |member: &RawMember| {
                    member.membership_state == ACCEPTED && member.role != "read_only"
                };
                let members = team.members.into_iter().filter(may).map(|member| member.user.id);
                members.chain(team.owner_user_id).collect()
            }
            None => raw.owner.map(|owner| owner.id).into_iter().collect(),
        };
        // Applications of the first years have another id than their bot.
        let bot = raw.bot.map_or(raw.id, |bot| bot.id);
        Self { id: ApplicationId(raw.id.0), bot, flags: raw.flags, owners }
    }
}

/// Knows who owns the bot.
#[derive(Debug)]
pub(super) struct Owners {
    api: Api,
    clock: Clock,
    live: Live,
    known: Mutex<Known>,
    flags: Arc<AtomicU64>,
    /// Held while Discord is asked, for [`ASKING_TIME`] at most: one asks for all who wait.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Known {
    owners: HashSet<UserId>,
    until: Duration,
}

impl Owners {
    pub(super) fn new(api: Api, clock: Clock, live: Live, identity: &Identity) -> Self {
        let until = clock.monotonic() + FRESH_FOR;
        let known = Mutex::new(Known { owners: identity.application.owners.clone(), until });
        let flags = Arc::clone(&identity.flags);
        Self { api, clock, live, known, flags, asking: tokio::sync::Mutex::default() }
    }

    /// Whether `user` owns the bot. Asks Discord where the last answer is too old.
    #[expect(clippy::await_holding_invalid_type, reason = "one asks for all; see `asking`")]
    pub(super) async fn is_owner(&self, user: UserId) -> bool {
        if self.live.now().owner_ids.contains(&user) {
            return true;
        }
        if !self.is_fresh() {
            let _turn = self.asking.lock().await;
            if !self.is_fresh() {
                self.refresh().await;
            }
        }
        self.known().owners.contains(&user)
    }

    /// Whether `user` owned the bot when Discord was asked last.
    pub(super) fn knows(&self, user: UserId) -> bool {
        self.live.now().owner_ids.contains(&user) || self.known().owners.contains(&user)
    }

    /// Asks Discord who owns the bot and what is switched on for it; whether the latter has changed.
    pub(super) async fn refresh(&self) -> bool {
        let until = self.clock.monotonic() + FRESH_FOR;
        let error = match self.clock.timeout(ASKING_TIME, Application::fetch(&self.api)).await {
            Ok(Ok(application)) => {
                *self.known() = Known { owners: application.owners, until };
                return self.flags.swap(application.flags, Ordering::Relaxed) != application.flags;
            }
            Ok(Err(error)) => super::chain(&error),
            Err(_) => "it took too long".to_owned(),
        };
        // Better the owners of yesterday than none.
        warn!(error, "could not ask Discord who owns the bot");
        self.known().until = until;
        false
    }

    fn is_fresh(&self) -> bool {
        self.clock.monotonic() < self.known().until
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn owners(application: serde_json::Value) -> Vec<u64> {
        let raw: RawApplication = serde_json::from_value(application).unwrap();
        let mut owners: Vec<u64> = Application::from(raw).owners.iter().map(|id| id.0).collect();
        owners.sort_unstable();
        owners
    }

    #[test]
    fn the_owner_of_the_application_owns_the_bot() {
        assert_eq!(owners(json!({"id": "1", "owner": {"id": "2"}, "team": null})), [2]);
    }

    #[test]
    fn of_a_team_those_who_accepted_and_may_do_more_than_read_own_the_bot() {
        let member = |id: &str, state: u8, role: &str| json!({"membership_state": state, "role": role, "user": {"id": id}});
        let team = json!({"owner_user_id": "3", "members": [
            member("3", 2, ""), member("4", 2, "developer"), member("5", 2, "read_only"),
            member("6", 1, "admin"),
        ]});
        assert_eq!(owners(json!({"id": "1", "owner": {"id": "2"}, "team": team})), [3, 4]);
    }
}
