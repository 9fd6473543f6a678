//! Custom ids of components and forms: who may press, who handles it, with what state.
//!
//! One hundred characters: layout, state version, salt, owner, `plugin:handler:`, state. The layout says
//! whether the state stands here or is kept by the host under the key that stands here. The salt only
//! keeps two equal components of one message apart. A custom id comes back from users, so it is
//! parsed strictly and never trusted: the owner is checked at each press.

use lumina_plugin_api::id::UserId;

/// Discord's limit (reference, "Anatomy of a Component").
pub(super) const CUSTOM_ID_CHARS_MAX: usize = 100;
/// The longest name of a handler, as `plugin-api` documents it.
pub(super) const HANDLER_CHARS_MAX: usize = 16;
/// The longest name of a plugin that leaves room for a key.
pub(super) const PLUGIN_CHARS_MAX: usize = 32;
/// How many equal components one message can hold: one salt each.
pub(super) const SALTS: u8 = 36;
/// The handler of what cannot be pressed, such as a grey page number.
pub(super) const NO_HANDLER: &str = "-";

/// The state stands in the custom id.
const INLINE: char = '1';
/// The state is kept by the host; its key stands in the custom id.
const KEPT: char = '2';
/// Everyone may press.
const ANYONE: char = '.';
/// 64 bits in sextets.
const OWNER_CHARS: usize = 11;
/// A key: 128 bits in sextets.
pub(super) const KEY_CHARS: usize = 22;
const SEXTETS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A custom id, read or to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CustomId<'a> {
    /// The plugin's `state_version` when it was made, 0 to 35.
    pub version: u8,
    /// Who may press; everyone if it is none.
    pub owner: Option<UserId>,
    /// The plugin's name.
    pub plugin: &'a str,
    /// The plugin's handler.
    pub handler: &'a str,
    /// The state.
    pub state: State<'a>,
}

/// Where the state of a component stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State<'a> {
    /// Here.
    Inline(&'a str),
    /// In the host, under this key.
    Kept(&'a str),
}

/// The text is no custom id of ours: crafted, or of a layout that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the custom id is not one of ours")]
pub(super) struct NotOurs;

impl<'a> CustomId<'a> {
    /// Reads a custom id that came from a user.
    pub(super) fn parse(text: &'a str) -> Result<Self, NotOurs> {
        if text.chars().count() > CUSTOM_ID_CHARS_MAX {
            return Err(NotOurs);
        }
        let mut chars = text.chars();
        let layout = chars.next().ok_or(NotOurs)?;
        let version = chars.next().and_then(digit_value).ok_or(NotOurs)?;
        chars.next().and_then(digit_value).ok_or(NotOurs)?;
        let (owner, rest) = parse_owner(chars.as_str())?;
        let mut parts = rest.splitn(3, ':');
        let mut part = || parts.next().ok_or(NotOurs);
        let (plugin, handler, state) = (part()?, part()?, part()?);
        if !(is_plugin_name(plugin) && is_handler(handler)) {
            return Err(NotOurs);
        }
        let state = match layout {
            INLINE => State::Inline(state),
            KEPT if is_key(state) => State::Kept(state),
            _ => return Err(NotOurs),
        };
        Ok(Self { version, owner, plugin, handler, state })
    }

    /// Writes it; nothing if it does not fit.
    pub(super) fn write(&self, salt: u8) -> Option<String> {
        let (layout, state) = match self.state {
            State::Inline(state) => (INLINE, state),
            State::Kept(key) => (KEPT, key),
        };
        let mut out = String::with_capacity(CUSTOM_ID_CHARS_MAX);
        out.push(layout);
        out.push(char::from_digit(u32::from(self.version), 36)?);
        out.push(char::from_digit(u32::from(salt), 36)?);
        match self.owner {
            Some(owner) => push_sextets(owner.0, &mut out),
            None => out.push(ANYONE),
        }
        for part in [self.plugin, ":", self.handler, ":", state] {
            out.push_str(part);
        }
        (out.chars().count() <= CUSTOM_ID_CHARS_MAX).then_some(out)
    }
}

/// Returns the key under which the host keeps a state for a user: the same state of the same user has the
/// same key.
pub(super) fn key_of(state: &str, user: UserId) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        (seed, user.0, state).hash(&mut hasher);
        hasher.finish()
    };
    let mut key = String::with_capacity(KEY_CHARS);
    push_sextets(half(0), &mut key);
    push_sextets(half(1), &mut key);
    key
}

