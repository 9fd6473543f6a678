//! What the gateway's close codes mean for us, and where no reconnect helps.

use super::Refused;

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
    /// Stop until there are other intents to ask for.
    Intents(Refused),
    /// Stop: no further try can help.
    Fatal(Refused),
}

/// What a close code means for a session with these intents.
pub(super) fn meaning(code: u16, intents: u64) -> Meaning {
    Meaning::Fatal(match code {
        4007 | 4009 => return Meaning::Fresh,
        4004 => Refused::Token,
        4010 => Refused::Shard,
        4011 => Refused::Servers,
        4012 => Refused::Version,
        4013 => return Meaning::Intents(Refused::UnknownIntents { intents }),
        4014 => return Meaning::Intents(Refused::Intents { names: names(intents) }),
        _ => return Meaning::Resume,
    })
}

/// What the privileged ones of these intents are called where they are switched on.
pub(super) fn names(intents: u64) -> String {
    let named = PRIVILEGED.iter().filter(|(bit, _)| intents & bit != 0).map(|(_, name)| *name);
    named.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(code: u16, intents: u64) -> String {
        match meaning(code, intents) {
            Meaning::Fatal(refused) | Meaning::Intents(refused) => refused.to_string(),
            other => panic!("{code} is {other:?}"),
        }
    }

    #[test]
    fn codes_that_no_reconnect_mends_say_what_to_do() {
        assert!(sentence(4004, 0).contains("BOT_TOKEN"));
        let refused = sentence(4014, (1 << 15) | (1 << 1) | 1);
        assert!(refused.contains("Server Members Intent, Message Content Intent"), "{refused}");
        assert!(refused.contains("Privileged Gateway Intents"));
        for code in 4010..=4014 {
            assert!(sentence(code, 0).ends_with('.'), "{code}");
            let of_intents = matches!(meaning(code, 0), Meaning::Intents(_));
            assert_eq!(of_intents, code >= 4013, "{code}");
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
