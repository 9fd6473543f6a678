//! `/ping` of each contender, interleaved: latency, CPU, throughput, memory.

use crate::{
    contender::{Contender, Running},
    layout::Layout,
    load::{self, Outcome},
    process::{self, Held},
    spread::Spread,
};
use anyhow::{Result, ensure};
use lumina_sandbox::discord::UserId;
use std::time::Duration;

/// Users in the throughput rounds.
const USERS_MANY: usize = 16;
/// Before a bot is measured it warms up for this long.
const WARM_UP: Duration = Duration::from_secs(2);
/// What every contender's answer contains.
const RIGHT: &str = "Pong!";

struct Row {
    contender: Contender,
    running: Running,
    users: Vec<UserId>,
    at_rest: Held,
    alone: Spread,
    crowd: Spread,
    crowd_cpu: Duration,
    crowd_time: Duration,
    wrong: usize,
}

/// Measures `n_rounds` rounds of `span` each and prints the table.
pub async fn run(layout: &Layout, n_rounds: u32, span: Duration) -> Result<()> {
    let mut rows = Vec::new();
    for contender in Contender::ALL {
        rows.push(prepare(layout, contender).await?);
    }
    for _ in 0..n_rounds {
        for row in &mut rows {
            alone(row, span).await;
            crowd(row, span).await?;
        }
    }
    print(&rows)
}

async fn prepare(layout: &Layout, contender: Contender) -> Result<Row> {
    let running = contender.start(layout, 1).await?;
    let at_rest = process::held(running.pid()?)?;
    let users = load::people(&running.discord, USERS_MANY);
    let warm = load::closed_loop(&running.discord, &users, "ping", RIGHT, WARM_UP).await;
    ensure!(warm.wrong.is_empty(), "{}: {:?}", contender.name(), warm.wrong.first());
    let (alone, crowd) = (Spread::default(), Spread::default());
    let (crowd_cpu, crowd_time) = (Duration::ZERO, Duration::ZERO);
    let wrong = 0;
    Ok(Row { contender, running, users, at_rest, alone, crowd, crowd_cpu, crowd_time, wrong })
}

async fn alone(row: &mut Row, span: Duration) {
    let one = &row.users[..1];
    let Outcome { right, wrong } =
        load::closed_loop(&row.running.discord, one, "ping", RIGHT, span).await;
    row.alone.append(right);
    row.wrong += wrong.len();
}

async fn crowd(row: &mut Row, span: Duration) -> Result<()> {
    let pid = row.running.pid()?;
    let (cpu_before, began) = (process::cpu(pid)?, load::now());
    let Outcome { right, wrong } =
        load::closed_loop(&row.running.discord, &row.users, "ping", RIGHT, span).await;
    row.crowd_time += began.elapsed();
    row.crowd_cpu += process::cpu(pid)?.saturating_sub(cpu_before);
    row.crowd.append(right);
    row.wrong += wrong.len();
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the table is what this program is for")]
fn print(rows: &[Row]) -> Result<()> {
    println!("/ping, one user at a time (p50, p99) and {USERS_MANY} users (the rest)");
    println!(
        "| bot | p50 us | p99 us | CPU us a command | commands a second | MiB at rest | MiB after | wrong |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for row in rows {
        let n = row.crowd.len().max(1) as f64;
        println!(
            "| {} | {:.0} | {:.0} | {:.1} | {:.0} | {:.1} | {:.1} | {} |",
            row.contender.name(),
            row.alone.percentile_us(0.5),
            row.alone.percentile_us(0.99),
            row.crowd_cpu.as_secs_f64() * 1e6 / n,
            n / row.crowd_time.as_secs_f64(),
            row.at_rest.resident_kib as f64 / 1024.0,
            process::held(row.running.pid()?)?.resident_kib as f64 / 1024.0,
            row.wrong,
        );
    }
    Ok(())
}
