//! What a person does with the bot, and waiting for what it comes to.

use super::{
    Session,
    parse::Typed,
    registered::{self, Matched},
    render,
};
use crate::discord::{
    Answer, ChannelKind, FIRST_ANSWER_MS, InteractionId, Invocation, Message, Place, Target,
};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::time::Duration;

/// How long the first answer is waited for: as long as Discord does, and a little.
const FIRST_WITHIN: Duration = Duration::from_millis(FIRST_ANSWER_MS + 500);

/// How long "thinking…" is watched before the prompt comes back: longer than the 30 seconds after which
/// the host answers for a plugin that hangs.
const THINKING_WITHIN: Duration = Duration::from_secs(35);

/// How long an edit may follow a silent acknowledgment.
const EDIT_WITHIN: Duration = Duration::from_secs(2);

/// What was typed last, and what was suggested for it.
pub(super) struct Suggested {
    matched: Matched,
    choices: Vec<Value>,
}

impl Session {
    pub(super) async fn run_command(&mut self, typed: &Typed) -> Result<String> {
        let commands = self.discord.commands(None);
        let matched = registered::matched(&commands, typed, self)?;
        self.invoke(matched).await
    }

    pub(super) async fn type_in(&mut self, typed: &Typed) -> Result<String> {
        let commands = self.discord.commands(None);
        let (matched, focused) = registered::completing(&commands, typed, self)?;
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
        let suggested = self.suggested.take();
        let suggested = suggested.context("Nothing was suggested. Try `type /search query:du`.")?;
        let choice = suggested.choices.get(number - 1).with_context(|| {
            format!("There are {} suggestions, and no number {number}.", suggested.choices.len())
        })?;
        let mut matched = suggested.matched;
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
        let menus = message.selects();
        let chosen = menus
            .get(menu - 1)
            .with_context(|| format!("The last message with menus has {}.", menus.len()))?;
        let values: Result<Vec<String>> =
            numbers.iter().map(|number| self.value_in(chosen, *number)).collect();
        let target = Target::Position(menu);
        let interaction = self.discord.select(message.id, &target, &values?, self.user)?;
        self.outcome(interaction).await
    }

    /// Returns what choosing the n-th entry of a menu sends; menus of people list them as `users`.
    fn value_in(&self, menu: &Value, number: usize) -> Result<String> {
        const USER_SELECT: u64 = 5;
        if menu["type"] == USER_SELECT {
            let users = self.discord.users();
            let user = users.get(number - 1).context("There are not so many people.")?;
            return Ok(user.id.to_string());
        }
        let options = menu["options"].as_array().context("This menu has no options to number.")?;
        let option = options
            .get(number - 1)
            .with_context(|| format!("The menu has {} options.", options.len()))?;
        option["value"].as_str().map(str::to_owned).context("The option has no value.")
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

    fn last_with(&self, wanted: impl Fn(&Message) -> bool) -> Option<Message> {
        let messages = self.discord.messages(self.channel, self.user);
        messages.into_iter().rev().find(|message| wanted(message))
    }

    /// Waits for what an interaction comes to and returns it as its person sees it.
    async fn outcome(&self, interaction: InteractionId) -> Result<String> {
        let mut answer = self.discord.answer(interaction, Duration::ZERO).await;
        if matches!(answer, Answer::Pending) {
            answer = self.first_answer(interaction).await;
        }
        answer = match answer {
            Answer::Acknowledged => self.discord.answer(interaction, EDIT_WITHIN).await,
            Answer::Thinking(_) => self.discord.answer(interaction, THINKING_WITHIN).await,
            other => other,
        };
        let mut shown = self.show(&answer);
        let is_shown = |followup: &Message| answer.message().is_some_and(|it| it.id == followup.id);
        let followups = self.discord.followups(interaction);
        for followup in followups.into_iter().filter(|followup| !is_shown(followup)) {
            shown.push('\n');
            shown.push_str(&self.render(&followup));
        }
        Ok(shown)
    }

    /// Waits until there is any answer, be it only "thinking…".
    async fn first_answer(&self, interaction: InteractionId) -> Answer {
        const LOOK_AGAIN: Duration = Duration::from_millis(5);
        let deadline = tokio::time::Instant::now() + FIRST_WITHIN;
        loop {
            let answer = self.discord.answer_now(interaction);
            let over = tokio::time::Instant::now() >= deadline;
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
            Answer::Modal(form) => render::modal(form, &self.names()),
            Answer::NoAnswer => crate::discord::NO_ANSWER.to_owned(),
            Answer::Pending => "No answer yet.".to_owned(),
        }
    }
}