/// Whether a name may stand in a custom id, and so may be a plugin's.
pub(super) fn is_plugin_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    !name.is_empty() && name.len() <= PLUGIN_CHARS_MAX && name.bytes().all(fits)
}

/// Whether a name may be a handler's.
pub(super) fn is_handler(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !name.is_empty() && name.len() <= HANDLER_CHARS_MAX && name.bytes().all(fits)
}

fn is_key(text: &str) -> bool {
    text.len() == KEY_CHARS && text.bytes().all(|b| SEXTETS.contains(&b))
}

/// Digits are lower case: one way to write each id.
fn digit_value(c: char) -> Option<u8> {
    let value = c.to_digit(36).filter(|_| !c.is_ascii_uppercase())?;
    u8::try_from(value).ok()
}

fn parse_owner(text: &str) -> Result<(Option<UserId>, &str), NotOurs> {
    if let Some(rest) = text.strip_prefix(ANYONE) {
        return Ok((None, rest));
    }
    let (sextets, rest) = text.split_at_checked(OWNER_CHARS).ok_or(NotOurs)?;
    let mut owner = 0_u64;
    for byte in sextets.bytes() {
        let value = SEXTETS.iter().position(|sextet| *sextet == byte).ok_or(NotOurs)?;
        // The first of eleven sextets holds the upper four bits only.
        owner = owner.checked_mul(64).ok_or(NotOurs)? | value as u64;
    }
    Ok((Some(UserId(owner)), rest))
}

fn push_sextets(number: u64, out: &mut String) {
    for index in (0..OWNER_CHARS).rev() {
        out.push(char::from(SEXTETS[(number >> (6 * index)) as usize & 63]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(state: State<'_>) -> CustomId<'_> {
        let owner = Some(UserId(175_928_847_299_117_063));
        CustomId { version: 3, owner, plugin: "search", handler: "page", state }
    }

    #[test]
    fn a_short_name_leaves_74_characters_for_the_state() {
        let state = "x".repeat(74);
        assert_eq!(id(State::Inline(&state)).write(0).map(|id| id.len()), Some(100));
        assert_eq!(id(State::Inline(&"x".repeat(75))).write(0), None);
    }

    #[test]
    fn the_salt_keeps_equal_components_apart_and_changes_nothing_else() {
        let id = id(State::Inline("{\"page\":2}"));
        let (a, b) = (id.write(0).unwrap(), id.write(1).unwrap());
        assert_ne!(a, b);
        assert_eq!(CustomId::parse(&a), CustomId::parse(&b));
    }

    #[test]
    fn the_longest_names_leave_room_for_a_key() {
        let (plugin, handler) = ("p".repeat(PLUGIN_CHARS_MAX), "h".repeat(HANDLER_CHARS_MAX));
        let key = key_of("a long state", UserId(42));
        let mut id = id(State::Kept(&key));
        (id.plugin, id.handler) = (&plugin, &handler);
        assert_eq!(CustomId::parse(&id.write(35).unwrap()), Ok(id.clone()));
    }

    #[test]
    fn crafted_ids_are_refused() {
        let good = id(State::Inline("1")).write(0).unwrap();
        assert!(CustomId::parse(&good).is_ok());
        let long = "x".repeat(101);
        let crafted = [
            "",
            "1",
            "100",
            "9",
            "10A.ping:x:1",
            "300.ping:x:1",
            "200.ping:x:short",
            "1!0.ping:x:",
            "100.ping",
            "100.ping:x",
            "100.Ping:x:1",
            "100.pi/ng:x:1",
            "100.:x:1",
            "100.ping::1",
            "100__________a:x:1",
            "100.ping:handler-too-long-by-far:1",
            "100!!!!!!!!!!!ping:x:1",
            "100.ping:ä:1",
            "100é",
            &long,
        ];
        for text in crafted {
            assert_eq!(CustomId::parse(text), Err(NotOurs), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            owner in proptest::option::of(any::<u64>()), version in 0_u8..36, salt in 0..SALTS,
            state in "[ -~]{0,60}",
        ) {
            let state = State::Inline(&state);
            let id = CustomId { version, owner: owner.map(UserId), ..id(state) };
            let text = id.write(salt).unwrap();
            prop_assert_eq!(CustomId::parse(&text), Ok(id));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,120}") {
            let _ = CustomId::parse(&text);
        }
    }
}
