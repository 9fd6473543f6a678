//! The program `lumina-dev`: a prompt in front of a real host, with a simulated Discord and a
//! simulated TheTVDB behind it. It needs no token, no key and no network.

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use lumina_sandbox::{
    host::settings,
    prompt,
    session::{Session, SessionOptions, parse},
};
use std::{path::PathBuf, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};

/// Lumina against a simulated Discord and TheTVDB, with a prompt to type commands into.
#[derive(Debug, Parser)]
#[command(name = "lumina-dev", version)]
struct Arguments {
    /// Run the lines of this file, print them with what comes of each, and end.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// The host; `lumina` beside this program by default.
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
    /// The folder with plugins; `plugins` beside this program by default. They are copied.
    #[arg(long, value_name = "DIR")]
    plugins: Option<PathBuf>,
    /// The port of the simulated Discord; any free one by default.
    #[arg(long, value_name = "PORT")]
    discord_port: Option<u16>,
    /// The port of the simulated TheTVDB; any free one by default.
    #[arg(long, value_name = "PORT")]
    tvdb_port: Option<u16>,
    /// A setting of the host, as in LOG_FORMAT=json; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed standard error leaves nobody to tell.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("lumina-dev: {error:#}\n").as_bytes(),
            );
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let script = match &arguments.script {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read the script `{}`", path.display()))?;
            // Some editors begin a file with the mark of its encoding.
            Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
        }
        None => None,
    };
    let options = session_options(&arguments)?;
    if !options.extra_env.is_empty() {
        let names = options.extra_env.iter().map(|(name, _)| name.as_str());
        settings::check(&options.program, names).await?;
    }
    let is_script = script.is_some();
    // Whoever ends the sandbox ends the host: dropping the session kills it.
    tokio::select! {
        done = session(options, script) => return done,
        signal = asked_to_end() => signal?,
    }
    if is_script {
        bail!("the script was broken off");
    }
    // Below what the terminal shows of the keys.
    prompt::print(&format!("\n{}", prompt::GOODBYE))
}

async fn session(options: SessionOptions, script: Option<String>) -> Result<()> {
    if script.is_none() {
        prompt::print(prompt::GREETING)?;
    }
    let mut session = Session::start(options).await.context("the sandbox does not start")?;
    for sentence in session.refused_plugins() {
        prompt::print(&sentence)?;
    }
    let (failed, whose) = match script {
        Some(text) => (prompt::script(&mut session, &text).await?, "script"),
        None => (prompt::interactive(&mut session, history_file()).await?, "input"),
    };
    if !prompt::end(&mut session, prompt::print).await? {
        bail!("the host ended with an error; `log` would have shown it");
    }
    if failed.is_empty() { Ok(()) } else { bail!(not_done(&failed, whose)) }
}

/// Says which lines could not be done.
fn not_done(failed: &[(usize, String)], whose: &str) -> String {
    let which: Vec<String> = failed
        .iter()
        .map(|(number, line)| format!("line {number} (`{}`)", parse::short(line)))
        .collect();
    match which.as_slice() {
        [one] => format!("{one} of the {whose} could not be done"),
        which => {
            let (n, which) = (which.len(), which.join(", "));
            format!("{n} lines of the {whose} could not be done: {which}")
        }
    }
}

/// Waits for Ctrl-C, the end of the terminal, or a request to end.
async fn asked_to_end() -> Result<()> {
    let on = |kind| signal(kind).context("cannot listen for signals");
    let (mut interrupt, mut hangup) = (on(SignalKind::interrupt())?, on(SignalKind::hangup())?);
    let mut terminate = on(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

fn session_options(arguments: &Arguments) -> Result<SessionOptions> {
    let own = std::env::current_exe().context("cannot tell where this program lies")?;
    let beside = own.parent().context("this program lies in no folder")?;
    let mut options = SessionOptions::of_layout(beside);
    if let Some(program) = &arguments.program {
        options.program.clone_from(program);
    }
    if let Some(plugins) = &arguments.plugins {
        options.plugins.clone_from(plugins);
    }
    options.program = std::path::absolute(&options.program).context("no such program")?;
    options.discord_port = arguments.discord_port;
    options.tvdb_port = arguments.tvdb_port;
    for setting in &arguments.settings {
        let (name, value) =
            setting.split_once('=').with_context(|| format!("`{setting}` is not NAME=VALUE"))?;
        options.extra_env.push((name.to_owned(), value.to_owned()));
    }
    Ok(options)
}

/// Returns where the history of typed lines is kept.
#[expect(clippy::disallowed_methods, reason = "the home folder is known to the environment alone")]
fn history_file() -> Option<PathBuf> {
    let home = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")));
    let folder = home?.join("lumina");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("sandbox-history"))
}
