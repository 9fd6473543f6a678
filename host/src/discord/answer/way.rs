//! How an answer is sent: by what is wanted, and by what was sent before.

use super::{Answers, MESSAGE, Stage, UPDATE};
use crate::discord::render::Purpose;
use lumina_plugin_api::command::Defer;
use std::sync::atomic::Ordering;

/// What is to be shown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    /// The answer, in the place of a former one.
    Answer { private: bool },
    /// A change of the message that was pressed, or of the answer.
    Update,
    /// A message beside the answer.
    Further { private: bool },
}

/// How something is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// As the first answer, of this kind.
    First { kind: u8, purpose: Purpose },
    /// In the place of what stands there.
    Replace,
    /// For the user alone, after what everyone sees was removed.
    Instead,
    /// As a message below.
    Below { private: bool },
}

impl Answers {
    /// How something is sent after what was sent before.
    pub(super) fn way(&self, stage: Stage, wanted: Wanted) -> Way {
        match (stage, wanted) {
            (Stage::Fresh, Wanted::Update) => self.own_or_update(),
            (_, Wanted::Update) => Way::Replace,
            (Stage::Fresh, Wanted::Answer { private } | Wanted::Further { private }) => {
                Way::First { kind: MESSAGE, purpose: Purpose::New { private } }
            }
            // Discord lets it be no more private than "thinking…" was.
            (Stage::Thinking, Wanted::Answer { private } | Wanted::Further { private }) => {
                if private && self.defer != Defer::Private {
                    Way::Instead
                } else {
                    Way::Replace
                }
            }
            (Stage::Shown, Wanted::Answer { .. }) => Way::Replace,
            (_, Wanted::Answer { private } | Wanted::Further { private }) => Way::Below { private },
        }
    }

    /// The first answer changes the message that was pressed, or is one as the declaration wants it.
    fn own_or_update(&self) -> Way {
        if self.asked.on_message() {
            Way::First { kind: UPDATE, purpose: self.purpose(Way::Replace) }
        } else {
            let purpose = Purpose::New { private: self.defer == Defer::Private };
            Way::First { kind: MESSAGE, purpose }
        }
    }

    pub(super) fn purpose(&self, way: Way) -> Purpose {
        match way {
            Way::First { purpose, .. } => purpose,
            Way::Replace => {
                Purpose::Replacement { of_components: self.of_components.load(Ordering::Relaxed) }
            }
            Way::Instead => Purpose::New { private: true },
            Way::Below { private } => Purpose::New { private },
        }
    }
}
