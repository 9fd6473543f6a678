//! The terminal side of a session: a line with history and completion, and the answers below it.

mod complete;
mod keyboard;
mod terminal;

use crate::session::{Performed, Session};
use anyhow::{Context as _, Result};
use std::{
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
    time::Duration,
};
use terminal::{Terminal, Typed};

/// How long the end of the host may take before the prompt says what it waits for.
const WONDER_AFTER: Duration = Duration::from_millis(1_200);

/// Two lines shown at the start.
pub const GREETING: &str = "\
Type /ping, /help or /search query:dune; then `button 1` or `select 2`. TAB completes.
Break things: `tvdb down`, `plugin replace search with broken`, then /sudo reload. `help` shows all.";

/// What is said at the end, however it comes.
pub const GOODBYE: &str = "Bye. The bot, its Discord and its TheTVDB end here.";

/// What is said of a line that is no text.
const GARBLED: &str = "This line is no text in UTF-8. Nothing was done.";

/// How it is quoted where the lines that could not be done are named.
const GARBLED_QUOTED: &str = "no UTF-8";

/// Reads lines until the end and shows what comes of each, and in between what comes by itself. Returns the
/// lines that could not be done, by number, where nobody sits at a terminal to see it.
///
/// # Errors
/// When the terminal cannot be used.
pub async fn interactive(
    session: &mut Session,
    history: Option<PathBuf>,
) -> Result<Vec<(usize, String)>> {
    let mut terminal = Terminal::open(session.vocabulary(), history)?;
    let is_typed = std::io::stdin().is_terminal();
    let (mut number, mut failed) = (0, Vec::new());
    while let Some(typed) = terminal.next(session).await? {
        number += 1;
        let (line, Performed { shown, is_done }) = match typed {
            Typed::End => {
                print(GOODBYE)?;
                break;
            }
            Typed::Line(line) => {
                // What is typed shows itself.
                if !is_typed {
                    print(&format!("{}> {line}", session.vocabulary().place))?;
                }
                (line.trim().to_owned(), session.perform_line(&line).await)
            }
            Typed::Garbled => {
                let shown = GARBLED.to_owned();
                (GARBLED_QUOTED.to_owned(), Performed { shown, is_done: false })
            }
        };
        if !shown.is_empty() {
            print(&format!("{shown}\n"))?;
        }
        if !is_done {
            failed.push((number, line));
        }
        if session.is_over() {
            break;
        }
        terminal.go_on(session.vocabulary());
    }
    terminal.close()?;
    Ok(if is_typed { Vec::new() } else { failed })
}

/// Runs the lines of a script, shows each with what comes of it, and returns those that could not
/// be done, by number.
///
/// # Errors
/// When standard output is closed.
pub async fn script(session: &mut Session, text: &str) -> Result<Vec<(usize, String)>> {
    let mut failed = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let (shown, is_done) = performed(session, line).await;
        print(&shown)?;
        if !is_done {
            failed.push((number, line.trim().to_owned()));
        }
        if session.is_over() {
            break;
        }
    }
    Ok(failed)
}

/// Returns one line behind its prompt, and what the person who typed it saw.
pub async fn transcribed(session: &mut Session, line: &str) -> String {
    performed(session, line).await.0
}

async fn performed(session: &mut Session, line: &str) -> (String, bool) {
    if line.trim_start().starts_with('#') {
        return (line.to_owned(), true);
    }
    let place = session.vocabulary().place;
    let Performed { shown, is_done } = session.perform_line(line).await;
    let end = if shown.is_empty() { "" } else { "\n" };
    (format!("{place}> {line}\n{shown}{end}"), is_done)
}

/// Ends the host, and tells what it waits for when that takes long enough to wonder.
///
/// # Errors
/// When the host does not end in time, or `tell` fails.
pub async fn end(session: &mut Session, tell: impl FnOnce(&str) -> Result<()>) -> Result<bool> {
    let unanswered = session.discord().unanswered();
    let mut ending = std::pin::pin!(session.stop_host());
    if let Ok(ended) = tokio::time::timeout(WONDER_AFTER, &mut ending).await {
        return ended;
    }
    let whom = match unanswered.as_slice() {
        [] => String::new(),
        commands => format!(", which has not answered `/{}` yet", commands.join("`, `/")),
    };
    tell(&format!("Waiting for the host to end{whom}. Ctrl-C does not wait."))?;
    ending.await
}

/// Writes a line to standard output; unlike `println!` it does not panic when that is closed.
///
/// # Errors
/// When standard output is closed.
pub fn print(text: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}
