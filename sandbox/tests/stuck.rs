//! The end of the sandbox while a plugin hangs.

use lumina_sandbox::{
    discord::{Answer, ClientRefusal, InteractionId, Invocation, Place},
    prompt,
    session::{Session, SessionOptions},
};
use serde_json::Value;
use std::{fs::OpenOptions, path::Path, process::Command, time::Duration};

#[path = "transcripts/layout.rs"]
mod layout;

/// How often, and how far apart, it is looked for what the host is about to do.
const LOOKS_MAX: u32 = 1_000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// Longer than the host waits before it defers.
const DEFERRED_WITHIN: Duration = Duration::from_secs(2);

/// Makes a pipe: a plugin that reads it blocks its thread until somebody writes.
fn pipe(folder: &Path) -> String {
    let path = folder.join("pipe");
    let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo is there");
    assert!(made.success());
    path.to_str().expect("UTF-8").to_owned()
}

fn hostile(session: &Session, pipe: &str) -> Invocation {
    let discord = session.discord();
    let options: [(&str, Value); 2] = [("what", "block".into()), ("pipe", pipe.into())];
    Invocation {
        user: discord.owner(),
        place: Place::GuildChannel(discord.default_channel()),
        command: vec!["hostile".to_owned()],
        options: options.map(|(name, value)| (name.to_owned(), value)).into(),
        locale: None,
    }
}

/// Uses the command once Discord knows it: it is registered a moment after it was loaded.
async fn invoked(session: &Session, pipe: &str) -> InteractionId {
    let mut looks = 0..LOOKS_MAX;
    loop {
        match session.discord().invoke(hostile(session, pipe)) {
            Err(ClientRefusal::UnknownCommand(_)) if looks.next().is_some() => {}
            invoked => return invoked.expect("it is registered"),
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_quits_while_a_plugin_hangs_is_told_what_the_host_waits_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = pipe(folder.path());
    let options = SessionOptions { steady: true, ..SessionOptions::of_layout(&layout::layout()) };
    let mut session = Session::start(options).await.expect("the sandbox starts");
    session.line("plugin add fixtures/hostile.so").await;
    let loaded = session.line("/sudo load plugin:hostile").await;
    assert!(loaded.contains("Loaded `hostile`"), "{loaded}");

    let hanging = invoked(&session, &pipe).await;
    // It opens once the plugin reads.
    let opening = tokio::task::spawn_blocking(|| OpenOptions::new().write(true).open(pipe));
    let writer = opening.await.expect("no panic").expect("the pipe is there");
    session.host().expect("it runs").advance(DEFERRED_WITHIN).await.expect("it follows");
    let mut looks = 0..LOOKS_MAX;
    while !matches!(session.discord().answer_now(hanging), Answer::Thinking(_)) {
        assert!(looks.next().is_some(), "the host never deferred");
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }

    let mut told = String::new();
    let ended = prompt::end(&mut session, |sentence| {
        told.push_str(sentence);
        drop(writer);
        Ok(())
    });
    assert!(ended.await.expect("the host ends"), "the host ended with an error");
    let expected = "Waiting for the host to end, which has not answered `/hostile` yet. \
                    Ctrl-C does not wait.";
    assert_eq!(told, expected);
}
