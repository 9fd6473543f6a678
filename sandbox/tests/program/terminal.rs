//! A terminal with nobody at it: what a program writes there is read, and keys are pressed.

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    process::{Child, Command},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

/// How long is waited for what a program must write.
const PATIENCE: Duration = Duration::from_secs(60);

/// The side of a terminal at which a person would sit.
pub struct Terminal {
    keys: File,
    written: Receiver<Vec<u8>>,
    /// What was written and not looked at.
    unread: String,
}

/// The side of a terminal at which a program is.
pub struct Tty(File);

impl Tty {
    /// Lets a program read and write there.
    pub fn of<'a>(&self, program: &'a mut Command) -> &'a mut Command {
        let tty = || self.0.try_clone().expect("it is open");
        program.stdin(tty()).stdout(tty()).stderr(tty())
    }
}

impl Terminal {
    /// Opens a terminal, and starts a program at it.
    pub fn with(start: impl FnOnce(&Tty) -> Child) -> (Self, Child) {
        let keys = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals");
        grantpt(&keys).expect("it is ours");
        unlockpt(&keys).expect("it is ours");
        let name = ptsname(&keys, Vec::new()).expect("it has a name");
        let name = name.to_str().expect("it is a path").to_owned();
        let tty = Tty(OpenOptions::new().read(true).write(true).open(name).expect("it is open"));
        let child = start(&tty);
        let keys = File::from(keys);
        let mut screen = keys.try_clone().expect("it is open");
        let (sender, written) = channel();
        // It ends when the program has closed the terminal.
        thread::spawn(move || {
            let mut bytes = [0; 4_096];
            while let Ok(n) = screen.read(&mut bytes) {
                if n == 0 || sender.send(bytes[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        (Self { keys, written, unread: String::new() }, child)
    }

    /// Presses keys.
    pub fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("somebody reads");
    }

    /// Waits until the program has written a text, and takes everything up to its end.
    pub fn reads(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.unread.find(text) {
                return self.unread.drain(..at + text.len()).collect();
            }
            let more = self.written.recv_timeout(PATIENCE);
            let more = more.unwrap_or_else(|_| panic!("no `{text}` in {:?}", self.unread));
            self.unread.push_str(&String::from_utf8_lossy(&more));
        }
    }
}
