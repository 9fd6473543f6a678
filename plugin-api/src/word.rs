//! Enums that are one word in JSON, and how words of tomorrow are read.
//!
//! Derived enums fail on a variant that brings content, and one failing field would fail the whole
//! message: here everything that is no known word is the variant that the author of the enum chose.

/// Writes variants as words, and reads everything else than these words as `$other`.
macro_rules! words {
    ($name:ident: $($word:literal = $variant:ident),+; else $other:ident) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(match self {
                    $(Self::$variant => $word,)+
                })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                Ok(match value.as_str() {
                    $(Some($word) => Self::$variant,)+
                    _ => Self::$other,
                })
            }
        }
    };
}

pub(crate) use words;
