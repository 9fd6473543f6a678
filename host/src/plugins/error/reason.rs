//! Why something was refused, in the words of the owner's language. What an error was caused by is told
//! as the log has it: those are the words of the system, of the plugin and of its tools.

use lumina_plugin_api::text::Text;
use std::{error::Error, path::Path, time::Duration};

use super::{LoadError, Step, detail, list};
use crate::chain::chain;

impl LoadError {
    /// Returns the reason as a part of a sentence.
    pub(super) fn reason(&self) -> Text {
        match self {
            Self::Name(name) => Text::key("load-name").arg("name", own(name)),
            Self::Missing { name, directories } => Text::key("load-missing")
                .arg("name", own(name))
                .arg("directories", own(&list(directories))),
            Self::Loaded => Text::key("load-loaded"),
            Self::NotLoaded => Text::key("load-not-loaded"),
            Self::Crowded { copies } => {
                Text::key("load-crowded").arg("copies", own(&copies.join(", ")))
            }
            Self::Stem { path, name } => at("load-stem", path).arg("name", own(name)),
            Self::Second { path, first } => {
                at("load-second", path).arg("first", own(&first.display().to_string()))
            }
            Self::Identity { manifest, declared } => Text::key("load-identity")
                .arg("manifest", own(manifest))
                .arg("declared", own(declared)),
            Self::Admission(why) => own(why),
            Self::Late { step, limit } => late(*step, *limit),
            Self::Ended { step } => Text::key("load-ended").arg("step", step.text()),
            Self::Loader => Text::key("load-loader"),
            Self::Closing => Text::key("load-closing"),
            caused => caused.with_cause(),
        }
    }

    /// The reasons that something beneath explains.
    fn with_cause(&self) -> Text {
        let text = match self {
            Self::File { path, .. } => at("load-file", path),
            Self::Inspect { path, .. } => at("load-inspect", path),
            Self::Directory { path, .. } => at("load-directory", path),
            Self::Shadow(_) => Text::key("load-shadow"),
            Self::Probe(_) => Text::key("load-probe"),
            Self::Library(_) => Text::key("load-library"),
            Self::Descriptor(_) => Text::key("load-descriptor"),
            Self::Save(_) => Text::key("load-save"),
            Self::Restore(_) => Text::key("load-restore"),
            Self::Thread(_) => Text::key("load-thread"),
            Self::Describe(error) => {
                return Text::key("load-describe").arg("cause", own(detail(error)));
            }
            Self::Create(error) => {
                return Text::key("load-create").arg("cause", own(detail(error)));
            }
            other => return own(&chain(other)),
        };
        text.arg("cause", own(&self.source().map(chain).unwrap_or_default()))
    }
}

impl Step {
    fn text(self) -> Text {
        Text::key(match self {
            Self::Read => "step-read",
            Self::Open => "step-open",
            Self::Describe => "step-describe",
            Self::Create => "step-create",
            Self::Switch => "step-switch",
        })
    }
}

fn late(step: Step, limit: Duration) -> Text {
    let limit_ms = limit.as_millis().to_string();
    Text::key("load-late").arg("step", step.text()).arg("limit", own(&limit_ms))
}

fn at(key: &str, path: &Path) -> Text {
    Text::key(key).arg("path", own(&path.display().to_string()))
}

/// Words that have been checked, or are the system's.
fn own(words: &str) -> Text {
    Text::from(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{plugins::FileError, texts::Texts};

    #[test]
    fn the_owner_reads_in_english_what_the_log_says_and_in_french_the_same() {
        let texts = Texts::default();
        let path = || "/p/a.so".into();
        for error in [
            LoadError::Name("Ä".to_owned()),
            LoadError::Missing { name: "a".to_owned(), directories: vec!["/p".into()] },
            LoadError::Loaded,
            LoadError::NotLoaded,
            LoadError::Crowded { copies: vec!["2 of `a` finish calls".to_owned()] },
            LoadError::File { path: path(), source: FileError::Empty },
            LoadError::Stem { path: path(), name: "b".to_owned() },
            LoadError::Second { path: path(), first: "/o/a.so".into() },
            LoadError::Directory { path: path(), source: std::io::Error::other("gone") },
            LoadError::Identity { manifest: "a".to_owned(), declared: "b".to_owned() },
            LoadError::Late { step: Step::Open, limit: Duration::from_millis(1_500) },
            LoadError::Ended { step: Step::Create },
            LoadError::Thread(std::io::Error::other("full")),
            LoadError::Loader,
            LoadError::Closing,
        ] {
            let (logged, reason) = (chain(&error), error.reason());
            assert_eq!(texts.say(&reason, "en-US"), logged);
            let french = texts.say(&reason, "fr");
            assert!(french != logged && !french.starts_with("load-"), "{french}");
        }
    }
}
