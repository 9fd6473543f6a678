//! The way from a command such as `lumina health` to the host that runs: a socket in the data directory.
//!
//! Whoever connects is told how the host is, as one JSON object, and that is all: nothing can be asked
//! for or changed here, and nothing secret is told.

use crate::clock::Clock;
use serde::{Deserialize, Serialize};
use std::{
    convert::Infallible,
    fs::{self, File, Permissions},
    io::{self, Read as _},
    os::{
        fd::AsRawFd as _,
        unix::{
            fs::{MetadataExt as _, PermissionsExt as _},
            net::UnixStream as BlockingStream,
        },
    },
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{UnixListener, UnixStream},
};
use tracing::warn;

/// The socket's name in the data directory.
pub const SOCKET: &str = "lumina.sock";
/// How long the host may take to answer: it has the answer at hand.
const ANSWER_TIME: Duration = Duration::from_secs(3);
/// The longest answer read: a few hundred bytes for each plugin.
const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// The pause after a failed accept, which means that descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Who may connect: the user that the host runs as.
const OWNER_ONLY: u32 = 0o600;

/// How the host is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its version.
    pub version: String,
    /// How long it has been running.
    pub up_s: u64,
    /// Where it stands.
    pub phase: Phase,
    /// What is known once its plugins are loaded.
    pub loaded: Option<Loaded>,
}

/// Where a host stands with Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// It was not connected yet.
    Starting,
    /// All of its gateway session receives events.
    Connected,
    /// It was connected, and tries to be again.
    Disconnected,
}

/// What a host tells once its plugins are loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// How long Discord took to acknowledge the last heartbeat.
    pub latency_ms: Option<u64>,
    /// Its plugins by name.
    pub plugins: Vec<PluginReport>,
    /// The link with which the bot is invited.
    pub invite: String,
}

