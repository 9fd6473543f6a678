//! The terminal: lines that come in, and what is shown between them.

use super::{keyboard::Keyboard, print};
use crate::session::{Session, Vocabulary};
use anyhow::{Context as _, Result, bail};
use rustyline::ExternalPrinter;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};
use tokio::sync::mpsc as async_mpsc;

/// How often it is looked whether the bot has said something while nobody types.
const NEWS_EVERY: Duration = Duration::from_millis(200);

/// What a person at the terminal did.
pub(super) enum Typed {
    Line(String),
    /// Sent a line that is no text.
    Garbled,
    End,
}

/// A terminal whose lines are read by a thread of their own, one whenever the last one was done.
pub(super) struct Terminal {
    lines: async_mpsc::Receiver<Typed>,
    go_on: mpsc::Sender<()>,
    vocabulary: Arc<Mutex<Vocabulary>>,
    /// Writes above the line that is being typed; nothing where lines do not come from a keyboard.
    above: Option<Box<dyn ExternalPrinter + Send>>,
    reader: JoinHandle<Result<()>>,
}

impl Terminal {
    /// Begins to read lines.
    ///
    /// # Errors
    /// When the terminal cannot be used.
    pub(super) fn open(vocabulary: Vocabulary, history: Option<PathBuf>) -> Result<Self> {
        let vocabulary = Arc::new(Mutex::new(vocabulary));
        let (lines_tx, lines) = async_mpsc::channel(1);
        let (go_on, may_go_on) = mpsc::channel();
        let mut keyboard = Keyboard::open(Arc::clone(&vocabulary), history)?;
        let above = keyboard.printer();
        // The editor blocks, and a thread that is only killed with the process is what it needs: a
        // terminal cannot be asked to stop reading.
        let reader = thread::spawn(move || keyboard.read_lines(&lines_tx, &may_go_on));
        Ok(Self { lines, go_on, vocabulary, above, reader })
    }

    /// Waits for a line; shows meanwhile what comes by itself.
    ///
    /// # Errors
    /// When that cannot be shown.
    pub(super) async fn next(&mut self, session: &mut Session) -> Result<Option<Typed>> {
        loop {
            tokio::select! {
                typed = self.lines.recv() => return Ok(typed),
                () = tokio::time::sleep(NEWS_EVERY) => {}
            }
            if let Some(news) = session.news() {
                self.show_between_lines(&news)?;
            }
        }
    }

    fn show_between_lines(&mut self, text: &str) -> Result<()> {
        match &mut self.above {
            Some(above) => above.print(format!("{text}\n\n")).context("cannot use the terminal"),
            None => print(&format!("{text}\n")),
        }
    }

    /// Lets the next line be read, with what can be completed in it.
    pub(super) fn go_on(&self, vocabulary: Vocabulary) {
        *self.vocabulary.lock().unwrap_or_else(PoisonError::into_inner) = vocabulary;
        // The reader has ended if it does not listen; then there is no line either.
        let _ = self.go_on.send(());
    }

    /// Ends the reading, which waits for a line no more.
    ///
    /// # Errors
    /// When a line could not be read.
    pub(super) fn close(self) -> Result<()> {
        drop(self.go_on);
        match self.reader.join() {
            Ok(read) => read,
            Err(_) => bail!("the line editor panicked"),
        }
    }
}
