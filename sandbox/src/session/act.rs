//! What a person does with the bot, and waiting for what it comes to.

use super::{
    Session,
    listing::plural,
    parse::{ContextTarget, Typed},
    registered::{self, Matched, NotSent},
    render,
};
use crate::discord::{
    Answer, ChannelKind, FIRST_ANSWER_MS, InteractionId, Invocation, Message, Place, Target,
};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// How long the first answer is waited for: as long as Discord does, and a little.
const FIRST_WITHIN: Duration = Duration::from_millis(FIRST_ANSWER_MS + 500);

/// How long "thinking…" is watched before the prompt comes back: longer than the 30 seconds after which
/// the host answers for a plugin that hangs.
const THINKING_WITHIN: Duration = Duration::from_secs(35);

/// How long an edit may follow a silent acknowledgment: longer than anything a press waits for outside.
const EDIT_WITHIN: Duration = Duration::from_secs(10);

/// How often it is looked again for what is about to come.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// The command that loads and unloads plugins, and with them commands.
const CHANGES_COMMANDS: &str = "sudo";

/// How long after it a command may take to be registered.
const REGISTERED_WITHIN: Duration = Duration::from_secs(2);

/// What was typed last, and what was suggested for it.
pub(super) struct Suggested {
    matched: Matched,
    choices: Vec<Value>,
}

impl Session {
    pub(super) async fn run_command(&mut self, typed: &Typed) -> Result<String> {
        let matched =
            self.once_registered(|commands| registered::matched(commands, typed, self)).await?;
        let may_change_commands =
            typed.path.first().is_some_and(|command| command == CHANGES_COMMANDS);
        let shown = self.invoke(matched).await;
        if may_change_commands {
            self.expect_commands();
        }
        shown
    }

    /// Lets commands that are missing be waited for: they may be about to be registered.
    pub(super) fn expect_commands(&mut self) {
        self.commands_change_until = Some(Instant::now() + REGISTERED_WITHIN);
    }

