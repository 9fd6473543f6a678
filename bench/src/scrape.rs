//! What Prometheus waits for: the page of figures, read at rest and while people use commands as fast as
//! they are answered.

use crate::{
    contender::{Lumina, quick_discord},
    layout::Layout,
    load,
    spread::Spread,
};
use anyhow::{Context, Result, ensure};
use lumina_sandbox::discord::SimDiscord;
use std::time::Duration;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// How often the page is read at rest.
const READS: usize = 500;
/// How long people use commands meanwhile, after that.
const LOAD: Duration = Duration::from_secs(10);
/// How many they are.
const USERS: usize = 8;
/// Between two reads, so that what is measured is a read and not a queue of them.
const PAUSE: Duration = Duration::from_millis(10);
/// How long the host may take to say where the page is.
const TOLD_WITHIN: Duration = Duration::from_secs(20);
/// What stands before the address in the log.
const AT: &str = "figures for Prometheus are at http://";
/// What a page holds that is one.
const RIGHT: &str = "lumina_interactions_total{";

/// Reads the page and prints how long that takes.
///
/// # Errors
/// When the host does not start, or a page is none.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
pub async fn run(layout: &Layout) -> Result<()> {
    let discord = SimDiscord::start(quick_discord(1)).await?;
    let data = TempDir::new().context("cannot create a folder for data")?;
    let settings = [("METRICS_ADDR", "127.0.0.1:0")];
    let lumina =
        Lumina::start_with(layout, vec![layout.plugins()], discord.clone(), data, &settings)
            .await?;
    let told = lumina.host.wait_for_log(AT, TOLD_WITHIN).await?;
    let address = told.split(AT).nth(1).and_then(|rest| rest.split('/').next());
    let address = address.context("the log names no address")?;
    let users = load::people(&discord, USERS);
    load::once(&discord, users[0], &["ping"], &[]).await?;
    let mut rest = Spread::default();
    for _ in 0..READS {
        read(address, &mut rest).await?;
    }
    let (outcome, busy) =
        tokio::join!(load::closed_loop(&discord, &users, "ping", "Pong", LOAD), meanwhile(address));
    let (busy, commands) = (busy?, outcome.right.len());
    ensure!(outcome.wrong.is_empty(), "a wrong answer: {}", outcome.wrong[0]);
    for (when, spread) in
        [("at rest".to_owned(), rest), (format!("with {commands} commands"), busy)]
    {
        println!(
            "the page of figures read {} times {when}: p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
            spread.len(),
            spread.percentile_us(0.5) / 1e3,
            spread.percentile_us(0.99) / 1e3,
            spread.longest_us() / 1e3,
        );
    }
    lumina.host.kill().await
}

/// Reads while people use commands.
async fn meanwhile(address: &str) -> Result<Spread> {
    let (began, mut spread) = (load::now(), Spread::default());
    while began.elapsed() < LOAD {
        read(address, &mut spread).await?;
    }
    Ok(spread)
}

/// Reads the page as Prometheus does, over a connection of its own.
async fn read(address: &str, spread: &mut Spread) -> Result<()> {
    tokio::time::sleep(PAUSE).await;
    let began = load::now();
    let mut stream = TcpStream::connect(address).await.context("cannot reach the page")?;
    let request = format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.context("cannot ask for the page")?;
    let mut page = String::new();
    stream.read_to_string(&mut page).await.context("cannot read the page")?;
    spread.add(began.elapsed());
    ensure!(page.starts_with("HTTP/1.1 200") && page.contains(RIGHT), "this is no page: {page}");
    Ok(())
}
