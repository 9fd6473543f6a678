//! Fifty people who press four times a second each.

use crate::{
    contender::Lumina,
    load::{self, Person},
    process,
    spread::Spread,
};
use anyhow::{Context, Result, ensure};
use lumina_sandbox::discord::{MessageId, SimDiscord, UserId};
use std::time::{Duration, Instant};

const USERS: u32 = 50;
const PRESSES_PER_SECOND: u32 = 200;
/// Presses of each person: ten seconds of them, which is what a person may do.
const PRESSES_EACH: u32 = 40;
/// Series that they look into; several people look into each.
const SHOWS: [&str; 5] =
    ["The Salt Ledger", "Crowns of Clay", "The Understudies", "Odd Signals", "Little Mountain"];
/// What is pressed, one after the other, and what the message offers afterwards.
const TURNS: [(&str, &str); 4] = [
    ("Mark as watched", "Unmark as watched"),
    ("Favorite", "Unfavorite"),
    ("Unmark as watched", "Mark as watched"),
    ("Unfavorite", "Favorite"),
];

#[derive(Default)]
struct Outcome {
    right: Spread,
    wrong: Vec<String>,
}

/// Lets them press and prints what came of it.
///
/// # Errors
/// When an answer is wrong or missing.
#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
pub(super) async fn run(discord: &SimDiscord, lumina: &Lumina) -> Result<()> {
    let mut messages = Vec::new();
    for (user, show) in load::people(discord, USERS as usize).into_iter().zip(SHOWS.iter().cycle())
    {
        let person = Person { discord, user };
        let (message, _) = person.command("search", &[("query", show)]).await?;
        person.press(message.id, "View episodes").await?;
        messages.push((user, message.id));
    }
    let pid = lumina.host.pid().context("the host has ended")?;
    let (cpu_before, began) = (process::cpu(pid)?, load::now());
    let tasks: Vec<_> = (0..USERS)
        .zip(messages)
        .map(|(n, (user, message))| {
            let begin = began + Duration::from_secs(1) * n / PRESSES_PER_SECOND;
            tokio::spawn(one_person(discord.clone(), user, message, begin))
        })
        .collect();
    let mut outcome = Outcome::default();
    for task in tasks {
        let one = task.await.context("a person panicked")?;
        outcome.right.append(one.right);
        outcome.wrong.extend(one.wrong);
    }
    let (took, cpu) = (began.elapsed(), process::cpu(pid)?.saturating_sub(cpu_before));
    let n = outcome.right.len() as f64;
    println!("{USERS} people, {PRESSES_PER_SECOND} presses a second");
    println!("| presses | a second | p50 ms | p99 ms | longest | CPU ms a press | wrong |");
    println!("|---|---|---|---|---|---|---|");
    println!(
        "| {n} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {} |",
        n / took.as_secs_f64(),
        outcome.right.percentile_us(0.5) / 1e3,
        outcome.right.percentile_us(0.99) / 1e3,
        outcome.right.longest_us() / 1e3,
        cpu.as_secs_f64() * 1e3 / n,
        outcome.wrong.len(),
    );
    ensure!(outcome.wrong.is_empty(), "{}", outcome.wrong[0]);
    Ok(())
}

/// Presses at fixed moments; who has no answer by the next one waits for it, and the wait counts.
async fn one_person(
    discord: SimDiscord,
    user: UserId,
    message: MessageId,
    begin: Instant,
) -> Outcome {
    let person = Person { discord: &discord, user };
    let mut outcome = Outcome::default();
    for n in 0..PRESSES_EACH {
        let due = begin + Duration::from_secs(1) * USERS * n / PRESSES_PER_SECOND;
        let is_late = load::now() > due;
        tokio::time::sleep_until(due.into()).await;
        let since = if is_late { due } else { load::now() };
        let (label, after) = TURNS[n as usize % TURNS.len()];
        match person.press(message, label).await {
            Ok((message, _)) if load::label(&message, after).is_some() => {
                outcome.right.add(since.elapsed());
            }
            Ok((message, _)) => outcome.wrong.push(format!("{label}: {:?}", message.body())),
            Err(error) => outcome.wrong.push(format!("{label}: {error:#}")),
        }
    }
    outcome
}
