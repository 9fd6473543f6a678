//! Lists: commands, messages, the log, and what can be typed.

use super::{Session, people::BOT, registered, render, steady};
use crate::{discord::Message, session::markdown::Names as _};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// Messages shown by `messages`.
const MESSAGES_SHOWN: usize = 10;

/// The longest wait for which the prompt says how to skip it.
const WAIT_SECONDS_MAX: i64 = 3_600;

/// Letters and digits of an incident's id.
const INCIDENT_LETTERS: usize = 8;

/// How long what the host writes of an incident may take behind the answer that names it, however many words
/// of that look like one.
const WRITTEN_WITHIN: Duration = Duration::from_millis(250);

/// What `help` shows.
pub(super) const HELP: &str = "\
/command option:value          run a command; a value with spaces stands in \"…\"
type /search query:du          see suggestions while typing; pick 1 runs with the first
button 1                       press a button of the last message
select 3, select 2 3           choose option 3 of the menu; choose option 3 of menu 2
fill name:Ann about:\"…\"         fill in the form that is open, and send it
/command option:a.png          send a file by its path, where an option or a field takes one
file 1, file 1 to a.json       look into a file of the last message; save it
context \"NAME\" on noah         run a command on a person; … on message 2, counted from the last
user noah, users               be someone else; who is there
as noah /ping                  one line as someone else
dm, private noah               go to the direct messages with the bot; to those without it
channel films, channels        go to a channel; which there are
commands, messages             what is registered; what stands here
advance 10s                    move time (ms, s, m, h, d), as when an answer says to wait
tvdb down                      break TheTVDB: down, slow 2s, 429 5, 500, html, cut, key, nulls; ok
tvdb expire                    end the token that TheTVDB gave out
outside down                   break the rest of the world: down, slow 2s, 500, huge; ok
discord down                   break Discord: down, slow 2s, 500, 500 3 (three times); ok
discord 429 5s                 limit the bot once, but for answers to people, which Discord spares
discord drop                   break its connection once: drop, reconnect, invalidate
plugin replace search with broken    change a plugin file: broken, text, empty, garbage, abi, new, a path
plugin restore search          put it back; also plugin list, plugin remove NAME, plugin add FILE
load 500, load wait            500 times /ping by eight people in the background; wait for the result
load 90 /help                  the same with another command
log 50                         what the host wrote last
restart, restart hard          end the host and start it again; kill it instead
quit                           the end
";

impl Session {
    /// Lists what Discord offers, which for a while includes commands of plugins that do not serve.
    pub(super) async fn list_commands(&self) -> String {
        let idle = self.suggested("load", "").await;
        let commands = self.discord.commands(None);
        let names = self.names();
        let locale = names.locale();
        let line = |(path, command): (String, &Value)| {
            let mut line = format!("/{path}");
            for option in registered::options(command) {
                let name = option["name"].as_str().unwrap_or_default();
                let shown = if option["required"] == true {
                    format!(" {name}:")
                } else {
                    format!(" [{name}:]")
                };
                line.push_str(&shown);
            }
            format!("{line:<44} {}", described(command, locale))
        };
        let behind = registered::in_context_menus(&commands).map(|(name, on_person)| {
            let on = if on_person { "NAME" } else { "message" };
            format!("context \"{name}\" on {on}")
        });
        let slash = registered::all_paths(&commands).into_iter().map(line);
        let lines: Vec<String> = slash.chain(behind).chain(not_loaded(&idle)).collect();
        if lines.is_empty() { "No command is registered.".to_owned() } else { lines.join("\n") }
    }

    pub(super) fn list_messages(&self) -> String {
        let messages = self.discord.messages(self.channel, self.user);
        let skip = messages.len().saturating_sub(MESSAGES_SHOWN);
        let shown: Vec<String> = messages.iter().skip(skip).map(|m| self.render(m)).collect();
        if shown.is_empty() { "Nothing stands here.".to_owned() } else { shown.join("\n") }
    }

    pub(super) fn list_log(&self, n: usize) -> String {
        let lines = self.log.as_ref().map(|log| log.tail(n)).unwrap_or_default().join("\n");
        match &self.host {
            Some(_) => lines,
            None if lines.is_empty() => "The host does not run.".to_owned(),
            None => format!("The host does not run. It wrote last:\n{lines}"),
        }
    }

    pub(super) fn render(&self, message: &Message) -> String {
        let names = self.names();
        let mut message = message.clone();
        if let (true, Some(shown)) = (self.options.steady, message.history.last_mut()) {
            steady::value(Arc::make_mut(&mut shown.body), &self.folder.path().to_string_lossy());
        }
        let author = names.user(&message.author.to_string()).unwrap_or_else(|| BOT.to_owned());
        render::message(&message, &author, &names)
    }
}

impl Session {
    /// Returns how to move time to the moment that a private answer names, if it names one.
    pub(super) fn waiting_hint(&self, message: &Message) -> Option<String> {
        message.only_for?;
        let text = message.body().to_string();
        let moments = text.split("<t:").skip(1).filter_map(|rest| rest.split_once(":R>"));
        let now_s = self.names().now_s();
        let left = moments.filter_map(|(at, _)| Some(at.parse::<i64>().ok()? - now_s));
        let left = left.filter(|left| (1..=WAIT_SECONDS_MAX).contains(left)).max()?;
        let by = if self.options.steady { "…".to_owned() } else { left.to_string() };
        Some(format!("(`advance {by}s` moves time there.)"))
    }

    /// Returns where more is told of an incident that an answer names. What could be the id of one is one
    /// if the host has written of it since the line was typed.
    pub(super) async fn incident_hint(&self, answer: &str) -> Option<String> {
        let words = answer.split(|letter: char| !letter.is_ascii_alphanumeric());
        let ids: Vec<&str> = words.filter(|word| is_like_an_incident(word)).collect();
        if ids.is_empty() {
            return None;
        }
        let log = self.log.as_ref()?;
        let id = log.wait_for_any(self.line_began, &ids, WRITTEN_WITHIN).await?;
        Some(format!("(`log` shows what the host wrote of `{id}`.)"))
    }
}

/// Whether a word looks like the id of an incident. A number is something else: one id in ten thousand has no
/// letter.
fn is_like_an_incident(word: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    word.len() == INCIDENT_LETTERS
        && word.bytes().all(fits)
        && word.contains(|letter: char| letter.is_ascii_uppercase())
}

/// Returns what a command does, in the language of who looks, as Discord shows it.
fn described<'a>(command: &'a Value, locale: &str) -> &'a str {
    let local = command["description_localizations"][locale].as_str();
    local.or(command["description"].as_str()).unwrap_or_default()
}

/// Says of plugins that do not serve what becomes of their commands.
fn not_loaded(plugins: &[String]) -> Option<String> {
    let are = match plugins {
        [] => return None,
        [_] => "is",
        _ => "are",
    };
    let names = plugins.join("`, `");
    Some(format!(
        "`{names}` {are} not loaded. Commands of a plugin that was unloaded stay here for some minutes, and \
         answer that they are switched off."
    ))
}

/// Returns an error's text as a sentence.
pub(super) fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if error.contains('\n') || error.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// Returns the ending of a noun that is counted.
pub(super) const fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
