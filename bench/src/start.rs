//! From the start of the process to READY, and what ten thousand guilds cost.
//!
//! The guilds are on five shards. Memory is resident memory at rest, less that with one guild. Then each
//! shard's connection is lost several times: Discord drops all of them at once, and the time runs until the
//! last has been resumed. A shard that begins a new session instead makes the program fail.

use crate::{
    contender::{Lumina, quick_discord},
    layout::Layout,
    load, process,
    spread::Spread,
};
use anyhow::{Context, Result, ensure};
use lumina_sandbox::discord::{GatewayEvent, SimDiscord};
use std::time::Duration;

/// Guilds in the large case.
const GUILDS_MANY: usize = 10_000;
/// Discord wants one for 2,500 guilds at least.
const SHARDS: u32 = 5;
/// How often every connection is dropped.
const DROPS: usize = 5;
/// How long the shards may take to be back.
const BACK_WITHIN: Duration = Duration::from_secs(60);

/// Measures `n_starts` starts and prints the spread.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
pub async fn run(layout: &Layout, n_starts: u32) -> Result<()> {
    let mut spread = Spread::default();
    for _ in 0..n_starts {
        let discord = SimDiscord::start(quick_discord(1)).await?;
        let began = load::now();
        let lumina = Lumina::start(layout, vec![layout.plugins()], discord).await?;
        spread.add(began.elapsed());
        lumina.host.kill().await?;
    }
    println!(
        "start to READY with commands registered, {n_starts} starts: p50 {:.0} ms, longest {:.0} ms",
        spread.percentile_us(0.5) / 1e3,
        spread.longest_us() / 1e3,
    );
    Ok(())
}

/// Measures memory at rest with one guild and with many, and prints the difference a guild; then drops
/// every connection, and prints how long the shards take to be back.
///
/// # Errors
/// When a shard does not come back, or begins a new session.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
pub async fn guilds(layout: &Layout) -> Result<()> {
    let (discord, few) = sharded(layout, 1, 1).await?;
    let few_kib = resident_kib(&few)?;
    few.host.kill().await?;
    drop(discord);
    let (discord, many) = sharded(layout, GUILDS_MANY, SHARDS).await?;
    let many_kib = resident_kib(&many)?;
    let bytes = many_kib.saturating_sub(few_kib) as f64 * 1024.0 / GUILDS_MANY as f64;
    println!(
        "resident at rest: {:.1} MiB with 1 guild, {:.1} MiB with {GUILDS_MANY} on {SHARDS} shards: {bytes:.0} B a guild",
        few_kib as f64 / 1024.0,
        many_kib as f64 / 1024.0,
    );
    let mut spread = Spread::default();
    for _ in 0..DROPS {
        spread.add(dropped(&discord).await?);
    }
    println!(
        "{DROPS} times every connection dropped: {} sessions resumed, none begun anew; all {SHARDS} shards back \
         after p50 {:.0} ms, longest {:.0} ms; {:.1} MiB afterwards",
        DROPS * SHARDS as usize,
        spread.percentile_us(0.5) / 1e3,
        spread.longest_us() / 1e3,
        resident_kib(&many)? as f64 / 1024.0,
    );
    many.host.kill().await
}

/// Drops every connection and returns how long it takes until each session was resumed.
async fn dropped(discord: &SimDiscord) -> Result<Duration> {
    let began = load::now();
    let (resumed, identified) = sessions(discord);
    discord.drop_connections();
    let wanted = resumed + SHARDS as usize;
    while sessions(discord).0 < wanted {
        ensure!(began.elapsed() < BACK_WITHIN, "not every shard came back");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    ensure!(sessions(discord) == (wanted, identified), "a shard began a new session");
    Ok(began.elapsed())
}

/// How many sessions were resumed so far, and how many were begun.
fn sessions(discord: &SimDiscord) -> (usize, usize) {
    let journal = discord.gateway_journal();
    let count = |is: fn(&GatewayEvent) -> bool| journal.iter().filter(|e| is(&e.event)).count();
    (
        count(|event| matches!(event, GatewayEvent::Resumed { .. })),
        count(|event| matches!(event, GatewayEvent::Identified { .. })),
    )
}

async fn sharded(layout: &Layout, n_guilds: usize, shards: u32) -> Result<(SimDiscord, Lumina)> {
    let mut options = quick_discord(n_guilds);
    options.recommended_shards = shards;
    // Sixteen may identify at once: the wait between identifies is not what is measured.
    options.max_concurrency = 16;
    let discord = SimDiscord::start(options).await?;
    let lumina = Lumina::start(layout, vec![layout.plugins()], discord.clone()).await?;
    let began = load::now();
    while discord.sessions().len() < shards as usize {
        ensure!(began.elapsed() < BACK_WITHIN, "not every shard began a session");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok((discord, lumina))
}

fn resident_kib(lumina: &Lumina) -> Result<u64> {
    let pid = lumina.host.pid().context("the host has ended")?;
    Ok(process::held(pid)?.resident_kib)
}
