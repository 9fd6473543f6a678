//! The command line: what can be typed, and what `--help`, completions and the man page say.

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
    clap_complete::generate(shell, &mut Arguments::command(), "lumina", &mut text);
    out.write_all(&text)
}

/// Writes the manual page of the program and of its commands.
///
/// # Errors
/// If it cannot be written.
pub fn manual(out: &mut impl Write) -> io::Result<()> {
    clap_mangen::Man::new(Arguments::command()).render(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_completions_and_manual_name_the_commands() {
        let mut completions_of_bash = Vec::new();
        completions(Shell::Bash, &mut completions_of_bash).unwrap();
        let mut page = Vec::new();
        manual(&mut page).unwrap();
        let texts = [
            Arguments::command().render_long_help().to_string(),
            String::from_utf8(completions_of_bash).unwrap(),
            String::from_utf8(page).unwrap(),
        ];
        for text in &texts {
            for command in ["run", "check", "plugin", "health", "invite"] {
                assert!(text.contains(command), "{command}: {text}");
            }
        }
        assert!(texts[0].contains("Examples:") && texts[0].contains("Exit codes:"), "{}", texts[0]);
    }
}
