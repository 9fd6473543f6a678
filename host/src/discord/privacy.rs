//! `/privacy`: what Lumina keeps about whoever asks, to take along or to delete. Part of the host, so that
//! nothing can unload it; plugins that keep something of their own are asked too.

use super::{
    Shared,
    answer::Asked,
    backstage::ListCounts,
    custom_id::CustomId,
    declare,
    dispatch::DEFER_AGE,
    error_reply::{Blame, Failure},
    inbound::Arrived,
};
use crate::{
    door::frame,
    metrics::Outcome,
    plugins::{PluginStatus, State},
    texts::Bundles,
};
use futures_util::future::join_all;
use lumina_plugin_api::{
    command::{Command, Defer, Limit, Subcommand},
    component::{Action, Button, ButtonStyle, Who},
    error::{Error, ErrorKind},
    id::{CommandId, UserId},
    message::{Request, Response},
    reply::{Embed, File, Message},
    services::{blob::BLOB_BYTES_MAX, discord::RegisteredCommand},
    text::Text,
};
use serde_json::{Map, Value, json};
use std::{fmt, time::Duration};
use tracing::{info, warn};

/// The command's name.
pub(super) const NAME: &str = "privacy";
/// The host's name in custom ids, which no plugin may have.
pub(super) const HOST: &str = "host";
const EXPORT: &str = "export";
const DELETE: &str = "delete";
/// The handlers of the two buttons.
const CONFIRMED: &str = "forget";
const KEPT: &str = "keep";
/// Few need it twice, and each use asks all plugins.
pub(super) const LIMIT: Limit = Limit::sliding(4, 60_000);
/// How long one plugin may take to tell or to forget what it keeps.
const PLUGIN_TIME: Duration = Duration::from_secs(8);
const FILES: [&str; 2] = ["lumina.json", "lumina-lists.csv"];

/// What plugins answered.
#[derive(Debug, Default)]
struct Fanned {
    /// What they keep, by their names.
    exported: Map<String, Value>,
    /// Who could not be asked, or could not do it.
    missing: Vec<String>,
}

/// The files that are sent, and which are not.
#[derive(Debug, Default)]
struct Parcel {
    files: Vec<(&'static str, Vec<u8>)>,
    /// Those that are too large.
    left_out: Vec<&'static str>,
}

/// What is done for a user.
enum Wish {
    Export,
    AskBack,
    Forget,
    Keep,
}

/// Returns the command as it is declared.
fn command() -> Command {
    Command::slash(NAME, Text::key("privacy-description"))
        .subcommand(Subcommand::new(EXPORT, Text::key("privacy-export")))
        .subcommand(Subcommand::new(DELETE, Text::key("privacy-delete")))
        .private()
        .limit(LIMIT)
}

/// Returns the command as it is registered.
pub(super) fn declaration(texts: &Bundles) -> Value {
    declare::command(&command(), texts)
}

/// Returns the sub-commands as `/help` lists them.
pub(super) fn commands(
    id: Option<CommandId>,
    say: impl Fn(&Text) -> String,
) -> Vec<RegisteredCommand> {
    let one = |sub: &Subcommand| {
        let name = format!("{NAME} {}", sub.name);
        RegisteredCommand::new(NAME, &name, say(&sub.description), id)
    };
    command().subcommands.iter().map(one).collect()
}

/// Whether an interaction is for `/privacy`: the command, or one of its buttons.
pub(super) fn is_meant(head: &frame::Interaction<'_>) -> bool {
    const COMMAND: u8 = 2;
    const COMPONENT: u8 = 3;
    let Some(data) = &head.data else { return false };
    match head.kind {
        COMMAND => data.name.as_deref() == Some(NAME) && data.kind.is_none_or(|kind| kind == 1),
        COMPONENT => {
            let id = data.custom_id.as_deref().unwrap_or_default();
            CustomId::parse(id).is_ok_and(|id| id.plugin == HOST && handler(id.handler).is_some())
        }
        _ => false,
    }
}

fn handler(name: &str) -> Option<Wish> {
    match name {
        CONFIRMED => Some(Wish::Forget),
        KEPT => Some(Wish::Keep),
        _ => None,
    }
}

impl Shared {
    /// Does what is asked and answers privately.
    pub(super) async fn privacy(&self, arrived: Arrived<'_>) {
        let wish = match self.wish(&arrived) {
            Ok(wish) => wish,
            Err(error) => return self.refuse(&arrived, error, NAME).await,
        };
        let is_press = matches!(wish, Wish::Forget | Wish::Keep);
        let asked = if is_press { Asked::Component } else { Asked::Command };
        let answers = self.answers(&arrived, asked, Defer::Private);
        let age = self.age(arrived.at.id, arrived.received);
        let work = self.grant(wish, arrived.at.user.id);
        let result = self.in_time(&answers, DEFER_AGE.saturating_sub(age), work).await;
        let reader = self.host_reader(&arrived.at);
        let shown = match &result {
            Ok(message) if is_press => self.update(&answers, &arrived.at, &reader, message).await,
            Ok(message) => answers.message(&reader, message, true).await,
            Err(error) => {
                let blame = Blame { interaction: arrived.at.id, plugin: HOST, what: NAME };
                let failure = Failure::from(error.clone());
                let outcome = self.fail(&answers, &failure, blame, &arrived.at).await;
                return self.count(HOST, NAME, outcome, arrived.received);
            }
        };
        let outcome = if shown.is_ok() { Outcome::Answered } else { Outcome::Lost };
        self.count(HOST, NAME, outcome, arrived.received);
        if let Err(error) = shown {
            let error = super::chain(&error);
            warn!(interaction.id = %arrived.at.id, error, "an answer of /privacy was not shown");
        }
    }

