//! People: the users of the simulated Discord, the bot itself and who owns it.

use serde_json::{Value, json};

use super::id::{ApplicationId, UserId};

/// Describes a person to add.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The unique name, as in `mira`.
    pub name: String,
    /// The name shown, as in `Mira`.
    pub display_name: String,
    /// The language of this person's client, as in `en-US`.
    pub locale: String,
}

/// Holds one person, or the bot.
#[derive(Clone, Debug)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The unique name.
    pub name: String,
    /// The name shown.
    pub display_name: String,
    /// The language of this person's client.
    pub locale: String,
    /// Whether this is the bot.
    pub is_bot: bool,
}

impl User {
    /// Returns Discord's user object.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "username": self.name,
            "global_name": (!self.is_bot).then_some(&self.display_name),
            "discriminator": if self.is_bot { "4242" } else { "0" },
            "avatar": null,
            "banner": null,
            "accent_color": null,
            "avatar_decoration_data": null,
            "collectibles": null,
            "clan": null,
            "primary_guild": null,
            "public_flags": 0,
            "flags": 0,
            "bot": self.is_bot,
            "system": false,
        })
    }
}

/// Says who owns the application.
#[derive(Clone, Debug)]
pub enum Owner {
    /// The first of the default users.
    FirstUser,
    /// A team, whose first member owns it.
    Team(Vec<TeamMember>),
}

/// Describes a member of the owning team, named by the position of a default user.
#[derive(Clone, Debug)]
pub struct TeamMember {
    /// The position among the default users, from 0.
    pub user_index: usize,
    /// Whether the invitation was accepted.
    pub accepted: bool,
    /// The role, as in `admin`, `developer` or `read_only`.
    pub role: String,
}

/// Tells whether an invitation to the team waits (1) or was accepted (2).
const INVITED: u8 = 1;
const ACCEPTED: u8 = 2;

/// Returns the team object of the application, with members in the given order.
pub(crate) fn team_json(application: ApplicationId, members: &[(TeamMember, User)]) -> Value {
    let owner = members.first().map(|(_, user)| user.id);
    let members: Vec<Value> = members
        .iter()
        .map(|(member, user)| {
            json!({
                "user": user.to_json(),
                "team_id": application,
                "membership_state": if member.accepted { ACCEPTED } else { INVITED },
                "role": member.role,
                "permissions": ["*"],
            })
        })
        .collect();
    json!({
        "id": application,
        "icon": null,
        "name": "The team",
        "owner_user_id": owner,
        "members": members,
    })
}
