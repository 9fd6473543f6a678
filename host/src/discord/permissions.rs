//! Permission bits: what the bot may do in a channel, and which commands a member may see.

use lumina_plugin_api::{
    error::{Error, ErrorKind},
    interaction::Interaction,
    text::Text,
};

/// Whoever has it has all others.
const ADMINISTRATOR: u64 = 1 << 3;

const SEND_MESSAGES: u64 = 1 << 11;
const SEND_IN_THREADS: u64 = 1 << 38;
/// View Channels, Embed Links, Attach Files.
const FOR_ANSWERS: u64 = 1 << 10 | 1 << 14 | 1 << 15;

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

/// Says that Discord does not let the bot answer where `at` came from: to the log where that is, and to
/// both what the bot lacks there, as far as Discord has told.
pub(super) fn forbidden(at: &Interaction, detail: &str) -> Error {
    let lacking = lacking_for_answers(at.bot_permissions);
    let is_known = at.guild.is_some() && lacking != 0;
    let message = if is_known {
        Text::key("error-bot-permissions").arg("permissions", names(lacking))
    } else {
        Text::key("error-forbidden")
    };
    let lacks = if is_known { names(lacking) } else { "nothing that is known".to_owned() };
    let channel = at.channel.map(|id| id.to_string()).unwrap_or_default();
    let guild = at.guild.map_or("none".to_owned(), |id| id.to_string());
    let detail = format!("{detail}; in channel {channel} of guild {guild} the bot lacks {lacks}");
    Error::new(ErrorKind::Unavailable).message(message).detail(detail)
}

/// What an answer may need and is not held. Of the two permissions to send, a channel asks for one.
fn lacking_for_answers(held: u64) -> u64 {
    if held & ADMINISTRATOR != 0 {
        return 0;
    }
    let sends = held & (SEND_MESSAGES | SEND_IN_THREADS) != 0;
    let needed = FOR_ANSWERS | if sends { 0 } else { SEND_MESSAGES };
    needed & !held
}

fn names(bits: u64) -> String {
    let named = NAMES.iter().filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, name)| *name);
    let names: Vec<&str> = named.collect();
    if names.is_empty() { format!("{bits:#x}") } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lumina_plugin_api::id::{ChannelId, GuildId};

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

    #[test]
    fn where_discord_forbids_an_answer_the_log_reads_the_place_and_both_what_is_lacking() {
        let mut at = Interaction::default();
        (at.guild, at.channel) = (Some(GuildId(6)), Some(ChannelId(5)));
        at.bot_permissions = 1 << 10 | 1 << 38 | 1 << 14;
        let error = forbidden(&at, "code 50013");
        let told = "code 50013; in channel 5 of guild 6 the bot lacks Attach Files";
        assert_eq!(error.detail, told);
        let lacking = Text::key("error-bot-permissions").arg("permissions", "Attach Files");
        assert_eq!(error.message, Some(lacking));
        at.bot_permissions = ADMINISTRATOR;
        let error = forbidden(&at, "code 50001");
        assert_eq!(error.message, Some(Text::key("error-forbidden")));
        assert!(error.detail.ends_with("lacks nothing that is known"), "{}", error.detail);
    }
}
