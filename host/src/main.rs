//! The program `lumina`: reads its arguments and settings, runs the host, and says in one sentence why it
//! could not.

mod cli;

use anyhow::{Context, Result, bail};
use clap::Parser;
use cli::{Arguments, Command, PluginCommand, SettingsDocument};
use lumina_host::{
    app::{
        self, Ended,
        check::{self, Finding, Verdict},
    },
    chain::chain,
    config::{self, Config, EnvFile, Places, Sources, document},
    control::{self, ControlError, Loaded, Phase, Report},
    discord,
    plugins::{self, LoadError},
    telemetry::{self, Log},
};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};
use tracing::{error, warn};

/// The settings are wrong, or what they name: starting again without a change is useless (`EX_CONFIG`
/// of `sysexits.h`).
const WRONG_SETTINGS: u8 = 78;
/// It worked.
const DONE: u8 = 0;
/// It did not.
const FAILED: u8 = 1;
/// What was asked for is not there yet: asking again later helps (`EX_TEMPFAIL` of `sysexits.h`).
const NOT_YET: u8 = 75;

fn main() -> ExitCode {
    plugins::bound_heaps();
    let Arguments { command, env_file } = Arguments::parse();
    run_command(command.unwrap_or(Command::Run), env_file)
        .unwrap_or_else(|error| ExitCode::from(said(&error)))
}

/// Says why something did not work, in the log as soon as there is one; returns what the program ends with.
fn said(error: &anyhow::Error) -> u8 {
    let told = chain(error.as_ref());
    if telemetry::is_started() {
        error!("{told}");
    } else {
        say(&format!("lumina: {told}"));
    }
    if app::is_lasting(error) { WRONG_SETTINGS } else { FAILED }
}

fn run_command(command: Command, env_file: Option<PathBuf>) -> Result<ExitCode> {
    let sources = || sources(env_file);
    match command {
        Command::Run => run(&sources()?),
        Command::Check => check(&sources()?),
        Command::ImportOriginal { file, apply } => import_original(&sources()?, &file, apply),
        Command::Adopt => adopt(&sources()?),
        Command::Health => health(&sources()?.places()?),
        Command::Invite => invite(&sources()?),
        Command::Plugin { command: PluginCommand::List } => list(&sources()?.places()?),
        Command::Plugin { command: PluginCommand::Inspect { file } } => inspect(&file),
        Command::Plugin { command: PluginCommand::Probe { file, declared, strict } } => {
            let admit = match (declared, strict) {
                (true, true) => discord::admit_strictly,
                (true, false) => discord::admit_alone,
                (false, _) => |_: &_| Ok(()),
            };
            plugins::bound_trial();
            Ok(plugins::run_trial(&file, admit))
        }
        Command::Completions { shell } => written(cli::completions(shell, &mut io::stdout())),
        Command::Man => written(cli::manual(&mut io::stdout())),
        Command::Settings { document: SettingsDocument::Env } => print(&document::env_example()),
        Command::Settings { document: SettingsDocument::Markdown } => print(&document::markdown()),
    }
}

fn sources(env_file: Option<PathBuf>) -> Result<Sources> {
    let program = std::env::current_exe().context("the program's own path is unknown")?;
    Ok(Sources {
        environment: config::environment(),
        file: env_file.map_or(EnvFile::Usual, EnvFile::Named),
        program_dir: program.parent().unwrap_or(&program).to_owned(),
    })
}

/// Reads the settings and starts the log.
fn prepare(sources: &Sources) -> Result<(Config, Log)> {
    let (config, warnings) = sources.read()?;
    let log = telemetry::start(&config)?;
    for warning in warnings {
        warn!("{warning}");
    }
    Ok((config, log))
}

fn import_original(sources: &Sources, file: &Path, apply: bool) -> Result<ExitCode> {
    let (config, _log) = prepare(sources)?;
    print(&block_on(app::import_original(&config, file, apply))??)
}

fn adopt(sources: &Sources) -> Result<ExitCode> {
    let (config, _log) = prepare(sources)?;
    print(&block_on(app::adopt(&config))??)
}

fn run(sources: &Sources) -> Result<ExitCode> {
    let (config, log) = prepare(sources)?;
    let code = match block_on(app::run(config, sources, &log))? {
        Ok(Ended::Asked) => DONE,
        Ok(Ended::Fatal(sentence)) => {
            error!("{sentence}");
            WRONG_SETTINGS
        }
        Ok(Ended::Stuck(sentence)) => {
            error!("{sentence}");
            FAILED
        }
        Err(error) => said(&error),
    };
    plugins::end_process(code)
}

/// Does `work` to its end. Tasks that wait for something outside are not waited for.
fn block_on<T>(work: impl Future<Output = T>) -> Result<T> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().on_thread_start(telemetry::begin_thread).build();
    let runtime = runtime.context("the runtime cannot be started")?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(done)
}

