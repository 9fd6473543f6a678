//! Which commands are offered where, by what Discord says of an interaction.

use super::*;
use crate::discord::sudo;
use lumina_plugin_api::{id::GuildId, interaction::Member};
use serde_json::{Value, json};

const MEMBER: u64 = 1 << 11;
const BAN_MEMBERS: u64 = 1 << 2;
const ADMINISTRATOR: u64 = 1 << 3;

/// An origin as Discord tells it.
fn origin(context: u8, owners: Value, permissions: u64) -> Origin {
    let mut head = json!({"id": "1", "token": "t", "type": 2, "context": context});
    if !owners.is_null() {
        head["authorizing_integration_owners"] = owners;
    }
    let mut at = Interaction::default();
    if context == 0 {
        at.guild = Some(GuildId(7));
        let mut member = Member::default();
        member.permissions = permissions;
        at.member = Some(member);
    }
    let head = head.to_string();
    Origin::of(&frame::Interaction::parse(&head).expect("a head"), &at)
}

#[test]
fn what_is_for_other_installations_is_not_offered() {
    let types = [
        vec![IntegrationType::Guild],
        vec![IntegrationType::User],
        IntegrationType::both(),
        vec![],
    ];
    for (context, owners, expected, has_sudo) in [
        (0, json!({"0": "7"}), [true, false, true, false], true),
        (0, json!({"1": "5"}), [false, true, true, false], false),
        (0, json!({"0": "7", "1": "5"}), [true, true, true, false], true),
        (1, json!({"0": "0", "1": "5"}), [true, true, true, false], true),
        (1, json!({"0": 0}), [true, false, true, false], true),
        (1, json!({"1": "5"}), [false, true, true, false], false),
        (2, json!({"1": "5"}), [false, true, true, false], false),
        (2, json!({}), [false, true, true, false], false),
        // Where that is not told, nothing but the place rules a command out.
        (0, Value::Null, [true, true, true, false], true),
        (0, json!("7"), [true, true, true, false], true),
        (2, Value::Null, [true, true, true, false], false),
    ] {
        let origin = origin(context, owners.clone(), MEMBER);
        let offered = types
            .clone()
            .map(|types| origin.offers(&Command::slash("a", "b").integration_types(types)));
        assert_eq!(offered, expected, "{context} {owners}");
        assert_eq!(sudo::is_offered(&origin), has_sudo, "{context} {owners}");
    }
}

/// Whether a command is offered that is typed, and whether it is in the menus of users and messages.
fn offered(origin: Origin, declare: impl Fn(Command) -> Command) -> [bool; 3] {
    let commands = [Command::slash("a", "b"), Command::user_menu("a"), Command::message_menu("a")];
    commands.map(|command| origin.offers(&declare(command)))
}

#[test]
fn in_guilds_a_command_is_offered_to_who_holds_what_it_needs_and_elsewhere_to_everyone() {
    let everyone = [true; 3];
    for (needed, in_guilds) in [
        (None, everyone),
        // Zero means administrators only.
        (Some(0), [false, false, true]),
        (Some(BAN_MEMBERS), [false, true, true]),
    ] {
        let declare = |command: Command| match needed {
            Some(bits) => command.default_member_permissions(bits),
            None => command,
        };
        for (context, expected) in [(0, in_guilds), (1, everyone), (2, everyone)] {
            let offered = [MEMBER, MEMBER | BAN_MEMBERS, ADMINISTRATOR]
                .map(|held| offered(origin(context, Value::Null, held), declare));
            let expected = expected.map(|is_typed| [is_typed, false, false]);
            assert_eq!(offered, expected, "{needed:?} in {context}");
        }
    }
}

#[test]
fn a_command_is_offered_in_the_places_that_it_names() {
    for (contexts, expected) in [
        (Context::everywhere(), [true, true, true]),
        (vec![Context::Guild], [true, false, false]),
        (vec![Context::BotDm], [false, true, false]),
        (vec![Context::PrivateChannel], [false, false, true]),
        (vec![Context::Guild, Context::BotDm], [true, true, false]),
        (vec![Context::Unknown], [false, false, false]),
    ] {
        let places = [0, 1, 2].map(|context| origin(context, Value::Null, ADMINISTRATOR));
        let declare = |command: Command| command.contexts(contexts.clone());
        let expected = expected.map(|is_typed| [is_typed, false, false]);
        assert_eq!(places.map(|place| offered(place, declare)), expected, "{contexts:?}");
    }
}

#[test]
fn where_no_place_is_told_a_guild_tells_it() {
    let head = json!({"id": "1", "token": "t", "type": 2}).to_string();
    let head = frame::Interaction::parse(&head).expect("a head");
    let mut at = Interaction::default();
    let in_guilds = Command::slash("a", "b").contexts([Context::Guild]);
    let in_messages = Command::slash("a", "b").contexts([Context::BotDm]);
    let both = |at: &Interaction| {
        let origin = Origin::of(&head, at);
        [origin.offers(&in_guilds), origin.offers(&in_messages)]
    };
    assert_eq!(both(&at), [false, true]);
    at.guild = Some(GuildId(7));
    assert_eq!(both(&at), [true, false]);
}
