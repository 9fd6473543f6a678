//! The tracker: what a search, a mark, a look into a series and a profile cost, with the lists of ten
//! thousand people in the database. Nothing is judged by time; a wrong answer makes the program fail.
//!
//! - **In the host** (`inside`): one request of the service `lists`, from the bytes that a plugin sends to
//!   the bytes that it gets, in this process, on the same file that the real one uses. What it writes is on
//!   the disk. Episodes of a series that is not stored come from a catalogue that answers at once.
//! - **To the answer** (`outside`): from the moment at which someone runs a command or presses, to the
//!   moment at which the simulated Discord has the right answer, with the real process, the real
//!   libraries and a simulated TheTVDB that answers at once. "Cold" is what nobody asked for before.
//! - **Presses** (`crowd`): 50 people press 4 times a second each, whether or not others have their
//!   answers. Each press marks or unmarks an episode or makes it a favorite or none; it is wrong unless the
//!   message that comes back says so. CPU is that of the process, as the kernel counts it in ticks of 10 ms.
//! - **Stored** (`seed`): 10,000 people with 198 episodes of two series and two movies each, and the four
//!   people whose profiles are looked at. The size is that of the file after it was closed; what it takes
//!   besides their rows is not taken off. Resident memory is taken when the process has started.
//! - Of the original nothing was measured here: beside the figures stands what its code does.

mod crowd;
mod inside;
mod invented;
mod outside;
mod seed;

use crate::{
    contender::{Lumina, quick_discord},
    layout::Layout,
    load, process,
    spread::Spread,
};
use anyhow::{Context, Result};
use lumina_sandbox::discord::SimDiscord;
use seed::{PROFILE_TITLES, Seeded};

/// A row of the table.
struct Figure {
    what: String,
    spread: Spread,
    /// What it asked of TheTVDB, where that can be seen.
    n_requests: Option<usize>,
    target: &'static str,
    original: &'static str,
}

impl Figure {
    fn new(what: impl Into<String>, spread: Spread) -> Self {
        Self { what: what.into(), spread, n_requests: None, target: "", original: "" }
    }

    fn requests(mut self, n: usize) -> Self {
        self.n_requests = Some(n);
        self
    }

    fn target(mut self, target: &'static str) -> Self {
        self.target = target;
        self
    }

    fn original(mut self, original: &'static str) -> Self {
        self.original = original;
        self
    }
}

/// Measures all of it and prints the tables.
///
/// # Errors
/// When an answer is wrong or missing.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
pub async fn run(layout: &Layout) -> Result<()> {
    let discord = SimDiscord::start(quick_discord(1)).await?;
    let owners = load::people(&discord, PROFILE_TITLES.len());
    let began = load::now();
    let seeded = seed::database(&owners).await?;
    println!("lists of {} people made in {:.0} s", seed::N_USERS, began.elapsed().as_secs_f64());
    let mut figures = inside::figures(seeded.data.path(), &owners).await?;
    let empty_kib = at_rest_kib(layout).await?;
    let Seeded { data, n_rows, size_bytes } = seeded;
    let plugins = vec![layout.plugins()];
    let lumina = Lumina::start_with(layout, plugins, discord.clone(), data, &[]).await?;
    let full_kib = resident_kib(&lumina)?;
    figures.extend(outside::figures(&discord, &lumina, &owners).await?);
    print(&figures);
    crowd::run(&discord, &lumina).await?;
    println!(
        "{} people with {} rows each, {n_rows} rows in all: {:.1} MiB, {:.1} B a row; resident at rest \
         {:.1} MiB, {:.1} MiB with no rows; {:.1} MiB after all of the above",
        seed::N_USERS,
        seed::ROWS_PER_USER,
        size_bytes as f64 / (1 << 20) as f64,
        size_bytes as f64 / n_rows as f64,
        mib(full_kib),
        mib(empty_kib),
        mib(resident_kib(&lumina)?),
    );
    lumina.host.stop().await.map(drop)
}

async fn at_rest_kib(layout: &Layout) -> Result<u64> {
    let discord = SimDiscord::start(quick_discord(1)).await?;
    let lumina = Lumina::start(layout, vec![layout.plugins()], discord).await?;
    let kib = resident_kib(&lumina)?;
    lumina.host.kill().await?;
    Ok(kib)
}

fn resident_kib(lumina: &Lumina) -> Result<u64> {
    let pid = lumina.host.pid().context("the host has ended")?;
    Ok(process::held(pid)?.resident_kib)
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn print(figures: &[Figure]) {
    println!("| what | p50 ms | p99 ms | times | requests to TheTVDB | target | the original |");
    println!("|---|---|---|---|---|---|---|");
    for figure in figures {
        let Figure { what, spread, n_requests, target, original } = figure;
        println!(
            "| {what} | {:.2} | {:.2} | {} | {} | {target} | {original} |",
            spread.percentile_us(0.5) / 1e3,
            spread.percentile_us(0.99) / 1e3,
            spread.len(),
            n_requests.map(|n| n.to_string()).unwrap_or_default(),
        );
    }
}
