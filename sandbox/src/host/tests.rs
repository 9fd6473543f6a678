//! Processes that stand in for the host, and what becomes of them.

use super::*;
use crate::{discord::SimDiscordOptions, tvdb::TvdbOptions};
use std::os::unix::fs::PermissionsExt as _;

struct Services {
    discord: SimDiscord,
    tvdb: SimTvdb,
    outside: Outside,
    folder: tempfile::TempDir,
}

impl Services {
    async fn start() -> Self {
        Self {
            discord: SimDiscord::start(SimDiscordOptions::default()).await.expect("a free port"),
            tvdb: SimTvdb::start(TvdbOptions::default()).await.expect("a free port"),
            outside: Outside::start().await.expect("a free port"),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn host(&self, script: &str) -> HostOptions<'_> {
        let program = self.folder.path().join("stand-in");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("it can be written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))
            .expect("it is ours");
        HostOptions {
            program,
            data_dir: self.folder.path().join("data"),
            plugin_dirs: vec!["/one".into(), "/two".into()],
            discord: &self.discord,
            tvdb: &self.tvdb,
            outside: &self.outside,
            extra_env: vec![("DEBUG".to_owned(), "1".to_owned())],
        }
    }
}

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_host_that_ends_at_once_is_reported_with_its_words() {
    let services = Services::start().await;
    let started = HostProcess::start(services.host("echo cannot start >&2; exit 3")).await;
    let error = started.err().expect("it ended").to_string();
    assert!(error.contains("exit status: 3") && error.contains("cannot start"), "{error}");
}

#[tokio::test]
async fn a_host_reads_its_settings_and_nothing_of_the_environment() {
    let services = Services::start().await;
    let script = "echo args $@; env | sort; echo end";
    let host = HostProcess::spawn(services.host(script)).expect("it can be run");
    host.wait_for_log("end", SOON).await.expect("it wrote everything");
    let log = host.log().tail(100);
    for expected in ["args run", "PLUGIN_DIR=/one:/two", "DEBUG=1", "TVDB_API_KEY=sandbox-tvdb-key"]
    {
        assert!(log.iter().any(|line| line == expected), "{expected} is missing in {log:?}");
    }
    assert!(
        !log.iter().any(|line| line.starts_with("CARGO") || line.starts_with("HOME")),
        "{log:?}"
    );
}

#[tokio::test]
async fn a_host_that_is_asked_to_end_ends_with_its_own_status() {
    let services = Services::start().await;
    let script = "trap 'echo going; exit 7' TERM; echo up; while :; do sleep 0.01; done";
    let host = HostProcess::spawn(services.host(script)).expect("it can be run");
    host.wait_for_log("up", SOON).await.expect("it came up");
    assert_eq!(host.stop().await.expect("it ends").code(), Some(7));
}
