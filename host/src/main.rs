//! The program `lumina`: reads its arguments and settings, runs the host, and says in one sentence why it
//! could not.

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use lumina_host::{
    app::{self, Ended},
    config::{self, Config, ConfigError},
    discord::StartError,
    plugins, telemetry,
};
use std::{io::Write, path::PathBuf, process::ExitCode};
use tokio::runtime::Runtime;
use tracing::{error, warn};

/// The settings or a file given are wrong: starting again without a change is useless (`EX_CONFIG` of
/// `sysexits.h`).
const WRONG_SETTINGS: u8 = 78;

/// A Discord bot whose features are plugins, loaded and reloaded while it serves.
#[derive(Parser)]
#[command(name = "lumina", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the bot; the default.
    Run,
    /// Takes over the lists of the bot that Lumina succeeds, from its SQLite file. The host must not run.
    ImportOriginal {
        /// The file, which is only read.
        file: PathBuf,
        /// Really imports; without it nothing is changed and only counted.
        #[arg(long)]
        apply: bool,
    },
    /// Looks at plugin files.
    Plugin {
        #[command(subcommand)]
        command: PluginCommand,
    },
}

#[derive(Subcommand)]
enum PluginCommand {
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
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        None | Some(Command::Run) => run(),
        Some(Command::ImportOriginal { file, apply }) => import_original(&file, apply),
        Some(Command::Plugin { command: PluginCommand::Inspect { file } }) => inspect(&file),
        Some(Command::Plugin { command: PluginCommand::Probe { file } }) => {
            return plugins::run_trial(&file);
        }
    };
    result.unwrap_or_else(|error| {
        say(&format!("lumina: {error:#}"));
        let settings =
            error.is::<ConfigError>() || matches!(error.downcast_ref(), Some(StartError::Token));
        if settings { ExitCode::from(WRONG_SETTINGS) } else { ExitCode::FAILURE }
    })
}

/// Reads the settings and starts the log and the runtime.
fn prepare() -> Result<(Config, Runtime)> {
    let program = std::env::current_exe().context("the program's own path is unknown")?;
    let program_dir = program.parent().unwrap_or(&program);
    let (config, warnings) = Config::read(&config::environment(), program_dir)?;
    telemetry::start(&config).context("the log cannot be started")?;
    for warning in warnings {
        warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    Ok((config, runtime.context("the runtime cannot be started")?))
}

fn import_original(file: &std::path::Path, apply: bool) -> Result<ExitCode> {
    let (config, runtime) = prepare()?;
    let told = runtime.block_on(app::import_original(&config, file, apply))?;
    write!(std::io::stdout().lock(), "{told}").context("cannot write to standard output")?;
    Ok(ExitCode::SUCCESS)
}

fn run() -> Result<ExitCode> {
    let (config, runtime) = prepare()?;
    let ended = runtime.block_on(app::run(config));
    // Tasks that wait for something outside are not waited for.
    runtime.shutdown_background();
    match ended? {
        Ended::Asked => Ok(ExitCode::SUCCESS),
        Ended::Fatal(sentence) => {
            error!("{sentence}");
            Ok(ExitCode::from(WRONG_SETTINGS))
        }
    }
}

fn inspect(file: &std::path::Path) -> Result<ExitCode> {
    let manifest = plugins::inspect(file)?;
    let mut out = std::io::stdout().lock();
    let plugins::Manifest { name, version, api, .. } = manifest;
    writeln!(out, "{name} {version}, a plugin for version {api} of the plugin API")
        .context("cannot write to standard output")?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a line to standard error. Where that is closed nobody can be told.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
