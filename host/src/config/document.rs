//! The documents about settings, written from the table: `.env.example` and `docs/settings.md`.

use super::table::{FILE_SUFFIX, SETTINGS, Section, Setting};
use std::fmt::Write as _;

/// The width to which comments are filled.
const LINE_CHARS_MAX: usize = 100;

/// Returns the text of `.env.example`.
#[must_use]
pub fn env_example() -> String {
    let mut text = String::from(
        "# Settings of Lumina. Copy this file to `.env` beside the place where you start it, and fill in\n\
         # the first two. What begins with `#` is left at its default. docs/settings.md tells more.\n\
         # The environment of the process comes first; this file fills in what is not set there.\n",
    );
    for section in Section::SHOWN.into_iter().filter(|section| *section != Section::Former) {
        let _ = write!(text, "\n# --- {} ---\n", section.title());
        for setting in of(section).filter(|setting| setting.name != "DISCORD_BOT_TOKEN") {
            let is_needed = section == Section::Mandatory;
            let mark = if is_needed { "" } else { "#" };
            let default = if setting.default.contains('`') { "" } else { setting.default };
            let _ = write!(text, "{}{mark}{}={default}\n\n", comment(setting), setting.name);
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// Returns the text of `docs/settings.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "# Settings\n\n\
         Written by `lumina settings markdown`; do not edit. `lumina check` says what is wrong with yours.\n\n\
         Settings are environment variables. What the environment does not set is looked up in the file\n\
         `.env` of the working directory, or in the one that `--env-file` names. An empty value counts as\n\
         unset. Two settings are enough: the token and the key.\n\n\
         A secret may lie in a file: `BOT_TOKEN_FILE=/run/secrets/token` reads the token from there. This\n\
         works for those marked *file*. Those marked *live* are applied to the running host by SIGHUP\n\
         (`systemctl reload lumina`), after a change of `.env`; all others, and the whole environment, are\n\
         read at the start. The log names those that have changed since.\n",
    );
    for section in Section::SHOWN {
        let _ = write!(text, "\n## {}\n| setting | default | |\n|---|---|---|\n", section.title());
        for setting in of(section) {
            let _ = writeln!(
                text,
                "| `{}`{} | {} | {} |",
                setting.name,
                marks(setting),
                default_of(setting),
                setting.about
            );
        }
    }
    text
}

fn of(section: Section) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |setting| setting.section == section)
}

fn marks(setting: &Setting) -> String {
    let mut marks = String::new();
    for (is_so, mark) in [(setting.is_secret, "*file*"), (setting.is_live, "*live*")] {
        if is_so {
            marks.push(' ');
            marks.push_str(mark);
        }
    }
    marks
}

fn default_of(setting: &Setting) -> String {
    match setting.default {
        "" => String::new(),
        words if words.contains('`') => words.to_owned(),
        value => format!("`{value}`"),
    }
}

/// What it is for, as lines that begin with `#`.
fn comment(setting: &Setting) -> String {
    let mut words = setting.about.to_owned();
    if setting.is_secret {
        let _ =
            write!(words, " Or {}{FILE_SUFFIX}=the path of a file that holds it.", setting.name);
    }
    if setting.default.contains('`') {
        let _ = write!(words, " Default: {}.", setting.default);
    }
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in words.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > LINE_CHARS_MAX {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn check(file: &str, command: &str, expected: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(written == expected, "write it anew: cargo run -- settings {command} > {file}");
    }

    #[test]
    fn the_documents_are_written_from_the_table() {
        check(".env.example", "env", &env_example());
        check("docs/settings.md", "markdown", &markdown());
    }

    #[test]
    fn every_setting_that_is_shown_says_what_it_is_for() {
        for setting in SETTINGS.iter().filter(|setting| setting.section != Section::Sandbox) {
            assert!(!setting.about.is_empty() && !setting.must_be.is_empty(), "{}", setting.name);
        }
    }
}
