//! What the owner can do: load, unload, reload, list, info. All answers are private.

use super::{DEFER_AT, OUTCOME, SudoData, view};
use crate::{
    discord::{
        chain,
        error_reply::{Blame, Failure},
    },
    metrics::Outcome,
    plugins::{Action, Change, LoadError, Refusal, State},
    texts::Told,
};
use lumina_plugin_api::{
    error::{Error, ErrorKind},
    id::{InteractionId, UserId},
    text::Text,
};
use poise::{CreateReply, FrameworkError, serenity_prelude as serenity};
use tracing::{info, warn};

/// What serenity could not send, or what went wrong inside.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct SudoError(#[from] Box<serenity::Error>);

impl From<serenity::Error> for SudoError {
    fn from(error: serenity::Error) -> Self {
        Self(Box::new(error))
    }
}

type Context<'a> = poise::Context<'a, SudoData, SudoError>;
type Suggestions = serenity::CreateAutocompleteResponse;
type Command = poise::Command<SudoData, SudoError>;

/// Names that owners of the original type.
const OLD_PREFIXES: [&str; 2] = ["src.exts.", "exts."];
/// Suggestions that Discord shows.
const SUGGESTIONS_MAX: usize = 25;

/// Returns the command with its sub-commands.
pub(super) fn commands() -> Vec<Command> {
    vec![sudo()]
}

/// Returns how poise shall work.
pub(super) fn framework() -> poise::FrameworkOptions<SudoData, SudoError> {
    poise::FrameworkOptions {
        commands: commands(),
        command_check: Some(|ctx| Box::pin(async move { Ok(is_owner(ctx).await) })),
        on_error: |error| Box::pin(on_error(error)),
        allowed_mentions: Some(serenity::CreateAllowedMentions::new()),
        initialize_owners: false,
        ..Default::default()
    }
}

/// Commands for the owner of the bot.
#[poise::command(slash_command, subcommands("load", "unload", "reload", "list", "info"))]
async fn sudo(_ctx: Context<'_>) -> Result<(), SudoError> {
    Ok(())
}

/// Load a plugin.
#[poise::command(slash_command, ephemeral)]
async fn load(
    ctx: Context<'_>,
    #[description = "The plugin to load"]
    #[autocomplete = "loadable"]
    plugin: String,
) -> Result<(), SudoError> {
    change(ctx, Action::Load, &plugin).await
}

/// Unload a plugin; it stays unloaded after a restart.
#[poise::command(slash_command, ephemeral)]
async fn unload(
    ctx: Context<'_>,
    #[description = "The plugin to unload"]
    #[autocomplete = "wanted"]
    plugin: String,
) -> Result<(), SudoError> {
    change(ctx, Action::Unload, &plugin).await
}

/// Replace a plugin by its file as it is now, without losing a call.
#[poise::command(slash_command, ephemeral)]
async fn reload(
    ctx: Context<'_>,
    #[description = "The plugin to reload"]
    #[autocomplete = "wanted"]
    plugin: String,
) -> Result<(), SudoError> {
    change(ctx, Action::Reload, &plugin).await
}

/// List all plugins and how they are.
#[poise::command(slash_command, ephemeral)]
async fn list(ctx: Context<'_>) -> Result<(), SudoError> {
    let data = ctx.data();
    let text = view::list(&data.plugins.registry().statuses(), &data.texts, locale(ctx));
    say(ctx, text).await
}

/// Show everything about one plugin.
#[poise::command(slash_command, ephemeral)]
async fn info(
    ctx: Context<'_>,
    #[description = "The plugin to show"]
    #[autocomplete = "known"]
    plugin: String,
) -> Result<(), SudoError> {
    let (data, name) = (ctx.data(), plain(&plugin));
    if name.is_empty() {
        return ask_which(ctx, None).await;
    }
    let registry = data.plugins.registry();
    let text = match registry.status(name) {
        Some(status) => {
            let descriptor = registry.plugin(name).map(|plugin| plugin.descriptor().as_ref());
            let trouble = descriptor.and_then(|own| data.intents.trouble_of(own.intents));
            let file = data.plugins.file(name);
            let known = view::Known { status: &status, descriptor, file: file.as_deref() };
            let mut text = view::info(&known, &data.texts, locale(ctx));
            if let Some(trouble) = trouble {
                let lacking = Text::key("sudo-info-intents").arg("reason", trouble.text());
                text = format!("{text}\n{}", data.texts.say(&lacking, locale(ctx)));
            }
            text
        }
        None => {
            let unknown = Text::key("sudo-unknown").arg("plugin", name);
            data.texts.say(&unknown, locale(ctx))
        }
    };
    say(ctx, text).await
}

