//! Users who use a command, wait for the right answer, and use it again.

use crate::spread::Spread;
use anyhow::{Result, bail};
use lumina_sandbox::discord::{Answer, Invocation, NewUser, Place, SimDiscord, UserId};
use std::time::{Duration, Instant};

/// How long one answer is waited for before it counts as lost.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

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
    let invocation = Invocation {
        user,
        place: Place::GuildChannel(discord.default_channel()),
        command: command.iter().map(|word| (*word).to_owned()).collect(),
        options: options
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect(),
        locale: None,
    };
    let began = now();
    let interaction = discord.invoke(invocation)?;
    let answer = discord.answer(interaction, ANSWER_WITHIN).await;
    let took = began.elapsed();
    match &answer {
        Answer::Message(message) => Ok((text_of(message), took)),
        other => bail!("{other:?}"),
    }
}

/// Returns all that a person reads in a message: its text and its embeds' titles and descriptions.
fn text_of(message: &lumina_sandbox::discord::Message) -> String {
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
