//! Which failures no restart mends: whoever looks after the process need not try again.

use super::{belonging::OthersData, loading::LoaderHeld, places::Unfit};
use crate::{config::ConfigError, db::DbError, discord::StartError, plugins::ShadowError};
use std::io::{self, ErrorKind};

/// What a system says of a place that is another thing than it must be, or somebody else's.
const LASTING: [ErrorKind; 6] = [
    ErrorKind::AlreadyExists,
    ErrorKind::InvalidFilename,
    ErrorKind::IsADirectory,
    ErrorKind::NotADirectory,
    ErrorKind::PermissionDenied,
    ErrorKind::ReadOnlyFilesystem,
];

/// Whether the same start fails in the same way until someone changes something. A port or data in use,
/// a full disk and a network that is down pass by themselves.
#[must_use]
pub fn is_lasting(error: &anyhow::Error) -> bool {
    let is_of_place = |error: &io::Error| LASTING.contains(&error.kind());
    error.is::<ConfigError>()
        || error.is::<OthersData>()
        || error.is::<Unfit>()
        || error.downcast_ref().is_some_and(|LoaderHeld(hung)| hung.is_lasting())
        || matches!(error.downcast_ref(), Some(StartError::Token))
        || matches!(error.downcast_ref(), Some(ShadowError::NoExec { .. }))
        || error.downcast_ref().is_some_and(DbError::is_lasting)
        || error.chain().filter_map(|cause| cause.downcast_ref()).any(is_of_place)
}
