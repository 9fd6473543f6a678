//! Reloads of the real `profile.so` while French people look at profiles: every copy brings its texts in
//! two languages, and each is gone with its copy.
//!
//! During each reload one of them asks, so that both copies have to speak French; an answer in any other
//! language makes the program fail, and so does a copy that stays. Anonymous memory is read after reload
//! 100, when caches and arenas have grown, and after the last.

use crate::{
    contender::{Lumina, quick_discord},
    layout::Layout,
    load::{self, Person},
    process::{self, Held},
};
use anyhow::{Context, Result, ensure};
use lumina_sandbox::discord::{SimDiscord, UserId};
use std::{fs, time::Duration};
use tempfile::TempDir;

/// French people, who ask in turn: one person may use a command 30 times in ten seconds.
const USERS: usize = 1_000;
/// So many commands are used before the first reload: the host keeps each for a quarter of an hour and 4,096
/// at most, and memory is compared once that shelf is full.
const WARM_COMMANDS: usize = 4_200;
/// After this reload memory is read for the first time; after a tenth of a short run.
const WARM_RELOADS: u64 = 100;
/// What the path of each mapped copy contains.
const LIBRARY: &str = "/profile.";
/// How long a replaced copy may take to be gone before it counts as a leak.
const UNMAPPED_WITHIN: Duration = Duration::from_secs(10);
/// The texts of one copy, read and kept, take tens of times as much. A shorter run than 1,000 reloads
/// measures the allocator's steps.
const GROWTH_BYTES_MAX: f64 = 512.0;
/// What a French profile with nothing in it says.
const RIGHT: &str = "Vous n’avez encore rien marqué";

/// Reloads `n_reloads` times and prints what memory did.
///
/// # Errors
/// When an answer was not French, a copy stayed, or memory grew by texts.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
pub async fn run(layout: &Layout, n_reloads: u64) -> Result<()> {
    let folder = TempDir::new().context("cannot create a folder for plugins")?;
    let file = folder.path().join("profile.so");
    fs::copy(layout.plugins().join("profile.so"), file).context("cannot copy `profile`")?;
    let discord = SimDiscord::start(quick_discord(1)).await?;
    let plugins = vec![folder.path().to_owned()];
    let lumina = Lumina::start(layout, plugins, discord.clone()).await?;
    let pid = lumina.host.pid().context("the host has ended")?;
    let people = load::people(&discord, USERS);
    people.iter().for_each(|user| discord.set_locale(*user, "fr"));
    for n in 0..WARM_COMMANDS {
        profile(&discord, people[n % USERS]).await?;
    }
    let warm_at = WARM_RELOADS.min(n_reloads / 10).max(1);
    let mut warm = None;
    for n in 1..=n_reloads {
        reload(&discord, people[n as usize % USERS]).await?;
        if n == warm_at {
            warm = Some(held(pid).await?);
        }
    }
    let (warm, end) = (warm.context("there was no reload")?, held(pid).await?);
    let grown_kib = end.anonymous_kib as f64 - warm.anonymous_kib as f64;
    let growth = grown_kib * 1024.0 / (n_reloads - warm_at).max(1) as f64;
    println!(
        "{n_reloads} reloads of profile.so, a French answer during and after each: anonymous memory \
         {} KiB after {warm_at}, {} KiB at the end, {growth:.1} B a reload; {} threads, {} before",
        warm.anonymous_kib, end.anonymous_kib, end.n_threads, warm.n_threads,
    );
    let is_long = n_reloads >= 10 * WARM_RELOADS;
    ensure!(!is_long || growth <= GROWTH_BYTES_MAX, "memory leaks: {growth:.1} B a reload");
    Ok(())
}

async fn reload(discord: &SimDiscord, user: UserId) -> Result<()> {
    let options = [("plugin", "profile")];
    let reload = load::once(discord, discord.owner(), &["sudo", "reload"], &options);
    let (reloaded, during) = tokio::join!(reload, profile(discord, user));
    let (reloaded, _) = reloaded?;
    ensure!(reloaded.contains("Reloaded"), "the reload says: {reloaded}");
    during?;
    profile(discord, user).await
}

/// Somebody looks at a profile, and reads it in French.
async fn profile(discord: &SimDiscord, user: UserId) -> Result<()> {
    let (message, _) = Person { discord, user }.command("profile", &[]).await?;
    let text = load::text_of(&message);
    ensure!(text.contains(RIGHT), "this is not French: {text}");
    Ok(())
}

/// What the process holds once the copies that were replaced are gone.
async fn held(pid: u32) -> Result<Held> {
    let began = load::now();
    while process::n_mapped(pid, LIBRARY)? > 1 {
        ensure!(began.elapsed() < UNMAPPED_WITHIN, "a copy that was replaced stays");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    process::held(pid)
}
