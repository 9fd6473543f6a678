//! One command by many people at once, in the background, each with its answer looked at.

use super::{
    Session,
    markdown::{Names, plain},
    parse::Typed,
    registered::{self, Matched},
    steady,
};
use crate::discord::{
    Answer, ChannelId, Invocation, Message, NO_ANSWER, NewUser, Place, SimDiscord, UserId,
};
use anyhow::{Context as _, Result, bail};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    task::{JoinHandle, JoinSet},
    time::Instant,
};

/// People who always have a command open.
const PEOPLE: usize = 8;

/// What an answer begins with that refuses what was asked.
const REFUSAL: &str = "❌";

/// How long an answer is waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How long a person rests between two commands, so that a load lasts long enough to reload in it.
const REST: Duration = Duration::from_millis(20);

/// The channel they use, so that they do not talk over whoever is at the prompt.
const CHANNEL: &str = "bots";

/// Refusals and losses that are shown word for word.
const EXAMPLES_MAX: usize = 5;

/// A load that goes on, or has ended and was not reported.
pub(super) struct Load {
    task: JoinHandle<Tally>,
    /// The command, as it was typed.
    typed: String,
    began: Instant,
}

/// What became of the commands of a load.
#[derive(Debug, Default)]
struct Tally {
    answered_after: Vec<Duration>,
    refused: Vec<String>,
    lost: Vec<String>,
    ended: Option<Instant>,
}

/// What became of one command.
enum Came {
    Answer,
    Refusal(String),
    Nothing(String),
}

/// What everybody in a load does.
#[derive(Clone)]
struct Work {
    discord: SimDiscord,
    channel: ChannelId,
    command: Matched,
    left: Arc<Mutex<usize>>,
}

impl Session {
    pub(super) async fn start_load(&mut self, commands: usize, typed: &Typed) -> Result<String> {
        if self.load.is_some() {
            bail!("A load is going on. `load wait` waits for its end.");
        }
        let command = registered::matched(&self.discord.commands(None), typed, self)?;
        let channels = self.channel_names();
        let channel = channels.iter().find(|(name, _)| name == CHANNEL).map(|(_, id)| *id);
        let channel = channel.unwrap_or_else(|| self.discord.default_channel());
        let people = self.load_people(PEOPLE.min(commands));
        let crowd =
            if people.len() == 1 { "1 person".into() } else { format!("{} people", people.len()) };
        let left = Arc::new(Mutex::new(commands));
        let work = Work { discord: self.discord.clone(), channel, command, left };
        let task = tokio::spawn(run(work, people));
        self.load = Some(Load { task, typed: typed.to_string(), began: Instant::now() });
        Ok(format!("{commands} × `{typed}` by {crowd} began. `load wait` waits for the end."))
    }

    pub(super) async fn wait_for_load(&mut self) -> Result<String> {
        match self.load.take() {
            Some(load) => self.report(load).await,
            None => bail!("No load is going on. `load 500` begins one."),
        }
    }

    /// Returns the report of a load that has ended in the meantime.
    pub(super) async fn finished_load(&mut self) -> Option<String> {
        let load = self.load.take_if(|load| load.task.is_finished())?;
        self.report(load).await.ok()
    }

    /// Returns the people of a load: those who are there, and guests where they are too few.
    fn load_people(&mut self, n_people: usize) -> Vec<UserId> {
        let there = self.people().len() + self.guests.len();
        for number in there + 1..=n_people {
            self.guests.push(self.discord.add_user(NewUser {
                name: format!("guest{number}"),
                display_name: format!("Guest {number}"),
                locale: "en-US".to_owned(),
            }));
        }
        let people = self.people().into_iter().map(|user| user.id);
        people.chain(self.guests.iter().copied()).take(n_people).collect()
    }

    async fn report(&self, mut load: Load) -> Result<String> {
        let tally = (&mut load.task).await.context("the load broke off")?;
        let report = report(&load, tally, &self.names());
        let folder = self.folder.path().to_string_lossy();
        Ok(if self.options.steady { steady::text(&report, &folder) } else { report })
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.answered_after.extend(other.answered_after);
        self.refused.extend(other.refused);
        self.lost.extend(other.lost);
    }
}

