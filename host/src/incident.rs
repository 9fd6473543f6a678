//! Incident ids: what a user reads out and an operator finds in the log.

use std::fmt;

/// Digits without those that people mistake for each other.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Long enough that two incidents in one log hardly ever share an id, short enough to read out.
const LENGTH: usize = 8;

/// Names one failure, in the log and to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IncidentId([u8; LENGTH]);

impl IncidentId {
    /// Makes a new id by chance.
    #[must_use]
    pub fn random() -> Self {
        Self(std::array::from_fn(|_| DIGITS[fastrand::usize(..DIGITS.len())]))
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| fmt::Write::write_char(f, char::from(*digit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_are_easy_to_read_out() {
        let (a, b) = (IncidentId::random().to_string(), IncidentId::random().to_string());
        assert_ne!(a, b);
        assert_eq!(a.len(), LENGTH);
        assert!(!a.contains(['I', 'L', 'O', 'U']));
    }
}
