//! What logs must not hold.

use super::*;
use crate::secret::Secret;
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn log(level: LevelFilter, format: LogFormat, write: impl FnOnce()) -> String {
    let kept = Kept::default();
    let writer = kept.clone();
    let redact =
        Redact::new(vec![Secret::new("MTIz.token"), Secret::new("abc")], move || writer.clone());
    tracing::subscriber::with_default(subscriber(level, format, redact), write);
    String::from_utf8(kept.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn tokens_are_blanked_and_short_secrets_are_left() {
    let token = "aW50ZXJhY3Rpb246MTIzOmFiYw";
    for format in [LogFormat::Text, LogFormat::Json] {
        let text = log(LevelFilter::INFO, format, || {
            tracing::info!(why = %format!("x/{token}/callback"), "Bot MTIz.token says abc");
        });
        assert!(text.contains("Bot [redacted] says abc"), "{text}");
        assert!(text.contains("x/[redacted]/callback"), "{text}");
    }
}

#[test]
fn libraries_that_print_tokens_are_quiet_at_every_level() {
    let text = log(LevelFilter::TRACE, LogFormat::Text, || {
        tracing::debug!(target: "serenity::http::client", "a token");
        tracing::warn!(target: "twilight_gateway::shard", "a frame");
        tracing::trace!(target: "hyper::proto", "bytes");
        tracing::trace!(target: "lumina_host::discord", "ours");
    });
    assert!(text.contains("ours"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}
