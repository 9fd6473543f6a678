//! Ids as types of their own, so that a user is never mistaken for a guild.
//!
//! Discord's ids are snowflakes: 64 bits, written as decimal text in JSON because other languages
//! cannot hold them as numbers.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// The first millisecond of Discord's snowflakes, 2015-01-01 UTC.
///
/// Source: Discord's reference, "Snowflakes".
pub const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// A text that is not a snowflake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId(String);

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an id", self.0)
    }
}

impl std::error::Error for InvalidId {}

struct IdVisitor;

impl de::Visitor<'_> for IdVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snowflake, as text or number")
    }

    fn visit_u64<E>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
        text.parse().map_err(|_| E::custom(InvalidId(text.to_owned())))
    }
}

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident)+) => {$(
        $(#[doc = $doc])+
        ///
        /// ```
        #[doc = concat!("use lumina_plugin_api::id::", stringify!($name), ";")]
        #[doc = concat!("let id: ", stringify!($name), " = \"175928847299117063\".parse().expect(\"a number\");")]
        /// assert_eq!(id.to_string(), "175928847299117063");
        /// ```
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// Returns when it was made, in milliseconds since 1970 (zero ids count as 2015).
            #[must_use]
            pub const fn created_ms(self) -> i64 {
                (self.0 >> 22) as i64 + DISCORD_EPOCH_MS
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.parse().map(Self).map_err(|_| InvalidId(text.to_owned()))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(IdVisitor).map(Self)
            }
        }
    )+};
}

ids! {
    /// A person or a bot.
    UserId
    /// A server, as users call it.
    GuildId
    /// A channel or a direct conversation.
    ChannelId
    /// A role of a guild.
    RoleId
    /// A message.
    MessageId
    /// A registered command.
    CommandId
    /// One interaction: a command used, a button pressed, a form sent.
    InteractionId
    /// A file that a user attached.
    AttachmentId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_text_in_json_and_numbers_are_understood() {
        assert_eq!(serde_json::to_string(&UserId(7)).unwrap(), "\"7\"");
        assert_eq!(serde_json::from_str::<UserId>("7").unwrap(), UserId(7));
        assert_eq!(serde_json::from_str::<UserId>("\"7\"").unwrap(), UserId(7));
        assert!(serde_json::from_str::<UserId>("\"seven\"").is_err());
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        assert_eq!(UserId(175_928_847_299_117_063).created_ms(), 1_462_015_105_796);
    }
}
