//! From the start of the process to READY, and what ten thousand guilds cost.

use crate::{
    contender::{Lumina, quick_discord},
    layout::Layout,
    load, process,
    spread::Spread,
};
use anyhow::{Context, Result};
use lumina_sandbox::discord::SimDiscord;

/// Guilds in the large case.
const GUILDS_MANY: usize = 10_000;
/// Discord wants one shard for 2,500 guilds.
const GUILDS_PER_SHARD: usize = 2_500;

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

/// Measures memory at rest with one guild and with many, and prints the difference a guild.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
pub async fn guilds(layout: &Layout) -> Result<()> {
    let few = resident_kib(layout, 1, 1).await?;
    let shards = u32::try_from(GUILDS_MANY.div_ceil(GUILDS_PER_SHARD))?;
    let many = resident_kib(layout, GUILDS_MANY, shards).await?;
    let bytes = many.saturating_sub(few) as f64 * 1024.0 / GUILDS_MANY as f64;
    println!(
        "resident at rest: {:.1} MiB with 1 guild, {:.1} MiB with {GUILDS_MANY} on {shards} shards: {bytes:.0} B a guild",
        few as f64 / 1024.0,
        many as f64 / 1024.0,
    );
    Ok(())
}

async fn resident_kib(layout: &Layout, n_guilds: usize, shards: u32) -> Result<u64> {
    let mut options = quick_discord(n_guilds);
    options.recommended_shards = shards;
    // Sixteen may identify at once: the wait between identifies is not what is measured.
    options.max_concurrency = 16;
    let discord = SimDiscord::start(options).await?;
    let lumina = Lumina::start(layout, vec![layout.plugins()], discord).await?;
    let pid = lumina.host.pid().context("the host has ended")?;
    let resident_kib = process::held(pid)?.resident_kib;
    lumina.host.kill().await?;
    Ok(resident_kib)
}
