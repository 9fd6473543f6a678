//! Blanks secrets in what is written: the settings' secrets by their text, interaction tokens by their
//! form.

use crate::{door::KEY_MARK, secret::Secret};
use std::{
    io::{self, Write},
    sync::Arc,
};
use tracing_subscriber::fmt::MakeWriter;

/// What secrets begin with that are made while we run: interaction tokens of Discord (`interaction:` in
/// base64) and the key of the loopback front.
const MARKS: [&str; 2] = ["aW50ZXJhY3Rpb24", KEY_MARK];
/// What stands instead.
const BLANK: &str = "[redacted]";
/// Shorter secrets are not looked for: blanking them would blank ordinary words.
const SECRET_BYTES_MIN: usize = 6;

/// Wraps a writer of log lines.
pub(super) struct Redact<W> {
    secrets: Arc<[Secret]>,
    inner: W,
}

impl<W> Redact<W> {
    pub(super) fn new(secrets: Vec<Secret>, inner: W) -> Self {
        let long = |secret: &Secret| secret.expose().len() >= SECRET_BYTES_MIN;
        Self { secrets: secrets.into_iter().filter(long).flat_map(forms).collect(), inner }
    }
}

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for Redact<W> {
    type Writer = RedactWriter<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        RedactWriter { secrets: Arc::clone(&self.secrets), inner: self.inner.make_writer() }
    }
}

/// Writes one line; a line comes in one piece.
pub(super) struct RedactWriter<W> {
    secrets: Arc<[Secret]>,
    inner: W,
}

impl<W: Write> Write for RedactWriter<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let clean = self.secrets.iter().fold(text.into_owned(), blank_secret);
        let clean = MARKS.iter().fold(clean, |text, mark| blank_tokens(&text, mark));
        self.inner.write_all(clean.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The forms in which a secret is written: in a quoted text in a line of JSON, in either, and as it is. The longer
/// come first, because the others may be a part of them.
fn forms(secret: Secret) -> impl Iterator<Item = Secret> {
    let quoted = escaped(&secret);
    let mut forms = vec![escaped(&quoted), quoted, secret];
    forms.dedup();
    forms.into_iter()
}

/// The text as it stands between quotation marks.
fn escaped(text: &Secret) -> Secret {
    Secret::new(text.expose().replace('\\', r"\\").replace('"', r#"\""#))
}

fn blank_secret(text: String, secret: &Secret) -> String {
    if text.contains(secret.expose()) { text.replace(secret.expose(), BLANK) } else { text }
}

fn blank_tokens(text: &str, mark: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(mark) {
        out.push_str(&rest[..start]);
        out.push_str(BLANK);
        let of_token = |c: char| c.is_ascii_alphanumeric() || "-_=.+".contains(c);
        rest = rest[start..].trim_start_matches(of_token);
    }
    out.push_str(rest);
    out
}
