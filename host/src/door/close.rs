//! What the gateway's close codes mean for us, and what the operator reads where no reconnect helps.

use super::gateway::TOKEN_SENTENCE;

/// The intents that an operator has to switch on, with their names in the Developer Portal.
const PRIVILEGED: [(u64, &str); 3] = [
    (1 << 1, "Server Members Intent"),
    (1 << 8, "Presence Intent"),
    (1 << 15, "Message Content Intent"),
];

/// What to do after a close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Connect again and resume.
    Resume,
    /// Connect again with a new session: Discord does not know the old one any more.
    Fresh,
    /// Stop, with a sentence for the operator.
    Fatal(String),
}

/// What a close code means for a session with these intents.
pub(super) fn meaning(code: u16, intents: u64) -> Meaning {
    let sentence = match code {
        4007 | 4009 => return Meaning::Fresh,
        4004 => TOKEN_SENTENCE.to_owned(),
        4010 => "Discord does not accept the number of this shard (close code 4010). Start again, \
            and if it stays so, report it."
            .to_owned(),
        4011 => "The bot is in too many servers for the connections it has (close code 4011). \
            Start again: Discord then says how many it needs."
            .to_owned(),
        4012 => "Discord no longer speaks this version of its gateway (close code 4012). Update \
            Lumina."
            .to_owned(),
        4013 => format!(
            "Discord does not know one of the intents that the plugins ask for (close code 4013, \
            intents {intents:#x}). Update Lumina, or unload the newest plugin."
        ),
        4014 => disallowed(intents),
        _ => return Meaning::Resume,
    };
    Meaning::Fatal(sentence)
}

fn disallowed(intents: u64) -> String {
    let names: Vec<&str> =
        PRIVILEGED.iter().filter(|(bit, _)| intents & bit != 0).map(|(_, name)| *name).collect();
    let names = if names.is_empty() { "intents asked for".to_owned() } else { names.join(", ") };
    format!(
        "Discord does not allow this application the {names} (close code 4014). Switch it on at \
        https://discord.com/developers/applications (your application, Bot, Privileged Gateway \
        Intents), or unload the plugin that asks for it."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(code: u16, intents: u64) -> String {
        match meaning(code, intents) {
            Meaning::Fatal(sentence) => sentence,
            other => panic!("{code} is {other:?}"),
        }
    }

    #[test]
    fn fatal_codes_say_what_to_do() {
        assert!(sentence(4004, 0).contains("BOT_TOKEN"));
        let refused = sentence(4014, (1 << 15) | (1 << 1) | 1);
        assert!(refused.contains("Server Members Intent, Message Content Intent"), "{refused}");
        assert!(refused.contains("Privileged Gateway Intents"));
        for code in 4010..=4014 {
            assert!(sentence(code, 0).ends_with('.'), "{code}");
        }
    }

    #[test]
    fn other_codes_connect_again() {
        for code in [1000, 1001, 1006, 4000, 4001, 4002, 4003, 4005, 4008, 4999] {
            assert_eq!(meaning(code, 0), Meaning::Resume, "{code}");
        }
        assert_eq!((meaning(4007, 0), meaning(4009, 0)), (Meaning::Fresh, Meaning::Fresh));
    }
}
