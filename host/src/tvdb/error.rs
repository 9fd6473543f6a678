//! What can go wrong between us and TheTVDB. Never holds the key, a token or a query.

use std::{error::Error, sync::Arc, time::Duration};

/// Why TheTVDB did not answer a question. Cheap to clone: one failure is told to all who waited.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TvdbError {
    /// The client could not be built.
    #[error("cannot set up the client for TheTVDB at `{base}`")]
    Setup {
        /// The base address from the settings.
        base: String,
        /// What is wrong with it.
        #[source]
        source: Cause,
    },
    /// The login was refused.
    #[error("TheTVDB refused the key: check TVDB_API_KEY, and TVDB_API_PIN if the key needs one")]
    WrongKey,
    /// A token fresh from the login was refused.
    #[error("TheTVDB refused the token it had just given, at `{path}`")]
    TokenRefused {
        /// What was asked for.
        path: String,
    },
    /// No connection, or it broke before the answer began.
    #[error("cannot reach TheTVDB for `{path}`")]
    Unreachable {
        /// What was asked for.
        path: String,
        /// What the connection reported.
        #[source]
        source: Cause,
    },
    /// The answer did not come in time.
    #[error("TheTVDB did not answer `{path}` within {} s", allowed.as_secs())]
    TimedOut {
        /// What was asked for.
        path: String,
        /// The time one try is given.
        allowed: Duration,
    },
    /// The answer ended in the middle.
    #[error("the answer of TheTVDB to `{path}` was cut short")]
    CutShort {
        /// What was asked for.
        path: String,
        /// Where it ended.
        #[source]
        source: Cause,
    },
    /// The answer is larger than we are willing to read.
    #[error("the answer of TheTVDB to `{path}` is larger than {limit_bytes} bytes")]
    TooLarge {
        /// What was asked for.
        path: String,
        /// The most that is read.
        limit_bytes: usize,
    },
    /// The answer is not JSON, such as a proxy's web page.
    #[error("TheTVDB answered `{path}` with something that is not its data")]
    NotData {
        /// What was asked for.
        path: String,
        /// Where reading it failed.
        #[source]
        source: Cause,
    },
    /// TheTVDB said no.
    #[error("TheTVDB answered `{path}` with status {status}")]
    Status {
        /// What was asked for.
        path: String,
        /// The HTTP status.
        status: u16,
    },
    /// TheTVDB asked us to wait longer than we do.
    #[error("TheTVDB asks to wait {} s before `{path}`", retry_after.as_secs())]
    Limited {
        /// What was asked for.
        path: String,
        /// How long it asked us to wait.
        retry_after: Duration,
    },
    /// Our own limit for TheTVDB has a queue that is too long.
    #[error("too many questions for TheTVDB: the next would wait {} s", wait.as_secs())]
    Busy {
        /// How long the queue is.
        wait: Duration,
    },
    /// The request was given up from our side, as the host ends.
    #[error("the request to TheTVDB was interrupted")]
    Interrupted,
}

/// The error beneath.
pub type Cause = Arc<dyn Error + Send + Sync>;

impl TvdbError {
    /// Whether the same request may succeed in a moment, so that trying again is worth it.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::CutShort { .. }
            | Self::NotData { .. }
            | Self::Limited { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// What it is called in figures.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::WrongKey | Self::TokenRefused { .. } => "refused",
            Self::Unreachable { .. } | Self::CutShort { .. } => "unreachable",
            Self::TimedOut { .. } => "late",
            Self::TooLarge { .. } | Self::NotData { .. } => "unreadable",
            Self::Limited { .. } => "limited",
            Self::Status { .. } => "error",
            Self::Setup { .. } | Self::Busy { .. } | Self::Interrupted => "not sent",
        }
    }

    /// Whether TheTVDB as a whole is away, and not only this answer.
    pub(crate) fn is_outage(&self) -> bool {
        self.is_passing() || matches!(self, Self::Busy { .. } | Self::WrongKey)
    }
    /// Whether any other question would have ended so.
    pub(crate) fn is_general(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::WrongKey | Self::Limited { .. })
    }
}
