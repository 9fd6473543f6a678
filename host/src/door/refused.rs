//! Why there is no session, or not the one that was wanted: sentences for the operator, who reads them in
//! the log and, of what a plugin wants, in `/sudo`.

use super::close;
use crate::texts::{Told, name, say_in_english};
use lumina_plugin_api::text::Text;

/// Why Discord has no session with us, or not with the intents that were wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The token is wrong.
    Token,
    /// The number of a shard is none.
    Shard,
    /// More servers than the shards may hold.
    Servers,
    /// This version of the gateway is not spoken any more.
    Version,
    /// Intents that are none, or one of these is none.
    UnknownIntents {
        /// All of them.
        intents: u64,
    },
    /// The application may not have the intents.
    Intents {
        /// What they are called where they are switched on; empty if that is not known.
        names: String,
    },
    /// A shard has ended.
    ShardEnded,
    /// The session has ended.
    Ended,
    /// Discord has not been reached at all.
    NotYet,
    /// A new session was not ready in time.
    Late,
}

impl Refused {
    /// Whether fewer intents would be taken.
    #[must_use]
    pub fn is_of_intents(&self) -> bool {
        matches!(self, Self::UnknownIntents { .. } | Self::Intents { .. })
    }

    /// Whether a new start asks Discord for what is right now, as how many shards there have to be.
    #[must_use]
    pub fn is_mended_by_a_start(&self) -> bool {
        matches!(self, Self::Shard | Self::Servers | Self::ShardEnded)
    }

    /// Says the same of these intents alone.
    #[must_use]
    pub fn of(&self, intents: u64) -> Self {
        match self {
            Self::UnknownIntents { .. } => Self::UnknownIntents { intents },
            Self::Intents { .. } => Self::Intents { names: close::names(intents) },
            other => other.clone(),
        }
    }
}

say_in_english!(Refused);

impl Told for Refused {
    fn own(&self) -> Text {
        match self {
            Self::Token => Text::key("session-token"),
            Self::Shard => Text::key("session-shard"),
            Self::Servers => Text::key("session-servers"),
            Self::Version => Text::key("session-version"),
            Self::UnknownIntents { intents } => Text::key("session-unknown-intents")
                .arg("intents", name(format_args!("{intents:#x}"))),
            Self::Intents { names } if names.is_empty() => Text::key("session-intents"),
            Self::Intents { names } => Text::key("session-named-intents").arg("names", name(names)),
            Self::ShardEnded => Text::key("session-shard-ended"),
            Self::Ended => Text::key("session-ended"),
            Self::NotYet => Text::key("session-not-yet"),
            Self::Late => Text::key("session-late"),
        }
    }
}