/// Asks for a plugin: one of the `loadable`, or of all.
async fn ask_which(ctx: Context<'_>, loadable: Option<Vec<String>>) -> Result<(), SudoError> {
    OUTCOME.with(|outcome| outcome.set(Outcome::Refused));
    let data = ctx.data();
    let all = || data.plugins.registry().statuses().into_iter().map(|status| status.name);
    let (plugins, none) = match loadable {
        Some(loadable) => (loadable, Text::key("sudo-none-to-load")),
        None => (all().collect(), Text::key("sudo-none")),
    };
    let text = view::which(plugins.into_iter(), none, &data.texts, locale(ctx));
    say(ctx, text).await
}

/// Does it, and says what changed or exactly why not. Defers if it takes long.
async fn change(ctx: Context<'_>, action: Action, plugin: &str) -> Result<(), SudoError> {
    let name = plain(plugin);
    if name.is_empty() {
        let loadable = (action == Action::Load).then(|| ctx.data().plugins.loadable());
        return ask_which(ctx, loadable).await;
    }
    let work = act(ctx, action, name);
    let mut work = std::pin::pin!(work);
    let text = tokio::select! {
        biased;
        text = &mut work => text,
        () = ctx.data().clock.sleep_until(DEFER_AT.get()) => {
            // What the owner asked for goes on even where Discord cannot be told.
            let (deferred, text) = tokio::join!(ctx.defer_ephemeral(), work);
            if let Err(error) = deferred {
                warn!(error = %chain(&error), "could not defer");
            }
            text
        }
    };
    say(ctx, text).await
}

#[expect(clippy::await_holding_invalid_type, reason = "changes are made in turns; see `changes`")]
async fn act(ctx: Context<'_>, action: Action, name: &str) -> String {
    let data = ctx.data();
    let by = UserId(ctx.author().id.get());
    // How it went is told by the loader.
    info!(user.id = %by, "the owner wants plugin `{name}` {}", action.done());
    let _changing = data.changes.lock().await;
    let (result, kept) = match action {
        Action::Unload if serves(data, name) => unload_for_good(data, name, by).await,
        Action::Unload if would_load(data, name) => {
            let kept = remember(data, name, false, by).await;
            if kept {
                data.plugins.give_up(name);
            }
            return view::kept_away(name, kept, &data.texts, locale(ctx));
        }
        _ => {
            let result = insist(data, action, name).await;
            let is_loaded = result.as_ref().is_ok_and(|change| change.action == Action::Load);
            let kept = !is_loaded || remember(data, name, true, by).await;
            (result, kept)
        }
    };
    match result {
        Ok(change) => view::change(&change, kept, &data.texts, locale(ctx)),
        Err(refusal) => {
            OUTCOME.with(|outcome| outcome.set(Outcome::Refused));
            data.texts.say(&refusal.text(), locale(ctx))
        }
    }
}

/// Unloads what serves. The wish is written down while calls still finish, which takes its time: the
/// process may end meanwhile. Also tells whether it is written.
async fn unload_for_good(
    data: &SudoData,
    name: &str,
    by: UserId,
) -> (Result<Change, Refusal>, bool) {
    let (result, kept) = tokio::join!(data.plugins.unload(name), remember(data, name, false, by));
    if result.is_err() {
        remember(data, name, true, by).await;
    }
    (result, kept)
}

/// Does it, once more where the plugin lacked what may have been switched on since Discord was asked.
async fn insist(data: &SudoData, action: Action, name: &str) -> Result<Change, Refusal> {
    let result = attempt(data, action, name).await;
    match &result {
        Err(refusal)
            if matches!(*refusal.reason, LoadError::Admission(_))
                && data.owners.refresh().await =>
        {
            attempt(data, action, name).await
        }
        _ => result,
    }
}

async fn attempt(data: &SudoData, action: Action, name: &str) -> Result<Change, Refusal> {
    match action {
        Action::Unload => data.plugins.unload(name).await,
        Action::Reload if serves(data, name) => data.plugins.reload(name).await,
        // As the original did: what is not loaded is loaded.
        Action::Load | Action::Reload => data.plugins.load(name).await,
    }
}

fn serves(data: &SudoData, name: &str) -> bool {
    data.plugins.registry().plugin(name).is_some()
}

/// Whether the next start would load a plugin that does not serve.
fn would_load(data: &SudoData, name: &str) -> bool {
    match data.plugins.registry().status(name) {
        Some(status) => is_left_standing(status.state),
        None => data.plugins.loadable().iter().any(|loadable| loadable == name),
    }
}

/// Whether it does not serve, though nobody has unloaded it.
fn is_left_standing(state: State) -> bool {
    matches!(state, State::Found | State::Failed)
}

/// Keeps what the owner wants for the next start; whether that worked.
async fn remember(data: &SudoData, name: &str, wanted: bool, by: UserId) -> bool {
    let Err(error) = data.backstage.remember(name, wanted, by).await else { return true };
    warn!(plugin.id = name, error = error.detail, "the owner's wish was not kept");
    false
}

