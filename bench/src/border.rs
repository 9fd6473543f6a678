//! The border alone, without Discord: a call into a library and back, a load, an unload.
//!
//! Three kinds of calls, which differ in how often a thread has to wake another, because that is what a
//! call costs:
//! - **answered at once**: suggestions of a command that has none. To the plugin's thread and back: two
//!   wake-ups.
//! - **asks one service**: `/ping`, which asks how fast Discord is. The host knows that and says it where it
//!   is asked, on the plugin's thread: two wake-ups, and the request and its answer as JSON.
//! - **waits once**: `/twin`, which sleeps for no time. That passes over a timer of the host: four wake-ups.
//!
//! One thread waits at a time, so both processors fall asleep in between, and how long they take to wake
//! differs from moment to moment by more than the calls do. So the kinds take turns in many short rounds;
//! the shortest call is the work itself, the median is what a call takes that meets idle threads.

use crate::{layout::Layout, load, spread::Spread};
use anyhow::{Context, Result, ensure};
use futures_util::future::BoxFuture;
use lumina_host::{
    clock::Clock,
    plugins::{Caller, HostSide, LogLine, PluginLimits, Plugins, PluginsOptions, Registry},
};
use lumina_plugin_api::{
    descriptor::Descriptor,
    error::Error,
    interaction::CommandCall,
    message::{Request, Response},
    services::discord::Latency,
    text::Text,
};
use std::{collections::BTreeSet, fs, sync::Arc, time::Duration};
use tempfile::TempDir;

/// Rounds, the first of which only warm up.
const ROUNDS: u32 = 110;
const WARM_UP_ROUNDS: u32 = 10;
/// Calls of each kind in a round.
const CALLS_PER_ROUND: u32 = 300;
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

/// Measures calls, loads and unloads.
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
        hung_note: folder.path().join("hung"),
        probe_program: layout.program(),
        clock: Clock::start(),
        host: Arc::new(Answering),
        limits: PluginLimits::default(),
    })?;
    for outcome in plugins.load_directory(&BTreeSet::new()).await {
        ensure!(outcome.result.is_ok(), "{outcome:?}");
    }
    println!("| across the border | shortest us | p50 us | p99 us |\n|---|---|---|---|");
    for kind in calls(&plugins).await? {
        print(kind.what, &kind.spread);
    }
    let (loads, unloads) = cycles(&plugins).await?;
    print("load", &loads);
    print("unload", &unloads);
    plugins.close().await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn print(what: &str, spread: &Spread) {
    let [shortest, p50, p99] = [0.0, 0.5, 0.99].map(|share| spread.percentile_us(share));
    println!("| {what} | {shortest:.1} | {p50:.1} | {p99:.1} |");
}

/// A kind of call.
struct Kind {
    what: &'static str,
    plugin: &'static str,
    request: Request,
    is_right: fn(&Response) -> bool,
    spread: Spread,
}

fn kinds() -> [Kind; 3] {
    let command = |name: &str| {
        let mut call = CommandCall::default();
        call.name = name.to_owned();
        Request::Command(Box::new(call))
    };
    let suggestions = Request::Autocomplete(Box::default());
    let is_reply = |answer: &Response| matches!(answer, Response::Reply(_));
    let kind = |what, plugin, request, is_right| Kind {
        what,
        plugin,
        request,
        is_right,
        spread: Spread::default(),
    };
    [
        kind("a call that is answered at once", "ping", suggestions, |answer| {
            matches!(answer, Response::Choices(_))
        }),
        kind("a call that asks one service", "ping", command("ping"), is_reply),
        kind("a call that waits once", "twin", command("twin"), is_reply),
    ]
}

async fn calls(plugins: &Plugins) -> Result<[Kind; 3]> {
    let (mut kinds, registry) = (kinds(), plugins.registry());
    for round in 0..ROUNDS {
        for kind in &mut kinds {
            let plugin = registry.plugin(kind.plugin).context("it does not serve")?;
            for _ in 0..CALLS_PER_ROUND {
                let began = load::now();
                let answer = plugin.call(&kind.request, DEADLINE).await?;
                let took = began.elapsed();
                ensure!((kind.is_right)(&answer.response), "{:?}", answer.response);
                if round >= WARM_UP_ROUNDS {
                    kind.spread.add(took);
                }
            }
        }
    }
    Ok(kinds)
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