    fn wish(&self, arrived: &Arrived<'_>) -> Result<Wish, Error> {
        let data = arrived.head.data.as_ref();
        let user = arrived.at.user.id;
        if let Some(id) = data.and_then(|data| data.custom_id.as_deref()) {
            let id = CustomId::parse(id).ok().filter(|id| id.owner == Some(user));
            let denied =
                || Error::new(ErrorKind::Denied).message(Text::key("error-denied-invoker"));
            return id.and_then(|id| handler(id.handler)).ok_or_else(denied);
        }
        let options = data.and_then(|data| data.options);
        let path = super::convert::path(options).map(|came| came.path).unwrap_or_default();
        match path.first().map(|name| &**name) {
            Some(EXPORT) => Ok(Wish::Export),
            Some(DELETE) => Ok(Wish::AskBack),
            _ => Err(Error::new(ErrorKind::Outdated).message(Text::key("error-unknown-command"))),
        }
    }

    async fn grant(&self, wish: Wish, user: UserId) -> Result<Message, Error> {
        match wish {
            Wish::Export => self.export(user).await,
            Wish::AskBack => self.ask_back(user).await,
            Wish::Forget => self.forget(user).await,
            Wish::Keep => Ok(said(Text::key("privacy-nothing-deleted"))),
        }
    }

    async fn export(&self, user: UserId) -> Result<Message, Error> {
        let lists = self.backstage.export_lists(user).await?;
        let fanned = self.ask_plugins(&Request::Export { user }).await;
        let all = json!({
            "user": user, "lists": lists.json, "plugins": fanned.exported,
            "not_included": fanned.missing,
        });
        let files = FILES.into_iter().zip([written(&all)?, lists.csv.into_bytes()]);
        let parcel = Parcel::of(files);
        let mut message = said(with_missing(parcel.told(lists.counts), &fanned.missing));
        for (name, bytes) in parcel.files {
            message = message.file(File::new(self.backstage.keep_file(HOST, bytes.into())?, name));
        }
        Ok(message)
    }

