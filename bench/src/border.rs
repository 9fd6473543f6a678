//! The border alone, without Discord: one call into a library and back, one load, one unload.

use crate::{layout::Layout, load, spread::Spread};
use anyhow::{Context, Result, ensure};
use futures_util::future::BoxFuture;
use lumina_host::{
    clock::Clock,
    plugins::{Caller, HostSide, LogLine, PluginLimits, Plugins, PluginsOptions, Registry},
};
use lumina_plugin_api::{
    descriptor::Descriptor, error::Error, interaction::CommandCall, message::Request,
    services::discord::Latency, text::Text,
};
use std::{collections::BTreeSet, fs, sync::Arc, time::Duration};
use tempfile::TempDir;

const CALLS: u32 = 50_000;
const WARM_UP_CALLS: u32 = 2_000;
const LOADS: u32 = 200;
const DEADLINE: Duration = Duration::from_secs(5);

/// Answers the one service that `ping` asks.
struct Answering;

impl HostSide for Answering {
    fn log(&self, _line: LogLine<'_>) {}

    fn service(
        &self,
        _caller: Caller,
        _name: String,
        _request: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, Error>> {
        Box::pin(async { Ok(serde_json::to_vec(&Latency::new(Some(40.0), 0.1))?) })
    }

    fn admit(&self, _descriptor: &Descriptor, _others: &Registry) -> Result<(), Text> {
        Ok(())
    }

    fn serving(&self, _caller: &Caller) {}

    fn ended(&self, _caller: &Caller) {}
}

/// Measures calls of a plugin that answers at once, of one that asks a service first, loads and unloads.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
pub async fn run(layout: &Layout) -> Result<()> {
    let folder = TempDir::new().context("cannot create a folder")?;
    fs::copy(layout.plugins().join("ping.so"), folder.path().join("ping.so"))
        .context("cannot copy ping")?;
    fs::copy(layout.fixture("twin-a"), folder.path().join("twin.so"))
        .context("cannot copy twin")?;
    let plugins = Plugins::open(PluginsOptions {
        directories: vec![folder.path().to_owned()],
        shadow_dir: folder.path().join("shadow"),
        probe_program: layout.program(),
        clock: Clock::start(),
        host: Arc::new(Answering),
        limits: PluginLimits::default(),
    })?;
    for outcome in plugins.load_directory(&BTreeSet::new()).await {
        ensure!(outcome.result.is_ok(), "{outcome:?}");
    }
    println!("| across the border | p50 us | p99 us |\n|---|---|---|");
    print("a call that answers at once", &calls(&plugins, "twin").await?);
    print("a call that asks one service", &calls(&plugins, "ping").await?);
    let (loads, unloads) = cycles(&plugins).await?;
    print("load", &loads);
    print("unload", &unloads);
    plugins.close().await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn print(what: &str, spread: &Spread) {
    println!("| {what} | {:.1} | {:.1} |", spread.percentile_us(0.5), spread.percentile_us(0.99));
}

async fn calls(plugins: &Plugins, name: &str) -> Result<Spread> {
    let mut call = CommandCall::default();
    call.name = name.to_owned();
    let request = Request::Command(Box::new(call));
    let registry = plugins.registry();
    let plugin = registry.plugin(name).with_context(|| format!("`{name}` does not serve"))?;
    let mut spread = Spread::default();
    for n in 0..WARM_UP_CALLS + CALLS {
        let began = load::now();
        plugin.call(&request, DEADLINE).await?;
        if n >= WARM_UP_CALLS {
            spread.add(began.elapsed());
        }
    }
    Ok(spread)
}

async fn cycles(plugins: &Plugins) -> Result<(Spread, Spread)> {
    let (mut loads, mut unloads) = (Spread::default(), Spread::default());
    for _ in 0..LOADS {
        let began = load::now();
        plugins.unload("twin").await?;
        unloads.add(began.elapsed());
        let began = load::now();
        plugins.load("twin").await?;
        loads.add(began.elapsed());
    }
    Ok((loads, unloads))
}
