//! What logs must not hold.

use super::{written::Written, *};
use crate::secret::Secret;

/// A secret that is escaped where it is quoted.
const QUOTED: &str = r#""hunter\two"#;

fn log(level: LevelFilter, format: LogFormat, write: impl FnOnce()) -> String {
    log_with(filter(level, &TraceFilter::default()), format, write)
}

fn log_with(targets: Targets, format: LogFormat, write: impl FnOnce()) -> String {
    let kept = Written::default();
    let redact = Redact::new(["MTIz.token", "abc", QUOTED].map(Secret::new).into(), kept.clone());
    tracing::subscriber::with_default(subscriber(targets, format, redact), write);
    kept.text()
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
fn a_secret_with_quotation_marks_is_blanked_however_it_is_written() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let text = log(LevelFilter::INFO, format, || {
            tracing::info!(plain = QUOTED, quoted = ?QUOTED, "told");
        });
        assert!(!text.contains("hunter"), "{text}");
        assert!(text.contains("told"), "{text}");
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

#[test]
fn parts_are_told_in_full_by_name_but_never_those_that_print_tokens() {
    let write = || {
        tracing::trace!(target: "lumina_host::door", "named");
        tracing::trace!(target: "lumina_host::db", "other");
        tracing::trace!(target: "hyper::proto", "bytes");
    };
    let told = |all_others, named: &[&str]| {
        let named = named.iter().map(|name| (*name).to_owned()).collect();
        let targets = filter(LevelFilter::DEBUG, &TraceFilter { all_others, named });
        let text = log_with(targets, LogFormat::Text, write);
        ["named", "other", "bytes"].map(|word| text.contains(word))
    };
    assert_eq!(told(false, &["lumina_host::door", "hyper::proto"]), [true, false, false]);
    assert_eq!(told(true, &[]), [true, true, false]);
    assert_eq!(told(true, &["lumina_host::door"]), [false, true, false]);
}
