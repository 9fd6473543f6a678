//! The command line: what can be typed, and what `--help`, completions and the man page say.

mod manual;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::{
    io::{self, Write},
    path::PathBuf,
};

/// What stands below the help of the program.
const AFTER_HELP: &str = "\
Examples:
  lumina check                      Says what is wrong with the settings, before anything starts
  lumina                            Runs the bot; the same as `lumina run`
  lumina --env-file /etc/lumina.env run
  lumina invite                     Prints the link with which the bot is invited
  lumina health                     Says whether the bot that runs here is connected
  lumina import-original ./old.db   Says what an import would take over; `--apply` does it
  lumina plugin inspect ./quiz.so   Says what a plugin file is, without loading it

Exit codes:
  0   it worked; the bot was asked to end and did
  1   it did not work; `health`: the bot is not connected or does not run
  2   the command line is not understood
  75  `health`, `invite`: the bot is starting and cannot tell yet; ask again
  78  the settings are wrong, or what they name, or Discord refuses the bot: starting again without a
      change is useless
  130, 143  a second Ctrl-C or SIGTERM ended it before everything had ended";

/// A Discord bot whose features are plugins, loaded and reloaded while it serves.
///
/// Settings are read from the environment and from `.env`; docs/settings.md lists them. The token of the
/// bot and a key of TheTVDB are all it needs.
#[derive(Debug, Parser)]
#[command(name = "lumina", version, after_help = AFTER_HELP)]
pub struct Arguments {
    /// What is done; `run` unless said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The file with settings that the environment does not hold; `.env` unless said.
    #[arg(long, global = true, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
}

/// What is done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the bot; the default.
    Run,
    /// Says what a start would fail on: settings, places, plugin files, the token, the key, whose the data
    /// are.
    Check,
    /// Takes over the lists of the bot that Lumina succeeds, from its SQLite file. The host must not run.
    ImportOriginal {
        /// The file, which is only read.
        file: PathBuf,
        /// Really imports; without it nothing is changed and only counted.
        #[arg(long)]
        apply: bool,
    },
    /// Lets the bot of BOT_TOKEN have data that belong to another bot, whose application is gone. The host
    /// must not run.
    Adopt,
    /// Looks at plugin files.
    Plugin {
        /// What of them.
        #[command(subcommand)]
        command: PluginCommand,
    },
    /// Says whether the bot that runs on the same data directory is connected to Discord.
    Health,
    /// Prints the link with which the bot is invited, with what its plugins need and nothing else.
    Invite,
    /// Prints completions for a shell, for example `lumina completions bash`.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Prints the manual page, for example `lumina man | man -l -`.
    Man,
    /// Prints the documents about settings.
    #[command(hide = true)]
    Settings {
        /// Which one.
        document: SettingsDocument,
    },
}

/// What is done with plugin files.
#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// Lists the plugins of the bot that runs on the same data directory, or else the plugin files.
    List,
    /// Says what a plugin file is, without loading it.
    Inspect {
        /// The file.
        file: PathBuf,
    },
    /// Loads a plugin file in this process and ends: the host's trial before it loads the file itself.
    #[command(hide = true)]
    Probe {
        /// The file.
        file: PathBuf,
        /// Checks what it declares too, as if no other plugin served and Discord granted every intent.
        #[arg(long)]
        declared: bool,
        /// Checks also that all of it has an effect, which a host only tells its log.
        #[arg(long, requires = "declared")]
        strict: bool,
    },
}

/// A document that is written from the table of settings.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SettingsDocument {
    /// `.env.example`.
    Env,
    /// `docs/settings.md`.
    Markdown,
}

/// Writes completions for `shell`.
///
/// # Errors
/// If they cannot be written.
pub fn completions(shell: Shell, out: &mut impl Write) -> io::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut shown(&Arguments::command()), "lumina", &mut text);
    out.write_all(&text)
}

