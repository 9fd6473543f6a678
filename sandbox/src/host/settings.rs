//! The settings that the host knows, as it tells them itself.

use crate::session::nearest::nearest;
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use tokio::process::Command;

/// What the host is asked; the answer is the document about settings.
const QUESTION: [&str; 2] = ["settings", "markdown"];

/// How the document marks a setting that may lie in a file, and how that one is called then.
const FILE_MARK: &str = "*file*";
const FILE_ENDING: &str = "_FILE";

/// Returns an error with a sentence unless the host `program` knows a setting of each name.
///
/// # Errors
/// When it does not, or cannot be asked.
pub async fn check(program: &Path, names: impl IntoIterator<Item = &str>) -> Result<()> {
    let asked = Command::new(program).args(QUESTION).env_clear().output().await;
    let asked = asked.with_context(|| format!("cannot run `{}`", program.display()))?;
    if !asked.status.success() {
        bail!("`{}` does not tell its settings", program.display());
    }
    let known = known(&String::from_utf8_lossy(&asked.stdout));
    for name in names {
        if !known.iter().any(|known| known == name) {
            bail!(unknown(name, &known));
        }
    }
    Ok(())
}

fn unknown(name: &str, known: &[String]) -> String {
    let hint = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "docs/settings.md lists them".to_owned(),
    };
    format!("the host has no setting `{name}`; {hint}")
}

/// Reads the names in the first column of the document's tables.
fn known(document: &str) -> Vec<String> {
    let rows = document.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("| `")?.split_once('`')?;
        Some((name, rest.split('|').next()?.contains(FILE_MARK)))
    });
    let names = rows.flat_map(|(name, in_file)| {
        let file = in_file.then(|| format!("{name}{FILE_ENDING}"));
        [name.to_owned()].into_iter().chain(file)
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_the_nearest_is_suggested() {
        let known = known(
            "# Settings\n\n| setting | default | |\n|---|---|---|\n\
             | `BOT_TOKEN` *file* |  | Secret, see `LOG` *file*. |\n| `LOG_FORMAT` | `text` | How. |\n",
        );
        assert_eq!(known, ["BOT_TOKEN", "BOT_TOKEN_FILE", "LOG_FORMAT"]);
        for (name, expected) in [
            ("LOG_FROMAT", "the host has no setting `LOG_FROMAT`; did you mean `LOG_FORMAT`?"),
            ("XYZZY", "the host has no setting `XYZZY`; docs/settings.md lists them"),
        ] {
            assert_eq!(unknown(name, &known), expected);
        }
    }
}
