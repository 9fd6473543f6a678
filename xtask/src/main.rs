//! `cargo xtask`, the one front door to this repository: build, run, prove, lint, measure.
//!
//! Everything here calls cargo or a program that was built by it. It must never know what is inside
//! the host, the sandbox or a plugin: it depends on none of them.

mod build;
mod cargo;
mod dist;
mod gate;
mod install;
mod newer;
mod plugin;
mod tools;
mod workspace;

use anyhow::{Context, Result};
use build::{Layout, Wanted};
use cargo::Profile;
use clap::{Args, Parser, Subcommand};
use std::{os::unix::process::CommandExt, path::PathBuf, process::ExitCode};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Builds, runs and proves Lumina")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Leave a runnable layout in target/lumina/debug (or release): the program, its plugins, the sandbox.
    Build {
        #[command(flatten)]
        profile: ProfileChoice,
        /// Build the test plugins of `fixtures/` too.
        #[arg(long)]
        fixtures: bool,
    },
    /// Start the bot against a Discord and a TheTVDB on this machine, and open a prompt.
    Sandbox {
        #[command(flatten)]
        profile: ProfileChoice,
        /// What goes to the sandbox: `--script FILE` runs a file instead of a prompt, `--set NAME=VALUE`
        /// changes a setting of the host; `-- --help` shows all.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Prove everything; with a filter, run only the tests whose name contains it.
    Test { filter: Option<String> },
    /// Check formatting, lints and house rules.
    Lint,
    /// Measure, in release mode; `bench soak` reloads a plugin ten thousand times under load.
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Pack the program with its plugins into target/dist: an archive, and its checksum.
    Dist {
        /// Pack what is quick to build instead of what is quick to run, to try the packing.
        #[arg(long)]
        debug: bool,
    },
    /// Work on one plugin.
    Plugin {
        #[command(subcommand)]
        task: PluginTask,
    },
}

#[derive(Debug, Subcommand)]
enum PluginTask {
    /// Write a plugin that says hello into a new folder, which is its name.
    New {
        /// The folder, which must not exist.
        folder: PathBuf,
    },
    /// Build one plugin into a library that the host loads, and print where it lies and what the host
    /// says to it.
    Build {
        /// A plugin of this repository by name (`ping`), or any folder with a Cargo.toml.
        plugin: PathBuf,
        #[command(flatten)]
        profile: ProfileChoice,
        /// The folder that receives the library; by default the plugins folder of the layout.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Take a plugin's library out of the layout again; its source stays.
    Remove {
        /// The name of the plugin.
        name: String,
        #[command(flatten)]
        profile: ProfileChoice,
    },
}

#[derive(Debug, Clone, Copy, Args)]
struct ProfileChoice {
    /// Build with optimizations.
    #[arg(long)]
    release: bool,
}

impl ProfileChoice {
    fn layout(self) -> Layout {
        Layout::of(if self.release { Profile::Release } else { Profile::Debug })
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Build { profile, fixtures } => {
            let layout = profile.layout();
            build::build(&layout, if fixtures { Wanted::Fixtures } else { Wanted::Programs })?;
            report(&format!("built {}", layout.root().display()));
            Ok(())
        }
        Task::Sandbox { profile, arguments } => sandbox(&profile.layout(), &arguments),
        Task::Test { filter } => gate::test(filter.as_deref()),
        Task::Lint => gate::lint(),
        Task::Bench { arguments } => bench(&arguments),
        Task::Dist { debug } => {
            let profile = if debug { Profile::Debug } else { Profile::Release };
            print(&dist::pack(&Layout::of(profile))?.display().to_string());
            Ok(())
        }
        Task::Plugin { task } => on_plugin(task),
    }
}

fn on_plugin(task: PluginTask) -> Result<()> {
    match task {
        PluginTask::New { folder } => {
            let name = plugin::new::write(&folder)?;
            print(&format!("wrote the plugin `{name}` into {}", folder.display()));
            report(&format!("next: cargo xtask plugin build {}", folder.display()));
        }
        PluginTask::Build { plugin, profile, out } => {
            let layout = profile.layout();
            let (library, said) = plugin::build(&plugin, &layout, out.as_deref())?;
            print(&library.display().to_string());
            print(&said);
        }
        PluginTask::Remove { name, profile } => {
            let removed = plugin::remove(&name, &profile.layout())?;
            print(&format!("removed {}", removed.display()));
        }
    }
    Ok(())
}

fn sandbox(layout: &Layout, arguments: &[String]) -> Result<()> {
    build::build(layout, Wanted::Programs)?;
    let program = layout.program("lumina-dev");
    // In our place: the terminal, its signals and the exit code are the sandbox's.
    let error = cargo::program(&program).args(arguments).exec();
    Err(error).with_context(|| format!("cannot start `{}`", program.display()))
}

fn bench(arguments: &[String]) -> Result<()> {
    let layout = Layout::of(Profile::Release);
    build::build(&layout, Wanted::Fixtures)?;
    let program = build::build_bench(layout.profile())?;
    let mut command = cargo::program(&program);
    cargo::run(command.args(arguments).env(build::LAYOUT_VARIABLE, layout.root()))
        .context("the bench failed")
}

/// Prints one line of result, for people and for scripts.
#[expect(clippy::print_stdout, reason = "a command-line program answers on its output")]
fn print(line: &str) {
    println!("{line}");
}

/// Prints one line of progress, for people.
#[expect(clippy::print_stderr, reason = "a command-line program tells what it does")]
fn report(line: &str) {
    eprintln!("{line}");
}
