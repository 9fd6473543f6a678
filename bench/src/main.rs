//! Measures Lumina against the simulated Discord, beside a bare poise bot and a bare serenity bot.
//!
//! Only right answers count. Figures are printed, never asserted as times; what must hold whatever the
//! machine (nothing lost, nothing leaked) makes the program fail.

mod border;
mod contender;
mod french;
mod layout;
mod load;
mod ping;
mod process;
mod scrape;
mod soak;
mod spread;
mod start;
mod tracker;

use anyhow::Result;
use clap::{Parser, Subcommand};
use layout::Layout;
use std::time::Duration;

#[derive(Parser)]
#[command(about = "Measures Lumina beside a bare poise bot and a bare serenity bot")]
struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// `/ping` of each bot, interleaved: latency, CPU, throughput, memory
    Ping {
        /// Rounds, each with a part for one user and a part for many
        #[arg(long, default_value_t = 5)]
        rounds: u32,
        /// Seconds of each part
        #[arg(long, default_value_t = 2)]
        seconds: u64,
    },
    /// Reloads under load that alternate two builds of a plugin
    Soak {
        /// How many reloads
        #[arg(long, default_value_t = 10_000)]
        reloads: u64,
        /// How many answers each reload waits for, on average
        #[arg(long, default_value_t = 10)]
        answers: u64,
    },
    /// From the start of the process to READY
    Start {
        /// How many starts
        #[arg(long, default_value_t = 10)]
        starts: u32,
    },
    /// Ten thousand guilds on five shards: memory at rest, and every shard resumed
    Guilds,
    /// The border alone: a call, a load, an unload
    Border,
    /// Reloads of `profile` while French people look at profiles
    French {
        /// How many reloads
        #[arg(long, default_value_t = 1_000)]
        reloads: u64,
    },
    /// The page of figures for Prometheus, at rest and under load
    Scrape,
    /// Searching, marking, episodes, profiles, and what is stored of many people
    Tracker,
}

#[tokio::main]
async fn main() -> Result<()> {
    let layout = Layout::find()?;
    match Arguments::parse().what {
        Some(What::Ping { rounds, seconds }) => {
            ping::run(&layout, rounds, Duration::from_secs(seconds)).await
        }
        Some(What::Soak { reloads, answers }) => soak::run(&layout, reloads, answers).await,
        Some(What::Start { starts }) => start::run(&layout, starts).await,
        Some(What::Border) => border::run(&layout).await,
        Some(What::French { reloads }) => french::run(&layout, reloads).await,
        Some(What::Tracker) => tracker::run(&layout).await,
        Some(What::Scrape) => scrape::run(&layout).await,
        Some(What::Guilds) => start::guilds(&layout).await,
        None => everything(&layout).await,
    }
}

async fn everything(layout: &Layout) -> Result<()> {
    ping::run(layout, 5, Duration::from_secs(2)).await?;
    border::run(layout).await?;
    start::run(layout, 10).await?;
    start::guilds(layout).await?;
    scrape::run(layout).await?;
    tracker::run(layout).await?;
    french::run(layout, 1_000).await?;
    soak::run(layout, 1_000, 10).await
}