/// Returns the command without what is hidden, for what is offered to people.
fn shown(command: &clap::Command) -> clap::Command {
    let below = command.get_subcommands().filter(|below| !below.is_hide_set());
    let mut shown = clap::Command::new(command.get_name().to_owned())
        .args(command.get_arguments().cloned())
        .subcommands(below.map(shown));
    if let Some(about) = command.get_about() {
        shown = shown.about(about.clone());
    }
    if let Some(about) = command.get_long_about() {
        shown = shown.long_about(about.clone());
    }
    match command.get_version() {
        Some(version) => shown.version(version.to_owned()),
        None => shown,
    }
}

/// Writes the manual page of the program and of its commands.
///
/// # Errors
/// If it cannot be written.
pub fn manual(out: &mut impl Write) -> io::Result<()> {
    manual::write(&shown(&Arguments::command()), AFTER_HELP, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    /// What a hidden command is called, and one that people type.
    const HIDDEN: [&str; 2] = ["settings", "probe"];
    const TYPED: [&str; 9] = [
        "run",
        "check",
        "import-original",
        "adopt",
        "inspect",
        "health",
        "invite",
        "completions",
        "man",
    ];

    fn completions_of(shell: Shell) -> String {
        let mut text = Vec::new();
        completions(shell, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    /// The page, without what protects hyphens from becoming dashes.
    fn page() -> String {
        let mut page = Vec::new();
        manual(&mut page).unwrap();
        String::from_utf8(page).unwrap().replace("\\-", "-")
    }

    /// Whether a shell offers a word, and not only tells of it.
    fn offers(shell: Shell, script: &str, word: &str) -> bool {
        let lines = || script.lines().map(str::trim);
        match shell {
            Shell::Bash => lines()
                .filter_map(|line| line.strip_prefix("opts=\""))
                .any(|words| words.trim_end_matches('"').split(' ').any(|found| found == word)),
            Shell::Zsh => lines().any(|line| {
                line.starts_with(&format!("'{word}:")) || line.starts_with(&format!("'{word}["))
            }),
            _ => lines().any(|line| match word.strip_prefix("--") {
                Some(option) => line.contains(&format!(" -l {option} ")),
                None => line.contains(&format!(" -a \"{word}\" ")),
            }),
        }
    }

    #[test]
    fn completions_offer_what_people_type_and_nothing_else() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let text = completions_of(shell);
            for command in TYPED {
                assert!(offers(shell, &text, command), "{shell} {command}: {text}");
            }
            for hidden in HIDDEN.into_iter().chain(["--declared"]) {
                assert!(!offers(shell, &text, hidden), "{shell} {hidden}: {text}");
            }
            assert!(offers(shell, &text, "--apply"), "{shell}: {text}");
        }
    }

    #[test]
    fn the_manual_tells_every_command_on_its_one_page() {
        let page = page();
        for line in [
            "\\fBlumina run\\fR",
            "\\fBlumina import-original\\fR \\fIFILE\\fR [\\fB--apply\\fR]",
            "\\fBlumina plugin inspect\\fR \\fIFILE\\fR",
            "\\fB--apply\\fR: Really imports; without it nothing is changed and only counted.",
            ".SH EXAMPLES",
            "lumina --env-file /etc/lumina.env run",
            ".SH \"EXIT CODES\"",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
        assert!(
            !page.contains("(1)") || !page.contains("lumina-"),
            "another page is named\n{page}"
        );
        assert!(HIDDEN.iter().all(|hidden| !page.contains(&format!("lumina {hidden}"))), "{page}");
        assert!(!page.contains("plugin probe"), "{page}");
    }

    #[test]
    fn help_tells_examples_and_exit_codes() {
        let help = Arguments::command().render_long_help().to_string();
        assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
        assert!(
            TYPED[..4].iter().all(|command| help.contains(&format!("\n  {command} "))),
            "{help}"
        );
    }
}
