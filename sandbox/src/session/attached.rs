//! Files that stand below a message: looked into, or saved where a person says.

use super::{Session, listing::plural, render, steady};
use crate::discord::Message;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write as _},
};

impl Session {
    /// Shows what stands in a file of the last message that has one.
    pub(super) fn show_file(&self, number: usize) -> Result<String> {
        let (name, bytes) = self.attached(number)?;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            bail!("`{name}` is no text. `file {number} to PATH` saves it.");
        };
        let shown = render::file(text);
        Ok(if self.options.steady {
            steady::text(&shown, &self.folder.path().to_string_lossy())
        } else {
            shown
        })
    }

    /// Saves a file of the last message that has one.
    pub(super) fn save_file(&self, number: usize, path: &str) -> Result<String> {
        let (name, bytes) = self.attached(number)?;
        match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(mut file) => file.write_all(&bytes).with_context(|| cannot_save(path))?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("`{path}` is there already. Name another file.")
            }
            Err(error) => return Err(error).with_context(|| cannot_save(path)),
        }
        Ok(format!("`{name}` is saved as `{path}`."))
    }

    fn attached(&self, number: usize) -> Result<(String, Vec<u8>)> {
        let message = self.last_with(|message| !files(message).is_empty());
        let message = message.context("No message here has a file.")?;
        let files = files(&message);
        let file = files.get(number - 1).with_context(|| {
            let n = files.len();
            format!("The last message with files has {n} file{}.", plural(n))
        })?;
        let id = file["id"].as_str().and_then(|id| id.parse().ok());
        let bytes = id.and_then(|id| self.discord.file(id));
        let bytes = bytes.context("Discord does not keep this file any more.")?;
        let name = file["filename"].as_str().unwrap_or_default();
        Ok((super::markdown::visible(name), bytes.to_vec()))
    }
}

fn cannot_save(path: &str) -> String {
    format!("`{path}` cannot be written")
}

fn files(message: &Message) -> &[Value] {
    message.body()["attachments"].as_array().map(Vec::as_slice).unwrap_or_default()
}
