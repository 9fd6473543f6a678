//! Why an answer was not shown, and what is said of that.

use super::{UPLOAD_BYTES_MAX, below::BELOW_MAX};
use crate::{
    chain::{Cause, chain},
    discord::{api::ApiError, permissions, render::RenderError},
};
use lumina_plugin_api::{
    error::{Error, ErrorKind},
    interaction::Interaction,
    text::Text,
};

/// Discord's code for a message that is not there (reference, "JSON Error Codes").
const UNKNOWN_MESSAGE: u64 = 10_008;

/// Why an answer was not shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(in crate::discord) enum AnswerError {
    /// It cannot be made into a message.
    #[error("the answer cannot be written")]
    Render(#[from] RenderError),
    /// Discord did not take it.
    #[error("the answer was not taken")]
    Api(#[from] ApiError),
    /// A file of it is gone.
    #[error("the file `{name}` of the answer is not kept any more")]
    FileGone {
        /// Its name.
        name: String,
    },
    /// Its files are too large together.
    #[error("the files of the answer have {n_bytes} bytes together, more than {UPLOAD_BYTES_MAX}")]
    FilesTooLarge {
        /// How large they are.
        n_bytes: usize,
    },
    /// Discord would take no further message.
    #[error(
        "Discord takes {BELOW_MAX} further messages where one person alone has installed the bot, and the \
         last is kept for the answer"
    )]
    NoneBelow,
    /// A form cannot be opened any more, because the host has deferred.
    #[error("the form came too late")]
    LateForm,
    /// A form cannot be opened in answer to a form.
    #[error("a form cannot answer a form")]
    FormAfterForm,
    /// The state of a component could not be kept.
    #[error("the state of a component could not be kept")]
    View(#[source] Cause),
}

impl AnswerError {
    /// The state of a component could not be kept, as the store tells.
    pub(in crate::discord) fn view(told: Error) -> Self {
        Self::View(Cause(told))
    }

    /// Whether nothing can be shown any more.
    pub(in crate::discord) fn is_over(&self) -> bool {
        match self {
            Self::Api(error) => {
                matches!(error, ApiError::Gone { .. } | ApiError::TooLate)
                    || error.may_have_worked()
            }
            _ => false,
        }
    }

    /// Whether the message that was to be changed has been deleted.
    pub(in crate::discord) fn is_of_deleted(&self) -> bool {
        matches!(self, Self::Api(ApiError::Unknown { code: UNKNOWN_MESSAGE }))
    }

    /// What the user, or the plugin that asked for it, is told of an answer to `at`.
    pub(in crate::discord) fn reply(&self, at: &Interaction) -> Error {
        let detail = chain(self);
        match self {
            Self::LateForm => {
                Error::new(ErrorKind::Unavailable).message(Text::key("error-late-form"))
            }
            Self::NoneBelow => {
                Error::new(ErrorKind::Invalid).message(Text::key("error-none-below"))
            }
            // The store says what to do about it.
            Self::View(told) => Error::clone(told),
            Self::Api(ApiError::Forbidden { .. }) => return permissions::forbidden(at, &detail),
            Self::Api(ApiError::Gone { .. } | ApiError::Unknown { .. }) => {
                Error::new(ErrorKind::NotFound)
            }
            Self::Api(ApiError::Limited { until }) => {
                // Rounded up: a second too late is true.
                let when = Text::from(format!("<t:{}:R>", until.seconds() + 1));
                let message = Text::key("error-discord-limited").arg("when", when);
                Error::new(ErrorKind::Unavailable).message(message).retry_at_ms(until.0)
            }
            Self::Api(ApiError::Send(_) | ApiError::Refused { status: 500.., .. }) => {
                Error::new(ErrorKind::Unavailable)
            }
            _ => Error::new(ErrorKind::Internal),
        }
        .detail(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::UnixMillis, texts::Texts};

    #[test]
    fn a_wait_that_discord_asks_for_is_said_to_be_discords() {
        let limited = AnswerError::Api(ApiError::Limited { until: UnixMillis(1_001) });
        let told = limited.reply(&Interaction::default()).message.expect("it is told");
        for (locale, said) in [
            ("en-US", "Discord asks Lumina to wait. Try again <t:2:R>."),
            ("fr", "Discord demande à Lumina d’attendre. Réessayez <t:2:R>."),
        ] {
            assert_eq!(Texts::default().say(&told, locale), said);
        }
    }
}