fn report(load: &Load, mut tally: Tally, names: &dyn Names) -> String {
    tally.answered_after.sort();
    let (answered, refused, lost) =
        (tally.answered_after.len(), tally.refused.len(), tally.lost.len());
    let took = tally.ended.map_or(Duration::ZERO, |ended| ended - load.began).as_secs_f64();
    let mut report = format!(
        "The load has ended: {} × `{}`, {answered} answered, {refused} refused, {lost} lost",
        answered + refused + lost,
        load.typed,
    );
    if let (Some(half), Some(most)) = (tally.percentile_ms(50), tally.percentile_ms(99)) {
        report.push_str(&format!("; p50 {half:.2} ms, p99 {most:.2} ms, {took:.2} s in all"));
    }
    report.push('.');
    let mut examples: Vec<String> = Vec::new();
    for seen in tally.lost.iter().chain(&tally.refused).map(|seen| plain(seen, names)) {
        if !examples.contains(&seen) {
            examples.push(seen);
        }
    }
    for example in examples.iter().take(EXAMPLES_MAX) {
        report.push_str(&format!("\n  {example}"));
    }
    report
}

impl Tally {
    /// Returns the time within which so many of a hundred answers came; they are sorted.
    fn percentile_ms(&self, percent: usize) -> Option<f64> {
        let rank = (self.answered_after.len() * percent).div_ceil(100);
        let time = self.answered_after.get(rank.checked_sub(1)?)?;
        Some(time.as_secs_f64() * 1_000.0)
    }
}

async fn run(work: Work, people: Vec<UserId>) -> Tally {
    let mut running = JoinSet::new();
    for user in people {
        running.spawn(one_person(work.clone(), user));
    }
    let mut sum = Tally::default();
    while let Some(tally) = running.join_next().await {
        sum.add(tally.unwrap_or_default());
    }
    sum.ended = Some(Instant::now());
    sum
}

async fn one_person(work: Work, user: UserId) -> Tally {
    let mut tally = Tally::default();
    while work.takes_one().await {
        let began = Instant::now();
        match work.one_command(user).await {
            Came::Answer => tally.answered_after.push(began.elapsed()),
            Came::Refusal(seen) => tally.refused.push(seen),
            Came::Nothing(seen) => tally.lost.push(seen),
        }
        tokio::time::sleep(REST).await;
    }
    tally
}

impl Work {
    /// Takes one of the commands that are left, unless there is none.
    async fn takes_one(&self) -> bool {
        let mut left = self.left.lock().await;
        let is_left = *left > 0;
        *left = left.saturating_sub(1);
        is_left
    }

    async fn one_command(&self, user: UserId) -> Came {
        let invocation = Invocation {
            user,
            place: Place::GuildChannel(self.channel),
            command: self.command.path.clone(),
            options: self.command.options.clone(),
            locale: None,
        };
        let interaction = match self.discord.invoke(invocation) {
            Ok(interaction) => interaction,
            Err(refusal) => return Came::Nothing(refusal.to_string()),
        };
        match self.discord.answer(interaction, ANSWER_WITHIN).await {
            Answer::Message(message) => match words_of(&message) {
                words if words.starts_with(REFUSAL) => Came::Refusal(words.to_owned()),
                _ => Came::Answer,
            },
            Answer::Modal(_) => Came::Answer,
            other => Came::Nothing(instead(&other)),
        }
    }
}

/// Returns what a person sees instead of an answer.
fn instead(of: &Answer) -> String {
    match of {
        Answer::NoAnswer => NO_ANSWER.to_owned(),
        Answer::Thinking(_) => "“thinking…” still stands there".to_owned(),
        other => format!("no answer: {other:?}").chars().take(200).collect(),
    }
}

/// Returns what a person reads first in a message: its text, or the text of its first frame.
fn words_of(message: &Message) -> &str {
    let framed = message.embeds().first().and_then(|embed| embed["description"].as_str());
    Some(message.content()).filter(|text| !text.is_empty()).or(framed).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_told_as_people_see_it() {
        assert_eq!(instead(&Answer::NoAnswer), "The application did not respond");
    }
}
