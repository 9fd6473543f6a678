//! What is wrong with a thing that was looked at: how it is put right, and whether a restart could mend it.

use crate::app::is_lasting;

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// What it is, and what is done about it.
    pub(super) told: String,
    /// Whether each start fails on it until someone changes something.
    pub(super) is_lasting: bool,
}

impl Wrong {
    /// What a start fails on whenever it is tried.
    pub(super) fn lasting(told: impl Into<String>) -> Self {
        Self { told: told.into(), is_lasting: true }
    }

    /// What may have passed at the next start, or does not keep the bot from starting.
    pub(super) fn passing(told: impl Into<String>) -> Self {
        Self { told: told.into(), is_lasting: false }
    }

    /// What a start would say itself.
    pub(super) fn of(error: impl Into<anyhow::Error>) -> Self {
        let error = error.into();
        Self::because(format!("{error:#}"), error)
    }

    /// What is said better here than by the error behind it.
    pub(super) fn because(told: String, error: impl Into<anyhow::Error>) -> Self {
        Self { told, is_lasting: is_lasting(&error.into()) }
    }
}
