//! The terminal side of a session: a line with history and completion, and the answers below it.

mod complete;

use crate::session::{Performed, Session, Vocabulary};
use anyhow::{Context as _, Result};
use complete::Completion;
use rustyline::{
    Cmd, CompletionType, Config, Editor, EventHandler, KeyCode, KeyEvent, Modifiers,
    error::ReadlineError, history::DefaultHistory,
};
use std::{
    io::Write as _,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Duration,
};
use tokio::sync::mpsc as async_mpsc;

/// Lines of history that are kept.
const HISTORY_MAX: usize = 1_000;

/// How long the end of the host may take before the prompt says what it waits for.
const WONDER_AFTER: Duration = Duration::from_millis(1_200);

/// Two lines shown at the start.
pub const GREETING: &str = "\
Type /ping, /help or /search query:dune; then `button 1` or `select 2`. TAB completes.
Break things: `tvdb down`, `plugin replace search with broken`, then /sudo reload. `help` shows all.";

/// What is said at the end, however it comes.
pub const GOODBYE: &str = "Bye. The bot, its Discord and its TheTVDB end here.";

/// What a person at the terminal did.
enum Typed {
    Line(String),
    End,
}

/// Reads lines until the end and shows what comes of each.
///
/// # Errors
/// When the terminal cannot be used.
pub async fn interactive(session: &mut Session, history: Option<PathBuf>) -> Result<()> {
    let vocabulary = Arc::new(Mutex::new(session.vocabulary()));
    let (lines_tx, mut lines) = async_mpsc::channel::<Typed>(1);
    let (go_on, may_go_on) = mpsc::channel::<()>();
    // The editor blocks, and a thread that is only killed with the process is what it needs: a
    // terminal cannot be asked to stop reading.
    let reader = std::thread::spawn({
        let vocabulary = Arc::clone(&vocabulary);
        move || read_lines(&vocabulary, &lines_tx, &may_go_on, history)
    });
    while let Some(typed) = lines.recv().await {
        let Typed::Line(line) = typed else {
            print(GOODBYE)?;
            break;
        };
        let shown = session.line(&line).await;
        if !shown.is_empty() {
            print(&format!("{shown}\n"))?;
        }
        if session.is_over() {
            break;
        }
        *vocabulary.lock().unwrap_or_else(PoisonError::into_inner) = session.vocabulary();
        // The reader has ended if it does not listen; then there is no line either.
        let _ = go_on.send(());
    }
    drop(go_on);
    match reader.join() {
        Ok(read) => read,
        Err(_) => anyhow::bail!("the line editor panicked"),
    }
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

fn read_lines(
    vocabulary: &Arc<Mutex<Vocabulary>>,
    lines: &async_mpsc::Sender<Typed>,
    may_go_on: &mpsc::Receiver<()>,
    history: Option<PathBuf>,
) -> Result<()> {
    let mut editor = editor(Arc::clone(vocabulary))?;
    if let Some(path) = &history {
        // The first time there is no file.
        let _ = editor.load_history(path);
    }
    loop {
        let place = vocabulary.lock().unwrap_or_else(PoisonError::into_inner).place.clone();
        let typed = match editor.readline(&format!("{place}> ")) {
            Ok(line) => Typed::Line(line),
            Err(ReadlineError::Interrupted | ReadlineError::Eof) => Typed::End,
            Err(error) => return Err(error).context("cannot read from the terminal"),
        };
        let ended = matches!(typed, Typed::End);
        if lines.blocking_send(typed).is_err() || ended || may_go_on.recv().is_err() {
            break;
        }
    }
    if let Some(path) = &history {
        editor.save_history(path).context("cannot save the history")?;
    }
    Ok(())
}

fn editor(vocabulary: Arc<Mutex<Vocabulary>>) -> Result<Editor<Completion, DefaultHistory>> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .max_history_size(HISTORY_MAX)
        .context("the history is too long")?
        .auto_add_history(true)
        .build();
    let mut editor = Editor::with_config(config).context("cannot use the terminal")?;
    editor.set_helper(Some(Completion { vocabulary }));
    let right = KeyEvent(KeyCode::Right, Modifiers::CTRL);
    editor.bind_sequence(right, EventHandler::Simple(Cmd::CompleteHint));
    Ok(editor)
}
