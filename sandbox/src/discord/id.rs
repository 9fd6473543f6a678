//! Ids of the simulated Discord: snowflakes, each kind a type of its own.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Serialize, Serializer};

use crate::clock::SimClock;

/// Discord's epoch, the first second of 2015, in milliseconds of Unix time.
pub(crate) const EPOCH_MS: u64 = 1_420_070_400_000;

/// How many low bits of a snowflake are not time.
const TIME_SHIFT: u32 = 22;

/// The last moment that fits into the other 42 bits, in milliseconds of Unix time: in May of 2154.
pub const LAST_BIRTH_MS: u64 = EPOCH_MS + (u64::MAX >> TIME_SHIFT);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u64);

        impl $name {
            /// Returns the millisecond of Unix time in which the id was made.
            pub fn born_ms(self) -> u64 {
                (self.0 >> TIME_SHIFT) + EPOCH_MS
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}

ids! {
    /// Names the application, which is also the id of its bot user.
    ApplicationId,
    /// Names an uploaded file.
    AttachmentId,
    /// Names a channel of a guild, a direct message or a private group.
    ChannelId,
    /// Names a registered command.
    CommandId,
    /// Names a guild.
    GuildId,
    /// Names an interaction.
    InteractionId,
    /// Names a message.
    MessageId,
    /// Names a role of a guild.
    RoleId,
    /// Names a person or the bot.
    UserId,
}

/// Makes snowflakes that never repeat and never go back.
#[derive(Debug)]
pub(crate) struct Snowflakes {
    clock: SimClock,
    last: AtomicU64,
}

impl Snowflakes {
    pub(crate) fn new(clock: SimClock) -> Snowflakes {
        Snowflakes { clock, last: AtomicU64::new(0) }
    }

    /// Returns the next id, born at the simulated present.
    pub(crate) fn next(&self) -> u64 {
        self.at(self.clock.now_ms())
    }

    /// Returns the next id, born at the given moment unless a later one was handed out already.
    pub(crate) fn at(&self, born_ms: u64) -> u64 {
        let wanted = born_ms.min(LAST_BIRTH_MS).saturating_sub(EPOCH_MS) << TIME_SHIFT;
        let step = |last: u64| Some(wanted.max(last + 1));
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step);
        wanted.max(last.unwrap_or_default() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_and_carry_their_time() {
        let clock = SimClock::new();
        let snowflakes = Snowflakes::new(clock.clone());
        let (first, second) = (snowflakes.next(), snowflakes.next());
        assert!(second > first);
        assert!(MessageId(second).born_ms().abs_diff(clock.now_ms()) < 1_000);
    }
}
