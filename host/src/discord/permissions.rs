//! Permission bits: what the bot may do in a channel, and which commands a member may see.

use lumina_plugin_api::{
    error::{Error, ErrorKind},
    interaction::Interaction,
    text::Text,
};

/// Whoever has it has all others.
const ADMINISTRATOR: u64 = 1 << 3;

/// Bits and the names that Discord's settings show (reference, "Bitwise Permission Flags").
const NAMES: [(u32, &str); 24] = [
    (1, "Kick Members"),
    (2, "Ban Members"),
    (3, "Administrator"),
    (4, "Manage Channels"),
    (5, "Manage Server"),
    (6, "Add Reactions"),
    (10, "View Channels"),
    (11, "Send Messages"),
    (13, "Manage Messages"),
    (14, "Embed Links"),
    (15, "Attach Files"),
    (16, "Read Message History"),
    (17, "Mention Everyone"),
    (18, "Use External Emojis"),
    (20, "Connect"),
    (21, "Speak"),
    (24, "Move Members"),
    (26, "Change Nickname"),
    (28, "Manage Roles"),
    (29, "Manage Webhooks"),
    (33, "Manage Events"),
    (34, "Manage Threads"),
    (38, "Send Messages in Threads"),
    (40, "Timeout Members"),
];

/// Whether `held` holds all of `needed`.
pub(super) fn allows(held: u64, needed: u64) -> bool {
    held & ADMINISTRATOR != 0 || held & needed == needed
}

/// Refuses what the bot may not do in the channel of an interaction. Outside guilds there is nothing to
/// check.
pub(super) fn check_bot(at: &Interaction, needed: u64) -> Result<(), Error> {
    if at.guild.is_none() || allows(at.bot_permissions, needed) {
        return Ok(());
    }
    let missing = names(needed & !at.bot_permissions);
    let message = Text::key("error-bot-permissions").arg("permissions", missing.as_str());
    let detail = format!("the bot lacks permissions: {missing}");
    Err(Error::new(ErrorKind::Denied).message(message).detail(detail))
}

fn names(bits: u64) -> String {
    let named = NAMES.iter().filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, name)| *name);
    let names: Vec<&str> = named.collect();
    if names.is_empty() { format!("{bits:#x}") } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina_plugin_api::id::GuildId;

    #[test]
    fn what_the_bot_lacks_is_named() {
        let mut at = Interaction::default();
        at.bot_permissions = 1 << 11;
        assert!(check_bot(&at, 1 << 14).is_ok(), "there is nothing to check outside guilds");
        at.guild = Some(GuildId(1));
        assert!(check_bot(&at, 1 << 11).is_ok());
        let error = check_bot(&at, 1 << 11 | 1 << 14 | 1 << 15).unwrap_err();
        assert!(error.detail.ends_with("Embed Links, Attach Files"), "{}", error.detail);
        at.bot_permissions = ADMINISTRATOR;
        assert!(check_bot(&at, 1 << 14).is_ok());
    }
}