/// Shows a text, in several messages where one cannot hold its lines.
async fn say(ctx: Context<'_>, text: String) -> Result<(), SudoError> {
    for page in view::pages(&text) {
        ctx.send(CreateReply::default().content(page).ephemeral(true)).await?;
    }
    Ok(())
}

async fn is_owner(ctx: Context<'_>) -> bool {
    ctx.data().owners.is_owner(UserId(ctx.author().id.get())).await
}

/// Returns the plugin's name without what owners of the original type before it.
fn plain(name: &str) -> &str {
    let name = name.trim();
    OLD_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

fn interaction_id(ctx: Context<'_>) -> InteractionId {
    match ctx {
        poise::Context::Application(ctx) => InteractionId(ctx.interaction.id.get()),
        poise::Context::Prefix(_) => InteractionId::default(),
    }
}

fn locale(ctx: Context<'_>) -> &str {
    ctx.locale().unwrap_or("en-US")
}

async fn loadable(ctx: Context<'_>, typed: &str) -> Suggestions {
    suggest(ctx, typed, ctx.data().plugins.loadable()).await
}

/// Suggests what serves, or would if it could: a reload tries it again, an unload keeps it away.
async fn wanted(ctx: Context<'_>, typed: &str) -> Suggestions {
    let statuses = ctx.data().plugins.registry().statuses().into_iter();
    let can_be =
        statuses.filter(|status| status.state == State::Serving || is_left_standing(status.state));
    suggest(ctx, typed, can_be.map(|status| status.name).collect()).await
}

async fn known(ctx: Context<'_>, typed: &str) -> Suggestions {
    let statuses = ctx.data().plugins.registry().statuses();
    suggest(ctx, typed, statuses.into_iter().map(|status| status.name).collect()).await
}

async fn suggest(ctx: Context<'_>, typed: &str, names: Vec<String>) -> Suggestions {
    let suggestions = Suggestions::new();
    if !is_owner(ctx).await {
        return suggestions;
    }
    let typed = plain(typed).to_lowercase();
    let fitting = names.into_iter().filter(|name| name.contains(&typed)).take(SUGGESTIONS_MAX);
    let choices = fitting.map(|name| serenity::AutocompleteChoice::new(name.clone(), name));
    suggestions.set_choices(choices.collect())
}

async fn on_error(error: FrameworkError<'_, SudoData, SudoError>) {
    let Some(ctx) = error.ctx() else {
        warn!(%error, "/sudo could not be read");
        return;
    };
    if let poise::Context::Application(ctx) = ctx
        && ctx.interaction_type == poise::CommandInteractionType::Autocomplete
    {
        return suggest_nothing(ctx).await;
    }
    let failure = match &error {
        FrameworkError::CommandCheckFailed { .. } => {
            Error::new(ErrorKind::Denied).message(Text::key("error-denied-owner"))
        }
        FrameworkError::Command { error, .. } => untold(error),
        other => Error::internal(other.to_string()),
    };
    let is_ours = failure.kind == ErrorKind::Internal;
    let ended = if is_ours { Outcome::Failed } else { Outcome::Refused };
    OUTCOME.with(|outcome| outcome.set(ended));
    let interaction = interaction_id(ctx);
    let blame = Blame { interaction, plugin: super::NAME, what: &ctx.command().qualified_name };
    let text = ctx.data().replies.line(&Failure::from(failure), blame, locale(ctx));
    if let Err(error) = say(ctx, text).await {
        OUTCOME.with(|outcome| outcome.set(Outcome::Lost));
        warn!(error = %chain(&error), "could not tell the owner what went wrong");
    }
}

/// What is said where Discord did not take what a command said.
fn untold(error: &SudoError) -> Error {
    let status = match &*error.0 {
        serenity::Error::Http(error) => error.status_code().map_or(0, |status| status.as_u16()),
        _ => 0,
    };
    match status {
        429 => {
            let message = Text::key("error-discord-limited-soon");
            Error::new(ErrorKind::Unavailable).message(message)
        }
        500.. => Error::new(ErrorKind::Unavailable),
        _ => return Error::internal(chain(error)),
    }
    .detail(chain(error))
}

/// Suggestions fail quietly, and not without an answer.
async fn suggest_nothing(ctx: poise::ApplicationContext<'_, SudoData, SudoError>) {
    let nothing = serenity::CreateInteractionResponse::Autocomplete(Suggestions::new());
    if let Err(error) = ctx.interaction.create_response(ctx.serenity_context(), nothing).await {
        warn!(error = %chain(&error), "no suggestions could be sent");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_original_are_understood() {
        for name in ["ping", "exts.ping", "src.exts.ping", " ping "] {
            assert_eq!(plain(name), "ping");
        }
    }
}