fn check(sources: &Sources) -> Result<ExitCode> {
    let findings = block_on(async {
        let (config, mut findings) = check::on_this_machine(sources).await;
        if let Some(config) = config {
            findings.extend(check::elsewhere(&config).await);
        }
        findings
    })?;
    print(&lines(&findings))?;
    let worst = findings.iter().map(|finding| finding.verdict).max();
    Ok(ExitCode::from(match worst.unwrap_or(Verdict::Well) {
        Verdict::Well | Verdict::Odd => DONE,
        Verdict::Wrong => FAILED,
        Verdict::Lasting => WRONG_SETTINGS,
    }))
}

fn lines(findings: &[Finding]) -> String {
    let line = |Finding { what, verdict, told }: &Finding| {
        let mark = match verdict {
            Verdict::Well => "ok",
            Verdict::Odd => "odd",
            Verdict::Wrong | Verdict::Lasting => "WRONG",
        };
        format!("{mark:<6} {what}: {told}\n")
    };
    findings.iter().map(line).collect()
}

fn health(places: &Places) -> Result<ExitCode> {
    let Report { version, up_s, phase, loaded } = control::ask(&places.data_dir)?;
    match phase {
        Phase::Starting => {
            say(&format!(
                "lumina: Lumina {version} is starting: it is not connected to Discord yet, up {up_s} s"
            ));
            Ok(ExitCode::from(NOT_YET))
        }
        Phase::Disconnected => {
            bail!("Lumina {version} runs, but it is not connected to Discord; its log says why")
        }
        Phase::Connected => print(&connected(&version, up_s, loaded.as_ref())),
    }
}

fn connected(version: &str, up_s: u64, loaded: Option<&Loaded>) -> String {
    let latency_ms = loaded.and_then(|loaded| loaded.latency_ms);
    let latency = latency_ms.map(|ms| format!(" (heartbeat {ms} ms)")).unwrap_or_default();
    let plugins = loaded.iter().flat_map(|loaded| &loaded.plugins);
    let n_serving = plugins.filter(|plugin| plugin.state == "serving").count();
    format!(
        "Lumina {version} is connected to Discord{latency}, {n_serving} plugins serve, up {up_s} s\n"
    )
}

fn invite(sources: &Sources) -> Result<ExitCode> {
    let link = match control::ask(&sources.places()?.data_dir) {
        Ok(Report { loaded: Some(loaded), .. }) => loaded.invite,
        Ok(Report { version, .. }) => {
            say(&format!("lumina: Lumina {version} is starting: its plugins are not loaded yet"));
            return Ok(ExitCode::from(NOT_YET));
        }
        Err(ControlError::NotRunning { .. }) => return invite_by_loading(&sources.read()?.0),
        Err(error) => return Err(error.into()),
    };
    print(&format!("{link}\n"))
}

/// Nobody runs who could be asked, so that the plugins are loaded for a moment.
fn invite_by_loading(config: &Config) -> Result<ExitCode> {
    let printed = block_on(app::invite(config))?.and_then(|link| print(&format!("{link}\n")));
    plugins::end_process(printed.map_or_else(|error| said(&error), |_| DONE))
}

fn list(places: &Places) -> Result<ExitCode> {
    match control::ask(&places.data_dir) {
        Ok(Report { loaded: Some(loaded), .. }) => print(&running(&loaded)),
        Ok(Report { .. }) => print(&files(places, "not loaded yet")?),
        Err(ControlError::NotRunning { .. }) => print(&files(places, "not running")?),
        Err(error) => Err(error.into()),
    }
}

fn running(loaded: &Loaded) -> String {
    let line = |plugin: &control::PluginReport| {
        let version = plugin.version.as_deref().unwrap_or("-");
        let stuck = plugin.stuck.as_ref().map(|stuck| format!("  {stuck}\n"));
        let stuck = stuck.unwrap_or_default();
        let commands = plugin.commands.join(", ");
        format!("{} {version} {}: {commands}\n{stuck}", plugin.name, plugin.state)
    };
    loaded.plugins.iter().map(line).collect()
}

fn files(places: &Places, state: &str) -> Result<String> {
    let plugins::Found { files, problems } = plugins::find(&places.plugin_dirs);
    let mut text = String::new();
    // What is wrong names the file.
    let wrong = |error: LoadError| format!("{:#}\n", anyhow::Error::from(error));
    for library in files.values() {
        text.push_str(&match plugins::inspect(library) {
            Ok(plugins::Manifest { name, version, .. }) => {
                format!("{name} {version} {state}: {}\n", library.display())
            }
            Err(error) => wrong(error),
        });
    }
    for (_, problem) in problems {
        match problem {
            LoadError::Directory { .. } => return Err(problem.into()),
            left_aside => text.push_str(&wrong(left_aside)),
        }
    }
    Ok(text)
}

fn inspect(file: &Path) -> Result<ExitCode> {
    let plugins::Manifest { name, version, api, .. } = plugins::inspect(file)?;
    print(&format!("{name} {version}, a plugin for version {api} of the plugin API\n"))
}

/// Writes to standard output.
fn print(text: &str) -> Result<ExitCode> {
    written(io::stdout().lock().write_all(text.as_bytes()))
}

fn written(result: io::Result<()>) -> Result<ExitCode> {
    result.context("cannot write to standard output")?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a line to standard error. Where that is closed nobody can be told.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
