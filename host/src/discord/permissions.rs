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
const VIEW_CHANNELS: u64 = 1 << 10;
/// What every answer needs. In a thread it is another permission to send.
const FOR_EACH_ANSWER: u64 = VIEW_CHANNELS | SEND_MESSAGES;
/// What an answer may need: Embed Links and Attach Files too.
const FOR_ANSWERS: u64 = FOR_EACH_ANSWER | 1 << 14 | 1 << 15;
/// What the log says where Discord forbids something that nothing known forbids.
const FIND_OUT: &str = "Discord does not say what it misses: look at what the settings of that channel deny \
                        the bot and its roles";

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

/// Says that Discord does not let the bot answer where `at` came from. Discord does not say why: the user
/// is told what the bot lacks there only if no answer does without it, and the log how to find out.
pub(super) fn forbidden(at: &Interaction, detail: &str) -> Error {
    let lacking = at.guild.map_or(0, |_| lacking_for_answers(at.bot_permissions));
    let named = names(lacking);
    let (message, lacks) = if lacking & FOR_EACH_ANSWER != 0 {
        (Text::key("error-bot-permissions").arg("permissions", named.as_str()), named)
    } else if lacking != 0 {
        (Text::key("error-forbidden"), format!("{named}, which need not be why; {FIND_OUT}"))
    } else {
        let nothing = "nothing that answers need";
        (Text::key("error-forbidden"), format!("{nothing}; {FIND_OUT}"))
    };
    let channel = at.channel.map(|id| id.to_string()).unwrap_or_default();
    let guild = at.guild.map_or("none".to_owned(), |id| id.to_string());
    let detail = format!("{detail}; in channel {channel} of guild {guild} the bot lacks {lacks}");
    Error::new(ErrorKind::Unavailable).message(message).detail(detail)
}

/// What an answer may need and is not held. Of the two permissions to send, a channel asks for one.
fn lacking_for_answers(held: u64) -> u64 {
    let sends = if held & SEND_IN_THREADS == 0 { 0 } else { SEND_MESSAGES };
    if held & ADMINISTRATOR == 0 { FOR_ANSWERS & !(held | sends) } else { 0 }
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
    fn where_discord_forbids_an_answer_only_what_every_answer_needs_is_named_as_the_reason() {
        let mut at = Interaction::default();
        (at.guild, at.channel) = (Some(GuildId(6)), Some(ChannelId(5)));
        let lacking = |names: &str| Text::key("error-bot-permissions").arg("permissions", names);
        let (view, threads, looks) = (1 << 10, 1 << 38, 1 << 14 | 1 << 15);
        let nothing = format!("nothing that answers need; {FIND_OUT}");
        let looks_only = format!("Embed Links, Attach Files, which need not be why; {FIND_OUT}");
        for (held, named, lacks) in [
            (SEND_MESSAGES | looks, Some("View Channels"), "View Channels"),
            (view | looks, Some("Send Messages"), "Send Messages"),
            (view | threads, None, &looks_only),
            (FOR_ANSWERS, None, &nothing),
            (ADMINISTRATOR, None, &nothing),
        ] {
            at.bot_permissions = held;
            let error = forbidden(&at, "code 50013");
            let told = named.map_or(Text::key("error-forbidden"), lacking);
            assert_eq!(error.message, Some(told), "{held:#x}");
            let place = "code 50013; in channel 5 of guild 6 the bot lacks";
            assert_eq!(error.detail, format!("{place} {lacks}"), "{held:#x}");
        }
    }
}
