//! Who owns the bot.

use lumina_plugin_api::id::UserId;
use serde::Deserialize;
use std::collections::HashSet;

/// Discord's number for a member who has taken the invitation to the team.
const ACCEPTED: u8 = 2;
/// The role of a member who may look at the application and change nothing.
const READ_ONLY: &str = "read_only";

/// The owner of the application, the accepted members of the owning team who may do more than look, and
/// those whom the setting `OWNER_IDS` names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::discord) struct Owners {
    ids: HashSet<UserId>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Application {
    owner: Option<Person>,
    team: Option<Team>,
}

#[derive(Deserialize)]
struct Person {
    id: UserId,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Team {
    owner_user_id: Option<UserId>,
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    membership_state: u8,
    #[serde(default)]
    role: String,
    user: Person,
}

impl Owners {
    /// Reads the owners out of what Discord says of the application (`GET /applications/@me`), beside
    /// those that are `named` by the settings.
    ///
    /// # Errors
    /// If Discord's answer is of another form.
    pub(in crate::discord) fn read(
        application: &[u8],
        named: &[UserId],
    ) -> Result<Self, serde_json::Error> {
        let Application { owner, team } = serde_json::from_slice(application)?;
        let mut ids: HashSet<UserId> = named.iter().copied().collect();
        match team {
            // Of an application of a team Discord names the team itself as owner, as a user.
            Some(team) => {
                ids.extend(team.owner_user_id);
                ids.extend(team.members.iter().filter(|member| member.may_act()).map(Member::id));
            }
            None => ids.extend(owner.map(|owner| owner.id)),
        }
        Ok(Self { ids })
    }

    /// Whether `user` owns the bot.
    pub(in crate::discord) fn contains(&self, user: UserId) -> bool {
        self.ids.contains(&user)
    }
}

impl Member {
    fn may_act(&self) -> bool {
        self.membership_state == ACCEPTED && self.role != READ_ONLY
    }

    fn id(&self) -> UserId {
        self.user.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn owners(application: serde_json::Value, named: &[u64]) -> Vec<u64> {
        let named: Vec<_> = named.iter().copied().map(UserId).collect();
        let owners = Owners::read(application.to_string().as_bytes(), &named).unwrap();
        let mut ids: Vec<_> = owners.ids.iter().map(|id| id.0).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn a_person_owns_alone() {
        assert_eq!(owners(json!({"owner": {"id": "1"}, "team": null}), &[]), [1]);
    }

    #[test]
    fn of_a_team_those_own_who_accepted_and_may_act() {
        let member = |id: &str, state: u8, role: &str| json!({"membership_state": state, "role": role, "user": {"id": id}});
        let members = [
            member("2", 2, "admin"),
            member("3", 2, "developer"),
            member("4", 2, "read_only"),
            member("5", 1, "admin"),
        ];
        let team = json!({"owner_user_id": "6", "members": members});
        assert_eq!(owners(json!({"owner": {"id": "99"}, "team": team}), &[]), [2, 3, 6]);
    }

    #[test]
    fn settings_name_more() {
        assert_eq!(owners(json!({"owner": {"id": "1"}}), &[7]), [1, 7]);
    }
}
