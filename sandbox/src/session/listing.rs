//! Lists: commands, messages, the log, and what can be typed.

use super::{Session, people::BOT, registered, render, steady};
use crate::{discord::Message, session::markdown::Names as _};
use serde_json::Value;
use std::time::Duration;

/// Messages shown by `messages`.
const MESSAGES_SHOWN: usize = 10;

/// What `help` shows.
pub(super) const HELP: &str = "\
/command option:value          run a command; a value with spaces stands in \"…\"
type /search query:du          see suggestions while typing; pick 1 runs with the first
button 1                       press a button of the last message
select 3, select 2 3           choose option 3 of the menu; choose option 3 of menu 2
user noah, users               be someone else; who is there
as noah /ping                  one line as someone else
dm, channel films, channels    where you are
commands, messages             what is registered; what stands here
advance 10s                    move time (ms, s, m, h, d)
tvdb down                      break TheTVDB: down, slow 2s, 429 5, 500, html, cut, key, nulls, expire; ok
outside down                   break the rest of the world: down, slow 2s, 500, huge; ok
discord drop                   break Discord: drop, reconnect, invalidate, down, slow 2s, 500, 429 5s; ok
plugin replace search with broken    change a plugin file: broken, text, empty, garbage, abi, new, a path
plugin restore search          put it back; also plugin list, plugin remove NAME, plugin add FILE
load 500, load wait            commands by eight people in the background; wait for the result
log 50                         what the host wrote last
restart, restart hard          end the host and start it again; kill it instead
quit                           the end
";

impl Session {
    pub(super) fn list_commands(&self) -> String {
        let commands = self.discord.commands(None);
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
            format!("{line:<44} {}", command["description"].as_str().unwrap_or_default())
        };
        let lines: Vec<String> = registered::all_paths(&commands).into_iter().map(line).collect();
        if lines.is_empty() { "No command is registered.".to_owned() } else { lines.join("\n") }
    }

    pub(super) fn list_messages(&self) -> String {
        let messages = self.discord.messages(self.channel, self.user);
        let skip = messages.len().saturating_sub(MESSAGES_SHOWN);
        let shown: Vec<String> = messages.iter().skip(skip).map(|m| self.render(m)).collect();
        if shown.is_empty() { "Nothing stands here.".to_owned() } else { shown.join("\n") }
    }

    pub(super) fn list_log(&self, n: usize) -> String {
        match &self.host {
            Some(host) => host.log().tail(n).join("\n"),
            None => "The host does not run.".to_owned(),
        }
    }

    pub(super) fn render(&self, message: &Message) -> String {
        let names = self.names();
        let mut message = message.clone();
        if let (true, Some(shown)) = (self.options.steady, message.history.last_mut()) {
            steady::value(&mut shown.body, &self.folder.path().to_string_lossy());
        }
        let author = names.user(&message.author.to_string()).unwrap_or_else(|| BOT.to_owned());
        render::message(&message, &author, &names)
    }
}

/// Returns a time in the unit that suits it.
pub(super) fn duration(time: Duration) -> String {
    match time.as_millis() {
        ms if ms % 1_000 != 0 => format!("{ms} ms"),
        ms if ms % 60_000 != 0 => format!("{} s", ms / 1_000),
        ms if ms % 3_600_000 != 0 => format!("{} min", ms / 60_000),
        ms => format!("{} h", ms / 3_600_000),
    }
}
