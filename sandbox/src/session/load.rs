//! Commands by many people at once, in the background, each with its answer checked.

use super::Session;
use crate::discord::{Answer, ChannelId, Invocation, Message, NewUser, Place, SimDiscord, UserId};
use anyhow::{Context as _, Result, bail};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    task::{JoinHandle, JoinSet},
};

/// People who always have a command open.
const PEOPLE: usize = 8;

/// The command they run. It declares itself unlimited, so every refusal is a loss.
const COMMAND: &str = "ping";

/// What its right answer begins with.
const RIGHT_ANSWER: &str = "Pong!";

/// How long an answer is waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How long a person rests between two commands, so that a load lasts long enough to reload in it.
const REST: Duration = Duration::from_millis(20);

/// The channel they use, so that they do not talk over whoever is at the prompt.
const CHANNEL: &str = "bots";

/// Wrong answers that are shown word for word.
const EXAMPLES_MAX: usize = 5;

/// A load that goes on, or has ended and was not reported.
pub(super) struct Load {
    task: JoinHandle<Tally>,
}

/// What became of the commands of a load.
#[derive(Debug, Default)]
struct Tally {
    answered: usize,
    lost: Vec<String>,
}

impl Session {
    pub(super) async fn start_load(&mut self, commands: usize) -> Result<String> {
        if self.load.is_some() {
            bail!("A load is going on. `load wait` waits for its end.");
        }
        let registered = self.discord.commands(None);
        if !registered.iter().any(|command| command["name"] == COMMAND) {
            bail!("A load runs `/{COMMAND}`, and no such command is registered.");
        }
        let channels = self.channel_names();
        let channel = channels.iter().find(|(name, _)| name == CHANNEL).map(|(_, id)| *id);
        let channel = channel.unwrap_or_else(|| self.discord.default_channel());
        let discord = self.discord.clone();
        let people = self.load_people();
        let task = tokio::spawn(run(discord, channel, people, commands));
        self.load = Some(Load { task });
        Ok(format!("{commands} commands by {PEOPLE} people began. `load wait` waits for them."))
    }

    pub(super) async fn wait_for_load(&mut self) -> Result<String> {
        match self.load.take() {
            Some(load) => Ok(report(load.end().await?)),
            None => bail!("No load is going on. `load 500` begins one."),
        }
    }

    /// Returns the people of a load: those who are there, and guests where they are too few.
    fn load_people(&mut self) -> Vec<UserId> {
        let there = self.people().len() + self.guests.len();
        for number in there + 1..=PEOPLE {
            self.guests.push(self.discord.add_user(NewUser {
                name: format!("guest{number}"),
                display_name: format!("Guest {number}"),
                locale: "en-US".to_owned(),
            }));
        }
        let people = self.people().into_iter().map(|user| user.id);
        people.chain(self.guests.iter().copied()).take(PEOPLE).collect()
    }

    /// Returns the report of a load that has ended in the meantime.
    pub(super) async fn finished_load(&mut self) -> Option<String> {
        let load = self.load.take_if(|load| load.task.is_finished())?;
        load.end().await.ok().map(report)
    }
}

impl Load {
    async fn end(mut self) -> Result<Tally> {
        (&mut self.task).await.context("the load broke off")
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn report(tally: Tally) -> String {
    let (answered, lost) = (tally.answered, tally.lost.len());
    let mut report = format!("The load has ended: {answered} answered, {lost} lost.");
    for example in tally.lost.iter().take(EXAMPLES_MAX) {
        report.push_str(&format!("\n  {example}"));
    }
    report
}

async fn run(
    discord: SimDiscord,
    channel: ChannelId,
    people: Vec<UserId>,
    commands: usize,
) -> Tally {
    let left = Arc::new(Mutex::new(commands));
    let mut running = JoinSet::new();
    for user in people {
        running.spawn(one_person(discord.clone(), channel, user, Arc::clone(&left)));
    }
    let mut sum = Tally::default();
    while let Some(tally) = running.join_next().await {
        let tally = tally.unwrap_or_default();
        sum.answered += tally.answered;
        sum.lost.extend(tally.lost);
    }
    sum
}

async fn one_person(
    discord: SimDiscord,
    channel: ChannelId,
    user: UserId,
    left: Arc<Mutex<usize>>,
) -> Tally {
    let mut tally = Tally::default();
    loop {
        {
            let mut left = left.lock().await;
            if *left == 0 {
                return tally;
            }
            *left -= 1;
        }
        match one_command(&discord, channel, user).await {
            Ok(()) => tally.answered += 1,
            Err(seen) => tally.lost.push(seen),
        }
        tokio::time::sleep(REST).await;
    }
}

/// Returns what a person reads first in a message: its text, or the text of its first frame.
fn words_of(message: &Message) -> &str {
    let framed = message.embeds().first().and_then(|embed| embed["description"].as_str());
    Some(message.content()).filter(|text| !text.is_empty()).or(framed).unwrap_or_default()
}

/// Runs one command; the error is what was seen instead of the right answer.
async fn one_command(discord: &SimDiscord, channel: ChannelId, user: UserId) -> Result<(), String> {
    let invocation = Invocation {
        user,
        place: Place::GuildChannel(channel),
        command: vec![COMMAND.to_owned()],
        options: Vec::new(),
        // The right answer is known in one language.
        locale: Some("en-US".to_owned()),
    };
    let interaction = discord.invoke(invocation).map_err(|refusal| refusal.to_string())?;
    match discord.answer(interaction, ANSWER_WITHIN).await {
        Answer::Message(message) if message.content().starts_with(RIGHT_ANSWER) => Ok(()),
        Answer::Message(message) => Err(format!("a wrong answer: {}", words_of(&message))),
        other => Err(format!("no answer: {other:?}").chars().take(200).collect()),
    }
}