    async fn ask_back(&self, user: UserId) -> Result<Message, Error> {
        let counts = self.backstage.count_lists(user).await?;
        let question = Text::key("privacy-delete-question").arg("counts", counted(counts));
        let question = with_rest(question, counts);
        let button = |label, handler| {
            let action = Action::new(handler, &()).pressable_by(Who::Invoker);
            Button::new(Text::key(label), action)
        };
        Ok(said(question).row([
            button("privacy-delete-yes", CONFIRMED).style(ButtonStyle::Danger),
            button("privacy-delete-no", KEPT).style(ButtonStyle::Secondary),
        ]))
    }

    async fn forget(&self, user: UserId) -> Result<Message, Error> {
        let counts = self.backstage.delete_lists(user).await?;
        let fanned = self.ask_plugins(&Request::Delete { user }).await;
        info!(user.id = %user, missing = ?fanned.missing, "deleted what was kept about a user");
        let done = Text::key("privacy-deleted").arg("counts", counted(counts));
        let done = with_rest(done, counts);
        Ok(said(with_missing(done, &fanned.missing)))
    }

    /// Asks all plugins at once. Those that do not serve are named if they may keep something too.
    async fn ask_plugins(&self, request: &Request) -> Fanned {
        let registry = self.plugins.registry();
        let mut fanned = Fanned::default();
        let serving: Vec<_> = registry.plugins().cloned().collect();
        let calls = serving
            .iter()
            .map(|plugin| self.unless_cut_off(plugin.name(), plugin.call(request, PLUGIN_TIME)));
        for (plugin, answer) in serving.iter().zip(join_all(calls).await) {
            let name = plugin.name().to_string();
            match answer.map(|answer| answer.response) {
                Ok(Response::Exported(Value::Null) | Response::Done { .. }) => {}
                Ok(Response::Exported(value)) => {
                    self.note_keeper(&name).await;
                    fanned.exported.insert(name, value);
                }
                Ok(_) => fanned.missing.push(name),
                Err(error) => {
                    let error = super::chain(&error);
                    warn!(plugin.id = name, error, "a plugin did not answer for /privacy");
                    fanned.missing.push(name);
                }
            }
        }
        // If nobody can say who keeps something, anyone may.
        let keepers = self.backstage.keepers().await.ok();
        let keeps = |name: &str| keepers.as_ref().is_none_or(|keepers| keepers.contains(name));
        let silent = registry.statuses().into_iter();
        let silent = silent.filter(|status| registry.plugin(&status.name).is_none());
        let silent = silent.filter(|status| keeps(&status.name) || is_held(status));
        fanned.missing.extend(silent.map(|status| status.name));
        fanned
    }

