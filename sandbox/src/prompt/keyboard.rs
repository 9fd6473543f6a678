//! The line editor: reads what is typed, with history, completion and Ctrl-C as in a shell.

use super::{complete::Completion, print, terminal::Typed};
use crate::session::Vocabulary;
use anyhow::{Context as _, Result};
use rustyline::{
    Cmd, CompletionType, ConditionalEventHandler, Config, Editor, Event, EventContext,
    EventHandler, ExternalPrinter, KeyCode, KeyEvent, Modifiers, RepeatCount, error::ReadlineError,
    history::DefaultHistory,
};
use std::{
    io::ErrorKind,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
};
use tokio::sync::mpsc as async_mpsc;

/// Lines of history that are kept.
const HISTORY_MAX: usize = 1_000;

/// The line editor, and what it needs to know.
pub(super) struct Keyboard {
    editor: Editor<Completion, DefaultHistory>,
    vocabulary: Arc<Mutex<Vocabulary>>,
    /// The file that keeps what is typed, as long as it can be written.
    history: Option<PathBuf>,
    /// Whether the line that Ctrl-C broke off held something.
    was_begun: Arc<AtomicBool>,
}

impl Keyboard {
    /// Opens the terminal, with the lines that were typed before.
    ///
    /// # Errors
    /// When it cannot be used.
    pub(super) fn open(
        vocabulary: Arc<Mutex<Vocabulary>>,
        history: Option<PathBuf>,
    ) -> Result<Self> {
        let mut editor = editor(Arc::clone(&vocabulary))?;
        if let Some(path) = &history {
            // The first time there is no file.
            let _ = editor.load_history(path);
        }
        let was_begun = Arc::default();
        let on_interrupt = Box::new(Interrupt { was_begun: Arc::clone(&was_begun) });
        editor.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(on_interrupt));
        Ok(Self { editor, vocabulary, history, was_begun })
    }

    /// Returns what writes above the line that is being typed, if there is a terminal.
    pub(super) fn printer(&mut self) -> Option<Box<dyn ExternalPrinter + Send>> {
        Some(Box::new(self.editor.create_external_printer().ok()?))
    }

    /// Sends lines until the end, each when it may go on.
    ///
    /// # Errors
    /// When a line cannot be read, or standard output is closed.
    pub(super) fn read_lines(
        &mut self,
        lines: &async_mpsc::Sender<Typed>,
        may_go_on: &mpsc::Receiver<()>,
    ) -> Result<()> {
        loop {
            let typed = self.read_line()?;
            let ended = matches!(typed, Typed::End);
            // At once: a closed window ends the process while this waits for the next line.
            self.keep_history()?;
            if lines.blocking_send(typed).is_err() || ended || may_go_on.recv().is_err() {
                return Ok(());
            }
        }
    }

    /// Adds what was typed to the file of the history. One that cannot be written is told, and tried no more.
    fn keep_history(&mut self) -> Result<()> {
        let Some(path) = &self.history else { return Ok(()) };
        let Err(error) = self.editor.append_history(path) else { return Ok(()) };
        let path = path.display();
        print(&format!("What is typed is not kept: `{path}` cannot be written ({error})."))?;
        self.history = None;
        Ok(())
    }

    fn read_line(&mut self) -> Result<Typed> {
        const FAILED: &str = "cannot read from the terminal";
        loop {
            let known = self.vocabulary.lock().unwrap_or_else(PoisonError::into_inner);
            let prompt = format!("{}> ", known.place);
            drop(known);
            return match self.editor.readline(&prompt) {
                Ok(line) => Ok(Typed::Line(line)),
                // As in a shell: the line is given up, and the next one begins.
                Err(ReadlineError::Interrupted) if self.was_begun.swap(false, Relaxed) => continue,
                Err(ReadlineError::Interrupted | ReadlineError::Eof) => Ok(Typed::End),
                Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                    Ok(Typed::Garbled)
                }
                // The editor's own error says the same once more.
                Err(ReadlineError::Io(error)) => Err(error).context(FAILED),
                Err(error) => Err(error).context(FAILED),
            };
        }
    }
}

/// Ctrl-C: notes whether there was anything to give up.
struct Interrupt {
    was_begun: Arc<AtomicBool>,
}

impl ConditionalEventHandler for Interrupt {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, line: &EventContext<'_>) -> Option<Cmd> {
        self.was_begun.store(!line.line().is_empty(), Relaxed);
        Some(Cmd::Interrupt)
    }
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
