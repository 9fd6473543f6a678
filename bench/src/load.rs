//! Users who use a command, wait for the right answer, and use it again.

use crate::spread::Spread;
use anyhow::{Context, Result, bail, ensure};
use lumina_sandbox::discord::{
    Answer, InteractionId, Invocation, Message, MessageId, NewUser, Place, SimDiscord, Target,
    UserId,
};
use std::time::{Duration, Instant};

/// How long one answer is waited for before it counts as lost.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// What a message begins with that shows how far a long answer is.
const PROGRESS: &str = "⏳";

/// What a load came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The time of each right answer.
    pub right: Spread,
    /// What came instead of a right answer.
    pub wrong: Vec<String>,
}

/// Adds `n_users` people to the simulated Discord.
pub fn people(discord: &SimDiscord, n_users: usize) -> Vec<UserId> {
    let person = |index: usize| NewUser {
        name: format!("load{index}"),
        display_name: format!("Load {index}"),
        locale: "en-US".to_owned(),
    };
    (0..n_users).map(|index| discord.add_user(person(index))).collect()
}

/// Someone in the simulated Discord who runs commands and presses.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    /// Where.
    pub discord: &'a SimDiscord,
    /// Who.
    pub user: UserId,
}

impl Person<'_> {
    /// Runs a command; returns the message answered and the time it took.
    ///
    /// # Errors
    /// When the client refuses the command, or no message comes.
    pub async fn command(
        &self,
        command: &str,
        options: &[(&str, &str)],
    ) -> Result<(Message, Duration)> {
        self.words(&[command], options).await
    }

    async fn words(
        &self,
        command: &[&str],
        options: &[(&str, &str)],
    ) -> Result<(Message, Duration)> {
        let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).into()));
        let invocation = Invocation {
            user: self.user,
            place: Place::GuildChannel(self.discord.default_channel()),
            command: command.iter().map(|word| (*word).to_owned()).collect(),
            options: options.collect(),
            locale: None,
        };
        let began = now();
        self.message(self.discord.invoke(invocation)?, began).await
    }

    /// Presses the button with exactly this label; returns the message as it is then and the time it took.
    ///
    /// # Errors
    /// When there is no such button, or the message is not changed.
    pub async fn press(&self, message: MessageId, label: &str) -> Result<(Message, Duration)> {
        let shown = self.discord.message(message).context("there is no such message")?;
        let position = self::label(&shown, label);
        let position = position.with_context(|| format!("no button `{label}`"))?;
        let began = now();
        let pressed = self.discord.press(message, &Target::Position(position), self.user)?;
        let (answer, took) = self.message(pressed, began).await?;
        ensure!(answer.id == message, "instead of a change: {}", text_of(&answer));
        Ok((answer, took))
    }

    async fn message(
        &self,
        interaction: InteractionId,
        began: Instant,
    ) -> Result<(Message, Duration)> {
        loop {
            let answer = self.discord.answer(interaction, ANSWER_WITHIN).await;
            let took = began.elapsed();
            match answer {
                Answer::Message(message) | Answer::Updated(message)
                    if message.content().starts_with(PROGRESS) =>
                {
                    ensure!(took < ANSWER_WITHIN, "no more than progress: {}", message.content());
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                Answer::Message(message) | Answer::Updated(message) => return Ok((message, took)),
                other => bail!("{other:?}"),
            }
        }
    }
}

/// Returns which button of a message has exactly this label, counted from 1.
pub fn label(message: &Message, label: &str) -> Option<usize> {
    message.buttons().iter().position(|button| button["label"] == label).map(|index| index + 1)
}

/// Lets `user` run `command` once; returns the text answered and the time it took.
///
/// # Errors
/// When the client refuses the command, or no answer comes.
pub async fn once(
    discord: &SimDiscord,
    user: UserId,
    command: &[&str],
    options: &[(&str, &str)],
) -> Result<(String, Duration)> {
    let (message, took) = Person { discord, user }.words(command, options).await?;
    Ok((text_of(&message), took))
}

/// Returns all that a person reads in a message: its text and its embeds' titles and descriptions.
pub fn text_of(message: &Message) -> String {
    let mut text = message.content().to_owned();
    for embed in message.embeds() {
        for key in ["title", "description"] {
            if let Some(words) = embed[key].as_str() {
                text.push('\n');
                text.push_str(words);
            }
        }
    }
    text
}

/// Lets every user run `command` again and again for `span`; an answer is right when it contains
/// `right`.
pub async fn closed_loop(
    discord: &SimDiscord,
    users: &[UserId],
    command: &'static str,
    right: &'static str,
    span: Duration,
) -> Outcome {
    let until = now() + span;
    let tasks: Vec<_> = users
        .iter()
        .map(|user| tokio::spawn(one_user(discord.clone(), *user, command, right, until)))
        .collect();
    let mut outcome = Outcome::default();
    for task in tasks {
        let one = task.await.expect("a user does not panic");
        outcome.right.append(one.right);
        outcome.wrong.extend(one.wrong);
    }
    outcome
}

async fn one_user(
    discord: SimDiscord,
    user: UserId,
    command: &'static str,
    right: &'static str,
    until: Instant,
) -> Outcome {
    let mut outcome = Outcome::default();
    while now() < until {
        match once(&discord, user, &[command], &[]).await {
            Ok((text, took)) if text.contains(right) => outcome.right.add(took),
            Ok((text, _)) => outcome.wrong.push(text),
            Err(error) => outcome.wrong.push(format!("{error:#}")),
        }
    }
    outcome
}

/// Returns the moment; measuring is what this program is for.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub fn now() -> Instant {
    Instant::now()
}