    /// Looks a command up; one that is not there is waited for while a plugin's loading may bring it.
    async fn once_registered<T>(
        &self,
        look: impl Fn(&[Value]) -> Result<T, NotSent>,
    ) -> Result<T, NotSent> {
        loop {
            let found = look(&self.discord.commands(None));
            let is_missing =
                matches!(found, Err(NotSent::NoCommand { .. } | NotSent::NoContextCommand { .. }));
            let may_come = self.commands_change_until.is_some_and(|until| Instant::now() < until);
            if !is_missing || !may_come {
                return found;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    pub(super) async fn type_in(&mut self, typed: &Typed) -> Result<String> {
        let look = |commands: &[Value]| registered::completing(commands, typed, self);
        let (matched, focused) = self.once_registered(look).await?;
        let interaction = self.discord.autocomplete(self.invocation(&matched), &focused)?;
        match self.discord.answer(interaction, FIRST_WITHIN).await {
            Answer::Choices(choices) => {
                let shown = render::choices(&choices);
                self.suggested = Some(Suggested { matched, choices });
                Ok(shown)
            }
            Answer::NoAnswer | Answer::Pending => Ok("Loading options failed".to_owned()),
            other => bail!("Suggestions were asked for, and this came: {other:?}"),
        }
    }

    pub(super) async fn pick(&mut self, number: usize) -> Result<String> {
        let suggested = self.suggested.as_ref();
        let suggested = suggested.context("Nothing was suggested. Try `type /search query:du`.")?;
        let choice = suggested.choices.get(number - 1).with_context(|| {
            let (n, many) = (suggested.choices.len(), plural(suggested.choices.len()));
            format!("{n} suggestion{many} came last, and none has the number {number}.")
        })?;
        let mut matched = suggested.matched.clone();
        if let Some((_, value)) = matched.options.last_mut() {
            *value = choice["value"].clone();
        }
        self.invoke(matched).await
    }

    pub(super) async fn press(&mut self, number: usize) -> Result<String> {
        let message = self.last_with(|message| !message.buttons().is_empty());
        let message = message.context("No message here has a button.")?;
        let n_buttons = message.buttons().len();
        if number > n_buttons {
            bail!("The last message with buttons has {n_buttons}.");
        }
        let interaction = self.discord.press(message.id, &Target::Position(number), self.user)?;
        self.outcome(interaction).await
    }

    pub(super) async fn choose(&mut self, menu: usize, numbers: &[usize]) -> Result<String> {
        let message = self.last_with(|message| !message.selects().is_empty());
        let message = message.context("No message here has a menu.")?;
        let (menus, names) = (message.selects(), self.names());
        let chosen = menus
            .get(menu - 1)
            .with_context(|| format!("The last message with menus has {}.", menus.len()))?;
        let values: Result<Vec<String>> =
            numbers.iter().map(|number| names.value_in(chosen, &number.to_string())).collect();
        let target = Target::Position(menu);
        let interaction = self.discord.select(message.id, &target, &values?, self.user)?;
        self.outcome(interaction).await
    }

    /// Runs a command of a context menu.
    pub(super) async fn run_context(
        &mut self,
        command: &str,
        on: &ContextTarget,
    ) -> Result<String> {
        let on_person = matches!(on, ContextTarget::User(_));
        let look = |commands: &[Value]| registered::in_context_menu(commands, command, on_person);
        let command = self.once_registered(look).await?;
        let (user, place) = (self.user, self.place());
        let interaction = match on {
            ContextTarget::User(name) => {
                let target = self.anyone(name)?;
                self.discord.invoke_on_user(user, place, &command, target.id)?
            }
            ContextTarget::Message(number) => {
                let mut messages = self.discord.messages(self.channel, user).into_iter().rev();
                let message =
                    messages.nth(number - 1).context("So many messages do not stand here.")?;
                self.discord.invoke_on_message(user, place, &command, message.id)?
            }
        };
        self.outcome(interaction).await
    }

    async fn invoke(&mut self, matched: Matched) -> Result<String> {
        let interaction = self.discord.invoke(self.invocation(&matched))?;
        self.outcome(interaction).await
    }

    fn invocation(&self, matched: &Matched) -> Invocation {
        Invocation {
            user: self.user,
            place: self.place(),
            command: matched.path.clone(),
            options: matched.options.clone(),
            locale: None,
        }
    }

    fn place(&self) -> Place {
        match self.discord.channel(self.channel).map(|channel| channel.kind) {
            Some(ChannelKind::BotDm(_)) => Place::BotDm,
            Some(ChannelKind::Private(_)) => Place::PrivateChannel(self.channel),
            _ => Place::GuildChannel(self.channel),
        }
    }

    pub(super) fn last_with(&self, wanted: impl Fn(&Message) -> bool) -> Option<Message> {
        let messages = self.discord.messages(self.channel, self.user);
        messages.into_iter().rev().find(|message| wanted(message))
    }

    /// Waits for what an interaction comes to and returns it as its person sees it.
    pub(super) async fn outcome(&mut self, interaction: InteractionId) -> Result<String> {
        let mut answer = self.discord.answer(interaction, Duration::ZERO).await;
        if matches!(answer, Answer::Pending) {
            answer = self.first_answer(interaction).await;
        }
        answer = match answer {
            Answer::Acknowledged => self.discord.answer(interaction, EDIT_WITHIN).await,
            Answer::Thinking(_) => self.discord.answer(interaction, THINKING_WITHIN).await,
            other => other,
        };
        let mut shown = match &answer {
            Answer::Modal(form) => self.open_form(interaction, form),
            other => self.show(other),
        };
        let is_shown = |followup: &Message| answer.message().is_some_and(|it| it.id == followup.id);
        for followup in self.discord.followups(interaction) {
            self.seen.add(followup.id);
            if !is_shown(&followup) {
                shown.push('\n');
                shown.push_str(&self.render(&followup));
            }
        }
        let wait = match &answer {
            Answer::Message(message) => self.waiting_hint(message),
            _ => None,
        };
        for hint in wait.into_iter().chain(self.incident_hint(&shown).await) {
            shown.push('\n');
            shown.push_str(&hint);
        }
        Ok(shown)
    }

    /// Waits until there is any answer, be it only "thinking…".
    async fn first_answer(&self, interaction: InteractionId) -> Answer {
        let deadline = Instant::now() + FIRST_WITHIN;
        loop {
            let answer = self.discord.answer_now(interaction);
            let over = Instant::now() >= deadline;
            if over || !matches!(answer, Answer::Pending) {
                return answer;
            }
            let _ = self.discord.answer(interaction, LOOK_AGAIN).await;
        }
    }

    fn show(&self, answer: &Answer) -> String {
        match answer {
            Answer::Message(message) | Answer::Thinking(message) => self.render(message),
            Answer::Updated(message) => {
                format!("The message changes.\n{}", self.render(message))
            }
            Answer::Acknowledged => "Nothing happens, and nothing went wrong.".to_owned(),
            Answer::Choices(choices) => render::choices(choices),
            Answer::Modal(form) => render::form(form, &self.names()),
            Answer::NoAnswer => crate::discord::NO_ANSWER.to_owned(),
            Answer::Pending => "No answer yet.".to_owned(),
        }
    }
}