    async fn note_keeper(&self, plugin: &str) {
        if let Err(error) = self.backstage.note_keeper(plugin).await {
            warn!(
                plugin.id = plugin,
                error = error.detail,
                "that a plugin keeps something is not remembered"
            );
        }
    }
}

/// Whether a plugin that does not serve still has its memory, and in it what it was told.
fn is_held(status: &PluginStatus) -> bool {
    status.draining + status.zombies > 0 || matches!(status.state, State::Draining | State::Zombie)
}

impl Parcel {
    fn of(files: impl Iterator<Item = (&'static str, Vec<u8>)>) -> Self {
        let (files, large): (Vec<_>, Vec<_>) =
            files.partition(|(_, bytes)| bytes.len() <= BLOB_BYTES_MAX);
        Self { files, left_out: large.into_iter().map(|(name, _)| name).collect() }
    }

    fn told(&self, counts: ListCounts) -> Text {
        let counts = counted(counts);
        if self.left_out.is_empty() {
            return Text::key("privacy-exported").arg("counts", counts);
        }
        let note = Text::key("privacy-left-out").arg("names", listed(&self.left_out));
        Text::join([Text::key("privacy-kept").arg("counts", counts), "\n\n".into(), note])
    }
}

/// Without indentation, which would be a third of a long list.
fn written(all: &Value) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(all)
}

fn said(text: Text) -> Message {
    Message::new().embed(Embed::new().title(Text::key("privacy-title")).description(text))
}

fn counted(counts: ListCounts) -> Text {
    Text::key("privacy-counts")
        .arg("movies", counts.n_movies)
        .arg("series", counts.n_series)
        .arg("episodes", counts.n_episodes)
        .arg("favorites", counts.n_favorites)
        .arg("choices", u32::from(counts.has_visibility))
}

/// Says what stays of someone whose lists were imported.
fn with_rest(text: Text, counts: ListCounts) -> Text {
    if !counts.was_imported {
        return text;
    }
    Text::join([text, "\n\n".into(), Text::key("privacy-kept-out")])
}

fn with_missing(text: Text, missing: &[String]) -> Text {
    if missing.is_empty() {
        return text;
    }
    let note = Text::key("privacy-missing").arg("names", listed(missing));
    Text::join([text, "\n\n".into(), note])
}

fn listed(names: &[impl fmt::Display]) -> Text {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;

    fn read(text: &Text, locale: &str) -> String {
        Texts::default().say(text, locale)
    }

    #[test]
    fn everything_that_is_deleted_is_counted_and_nothing_that_is_not_there() {
        let after_an_import =
            ListCounts { n_series: 2, has_visibility: true, ..Default::default() };
        let some = ListCounts { n_movies: 1, n_series: 1, ..Default::default() };
        for (counts, locale, expected) in [
            (ListCounts::default(), "en-US", "0 movies and 0 episodes watched, 0 favorites"),
            (some, "en-US", "1 movie, 1 whole series and 0 episodes watched, 0 favorites"),
            (
                after_an_import,
                "en-US",
                "0 movies, 2 whole series and 0 episodes watched, 0 favorites, \
                 and your choice of who may see your profile",
            ),
            (
                after_an_import,
                "fr",
                "0 film, 2 séries entières et 0 épisode vu, 0 favori, \
                 et votre choix de qui peut voir votre profil",
            ),
        ] {
            assert_eq!(read(&counted(counts), locale), expected);
        }
    }

    #[test]
    fn what_stays_of_someone_whose_lists_were_imported_is_said_to_them_alone() {
        let imported = ListCounts { was_imported: true, ..ListCounts::default() };
        for (counts, is_said) in [(imported, true), (ListCounts::default(), false)] {
            let told = read(&with_rest("Deleted.".into(), counts), "en-US");
            assert!(told.starts_with("Deleted."), "{told}");
            assert_eq!(told.contains("Only your user id stays noted"), is_said, "{told}");
        }
    }

    /// As many episodes as a list has, as they are exported.
    fn parcel(n_episodes: usize) -> Parcel {
        let mark = json!({
            "list": "watched", "kind": "episode", "tvdb_id": 10_349_232, "season": 12, "episode": 123,
            "name": "The One Where Nobody Leaves", "series_tvdb_id": 310_101,
            "series_name": "Dune Harbor", "added_at": "2026-01-27T12:00:00Z",
        });
        let line = "watched,episode,10349232,The One Where Nobody Leaves,310101,Dune Harbor,12,123,\
            2026-01-27T12:00:00Z\r\n";
        let json = written(&json!({ "marks": vec![mark; n_episodes] })).unwrap();
        Parcel::of(FILES.into_iter().zip([json, line.repeat(n_episodes).into_bytes()]))
    }

    #[test]
    fn forty_thousand_episodes_are_sent_whole() {
        let parcel = parcel(40_000);
        assert_eq!(parcel.files.len(), FILES.len());
        let told = read(&parcel.told(ListCounts::default()), "en-US");
        assert!(told.starts_with("Everything Lumina keeps about you is in these files"), "{told}");
    }

    #[test]
    fn a_file_that_is_too_large_is_named_with_whom_to_ask_and_the_other_is_sent() {
        let parcel = parcel(80_000);
        assert_eq!(parcel.files.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [FILES[1]]);
        let told = read(&parcel.told(ListCounts::default()), "en-US");
        let expected = "10 MiB: `lumina.json`. Ask the owner of this bot for a copy.";
        assert!(told.ends_with(expected) && !told.contains("Everything"), "{told}");
    }
}