/// How a plugin is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginReport {
    /// Its name.
    pub name: String,
    /// The version that serves, or the last that did.
    pub version: Option<String>,
    /// Where it stands in its life.
    pub state: String,
    /// Its commands.
    pub commands: Vec<String>,
    /// What its thread does not come back from, as a part of a sentence.
    #[serde(default)]
    pub stuck: Option<String>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// No host runs there.
    #[error("no Lumina runs with the data directory `{}`", path.display())]
    NotRunning {
        /// The data directory.
        path: PathBuf,
    },
    /// Whether one runs cannot be seen.
    #[error(
        "cannot ask the Lumina of the data directory `{}`: do it as the user that it runs as",
        path.display()
    )]
    Unreachable {
        /// The data directory.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// A host runs and does not answer.
    #[error("the Lumina of the data directory `{}` does not answer", path.display())]
    NoAnswer {
        /// The data directory.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// The socket cannot be made.
    #[error("cannot open the socket `{}`", path.display())]
    Listen {
        /// The socket.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// Another host answers there.
    #[error("another Lumina runs with the data directory `{}`", path.display())]
    Answers {
        /// The data directory.
        path: PathBuf,
    },
}

/// The socket, open. It is removed when this is dropped, unless another stands in its place by then.
#[derive(Debug)]
pub struct Control {
    listener: UnixListener,
    path: PathBuf,
    /// Which file it is.
    inode: u64,
}

/// A way into a directory by its descriptor: the address of a socket holds 107 bytes, and the path of a
/// directory may be longer.
#[derive(Debug)]
struct Way(File);

impl Way {
    fn to(data_dir: &Path) -> io::Result<Self> {
        File::open(data_dir).map(Self)
    }

    /// Returns the socket's path, which leads there as long as this is kept.
    fn socket(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", self.0.as_raw_fd()))
    }
}

impl Control {
    /// Opens the socket in `data_dir`. One that an ended host left is replaced; one that answers is left
    /// alone. The caller holds the lock of the data directory, so that nobody opens one meanwhile.
    ///
    /// # Errors
    /// [`ControlError::Answers`] if a host answers there, [`ControlError::Listen`] if the directory takes
    /// no sockets.
    pub fn open(data_dir: &Path) -> Result<Self, ControlError> {
        let path = data_dir.join(SOCKET);
        let failed = |source| ControlError::Listen { path: path.clone(), source };
        let way = Way::to(data_dir).map_err(failed)?;
        if BlockingStream::connect(way.socket()).is_ok() {
            return Err(ControlError::Answers { path: data_dir.to_owned() });
        }
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let listener = UnixListener::bind(way.socket()).map_err(failed)?;
        fs::set_permissions(&path, Permissions::from_mode(OWNER_ONLY)).map_err(failed)?;
        let inode = inode(&path).map_err(failed)?;
        Ok(Self { listener, path, inode })
    }

    /// Tells whoever connects, one after the other, for ever.
    pub async fn serve(&self, clock: &Clock, report: impl Fn() -> Report) -> Infallible {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let answer = serde_json::to_vec(&report()).unwrap_or_default();
                    // Who does not listen misses it.
                    let _ = clock.timeout(ANSWER_TIME, tell(stream, &answer)).await;
                }
                Err(error) => {
                    warn!(%error, "the socket for `lumina health` takes no connection");
                    clock.sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        if inode(&self.path).is_ok_and(|inode| inode == self.inode) {
            // A socket that stays is replaced at the next start.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn inode(path: &Path) -> io::Result<u64> {
    fs::symlink_metadata(path).map(|metadata| metadata.ino())
}

async fn tell(mut stream: UnixStream, answer: &[u8]) -> io::Result<()> {
    stream.write_all(answer).await?;
    stream.shutdown().await
}

/// Asks the host that runs with `data_dir` how it is.
///
/// # Errors
/// If none runs, or it does not answer.
pub fn ask(data_dir: &Path) -> Result<Report, ControlError> {
    let path = data_dir.to_owned();
    let stream = Way::to(data_dir).and_then(|way| BlockingStream::connect(way.socket()));
    match stream {
        Ok(stream) => read(stream).map_err(|source| ControlError::NoAnswer { path, source }),
        Err(source) => Err(unreached(path, source)),
    }
}

/// Without a socket, or with one that nobody listens to, none runs; else nobody knows.
fn unreached(path: PathBuf, source: io::Error) -> ControlError {
    match source.kind() {
        io::ErrorKind::NotFound
        | io::ErrorKind::ConnectionRefused
        | io::ErrorKind::NotADirectory => ControlError::NotRunning { path },
        _ => ControlError::Unreachable { path, source },
    }
}

fn read(stream: BlockingStream) -> io::Result<Report> {
    stream.set_read_timeout(Some(ANSWER_TIME))?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer)?;
    Ok(serde_json::from_slice(&answer)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        Report {
            version: "1.2.3".to_owned(),
            up_s: 5,
            phase: Phase::Connected,
            loaded: Some(Loaded {
                latency_ms: Some(40),
                plugins: Vec::new(),
                invite: "https://discord.com/oauth2/authorize".to_owned(),
            }),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_asks_is_told_and_a_socket_left_behind_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        // Longer than the address of a socket.
        let data_dir = folder.path().join("x".repeat(200));
        fs::create_dir(&data_dir).unwrap();
        assert!(matches!(ask(&data_dir), Err(ControlError::NotRunning { .. })));
        let way = Way::to(&data_dir).unwrap();
        drop(std::os::unix::net::UnixListener::bind(way.socket()).unwrap());
        assert!(matches!(ask(&data_dir), Err(ControlError::NotRunning { .. })));
        let control = Control::open(&data_dir).unwrap();
        let mode = fs::metadata(data_dir.join(SOCKET)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, OWNER_ONLY);
        let clock = Clock::start();
        let asking = tokio::task::spawn_blocking({
            let data_dir = data_dir.clone();
            move || ask(&data_dir)
        });
        let told = tokio::select! {
            told = asking => told.unwrap().unwrap(),
            never = control.serve(&clock, report) => match never {},
        };
        assert_eq!(told, report());
        drop(control);
        assert!(!data_dir.join(SOCKET).exists());
    }

    #[test]
    fn who_may_not_look_is_not_told_that_none_runs() {
        let kept_out = || io::Error::from(io::ErrorKind::PermissionDenied);
        let told = unreached(PathBuf::from("data"), kept_out());
        assert!(told.to_string().ends_with("do it as the user that it runs as"), "{told}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_socket_that_answers_is_never_removed() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join(SOCKET);
        let first = Control::open(folder.path()).unwrap();
        let refused = Control::open(folder.path()).unwrap_err();
        assert!(matches!(refused, ControlError::Answers { .. }), "{refused}");
        assert!(BlockingStream::connect(&socket).is_ok(), "it is the first one's still");
        fs::remove_file(&socket).unwrap();
        let second = Control::open(folder.path()).unwrap();
        drop(first);
        assert!(BlockingStream::connect(&socket).is_ok(), "it is the second one's");
        drop(second);
        assert!(!socket.exists());
    }
}
